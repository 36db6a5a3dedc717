"""One item of the inbox in full: what it was meant for, what it holds, and the field that says where it goes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from store.errors import StoreError
from tui.browser.flows.addressing import typed_form
from tui.browser.flows.recovery import candidates
from tui.browser.widgets.address_input import AddressInput
from tui.browser.widgets.notice import Said
from tui.browser.widgets.refusal_view import RefusalView
from tui.browser.widgets.value_view import ValueView

if TYPE_CHECKING:
    from collections.abc import Set

    from textual.app import ComposeResult

    from store.model import Address
    from tui.browser.flows.recovering import PipeContent, Recovery
    from tui.browser.flows.recovery import Item

SETTLE_S = 0.04
"""How long the cursor rests on an item before its content is read."""

NOT_HERE = Said("secret", "secret", hint="recover it, then reveal it there")


class RecoveryDetail(Vertical):
    """Told by `show`. What is typed into the field stays with the item it was typed for until `forget_all_but`.

    The field holds a good address from the first moment; it gives way to a free one as soon as the store has been asked, unless
    something was typed. Reads with `recovery` and posts `ContentRead`; what comes too late for the item shown is dropped.
    """

    DEFAULT_CSS = """
    RecoveryDetail { width: 1fr; height: 1fr; }
    """

    @dataclass
    class ContentRead(Message):
        """What the item shown holds is known now."""

        detail: RecoveryDetail

        @property
        def control(self) -> RecoveryDetail:
            """Who sent it."""
            return self.detail

    def __init__(self, recovery: Recovery, *, id: str | None = None) -> None:
        super().__init__(id=id)
        services = recovery.services
        self._recovery = recovery
        self._item: Item | None = None
        self._suggested = ""
        self._drafts: dict[str, str] = {}
        self._found: dict[str, list[Address]] = {}
        self.content: PipeContent | None = None
        """What the item holds, None until it is read."""
        self.field = AddressInput(services.reading, services)
        self.value = ValueView(now_ms=services.now_ms)
        self.value.can_focus = False  # its keys would hide those of the screen, which scrolls it instead
        self._refusal = RefusalView(recovery.reading)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._refusal
        yield self.value
        yield self.field

    def on_mount(self) -> None:
        """Name the field."""
        self._name_field()

    def on_descendant_focus(self) -> None:
        """Say what the keys do in the field."""
        self._name_field()

    def on_descendant_blur(self) -> None:
        """Say how to get into the field."""
        self._name_field()

    def _name_field(self) -> None:
        keys = "enter recovers · ↑↓ suggests" if self.has_focus_within else "e edits it"
        self.field.border_title = Content.assemble(" recover to ", (f"· {keys} ", "$text-muted"))

    @property
    def typed(self) -> bool:
        """Whether the field holds something else than was suggested."""
        return self.field.value != self._suggested

    def show(self, item: Item | None) -> None:
        """Show another item, or another state of the same."""
        self._keep_draft()
        same = item is not None and self._item is not None and item.id == self._item.id
        self._item = item
        if not same:
            self.content = None
        self._refusal.show(item, self.content.words if self.content else "")
        if item is None:
            self.value.clear()
            return
        if not same:
            self._fill(item)
        self._read(item, wait=not same)

    def forget_all_but(self, ids: Set[str]) -> None:
        """What was typed and found for other items is no longer needed."""
        self._drafts = {id: text for id, text in self._drafts.items() if id in ids}
        self._found = {id: addresses for id, addresses in self._found.items() if id in ids}

    async def address_for(self, item: Item) -> Address | None:
        """Where `item`, which is shown, shall go; None if the field is not good. What is only guessed is free.

        Raises StoreError.
        """
        if self.typed or item.id in self._found:
            return self.field.address
        return (await self._recovery.suggest(item))[0]

    def _keep_draft(self) -> None:
        if self._item is None:
            return
        if self.typed:
            self._drafts[self._item.id] = self.field.value
        else:
            self._drafts.pop(self._item.id, None)

    def _fill(self, item: Item) -> None:
        """Put the likeliest address into the field, or what was typed for this item before."""
        reading = self._recovery.reading
        addresses = self._found.get(item.id) or [candidate.address for candidate in candidates(item, reading)]
        texts = [typed_form(address, reading) for address in addresses]
        self._suggested = texts[0]
        self.field.offers = texts
        self.field.value = self._drafts.get(item.id, self._suggested)

    @work(exclusive=True, group="item")
    async def _read(self, item: Item, *, wait: bool) -> None:
        """The content of `item`, and addresses that are free."""
        await asyncio.sleep(SETTLE_S if wait else 0)
        try:
            content, found = await asyncio.gather(self._recovery.preview(item), self._recovery.suggest(item))
        except StoreError as error:
            if self._item is not None and self._item.id == item.id:
                self.value.fail(item.meant, error)
            return
        if self._item is None or self._item.id != item.id:
            return
        self.content = content
        self._refusal.show(item, content.words)
        self.value.show(content.value)
        if item.secret:
            self.value.notice.say(NOT_HERE)
        typed, self._found[item.id] = self.typed, found
        if not typed:
            self._fill(item)
        self.field.refresh_target()
        self.post_message(self.ContentRead(self))
