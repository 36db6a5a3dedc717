"""A document and a folder under stress: stopping, leaving, secrets, broken folders, hostile names and contents (U-11, U-15)."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from tests.tui.browsing import browsing, put
from tests.tui.document_stores import EXAMPLE, fill, large
from tests.tui.folder_steps import (
    choose,
    compared,
    exported,
    read,
    settled,
    write,
    write_odd_files,
)
from tests.tui.hostile import dangerous
from tests.tui.steps import LONGEST_STEP_S, measured
from tests.tui.waiting import until
from tui.browser.flows import folders
from tui.browser.screens import folder
from tui.browser.screens.confirm import ConfirmPlan
from tui.browser.screens.document import DocumentScreen
from tui.browser.screens.folder import FolderScreen


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The worked example, in a directory that is the working one."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "example.db"
    fill(path, EXAMPLE)
    return path


class Held(folders.Job):
    """Waits in the middle for being stopped, however slow the screen is to ask for it."""

    def progress(self, done: int, total: int) -> None:
        super().progress(done, total)
        if self.doing == "exporting" and done == total // 2:
            self._stop.wait(60)


async def test_an_export_can_be_stopped_between_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Esc stops it; what was written is whole, the manifest is not there, and no step of the loop took long."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(folder, "Job", Held)
    path = tmp_path / "large.db"
    texts = large(3000, 300)
    fill(path, texts)
    async with browsing(path) as browser:
        await compared(browser)
        await browser.press("x")
        await until(browser.pilot, lambda: browser.on_top(ConfirmPlan))
        screen = browser.app.screen_stack[-2]
        assert isinstance(screen, FolderScreen)
        with measured() as steps:
            browser.screen.dismiss(True)
            while screen.working.job is None or screen.working.job.done < 4:  # noqa: ASYNC110  # a thread counts
                await asyncio.sleep(0)
            screen.action_folder_back()
            await settled(browser)
        assert steps.longest < LONGEST_STEP_S
        said = next(toast for toast in browser.toasts if toast.startswith("stopped: "))
        written = [name for name in os.listdir("out") if not name.startswith(".")]
        assert f"{len(written)} files were written, each of them whole" in said
        assert 3 < len(written) < 3000
        assert ".manifest.json" not in os.listdir("out")
        assert {read(f"out/{name}") for name in written} <= set(texts.values())
        assert browser.on_top(FolderScreen)


async def test_reading_again_by_itself_is_in_nobodys_way(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others write, and the folder is compared again: keys do what they do, and esc leaves. Asked for, it is waited for."""
    wait, reading = asyncio.Event(), 0
    plain = folders.compare

    async def slow(*arguments: Any) -> folders.Comparison:
        nonlocal reading
        reading += 1
        await wait.wait()
        return await plain(*arguments)

    async with browsing(store) as browser:
        screen = await exported(browser)
        write("out/30-more.sh", "echo more\n")
        await browser.press("f5")
        await settled(browser)
        monkeypatch.setattr(folders, "compare", slow)
        put(store, {"shell:setup.env:parts__env_check": "changed"})
        await until(browser.pilot, lambda: reading == 1)
        await browser.press("i")
        await browser.shows(ConfirmPlan)
        await browser.press("escape")
        await until(browser.pilot, lambda: reading == 2)
        await browser.press("f5")
        await until(browser.pilot, lambda: reading == 3)
        await browser.press("i")
        assert browser.toasts[-1] == "reading the folder — esc stops it"
        wait.set()
        await settled(browser)
        wait.clear()
        put(store, {"shell:setup.env:parts__env_check": "once more"})
        await until(browser.pilot, lambda: reading == 4)
        await browser.press("escape")
        await browser.shows(DocumentScreen)
        assert screen.comparison is not None


async def test_progress_is_shown_when_it_takes_long(store: Path) -> None:
    """A bar with done and total, after a moment; esc asks it to stop."""
    async with browsing(store) as browser:
        screen = await exported(browser)
        job = folders.Job("exporting")
        job.progress(120, 480)
        screen.working.follow(job)
        assert not screen.working.display
        await until(browser.pilot, lambda: screen.working.display)
        assert "exporting  ━━━━━━━╌" in browser.frame()
        assert "120/480 files   esc stop" in browser.frame()
        await browser.press("i")
        assert browser.toasts[-1] == "exporting — esc stops it"
        await browser.press("escape")
        assert job.stopped
        assert "stopping" in browser.frame()
        screen.working.follow(None)
        await browser.press("escape")
        await browser.shows(DocumentScreen)


async def test_secrets_stay_where_they_are(store: Path) -> None:
    """U-11: an export refuses them, a comparison masks them."""
    async with browsing(store) as browser:
        screen = await exported(browser)
        screen.on_screen_suspend()  # else its clock may compare again just when x is pressed, which is refused meanwhile
        put(store, {"shell:setup.env:parts__env_check": "s3cr3t"}, secret=True)
        await browser.press("f5")
        await settled(browser)
        assert "s3cr3t" not in browser.frame()
        assert "test -d" not in browser.frame()
        await browser.press("x")
        await until(browser.pilot, lambda: "not exported" in browser.toasts[-1])
        assert "secret" in browser.toasts[-1]


async def test_troubles_are_told(store: Path, tmp_path: Path) -> None:
    """A broken manifest, a folder that may not be read: told in place of the list, with the way out."""
    async with browsing(store) as browser:
        await exported(browser)
        write("out/.manifest.json", "{}")
        await browser.press("f5")
        await settled(browser)
        assert "no manifest" in browser.frame()
        await browser.press("u")
        assert "nothing was changed" in browser.toasts[-1]
        os.mkdir("empty")
        await choose(browser, "empty")
        assert "the folder holds nothing to compare" in browser.frame()


async def test_hostile_folders(store: Path) -> None:
    """U-15: names and contents of files, and what they are compared with."""
    write_odd_files()
    async with browsing(store, (80, 24)) as browser:
        screen = await compared(browser)
        assert screen.count > 40
        for key in (*["down"] * 6, *["pagedown"] * 6, "tab", "pagedown", "end", "w", "escape", "home"):
            await browser.pilot.press(key)
            await browser.pilot.pause()
            assert dangerous(browser.frame(), "\n") == [], key
        await browser.press("i")
        await browser.shows(ConfirmPlan)
        assert dangerous(browser.frame(), "\n") == []
        await browser.press("enter")
        await settled(browser)
        assert dangerous(browser.frame(), "\n") == []
        for toast in browser.toasts:
            assert dangerous(toast, "\n") == []


async def test_leaving_while_it_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Esc stops a reading; leaving and quitting wait for nobody."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "large.db"
    fill(path, large(200, 1000))
    async with browsing(path) as browser:
        screen = await exported(browser)
        await browser.press("f5", "m", "s", "f5")
        await browser.press("escape", "escape")
        await until(browser.pilot, lambda: not screen.is_attached)
