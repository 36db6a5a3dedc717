"""`mem …` and `load`: scratch slots that hold one value (M-233)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from store.errors import InputError
from store.operations import scratch
from store.streams.escapes import text_of
from tui import meteor_text
from tui.console.requests import Reply, Steps, ask, do
from tui.console.words import split_name, split_word, unquoted
from tui.meteor_text import one_line

if TYPE_CHECKING:
    from tui.console.session import Console

MEM = (
    "mem commands:",
    "  mem list                  show the slots",
    "  mem set <name> <value>    keep a value: the rest of the line",
    "  mem get <name>            print it",
    "  mem edit <name>           be asked for another",
    "  mem delete <name>         remove the slot",
    "  load <name>               store the stream it holds",
)
BAD_NAME = Reply(("Invalid name",))
UTF8 = ("utf-8", "surrogateescape")


def mem(console: Console, text: str) -> Steps[Reply]:
    """One of the sub-commands; alone, the list of them."""
    word, rest = split_word(text)
    if word in ("", "help"):
        return Reply(MEM)
    run = SUBCOMMANDS.get(word)
    if run is None:
        return Reply((f"Unknown command 'mem {one_line(word)}'. Try 'help'.",), keep=False)
    return (yield from run(console, rest))


def load(console: Console, text: str) -> Steps[Reply]:
    """Store the meteor stream that a slot holds; in quotes or not."""
    from tui.console.verbs import parse_into

    name = _name(text)
    if name is None:
        return BAD_NAME if text else Reply(("Usage: load <name>",))
    value = yield from do(scratch.fetch(console.engine.meta, name))
    if value is None:
        return Reply((f"${name} is empty",))
    try:
        stream = text_of(value.decode())
    except UnicodeDecodeError:
        raise InputError("not-text", f"${name} does not hold text") from None
    reply = yield from parse_into(console, stream)
    return replace(reply, keep=True)  # the line names the slot, not what it holds


def _list(console: Console, _text: str) -> Steps[Reply]:
    held = yield from do(scratch.held(console.engine.meta))
    return Reply(tuple(meteor_text.slots([(name, _shown(value)) for name, value in held])))


def _set(console: Console, text: str) -> Steps[Reply]:
    word, value = split_name(text)
    if not value:
        return Reply(("Usage: mem set <name> <value>",))
    name = _name(word)
    if name is None:
        return BAD_NAME
    engine = console.engine
    yield from do(scratch.store(engine.meta, name, value.encode(*UTF8), by=engine.actor, now_ms=engine.clock()))
    return Reply((f"Stored ${name}",))


def _get(console: Console, text: str) -> Steps[Reply]:
    name = _name(text)
    if name is None:
        return BAD_NAME if text else Reply(("Usage: mem get <name>",))
    value = yield from do(scratch.fetch(console.engine.meta, name))
    return Reply((f"${name} is empty" if value is None else f"${name} = {_shown(value)}",))


def _edit(console: Console, text: str) -> Steps[Reply]:
    name = _name(text)
    if name is None:
        return BAD_NAME if text else Reply(("Usage: mem edit <name>",))
    engine = console.engine
    known = yield from do(scratch.fetch(engine.meta, name))
    current = "" if known is None else one_line(_shown(known))
    editing = f"Editing ${name} (current value: {current})"
    value = yield from ask("Enter new value (leave blank to keep): ", editing)
    if not value:
        return Reply(("No change",))
    if (yield from ask(f"Save to ${name}? [y/N]: ")).lower() not in ("y", "yes"):
        return Reply(("Discarded",))
    saving = scratch.store_unless_changed(
        engine.meta, name, value.encode(*UTF8), known=known, by=engine.actor, now_ms=engine.clock()
    )
    yield from do(saving)
    return Reply((f"Saved ${name}",))


def _delete(console: Console, text: str) -> Steps[Reply]:
    name = _name(text)
    if name is None:
        return BAD_NAME if text else Reply(("Usage: mem delete <name>",))
    engine = console.engine
    removed = yield from do(scratch.remove(engine.meta, name, by=engine.actor, now_ms=engine.clock()))
    return Reply((f"Removed ${name}" if removed else f"${name} was empty",))


def _name(text: str) -> str | None:
    try:
        return scratch.slot_name(unquoted(text))
    except InputError:
        return None


def _shown(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


SUBCOMMANDS: dict[str, Callable[[Console, str], Steps[Reply]]] = {
    "list": _list,
    "set": _set,
    "get": _get,
    "edit": _edit,
    "delete": _delete,
}
