"""`search --session`: searching while a script types (S-320)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.session import SearchSession
from store.errors import InputError
from tui.headless.searching import answer_fields, corpus_of, hit_fields, mention_hits, patience
from tui.headless.stdin_lines import StdinLines

if TYPE_CHECKING:
    from search.hits import Options
    from tui.headless.main import Call

HITS = "="
HINT = "+TEXT types, -N takes N characters back, = lists the entries"


def run_session(call: Call, options: Options) -> int:
    """One JSON object for each line, as soon as it is there, until there are no more lines.

    Raises InputError `bad-step` for a line that is none of the three.
    """
    lines = StdinLines(call.session.settings.max_input)
    with corpus_of(call) as corpus:
        session = SearchSession(corpus, call.session.reading.meta, options)
        while (line := lines.next()) is not None:
            _take(session, line)
            with patience(call) as stop:
                found = call.run(session.results(now_ms=_now_ms(), stop=stop))
            fields = {"text": session.text, **answer_fields(found)}
            if line == HITS:
                mention_hits(call, found.hits)
                fields["hits"] = [hit_fields(hit) for hit in found.hits]
            call.output.object(**fields)
            call.output.flush()
    return 0


def _take(session: SearchSession, line: str) -> None:
    if line.startswith("+"):
        session.extend(line[1:])
    elif line[:1] == "-" and line[1:].isascii() and line[1:].isdigit():
        session.retract(int(line[1:]) if len(line) < 20 else len(session.text))
    elif line != HITS:
        raise InputError("bad-step", "a line of a session begins with + or -, or is =", hint=HINT)


def _now_ms() -> int:
    """A session may last for hours, in which entries expire."""
    from time import time_ns

    return time_ns() // 1_000_000
