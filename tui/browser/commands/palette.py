"""The catalog as a source for the command palette, and the themes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Provider
from textual.content import Content

from tui.browser.commands.bindings import key_name
from tui.browser.commands.catalog import CATALOG
from tui.browser.styles.themes import OFFERED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from textual.command import Hits

    Offer = tuple[str, str, str, Callable[[], Awaitable[object] | None]]


class CommandSource(Provider):
    """Every command that the screen below or the app can do, by title; those that are impossible now say why."""

    async def discover(self) -> Hits:
        """All of them, in the order of the catalog."""
        for title, key, help_, run in self._offers():
            yield DiscoveryHit(_display(Content(title), key), run, text=title, help=help_)

    async def search(self, query: str) -> Hits:
        """Those whose title resembles `query`."""
        matcher = self.matcher(query)
        for title, key, help_, run in self._offers():
            score = matcher.match(title)
            if score > 0:
                yield Hit(score, _display(matcher.highlight(title), key), run, text=title, help=help_)

    def _offers(self) -> Iterator[Offer]:
        unavailable: Callable[[str], str] = getattr(self.screen, "unavailable", lambda _id: "")
        for command in CATALOG:
            if not command.palette:
                continue
            owner = self.app if command.scope == "app" else self.screen
            if getattr(owner, f"action_{command.action}", None) is None:
                continue
            reason = unavailable(command.id)
            help_ = f"{command.help} Not now: {reason}." if reason else command.help
            run = partial(self.screen.run_action, f"{'app' if command.scope == 'app' else 'screen'}.{command.action}")
            yield command.title, key_name(command.keys[0]), help_, run
        for name in OFFERED:
            yield f"Theme: {name}", "", "Use these colours, now and next time.", partial(self._choose_theme, name)

    def _choose_theme(self, name: str) -> None:
        choose: Callable[[str], None] = self.app.choose_theme  # type: ignore[attr-defined]  # BrowserApp
        choose(name)


def _display(title: Content, key: str) -> Content:
    return Content.assemble(title, ("  " + key, "$accent")) if key else title
