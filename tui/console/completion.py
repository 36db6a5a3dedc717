"""What could come next in a line of the console: commands, contexts, namespaces, keys, scratch slots (U-08).

Names come from two sources, as in the shells: those used last, newest first, which the face reads from the completion cache, then
those of the store, sorted. Only the store says what there is: a name that is gone or secret is in neither part (C-017, C-051).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from store.addresses import show_address
from store.errors import StoreError
from store.model import Address
from store.operations import names, scratch
from store.operations.entries import public_ones
from tui.console.requests import Steps, do, work

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.engine import Engine
    from tui.completion.recent import Used

Recent = Callable[[], "Sequence[Used]"]
"""Reads what was used last, newest first. It may read a file, so it is handed to the face as `Work`."""

MOST = 200
PATH_WORDS = ("get", "set", "delete", "find")
PLACE_WORDS = ("namespaces", "list", "meteor")
ROOT = "(root)"
SECOND_WORDS = {
    "mem": ("delete", "edit", "get", "help", "list", "set"),
    "cursor": ("reset", "set"),
    "reset": ("all", "cursor", "storage"),
}


def candidates(engine: Engine, text: str, recent: Recent | None = None) -> Steps[list[str]]:
    """What could stand in place of the last word of `text`, each once, at most MOST. Values are never offered.

    Names that `recent` gives come first, in its order; all else is sorted. None: there is nothing of that kind to read.
    """
    before, word = _parted(text)
    if not before:
        from tui.console.verbs import VERBS

        return _starting(word, sorted([*(verb.name for verb in VERBS), "exit", "quit"]))
    verb = before[0]
    if len(before) == 1:
        if verb == "help":
            from tui.console.verbs import VERBS

            return _starting(word, sorted(known.name for known in VERBS))
        if verb in PATH_WORDS:
            return (yield from _paths(engine, word, recent))
        if verb == "load":
            return (yield from _slots(engine, word))
        found = sorted(SECOND_WORDS.get(verb, ()))
        if verb in PLACE_WORDS or verb == "reset":
            found = _first(*(yield from _contexts(engine, recent)), found)
        return _starting(word, found)
    if before == ["cursor", "set"]:
        return _starting(word, _first(*(yield from _contexts(engine, recent))))
    if verb == "mem" and len(before) == 2 and before[1] in ("get", "edit", "delete", "set"):
        return (yield from _slots(engine, word))
    if (verb in ("list", "meteor") and len(before) == 2) or (before[:2] == ["cursor", "set"] and len(before) == 3):
        used, there = yield from _namespaces(engine, before[-1], recent)
        return _starting(word, _first([name or ROOT for name in used], [name or ROOT for name in there]))
    return []


def _parted(text: str) -> tuple[list[str], str]:
    """The whole words before, and the word that is being typed."""
    words = text.split()
    return (words, "") if not words or text[-1:].isspace() else (words[:-1], words[-1])


def _starting(word: str, found: Iterable[str]) -> list[str]:
    """Those of `found` that fit, in its order, each once."""
    fitting = (name for name in found if name.startswith(word) and " " not in name and name.isprintable())
    return list(dict.fromkeys(fitting))[:MOST]


def _first(used: Sequence[str], there: Sequence[str], words: Sequence[str] = ()) -> list[str]:
    """What was used last and is still there, then everything there is and the fixed `words`, sorted."""
    known = set(there)
    return [*(name for name in used if name in known), *sorted({*known, *words})]


def _used(recent: Recent | None) -> Steps[Sequence[Used]]:
    """What was used last. A cache that cannot be read is no reason to offer nothing."""
    if recent is None:
        return ()
    try:
        return (yield from work(recent))
    except StoreError:
        return ()


def _slots(engine: Engine, word: str) -> Steps[list[str]]:
    dollar = "$" if word.startswith("$") else ""
    found = yield from do(scratch.names(engine.meta))
    return _starting(word, sorted(dollar + name for name in found))


def _contexts(engine: Engine, recent: Recent | None) -> Steps[tuple[list[str], list[str]]]:
    """The contexts used last, and those there are."""
    spaces = yield from do(names.spaces(engine.meta, now_ms=engine.clock()))
    used = yield from _used(recent)
    return [name.context for name in used], [context for context, _ in spaces]


def _namespaces(engine: Engine, context: str, recent: Recent | None) -> Steps[tuple[list[str], list[str]]]:
    """The namespaces of a context used last, and those there are."""
    spaces = yield from do(names.spaces(engine.meta, now_ms=engine.clock()))
    used = yield from _used(recent)
    mine = [name.namespace for name in used if name.context == context and name.namespace is not None]
    return mine, [name for of, name in spaces if of == context]


def _paths(engine: Engine, word: str, recent: Recent | None) -> Steps[list[str]]:
    """Contexts until there is a colon, then namespaces, then keys in notation."""
    parts = word.split(":")
    context, lead = parts[0], ""
    if len(parts) == 1:
        used, there = yield from _contexts(engine, recent)
    elif len(parts) == 2:
        used, there = yield from _namespaces(engine, context, recent)
        lead = f"{context}:"
    else:
        return (yield from _keys(engine, word, context, parts[1], parts[2], recent)) if len(parts) == 3 else []
    return _starting(word, _first([f"{lead}{name}:" for name in used], [f"{lead}{name}:" for name in there]))


def _keys(
    engine: Engine, word: str, context: str, namespace: str, start: str, recent: Recent | None
) -> Steps[list[str]]:
    """The addresses of a namespace. Of those used last the store is asked one by one: it is not read as a whole."""
    now_ms = engine.clock()
    there = yield from do(names.keys(engine.meta, context, namespace, start, limit=MOST, now_ms=now_ms))
    used = yield from _used(recent)
    mine = [name.key for name in used if (name.context, name.namespace) == (context, namespace) and name.key]
    shown = {key: show_address(Address(engine.meta, context, namespace, key)) for key in dict.fromkeys([*mine, *there])}
    asked = [Address(engine.meta, context, namespace, key) for key in mine if shown[key].startswith(word)][:MOST]
    alive = (yield from do(public_ones(asked, now_ms=now_ms))) if asked else set()
    return _starting(word, [*(shown[at.key] for at in asked if at in alive), *sorted(shown[key] for key in there)])
