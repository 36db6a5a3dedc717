"""What entry search talks in: options, hits with their spans, answers (S-301 … S-310)."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import nsmallest
from typing import TYPE_CHECKING, Literal, get_args

from search.folding import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from search.rows import Bound, Row
    from store.model import Address

Field = Literal["value", "key", "namespace", "address"]
Kind = Literal["entire", "prefix", "postfix", "range"]
Span = tuple[int, int]
FIELDS: tuple[Field, ...] = get_args(Field)
KINDS: tuple[Kind, ...] = get_args(Kind)

SLACK = 1000
"""Rows more than wanted that may pile up before the superfluous ones are dropped."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to search. Raises ValueError for a field, kind or limit that does not exist."""

    scope: str = ""
    """What the printed address (`context:namespace:key`) must begin with (S-306)."""
    field: Field = "value"
    kinds: frozenset[Kind] | None = None
    ignore_case: bool = False
    limit: int | None = None
    """The most hits in an answer; total and best do not know it (S-308)."""

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise ValueError(f"no such field: {self.field}")
        if self.kinds is not None and not self.kinds <= set(KINDS):
            raise ValueError(f"no such kind: {sorted(self.kinds - set(KINDS))}")
        if self.limit is not None and self.limit < 0:
            raise ValueError(f"a limit is not negative: {self.limit}")


def options_of(
    scope: str = "",
    field: Field = "value",
    kinds: Collection[Kind] | None = None,
    ignore_case: bool = False,
    limit: int | None = None,
) -> Options:
    """`Options` from what S-301 lists."""
    return Options(scope, field, None if kinds is None else frozenset(kinds), ignore_case, limit)


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that holds the matched text. path: its address as printed, in notation. text: the whole of what was searched.

    width: of `text`, in atoms, as the spans are; they may overlap and stand from left to right (S-302).
    """

    address: Address
    path: str
    width: int
    spans: tuple[Span, ...]
    coverage: Kind
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of S-301. checkpoint: atoms of the query that were found; total: entries that hold so much of it."""

    checkpoint: int
    remaining: str
    total: int
    hits: tuple[Hit, ...]
    best: Hit | None

    @property
    def exhausted(self) -> bool:
        """Whether the whole query was found."""
        return not self.remaining


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a query, atoms `start` to `end`, and the smallest entry that holds it; None where nothing does (S-310)."""

    start: int
    end: int
    best: Hit | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows that hold a text, in any order: all `total` of them, or the smallest. until: when the first of all expires."""

    total: int
    rows: Sequence[Row]
    until: int | None

    @property
    def is_complete(self) -> bool:
        """Whether these are all."""
        return len(self.rows) == self.total


def gather(found: Iterable[Row], bound: Bound, options: Options, *, keep: int) -> Gathered:
    """What is `found`: all, if that is at most `keep` rows or an answer needs them all, else the smallest ones.

    bound: what `found` looks at; it is drawn closer when there are too many, so that most of the others are not even made.
    """
    most = None if options.limit is None or options.kinds is not None else max(options.limit, 1)
    rows: list[Row] = []
    dropped = 0
    until: int | None = None
    for row in found:
        rows.append(row)
        if row.until is not None and (until is None or row.until < until):
            until = row.until
        if most is not None and len(rows) > max(keep, most):
            keep = most + SLACK
            dropped += len(rows) - most
            rows = nsmallest(most, rows)
            bound.width = rows[-1].width
    return Gathered(len(rows) + dropped + bound.skipped, rows, until)


def spans_of(needle: str, text: str) -> list[Span]:
    """Every occurrence, overlapping ones too, left to right."""
    spans = []
    at = text.find(needle)
    while at >= 0:
        spans.append((at, at + len(needle)))
        at = text.find(needle, at + 1)
    return spans


def coverage_of(span: Span, width: int) -> Kind:
    """How a span lies in a text of `width` atoms (S-023)."""
    if span[0] == 0:
        return "entire" if span[1] == width else "prefix"
    return "postfix" if span[1] == width else "range"


def hit_of(row: Row, needle: str, options: Options) -> Hit | None:
    """The hit in a row; None if no span is of the kinds wanted (S-305). needle: folded already if case is ignored."""
    spans = spans_of(needle, fold(row.text) if options.ignore_case else row.text)
    if options.kinds is not None:
        spans = [span for span in spans if coverage_of(span, row.width) in options.kinds]
    if not spans:
        return None
    return Hit(row.address, row.path, row.width, tuple(spans), coverage_of(spans[0], row.width), row.text)


def found_in(gathered: Gathered, query: str, checkpoint: int, options: Options) -> Found:
    """The answer, when `gathered` are those that hold the first `checkpoint` atoms of `query`."""
    needle = fold(query[:checkpoint]) if options.ignore_case else query[:checkpoint]
    if options.kinds is None:
        rows = gathered.rows
        shown = sorted(rows) if options.limit is None else nsmallest(max(options.limit, 1), rows)
        return _answer(query, checkpoint, gathered.total, _hits(shown, needle, options), options)
    hits = _hits(sorted(gathered.rows), needle, options)
    return _answer(query, checkpoint, len(hits), hits, options)


def _hits(rows: Iterable[Row], needle: str, options: Options) -> list[Hit]:
    return [hit for row in rows if (hit := hit_of(row, needle, options)) is not None]


def _answer(query: str, checkpoint: int, total: int, hits: list[Hit], options: Options) -> Found:
    return Found(checkpoint, query[checkpoint:], total, tuple(hits[: options.limit]), hits[0] if hits else None)
