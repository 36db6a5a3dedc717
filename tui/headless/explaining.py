"""`search --explain`: the climb that leads to an answer, as a table (S-067, worked run of A4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.scope_graph import climb_to, graph_of, values_in
from search.steps import Recorder, lines_of
from store.addresses import print_address
from tui.headless.searching import MISS, patience
from tui.safe_text import plain_safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.closed import ClosedGraph
    from search.response import Response
    from search.rows import Row
    from tui.headless.main import Call

WIDEST = 32
"""Characters shown of a text."""
BLANK = "␣"
STOPS = {
    "exhausted": "the query is used up",
    "mismatch": "the root goes on with another character",
    "root_end": "nothing that holds the root goes on with the query",
    "no_match": "nothing goes on with the query",
}


def explain(call: Call, query: str, scope: str) -> int:
    """The comparisons one a line, then the answer. Raises ScopeTooLargeError."""
    with patience(call, "looking for what the values share") as stop:
        rows = call.run(values_in(call.session.reading.meta, scope, now_ms=call.now_ms))
        graph, recorder = graph_of(rows, stop), Recorder(stop)
        response = climb_to(graph, query, recorder=recorder)
    if response is None:
        if call.output.json:
            call.output.object(checkpoint=0, exhausted=False, remaining=query, best=None, steps=[])
        else:
            call.output.status("nothing holds the first character of the query")
        return MISS
    best = _smallest(rows, graph, response)
    call.mention(best.address)
    if call.output.json:
        _tell_programs(call, graph, response, recorder, best)
    else:
        for line in lines_of(graph, recorder.steps, shown):
            call.output.line(line)
        call.output.line("")
        for line in _answer(graph, response, query, best):
            call.output.line(line)
    return 0 if response.exhausted else MISS


def shown(text: str) -> str:
    """A stored text on one line, not too long, without power over a terminal; blanks at its edges can be seen."""
    text = plain_safe(text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…")
    bare = text.strip(" ")
    start = text.index(bare) if bare else len(text)
    return BLANK * start + bare + BLANK * (len(text) - start - len(bare))


def _smallest(rows: Sequence[Row], graph: ClosedGraph, response: Response) -> Row:
    """The smallest entry that holds the match: in the graph, the first text at or above the root (S-322)."""
    texts = graph.texts_around(response.root)
    widest_first = {graph.text(token) for token in texts if token.width == texts[0].width}
    return next(row for row in rows if row.text in widest_first)


def _answer(graph: ClosedGraph, response: Response, query: str, best: Row) -> list[str]:
    covered = f"{response.coverage} {response.root_start}-{response.root_end}"
    return [
        f"matched   {response.checkpoint} of {len(query)} characters; {STOPS[response.stop]}",
        f"root      {shown(graph.text(response.root))}, {covered}",
        f"smallest  {plain_safe(print_address(best.address))}",
    ]


def _tell_programs(call: Call, graph: ClosedGraph, response: Response, recorder: Recorder, best: Row) -> None:
    call.output.object(
        checkpoint=response.checkpoint,
        exhausted=response.exhausted,
        remaining=response.remaining,
        best=print_address(best.address),
        root=graph.text(response.root),
        coverage=response.coverage,
        span=[response.root_start, response.root_end],
        stop=response.stop,
        steps=[
            {"kind": step.kind, "vertex": graph.text(step.vertex), "position": step.atom_position}
            for step in recorder.steps
        ],
    )
