"""The value pane and its notices: what is shown, what is said instead, what stays hidden, and that nothing stalls."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.widgets import Button

from store.errors import Unavailable
from tests.tui.hostile import HOSTILE, HOSTILE_BYTES, dangerous
from tests.tui.waiting import until
from tui.browser.text.preview import ValueHead
from tui.browser.widgets.line_view import STEP
from tui.browser.widgets.notice import Notice, Said, failure, too_small
from tui.browser.widgets.value_view import ValueView

NOW = 1_800_000_000_000
KIB = 1024
SIZES = [(40, 12), (80, 24), (120, 40), (200, 60)]


def value(stored: bytes, *, size: int | None = None, title: str = "k", **more: int | bool | None) -> ValueHead:
    facts = {"updated_at": NOW - 200_000, **more}
    return ValueHead(title, stored, len(stored) if size is None else size, **facts)  # type: ignore[arg-type]


class ValueApp(App[None]):
    """One view beside something else that can have the focus."""

    CSS = "Button { dock: bottom; height: 1; border: none; }"

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.view = ValueView(now_ms=lambda: self.now)
        self.asked: list[ValueHead] = []

    def compose(self) -> ComposeResult:
        yield self.view
        yield Button("elsewhere")

    def on_value_view_reveal_requested(self, message: ValueView.RevealRequested) -> None:
        assert message.control is self.view
        self.asked.append(message.value)


def body(view: ValueView) -> list[str]:
    """The visible rows of the value, each exactly as wide as its place and harmless; [] if something is said instead."""
    if not view.body.display:
        return []
    strips = [view.body.render_line(y) for y in range(view.body.size.height)]
    width = view.body.scrollable_content_region.width
    for strip in strips:
        assert strip.cell_length == width
        assert dangerous(strip.text) == []
    return [strip.text.rstrip() for strip in strips]


def complete(view: ValueView) -> bool:
    rows = view.body.rows
    return rows is not None and rows.done


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_text(size: tuple[int, int]) -> None:
    """Title, kind, size, age and time left above the text."""
    app = ValueApp()
    async with app.run_test(size=size) as pilot:
        app.view.show(value(b"submit\nagain\n", title="button[0]", expires_at=NOW + 843_000))
        await until(pilot, lambda: complete(app.view))
        assert app.view.header.split("\n") == [
            "button[0]",
            "text · 13 bytes · utf-8",
            "changed 3 min ago · expires in 14:03"[: size[0]],
        ]
        assert body(app.view)[:3] == ["submit", "again", ""]
        assert not app.view.notice.display


async def test_json_is_laid_out_and_bytes_are_hex() -> None:
    app = ValueApp()
    async with app.run_test(size=(90, 24)) as pilot:
        app.view.show(value(b'{"a":[1,2.50],"b":"x"}'))
        await until(pilot, lambda: complete(app.view))
        assert app.view.header.split("\n")[1] == "json · 22 bytes"
        assert body(app.view)[:8] == ["{", '  "a": [', "    1,", "    2.50", "  ],", '  "b": "x"', "}", ""]
        app.view.show(value(b"\x89PNG", title="other"))
        await pilot.pause()
        assert app.view.header.split("\n")[1] == "bytes · 4 bytes"
        assert body(app.view)[0].split() == ["00000000", "89", "50", "4e", "47", "·PNG"]


@pytest.mark.parametrize("stored", HOSTILE_BYTES.values(), ids=HOSTILE_BYTES.keys())
async def test_hostile_values(stored: bytes) -> None:
    """U-15: any value and any title, wrapped and not, as text and as hex, at every size, to the last row."""
    app = ValueApp()
    head = stored[: 64 * KIB]
    title = stored[:100].decode("utf-8", "replace")
    async with app.run_test(size=SIZES[0]) as pilot:
        app.view.show(value(head, size=len(stored), title=title))
        for action in ("last", "wrap", "last", "hex", "wrap", "last"):
            await until(pilot, lambda: complete(app.view) or not app.view.body.display)
            body(app.view)
            assert dangerous(app.view.header, allow="\n") == []
            assert dangerous(app.view.notice.plain, allow="\n") == []
            getattr(app.view, f"action_value_{action}")()
        await pilot.resize_terminal(*SIZES[2])
        await until(pilot, lambda: complete(app.view) or not app.view.body.display)
        body(app.view)


async def test_keys_scroll() -> None:
    """Rows, pages, ends; sideways when lines are not wrapped. Never past the ends."""
    app = ValueApp()
    text = "".join(f"line {number} {'x' * 200}\n" for number in range(500)).encode()
    async with app.run_test(size=(60, 24)) as pilot:
        app.view.focus()
        app.view.show(value(text[: 64 * KIB], size=len(text)))
        await until(pilot, lambda: complete(app.view))
        await pilot.press("w")
        await until(pilot, lambda: complete(app.view))
        assert body(app.view)[0] == f"line 0 {'x' * 200}"[: app.view.body.scrollable_content_region.width]
        await pilot.press("down", "j", "k")
        assert body(app.view)[0].startswith("line 1 ")
        await pilot.press("right")
        assert body(app.view)[0].startswith("x" * 40)
        await pilot.press("left", "left", "pagedown")
        page = app.view.body.scroll_offset.y - 1
        assert page == app.view.body.scrollable_content_region.height - 1
        await pilot.press("pageup", "end")
        assert [line for line in body(app.view) if line][-1] == "— showing 64 KiB of 102 KiB —"
        await pilot.press("pagedown", "down", "home", "up", "pageup")
        assert body(app.view)[0].startswith("line 0 ")


async def test_a_partial_value_says_so_twice() -> None:
    """Honest caps: in the header and after the last row."""
    app = ValueApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(value(b"x" * 100, size=10_328_473))
        await until(pilot, lambda: complete(app.view))
        assert app.view.header.split("\n")[-1] == "showing 100 bytes of 9.8 MiB"
        assert "— showing 100 bytes of 9.8 MiB —" in body(app.view)


@pytest.mark.parametrize(
    "stored", [b"\xc2\x9b" * 32_000, b"[" + b"1," * 32_000 + b"1]", b"a b " * 16_000, b"\n" * 65_000]
)
async def test_no_step_is_long(stored: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole of 64 KiB is laid out in steps; the first rows are there after the first."""
    app = ValueApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(value(b"before", title="before"))
        await until(pilot, lambda: complete(app.view))
        app.view.show(value(stored))
        rows = app.view.body.rows
        assert rows is not None
        assert not rows.done
        assert rows.count >= app.view.body.size.height
        budgets: list[int] = []
        grow = rows.grow

        def watched(budget: int) -> None:
            budgets.append(budget)
            grow(budget)

        monkeypatch.setattr(rows, "grow", watched)
        await until(pilot, lambda: complete(app.view))
        assert set(budgets) == {STEP}
        assert len(budgets) >= len(stored) // STEP // 3


async def test_another_width_keeps_the_place() -> None:
    app = ValueApp()
    text = "".join(f"{number:04} {'word ' * 30}\n" for number in range(200)).encode()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(value(text))
        await until(pilot, lambda: complete(app.view))
        rows = app.view.body.rows
        assert rows
        app.view.body.scroll_to(y=rows.row_of(100), animate=False)
        assert body(app.view)[0].startswith("0100 ")
        await pilot.resize_terminal(50, 24)
        await until(pilot, lambda: app.view.body.rows is not rows and complete(app.view))
        await until(pilot, lambda: body(app.view)[0].startswith("0100 "))
        app.view.show(value(text + b"more", updated_at=NOW))
        await until(pilot, lambda: complete(app.view))
        assert body(app.view)[0].startswith("0100 ")
        app.view.show(value(text, title="another"))
        await until(pilot, lambda: complete(app.view))
        assert body(app.view)[0].startswith("0000 ")


async def test_hex_of_text_and_back() -> None:
    app = ValueApp()
    async with app.run_test(size=(90, 24)) as pilot:
        app.view.focus()
        app.view.show(value(b"a\xc2\xadb"))
        await pilot.press("x")
        assert body(app.view)[0].split()[1:5] == ["61", "c2", "ad", "62"]
        await pilot.press("x")
        assert body(app.view)[0] == "a‹SHY›b"


# --- secrets ----------------------------------------------------------------------------------------------------------


async def test_a_secret_is_masked_until_asked_for_and_again_on_blur() -> None:
    """U-11: the bytes are not even kept while they are masked."""
    app = ValueApp()
    secret = value(b"hunter2", title="password", secret=True)
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.focus()
        app.view.show(secret)
        await pilot.pause()
        assert app.view.masked
        assert app.view.value is not None
        assert app.view.value.head == b""
        assert "•••••• secret — press r to reveal" in app.view.notice.plain
        assert "hunter2" not in app.export_screenshot()
        await pilot.press("r")
        assert [asked.title for asked in app.asked] == ["password"]
        app.view.show(secret, revealed=True)
        await until(pilot, lambda: complete(app.view))
        assert body(app.view)[0] == "hunter2"
        assert app.view.header.split("\n")[1] == "secret, revealed · 7 bytes"
        await pilot.press("tab")
        await pilot.pause()
        assert app.view.masked
        assert app.view.value.head == b""
        assert "hunter2" not in app.export_screenshot()


async def test_r_masks_a_revealed_secret() -> None:
    app = ValueApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.focus()
        app.view.show(value(b"hunter2", secret=True), revealed=True)
        await pilot.press("r")
        assert app.view.masked
        assert app.asked == []


# --- states -----------------------------------------------------------------------------------------------------------


async def test_states() -> None:
    """Nothing chosen, reading, empty, failed: each says so, and a value ends it."""
    app = ValueApp()
    async with app.run_test(size=(80, 24)) as pilot:
        assert "no entry chosen" in app.view.notice.plain
        app.view.wait_for("button[0]")
        assert app.view.notice.plain == ""  # a quick load is not worth a word
        await until(pilot, lambda: "reading" in app.view.notice.plain)
        assert app.view.header == "button[0]"
        app.view.show(value(b""))
        await pilot.pause()
        assert "empty value" in app.view.notice.plain
        assert app.view.header.split("\n")[1] == "empty · 0 bytes"
        app.view.fail("button[0]", Unavailable("busy", "the database is locked", hint="try again"))
        await pilot.pause()
        assert app.view.notice.plain.split("\n") == ["✗ cannot be read", "", "the database is locked", "", "try again"]
        assert app.view.notice.has_class("-error")
        app.view.show(value(b"submit"))
        await until(pilot, lambda: complete(app.view))
        assert body(app.view)[0] == "submit"
        app.view.clear()
        await pilot.pause()
        assert body(app.view) == []
        assert app.view.header == ""


async def test_time_passes() -> None:
    app = ValueApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(value(b"x", expires_at=NOW + 61_000))
        await pilot.pause()
        app.now += 60_000
        app.view.tick()
        assert app.view.header.endswith("changed 4 min ago · expires in 0:01")
        app.now += 1_000
        app.view.tick()
        assert app.view.header.endswith("expired")


async def test_small_panes_keep_the_value() -> None:
    """With little height the header gives way, down to one row of value."""
    app = ValueApp()
    async with app.run_test(size=(40, 24)) as pilot:
        app.view.show(value(b"submit"))
        for height, header in ((8, 2), (5, 1), (2, 1)):
            await pilot.resize_terminal(40, height + 1)
            await until(pilot, lambda: complete(app.view))
            assert app.view.size.height == height
            assert len(app.view.header.split("\n")) == header
            assert body(app.view)[0] == "submit"


# --- the notice -------------------------------------------------------------------------------------------------------


class NoticeApp(App[None]):
    """A notice and nothing else."""

    def compose(self) -> ComposeResult:
        yield Notice()


async def test_hostile_notices() -> None:
    """U-15: whatever an error or a name says, in any size."""
    app = NoticeApp()
    async with app.run_test(size=(80, 24)) as pilot:
        notice = app.query_one(Notice)
        for size in ((10, 3), (80, 24)):
            await pilot.resize_terminal(*size)
            for name, text in HOSTILE.items():
                notice.say(Said("error", text[:3000], text[:3000], text[:3000]))
                assert dangerous(notice.plain, allow="\n") == [], name
                assert all(dangerous(strip.text) == [] for strip in notice.render_lines(notice.size.region)), name
            await pilot.pause()


async def test_notices() -> None:
    """What does not fit is left out from the end; the state is a class and a glyph."""
    app = NoticeApp()
    async with app.run_test(size=(40, 12)) as pilot:
        notice = app.query_one(Notice)
        assert too_small(Size(80, 24), (80, 24)) is None
        assert too_small(Size(80, 23), (80, 24)) is not None
        notice.say(too_small(Size(40, 12), (80, 24)))
        assert notice.plain.split("\n") == ["↔ 40×12 is too small", "", "80×24 is needed"]
        notice.say(failure(Unavailable("busy", "locked"), "press f5"))
        assert (notice.has_class("-error"), notice.has_class("-small")) == (True, False)
        assert "press f5" in notice.plain
        await pilot.resize_terminal(40, 1)
        await pilot.pause()
        assert notice.plain == "✗ cannot be read"
        notice.say(None)
        assert notice.plain == ""


async def test_loading_is_patient_once() -> None:
    """A load that is announced twice is still one load."""
    app = NoticeApp()
    async with app.run_test() as pilot:
        notice = app.query_one(Notice)
        notice.say(Said("loading", "reading"))
        assert notice.plain == ""
        await until(pilot, lambda: notice.plain)
        notice.say(Said("loading", "reading"))
        assert notice.plain == "… reading"
