"""Paging through a namespace, filtered or not: the same rows as a plain list would give (P-020, T-081)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.addresses import print_key
from store.addresses.keys import to_notation
from store.async_database import AsyncDatabase
from store.session import Choice, open_session
from tests.tui.browsing import NOW, put
from tui.browser.flows.loader import EntryRows, before, bounds, overview
from tui.browser.services import Services
from tui.browser.state import KeyFilter

KEYS = sorted(
    {f"key{number:03}" for number in range(0, 130)}
    | {f"list__i_{number}" for number in range(12)}
    | {"list", "lisu", "lis", "a", "zz", "list__prod", "k", "key", "ke~", "key-1", "key_1"}
)
PATTERNS = [
    "",
    "key",
    "key0",
    "key1*9",
    "*",
    "?",
    "list__*",
    "list__",
    "list__1",
    "z",
    "nothing",
    "k?y*",
    "*9",
    "key_",
    "[",
    "key999",
    "list[",
    "list[1",
    "list[*]",
    "list[?]",
    "list__i_*",
    "list[prod*",
    "*[1*",
    r"key\*9",
    r"ke\y00*",
    "\\",
]


def spellings(key: str) -> set[str]:
    """As stored, as the screen shows it, as the command line prints it (M-155, U-03)."""
    return {key, to_notation(key), print_key(key)}


def passes(pattern: str, key: str) -> bool:
    """What a filter means, without any of its machinery."""
    if not set(pattern) & set("*?\\"):
        return any(text.startswith(pattern) for text in spellings(key))
    parts, chars = [], iter(pattern)
    for char in chars:
        if char == "\\":
            parts.append(re.escape(next(chars, char)))
        else:
            parts.append({"*": ".*", "?": "."}.get(char, re.escape(char)))
    return any(re.fullmatch("".join(parts), text) for text in spellings(key))


async def services_for(path: Path) -> Services:
    database = AsyncDatabase(str(path))
    await database.open()
    return Services(
        database, open_session(Choice(database=str(path)), {"HOME": str(path.parent)}, "/"), now_ms=lambda: NOW
    )


@pytest.mark.parametrize("pattern", PATTERNS)
async def test_pages_hold_what_matches_and_nothing_else(tmp_path: Path, pattern: str) -> None:
    """Forwards, backwards, from the middle and by rank: every page agrees with filtering the whole list."""
    path = tmp_path / "rows.db"
    put(path, {f"app:main:{key}": "x" for key in KEYS} | {"app:other:key": "x", "app:aaa:list": "x"})
    services = await services_for(path)
    try:
        spaces = (await services.run(overview("", now_ms=NOW))).index.spaces
        number = next(space.id for space in spaces if space.name == "main")
        wanted = [key for key in KEYS if passes(pattern, key)]
        rows = EntryRows(services, number, KeyFilter(pattern))
        forwards: list[str] = []
        after: str | None = None
        while page := await rows.page(after=after, backwards=False, limit=7):
            assert len(page) <= 7
            forwards += [row.key for row in page]
            after = rows.token(page[-1])
        assert forwards == wanted
        assert rows.complete
        backwards: list[str] = []
        after = None
        while page := await rows.page(after=after, backwards=True, limit=7):
            backwards = [row.key for row in page] + backwards
            after = rows.token(page[0])
        assert backwards == wanted
        for index in (0, 1, 5, len(wanted) // 2, len(wanted) - 1, len(wanted), len(wanted) + 5):
            if index >= 0:
                page = await rows.page_at(index, limit=5)
                assert [row.key for row in page] == wanted[index : index + 5]
        for key in ("", "key", "list__i_3", "~"):
            assert await rows.rank(key) == sum(1 for other in wanted if other < key)
        assert await rows.count() in (None, len(wanted))
    finally:
        await services.database.close()


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)


@given(names, names)
def test_bounds_enclose_every_match(prefix: str, rest: str) -> None:
    """T-084: a key with the literal prefix lies between the bounds, and paging begins before them."""
    low, high = bounds(prefix)
    key = prefix + rest
    assert low <= key < high
    if low:
        assert before(low) < low


@pytest.mark.parametrize(
    ("text", "prefix"),
    [("", ""), ("deb", "deb"), ("deb*", "deb"), ("d?b", "d"), ("list__0", "list"), ("a[0]", "a"), (r"d\*b*", "d*b")],
)
def test_the_literal_part(text: str, prefix: str) -> None:
    """Where printed and canonical spelling may differ, the range ends."""
    assert KeyFilter(text).prefix == prefix


async def test_the_overview_counts_waiting_pipes(tmp_path: Path) -> None:
    """One read gives tree and bar the same moment (T-085); a missing file is an empty store and stays missing."""
    path = tmp_path / "none.db"
    services = await services_for(path)
    try:
        found = await services.run(overview("", now_ms=NOW))
        assert (list(found.index.spaces), found.pipes) == ([], 0)
        assert not path.exists()
    finally:
        await services.database.close()
