"""The document view: parts in order, the text they make, integrity, staleness, at every size, hostile text (M-160…M-166)."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.operations.entries import set_entry
from tests.tui.browsing import BY, NOW, SIZES, SMALL, address, browsing, do, put, same_frame
from tests.tui.document_stores import EXAMPLE, GUIDE, fill, large, opened, shown, text
from tests.tui.waiting import until
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.document import DocumentScreen
from tui.browser.styles.themes import OFFERED
from tui.browser.widgets.scope_tree import ScopeTree


def lines(screen: DocumentScreen) -> list[tuple[str, int | None, str]]:
    """Label, order number, state of each line."""
    assert screen.held is not None
    return [(line.label, line.number, line.state) for line in screen.held.lines]


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    path = tmp_path / "guide.db"
    fill(path, GUIDE)
    put(path, {"doc:guide:sections__secret": "s3cr3t"}, secret=True)
    return path


async def test_the_worked_example(tmp_path: Path) -> None:
    """Meteor.md 10.4: parts in document order with their numbers, the rest below, the text assembled."""
    path = tmp_path / "example.db"
    fill(path, EXAMPLE)
    async with browsing(path) as browser:
        screen = await opened(browser)
        assert lines(screen) == [
            ("parts", None, ""),
            ("env_check", 10, ""),
            ("install_pkg", 20, ""),
            ("whole text", None, "≠ stale"),
            ("metadata", None, ""),
            ("order.install_pkg = 20", None, ""),
            ("order.env_check = 10", None, ""),
            ("lang = bash", None, ""),
            ("other entries", None, ""),
            ("owner", None, ""),
        ]
        assert text(screen)[:3] == ["test -d /srv", "apt install it", ""]
        assert "stale" in screen.text.header
        await browser.press(*["down"] * 3)
        screen = await shown(browser)
        assert text(screen)[:3] == ["check", "install", ""]


async def test_integrity_is_told(guide: Path) -> None:
    """M-166: a digest that holds, one that does not, one of an entry that is gone; secrets are left out (U-11)."""
    async with browsing(guide, (200, 60)) as browser:
        screen = await opened(browser)
        states = {label: state for label, _, state in lines(screen) if state}
        assert states == {"whole text": "✗ changed", "sha256.full": "✗ changed", "sha256.gone": "✗ missing"}
        assert "✗ missing: gone" in screen.text.header
        assert "1 secret value is left out" in screen.text.header
        await browser.press("end")
        assert "s3cr3t" not in browser.frame()


async def test_the_text_goes_along_with_the_cursor_and_the_cursor_with_the_text(tmp_path: Path) -> None:
    """One moves, the other follows; nothing oscillates."""
    path = tmp_path / "large.db"
    fill(path, large(30, 3000))
    async with browsing(path) as browser:
        screen = await opened(browser)
        await browser.press(*["down"] * 8)
        screen = await shown(browser)
        assert text(screen)[0] == "Part 7"
        await browser.press("tab", *["pagedown"] * 4)
        screen = await shown(browser)
        assert screen.line is not None
        assert screen.line.label in ("8_part", "9_part")
        before = screen.text.body.scroll_offset
        await browser.idle()
        assert screen.text.body.scroll_offset == before
        await browser.press("escape", "down")
        screen = await shown(browser)
        assert text(screen)[0] == f"Part {screen.line.number if screen.line else None}"


async def test_rendered_or_as_it_is_stored(guide: Path) -> None:
    """Markdown is read, m shows it as it stands, and the place stays."""
    async with browsing(guide, (160, 40)) as browser:
        screen = await opened(browser)
        rendered = text(screen)
        assert rendered[:2] == ["A guide", "━━━━━━━"]
        assert "To everything, with code and a link (http://example.org)." in rendered
        assert "• one" in rendered
        await browser.press("m")
        assert text(await shown(browser))[:3] == [
            "# A guide",
            "",
            "To *everything*, with `code` and a [link](http://example.org).",
        ]
        await browser.press("end", "m")
        assert "it is no Markdown" in browser.toasts[-1]


async def test_what_is_copied(guide: Path) -> None:
    """The text, or the command line that prints it (U-14)."""
    async with browsing(guide) as browser:
        await opened(browser)
        await browser.press("y", "c")
        await until(browser.pilot, lambda: browser.app.clipboard)
        assert browser.app.clipboard == "prontodb doc show doc:guide: --assemble"
        await browser.press("y", "t")
        await until(browser.pilot, lambda: browser.app.clipboard.startswith("# A guide"))
        assert browser.app.clipboard.endswith("2. second\n")


async def test_going_to_an_entry_and_back(guide: Path) -> None:
    """Enter leads to the entry, escape back to where we came from."""
    async with browsing(guide) as browser:
        screen = await opened(browser)
        await browser.press("enter")
        assert browser.toasts[-1] == "no entry chosen"
        await browser.press("down", "down", "enter")
        await browser.shows(BrowserScreen)
        await browser.settle()
        assert browser.main.address == address("doc:guide:sections__10_setup")
        await browser.press("D")
        screen = await shown(browser)
        await browser.press("tab", "escape")
        assert browser.on_top(DocumentScreen)
        assert screen.list_pane.has_focus
        await browser.press("escape")
        assert browser.on_top(BrowserScreen)


async def test_it_follows_the_store(guide: Path) -> None:
    """Another program changes a part: the text changes, the place stays."""
    async with browsing(guide) as browser:
        screen = await opened(browser)
        await browser.press("down", "down")
        screen = await shown(browser)
        before = screen.loads
        do(guide, set_entry(address("doc:guide:sections__10_setup"), b"## Other\n", by=BY, now_ms=NOW))
        await until(browser.pilot, lambda: screen.loads > before)
        screen = await shown(browser)
        assert screen.line is not None
        assert screen.line.label == "10_setup"
        assert "Other" in text(screen)


async def test_nothing_and_bytes(tmp_path: Path) -> None:
    """A name without entries of its own, a context, and a part that is no text: each says so, with the way out."""
    path = tmp_path / "odd.db"
    put(path, {"app:ui.deep:k": "v", "doc:bytes:sections__x": b"\xff\xfe"})
    async with browsing(path) as browser:
        browser.main.enter(browser.main.query_one(ScopeTree))
        await browser.press("home", "D")
        assert browser.toasts[-1] == "no namespace chosen"
        await browser.press("right", "D")
        await browser.loaded(DocumentScreen)
        assert "nothing is stored here" in browser.frame()
        await browser.press("d", "escape", "y", "enter", "m", "u", "tab", "escape")
        await browser.shows(BrowserScreen)
        await browser.press("g")
        await browser.enter_address("doc:bytes:sections[x]")
        await browser.press("D")
        await browser.loaded(DocumentScreen)
        assert "doc:bytes:sections[x] is not UTF-8 text" in browser.frame()


async def test_any_namespace_is_a_document(tmp_path: Path) -> None:
    """Plain entries are listed as such."""
    path = tmp_path / "small.db"
    put(path, SMALL)
    async with browsing(path) as browser:
        screen = await opened(browser, ())
        assert lines(screen) == [("other entries", None, ""), ("readme", None, "")]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_frames(guide: Path, size: tuple[int, int]) -> None:
    """The picture at each size, as text to be read in a diff."""
    async with browsing(guide, size) as browser:
        await opened(browser)
        await browser.press("down", "down")
        await shown(browser)
        same_frame(f"document-{size[0]}x{size[1]}", browser.frame())


async def test_every_theme_draws_it(guide: Path) -> None:
    """A theme without a variable that a style names would crash."""
    async with browsing(guide, (100, 30)) as browser:
        await opened(browser)
        for theme in OFFERED:
            browser.app.theme = theme
            await browser.pilot.pause()
            assert browser.app.export_screenshot()


async def test_every_size_and_back(guide: Path) -> None:
    """Too small says so; whatever the size, nothing crashes, and it is the same again afterwards."""
    async with browsing(guide) as browser:
        await opened(browser)
        await browser.press("down", "down", "down")
        await shown(browser)
        before = browser.frame()
        for width, height in [(39, 24), (80, 11), (1, 1), (40, 12), (60, 15), (109, 20), (200, 60)]:
            await browser.pilot.resize_terminal(width, height)
            await browser.pilot.pause()
        await browser.pilot.resize_terminal(120, 40)
        await shown(browser)
        assert browser.frame() == before
