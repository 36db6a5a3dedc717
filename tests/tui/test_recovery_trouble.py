"""The inbox when others write too, when time runs out, when the store cannot be had; hostile text, many lines, small terminals."""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from textual.strip import Strip

from store.addresses import read_address
from store.database import Database
from store.locking import WriterLock
from store.model import Actor
from store.operations.pipes import discard
from store.operations.recovery import recover
from tests.tui.hostile import HOSTILE, HOSTILE_BYTES, dangerous
from tests.tui.inbox import MINUTE, NOW, inbox
from tests.tui.inbox_app import fill, inbox_shown
from tests.tui.waiting import until
from tui.browser.screens.confirm import ConfirmPlan
from tui.browser.screens.recovery import RecoveryScreen
from tui.browser.screens.save import SaveTo
from tui.browser.styles.themes import OURS
from tui.browser.widgets.inbox_lines import SaidLine
from tui.browser.widgets.recovery_list import RecoveryList

# --- others, and trouble ------------------------------------------------------------------------------------------------


async def test_expired_while_looking(home: Path) -> None:
    """The line says so and stays a while; every key refuses with a clear word; nothing is stored."""
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            await shown.press("end")
            box.clock.now += MINUTE
            for key in ("enter", "s", "k", "w", "d"):
                shown.of(SaidLine).say("", "")
                await shown.press(key)
                assert "its time is over" in shown.said, key
            await until(shown.pilot, lambda: any("✗ expired" in row for row in shown.rows()))
            assert await box.value("app.ui.key") is None
            box.clock.now += 2 * MINUTE
            await until(shown.pilot, lambda: shown.meant == ["invalid...address", "animals"])


async def test_recovered_elsewhere(home: Path) -> None:
    """Another process takes the pipe under the cursor: it is said, and the cursor goes on to the next one."""
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            key = shown.of(RecoveryList).item.name
            with Database(box.services.database.path) as other:
                other.run(recover("", [(key, read_address("app.x.y"))], by=Actor(), now_ms=NOW))
            await until(shown.pilot, lambda: shown.meant == ["animals", "app.ui.key"])
            assert "invalid...address: no longer there" in shown.said
            assert shown.current == "animals"
            await shown.settled()
            assert shown.field.value.startswith("app:main:animals")


async def test_gone_at_the_last_moment(home: Path) -> None:
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            key = shown.of(RecoveryList).item.name
            await box.services.run(discard("", [key], by=Actor(), now_ms=NOW))
            await shown.press("enter")
            await shown.until_said("no longer there")
            assert await box.value("app.invalid.address") is None


async def test_marks_and_drafts_survive_a_refresh(home: Path) -> None:
    """By identity: new pipes come in above, and cursor, mark and typed text stay with theirs."""
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            await shown.press("down", "space", "up", "e", "ctrl+u", *"app.x.draft", "escape")
            for number in range(3):
                await box.pipe(b"new", f"new..{number}", "empty_part")
            await until(shown.pilot, lambda: len(shown.meant) == 6)
            await shown.settled()
            assert shown.current == "animals"
            assert shown.field.value == "app.x.draft"
            assert [item.meant for item in shown.of(RecoveryList).items if item.id in shown.of(RecoveryList).marks] == [
                "animals"
            ]


async def test_locked_database(home: Path) -> None:
    """Somebody else writes for too long: said with its hint, nothing is lost, and it can be tried again."""
    async with inbox(home, busy_timeout_ms=100) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            lock = WriterLock(box.services.database.path + ".lock", busy_timeout_ms=0)
            lock.acquire("test", monotonic() + 1)
            try:
                await shown.press("enter")
                await shown.until_said("the database is locked")
            finally:
                lock.release()
            assert len(shown.meant) == 3
            await shown.press("enter")
            await shown.until_said("recovered")


async def test_unreadable_database(home: Path) -> None:
    async with inbox(home) as box:
        path = Path(box.services.database.path)

        def spoil() -> None:
            path.parent.mkdir(parents=True)
            path.write_bytes(b"no database at all, but long enough to be looked at as one " * 50)

        await to_thread(spoil)
        async with inbox_shown(box) as shown:
            await until(shown.pilot, lambda: "cannot be read" in "\n".join(shown.rows()))
            await to_thread(path.unlink)
            await box.pipe(b"x", "a..b", "empty_part")
            await shown.press("f5")
            await until(shown.pilot, lambda: shown.meant == ["a..b"])


async def test_leaving_does_not_stop_what_has_begun(home: Path) -> None:
    """The screen is left while the store is still busy: the recovery is completed, and a later visit can undo it."""
    async with inbox(home, busy_timeout_ms=60_000) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            lock = WriterLock(box.services.database.path + ".lock", busy_timeout_ms=0)
            lock.acquire("test", monotonic() + 1)
            try:
                await shown.pilot.press("enter")
                await until(shown.pilot, lambda: "at work" in shown.said)
                await shown.pilot.press("escape")
                await until(shown.pilot, lambda: not isinstance(shown.app.screen, RecoveryScreen))
            finally:
                lock.release()
            await until(shown.pilot, lambda: shown.app.undo.last(NOW))
            assert await box.value("app.invalid.address") == b"critical data\n"
            shown.app.open()
            await until(shown.pilot, lambda: shown.app.screen.query(RecoveryList) and len(shown.meant) == 2)
            await shown.press("u")
            await shown.until_said("undone")
            assert await box.value("app.invalid.address") is None


# --- much, hostile, small -----------------------------------------------------------------------------------------------


async def test_ten_thousand_pipes(home: Path) -> None:
    """Only what is visible is drawn; beyond what is listed, the rest is counted honestly."""
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            listed = shown.of(RecoveryList)
            shown.screen.on_screen_suspend()  # else its clock reads again, and shows what is really there
            await shown.settled()  # whoever was watching may have begun to read
            many = [replace(listed.item, id=f"pipe:{number}") for number in range(10_000)]
            listed.show(many, more=5)
            await shown.pilot.press("end")
            assert listed.item.id == "pipe:9999"
            assert any("… and 5 more" in row for row in shown.rows())
            await shown.pilot.press("home", "pagedown")
            assert listed.item.id != "pipe:0"
            drawn: list[int] = []
            original = listed.render_line

            def counted(y: int) -> Strip:
                drawn.append(y)
                strip: Strip = original(y)
                return strip

            listed.render_line = counted
            listed.tick()
            await shown.pilot.pause()
            assert 0 < len(drawn) <= 2 * listed.size.height


async def test_hostile_text(home: Path) -> None:
    """U-15: as the address it was meant for and as content, in list, detail, field, dialogs and messages."""
    async with inbox(home) as box:
        for number, (name, text) in enumerate(HOSTILE.items()):
            typed = text[:2000].encode("utf-8", "replace").decode()  # SQLite takes no lone surrogates
            await box.pipe(HOSTILE_BYTES[name][:70_000] + b"%d" % number, typed, "bad_char", ago=number * 1000)
        async with inbox_shown(box) as shown:
            for name in HOSTILE:
                assert [row for row in shown.rows() if dangerous(row)] == [], name
                shown.screen.action_recovery_mark()
                await shown.settled()
            shown.screen.action_recovery_recover_marked()
            await until(shown.pilot, lambda: isinstance(shown.app.screen, ConfirmPlan))
            assert [row for row in shown.rows() if dangerous(row)] == []
            await shown.press("escape", "w")
            await until(shown.pilot, lambda: isinstance(shown.app.screen, SaveTo))
            assert [row for row in shown.rows() if dangerous(row)] == []
            await shown.press("escape", "d")
            await shown.until_said("discarded")
            assert [row for row in shown.rows() if dangerous(row)] == []


@pytest.mark.parametrize("theme", [theme.name for theme in OURS])
async def test_urgent_and_marked_are_glyphs_too(home: Path, theme: str) -> None:
    """In every theme what a colour says is also said by a character."""
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box, (120, 40)) as shown:
            shown.app.theme = theme
            await shown.press("space", "end")
            screen = "\n".join(shown.rows())
            assert [glyph for glyph in ("⚠ 1:00", "●", "▌", "✓ a new entry") if glyph not in screen] == []


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40), (200, 60), (20, 5)])
async def test_sizes(home: Path, size: tuple[int, int]) -> None:
    """It can be used from 40×12 up; below that it says what it needs. Nothing lies outside of the terminal."""
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box, size) as shown:
            await shown.press("down", "e", "x")
            rows = shown.rows()
            assert len(rows) == size[1]
            if size == (20, 5):
                assert "20×5 is too s" in "\n".join(rows)
                await shown.press("escape")
                assert not isinstance(shown.app.screen, RecoveryScreen)
            else:
                assert any("animals" in row for row in rows)
                assert shown.field.region.height == 5
                assert shown.field.region.bottom <= size[1] - 2


async def test_resizing(home: Path) -> None:
    """Wide, narrow, too small and back: cursor and typed text stay."""
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            await shown.press("down", "e", "x", "escape")
            for size in ((200, 60), (20, 5), (40, 12), (80, 24)):
                await shown.pilot.resize_terminal(*size)
                await shown.settled()
            assert shown.current == "animals"
            assert shown.field.value == "app:main:animalsx"
