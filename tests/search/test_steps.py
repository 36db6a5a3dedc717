"""The recorded climb and its picture (S-067, worked run of A4)."""

from __future__ import annotations

from typing import Any

import pytest

from search.rows import Place
from search.scope_graph import AT_ONCE, climb_to, graph_of
from search.sequences import find_ancestor
from search.steps import Recorder, lines_of
from search.stopping import Stop
from store.errors import Unavailable
from tests.search.graphs import handmade, named

AROUND: list[list[Any]] = [
    ["ab", "ab"],
    ["aba", ["ab", "a"]],
    ["bc", "bc"],
    ["abc", ["ab", "c"], ["a", "bc"]],
    ["bcd", ["bc", "d"]],
    ["abcd", ["abc", "d"], ["a", "bcd"]],
    ["ef", "ef"],
    ["abcdef", ["abcd", "ef"]],
]
WORKED_RUN = """
   root    compare  result                           checkpoint  candidate  best
-  -                start with a                     1           3
1  ab      b vs bc  wider: query -> b                1           2
2  ab      b vs b   match                            2                      ab entire
-  ab               end of root, raise to 2 parents  2           3          ab entire
3  aba     a vs c   mismatch                         2           3          ab entire
4  abc     c vs c   match                            3                      abc entire
-  abc              end of root, raise to 1 parent   3           4          abc entire
5  abcd    d vs d   match                            4                      abcd entire
-  abcd             end of root, raise to 1 parent   4           5          abcd entire
6  abcdef  ef vs e  wider: graph -> e                4           5          abcd entire
7  abcdef  e vs e   match                            5                      abcdef prefix
-  abcdef           done                             5                      abcdef prefix
"""


def test_the_worked_run() -> None:
    """A4: the same comparisons with the same results and counts, in a graph that is searched as closed."""
    graph = handmade("abcdefghi", AROUND, closed=True)
    recorder = Recorder()
    response = find_ancestor(graph, named(graph, ["a", "bc", "d", "e"]), recorder=recorder)
    assert (graph.text(response.root), response.coverage, response.checkpoint) == ("abcdef", "prefix", 5)
    assert "\n".join(lines_of(graph, recorder.steps)) == WORKED_RUN.strip("\n")


class Once(Stop):
    """Wanted no more after so many looks."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def check(self) -> None:
        self.looks -= 1
        if self.looks < 0:
            self.ask()
        super().check()


def test_a_climb_that_nobody_waits_for_ends() -> None:
    """S-300: while the graph is made, and at every step; asked at no time, the answer is the one without a stop."""
    place = Place("", "app", "ui", 3 * AT_ONCE)
    made = (place.row("value", number, f"k{number}", f"text {number}") for number in range(place.entries))
    rows = [row for row in made if row is not None]
    graph = graph_of(rows, Once(3))
    assert len(graph) == len(graph_of(rows))
    with pytest.raises(Unavailable, match="cancelled"):
        graph_of(rows, Once(2))
    recorder = Recorder(Once(3))
    with pytest.raises(Unavailable, match="cancelled"):
        climb_to(graph, "text 149", recorder=recorder)
    assert len(recorder.steps) == 3


def test_steps_name_vertex_and_position() -> None:
    """S-067."""
    graph = handmade("abc", [["ab", "ab"]])
    recorder = Recorder()
    find_ancestor(graph, "ac", recorder=recorder)
    kinds = [(step.kind, graph.text(step.vertex), step.atom_position) for step in recorder.steps]
    assert kinds == [
        ("start", "a", 2),
        ("explore", "a", 2),
        ("visit", "ab", 2),
        ("mismatch", "ab", 2),
        ("done", "a", 1),
    ]


def test_stored_text_is_shown_as_asked() -> None:
    """U-15: every text of the table goes through `show`, so a line break in a value breaks no row."""
    graph = handmade("a\nb", [["a\nb", ["a", "\n", "b"]]])
    recorder = Recorder()
    find_ancestor(graph, "a\nb", recorder=recorder)
    lines = lines_of(graph, recorder.steps, lambda text: text.replace("\n", "⏎"))
    assert not any("\n" in line for line in lines)
    assert lines[2].split() == ["1", "a⏎b", "⏎", "vs", "⏎", "match", "2", "a⏎b", "prefix"]
