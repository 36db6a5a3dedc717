"""Searching while somebody types: one search for a store, kept until the browser ends (S-317, S-321). No Textual."""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from search import cancelling
from search.corpus import Corpus, find_entries_consecutive
from search.hits import FIELDS, KINDS, Found, Options
from search.scope_graph import containing, graph_of, values_in
from search.session import SearchSession
from search.stopping import Stop
from store.database import Database
from tui.browser.flows.desk import quoted

if TYPE_CHECKING:
    from search.hits import Hit, Kind, Piece
    from search.rows import Row
    from store.model import Address
    from tui.browser.services import Services

SHOWN = 1000
"""Hits in a list. There may be many more; they are counted."""

NOTHING = Found(0, "", 0, (), None)
KIND_TURNS: tuple[frozenset[Kind] | None, ...] = (None, *(frozenset((kind,)) for kind in KINDS))


class Here(NamedTuple):
    """Where somebody is who searches: a context and perhaps a namespace in it; "" and None: nowhere."""

    context: str = ""
    namespace: str | None = None

    @property
    def scopes(self) -> list[str]:
        """All, this context, this namespace: as far as there is one."""
        scopes = [""]
        if self.context:
            scopes.append(f"{self.context}:")
            if self.namespace is not None:
                scopes.append(f"{self.context}:{self.namespace}:")
        return scopes


class Searching:
    """The search of one store. What was typed and chosen stays when its screen is left; `found` is the last answer."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._corpus = Corpus(Database(services.database.path).path)
        services.database.closing.append(self._corpus.close)
        self._session = SearchSession(self._corpus, services.meta, Options(limit=SHOWN))
        self.found = NOTHING
        self.pieces: list[Piece] | None = None
        """The answer piece by piece; None while the entries are looked at."""
        self.cut = ""
        """The text that they are pieces of."""
        self.cursor: Address | None = None
        """The entry that was looked at last."""

    @property
    def text(self) -> str:
        """What has been typed."""
        return self._session.text

    @property
    def options(self) -> Options:
        """How is searched."""
        return self._session.options

    def type(self, text: str) -> None:
        """The text is this now: what differs at the end is taken back, and the rest typed (S-311, S-312)."""
        before = self._session.text
        same = 0
        while same < min(len(before), len(text)) and before[same] == text[same]:
            same += 1
        if same < len(before):
            self._session.retract(len(before) - same)
        if same < len(text):
            self._session.extend(text[same:])

    async def search(self) -> None:
        """Bring the answer up to what is typed and chosen, and to the store. Cancelled, it gives up. Raises StoreError."""
        stop = Stop()
        now_ms = self._services.now_ms()
        text, options = self.text, self.options
        if self.pieces is not None and text:
            operation = find_entries_consecutive(
                self._corpus,
                text,
                now_ms=now_ms,
                meta=self._services.meta,
                scope=options.scope,
                field=options.field,
                ignore_case=options.ignore_case,
                stop=stop,
            )
            pieces = await cancelling.search(self._services.database, operation, stop)
            if self.pieces is not None:
                self.pieces, self.cut = pieces, text
            return
        results = self._session.results(now_ms=now_ms, stop=stop)
        self.found = await cancelling.search(self._services.database, results, stop)
        if self.pieces is not None:
            self.pieces = []

    # -- how to search ------------------------------------------------------------------------------------------------

    def turn_scope(self, here: Here) -> None:
        """All, the context where somebody is, the namespace, all."""
        scopes = here.scopes
        at = scopes.index(self.options.scope) if self.options.scope in scopes else -1
        self._session.choose(replace(self.options, scope=scopes[(at + 1) % len(scopes)]))

    def turn_field(self) -> None:
        """Value, key, namespace, address."""
        at = FIELDS.index(self.options.field)
        self._session.choose(replace(self.options, field=FIELDS[(at + 1) % len(FIELDS)]))

    def turn_case(self) -> None:
        """Capitals count, or not."""
        self._session.choose(replace(self.options, ignore_case=not self.options.ignore_case))

    def turn_kinds(self) -> None:
        """All kinds, then each one alone."""
        kinds = self.options.kinds
        at = KIND_TURNS.index(kinds) if kinds in KIND_TURNS else -1
        self._session.choose(replace(self.options, kinds=KIND_TURNS[(at + 1) % len(KIND_TURNS)]))

    def toggle_kind(self, kind: Kind) -> None:
        """Leave one kind out, or let it in again; never leave out all."""
        kinds = (self.options.kinds or frozenset(KINDS)) ^ {kind}
        self._session.choose(replace(self.options, kinds=None if len(kinds) in (0, len(KINDS)) else kinds))

    def turn_view(self) -> None:
        """Entries, or the text piece by piece."""
        self.pieces = [] if self.pieces is None else None

    @property
    def command_line(self) -> str:
        """The headless command that gives the same answer (U-14)."""
        options = self.options
        words = ["search"]
        if options.scope:
            words += ["--scope", options.scope]
        if options.field != "value":
            words += ["--field", options.field]
        if options.ignore_case:
            words.append("--ignore-case")
        if self.pieces is not None:
            words.append("--consecutive")
        else:
            words += [word for kind in KINDS if kind in (options.kinds or ()) for word in ("--kind", kind)]
        return quoted([*self._services.options, *words, "--", self.text])


@dataclass(frozen=True, slots=True)
class SharedPiece:
    """A text that several values share, or a value: where what was searched begins in it, and the entries that hold it."""

    text: str
    start: int
    rows: tuple[Row, ...]
    is_value: bool


async def shared_pieces(services: Services, hit: Hit, text: str) -> list[SharedPiece]:
    """What contains `text` in the namespace of a hit, from smallest to largest (S-321). Raises ScopeTooLargeError, StoreError.

    Cancelled, the thread that works at it ends soon.
    """
    scope = f"{hit.address.context}:{hit.address.namespace}:"
    now_ms = services.now_ms()
    rows = await services.run(values_in(services.meta, scope, now_ms=now_ms), reader="search")
    stop = Stop()
    try:
        return await to_thread(_pieces_of, rows, text, stop)
    finally:
        stop.ask()


def _pieces_of(rows: list[Row], text: str, stop: Stop) -> list[SharedPiece]:
    graph = graph_of(rows, stop)
    values = {row.text for row in rows}
    found = []
    for token in containing(graph, text)[:SHOWN]:
        piece = graph.text(token)
        holding = tuple(row for row in rows if piece in row.text)
        found.append(SharedPiece(piece, piece.index(text), holding, piece in values))
    return found
