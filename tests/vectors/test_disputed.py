"""Vectors that are not run must be few, real and explained (design.md section 7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from vector_files import HERE, disputed, vectors

HANDFUL = 5


def default_ids() -> set[str]:
    return {vector["id"] for path in Path(HERE).glob("*.jsonl") for vector in vectors(path.name, HERE)}


def test_disputed_vectors_are_few_real_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    known = default_ids()
    with capsys.disabled():
        for name, reason in disputed().items():
            print(f"\ndisputed: {name}: {reason}")
    assert len(disputed()) <= HANDFUL
    assert set(disputed()) <= known
    assert all(reason.strip() for reason in disputed().values())


def test_the_default_data_are_complete() -> None:
    names = ("pronto.jsonl", "meteor.jsonl", "search.jsonl", "completions.jsonl")
    assert all(vectors(name, HERE) for name in names)
    assert len(default_ids()) == sum(len(vectors(name, HERE)) for name in names), "an id occurs twice"
