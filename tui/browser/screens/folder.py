"""A document and a folder on disk: bringing one in line with the other, never before it was shown (M-173, M-180…M-186)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import work

from store.documents.comparing import UNCHANGED
from store.errors import Refused, StoreError, Unavailable
from tui.browser.commands.bindings import bindings
from tui.browser.flows import folders
from tui.browser.flows.desk import Desk
from tui.browser.flows.folders import Job, Target
from tui.browser.flows.rescue_files import full_path
from tui.browser.screens.confirm import ConfirmPlan, Line
from tui.browser.screens.folder_field import AskFolder
from tui.browser.screens.folder_view import HEAD, FolderView
from tui.browser.state import counted

if TYPE_CHECKING:
    from store.documents.single import ExportData
    from store.trees import Written
    from tui.browser.flows.editing import UndoStack
    from tui.browser.services import Services


class FolderScreen(FolderView):
    """`FolderView` with what can be done about the differences. `undo` learns of imports."""

    BINDINGS = bindings("folder")
    TITLE = "folder"
    HELP = "What importing the folder would change: + new, ~ other, - gone. Nothing happens before it is shown and confirmed."

    def __init__(self, services: Services, undo: UndoStack, context: str, namespace: str, path: str) -> None:
        super().__init__(services, context, namespace, path)
        self._undo = undo
        self._desk = Desk(services, undo)

    def unavailable(self, command: str) -> str:
        """Why the command with that id is impossible at present, "" if it is not."""
        if self.working.job is not None and command in ("folder.import", "folder.export", "folder.undo"):
            return f"{self.working.job.doing} — esc stops it"
        if command == "folder.import" and (self.comparison is None or not self.comparison.result.total_changes):
            return "there is nothing to import" if self.comparison is None else "nothing differs"
        if command == "folder.undo" and not self._undo.next:
            return "nothing was changed in this browser yet"
        return ""

    @work(group="write")
    async def action_folder_import(self) -> None:
        """Store what differs, after showing it."""
        comparison = self.comparison
        if self.refused("folder.import") or comparison is None:
            return
        changed = [difference for difference in comparison.rows if difference.kind != UNCHANGED]
        lines = [
            Line(f"{difference.kind} {difference.shown}", folders.in_line(difference)[:HEAD], "")
            for difference in changed
        ]
        title = f"import {counted(len(changed), 'change')} into {self.target.context}:{self.target.namespace}"
        if not await self.app.push_screen_wait(ConfirmPlan(title, lines, yes="import it", total=len(changed))):
            return
        job = Job("storing")
        self.working.follow(job)
        try:
            result = await folders.take_in(self.services, self.target, comparison)
        except StoreError as error:
            self.say_error(error, "not imported")
            return
        finally:
            self.working.follow(None)
        self._undo.push([result.command_id], f"the import into {self.target.context}:{self.target.namespace}")
        self.say(f"imported {counted(result.total_changes, 'change')} — u undoes it")
        self.load()

    @work(group="write")
    async def action_folder_export(self) -> None:
        """Write the files, after showing which."""
        if self.refused("folder.export"):
            return
        try:
            exports = await folders.gather(self.services, self.target)
            if not exports:
                raise Refused("nothing-to-export", "there is nothing to export")
            plan = await self._do("looking at the folder", lambda job: folders.plan_export(self.target, exports, job))
            changed = [file for file in plan if file.state != "same"]
            if not changed:
                self.say(f"nothing to write: {counted(len(plan), 'file is', 'files are')} as exported already")
                return
            lines = [
                Line(
                    f"{'+' if file.state == 'new' else '~'} {file.name}",
                    "",
                    "" if file.state == "new" else "overwritten",
                )
                for file in changed
            ]
            title = f"export {counted(len(changed), 'file')} to {self.typed}"
            if await self.app.push_screen_wait(ConfirmPlan(title, lines, yes="write them", total=len(changed))):
                await self._write(exports)
        except StoreError as error:
            self.say_error(error, "not exported")
        finally:
            self.load()

    async def _write(self, exports: tuple[ExportData, ...]) -> None:
        """Write them. Stopped, what is written is whole, and that is said."""
        written = 0

        def write(job: Job) -> Written:
            nonlocal written
            try:
                return folders.write_out(self.target, exports, job)
            finally:
                written = job.done

        try:
            done = await self._do("exporting", write)
        except Unavailable as error:
            if error.code != "interrupted":
                raise
            self.say(f"stopped: {counted(written, 'file was', 'files were')} written, each of them whole", "warning")
            return
        removed = f", {counted(done.removed, 'file')} of an earlier export removed" if done.removed else ""
        self.say(f"wrote {counted(done.files, 'file')} to {self.typed}{removed}")
        for _, sentence in done.warnings:
            self.say(sentence, "warning")

    async def _do(self, doing: str, work: folders.Work[folders.T]) -> folders.T:
        """Work in a thread, with its progress on the screen."""
        job = Job(doing)
        self.working.follow(job)
        self.refresh_hints()
        try:
            return await job.run(work)
        finally:
            self.working.follow(None)
            self.refresh_hints()

    def action_folder_replace(self) -> None:
        """Merge or replace."""
        self._turn(replace(self.target, replace=not self.target.replace))

    def action_folder_recursive(self) -> None:
        """With what is below, or without."""
        self._turn(replace(self.target, recursive=not self.target.recursive))

    def _turn(self, target: Target) -> None:
        self.target = target
        if self.working.job is not None:
            self.working.job.stop()
            self.working.follow(None)
        self.load()

    @work(group="go", exclusive=True)
    async def action_folder_choose(self) -> None:
        """Another folder."""
        path = await self.app.push_screen_wait(AskFolder("compare with a folder", self.typed))
        if path is not None:
            self.typed = path
            self._turn(replace(self.target, path=full_path(path)))

    def action_folder_copy(self) -> None:
        """The command line for the same comparison (U-14)."""
        target = self.target
        options = ["--recursive"] * target.recursive + ["--replace"] * target.replace
        self.copy_line(self._desk.command_line("doc", "diff", target.name, "--src", self.typed, *options))

    @work(group="write")
    async def action_folder_undo(self) -> None:
        """Take back the last change of this browser."""
        if not self.refused("folder.undo"):
            await self.take_back(self._undo)

    def action_folder_refresh(self) -> None:
        """Read the folder again."""
        self.load()

    def action_folder_pane(self) -> None:
        """To the difference, and back."""
        if self.count:
            (self._lines if self.text.has_focus else self.text).focus()

    def action_folder_scroll_down(self) -> None:
        """Details, one line down."""
        self.text.body.go(rows=1)

    def action_folder_scroll_up(self) -> None:
        """Details, one line up."""
        self.text.body.go(rows=-1)

    def action_folder_back(self) -> None:
        """One step: stop what is going on, from the difference to the list, from there away."""
        if self.working.job is not None and not self.working.job.stopped:
            self.working.job.stop()
            self.working.refresh()
        elif self.text.has_focus:
            self._lines.focus()
        else:
            self.dismiss(None)
