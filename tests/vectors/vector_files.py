"""Where the test vectors come from and how a runner asks for them (design.md section 7).

Data lies beside this file, or in the directory named by `PRONTO_VECTORS`: the same runners serve any other files of the
same form. A vector in `disputed.txt` is not run; it is reported, with its reason, by test_disputed.py.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from store.errors import StoreError

HERE = Path(__file__).resolve().parent
DISPUTED = HERE / "disputed.txt"

Vector = dict[str, Any]


def directory() -> Path:
    """The directory of the *.jsonl files: `PRONTO_VECTORS` if set and not empty, else this one."""
    return Path(os.environ.get("PRONTO_VECTORS") or HERE)


@cache
def vectors(file: str, where: Path | None = None) -> tuple[Vector, ...]:
    """Every vector of `file` (with or without `.jsonl`) in file order; none when the directory lacks that file."""
    path = (where or directory()) / (file if file.endswith(".jsonl") else f"{file}.jsonl")
    if not path.exists():
        return ()
    with path.open(encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines if line.strip())


@cache
def disputed() -> dict[str, str]:
    """Reason by vector id. Lines are `id<TAB>reason`; blank lines and lines that begin with `#` do not count."""
    if not DISPUTED.exists():
        return {}
    lines = (line.rstrip("\n") for line in DISPUTED.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("\t") for line in lines if line.strip() and not line.startswith("#"))
    return {name: reason for name, _, reason in pairs}


def selected(file: str, area: str, wanted: Callable[[Vector], bool] | None = None) -> Iterator[Vector]:
    """The vectors of one area that are to be run, in file order; `wanted` narrows the area to a part of it."""
    for vector in vectors(file):
        if vector["area"] == area and vector["id"] not in disputed() and (wanted is None or wanted(vector)):
            yield vector


def cases(file: str, area: str, wanted: Callable[[Vector], bool] | None = None) -> list[Any]:
    """One pytest param per vector of the area: `@pytest.mark.parametrize("vector", cases("pronto", "ttl"))`.

    An area that other data do not contain gives an empty list, which pytest would report as a skip; the runner's own
    default data are therefore counted by test_disputed.py.
    """
    return [pytest.param(vector, id=str(vector["id"])) for vector in selected(file, area, wanted)]


def check(vector: Vector, run: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Run the input of `vector`; an error answers `{"error": code}`.

    Section 15: every key expected must be equal, the rest is unchecked, but nothing may fail unexpectedly.
    """
    try:
        actual = run(vector["input"])
    except StoreError as fault:
        actual = {"error": fault.code}
    expected = vector["expect"]
    assert {name: actual.get(name) for name in expected} == expected
    assert "error" not in actual or "error" in expected
