"""Stores with documents in them, and the way into the document view, for its tests."""

from __future__ import annotations

from pathlib import Path

from store.database import Database
from store.operations.apply import apply_writes
from store.streams.events import Write
from tests.tui.browsing import BY, NOW, Browser, address
from tests.tui.hostile import dangerous
from tests.tui.waiting import until
from tui.browser.screens.document import DocumentScreen

EXAMPLE: dict[str, str] = {
    "shell:setup.env:full": "check\ninstall\n",
    "shell:setup.env:parts__install_pkg": "apt install it\n",
    "shell:setup.env:parts__env_check": "test -d /srv\n",
    "shell:setup.env:metadata__order.install_pkg": "20",
    "shell:setup.env:metadata__order.env_check": "10",
    "shell:setup.env:metadata__lang": "bash",
    "shell:setup.env:owner": "ops",
}
"""The worked example of meteor.md 10.4, in its order."""

GUIDE: dict[str, str] = {
    "doc:guide:sections__intro": "# A guide\n\nTo *everything*, with `code` and a [link](http://example.org).\n",
    "doc:guide:sections__10_setup": "## Setup\n\n- one\n- two, which is long enough to be folded in a narrow terminal\n",
    "doc:guide:sections__20_use": "## Use\n\n```sh\nprontodb set app.x 1\n```\n\n> Quoted words.\n\n1. first\n2. second\n",
    "doc:guide:snippets__hello": "print('hello')\n",
    "doc:guide:metadata__version": "3",
    "doc:guide:metadata__sha256.full": "0" * 64,
    "doc:guide:metadata__sha256.gone": "0" * 64,
    "doc:guide:full": "# A guide\n\nAn older text.\n",
    "doc:guide:owner": "ops",
}
"""A document with everything: two families, a stale whole text, digests that do not hold, an entry that is no part."""


def fill(path: Path, texts: dict[str, str]) -> None:
    """Store many entries at once, in this order."""
    writes = [Write(address(key), text.encode(), None, key) for key, text in texts.items()]
    with Database(str(path), bulk=True) as database:
        database.run(apply_writes(writes, by=BY, now_ms=NOW - 60_000, target="test"))


def large(sections: int = 500, size: int = 20_000) -> dict[str, str]:
    """A document of many long sections: prose in lines of all lengths."""
    line = (
        "The quick brown fox jumps over the *lazy* dog and `types` a sentence that must be folded somewhere near here. "
    )
    body = "\n".join(line[: 20 + at * 7 % 95] for at in range(size // 60))[:size]
    return {f"doc:large:sections__{number}_part": f"## Part {number}\n\n{body}\n" for number in range(sections)}


async def opened(browser: Browser, keys: tuple[str, ...] = ()) -> DocumentScreen:
    """The document of the namespace that those keys lead to."""
    await browser.press(*keys, "D")
    return await shown(browser)


async def shown(browser: Browser) -> DocumentScreen:
    """Until the document is there, with everything of its text that can be seen."""
    await browser.loaded(DocumentScreen)
    screen = browser.screen
    assert isinstance(screen, DocumentScreen)
    await until(browser.pilot, lambda: screen.text.body.complete)
    return screen


def text(screen: DocumentScreen) -> list[str]:
    """The visible rows of the text, harmless each."""
    body = screen.text.body
    rows = [body.render_line(y) for y in range(body.size.height)]
    for row in rows:
        assert dangerous(row.text) == []
        assert row.cell_length == body.scrollable_content_region.width
    return [row.text[2:].rstrip() for row in rows]
