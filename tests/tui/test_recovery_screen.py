"""The inbox on the screen: what its lines say, and every key (P-072…P-083)."""

from __future__ import annotations

import shlex
from asyncio import to_thread
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.tui.inbox import MINUTE, inbox
from tests.tui.inbox_app import fill, inbox_shown
from tests.tui.waiting import until
from tui.browser.commands.catalog import in_scope
from tui.browser.screens.confirm import ConfirmPlan
from tui.browser.screens.recovery import RecoveryScreen
from tui.browser.screens.save import SaveTo
from tui.browser.widgets.line_field import LineField
from tui.browser.widgets.notice import Notice
from tui.browser.widgets.recovery_list import RecoveryList, columns

# --- what is seen -------------------------------------------------------------------------------------------------------


async def test_what_the_lines_say(home: Path) -> None:
    """Time left, size, what it was meant for, why it was refused, how long ago; under two minutes with a sign."""
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box, (160, 30)) as shown:
            rows = shown.rows()
            assert rows[0].split("   ")[0] == " recovery · 3 pipes · ⚠ 1 with less than 2 min"
            assert rows[0].endswith("newest first")
            header = next(row for row in rows if "meant for" in row)
            for meant, facts in {
                "invalid...address": ["14:59", "14 bytes", "empty part at 9", "just now"],
                "animals": ["14:58", "52 bytes", "incomplete address"],
                "app.ui.key": ["⚠ 1:00", "8 bytes", "TTL not allowed there", "14 min ago"],
            }.items():
                [row] = [row for row in rows[3:6] if f" {meant} " in row]
                assert [fact for fact in facts if fact not in row] == []
                assert row.index(meant) == header.index("meant for")


async def test_detail_points_at_the_fault(home: Path) -> None:
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            rows = shown.rows()
            top = next(index for index, row in enumerate(rows) if row.startswith(" meant for"))
            assert rows[top].endswith("text · 14 bytes")
            assert rows[top + 1].index("^") == rows[top].index("invalid...address") + 8
            assert "the context is empty" in rows[top + 1]
            assert "critical data" in "\n".join(rows)
            await shown.press("down")
            assert next(row for row in shown.rows() if "meant for  animals" in row).endswith(
                "stream · 52 bytes · s runs it"
            )


async def test_time_ticks(home: Path) -> None:
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            assert any("14:59" in row for row in shown.rows())
            box.clock.now += MINUTE + 1000
            await until(shown.pilot, lambda: any("13:58" in row for row in shown.rows()))
            assert any("✗ expired" in row for row in shown.rows())


def test_columns_fill_the_width() -> None:
    """No cell is given out twice, and the time left and what it was meant for are always there."""
    for width in range(1, 220):
        shape = columns(width)
        parts = [part for part in shape if part]
        assert min(shape.left, shape.meant) > 0, width
        assert 2 + sum(parts) + 2 * (len(parts) - 1) <= max(width, 14), width
        assert shape.age == 0 or shape.why > 0, width


async def test_empty(home: Path) -> None:
    """Friendly: how pipes get here, with an example. A pipe that comes in appears by itself."""
    async with inbox(home) as box, inbox_shown(box) as shown:
        screen = "\n".join(shown.rows())
        assert "no pipes are waiting" in screen
        assert 'echo "critical data" | prontodb set invalid...address' in screen
        await shown.press("enter", "r", "s", "d", "k", "w", "y", "space", "R", "e", "x", "o")
        assert shown.app.screen_stack[-1].query(Notice)
        await box.pipe(b"x", "a..b", "empty_part")
        await until(shown.pilot, lambda: shown.meant == ["a..b"])
        assert shown.of(RecoveryList).has_focus


# --- keys ---------------------------------------------------------------------------------------------------------------


async def test_every_command_has_its_action() -> None:
    for command in in_scope("recovery"):
        assert callable(getattr(RecoveryScreen, f"action_{command.action}")), command.id


@pytest.mark.parametrize("key", ["enter", "r"])
async def test_recover_and_undo(home: Path, key: str) -> None:
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            assert shown.field.value == "app:invalid:address"
            await shown.press(key)
            await shown.until_said("recovered app:invalid:address")
            assert await box.value("app.invalid.address") == b"critical data\n"
            assert shown.meant == ["animals", "app.ui.key"]
            assert "u takes it back (14:59 left)" in "\n".join(shown.rows())
            await shown.press("u")
            await shown.until_said("undone")
            assert shown.meant == ["invalid...address", "animals", "app.ui.key"]
            assert await box.value("app.invalid.address") is None


async def test_type_an_address(home: Path) -> None:
    """A bad one is refused with its place; esc goes back to the list and what was typed stays with its pipe."""
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            await shown.press("e", "ctrl+u", *"a..b", "enter")
            assert shown.field.query_one(LineField).cursor_position == 2
            assert len(shown.meant) == 3
            await shown.press("escape", "down")
            assert shown.field.value == "app:main:animals"
            await shown.press("up")
            assert shown.field.value == "a..b"
            await shown.press("tab", "ctrl+u", *"notes.x", "enter")
            await shown.until_said("recovered app:notes:x")
            assert await box.value("app.notes.x") == b"critical data\n"
            assert shown.of(RecoveryList).has_focus


async def test_a_guess_that_is_taken_is_not_overwritten(home: Path) -> None:
    """The field holds a free address as soon as the store was asked, and enter before that asks first."""
    async with inbox(home) as box:
        await box.set("app.invalid.address", b"there")
        await fill(box)
        async with inbox_shown(box) as shown:
            assert shown.field.value == "app:invalid:address-2"
            await shown.press("enter")
            await shown.until_said("recovered app:invalid:address-2")
            assert await box.value("app.invalid.address") == b"there"


async def test_what_cannot_come_back_is_asked_about(home: Path) -> None:
    """Overwriting a secret could not be undone: a question first, and no is no."""
    async with inbox(home) as box:
        await box.set("app.x.secret", b"pw", secret=True)
        await fill(box)
        async with inbox_shown(box) as shown:
            await shown.press("e", "ctrl+u", *"app.x.secret", "enter")
            await until(shown.pilot, lambda: isinstance(shown.app.screen, ConfirmPlan))
            assert "cannot be undone" in "\n".join(shown.rows())
            await shown.press("escape")
            assert await box.value("app.x.secret") == b"pw"
            await shown.press("enter")
            await until(shown.pilot, lambda: isinstance(shown.app.screen, ConfirmPlan))
            await shown.press("enter")
            await shown.until_said("recovered app:x:secret")


async def test_recover_all_marked(home: Path) -> None:
    """A list of what would go where comes first; then all of it, and one undo for all."""
    async with inbox(home) as box:
        await fill(box)
        await box.set("app.ui.key", b"old")
        async with inbox_shown(box) as shown:
            await shown.press("R")
            assert "nothing is marked" in shown.said
            await shown.press("space", "down", "space")
            assert "● 2 marked" in shown.rows()[0]
            await shown.press("R")
            await until(shown.pilot, lambda: isinstance(shown.app.screen, ConfirmPlan))
            asked = "\n".join(shown.rows())
            assert "invalid...address (14 bytes)  → app:invalid:address" in asked
            assert "! overwrites 3 bytes" in asked
            await shown.press("enter")
            await shown.until_said("recovered 2 pipes")
            assert (shown.meant, "marked" in shown.rows()[0]) == (["animals"], False)
            await shown.press("u")
            await shown.until_said("undone")
            assert len(shown.meant) == 3
            assert await box.value("app.ui.key") == b"old"


async def test_run_as_stream(home: Path) -> None:
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            await shown.press("s")
            await shown.until_said("has no '=' (at 1)")
            await shown.press("down", "s")
            await until(shown.pilot, lambda: isinstance(shown.app.screen, ConfirmPlan))
            asked = "\n".join(shown.rows())
            assert "app:animals:dog" in asked
            assert "zoo:cats:tom" in asked
            await shown.press("enter")
            await shown.until_said("ran as stream: 2 entries stored")
            assert await box.value("zoo.cats.tom") == b"a;b"
            assert shown.meant == ["invalid...address", "app.ui.key"]


async def test_keep_pin_discard(home: Path) -> None:
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            await shown.press("end", "k")
            await shown.until_said("kept 15:00 longer")
            assert any("16:00" in row and "app.ui.key" in row for row in shown.rows())
            await shown.press("K")
            await shown.until_said("kept 7d 00h longer")
            await shown.press("d")
            await shown.until_said("discarded app.ui.key")
            assert shown.meant == ["invalid...address", "animals"]
            await shown.press("u")
            await shown.until_said("undone: discarded")
            assert shown.meant == ["invalid...address", "animals", "app.ui.key"]


async def test_save_to_a_file(home: Path) -> None:
    """A path is asked for, with what is wrong about it; nothing is overwritten."""
    async with inbox(home) as box:
        await fill(box)
        await to_thread((home / "there.txt").write_text, "mine")
        async with inbox_shown(box) as shown:
            await shown.press("w")
            await until(shown.pilot, lambda: isinstance(shown.app.screen, SaveTo))
            field = shown.app.screen.query_one(Input)
            assert field.value == "./invalid_address.txt"
            field.value = "there.txt"
            await until(shown.pilot, lambda: "exists already" in "\n".join(shown.rows()))
            await shown.press("enter")
            assert isinstance(shown.app.screen, SaveTo)
            field.value = "new.txt"
            await until(shown.pilot, lambda: "✓ ~/new.txt" in "\n".join(shown.rows()))
            await shown.press("enter")
            await shown.until_said("saved 14 bytes to")
            assert (home / "new.txt").read_bytes() == b"critical data\n"
            assert (home / "there.txt").read_text() == "mine"
            assert len(shown.meant) == 3


async def test_copy_command_line(home: Path) -> None:
    """U-14: what is copied does headless what enter does here."""
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            await shown.press("y")
            key = shown.of(RecoveryList).item.name
            assert shlex.split(shown.app.clipboard) == ["prontodb", "copy", f"pipe.cache.{key}", "app.invalid.address"]


async def test_order_bytes_and_leaving(home: Path) -> None:
    async with inbox(home) as box:
        await fill(box)
        async with inbox_shown(box) as shown:
            await shown.press("o")
            assert shown.meant == ["app.ui.key", "animals", "invalid...address"]
            assert shown.current == "invalid...address"
            await shown.press("x")
            assert any("63 72 69 74" in row for row in shown.rows())
            await shown.press("e", "escape", "escape")
            assert not isinstance(shown.app.screen, RecoveryScreen)
