"""What a search did, step by step (S-067), and the teaching view of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from search.response import coverage_of
from search.root import RootCursor
from search.tokens import UNKNOWN, Token

if TYPE_CHECKING:
    from collections.abc import Callable

    from search.checkpointed import Checkpointed
    from search.compare import CompareState
    from search.graph import Graph
    from search.parent import Child, Query
    from search.stopping import Stop

Kind = Literal["start", "explore", "visit", "replace", "match", "mismatch", "root_match", "raise", "done"]


@dataclass(frozen=True, slots=True)
class SearchStep:
    """One step; the order of steps is no promise."""

    kind: Kind
    vertex: Token
    """The root the step happens in; the start token before there is one."""
    query: Checkpointed[Query]
    child: Checkpointed[Child] | None = None
    target: Token | None = None
    """The graph token under comparison."""
    asked: Token | None = None
    """The query token under comparison."""
    instead: Token | None = None
    """What replaces one of the two; `replaces_query` says which. Then `query` and `child` try the replacement."""
    replaces_query: bool = False
    links: int = 0
    """How many parent links were put into the queue."""

    @property
    def atom_position(self) -> int:
        """Of the query, as far as it was looked."""
        return self.query.current.atom_position


class Recorder:
    """Collects the steps of one search in `steps`; with `stop`, a step is refused once nobody waits for it any more."""

    def __init__(self, stop: Stop | None = None) -> None:
        self.steps: list[SearchStep] = []
        self._stop = stop

    def add(self, step: SearchStep) -> None:
        """One more step. Raises `interrupted`."""
        if self._stop is not None:
            self._stop.check()
        self.steps.append(step)

    def compared(self, pair: CompareState, chosen: CompareState | None) -> None:
        """What `compare` tells about a pair: replaced by `chosen`, or matched, or refused."""
        vertex = pair.child.checkpoint.root
        if chosen is not None:
            by_query = chosen.target == pair.target
            instead = chosen.asked if by_query else chosen.target
            step = SearchStep("replace", vertex, chosen.query, chosen.child, pair.target, pair.asked, instead, by_query)
            self.add(step)
            return
        kind: Kind = "match" if pair.query.checkpoint is pair.query.current else "mismatch"
        self.add(SearchStep(kind, vertex, pair.query, pair.child, pair.target, pair.asked))


HEADINGS = ("", "root", "compare", "result", "checkpoint", "candidate", "best")


def lines_of(graph: Graph, steps: list[SearchStep], show: Callable[[str], str] = str) -> list[str]:
    """The climb as a table: one line per comparison, raise and start, then how it ended.

    Columns: number of the comparison; the root walked in; graph token against query token; what came of it; confirmed
    atoms; atoms counting those under test; the best root so far. `show` makes a stored text fit to be seen: on one
    line, safe, not too long.
    """

    def text(token: Token) -> str:
        return show(graph.text(token)) if token != UNKNOWN else "?"

    rows = [HEADINGS]
    best, furthest, number = "", 0, 0
    for step in steps:
        if step.kind in ("explore", "visit", "root_match"):
            continue
        confirmed, looked = step.query.checkpoint.atom_position, step.query.current.atom_position
        if step.kind == "match" and confirmed > furthest:
            best, furthest = f"{text(step.vertex)} {_coverage(graph, step)}", confirmed
        compared = step.target is not None and step.asked is not None
        number += compared
        rows.append(
            (
                str(number) if compared else "-",
                "-" if step.kind == "start" else text(step.vertex),
                f"{text(step.target)} vs {text(step.asked)}" if step.target and step.asked else "",
                _result(step, text),
                str(confirmed),
                str(looked) if looked > confirmed else "",
                best,
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _coverage(graph: Graph, step: SearchStep) -> str:
    """How the root is covered so far."""
    assert step.child is not None, "a comparison has both sides"
    at = RootCursor(step.query, step.child)
    start = at.offset(graph)
    return coverage_of(start, start + at.matched, at.root.width)


def _result(step: SearchStep, text: Callable[[Token], str]) -> str:
    match step.kind:
        case "start":
            return f"start with {text(step.vertex)}"
        case "replace":
            assert step.instead is not None, "a replacement says by what"
            return f"wider: {'query' if step.replaces_query else 'graph'} -> {text(step.instead)}"
        case "raise":
            return f"end of root, raise to {step.links} {'parent' if step.links == 1 else 'parents'}"
        case _:
            return step.kind
