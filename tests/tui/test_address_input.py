"""The address field: right or wrong while typing, the caret exactly under the fault, what would be overwritten (U-02, P-016)."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from store.addresses import PLAIN, Reading, read_address
from store.model import Address
from store.operations.expiry import create_cache
from tests.tui.hostile import HOSTILE, dangerous
from tests.tui.inbox import MINUTE, NOW, inbox
from tests.tui.waiting import until
from tui.browser.flows.addressing import check, sentence
from tui.browser.services import Services
from tui.browser.widgets.address_input import AddressInput
from tui.browser.widgets.line_field import LONGEST, LineField, presentable
from vector_files import vectors

INVALID = [
    vector for vector in vectors("pronto") if vector["area"] == "address_invalid" and vector["input"].get("text")
]


class Harness(App[None]):
    """A screen with the field and nothing else; remembers what it posts."""

    def __init__(self, field: AddressInput) -> None:
        super().__init__()
        self.field = field
        self.said: list[Any] = []
        self.ansi_color = False

    def compose(self) -> ComposeResult:
        yield self.field

    def on_mount(self) -> None:
        self.field.focus()

    def on_address_input_changed(self, event: AddressInput.Changed) -> None:
        self.said.append(("changed", event.address, event.error and event.error.code))

    def on_address_input_submitted(self, event: AddressInput.Submitted) -> None:
        self.said.append(("submitted", event.address))

    def rows(self) -> list[str]:
        """The lines on the screen, right-hand blanks removed."""
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]

    @property
    def text(self) -> Input:
        return self.field.query_one(LineField)


@asynccontextmanager
async def shown(
    value: str = "", *, services: Services | None = None, reading: Reading = PLAIN, mode: Any = "write", size=(80, 24)
) -> AsyncIterator[tuple[Harness, Pilot[None]]]:
    app = Harness(AddressInput(reading, services, mode, value=value))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


# --- where it is not good -----------------------------------------------------------------------------------------------


async def test_caret_stands_under_the_fault() -> None:
    """P-016: for every bad address of the vectors the caret is below the character the error names, or behind the last."""
    async with shown() as (app, pilot):
        for vector in INVALID:
            text = presentable(vector["input"]["text"])
            error = check(text, PLAIN).error
            if error is None:  # bad only for an implicit pipe or with options
                continue
            app.field.value = text
            await pilot.pause()
            field, caret, *_ = app.rows()
            assert error.position is not None, vector["id"]
            column = 1 + cell_len(text[: error.position]) - round(app.text.scroll_x)
            assert field.startswith(" " + text[:5]) or app.text.scroll_x, vector["id"]
            marks = {index for index, char in enumerate(caret) if char in "^◂▸"}
            assert min(max(column, 1), 78) in marks, vector["id"]


@pytest.mark.parametrize(
    ("text", "below"),
    [
        ("invalid...address", "         ^ the context is empty"),
        ("漢字.b.c", " ^ '漢' may not stand in a context"),
        ("a.漢字.c.d.e", "           ^ too many parts, 5 instead of at most four"),
        ("x" * 60 + "..y", "                                       the namespace is empty ^"),
        ("a:b", "  ^ one colon could mean context:key or namespace:key"),
        ("app:ui:", "        ^ the key is empty"),
    ],
)
async def test_caret_line(text: str, below: str) -> None:
    """Wide characters count two cells; the sentence stands where there is room; the hint comes beneath."""
    async with shown(text) as (app, _):
        assert app.rows()[1] == below
        assert app.rows()[2].strip()


async def test_caret_follows_the_scrolled_text() -> None:
    """In a field narrower than its text the caret stays below its character; out of sight it becomes an arrow."""
    async with shown("a..b" + "c" * 60, size=(30, 10)) as (app, pilot):
        assert app.rows()[1].startswith(" ◂")
        await pilot.press("home")
        assert app.rows()[1].startswith("   ^")
        app.field.value = "c" * 60 + "..b"
        app.text.cursor_position = 0
        await pilot.pause()
        assert app.rows()[1].endswith("▸")


async def test_enter_on_a_bad_address_goes_to_the_fault() -> None:
    async with shown("invalid...address") as (app, pilot):
        await pilot.press("enter")
        assert app.text.cursor_position == 8
        assert not [said for said in app.said if said[0] == "submitted"]


@given(st.one_of(st.text(max_size=60), st.text("ab._:[]'| =", max_size=30)))
def test_sentence_does_not_repeat_the_text(text: str) -> None:
    """The text stands right above: what is said about it is the sentence alone."""
    error = check(text, PLAIN).error
    if error is not None:
        assert "nvalid address" not in sentence(error)
        assert sentence(error) in error.message


# --- what it is ---------------------------------------------------------------------------------------------------------


async def test_says_while_typing() -> None:
    """Each change is judged and told once: bad, then good, then what enter does."""
    async with shown() as (app, pilot):
        app.said.clear()
        await pilot.press("a", ".", "b")
        await pilot.press("enter")
        await pilot.pause()
        assert app.said == [
            ("changed", Address("", "app", "main", "a"), None),
            ("changed", None, "empty_part"),
            ("changed", Address("", "app", "a", "b"), None),
            ("submitted", Address("", "app", "a", "b")),
        ]
        assert app.rows()[1] == " ✓ reads as app:a:b"


async def test_whole_address_is_shown_only_when_abbreviated() -> None:
    async with shown("app.ui.list__0") as (app, pilot):
        assert "reads as" not in app.rows()[1]
        app.field.value = "ui.list__0"
        await pilot.pause()
        assert app.rows()[1] == " ✓ reads as app:ui:list[0]"
        app.field.value = "org.app.ui.key"
        await pilot.pause()
        assert app.rows()[1] == " ✓ reads as app:ui:key in meta org"


async def test_options_of_the_session_are_the_position() -> None:
    """P-014, P-023: with -p and -n a key alone is enough, and a whole address is still welcome."""
    async with shown("k", reading=Reading(context="kb", namespace="in", whole=True)) as (app, _):
        assert app.field.address == Address("", "kb", "in", "k")
        app.field.value = "a:b:c"
        assert app.field.address == Address("", "a", "b", "c")


async def test_the_cache_is_not_written_to() -> None:
    """P-022: not by any spelling; reading it is fine."""
    for text in ("pipe.cache.1_a_b", "pipe:cache:x"):
        assert check(text, PLAIN).error is not None
        assert check(text, PLAIN, "read").address is not None


async def test_reading_takes_a_namespace() -> None:
    """For going somewhere, `app.ui.` and `app:ui:` are places too."""
    async with shown("app:ui.widgets:", mode="read") as (app, _):
        assert app.field.address == Address("", "app", "ui.widgets", "")
        app.field.value = "app.ui."
        assert app.field.address == Address("", "app", "ui", "")
        app.field.value = "a..b."
        assert app.field.address is None


async def test_malformed_brackets_are_mentioned() -> None:
    """M-041: they are stored as they stand, which is hardly ever meant."""
    async with shown("app:ui:list[0") as (app, _):
        assert app.field.address is not None
        assert app.rows()[2] == " ! a bracket is missing; close what is open; try list[0]"


async def test_other_texts_are_offered() -> None:
    """Down first repairs what is bad, then goes round the offers; up goes back."""
    async with shown("invalid...address") as (app, pilot):
        app.field.offers = ["app:a:b", "app:c:d"]
        seen = []
        for key in ("down", "down", "down", "up", "up"):
            await pilot.press(key)
            seen.append(app.field.value)
        assert seen == ["app:invalid:address", "app:a:b", "app:c:d", "app:a:b", "app:c:d"]


# --- what lies there ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ("app.x.plain", "write", "! overwrites 12 bytes written 3 min ago — undoable"),
        ("app.x.secret", "write", "! overwrites a secret of 2 bytes written 3 min ago — cannot be undone"),
        ("app.short.old", "write", "! overwrites 1 byte written 3 min ago — cannot be undone · expires in 10:00"),
        ("app.short.gone", "write", "✓ a new entry · expires in 10:00"),
        ("app.x.new", "write", "✓ a new entry"),
        ("app:x:queue[]", "write", "✓ appended behind the last one"),
        ("app.x.plain", "read", "✓ 12 bytes written 3 min ago"),
        ("app.short.old", "read", "✓ 1 byte written 3 min ago · expires in 7:00"),
        ("app.x.new", "read", "✓ nothing there yet"),
        ("app:x:", "read", "✓ a namespace"),
    ],
)
async def test_what_is_there(home: Path, text: str, mode: str, said: str) -> None:
    """U-10, U-11: what would be overwritten, and whether it could come back; what expires or is secret could not."""
    async with inbox(home) as box:
        by = box.services.actor
        await box.services.run(create_cache("", "app", "short", 600, by=by, now_ms=NOW))
        await box.set("app.x.plain", b"hello world!", ago=3 * MINUTE)
        await box.set("app.x.secret", b"pw", ago=3 * MINUTE, secret=True)
        await box.set("app.short.old", b"x", ago=3 * MINUTE)
        await box.set("app.short.gone", b"x", ago=11 * MINUTE)
        async with shown(text, services=box.services, mode=mode) as (app, pilot):
            await until(pilot, lambda: app.field.target)
            assert app.rows()[1].strip() == said


async def test_an_old_answer_is_dropped(home: Path) -> None:
    """What was asked about an address that has been changed since says nothing about the new one."""
    async with inbox(home) as box:
        await box.set("app.x.there", b"12345")
        async with shown("app.x.there", services=box.services) as (app, pilot):
            app.field.refresh_target()
            app.field.value = "app.x.new"
            await until(pilot, lambda: app.field.target)
            assert app.field.target is not None
            assert app.field.target.address.key == "new"
            assert "a new entry" in app.rows()[1]


def spoil(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this is not a database, and it is longer than a header of one hundred bytes" * 20)


async def test_a_store_that_cannot_be_read(home: Path) -> None:
    """The address stays good; that nobody could look is said."""
    async with inbox(home) as box:
        await to_thread(spoil, Path(box.services.database.path))
        async with shown("app.x.y", services=box.services) as (app, pilot):
            await until(pilot, lambda: "cannot look there" in app.rows()[1])
            assert app.field.address == read_address("app.x.y")


# --- hostile text -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["read", "write"])
async def test_hostile_text_is_harmless(mode: str) -> None:
    """U-15: set, pasted, or repeated in what is said about it: nothing dangerous reaches the terminal."""
    async with shown(mode=mode, size=(40, 12)) as (app, pilot):
        for name, text in HOSTILE.items():
            app.field.value = text
            await pilot.pause()
            assert [row for row in app.rows() if dangerous(row)] == [], name
            app.field.value = ""
            app.text.post_message(Paste(text))
            await pilot.pause()
            assert [row for row in app.rows() if dangerous(row)] == [], name
            assert len(app.field.value) <= LONGEST


@given(st.text(max_size=200))
def test_one_character_stays_one_character(text: str) -> None:
    """The cursor counts characters, so nothing may shift; what is presentable once stays so."""
    kept = presentable(text)
    assert len(kept) == len(text)
    assert dangerous(kept) == []
    assert presentable(kept) == kept
    assert [pair for pair in zip(text, kept, strict=True) if pair[0] != pair[1] and pair[1] not in "� "] == []


async def test_pasting_takes_the_line_without_its_edges() -> None:
    async with shown() as (app, pilot):
        app.text.post_message(Paste("  app.notes.x \r\n"))
        await pilot.pause()
        assert app.field.value == "app.notes.x"


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60), (12, 4), (5, 1)])
async def test_any_size(size: tuple[int, int]) -> None:
    async with shown("invalid...address", size=size) as (app, pilot):
        await pilot.press("x", "home", "down")
        assert len(app.rows()) == size[1]
