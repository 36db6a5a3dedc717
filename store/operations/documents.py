"""Namespaces as documents: their parts in order, their text, their integrity; out of the store and into it (M-160…M-174)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.addresses.keys import canonical_key, to_notation
from store.documents.checksum import text_digest
from store.documents.kinds import FAMILIES, WHOLE, content_type, metadata_key, metadata_name, primary_family, slot_of
from store.documents.order import assemble as assemble_texts
from store.documents.order import document_order, order_number
from store.model import Address
from store.operation import reading, writing
from store.operations import entries
from store.operations.document_rows import Space, Stored, read_stored, text_of, text_or_none
from store.operations.document_transfer import export_namespace as export_namespace
from store.operations.document_transfer import export_namespaces as export_namespaces
from store.operations.document_transfer import import_namespace as import_namespace
from store.operations.document_transfer import import_namespaces as import_namespaces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.model import Actor
    from store.operation import Steps

OK, CHANGED, MISSING = "ok", "changed", "missing"
DIGEST = "sha256."


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a document. key: canonical. number: its order number (M-162). size: bytes. value: "" when it is withheld."""

    slot: str
    key: str
    number: int | None
    size: int
    value: str
    secret: bool = False

    @property
    def shown(self) -> str:
        """The key as listings show it."""
        return to_notation(self.key)


@dataclass(frozen=True, slots=True)
class Family:
    """The parts of one family, in document order. kind: their content type (M-161)."""

    name: str
    kind: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Integrity:
    """What became of an entry whose digest is kept: state is ok, changed or missing (M-166). key: in notation."""

    key: str
    state: str


@dataclass(frozen=True, slots=True)
class Document:
    """All that makes one namespace a document.

    primary: name of the main family. families: it first, then others as they first appear. full: the text under `full`, else `raw`,
    else `packed`; None if there is none. metadata: by name, in insertion order. others: canonical keys of what is no part of it.
    entries: how many there are in all. hidden: how many values are secret and therefore withheld.
    """

    context: str
    namespace: str
    primary: str
    families: tuple[Family, ...]
    full: str | None
    metadata: tuple[tuple[str, str], ...]
    integrity: tuple[Integrity, ...]
    others: tuple[str, ...]
    entries: int
    hidden: int = 0

    @property
    def sections(self) -> tuple[Section, ...]:
        """The parts of the primary family, in document order."""
        return self.family(self.primary)

    @property
    def assembled(self) -> str:
        """The text that they make (M-164)."""
        return assemble_texts(section.value for section in self.sections)

    @property
    def text(self) -> str:
        """The whole text: as it is kept, else as it is assembled."""
        return self.assembled if self.full is None else self.full

    @property
    def stale(self) -> bool:
        """Whether the text that is kept is not the one that the parts make."""
        return self.full is not None and bool(self.sections) and self.full != self.assembled

    def family(self, name: str) -> tuple[Section, ...]:
        """The parts of a family, in document order."""
        return next((family.sections for family in self.families if family.name == name), ())

    def about(self, name: str) -> str | None:
        """The value of `metadata[name]`."""
        return dict(self.metadata).get(name)


@reading
def document(
    meta: str,
    context: str,
    namespace: str,
    *,
    now_ms: int,
    reveal: bool = False,
    compare: Callable[[str, str], int] | None = None,
) -> Steps[Document]:
    """A namespace as a document, an empty one if there is nothing.

    reveal: secret values too (U-11). compare: another order of slots than document order (M-163).
    Raises `not-text`, naming the entry, for a part that is not UTF-8.
    """
    stored = yield from read_stored(meta, context, namespace, now_ms)
    space = (meta, context, namespace)
    metadata = _metadata(space, stored, reveal)
    shown = {item.key: item for item in stored}
    whole = next((shown[key] for key in WHOLE if key in shown and (reveal or not shown[key].secret)), None)
    return Document(
        context,
        namespace,
        primary_family(context),
        _families(space, stored, metadata, reveal, compare),
        None if whole is None else text_of(space, whole),
        tuple(metadata.items()),
        _integrity(metadata, shown),
        tuple(item.key for item in stored if content_type(item.key) == "simple"),
        len(stored),
        0 if reveal else sum(item.secret for item in stored),
    )


@reading
def assemble(meta: str, context: str, namespace: str, family: str | None = None, *, now_ms: int) -> Steps[str]:
    """The text that a family makes in document order (M-164); None: the primary one. No parts, empty text."""
    found = yield from document(meta, context, namespace, now_ms=now_ms, reveal=True)
    return assemble_texts(section.value for section in found.family(family or found.primary))


@reading
def verify_integrity(meta: str, context: str, namespace: str, *, now_ms: int) -> Steps[tuple[Integrity, ...]]:
    """What became of each entry whose digest `metadata[sha256.KEY]` holds (M-166)."""
    stored = yield from read_stored(meta, context, namespace, now_ms)
    return _integrity(_metadata((meta, context, namespace), stored, True), {item.key: item for item in stored})


@reading
def get_metadata(meta: str, context: str, namespace: str, name: str, *, now_ms: int) -> Steps[str | None]:
    """The value of `metadata[name]`, None if there is none (M-165). Raises `bracket-…` for a name no index can be."""
    address = Address(meta, context, namespace, metadata_key(name))
    entry = yield from entries.get(address)
    if entry is None or entry.expired(now_ms):
        return None
    return text_of(address[:3], Stored(address.key, entry.value, 0, False))


@writing
def set_metadata(
    meta: str, context: str, namespace: str, name: str, value: str, *, by: Actor, now_ms: int
) -> Steps[int]:
    """Store `metadata[name]`, whatever its length (M-129, M-165); the number of the command."""
    address = Address(meta, context, namespace, metadata_key(name))
    return (yield from entries.set_entry(address, value.encode(), by=by, now_ms=now_ms)).command_id


def _metadata(space: Space, stored: Sequence[Stored], reveal: bool) -> dict[str, str]:
    found = {}
    for item in stored:
        name = metadata_name(item.key)
        if name is not None and (reveal or not item.secret):
            found[name] = text_of(space, item)
    return found


def _families(
    space: Space,
    stored: Sequence[Stored],
    metadata: dict[str, str],
    reveal: bool,
    compare: Callable[[str, str], int] | None,
) -> tuple[Family, ...]:
    orders = {name.removeprefix("order."): value for name, value in metadata.items() if name.startswith("order.")}
    slots: dict[str, dict[str, Stored]] = {}
    for item in stored:
        found = slot_of(item.key)
        if found is not None and found[0] in FAMILIES:
            slots.setdefault(found[0], {})[found[1]] = item
    primary = primary_family(space[1])
    families = []
    for name in sorted(slots, key=lambda name: name != primary):
        sections = []
        for slot in document_order(list(slots[name]), orders, compare):
            item = slots[name][slot]
            value = text_of(space, item) if reveal or not item.secret else ""
            sections.append(Section(slot, item.key, order_number(slot, orders), item.size, value, item.secret))
        families.append(Family(name, FAMILIES[name], tuple(sections)))
    return tuple(families)


def _integrity(metadata: dict[str, str], stored: dict[str, Stored]) -> tuple[Integrity, ...]:
    found = []
    for name, value in metadata.items():
        if not name.startswith(DIGEST):
            continue
        key = canonical_key(name.removeprefix(DIGEST))
        item = stored.get(key)
        text = None if item is None else text_or_none(item.content)
        state = MISSING if item is None else OK if text is not None and text_digest(text) == value.strip() else CHANGED
        found.append(Integrity(to_notation(key), state))
    return tuple(found)
