"""Entry search, rule by rule, wherever it looks (S-300 … S-310, S-318)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search.corpus import find_entries_consecutive
from search.errors import EmptyQueryError
from search.hits import Options
from store.values import bind
from tests.search.corpora import KINDS, NOW, World, world


@pytest.fixture(params=KINDS)
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with world(request.param, tmp_path) as made:
        yield made


def test_smallest_first(there: World) -> None:
    """S-302: by width, then by path; best is the first, whatever the limit shows."""
    there.fill({"b:x:k": "milk", "a:x:k": "milkman", "a:x:b": "milk", "a:x:c": "no"})
    found = there.find("milk", limit=1)
    assert [hit.path for hit in found.hits] == ["a:x:b"]
    assert (found.total, found.best) == (3, found.hits[0])
    assert there.find("milk", limit=0).hits == ()
    assert there.find("milk", limit=0).best == found.best
    assert there.paths("milk") == ["a:x:b", "b:x:k", "a:x:k"]


def test_paths_are_those_on_the_screen(there: World) -> None:
    """U-03: bracket notation in hits, scope and the fields key and address; the address is the stored one."""
    there.fill({"app:ui:list__i_0": "milk", "app:ui:debug__prod": "milk"})
    assert there.paths("milk") == ["app:ui:debug[prod]", "app:ui:list[0]"]
    assert there.find("milk", scope="app:ui:list[").hits[0].address.key == "list__i_0"
    assert there.paths("[0]", field="key") == ["app:ui:list[0]"]
    assert there.find("ui:debug[", field="address").hits[0].spans == ((4, 13),)
    assert there.find("__", field="key").checkpoint == 0


def test_fields(there: World) -> None:
    """S-318: what is searched, and how wide it is; hits always tell the whole address."""
    there.fill({"app:ui.x:key": "value", "web::key": "other"})
    assert [(hit.width, hit.text) for hit in there.find("ui.x", field="namespace").hits] == [(4, "ui.x")]
    assert [(hit.width, hit.coverage) for hit in there.find("key", field="key").hits] == [(3, "entire")] * 2
    assert there.find("web::k", field="address").hits[0].coverage == "prefix"
    assert there.find("web::k").checkpoint == 0


def test_nothing_special(there: World) -> None:
    """S-309: nothing is a wildcard or an operator; NUL, quotes and line breaks are characters."""
    texts = ['say "hi" AND go*', "50%_off", "a\nb\0c", "NEAR(a b)", "ab:cd", "^ab -cd", "\0\0\0\0"]
    there.fill({f"app:x:k{number}": text for number, text in enumerate(texts)})
    for text in texts:
        found = there.find(text)
        assert (found.exhausted, found.total, found.hits[0].text) == (True, 1, text)
    assert there.find("hi AND go").checkpoint == 2
    assert there.find("%%%").checkpoint == 1


def test_what_is_no_text(there: World) -> None:
    """Values are bytes (P-051); what is not UTF-8 is not found, and does not hurt. NUL makes a BLOB, but is text (T-130)."""
    there.put("app:x:bytes", b"milk\xff")
    there.put("app:x:nul", b"milk\0")
    assert isinstance(bind(b"milk\0"), bytes)
    assert there.paths("milk") == ["app:x:nul"]
    assert there.paths("bytes", field="key") == ["app:x:bytes"]


def test_half_of_a_surrogate_pair(there: World) -> None:
    """T-131: it comes from a command line that is not UTF-8, is nowhere, and is a mismatch like any other."""
    there.put("app:x:k", "milk")
    found = there.find("mil\udc80k")
    assert (found.checkpoint, found.remaining) == (3, "\udc80k")
    assert there.find("\udc80").checkpoint == 0
    pieces = there.database.run(find_entries_consecutive(there.corpus, "\udc80milk", now_ms=NOW))
    assert [(piece.start, piece.end, piece.best is None) for piece in pieces] == [(0, 1, True), (1, 5, False)]


def test_a_long_query(there: World) -> None:
    """S-316: a query longer than any phrase that is looked up is verified to its end."""
    text = "".join(chr(0x4E00 + number) for number in range(3000))
    there.put("app:x:k", text)
    there.put("app:x:shorter", text[:200] + "!")
    assert there.find(text).total == 1
    assert there.find(text[:200]).total == 2
    assert there.find(text[:2500] + "?" + text[2501:]).checkpoint == 2500


def test_case(there: World) -> None:
    """S-307: one code point for one; spans are those of the text as it is."""
    there.fill({"app:x:a": "STRASSE", "app:x:b": "straße", "app:x:c": "İx", "app:x:d": "Kelvin"})
    assert there.paths("strass", ignore_case=True) == ["app:x:a"]
    assert there.find("STRAß", ignore_case=True).hits[0].path == "app:x:b"
    assert there.find("x", ignore_case=True, scope="app:x:c").hits[0].spans == ((1, 2),)
    assert there.paths("kelvin", ignore_case=True) == ["app:x:d"]
    assert there.find("strasse").checkpoint == len("stra")


def test_what_is_out_of_scope_is_not_there(there: World) -> None:
    """S-306: it neither hits nor lengthens the checkpoint, at whatever character the scope ends."""
    there.fill({"app:ui:key": "milk", "app:ui.x:key": "milkman", "apple:ui:key": "milkmaid"})
    assert there.find("milkm", scope="app:ui:").checkpoint == 4
    assert there.paths("milk", scope="app:ui") == ["app:ui:key", "app:ui.x:key"]
    assert there.paths("milk", scope="app") == ["app:ui:key", "app:ui.x:key", "apple:ui:key"]
    assert there.paths("milk", scope="app:ui.x:k") == ["app:ui.x:key"]
    assert there.find("milk", scope="app:ui.x:ky").checkpoint == 0


def test_more_hits_than_are_made(there: World) -> None:
    """S-308: with many thousand hits, total counts all and the first ones are the right ones."""
    there.fill({f"app:x:k{number:05d}": "e" * (1 + number % 97) for number in range(12_000)})
    found = there.find("e", limit=3)
    assert found.total == 12_000
    assert [hit.path for hit in found.hits] == ["app:x:k00000", "app:x:k00097", "app:x:k00194"]
    assert there.find("ee", limit=3, kinds={"prefix"}).total == sum(number % 97 > 1 for number in range(12_000))


def test_an_empty_query(there: World) -> None:
    """S-011."""
    with pytest.raises(EmptyQueryError):
        there.find("")
    with pytest.raises(EmptyQueryError):
        find_entries_consecutive(there.corpus, "", now_ms=NOW)


@pytest.mark.parametrize("wrong", [{"field": "meta"}, {"kinds": frozenset({"all"})}, {"limit": -1}])
def test_options_that_do_not_exist(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no"):
        Options(**wrong)
