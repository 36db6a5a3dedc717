"""Takes the pictures of this folder from a real run: the real browser on the demo store, keys pressed, frames exported.

`make screenshots`. Clock and store are fixed, so the same code gives the same pictures.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from textual.pilot import Pilot

from store.cursors import Cursor
from store.session import Choice
from tui.browser.app import BrowserApp
from tui.browser.opener import Opener
from tui.browser.styles.themes import DAY, NIGHT
from tui.demo.workspace import build

HERE = Path(__file__).resolve().parent
STILL_S = 0.5
NOW = 1_760_000_000_000
WIDE, NARROW, HUGE = (118, 34), (80, 24), (200, 60)
Walk = Callable[[Pilot[None]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: what is pressed before it is taken. A word of several characters that is no key name is typed."""

    name: str
    keys: tuple[str, ...]
    size: tuple[int, int] = WIDE
    theme: str = NIGHT.name


CURSORS = (
    Cursor("keeper", "", "/srv/pantheon/pantheon_keeper.db", "keeper", "app", "ui"),
    Cursor("work", "", "/srv/team/work.db", "acme", "web", "config"),
)
"""With paths that are the same in every run."""

TO_CONFIG = ("g", *"app.config.host", "enter")
TO_GUIDE = ("g", *"doc.guide.full", "enter")
TO_DOCUMENT = (*TO_GUIDE, "D")
CONSOLE = (
    *TO_CONFIG,
    "semicolon",
    *"list work notes",
    "enter",
    *"set app:config:greeting hello",
    "enter",
    *"get app:config:gr",
    "tab",
)
SEARCH = (*TO_CONFIG, "slash", *"theme!", "down", "down")
PICTURES = (
    Picture("browser", TO_CONFIG),
    Picture("browser-day", TO_CONFIG, theme=DAY.name),
    Picture("browser-narrow", TO_CONFIG, NARROW),
    Picture("browser-wide", TO_GUIDE, HUGE),
    Picture("recovery", ("p", "down")),
    Picture("recovery-narrow", ("p",), NARROW),
    Picture("history", ("H", "down")),
    Picture("timeline", (*TO_CONFIG, "t")),
    Picture("document", (*TO_DOCUMENT, "down", "down")),
    Picture("document-narrow", (*TO_DOCUMENT, "down", "down"), NARROW),
    Picture("document-wide", (*TO_DOCUMENT, "down", "down"), HUGE),
    Picture("console", CONSOLE),
    Picture("console-narrow", CONSOLE, NARROW),
    Picture("search", SEARCH),
    Picture("search-narrow", SEARCH, NARROW),
    Picture("search-pieces", (*TO_CONFIG, "slash", *"localhostbackup", "f7")),
    Picture("shared", (*TO_CONFIG, "slash", *"theme", "f8")),
    Picture("cursors", ("c", "home")),
    Picture("help", ("question_mark",)),
)


async def take(picture: Picture) -> str:
    """The picture as SVG text."""
    with TemporaryDirectory(prefix="prontodb-pictures-") as home:
        build(home, NOW)
        opener = Opener(Choice(), {"PRONTO_HOME": home, "HOME": home}, home, now_ms=lambda: NOW)
        session = opener.session()
        for cursor in CURSORS:
            opener.chooser(session).save(cursor)
        services = await opener.open(session)
        try:
            app = BrowserApp(services, opener)
            async with app.run_test(size=picture.size, notifications=True) as pilot:
                app.choose_theme(picture.theme)
                await settle(pilot)
                for key in picture.keys:
                    await pilot.press(key)
                await settle(pilot)
                return clean(app.export_screenshot(title="prontodb", simplify=True))
        finally:
            await opener.close_all()


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the picture has not changed for a while."""
    before, since = "", monotonic()
    while monotonic() - since < STILL_S:
        await pilot.pause(0.02)
        now = pilot.app.export_screenshot()
        if now != before:
            before, since = now, monotonic()


def clean(svg: str) -> str:
    """Without what changes from run to run: the random prefix of ids; without fonts from elsewhere."""
    found = re.search(r"terminal-(\d+)-", svg)
    svg = svg.replace(found[1], "prontodb") if found else svg
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def main(names: list[str]) -> int:
    """Take all pictures, or those named."""
    known = [picture.name for picture in PICTURES]
    if unknown := [name for name in names if name not in known]:
        print(f"no picture is called {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 1
    for picture in PICTURES:
        if not names or picture.name in names:
            target = HERE / f"{picture.name}.svg"
            target.write_text(asyncio.run(take(picture)), encoding="utf-8")
            print(f"screenshots/{target.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
