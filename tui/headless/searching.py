"""`search`: the entries whose text holds a query, as far as any does (S-301 … S-310, S-319)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from search.corpus import Corpus, find_entries, find_entries_consecutive
from search.errors import EmptyQueryError
from search.hits import FIELDS, KINDS, Options, options_of
from search.stopping import Stop
from store.addresses import print_address
from tui.headless.listings import MOST_MENTIONS
from tui.headless.progress import waiting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from search.hits import Found, Hit, Kind, Piece
    from tui.headless.main import Call
    from tui.headless.progress import Waiting

MISS = 2
PATIENCE = "searching; making the index takes a while, once"
MOST_HITS = 1_000_000_000
WAYS = ("consecutive", "explain", "session")
TAKES = {
    "consecutive": {"scope", "field", "ignore-case"},
    "explain": {"scope"},
    "session": {"scope", "field", "kind", "ignore-case", "limit"},
}
"""What each way of searching can be told."""


def search(call: Call) -> int:
    """Entries, pieces, a climb or a session. 0: the whole query was found, 2: not all of it."""
    ways = [way for way in WAYS if call.has(way)]
    if len(ways) > 1:
        raise call.usage(f"--{ways[0]} and --{ways[1]} exclude each other")
    way = ways[0] if ways else ""
    options = options_from(call, way)
    query = call.argument(0)
    if way == "session":
        from tui.headless.search_session import run_session

        if query is not None:
            raise call.usage("a session reads what is typed from standard input, as +text")
        return run_session(call, options)
    if query is None:
        raise call.usage("missing <query>")
    if not query:
        raise EmptyQueryError
    if way == "explain":
        from tui.headless.explaining import explain

        return explain(call, query, options.scope)
    return _pieces(call, query, options) if way else _entries(call, query, options)


def options_from(call: Call, way: str) -> Options:
    """What the options of the command line say about where and how to search. Raises UsageError."""
    known = TAKES.get(way, {"scope", "field", "kind", "ignore-case", "limit"})
    for name in ("field", "kind", "ignore-case", "limit"):
        if call.has(name) and name not in known:
            raise call.usage(f"--{way} takes no --{name}")
    field = call.option("field") or "value"
    if field not in FIELDS:
        raise call.usage(f"--field must be one of {', '.join(FIELDS)}, not '{field}'")
    kinds = call.option("kind")
    wanted = None if kinds is None else kinds.split(",")
    for kind in wanted or ():
        if kind not in KINDS:
            raise call.usage(f"--kind must be one of {', '.join(KINDS)}, not '{kind}'")
    return options_of(
        _scope(call),
        field,
        None if wanted is None else cast("list[Kind]", wanted),
        call.has("ignore-case"),
        _limit(call),
    )


def _scope(call: Call) -> str:
    """What addresses must begin with: --scope as it stands, or what -p and -n name."""
    reading = call.session.reading
    scope = call.option("scope")
    if scope is not None:
        if reading.context is not None or reading.namespace is not None:
            raise call.usage("--scope says it all: leave out -p and -n")
        return scope
    if reading.namespace is not None:
        if reading.context is None:
            raise call.usage("-n needs -p: a namespace is searched in its context")
        return f"{reading.context}:{reading.namespace}:"
    return "" if reading.context is None else f"{reading.context}:"


def _limit(call: Call) -> int | None:
    text = call.option("limit")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= MOST_HITS):
        raise call.usage(f"--limit must be a whole number up to {MOST_HITS}, not '{text}'")
    return int(text)


@contextmanager
def corpus_of(call: Call) -> Iterator[Corpus]:
    """The corpus of the call's database, closed afterwards."""
    corpus = Corpus(call.database.path)
    try:
        yield corpus
    finally:
        corpus.close()


class Patience(Stop):
    """Nobody stops a headless search but by Ctrl-C; whoever waits for long is told so."""

    __slots__ = ("_line",)

    def __init__(self, line: Waiting | None) -> None:
        super().__init__()
        self._line = line

    def check(self) -> None:
        if self._line is not None:
            self._line.tick()


@contextmanager
def patience(call: Call, what: str = PATIENCE) -> Iterator[Stop]:
    """To be given to a search; its line, `what` goes on, is gone afterwards, however the search ended."""
    line = waiting(call, what)
    try:
        yield Patience(line)
    finally:
        if line is not None:
            line.end()


def _entries(call: Call, query: str, options: Options) -> int:
    with corpus_of(call) as corpus, patience(call) as stop:
        found = call.run(
            find_entries(
                corpus,
                query,
                now_ms=call.now_ms,
                meta=call.session.reading.meta,
                scope=options.scope,
                field=options.field,
                kinds=options.kinds,
                ignore_case=options.ignore_case,
                limit=options.limit,
                stop=stop,
            )
        )
    mention_hits(call, found.hits)
    if call.output.json:
        call.output.object(**answer_fields(found), hits=[hit_fields(hit) for hit in found.hits])
    else:
        for hit in found.hits:
            start, end = hit.spans[0]
            call.output.line(f"{print_address(hit.address)}\t{hit.coverage}\t{start}-{end}", keep="\t")
        _say(call, query, options, found)
    return 0 if found.exhausted and found.total else MISS


def _say(call: Call, query: str, options: Options, found: Found) -> None:
    """What the lines do not say: how much of the query they hold, and that there are more."""
    if not found.exhausted:
        reached = f"only the first {found.checkpoint} of" if found.checkpoint else "nothing of"
        call.output.status(f"{reached} {len(query)} characters found")
    elif not found.total:
        call.output.status("found, but not so: --kind leaves nothing")
    if found.total > len(found.hits):
        call.output.status(f"{len(found.hits)} of {found.total} entries")
    if not found.total and "." in options.scope and ":" not in options.scope:
        call.output.status("hint: a scope is the beginning of context:namespace:key, such as app:ui:")


def _pieces(call: Call, query: str, options: Options) -> int:
    with corpus_of(call) as corpus, patience(call) as stop:
        pieces = call.run(
            find_entries_consecutive(
                corpus,
                query,
                now_ms=call.now_ms,
                meta=call.session.reading.meta,
                scope=options.scope,
                field=options.field,
                ignore_case=options.ignore_case,
                stop=stop,
            )
        )
    for piece in pieces:
        mention_hits(call, [piece.best] if piece.best else [])
    if call.output.json:
        call.output.object(pieces=[piece_fields(piece) for piece in pieces])
    else:
        for piece in pieces:
            where = f"{print_address(piece.best.address)}\t{piece.best.coverage}" if piece.best else "-\t-"
            call.output.line(f"{where}\t{piece.start}-{piece.end}", keep="\t")
    return 0 if all(piece.best for piece in pieces) else MISS


def mention_hits(call: Call, hits: Sequence[Hit]) -> None:
    """Say which entries were shown, as listings do; there may be many answers in one session."""
    for hit in hits[: max(0, MOST_MENTIONS - len(call.mentions))]:
        call.mention(hit.address)


def answer_fields(found: Found) -> dict[str, Any]:
    """The answer of S-301 without its hits."""
    return {
        "checkpoint": found.checkpoint,
        "exhausted": found.exhausted,
        "remaining": found.remaining,
        "total": found.total,
        "best": None if found.best is None else print_address(found.best.address),
    }


def hit_fields(hit: Hit) -> dict[str, Any]:
    """One entry, without its text: `get` gives that."""
    return {
        "address": print_address(hit.address),
        "path": hit.path,
        "coverage": hit.coverage,
        "width": hit.width,
        "spans": [list(span) for span in hit.spans],
    }


def piece_fields(piece: Piece) -> dict[str, Any]:
    """One piece of the query."""
    best = piece.best
    return {
        "from": piece.start,
        "to": piece.end,
        "address": None if best is None else print_address(best.address),
        "coverage": None if best is None else best.coverage,
    }
