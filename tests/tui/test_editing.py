"""Editing without loss: what may not be shown stands in, and every byte comes back; undo of several things in order."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.async_database import AsyncDatabase
from store.errors import NotFound, Refused
from store.model import Entry
from store.operations.entries import get
from store.session import Choice, open_session
from tests.tui.browsing import NOW, address, do, put
from tests.tui.hostile import HOSTILE, dangerous
from tui.browser.flows.desk import Desk
from tui.browser.flows.editing import LIMIT, LONGEST_LINE, CannotEdit, Draft, UndoStack, draft_of
from tui.browser.flows.scopes import Scope
from tui.browser.services import Services


def entry(value: bytes) -> Entry:
    return Entry(address("app:main:x"), value, NOW, NOW, None, False, 1)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_draft_is_harmless_and_loses_nothing(name: str) -> None:
    """U-15 with T-130: nothing dangerous goes into the field, and unchanged it comes back as it was; or it is refused."""
    text = HOSTILE[name].replace("\0", "").encode("utf-8", "replace").decode()
    try:
        draft = draft_of(entry(text.encode()))
    except CannotEdit:
        return
    assert dangerous(draft.shown, "\n\t") == []
    assert len(draft.shown) == len(text)
    assert draft.back(draft.shown) == text


@given(st.text(max_size=60))
def test_any_text_comes_back(text: str) -> None:
    """A round trip for every character there is."""
    draft = Draft()
    try:
        shown = draft.present(text)
    except CannotEdit:
        return
    assert dangerous(shown, "\n\t") == []
    assert draft.back(shown) == text


def test_stand_ins_are_told_and_can_be_typed() -> None:
    """The legend names them; typed, a stand-in means the same; a picture in the text itself stays a picture."""
    draft = Draft()
    draft.shown = draft.present("\x1b[31m ␛ \u200d")
    assert draft.shown == "ⓐ[31m ␛ ⓑ"
    assert draft.legend == "ⓐ is ESC, ⓑ is ‹ZWJ›"
    assert draft.back("ⓐ[0m") == "\x1b[0m"


@pytest.mark.parametrize(
    "value",
    [b"x" * (LIMIT + 1), b"\xff", b"a\0b", b"x" * (LONGEST_LINE + 1), ("z" + "\u0301" * 50).encode()],
    ids=["large", "bytes", "nul", "long line", "flood"],
)
def test_what_cannot_be_edited_says_why(value: bytes) -> None:
    """Refused before the field opens, with a way out."""
    with pytest.raises(CannotEdit) as refused:
        draft_of(entry(value))
    assert refused.value.hint


async def desk_for(path: Path) -> tuple[Desk, UndoStack, Services]:
    database = AsyncDatabase(str(path))
    await database.open()
    session = open_session(Choice(), {"HOME": str(path.parent), "PRONTO_META": ""}, "/", face="browser")
    services = Services(database, session, now_ms=lambda: NOW, options=("--database", "my store"))
    undo = UndoStack(services)
    return Desk(services, undo), undo, services


async def test_undo_goes_back_step_by_step(tmp_path: Path) -> None:
    """Last done, first undone; then there is nothing left, and nobody else's work is touched."""
    path = tmp_path / "small.db"
    put(path, {"app:main:a": "1", "app:main:b": "2"})
    desk, undo, services = await desk_for(path)
    try:
        known = (await desk.read(address("app:main:a"))).change
        await desk.save(address("app:main:a"), b"one", known, overwrite=False)
        await desk.delete([address("app:main:a"), address("app:main:b")])
        assert undo.next == "the deletion of 2 entries"
        assert sorted(await undo.undo()) == [address("app:main:a"), address("app:main:b")]
        assert do(path, get(address("app:main:a")))[0].value == b"one"
        await undo.undo()
        assert do(path, get(address("app:main:a")))[0].value == b"1"
        with pytest.raises(NotFound, match="nothing was changed"):
            await undo.undo()
    finally:
        await services.database.close()


async def test_an_undo_that_is_refused_is_forgotten(tmp_path: Path) -> None:
    """T-101: changed again by somebody else: refused, nothing changed, and the step before it can still be undone."""
    path = tmp_path / "small.db"
    desk, undo, services = await desk_for(path)
    try:
        await desk.save(address("app:main:a"), b"1", None, overwrite=False)
        await desk.save(address("app:main:b"), b"2", None, overwrite=False)
        put(path, {"app:main:b": "theirs"})
        with pytest.raises(Refused, match="changed again"):
            await undo.undo()
        assert do(path, get(address("app:main:b")))[0].value == b"theirs"
        await undo.undo()
        assert do(path, get(address("app:main:a")))[0] is None
    finally:
        await services.database.close()


async def test_command_lines_are_quoted_and_complete(tmp_path: Path) -> None:
    """U-14: the options that lead to the same store, and the address as a shell and U-02 read it."""
    desk, _, services = await desk_for(tmp_path / "small.db")
    try:
        assert desk.command_line("get", desk.spell(address("app:ui.widgets:b__i_0"))) == (
            "prontodb --database 'my store' get 'app:ui.widgets:b[0]'"
        )
        assert desk.command_line("get", desk.spell(address("app:ui:b__prod"))).endswith("get app.ui.b__prod")
        assert desk.listing_words(Scope("app", "ui"), "deb*") == ("keys", ("app.ui", "deb*"))
        assert desk.listing_words(Scope("app", "ui.widgets"), "") == ("keys", ("app:ui.widgets:",))
        assert desk.listing_words(Scope("app"), "") == ("namespaces", ("app",))
    finally:
        await services.database.close()
