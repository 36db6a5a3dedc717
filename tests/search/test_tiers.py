"""The two tiers agree (S-212, S-322)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.closed import ClosedGraph
from search.sequences import find_ancestor
from tests.search.corpora import World, new_meta, world

values = st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=6)


@pytest.fixture(scope="module", params=["trigrams", "memory"])
def there(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(request.param, tmp_path_factory.mktemp("world")) as made:
        yield made


@settings(max_examples=500)  # in each of two worlds
@given(texts=values, data=st.data())
def test_best_is_the_smallest_text_above_the_root(there: World, texts: list[str], data: st.DataObject) -> None:
    """S-322: the best entry is the smallest text vertex at or above the root, and both checkpoints are equal."""
    graph = ClosedGraph(texts)
    atoms = sorted(set("".join(texts)))
    query = data.draw(st.text(atoms, min_size=2, max_size=8))
    response = find_ancestor(graph, query)
    root = graph.text(response.root)
    meta = new_meta()
    there.fill({f"app:x:k{number}": text for number, text in enumerate(texts)}, meta)
    found = there.find(query, meta=meta)
    assert found.checkpoint == response.checkpoint
    assert found.best is not None
    assert root in found.best.text
    assert found.best.width == min(len(text) for text in texts if root in text)
