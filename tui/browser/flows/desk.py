"""What the browser does to entries, each as one call: read for editing, store, delete, copy. No Textual.

Texts made here may hold stored text; whoever shows them makes them safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from store.addresses import print_address, read_address, show_address
from store.errors import AddressError, NotFound, Refused
from store.operations import bulk, entries
from store.operations.history import old_value
from tui.browser.flows.editing import draft_of, keeps_old_value
from tui.browser.text.preview import decode, human_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Address, Entry
    from tui.browser.flows.editing import Draft, UndoStack
    from tui.browser.flows.scopes import Scope
    from tui.browser.services import Services

COPY_LIMIT = 1_048_576
"""Bytes of a value that are sent to the terminal for its clipboard; most terminals take less."""


@dataclass(frozen=True, slots=True)
class Restore:
    """An old value on its way back.

    known_change: of what is there now, None for nothing; question: what to ask first, "" if nothing would be lost; undoable:
    whether it can be taken back.
    """

    address: Address
    value: bytes
    known_change: int | None
    question: str = ""
    undoable: bool = True


class Desk:
    """The work on single entries. `undo` learns of everything that can be taken back."""

    def __init__(self, services: Services, undo: UndoStack) -> None:
        self._services = services
        self._undo = undo

    async def read(self, address: Address) -> Entry:
        """The whole live entry. Raises `not-found`."""
        entry = await self._services.run(entries.get(address))
        if entry is None or entry.expired(self._services.now_ms()):
            raise NotFound("not-found", f"{show_address(address)} is not there any more")
        self._services.names.used(address)
        return entry

    async def draft(self, address: Address, *, revealed: bool) -> tuple[Entry, Draft]:
        """An entry with its text for a field. Raises `not-found`, `cannot-edit`, and `masked` for a secret not revealed (U-11)."""
        entry = await self.read(address)
        if entry.secret and not revealed:
            raise Refused("masked", "it is a secret; reveal it first, with r")
        return entry, draft_of(entry)

    async def save(self, address: Address, value: bytes, known_change: int | None, *, overwrite: bool) -> Address:
        """Store; where it went. Raises `changed-meanwhile` if the entry is not the one that is known, unless `overwrite`."""
        now_ms, by = self._services.now_ms(), self._services.actor
        before = await self._services.run(entries.get(address))
        if overwrite:
            operation = entries.set_entry(address, value, by=by, now_ms=now_ms)
        else:
            operation = entries.set_unless_changed(address, value, known_change=known_change, by=by, now_ms=now_ms)
        written = await self._services.run(operation)
        if before is None or keeps_old_value(before):
            self._undo.push([written.command_id], f"the change of {show_address(written.address)}")
        self._services.names.used(written.address)
        return written.address

    async def plan_restore(self, address: Address, change: int) -> Restore:
        """What it takes to give an entry the value it had before `change`. Raises `not-found` if that is not kept any more."""
        value = await self._services.run(old_value(address, change))
        if value is None:
            raise NotFound("not-found", "that value is not kept any more")
        entry = await self._services.run(entries.get(address))
        if entry is None or entry.expired(self._services.now_ms()):
            return Restore(address, value, None)
        back = "u brings it back." if keeps_old_value(entry) else "It cannot be undone: it is a secret, or it expires."
        return Restore(address, value, entry.change, f"It overwrites what is there now. {back}", keeps_old_value(entry))

    async def restore(self, plan: Restore) -> None:
        """Carry it out. Raises `changed-meanwhile` if the entry is not the one that was asked about."""
        await self.save(plan.address, plan.value, plan.known_change, overwrite=False)

    async def lasting(self, addresses: Sequence[Address]) -> list[Address]:
        """Those of the live entries whose deletion could not be undone."""
        found = [await self._services.run(entries.get(address)) for address in addresses]
        return [entry.address for entry in found if entry is not None and not keeps_old_value(entry)]

    async def delete(self, addresses: Sequence[Address]) -> int:
        """Delete, all or none; how many were there. Those that can be undone are remembered for it."""
        beyond_undo = set(await self.lasting(addresses))
        by, now_ms = self._services.actor, self._services.now_ms()
        kept = [address for address in addresses if address not in beyond_undo]
        command_ids = await self._services.run(bulk.delete_all(kept, by=by, now_ms=now_ms)) if kept else []
        gone = await self._services.run(bulk.delete_all(list(beyond_undo), by=by, now_ms=now_ms)) if beyond_undo else []
        what = show_address(kept[0]) if len(kept) == 1 else f"{len(kept)} entries"
        self._undo.push(command_ids, f"the deletion of {what}")
        self._services.names.gone(*addresses)
        return len(command_ids) + len(gone)

    async def text_to_copy(self, address: Address) -> str:
        """The whole value as text. Raises `not-found`; `too-large` and `not-text` for what a clipboard cannot take."""
        entry = await self.read(address)
        if len(entry.value) > COPY_LIMIT:
            raise Refused("too-large", f"{human_size(len(entry.value))} are too much for the terminal's clipboard")
        text = decode(entry.value, len(entry.value))
        if text is None:
            raise Refused("not-text", "it is bytes, not text; copy the command line instead")
        return text

    def command_line(self, verb: str, *words: str) -> str:
        """The headless command for what is on screen (U-14), quoted for a shell."""
        return quoted([*self._services.options, verb, *words])

    def spell(self, address: Address) -> str:
        """How to type `address` on a command line: the shorter dotted form where it reads back, else the colon form (U-03)."""
        try:
            dotted = print_address(address)
            if read_address(dotted, self._services.reading) == address:
                return dotted
        except AddressError:
            pass
        return show_address(address)

    def listing_words(self, scope: Scope, pattern: str) -> tuple[str, tuple[str, ...]]:
        """Verb and words that list what the pane shows of `scope`."""
        if scope.name is None:
            return "namespaces", (scope.context,)
        dotted = "." not in scope.name and scope.name
        where = f"{scope.context}.{scope.name}" if dotted else f"{scope.context}:{scope.name}:"
        return "keys", (where, pattern) if pattern else (where,)


def quoted(words: Sequence[str]) -> str:
    """A command line of ours, quoted for a shell."""
    return " ".join(["prontodb", *map(quote, words)])
