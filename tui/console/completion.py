"""What could come next in a line of the console: commands, contexts, namespaces, keys, scratch slots (U-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.addresses.keys import to_notation
from store.operations import scratch
from store.operations.listing import page
from store.operations.namespaces import namespace
from tui.console.requests import Steps, do

if TYPE_CHECKING:
    from store.engine import Engine

MOST = 200
PATH_WORDS = ("get", "set", "delete", "find")
PLACE_WORDS = ("namespaces", "list", "meteor")
ROOT = "(root)"
SECOND_WORDS = {
    "mem": ("delete", "edit", "get", "help", "list", "set"),
    "cursor": ("reset", "set"),
    "reset": ("all", "cursor", "storage"),
}


def candidates(engine: Engine, text: str) -> Steps[list[str]]:
    """What could stand in place of the last word of `text`, sorted, at most MOST. Values are never offered."""
    before, word = _parted(text)
    if not before:
        from tui.console.verbs import VERBS

        return _starting(word, [*(verb.name for verb in VERBS), "exit", "quit"])
    found: list[str] = []
    verb = before[0]
    if len(before) == 1:
        if verb == "help":
            from tui.console.verbs import VERBS

            return _starting(word, [known.name for known in VERBS])
        if verb in PATH_WORDS:
            return (yield from _paths(engine, word))
        if verb == "load":
            return (yield from _slots(engine, word))
        found = [*SECOND_WORDS.get(verb, ())]
        if verb in PLACE_WORDS or verb == "reset":
            found += yield from do(engine.contexts())
    elif before in (["cursor", "set"],):
        found = yield from do(engine.contexts())
    elif verb == "mem" and len(before) == 2 and before[1] in ("get", "edit", "delete", "set"):
        return (yield from _slots(engine, word))
    elif (verb in ("list", "meteor") and len(before) == 2) or (before[:2] == ["cursor", "set"] and len(before) == 3):
        found = [name or ROOT for name in (yield from do(engine.namespaces(before[-1])))]
    return _starting(word, found)


def _parted(text: str) -> tuple[list[str], str]:
    """The whole words before, and the word that is being typed."""
    words = text.split()
    return (words, "") if not words or text[-1:].isspace() else (words[:-1], words[-1])


def _starting(word: str, found: list[str]) -> list[str]:
    return sorted({name for name in found if name.startswith(word) and " " not in name and name.isprintable()})[:MOST]


def _slots(engine: Engine, word: str) -> Steps[list[str]]:
    dollar = "$" if word.startswith("$") else ""
    names = yield from do(scratch.names(engine.meta))
    return _starting(word, [dollar + name for name in names])


def _paths(engine: Engine, word: str) -> Steps[list[str]]:
    """Contexts until there is a colon, then namespaces, then keys in notation."""
    parts = word.split(":")
    if len(parts) == 1:
        return _starting(word, [f"{name}:" for name in (yield from do(engine.contexts()))])
    if len(parts) == 2:
        names = yield from do(engine.namespaces(parts[0]))
        return _starting(word, [f"{parts[0]}:{name}:" for name in names])
    if len(parts) > 3:
        return []
    context, name, start = parts
    space = yield from do(namespace(engine.meta, context, name, now_ms=engine.clock()))
    if space is None:
        return []
    base = start.partition("[")[0]
    rows = yield from do(page(space.id, now_ms=engine.clock(), after=_just_before(base), limit=MOST))
    return _starting(word, [f"{context}:{name}:{to_notation(row.key)}" for row in rows])


def _just_before(start: str) -> str | None:
    """A text that sorts before everything that begins `start`, with little in between; None for the very beginning."""
    if not start or start[-1] == "\0":
        return None
    code = ord(start[-1]) - 1
    return start[:-1] + chr(0xD7FF if code == 0xDFFF else code) + "\U0010ffff"
