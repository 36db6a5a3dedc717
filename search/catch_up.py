"""Bringing an index up to the newest change, in the same read that then searches in it (U-13, S-300).

The store is only read. A new index, or one that cannot know what it missed (changes not kept, T-102; a database restored or
exchanged), is compared with all entries, in the order of their ids; otherwise only the entries that changed are read. What has
been done is kept about every second, so that a search that is given up was not for nothing.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from search.index import Doc, State
from search.sidecar import Unusable
from search.source import mark_of, text_of
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE
from store.operation import Statement

if TYPE_CHECKING:
    from search.index import Index
    from search.source import Revision
    from search.stopping import Stop
    from store.operation import Steps

# Expiring entries and pipe.cache are left out: see search/source.py.
COPY = (
    "SELECT e.id, e.ns_id, e.key, CASE WHEN e.secret THEN NULL ELSE e.value END"
    " FROM entries e CROSS JOIN namespaces n ON n.id = e.ns_id"
    " WHERE e.id > ? AND e.expires_at IS NULL AND NOT (n.context = ? AND n.name = ?) ORDER BY e.id LIMIT ?"
)
CHANGED = (
    "SELECT c.ns_id, c.key, e.id, e.secret, CASE WHEN e.secret OR e.expires_at IS NOT NULL THEN NULL ELSE e.value END,"
    " e.expires_at IS NULL AND NOT (n.context = ? AND n.name = ?)"
    " FROM (SELECT DISTINCT ns_id, key FROM changes WHERE seq > ? AND seq <= ?) c CROSS JOIN namespaces n ON n.id = c.ns_id"
    " LEFT JOIN entries e ON e.ns_id = c.ns_id AND e.key = c.key"
)
# Trimming takes the oldest away, but a bulk write of more than history keeps notes only its last change and leaves a gap.
HOW_MANY = "SELECT count(*) FROM changes WHERE seq > ? AND seq <= ?"
CACHE = (CACHE_CONTEXT, CACHE_NAMESPACE)
SLICE = 500
KEEP_EVERY_S = 1.0


def catch_up(index: Index, revision: Revision, *, stop: Stop) -> Steps[None]:
    """Bring `index`, which has begun, in line with the store as of `revision`.

    Raises Unusable; `interrupted` when `stop` asks for it.
    """
    kept_at = monotonic()
    ours = True
    while True:
        state = index.state()
        if state.frontier is None and (state.reached, state.mark) == revision:
            return
        if not ours and state.reached > revision.newest:
            raise Unusable("another search has seen a newer state than this one")
        stop.check()
        yield from _step(index, state, revision)
        if monotonic() - kept_at > KEEP_EVERY_S:
            index.commit()
            kept_at = monotonic()
            ours = False


def _step(index: Index, state: State, revision: Revision) -> Steps[None]:
    """One slice of the work that is left."""
    until = min(state.reached + SLICE, revision.newest)
    if state.reached < 0 or (yield from mark_of(state.reached)) != state.mark:
        index.set_state(State(revision.newest, revision.mark, 0))
    elif state.frontier is not None:
        yield from _compare(index, state, state.frontier)
    elif (yield Statement(HOW_MANY, (state.reached, until)))[0][0] < until - state.reached:
        index.set_state(State(revision.newest, revision.mark, 0))
    else:
        yield from _follow(index, state, until)


def _compare(index: Index, state: State, frontier: int) -> Steps[None]:
    """The next entries by id: what the index holds of them becomes what the store holds."""
    rows = yield Statement(COPY, (frontier, *CACHE, SLICE))
    wanted = [Doc.of(id_, ns, key, text_of(value)) for id_, ns, key, value in rows]
    last = rows[-1][0] if len(rows) == SLICE else None
    there, now = set(index.docs_between(frontier, last)), set(wanted)
    if _hidden(there, now):
        index.restart()
        return
    index.remove(list(there - now))
    index.add([doc for doc in wanted if doc not in there])
    index.set_state(state._replace(frontier=last))


def _hidden(there: set[Doc], now: set[Doc]) -> bool:
    """Whether something in the index has become a secret since (or no text, which is as rare): of that nothing may be left."""
    gone = {(doc.ns, doc.key) for doc in now if doc.text is None}
    return bool(gone) and any(doc.text is not None and (doc.ns, doc.key) in gone for doc in there)


def _follow(index: Index, state: State, until: int) -> Steps[None]:
    """The entries that the changes up to `until` touched, as they are now."""
    rows = yield Statement(CHANGED, (*CACHE, state.reached, until))
    old, new = [], []
    for ns, key, id_, secret, value, lasting in rows:
        there = index.doc_at(ns, key)
        if key == "" or (secret and there is not None and there.text is not None):  # a namespace was marked secret
            index.restart()
            return
        doc = Doc.of(id_, ns, key, text_of(value)) if id_ is not None and lasting else None
        if doc != there:
            old += [there] if there is not None else []
            new += [doc] if doc is not None else []
    index.remove(old)
    index.add(new)
    index.set_state(State(until, (yield from mark_of(until)), None))
