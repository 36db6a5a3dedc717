"""How far long work is: a bar, a number, and how to stop it. Not there while nothing takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from tui.browser.late import Later

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui.browser.flows.folders import Job

PATIENCE_S = 0.15
"""How long work may take before it is mentioned."""

EVERY_S = 0.1
WIDEST = 30


class WorkLine(Widget):
    """One line about a `Job`, read from it now and then; it appears when the job has lasted for PATIENCE_S."""

    DEFAULT_CSS = """
    WorkLine { height: 1; width: 1fr; padding: 0 1; display: none; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._job: Job | None = None
        self._timer: Timer | None = None
        self._late: Later | None = None

    @property
    def job(self) -> Job | None:
        """What is going on."""
        return self._job

    def follow(self, job: Job | None) -> None:
        """Tell about this job from now on; None: about nothing."""
        self._job = job
        for timer in (self._timer, self._late):
            if timer is not None:
                timer.stop()
        self._timer = self._late = None
        self.display = False
        if job is not None:
            self._late = Later(self, PATIENCE_S, self._appear)

    def _appear(self) -> None:
        self.display = True
        self._timer = self.set_interval(EVERY_S, self.refresh)
        self.refresh()

    def render(self) -> Content:
        """What is done, a bar, done of total, how to stop."""
        job = self._job
        if job is None:
            return Content("")
        if job.stopped:
            return Content.styled(f"{job.doing} · stopping", "$text-warning")
        if not job.total:
            return Content.assemble(f"{job.doing} …   ", ("esc", "bold $accent"), (" stop", "$text-muted"))
        width = max(4, min(WIDEST, self.size.width - 50))
        full = width * job.done // job.total
        return Content.assemble(
            f"{job.doing}  ",
            ("━" * full, "$primary"),
            ("╌" * (width - full), "$text-muted"),
            f"  {job.done:,}/{job.total:,} files   ",
            ("esc", "bold $accent"),
            (" stop", "$text-muted"),
        )
