"""The names a browser leaves in the cache, for tests: a workspace to use, services without a screen, the file as it is."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from store.session import Choice
from store.workspace import Workspace, find_workspace
from tests.tui.browsing import NOW, SMALL, put
from tui.browser import name_memory
from tui.browser.opener import Opener
from tui.browser.services import Services
from tui.completion.compaction import Name, names

HOUR = 3600.0


@pytest.fixture
def small(home: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace whose main database holds SMALL. No name is given up because the machine is slow to answer."""
    monkeypatch.setattr(name_memory, "ANSWER_S", 60.0)
    place = find_workspace(os.environ, str(home))
    os.makedirs(place.databases, mode=0o700, exist_ok=True)
    put(Path(f"{place.databases}/main.db"), SMALL)
    return place


def index_of(place: Workspace) -> Path:
    return Path(place.root, ".index")


def known(place: Workspace) -> list[Name]:
    """Everything in the cache, newest first."""
    return names(str(index_of(place)), NOW)


def ids(place: Workspace) -> list[str]:
    """The canonical keys of the entries in it, newest first."""
    return [name.key for name in known(place) if name.type == "id"]


def writes(place: Workspace) -> int:
    """How often something was appended since the last compaction."""
    state = index_of(place) / "completion_cache.lock"
    return state.read_text().count(".") if state.exists() else 0


@dataclass
class Remembering:
    """Open services and their clock."""

    services: Services
    opener: Opener
    clock: list[int]


@asynccontextmanager
async def remembering(
    choice: Choice | None = None,
    *,
    gather_s: float = HOUR,
    dwell_s: float = HOUR,
    environ: Mapping[str, str] | None = None,
) -> AsyncIterator[Remembering]:
    """Services as the browser opens them, on a clock that stands, whose memory writes at the end unless told otherwise."""
    clock = [NOW]
    opener = Opener(choice or Choice(), {**os.environ, **(environ or {})}, os.getcwd(), now_ms=lambda: clock[0])
    services = await opener.open(opener.session())
    services.names.gather_s, services.names.dwell_s = gather_s, dwell_s
    try:
        yield Remembering(services, opener, clock)
    finally:
        await opener.close_all()
