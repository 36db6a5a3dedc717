"""The browser: first paint, moving in a million entries, the longest stall of its event loop (design.md section 6)."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, ClassVar

from textual.pilot import Pilot

from bench.measure import Result, compare, times
from bench.raw import NOW, fill
from store.async_database import AsyncDatabase
from store.database import Database
from store.operations.listing import page
from store.operations.namespaces import namespaces
from store.session import Choice, open_session
from tui.browser import collecting, styles
from tui.browser.app import BrowserApp
from tui.browser.screens.panes import PaneScreen
from tui.browser.services import Services

SIZE = (120, 40)
STALL_BUDGET_S = 0.05


class Furniture(BrowserApp):
    """The same widgets with nothing behind them: the floor of a first paint."""

    CSS_PATH: ClassVar = [Path(styles.__file__).parent.parent / str(path) for path in BrowserApp.CSS_PATH]

    def get_default_screen(self) -> PaneScreen:
        """The panes, never filled."""
        return PaneScreen(self.services)


def run(directory: Path, fast: bool) -> Iterator[Result]:
    """All rows of this file."""
    many = 100_000 if fast else 1_000_000
    rounds = 5 if fast else 11
    small, large = directory / "small", directory / "large"
    fill_home(small, 100)
    fill_home(large, many)
    floor: list[float] = []
    few: list[float] = []
    lots: list[float] = []
    for number in range(rounds + 1):
        for taken, app, home in ((floor, Furniture, small), (few, BrowserApp, small), (lots, BrowserApp, large)):
            gc.collect()
            spent = asyncio.run(first_paint(app, home))
            if number:
                taken.append(spent)
    yield Result(
        "first paint, 100 entries", median(few), median(floor), 1.3, "against the same widgets without a store"
    )
    yield Result(f"first paint, {many} entries", median(lots), median(few), 1.3, "against 100 entries")
    yield pages(small, large, many, rounds * 3)
    keys = 40 if fast else 120
    moved_few, _ = asyncio.run(moving(small, keys))
    moved_lots, stall = asyncio.run(moving(large, keys))
    yield Result(f"key to paint in {many} entries", moved_lots, moved_few, 2, "against 100 entries")
    # Wall-clock, so a busy machine alone can break it: a verdict only where there is time to repeat a strange one.
    yield Result("longest stall while moving", stall, STALL_BUDGET_S, None if fast else 1, "against 50 ms")


def pages(small: Path, large: Path, many: int, rounds: int) -> Result:
    """One page of keys, in a hundred entries and in many."""
    stores = [Database(str(home / "databases" / "main.db"), bulk=True) for home in (large, small)]
    ids = [store.run(namespaces("", now_ms=NOW))[0].id for store in stores]
    ours, floor = (
        times(20, lambda store=store, id_=id_: store.run(page(id_, now_ms=NOW, limit=90)))  # type: ignore[misc]  # no name for it
        for store, id_ in zip(stores, ids, strict=True)
    )
    result = compare(f"a page of keys of {many} entries", ours, floor, 1.5, rounds=rounds, note="against 100 entries")
    for store in stores:
        store.close()
    return result


def fill_home(home: Path, entries: int) -> None:
    """A workspace whose one namespace holds `entries` entries."""
    database = home / "databases" / "main.db"
    database.parent.mkdir(parents=True, exist_ok=True)
    fill(database, entries, spaces=1)


async def first_paint(kind: type[BrowserApp], home: Path) -> float:
    """Seconds from making the app to its first picture."""
    started = perf_counter()
    async with browser(kind, home):
        return perf_counter() - started


@asynccontextmanager
async def browser(kind: type[BrowserApp], home: Path) -> AsyncIterator[Pilot[Any]]:
    """The browser on `home`, from its first picture on."""
    session = open_session(Choice(), {"PRONTO_HOME": str(home), "HOME": str(home)}, str(home), face="browser")
    async with AsyncDatabase(session.database) as database:
        app = kind(Services(database, session, now_ms=lambda: NOW))
        async with app.run_test(size=SIZE) as pilot:
            yield pilot


@contextmanager
def collected() -> Iterator[None]:
    """Garbage is searched as in the real program; that of the benches before is none of the browser's."""
    thresholds = gc.get_threshold()
    gc.collect()
    collecting.begin()
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


async def moving(home: Path, keys: int) -> tuple[float, float]:
    """Median seconds from a key to its picture in the entries, and the longest time the event loop was held up."""
    async with browser(BrowserApp, home) as pilot:
        with collected():
            return await _moving(pilot, keys)


async def _moving(pilot: Pilot[Any], keys: int) -> tuple[float, float]:
    await pilot.press("g", *"app.space0.key0000050", "enter")
    await pilot.pause(0.3)
    lag = Lag()
    watch = asyncio.create_task(lag.watch())
    taken = []
    for number in range(keys):
        started = perf_counter()
        await pilot.press(("down", "down", "pagedown", "up")[number % 4])
        taken.append(perf_counter() - started)
    for key in ("end", "pageup", "home", "pagedown"):
        await pilot.press(key)
        await pilot.pause(0.05)
    watch.cancel()
    return median(taken), lag.worst


class Lag:
    """How late a short sleep wakes up, at worst."""

    def __init__(self) -> None:
        self.worst = 0.0

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            before = perf_counter()
            await asyncio.sleep(0.001)
            self.worst = max(self.worst, perf_counter() - before - 0.001)
