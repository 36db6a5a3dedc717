"""How what speaks Meteor is written: parse, validate, token, dump, list, meteor, history, find (M-204…M-216, M-232…M-234).

The one module of these formats, shared by the command line and the console. Every function takes values and gives lines, or
plain data for a JSON codec; nothing is read or written. A line never holds a line feed: stored text cannot forge another line.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import gmtime, strftime
from typing import TYPE_CHECKING, Any

from store.addresses.keys import to_notation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from store.model import Entry, Position
    from store.operations.command_history import ControlCommand
    from store.operations.views import View
    from store.streams.explain import Diagnostic, Explanation
    from store.streams.tokens import Token

ROOT = "(root)"  # what the nameless namespace is shown as (M-004)
MASK = "***"  # what stands for a secret where it was not asked for (U-11)
RESERVED = ("cursor", "contexts", "meteors")  # members of the JSON of `parse` that a context must not replace (M-205)
RESETS = {
    "cursor": "Cursor reset to default (app:main)",
    "storage": "All storage cleared",
    "all": "Cursor and storage reset",
}
"""What is said after `reset` (M-215); of a context: its name."""
PATTERNS = (
    "app:ui:button=click",
    "app:ui:button=click; theme=dark",
    "app:ui:button=click :;: user:settings:theme=dark",
    'app:ui:message="Hello; World"',
    "app:list:items[0]=apple",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry as it is shown: `key` in notation, `value` already masked if it is a secret."""

    context: str
    namespace: str
    key: str
    value: str

    @property
    def path(self) -> str:
        """`context:namespace:key`."""
        return f"{self.context}:{self.namespace}:{self.key}"


def cells_of(views: Iterable[View]) -> list[Cell]:
    """The entries of views as they may be shown: secrets masked, bytes that are not text as `\\xff` (U-11, U-15)."""
    return [
        Cell(view.context, view.namespace, cell.key, shown(cell.content, secret=cell.secret))
        for view in views
        for cell in view.cells
    ]


def cells_of_entries(found: Iterable[Entry]) -> list[Cell]:
    """The same for entries from different places, in their order."""
    cells = []
    for entry in found:
        _, context, namespace, key = entry.address
        notation = key if entry.address.is_cache else to_notation(key)
        cells.append(Cell(context, namespace, notation, shown(entry.value, secret=entry.secret)))
    return cells


def shown(value: bytes, *, secret: bool) -> str:
    """A value where nobody asked for it."""
    return MASK if secret else value.decode("utf-8", "backslashreplace")


def one_line(text: str) -> str:
    r"""`text` on one line: line breaks as `\n` and `\r` (P-034)."""
    return text.replace("\n", "\\n").replace("\r", "\\r")


def place(position: Position) -> str:
    """A position as text: `context:namespace`, nothing after the colon for the root."""
    return f"{position.context}:{position.namespace}"


def named(namespace: str) -> str:
    """A namespace as it is shown."""
    return namespace or ROOT


# parse ---------------------------------------------------------------------------------------------------------------


def parsed(position: Position, cells: Sequence[Cell], *, text: str | None = None) -> list[str]:
    """M-204. `text`: the input, for the verbose form."""
    lines = [] if text is None else ["=== Meteor Parse Results ===", f"Input: {one_line(text)}", ""]
    lines.append(f"Current cursor: {place(position)}")
    if not cells:
        return [*lines, "No meteors parsed"]
    lines += ["", "=== Parsed Data ==="]
    for number, cell in enumerate(cells, 1):
        lines += [
            f"Meteor {number}:",
            f"  Context: {cell.context}",
            f"  Namespace: {named(cell.namespace)}",
            f"  Key: {cell.key}",
            f"  Value: {one_line(cell.value)}",
            f"  {_pair(cell)}",
            "",
        ]
    contexts = len({cell.context for cell in cells})
    return [*lines, f"Total: {len(cells)} meteors across {contexts} contexts"]


def parsed_data(position: Position, cells: Sequence[Cell], *, flat: bool = False) -> dict[str, Any]:
    """M-205; with `flat` without the members named after contexts, which have no fixed shape."""
    data: dict[str, Any] = {
        "cursor": {"context": position.context, "namespace": position.namespace},
        "contexts": len({cell.context for cell in cells}),
        "meteors": [
            {"context": cell.context, "namespace": cell.namespace, "key": cell.key, "value": cell.value}
            for cell in cells
        ],
    }
    return data if flat else {**data, **_nested(cells, RESERVED)}


def parsed_debug(text: str, position: Position, cells: Sequence[Cell], done: Sequence[ControlCommand]) -> list[str]:
    """M-205, last sentences."""
    return [
        "=== DEBUG: Meteor Engine Analysis ===",
        f"Raw input: {one_line(text)}",
        f"Engine cursor: {place(position)}",
        "Storage data:",
        *_block(_nested(cells)),
        "Command history:",
        *_block([history_data(record) for record in done]),
    ]


def _nested(cells: Iterable[Cell], without: Sequence[str] = ()) -> dict[str, dict[str, dict[str, str]]]:
    nested: dict[str, dict[str, dict[str, str]]] = {}
    for cell in cells:
        if cell.context not in without:
            nested.setdefault(cell.context, {}).setdefault(cell.namespace, {})[cell.key] = cell.value
    return nested


def _block(data: object) -> list[str]:
    from json import dumps  # only the debug forms need it

    return dumps(data, ensure_ascii=False, indent=2).split("\n")


# validate ------------------------------------------------------------------------------------------------------------


def verdict(found: Explanation, *, verbose: bool = False) -> list[str]:
    """M-206: the verdict, and with `verbose` what led to it."""
    lines = [_verdict(found)]
    if verbose and found.valid:
        lines.append(f"Segments parsed: {found.segments}")
    elif verbose:
        fault = first_fault(found)
        lines += [f"Error: {one_line(fault.message)}"] if fault else []
        lines += ["", "Valid meteor format patterns:", *(f"  {pattern}" for pattern in PATTERNS)]
    return lines


def explained(found: Explanation) -> list[str]:
    """M-207: the verdict, every diagnostic with its place and hint, then the counts."""
    lines = [_verdict(found)]
    for item in found.diagnostics:
        lines.append(
            f"{item.level} {item.code} at segment {item.segment} token {item.token} (offset {item.offset}):"
            f" {one_line(item.text)}"
        )
        if item.hint:
            lines.append(f"  hint: {one_line(item.hint)}")
    lines += [f"Segments: {found.segments}", f"Tokens: {found.tokens}"]
    return [*lines, f"Errors: {len(found.errors)}", f"Warnings: {len(found.warnings)}"]


def explained_debug(text: str, found: Explanation) -> list[str]:
    """The same, labelled."""
    return [
        "=== DEBUG: Meteor Validation ===",
        f"Raw input: {one_line(text)}",
        "Verdict:",
        *_block(found.to_dict()),
    ]


def first_fault(found: Explanation) -> Diagnostic | None:
    """The diagnostic that made it invalid."""
    return next(iter(found.errors), None)


def _verdict(found: Explanation) -> str:
    return "✅ Valid meteor format" if found.valid else "❌ Invalid meteor format"


# token ---------------------------------------------------------------------------------------------------------------


def tokens(found: Sequence[Token], *, verbose: bool = False) -> list[str]:
    """M-208: one block for each token, with a blank line between."""
    if len(found) == 1:
        return ["Parsed Token:", *_token(found[0], verbose=verbose)]
    lines: list[str] = []
    for number, token in enumerate(found, 1):
        lines += [*([""] if lines else []), f"Token {number}:", *_token(token, verbose=verbose)]
    return lines


def console_tokens(found: Sequence[Token]) -> list[str]:
    """M-232: how many, then the blocks; a namespace only where there is one."""
    lines = [f"Parsed {len(found)} token(s):"]
    for number, token in enumerate(found, 1):
        parts = [line for line in _token(token) if line != "  Namespace: (none)"]
        lines += [f"Token {number}:", *parts]
    return lines


def tokens_data(found: Sequence[Token]) -> list[dict[str, Any]]:
    """M-208, JSON; a context only where it was given."""
    return [
        {
            **({} if token.context is None else {"context": token.context}),
            "namespace": token.namespace,
            "key": token.key,
            "key_transformed": token.canonical,
            "value": token.value,
        }
        for token in found
    ]


def tokens_debug(text: str, found: Sequence[Token]) -> list[str]:
    """The same, labelled."""
    return ["=== DEBUG: Token Analysis ===", f"Raw input: {one_line(text)}", "Tokens:", *_block(tokens_data(found))]


def _token(token: Token, *, verbose: bool = False) -> list[str]:
    lines = [] if token.context is None else [f"  Context: {token.context}"]
    lines.append(f"  Namespace: {'(none)' if token.namespace is None else named(token.namespace)}")
    lines += [f"  Key: {token.key}", f"  Value: {one_line(token.value)}"]
    if verbose:
        address = "".join(f"{part}:" for part in (token.context, token.namespace) if part is not None)
        lines += [
            f"  Key (transformed): {token.canonical}",
            f"  Full format: {address}{token.canonical}={one_line(token.value)}",
        ]
    return lines


# What a store holds --------------------------------------------------------------------------------------------------


def state(position: Position, cells: Sequence[Cell]) -> list[str]:
    """M-232, `dump`: everything, by context and namespace, with a blank line after each context."""
    if not cells:
        return ["(engine empty)"]
    lines = ["=== Meteor Engine State ===", f"Cursor: {place(position)}"]
    context = namespace = None
    for cell in cells:
        if cell.context != context:
            lines += ["", f"Context: {cell.context}"]
            context, namespace = cell.context, None
        if cell.namespace != namespace:
            lines.append(f"  Namespace: {named(cell.namespace)}")
            namespace = cell.namespace
        lines.append(f"    {_pair(cell)}")
    return [*lines, ""]


def large_state(position: Position, namespaces: int, count: int) -> list[str]:
    """What stands for the state where it would fill many screens."""
    more = f"{count} entries in {namespaces} namespaces; list, find and dump show them"
    return ["=== Meteor Engine State ===", f"Cursor: {place(position)}", "", more]


def contexts(names: Sequence[str]) -> list[str]:
    """M-210, the same in both faces."""
    return ["Contexts:", *(f"  {name}" for name in names)] if names else ["No contexts"]


def console_namespaces(context: str, names: Sequence[str]) -> list[str]:
    """M-232."""
    if not names:
        return [f"No namespaces for {context}"]
    return [f"Namespaces in {context}:", *(f"  {named(name)}" for name in names)]


def console_entries(context: str, namespace: str, cells: Sequence[Cell]) -> list[str]:
    """M-232, `list`: one namespace."""
    where = f"{context}:{named(namespace)}"
    return [f"Entries for {where}:", *(f"  {_pair(cell)}" for cell in cells)] if cells else [f"No entries for {where}"]


def entries(context: str, namespace: str | None, cells: Sequence[Cell]) -> list[str]:
    """M-211, `list` of the command line: one namespace, or with None all of the context."""
    if namespace is not None:
        where = f"'{context}:{named(namespace)}'"
        return (
            [f"Entries in {where}:", *(f"  {_pair(cell)}" for cell in cells)] if cells else [f"No entries in {where}"]
        )
    if not cells:
        return [f"No entries in context '{context}'"]
    return [f"Entries in '{context}':", *(f"  {cell.namespace}:{_pair(cell)}" for cell in cells)]


def entries_data(context: str, namespace: str | None, cells: Sequence[Cell]) -> dict[str, Any]:
    """M-211, JSON; without a namespace each entry tells its own."""
    if namespace is not None:
        rows = [{"key": cell.key, "value": cell.value} for cell in cells]
        return {"context": context, "namespace": namespace, "entries": rows}
    rows = [{"namespace": cell.namespace, "key": cell.key, "value": cell.value} for cell in cells]
    return {"context": context, "entries": rows}


def meteor(context: str, namespace: str, cells: Sequence[Cell]) -> list[str]:
    """M-234."""
    where = f"{context}:{named(namespace)}"
    if not cells:
        return [f"No meteor found for {where}"]
    return [f"Meteor: {where}", f"Tokens: {len(cells)}", *(f"  {_pair(cell)}" for cell in cells)]


def matches(cells: Sequence[Cell]) -> list[str]:
    """M-216, `find`."""
    return [f"{cell.path} = {one_line(cell.value)}" for cell in cells] or ["No matches"]


def matches_data(pattern: str, kind: str, cells: Sequence[Cell]) -> dict[str, Any]:
    """M-216, JSON."""
    return {
        "pattern": pattern,
        "kind": kind,
        "matches": [{"path": cell.path, "value": cell.value} for cell in cells],
    }


def slots(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """M-233, `mem list`: name and value of each scratch slot."""
    if not pairs:
        return ["Scratch pad empty"]
    return ["Scratch entries:", *(f"  ${name} = {one_line(value)}" for name, value in pairs)]


def facts(pairs: Iterable[tuple[str, object]]) -> list[str]:
    """Names and numbers, one a line, as `workspace` prints them (M-148)."""
    return [f"{name}: {value:.2f}" if isinstance(value, float) else f"{name}: {value}" for name, value in pairs]


def _pair(cell: Cell) -> str:
    return f"{cell.key} = {one_line(cell.value)}"


# What was done -------------------------------------------------------------------------------------------------------


def stamp(at_s: int) -> str:
    """A time for people: UTC, to the second."""
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(at_s))


def history(done: Sequence[ControlCommand]) -> list[str]:
    """M-214."""
    lines = [record_line(record.timestamp, record.command_type, record.target, record.error_message) for record in done]
    return lines or ["No command history"]


def record_line(at_s: int, kind: str, target: str, error: str | None) -> str:
    """One command: when, what, to what, and the code of the error if it failed."""
    mark, failed = ("✓", "") if error is None else ("✗", f" - Error: {error}")
    return f"{mark} [{stamp(at_s)}] {kind} {one_line(target)}{failed}"


def history_data(record: ControlCommand) -> dict[str, Any]:
    """M-214, JSON."""
    names = ("timestamp", "command_type", "target", "success")
    data = {name: getattr(record, name) for name in names}
    return data if record.success else {**data, "error": record.error_message}
