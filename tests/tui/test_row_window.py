"""The bookkeeping of long lists: whatever is asked and whatever the count says, the rows in memory are a slice of the list."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tui.row_sources import Kept, Source, keys, row
from tui.browser.widgets.row_feed import RowFeed
from tui.browser.widgets.row_window import KEPT, Request, RowWindow


async def settle(feed: RowFeed, top: int, bottom: int) -> int:
    """Ask until the rows from `top` on are known; returns by how much they have moved."""
    moved = 0
    for _ in range(12):
        request = feed.plan(top + moved, bottom + moved)
        if request is None:
            return moved
        news = feed.accept(feed.ask(request), await feed.fetch(request))
        assert news is not None
        moved += news.by
    raise AssertionError("the feed never has enough")


@given(st.integers(0, 3000), st.integers(0, 3000), st.lists(st.floats(0, 1), max_size=12), st.integers(1, 60))
@settings(max_examples=80, deadline=None)
def test_the_window_is_always_a_slice_of_the_list(total: int, said: int, tops: list[float], height: int) -> None:
    """Wherever one looks and whatever the count says: contiguous true rows, right indexes where they are called exact, an end."""

    async def look() -> None:
        source = Source(total)
        feed = RowFeed(source, said)
        for part in tops:
            top = int(part * max(0, feed.window.total - height))
            await settle(feed, top, top + height)
            window = feed.window
            assert len(window.rows) <= KEPT
            if window.rows:
                first = source.position(window.rows[0].key)
                assert window.rows == [row(first + offset) for offset in range(len(window.rows))]
                assert not window.exact or window.start == first or window.total != total
                assert not window.at_start or first == window.start == 0
                assert not window.at_end or first + len(window.rows) == total
        if said and tops:
            await settle(feed, feed.window.total - height, feed.window.total)
            await settle(feed, 0, height)

    asyncio.run(look())


numbers = st.sets(st.integers(0, 1500), max_size=1200)


@given(numbers, numbers, st.floats(0, 1), st.booleans())
@settings(max_examples=80, deadline=None)
def test_reading_around_a_row_keeps_it_or_its_neighbour(
    before: set[int], after: set[int], part: float, kept: bool
) -> None:
    """After any change, the fixed point is the same key, else the next one, else the one before; around it the true rows."""

    async def change() -> None:
        source = Kept(keys(*before))
        feed = RowFeed(source, len(before))
        index = int(part * (len(before) - 1)) if before else 0
        index += await settle(feed, index, index + 20)
        anchor = feed.window.get(index)
        if anchor is None:
            assert not before
            return
        now = after | {anchor.id} if kept else after - {anchor.id}
        request = feed.ask(Request("around", index, anchor, total=source.set(keys(*now))))
        moved = feed.accept(request, await feed.fetch(request))
        assert moved is not None
        position = source.position(anchor.key)
        expected = source.kept[min(position, len(now) - 1)] if now else None
        assert feed.window.get(index + moved.by) == expected
        if feed.window.rows:
            first = source.position(feed.window.rows[0].key)
            assert feed.window.rows == source.kept[first : first + len(feed.window.rows)]

    asyncio.run(change())


def test_an_answer_nobody_waits_for_is_dropped() -> None:
    feed = RowFeed(Source(1000), 1000)

    async def ask() -> None:
        first = feed.ask(Request("first"))
        answer = await feed.fetch(first)
        feed.ask(Request("last", 800))
        assert feed.accept(first, answer) is None
        assert feed.window.rows == []

    asyncio.run(ask())


def test_the_window_forgets_what_is_far() -> None:
    """Sliding keeps KEPT rows, and knows that it has left the end it came from."""
    feed = RowFeed(Source(5000), 5000)

    async def walk() -> None:
        for top in range(0, 3000, 50):
            await settle(feed, top, top + 50)
        assert len(feed.window.rows) == KEPT
        assert (feed.window.at_start, feed.window.exact) == (False, True)
        assert feed.window.get(2990) == row(2990)
        for top in range(2950, -1, -50):
            await settle(feed, top, top + 50)
        assert (feed.window.at_start, feed.window.at_end, len(feed.window.rows)) == (True, False, KEPT)

    asyncio.run(walk())


def test_window_needs_nothing_when_all_is_known() -> None:
    window = RowWindow(total=3)
    assert window.accept(Request("first"), keys(0, 1, 2)) == 0
    assert window.need(0, 3) is None
    assert (window.at_start, window.at_end, window.exact, window.total) == (True, True, True, 3)
