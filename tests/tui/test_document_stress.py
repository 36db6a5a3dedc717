"""The document view under stress: hostile text in every place, and a document of ten megabytes (U-15; design.md, section 6)."""

from __future__ import annotations

from pathlib import Path

from tests.tui.browsing import browsing
from tests.tui.document_stores import fill, large, opened, shown, text
from tests.tui.hostile import HOSTILE_BYTES, dangerous
from tests.tui.steps import LONGEST_STEP_S, measured


async def test_hostile_documents(tmp_path: Path) -> None:
    """U-15: text of parts, of other families, of metadata, rendered and as it stands; nothing acts, nothing crashes."""
    path = tmp_path / "hostile.db"
    texts: dict[str, str] = {}
    for number, (name, stored) in enumerate(HOSTILE_BYTES.items()):
        text_ = stored.decode("utf-8", "replace")[:3000]
        texts[f"doc:evil:sections__{number}_{name.replace(' ', '_').replace('-', '_')}"] = text_
        texts[f"doc:evil:snippets__{number}"] = text_[:100]
        texts[f"doc:evil:metadata__about_{number}"] = text_[:200]
    fill(path, texts)
    async with browsing(path, (80, 24)) as browser:
        screen = await opened(browser)
        pages = 0
        for keys in (
            ["down"] * 2,
            ["tab", "m"],
            ["pagedown"] * 8,
            ["w"],
            ["pagedown"] * 4,
            ["end"],
            ["escape", "end"],
            ["up"] * 40,
        ):
            for key in keys:
                await browser.pilot.press(key)
                pages += 1
                assert text(screen)
                assert dangerous(browser.frame(), "\n") == [], key
        assert pages > 50


async def test_a_document_of_ten_megabytes_never_stalls_the_screen(tmp_path: Path) -> None:
    """Design.md, section 6: 500 parts, 10 MB; opening, jumping to both ends, source and wrapping, each step below 50 ms."""
    path = tmp_path / "large.db"
    fill(path, large())
    async with browsing(path) as browser:
        await browser.press("right", "down")
        with measured() as steps:
            await browser.press("D")
            screen = await shown(browser)
            for keys in ("end", "home", "down", "tab", "end", "pageup", "m", "w", "w", "home"):
                await browser.press(keys)
                await shown(browser)
        assert steps.longest < LONGEST_STEP_S
        assert text(screen)[0] == "## Part 0"
        await browser.press("escape", "end")
        await shown(browser)
        assert "Part 499" in browser.frame()
