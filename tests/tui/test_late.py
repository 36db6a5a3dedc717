"""What was called off does not happen, not even when its time had come before."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.message_pump import MessagePump

from tests.tui.browsing import SMALL, browsing, put
from tests.tui.waiting import until
from tui.browser.late import Later


async def keep_busy(node: MessagePump) -> asyncio.Event:
    """From now on `node` does nothing that is sent to it, until what is returned is set."""
    released, begun = asyncio.Event(), asyncio.Event()

    async def busy() -> None:
        begun.set()
        await released.wait()

    node.call_later(busy)
    await begun.wait()
    return released


async def time_has_come(later: Later | None) -> None:
    """Until Textual's timer has put its call into the queue."""
    if later is not None and later._timer._task is not None:
        await asyncio.wait((later._timer._task,))


async def test_what_was_stopped_stays_silent() -> None:
    """Its call stands in the queue of a node that is busy; what was not stopped is done when that is its turn."""
    app: App[None] = App()
    said: list[str] = []
    async with app.run_test() as pilot:
        released = await keep_busy(app)
        stopped, kept = (Later(app, 0.01, partial(said.append, word)) for word in ("stopped", "kept"))
        await time_has_come(stopped)
        await time_has_come(kept)
        stopped.stop()
        assert said == []
        released.set()
        await until(pilot, lambda: said)
        assert said == ["kept"]


async def test_an_answer_ends_the_waiting_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The value came while "reading" was about to be said: it is shown, and stays."""
    put(tmp_path / "small.db", SMALL)
    async with browsing(tmp_path / "small.db") as browser:
        main, run = browser.main, browser.services.run

        async def slow(*arguments: Any, **options: Any) -> Any:
            await time_has_come(main._patience)
            return await run(*arguments, **options)

        main.value.clear()
        released = await keep_busy(main)
        monkeypatch.setattr(type(browser.services), "run", lambda _services, *some, **more: slow(*some, **more))
        main._patience = None
        main.load_value()
        reading = [worker for worker in browser.app.workers if worker.group == "value"]
        await browser.app.workers.wait_for_complete(reading)
        monkeypatch.undo()
        released.set()
        await browser.settle()
        assert main.value.value is not None
        assert main.value.body.display
        assert not main.bar.info.working
