"""Lists of a million rows, and lists that change while they are read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from tests.tui.list_app import ListApp, lines
from tests.tui.row_sources import NOW, Kept, Source, keys, row
from tests.tui.waiting import until
from tui.browser.widgets import token_list
from tui.browser.widgets.row_window import PAGE
from tui.browser.widgets.token_list import TokenList

MILLION = 1_000_000
HOUR = 3600.0

# --- a million rows ---------------------------------------------------------------------------------------------------


async def visit(total: int) -> tuple[list[str], int]:
    """What a source is asked while somebody looks at all ends of a list; and how many rows it gave."""
    app = ListApp()
    source = Source(total)
    async with app.run_test(size=(80, 24)) as pilot:
        app.list.focus()
        app.list.show(source, total)
        await until(pilot, lambda: app.list.cursor_row)
        for _ in range(100):
            app.list.action_entries_down()
        assert app.list.cursor_index == 100
        await pilot.press("end")
        await until(pilot, lambda: app.list.cursor_row)
        assert app.list.cursor_row == row(total - 1)
        await pilot.press("home", "pagedown", "pageup")
        await until(pilot, lambda: app.list.cursor_row)
        assert app.list.cursor_row == row(0)
        app.list.scroll_to(y=total // 2, animate=False)
        await until(pilot, lambda: f"key{total // 2:07}" in lines(app.list)[1])
        assert len(source.calls) < 12
        return source.calls, source.rows


async def test_a_million_rows_cost_what_ten_thousand_do() -> None:
    """T-081, design section 6: the same questions and the same rows at any size."""
    small, large = await visit(10_000), await visit(MILLION)
    assert large == small
    assert large[1] <= 8 * PAGE


async def test_moving_fetches_each_page_once() -> None:
    """Walking down 1,320 rows of a million reads those and the margin, in order; back at the start they are read again."""
    app = ListApp()
    source = Source(MILLION)
    async with app.run_test(size=(80, 24)) as pilot:
        app.list.show(source, MILLION)
        for _ in range(60):
            await until(pilot, lambda: app.list.cursor_row)
            app.list.action_entries_page_down()
        await until(pilot, lambda: app.list.cursor_row)
        index = app.list.cursor_index
        assert index == 60 * 22
        assert set(source.calls) == {"first", "after"}
        assert len(source.calls) <= index // PAGE + 2
        app.list.action_entries_first()
        await until(pilot, lambda: app.list.cursor_row)
        assert source.calls[-1] == "first"
        assert (app.list.cursor_index, app.list.cursor_row) == (0, row(0))


async def test_dragging_the_scroll_bar_fetches_where_it_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A drag passes over everything and asks for one page, however slow it is: only at its end the scroll bar rests."""
    rest_s = token_list.SETTLE_S
    app = ListApp()
    source = Source(MILLION)
    async with app.run_test(size=(80, 24)) as pilot:
        app.list.show(source, MILLION)
        await until(pilot, lambda: app.list.cursor_row)
        for step in range(1, 60):
            monkeypatch.setattr(token_list, "SETTLE_S", HOUR if step < 59 else rest_s)
            app.list.scroll_to(y=step * 10_000, animate=False)
            await asyncio.sleep(0)
        await until(pilot, lambda: "key0590000" in lines(app.list)[1])
        assert source.calls == ["first", "at"]
        assert [timer for timer in app.list._timers if timer._interval == HOUR and timer._task is not None] == []
        assert app.list.cursor_index == 0
        await pilot.press("down")
        await until(pilot, lambda: app.list.cursor_row)
        assert app.list.cursor_row == row(1)


async def test_select_goes_straight_to_a_key() -> None:
    app = ListApp()
    source = Source(MILLION)
    async with app.run_test(size=(80, 24)) as pilot:
        app.list.show(source, MILLION, key="key0777777")
        await until(pilot, lambda: app.list.cursor_row)
        assert (app.list.cursor_index, app.list.cursor_row) == (777_777, row(777_777))
        assert source.calls == ["rank", "at"]
        app.list.select("key0777780")
        await until(pilot, lambda: app.list.cursor_row == row(777_780))
        assert source.calls == ["rank", "at"]


async def test_one_row_drawn_per_row_moved() -> None:
    """Moving without scrolling draws the two rows concerned, not the list."""

    class Counting(TokenList):
        drawn = 0

        def render_line(self, y: int):
            Counting.drawn += 1
            return super().render_line(y)

    app = ListApp()
    app.list = Counting(now_ms=lambda: NOW)
    async with app.run_test(size=(80, 40)) as pilot:
        app.list.show(Source(MILLION), MILLION)
        await until(pilot, lambda: app.list.cursor_row)
        Counting.drawn = 0
        app.list.action_entries_down()
        await pilot.pause()
        assert 0 < Counting.drawn <= 4


# --- changes from outside ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "key", "index"),
    [
        (range(1000), "key0000500", 500),
        ([*range(1000), *range(2000, 2050)], "key0000500", 500),
        ([n for n in range(1000) if n != 500], "key0000501", 500),
        (range(400), "key0000399", 399),
        (range(501, 900), "key0000501", 0),
        ([3], "key0000003", 0),
    ],
)
async def test_reload_keeps_the_cursor_by_key(after: Sequence[int], key: str, index: int) -> None:
    """The cursor stays on its key; if that is gone it goes to the next, else to the one before."""
    app = ListApp()
    source = Kept(keys(*range(1000)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.list.show(source, 1000, key="key0000500")
        await until(pilot, lambda: app.list.cursor_row)
        total = source.set(keys(*after))
        app.list.reload(total)
        await until(pilot, lambda: app.list.cursor_row and app.list.cursor_row.key == key)
        assert app.list.cursor_index == index
        assert any(line.startswith("▌") and key in line for line in lines(app.list))
        assert app.list.total == total


async def test_reload_of_rows_inserted_above_keeps_the_picture() -> None:
    """What others write above does not move what the user reads; the index follows as soon as it is known."""
    app = ListApp()
    source = Kept(keys(*range(100, 200)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.list.show(source, 100, key="key0000150")
        await until(pilot, lambda: app.list.cursor_row)
        before = lines(app.list)
        app.list.reload(source.set(keys(*range(50, 200))))
        await until(pilot, lambda: app.list.total == 150)
        assert lines(app.list) == before
        assert (app.list.cursor_index, app.list.cursor_row) == (100, row(150))


async def test_reload_to_nothing() -> None:
    app = ListApp()
    source = Kept(keys(1, 2))
    async with app.run_test(size=(80, 24)) as pilot:
        app.list.show(source, 2)
        await until(pilot, lambda: app.list.cursor_row)
        app.list.reload(source.set([]))
        await until(pilot, lambda: "no entries" in lines(app.list)[0])
        assert app.list.cursor_row is None


@pytest.mark.parametrize("said", [1, 150, 450, 5000])
async def test_a_wrong_total_is_put_right(said: int) -> None:
    """The count may be old: ends that are reached are facts, and the owner is told."""
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.list.show(Source(300), said)
        await until(pilot, lambda: app.list.cursor_row)
        for _ in range(3):
            app.list.action_entries_last()
            await until(pilot, lambda: app.list.cursor_row)
        assert app.list.cursor_row == row(299)
        for _ in range(30):
            app.list.action_entries_page_up()
            await until(pilot, lambda: app.list.cursor_row)
        assert (app.list.cursor_index, app.list.cursor_row) == (0, row(0))
        app.list.action_entries_last()
        await until(pilot, lambda: app.list.cursor_row)
        assert (app.list.total, app.list.cursor_index, app.list.cursor_row) == (300, 299, row(299))
        assert app.of(TokenList.Counted)[-1].total == 300


async def test_stale_answers_are_dropped() -> None:
    """An answer to an older question changes nothing."""
    app = ListApp()
    slow, quick = Source(10), Kept([row(1, "quick")])
    slow.blocked = asyncio.Event()
    async with app.run_test(size=(80, 24)) as pilot:
        app.list.show(slow, 10)
        await until(pilot, lambda: slow.calls)
        app.list.show(quick, 1)
        slow.blocked.set()
        await until(pilot, lambda: app.list.cursor_row)
        assert app.list.cursor_row == quick.kept[0]
        assert app.list.total == 1


async def test_removal_while_loading() -> None:
    app = ListApp()
    source = Source(10)
    source.blocked = asyncio.Event()
    async with app.run_test(size=(80, 24)) as pilot:
        app.list.show(source, 10)
        await until(pilot, lambda: source.calls)
        await app.list.remove()
        source.blocked.set()
        await pilot.pause()
        assert app.said == []
