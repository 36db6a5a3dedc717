"""`find`: entries by a pattern over whole paths, across contexts and namespaces (M-150…M-156, M-216)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.find import entries_of
from search.find import find as find_entries
from search.pattern import QueryPattern
from store.addresses import print_address
from store.addresses.colon import path_hint
from tui import meteor_text
from tui.headless.listings import MOST_MENTIONS
from tui.headless.values import entry_fields

if TYPE_CHECKING:
    from search.find import Match
    from store.model import Entry
    from tui.headless.main import Call

AT_ONCE = 500  # entries in memory with their values


def find(call: Call) -> int:
    """`path = value` lines, or `No matches`; with --paths the paths alone. Secrets are masked. No match is no failure."""
    text = call.argument(0) or ""
    reading = call.session.reading
    if reading.context is not None or reading.namespace is not None:
        raise call.usage("a pattern names context and namespace itself, so it takes no -p and no -n")
    matches = call.run(find_entries(QueryPattern.parse(text), reading.meta, now_ms=call.now_ms))
    for match in matches[:MOST_MENTIONS]:
        call.mention(match.address)
    if not matches:
        _say_none(call, text)
    elif call.has("paths"):
        _print_paths(call, matches)
    else:
        for start in range(0, len(matches), AT_ONCE):
            _print_entries(call, call.run(entries_of(matches[start : start + AT_ONCE], now_ms=call.now_ms)))
    return 0


def _print_paths(call: Call, matches: list[Match]) -> None:
    for match in matches:
        if call.output.json:
            call.output.object(path=match.path, address=print_address(match.address))
        else:
            call.output.line(match.path)


def _print_entries(call: Call, entries: list[Entry]) -> None:
    cells = meteor_text.cells_of_entries(entries)
    if call.output.json:
        for cell, entry in zip(cells, entries, strict=True):
            call.output.object(path=cell.path, address=print_address(entry.address), **entry_fields(entry))
    elif cells:
        for line in meteor_text.matches(cells):
            call.output.line(line)


def _say_none(call: Call, text: str) -> None:
    """How the pattern was read, too: that is where most surprises come from (M-099)."""
    if not (call.output.json or call.has("paths")):
        for line in meteor_text.matches([]):
            call.output.line(line)
    hint = path_hint(text)
    if hint:
        call.output.status(hint)
