"""Contexts, namespaces and entries as the engine shows them: snapshots in the order of M-132 (M-133…M-135).

What holds no live entry does not exist here (M-122), a cache definition or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.addresses.keys import canonical_key, indices_of, to_notation
from store.errors import Refused
from store.operation import Statement, reading
from store.operations import namespaces as spaces
from store.operations.entries import INDEX, append_base, number_of
from store.values import unbind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.operation import Steps
    from store.streams.meteors import Meteor
    from store.streams.tokens import Token

IN_ORDER = (
    "SELECT key, value, secret FROM entries WHERE ns_id = ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY id"
)
WHOLE = ("full", "raw", "packed")  # M-160: where the whole text of a document may stand


def text_of_value(value: bytes, shown: str) -> str:
    """The text that was stored. `shown`: its address, for the error. Raises Refused `not-text` for other bytes (U-05)."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Refused(
            "not-text",
            f"the value of {shown} is not text",
            hint="read its bytes with `prontodb get`, with --b64, or with `prontodb export`",
            text=shown,
        ) from None


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry of a view. `canonical`: its key as stored; `content`: its bytes; `secret`: to be masked on screens (U-11)."""

    canonical: str
    content: bytes
    secret: bool = False

    @property
    def key(self) -> str:
        """The key in notation."""
        return to_notation(self.canonical)

    @property
    def text(self) -> str:
        """The value. Raises Refused `not-text`."""
        return text_of_value(self.content, self.key)


@dataclass(frozen=True, slots=True)
class View:
    """All entries of one context and namespace at one moment, in insertion order (M-134). Keys are asked for in any spelling."""

    context: str
    namespace: str
    cells: tuple[Cell, ...]
    meta: str = ""

    @property
    def entry_count(self) -> int:
        """How many entries there are."""
        return len(self.cells)

    @property
    def has_default(self) -> bool:
        """Whether the namespace has a default value: the key `index` (M-125)."""
        return self.has_key("index")

    def entries(self) -> list[tuple[str, str]]:
        """Key in notation and value of each entry."""
        return [(cell.key, cell.text) for cell in self.cells]

    def keys(self) -> list[str]:
        """The keys in notation."""
        return [cell.key for cell in self.cells]

    def canonical_keys(self) -> list[str]:
        """The keys as they are stored."""
        return [cell.canonical for cell in self.cells]

    def values(self) -> list[str]:
        """The values, in the order of the keys."""
        return [cell.text for cell in self.cells]

    def cell(self, key: str) -> Cell | None:
        """The entry with that key; None if there is none. `q[]` is the one with the largest index (M-123)."""
        wanted = canonical_key(key)
        base = append_base(wanted)
        if base:
            return _largest(self.cells, base + INDEX)
        return next((cell for cell in self.cells if cell.canonical == wanted), None)

    def get(self, key: str) -> str | None:
        """The value stored under `key`; None if there is none."""
        found = self.cell(key)
        return None if found is None else found.text

    def has_key(self, key: str) -> bool:
        """Whether there is such a key."""
        return self.cell(key) is not None

    def find_keys(self, matches: Callable[[str], bool]) -> list[str]:
        """The keys, in notation, that `matches` accepts in either spelling (M-155). The globs themselves are search's."""
        return [cell.key for cell in self.cells if matches(cell.key) or matches(cell.canonical)]

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Each entry as a token that, written out and parsed again, stores the same text (U-05)."""
        from store.streams.tokens import make_token

        return tuple(make_token(cell.key, cell.text) for cell in self.cells)

    def families(self) -> dict[str, list[str]]:
        """Of each family of bracketed keys its slots (M-160) in document order (M-163), families in insertion order.

        The append marker and several coordinates are no slots.
        """
        from store.documents.order import document_order

        slots: dict[str, list[str]] = {}
        for cell in self.cells:
            found = indices_of(cell.canonical)
            if found is not None and len(found[1]) == 1:
                slots.setdefault(found[0], []).append(found[1][0])
        orders = {name[len("order.") :]: value for name, value in self.metadata.items() if name.startswith("order.")}
        return {family: document_order(names, orders) for family, names in slots.items()}

    @property
    def full(self) -> str | None:
        """The whole text, if it is kept as one: `full`, `raw` or `packed` (M-160)."""
        return next((text for key in WHOLE if (text := self.get(key)) is not None), None)

    @property
    def metadata(self) -> dict[str, str]:
        """What `metadata[NAME]` says, by name, in insertion order (M-165)."""
        found = {}
        for cell in self.cells:
            indices = indices_of(cell.canonical)
            if indices is not None and indices[0] == "metadata" and len(indices[1]) == 1:
                found[indices[1][0]] = cell.text
        return found

    def meteor(self) -> Meteor:
        """The same as a `Meteor` (M-007). Raises StreamError `empty-tokens` for an empty view."""
        from store.streams.meteors import Meteor

        return Meteor(self.context, self.namespace, self.tokens)


def _largest(cells: tuple[Cell, ...], base: str) -> Cell | None:
    numbered = [
        (number, cell)
        for cell in cells
        if cell.canonical.startswith(base) and (number := number_of(cell.canonical[len(base) :])) >= 0
    ]
    return max(numbered, key=lambda pair: pair[0])[1] if numbered else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every entry at one moment, by namespace (M-133). `exhausted(namespaces, keys)` is told when an iteration reaches the end."""

    views: tuple[View, ...]
    exhausted: Callable[[int, int], None] | None = None

    def __iter__(self) -> Iterator[tuple[str, str, str, str]]:
        """Context, namespace, key in notation and value of each entry, in the order of M-132."""
        count = 0
        for view in self.views:
            for cell in view.cells:
                count += 1
                yield view.context, view.namespace, cell.key, cell.text
        if self.exhausted is not None:
            self.exhausted(len(self.views), count)


@reading
def contexts(meta: str = "", *, now_ms: int) -> Steps[list[str]]:
    """The contexts that hold entries, by code point."""
    found = yield from _living(meta, None, now_ms)
    return list(dict.fromkeys(context for _, context, _ in found))


@reading
def namespaces(context: str, meta: str = "", *, now_ms: int) -> Steps[list[str]]:
    """The namespaces of `context` that hold entries, by code point; none for an unknown context."""
    return [name for _, _, name in (yield from _living(meta, context, now_ms))]


@reading
def view(context: str, namespace: str, meta: str = "", *, now_ms: int) -> Steps[View]:
    """The view of a namespace, be it empty."""
    found = yield from spaces.namespace(meta, context, namespace, now_ms=now_ms)
    cells = () if found is None else (yield from _cells(found.id, now_ms))
    return View(context, namespace, cells, meta)


@reading
def snapshot(meta: str = "", *, now_ms: int, exhausted: Callable[[int, int], None] | None = None) -> Steps[Snapshot]:
    """Every entry of `meta`: one view for each namespace that holds any, in the order of M-132."""
    views = []
    for id_, context, name in (yield from _living(meta, None, now_ms)):
        views.append(View(context, name, (yield from _cells(id_, now_ms)), meta))
    return Snapshot(tuple(views), exhausted)


@reading
def totals(meta: str = "", *, now_ms: int) -> Steps[tuple[int, int]]:
    """How many namespaces hold entries, and how many entries there are (M-148)."""
    found = yield from spaces.namespaces(meta, now_ms=now_ms)
    counts = [space.entries for space in found if space.entries]
    return len(counts), sum(counts)


def _living(meta: str, context: str | None, now_ms: int) -> Steps[list[tuple[int, str, str]]]:
    found = yield from spaces.namespaces(meta, context, now_ms=now_ms)
    return [(space.id, space.context, space.name) for space in found if space.entries]


def _cells(namespace_id: int, now_ms: int) -> Steps[tuple[Cell, ...]]:
    rows = yield Statement(IN_ORDER, (namespace_id, now_ms))
    return tuple(Cell(key, unbind(value), bool(secret)) for key, value, secret in rows)
