"""The commands of the console (M-231…M-235): each takes the rest of its line and gives steps that end in a Reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.find import entries_of
from store.addresses.colon import parse_path, path_hint
from store.errors import AddressError, InputError
from store.model import Address
from store.operations import entries, views
from store.operations.entries import APPEND
from tui import meteor_text
from tui.console.document_verbs import EXPORT, IMPORT, export, import_
from tui.console.requests import Reply, Steps, ask, do
from tui.console.scratch_verbs import MEM, load, mem
from tui.console.words import namespace_word, split_path, split_word
from tui.meteor_text import one_line

if TYPE_CHECKING:
    from store.operations.views import View
    from tui.console.session import Console

MOST_CHECKED = 100
"""Addresses of one stream that are looked at for secrets; the line of a longer stream is not kept."""

MOST_ABOUT = 200
"""Entries of one command whose names are remembered (C-024)."""

MOST_SHOWN = 1000
"""Entries of a store that is shown whole after each stream; `dump` shows any."""
WIDEST = 44
"""Characters of a usage that has its summary beside it."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One command. usage: what follows its name. failing: how its errors begin. carries_values: its line may hold values."""

    name: str
    usage: str
    summary: str
    run: Callable[[Console, str], Steps[Reply] | Reply]
    failing: str = "Error"
    carries_values: bool = False


def find_verb(word: str) -> Verb | None:
    """The command called `word`, a whole word."""
    return next((verb for verb in VERBS if verb.name == word), None)


def usage(name: str, *shapes: str) -> Reply:
    """What to say when operands are missing (M-231)."""
    return Reply(tuple(f"Usage: {name} {shape}".rstrip() for shape in shapes))


# Streams and tokens --------------------------------------------------------------------------------------------------


def parse(console: Console, text: str) -> Steps[Reply]:
    """Store a meteor stream and show the state."""
    if not text:
        return usage("parse", "<meteor_stream>")
    return (yield from parse_into(console, text))


def parse_into(console: Console, text: str) -> Steps[Reply]:
    """Store the stream `text` and say so; whether what it says may be kept in a file. A control in it may remove entries."""
    from store.streams.explain import explain

    addresses = yield from do(console.engine.meteor_stream(text))
    segments = explain(text, profile=console.engine.profile).segments
    shown = yield from _state_after(console)
    keep = yield from no_secrets(addresses)
    lines = (f"Parsed {segments} segment(s)", *shown)
    return Reply(lines, keep=keep, about=tuple(addresses[:MOST_ABOUT]), removes="ctl:" in text)


def no_secrets(addresses: list[Address]) -> Steps[bool]:
    """Whether none of these entries is a secret; False when there are too many to ask, or one is gone already."""
    if len(addresses) > MOST_CHECKED:
        return False
    for address in addresses:
        found = yield from do(entries.head(address, limit=0))
        if found is None or found.secret:
            return False
    return True


def validate(console: Console, text: str) -> Reply:
    """Judge a meteor stream; nothing is stored."""
    from store.streams.explain import explain

    if not text:
        return usage("validate", "<meteor_stream>")
    found = explain(text, profile=console.engine.profile)
    fault = meteor_text.first_fault(found)
    if found.valid or fault is None:
        count = f"{found.segments} segment{'' if found.segments == 1 else 's'}"
        return Reply((f"✅ Valid meteor stream ({count})",), keep=False)
    lines = [
        f"❌ Invalid stream: {one_line(fault.message)}",
        *([f"  hint: {one_line(fault.hint)}"] if fault.hint else []),
    ]
    return Reply(tuple(lines), keep=False)


def token(console: Console, text: str) -> Reply:
    """Show the parts of tokens; nothing is stored."""
    from store.streams.tokens import parse_tokens

    if not text:
        return usage("token", "<token_stream>")
    return Reply(tuple(meteor_text.console_tokens(parse_tokens(text))), keep=False)


# Single entries ------------------------------------------------------------------------------------------------------


def set_(console: Console, text: str) -> Steps[Reply]:
    """Store a value: the rest of the line as it stands."""
    path, value = split_path(text)
    if not value:
        return usage("set", "<context:namespace:key> <value>")
    stored = yield from do(console.engine.exec("set", path, value))
    lines = [f"Stored '{one_line(path)}'."]
    address = parse_path(path, "write")._replace(meta=console.engine.meta)
    if address.key.endswith(APPEND):
        lines.append(f"  as {one_line(str(stored))}")
        address = _entry_at(console, str(stored)) or address
    hint = path_hint(path)
    if hint:
        lines.append(f"  hint: {one_line(hint)}")
    keep = yield from no_secrets([address])
    return Reply(tuple(lines), keep=keep, about=(address,))


def get(console: Console, path: str) -> Steps[Reply]:
    """Print a value, secret or not: that is asking (U-11)."""
    if not path:
        return usage("get", "<context:namespace:key>")
    value = yield from do(console.engine.get(path))
    address = _entry_at(console, path)
    if value is not None and address is not None:
        return Reply((f"{one_line(path)} = {value}",), about=(address,))
    hint = path_hint(path)
    said = (f"{one_line(path)} not found", *([f"  hint: {one_line(hint)}"] if hint else []))
    return Reply(said, gone=(address,) if address is not None else ())


def delete(console: Console, path: str) -> Steps[Reply]:
    """Remove an entry, a namespace or a context (M-121)."""
    if not path:
        return usage("delete", "<context:namespace:key>")
    removed = yield from do(console.engine.exec("delete", path))
    address = _entry_at(console, path)
    said = f"Removed {one_line(path)}" if removed else "Nothing removed"
    return Reply((said,), gone=(address,) if address is not None else (), removes=address is None and bool(removed))


def _entry_at(console: Console, path: str) -> Address | None:
    """The entry that a path names; None for one that names none."""
    try:
        address = parse_path(path)
    except AddressError:
        return None
    return address._replace(meta=console.engine.meta) if address.key else None


# Many entries --------------------------------------------------------------------------------------------------------


def contexts(console: Console, _text: str) -> Steps[Reply]:
    """List contexts."""
    found = yield from do(console.engine.contexts())
    return Reply(tuple(meteor_text.contexts(found)))


def namespaces(console: Console, context: str) -> Steps[Reply]:
    """List the namespaces of a context."""
    if not context:
        return usage("namespaces", "<context>")
    found = yield from do(console.engine.namespaces(context))
    return Reply(tuple(meteor_text.console_namespaces(context, found)))


def list_(console: Console, text: str) -> Steps[Reply]:
    """List the entries of a namespace, or of every namespace of a context."""
    context, rest = split_word(text)
    if not context:
        return usage("list", "<context> [namespace]")
    names = [namespace_word(rest)] if rest else (yield from do(console.engine.namespaces(context)))
    lines: list[str] = []
    about: list[Address] = []
    for name in names or ["main"]:
        view = yield from do(console.engine.entries_in(context, name))
        lines += meteor_text.console_entries(context, name, meteor_text.cells_of([view]))
        about += _entries_of(view, MOST_ABOUT - len(about))
    return Reply(tuple(lines), about=tuple(about))


def _entries_of(view: View, most: int = MOST_ABOUT) -> list[Address]:
    """The first entries of a view."""
    return [Address(view.meta, view.context, view.namespace, cell.canonical) for cell in view.cells[:most]]


def meteor(console: Console, text: str) -> Steps[Reply]:
    """Show all entries of a context and namespace as one thing."""
    context, rest = split_word(text)
    if not rest:
        return usage("meteor", "<context> <namespace>")
    name = namespace_word(rest)
    view = yield from do(console.engine.entries_in(context, name))
    lines = meteor_text.meteor(context, name, meteor_text.cells_of([view]))
    return Reply(tuple(lines), about=tuple(_entries_of(view)))


def find(console: Console, pattern: str) -> Steps[Reply]:
    """Find entries by a pattern over whole paths (M-150…M-156)."""
    if not pattern:
        return usage("find", "<context:namespace:key with * and ?>")
    now_ms = console.engine.clock()
    found = yield from do(console.finder.find(pattern))
    known = yield from do(entries_of(found, now_ms=now_ms))
    lines = meteor_text.matches(meteor_text.cells_of_entries(known))
    return Reply(tuple(lines), about=tuple(entry.address for entry in known[:MOST_ABOUT]))


def dump(console: Console, _text: str) -> Steps[Reply]:
    """Show everything there is."""
    lines = yield from _state(console)
    return Reply(tuple(lines))


def _state_after(console: Console) -> Steps[list[str]]:
    """The state after a stream; of a large store only how much there is."""
    engine = console.engine
    namespaces_there, entries_there = yield from do(views.totals(engine.meta, now_ms=engine.clock()))
    if entries_there > MOST_SHOWN:
        return meteor_text.large_state(engine.where(), namespaces_there, entries_there)
    return (yield from _state(console))


def _state(console: Console) -> Steps[list[str]]:
    snapshot = yield from do(console.engine.entries())
    return meteor_text.state(console.engine.where(), meteor_text.cells_of(snapshot.views))


# Position, history, the whole ----------------------------------------------------------------------------------------


def cursor(console: Console, text: str) -> Reply:
    """Show or move the position that tokens are stored at."""
    word, rest = split_word(text)
    engine = console.engine
    if word == "set":
        context, name = split_word(rest)
        if not context:
            return usage("cursor", "set <context> [namespace]")
        with engine.cursor_guard():  # all or nothing: a bad namespace leaves the context as it was
            engine.switch_context(context)
            if name:
                engine.switch_namespace(namespace_word(name))
            position = engine.where()
        engine.move(position)
    elif word == "reset" and not rest:
        engine.reset_cursor()
    elif word:
        return usage("cursor", "", "set <context> [namespace]", "reset")
    return Reply((f"Cursor: {meteor_text.place(engine.where())}",))


def history(console: Console, text: str) -> Steps[Reply]:
    """Show the last commands, oldest first."""
    if text and not (text.isascii() and text.isdigit() and 0 < len(text) <= 6):
        return usage("history", "[N]")
    found = yield from do(console.engine.command_history(last=int(text) if text else None))
    return Reply(tuple(meteor_text.history(found)))


def reset(console: Console, text: str) -> Steps[Reply]:
    """Empty the store or a context, or move the position back (M-215)."""
    target, rest = split_word(text)
    if not target or rest not in ("", "--yes"):
        return usage("reset", "cursor", "storage --yes", "all --yes", "<context>")
    engine = console.engine
    if target in ("storage", "all"):
        if not (console.disposable or rest):
            if not console.interactive:
                return usage("reset", f"{target} --yes")
            if (yield from ask("Remove every entry? [y/N]: ")).lower() not in ("y", "yes"):
                return Reply(("Nothing removed",))
        yield from do(engine.exec("reset", target))
    elif target == "cursor":
        yield from do(engine.exec("reset", target))
    else:
        if target not in (yield from do(engine.contexts())):
            raise InputError("not-found", f"Context '{target}' not found", text=target)
        yield from do(engine.exec("clear_context", target))
    return Reply((meteor_text.RESETS.get(target, f"Context '{target}' deleted"),), removes=target != "cursor")


def workspace(console: Console, _text: str) -> Steps[Reply]:
    """Show counts of what there is and of what was done (M-148)."""
    status = yield from do(console.finder.workspace_status())
    return Reply(tuple(meteor_text.facts(status.to_dict().items())))


# Help ----------------------------------------------------------------------------------------------------------------


def help_(_console: Console, text: str) -> Reply:
    """List the commands, or explain one."""
    if text == "mem":
        return Reply(tuple(MEM))
    chosen = [verb for verb in VERBS if verb.name == text] if text else VERBS
    if not chosen:
        return Reply((f"Unknown command '{one_line(text)}'. Try 'help'.",))
    rows = [(f"{verb.name} {verb.usage}".rstrip(), verb.summary) for verb in chosen]
    rows += [] if text else [("exit, quit", "end the session")]
    width = max(len(left) for left, _ in rows if len(left) <= WIDEST)
    lines = [f"  {left:{width}}  {right}" if len(left) <= width else f"  {left}" for left, right in rows]
    return Reply(("Available commands:", *lines))


VERBS: tuple[Verb, ...] = (
    Verb("parse", "<stream>", "store a meteor stream and show the state", parse, "Parse error", carries_values=True),
    Verb("validate", "<stream>", "judge a meteor stream", validate, carries_values=True),
    Verb("token", "<tokens>", "show the parts of tokens", token, "Parse error", carries_values=True),
    Verb("set", "<path> <value>", "store a value: the rest of the line", set_, "Set error", carries_values=True),
    Verb("get", "<path>", "print a value", get, "Get error"),
    Verb("delete", "<path>", "remove an entry, context:namespace: or context::", delete, "Delete error"),
    Verb("find", "<pattern>", "find entries: context:namespace:key with * and ?", find, "Find error"),
    Verb("contexts", "", "list contexts", contexts),
    Verb("namespaces", "<context>", "list the namespaces of a context", namespaces),
    Verb("list", "<context> [namespace]", "list entries", list_),
    Verb("meteor", "<context> <namespace>", "show a context and namespace as one thing", meteor),
    Verb("dump", "", "show everything", dump),
    Verb("show", "", "the same as dump", dump),
    Verb("mem", "list|set|get|edit|delete …", "scratch slots; mem help", mem, "Mem error", carries_values=True),
    Verb("load", "<name>", "store the stream that a scratch slot holds", load, "Parse error"),
    Verb("cursor", "[set <context> [namespace]|reset]", "show or move the position of tokens", cursor, "Cursor error"),
    Verb("history", "[N]", "show the last commands", history),
    Verb("reset", "cursor|storage|all|<context>", "empty something on purpose", reset, "Reset error"),
    Verb("export", EXPORT, "write documents to a directory or file", export, "Export error"),
    Verb("import", IMPORT, "store documents from a directory or file", import_, "Import error"),
    Verb("workspace", "", "show counts of what there is", workspace),
    Verb("help", "[command]", "this list", help_),
)
