"""A document and a folder: what differs, import as one command, export with its dry run and its stop (M-173, M-180…M-186, U-14)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.database import Database
from store.operations.history import history
from tests.tui.browsing import SIZES, browsing, put, same_frame
from tests.tui.document_stores import EXAMPLE, fill, opened
from tests.tui.folder_steps import (
    compared,
    confirm,
    differing,
    exported,
    read,
    settled,
    write,
)
from tests.tui.waiting import until
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.confirm import ConfirmPlan
from tui.browser.screens.document import DocumentScreen
from tui.browser.screens.folder_field import AskFolder
from tui.browser.widgets.line_field import LineField


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The worked example, in a directory that is the working one."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "example.db"
    fill(path, EXAMPLE)
    return path


async def test_export_then_nothing_differs(store: Path, tmp_path: Path) -> None:
    """M-180…M-186: no folder yet, the dry run lists the files, they are written, and then all is the same."""
    async with browsing(store) as browser:
        await compared(browser)
        assert "there is no such folder yet" in browser.frame()
        await browser.press("i")
        assert browser.toasts[-1] == "there is nothing to import"
        await browser.press("x")
        await browser.shows(ConfirmPlan)
        assert "+ 10-env_check.sh" in browser.frame()
        assert not (tmp_path / "out").exists()
        await browser.press("enter")
        screen = await settled(browser)
        assert sorted(os.listdir("out")) == sorted(
            ["_full.sh", "10-env_check.sh", "20-install_pkg.sh", ".meta", ".values", ".manifest.json"]
        )
        assert browser.toasts[-1] == "wrote 6 files to out"
        assert {line[0] for line in differing(screen)} == {" "}
        await browser.press("i")
        assert browser.toasts[-1] == "nothing differs"
        await browser.press("x")
        await until(browser.pilot, lambda: "as exported already" in browser.toasts[-1])


async def test_what_differs_is_shown_imported_and_taken_back(store: Path) -> None:
    """M-173: + ~ and the same, with counts; the import is one command, and u takes all of it back, also later."""
    async with browsing(store) as browser:
        await exported(browser)
        write("out/10-env_check.sh", "test -d /opt\n")
        write("out/30-new.sh", "echo new\n")
        os.unlink("out/20-install_pkg.sh")
        await browser.press("f5")
        screen = await settled(browser)
        assert differing(screen)[:4] == ["~ full", "~ parts[env_check]", "+ parts[new]", "+ metadata[order.new]"]
        assert "+ 2  ~ 2  unchanged 4" in browser.frame()
        await browser.press("down")
        await browser.idle()
        assert "-test -d /srv" in browser.frame()
        assert "+test -d /opt" in browser.frame()
        await browser.press("m")
        screen = await settled(browser)
        assert "- parts[install_pkg]" in differing(screen)
        await browser.press("m")
        await settled(browser)
        await browser.press("i")
        await browser.shows(ConfirmPlan)
        assert "import 4 changes into shell:setup.env" in browser.frame()
        await browser.press("escape")
        with Database(str(store)) as database:
            assert [done.kind for done in database.run(history("", limit=9))] == ["stream"]
        screen = await confirm(browser, "i")
        assert {line[0] for line in differing(screen)} == {" "}
        with Database(str(store)) as database:
            newest = database.run(history("", limit=9))[-1]
        assert (newest.kind, newest.affected, newest.face) == ("import", 4, "browser")
        await browser.press("escape")
        await browser.loaded(DocumentScreen)
        assert "30" in browser.frame()
        await browser.press("escape")
        await browser.shows(BrowserScreen)
        await browser.press("u")
        assert browser.toasts[-1] == "undone: the import into shell:setup.env"
        with Database(str(store)) as database:
            newest = database.run(history("", limit=9))[-1]
        assert newest.kind == "undo"


async def test_namespaces_below(store: Path) -> None:
    """s compares with the folders below too (M-180); names say which namespace."""
    put(store, {"shell:setup.env.deep:parts__x": "deep\n"})
    async with browsing(store) as browser:
        await exported(browser)
        await browser.press("s")
        await settled(browser)
        screen = await confirm(browser, "x")
        assert read("out/deep/x.sh") == "deep\n"
        write("out/deep/x.sh", "deeper\n")
        await browser.press("f5")
        screen = await settled(browser)
        assert differing(screen)[0] == "~ parts[x]"
        assert "  deep: parts[x]" in browser.frame()


async def test_what_is_copied(store: Path) -> None:
    """U-14: the command line that shows the same."""
    async with browsing(store) as browser:
        await exported(browser)
        await browser.press("m", "s")
        await settled(browser)
        await browser.press("y")
        assert browser.app.clipboard == "prontodb doc diff shell:setup.env: --src out --recursive --replace"


async def test_the_question_for_a_folder(store: Path, tmp_path: Path) -> None:
    """Tab completes folders, bad paths are told while they are typed, and enter on them does nothing."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "x.md").write_text("x")
    async with browsing(store) as browser:
        await opened(browser)
        await browser.press("d")
        await browser.shows(AskFolder)
        field = browser.screen.query_one(LineField)
        await browser.enter_text("do")
        await browser.press("tab")
        await until(browser.pilot, lambda: field.value == "doc")
        await until(browser.pilot, lambda: "docs/  documents/" in browser.frame())
        await browser.enter_text("s")
        await browser.press("tab")
        await until(browser.pilot, lambda: field.value == "docs/")
        await until(browser.pilot, lambda: "1 file" in browser.frame())
        for bad, why in (
            ("example.db", "this is no folder"),
            ("no/where", "there is no folder"),
            ("", "write the path"),
        ):
            field.value = bad
            await until(browser.pilot, lambda why=why: why in browser.frame())  # type: ignore[misc]  # bound at once
            await browser.press("enter")
            assert browser.on_top(AskFolder)
        await browser.press("escape")
        assert browser.on_top(DocumentScreen)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_frames(store: Path, size: tuple[int, int]) -> None:
    """The picture at each size, as text to be read in a diff."""
    async with browsing(store, size) as browser:
        await exported(browser)
        write("out/10-env_check.sh", "test -d /opt\nexit\n")
        write("out/30-new.sh", "echo new\n")
        await browser.press("f5")
        await settled(browser)
        await browser.press("down")
        await browser.idle()
        browser.app.clear_notifications()
        await until(browser.pilot, lambda: "wrote 6 files" not in browser.frame())
        same_frame(f"folder-{size[0]}x{size[1]}", browser.frame())
