"""The main screen at every size: its pictures as text, who has the room, and what resizing must not lose."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.browsing import SIZES, SMALL, address, browsing, put, same_frame


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "small.db"
    put(path, SMALL)
    return path


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", ["tree", "entries", "value", "empty", "help", "edit", "copy"])
async def test_frames(tmp_path: Path, size: tuple[int, int], name: str) -> None:
    """The picture of each part at each size, as text to be read in a diff. Help as far as it is about keys."""
    if name == "help" and size == SIZES[-1]:
        size = (200, 30)
    path = tmp_path / "small.db"
    if name != "empty":
        put(path, SMALL)
        put(path, {"app:ui:token": "s3cr3t"}, secret=True)
    keys = {
        "tree": ["down", "right"],
        "entries": ["down", "tab", "down"],
        "value": ["down", "tab", "enter"],
        "help": ["question_mark"],
        "edit": ["tab", "e"],
        "copy": ["tab", "y"],
    }
    async with browsing(path, size) as browser:
        await browser.press(*keys.get(name, []))
        frame = browser.frame()
        if name == "help":  # its scroll bar tells how many commands there are, which is no matter of layout
            frame = frame.translate({code: " " for code in range(ord("▁"), ord("█") + 1)})
        same_frame(f"browser-{name}-{size[0]}x{size[1]}", frame)


@pytest.mark.parametrize(
    ("size", "shown", "hidden"),
    [
        ((59, 24), ["too small", "60×15"], ["contexts", "filter"]),
        ((80, 14), ["too small"], ["contexts"]),
        ((70, 20), ["contexts"], ["meteor"]),
        ((80, 24), ["contexts", "meteor app:main", "value"], []),
        ((110, 24), ["contexts", "meteor app:main", "value"], []),
    ],
)
async def test_room_is_shared_out(store: Path, size: tuple[int, int], shown: list[str], hidden: list[str]) -> None:
    """Narrow: one pane at a time; tiny: only the reason."""
    async with browsing(store, size) as browser:
        frame = browser.frame()
        assert all(word in frame for word in shown)
        assert not any(word in frame for word in hidden)


async def test_resizing_keeps_everything(store: Path) -> None:
    """Through every width and back: no crash, and the cursors are where they were."""
    async with browsing(store) as browser:
        await browser.press("down", "tab", "down")
        for width, height in [(70, 20), (30, 5), (200, 60), (61, 15), (1, 1), (80, 24), (120, 40)]:
            await browser.pilot.resize_terminal(width, height)
            await browser.settle()
        assert browser.main.address == address("app:ui:theme__prod")
        assert browser.main.meteor.title == "meteor app:ui · 3 entries" or browser.main.meteor.entries.total == 2


async def test_in_a_narrow_terminal_panes_take_turns(store: Path) -> None:
    """Below 80 columns: entering shows the entries, going back shows the tree."""
    async with browsing(store, (70, 20)) as browser:
        await browser.press("enter")
        assert "meteor app:main" in browser.frame()
        assert "contexts" not in browser.frame()
        await browser.press("escape")
        assert "contexts" in browser.frame()
