"""The tree: nesting of dotted namespaces, children on demand, many of them, and places kept across changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from store.model import Namespace, Position
from tests.tui.hostile import HOSTILE, dangerous
from tests.tui.steps import LONGEST_STEP_S, measured
from tests.tui.waiting import until_quiet
from tui.browser.flows.scopes import Scope, ScopeIndex
from tui.browser.widgets.scope_tree import SHOWN, ScopeTree


def index_of(*names: str, entries: int = 1, **facts: Any) -> ScopeIndex:
    """An index of namespaces given as `context:name`."""
    pairs = sorted(tuple(name.split(":", 1)) for name in names)
    return ScopeIndex([Namespace(number, pair[0], pair[1], entries, **facts) for number, pair in enumerate(pairs, 1)])


class TreeApp(App[None]):
    """A tree, and what it said."""

    def __init__(self) -> None:
        super().__init__()
        self.tree_ = ScopeTree()
        self.highlighted: list[Scope] = []
        self.chosen: list[Scope] = []

    def compose(self) -> ComposeResult:
        yield self.tree_

    def on_scope_tree_highlighted(self, event: ScopeTree.Highlighted) -> None:
        self.highlighted.append(event.node.scope)

    def on_scope_tree_chosen(self, event: ScopeTree.Chosen) -> None:
        self.chosen.append(event.node.scope)

    @property
    def labels(self) -> list[str]:
        """The lines as they are read."""
        return ["  " * line.depth + line.label for line in self.tree_.lines]

    @property
    def frame(self) -> list[str]:
        """The lines as they are drawn."""
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


@asynccontextmanager
async def showing(
    index: ScopeIndex, reveal: Scope | None = None, size: tuple[int, int] = (30, 12)
) -> AsyncIterator[tuple[TreeApp, Pilot[None]]]:
    app = TreeApp()
    async with app.run_test(size=size) as pilot:
        app.tree_.focus()
        app.tree_.show(index, reveal)
        await settled(pilot)
        yield app, pilot


async def settled(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await until_quiet(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers))


# -- the index ---------------------------------------------------------------------------------------------------------


async def test_dotted_namespaces_lie_inside_each_other() -> None:
    """Design section 5: `ui.widgets` is shown inside `ui`, whether `ui` has entries of its own or not, and counted there."""
    index = index_of("app:ui", "app:ui.widgets", "app:ui-old", "app:config.deep.er", "app:", entries=2)
    top = await index.children(Scope("app"))
    assert [(node.label, node.entries, node.has_children, node.namespace is not None) for node in top] == [
        ("", 2, False, True),
        ("config", 2, True, False),
        ("ui", 4, True, True),
        ("ui-old", 2, False, True),
    ]
    assert [node.scope for node in await index.children(Scope("app", "ui"))] == [Scope("app", "ui.widgets")]
    assert [node.scope for node in await index.children(Scope("app", "config"))] == [Scope("app", "config.deep")]
    assert index.inside(Scope("app", "config")) == (1, 2)


segments = st.text("ab-_.", max_size=4)


@given(st.sets(st.tuples(st.sampled_from(["a", "ab", "b"]), segments), max_size=25))
async def test_every_entry_is_in_exactly_one_place(names: set[tuple[str, str]]) -> None:
    """Unfolding everything finds each namespace once, and every node counts what lies inside it."""
    spaces = [Namespace(number, *pair, number) for number, pair in enumerate(sorted(names), 1)]
    index = ScopeIndex(spaces)
    found: list[Namespace] = []

    async def walk(scope: Scope) -> int:
        total = 0
        for node in await index.children(scope):
            inside = await walk(node.scope) if node.has_children else 0
            own = node.namespace.entries if node.namespace else 0
            assert node.entries == inside + own
            found.extend([node.namespace] if node.namespace else [])
            assert index.find(node.scope) == node.namespace
            total += node.entries
        return total

    for node in await index.contexts():
        assert await walk(node.scope) == node.entries
    assert sorted(found) == spaces


@pytest.mark.parametrize(
    ("names", "start"),
    [
        (["app:main", "app:ui"], Scope("app", "main")),
        (["app:zoo", "a:b"], Scope("app", "zoo")),
        (["b:c", "b:d"], Scope("b", "c")),
        ([], None),
    ],
)
def test_where_it_begins(names: list[str], start: Scope | None) -> None:
    """The position, else something in its context, else the first there is."""
    assert index_of(*names).start(Position()) == start


# -- the widget --------------------------------------------------------------------------------------------------------


async def test_counts_stand_at_the_right_edge() -> None:
    """Aligned whatever the depth; a cache has its mark."""
    spaces = [
        Namespace(1, "app", "ui", 28),
        Namespace(2, "app", "ui.widgets", 12),
        Namespace(3, "web", "hits", 1_234_567, ttl_s=60),
    ]
    async with showing(ScopeIndex(spaces), Scope("app", "ui.widgets"), (24, 6)) as (app, _):
        assert app.frame[:4] == [
            " ▾ app               40",
            "   ▾ ui              40",
            "▌      widgets       12",
            " ▸ web             1.2M",
        ]


async def test_unfolding_and_folding() -> None:
    """Right unfolds, right again goes in; left folds, left again goes out; a leaf is chosen."""
    async with showing(index_of("app:ui", "app:ui.widgets", "zoo:cats")) as (app, pilot):
        assert app.labels == ["app", "zoo"]
        await pilot.press("right")
        await settled(pilot)
        assert app.labels == ["app", "  ui", "zoo"]
        await pilot.press("l", "l")
        await settled(pilot)
        assert app.labels == ["app", "  ui", "    widgets", "zoo"]
        await pilot.press("l", "l")
        assert app.chosen == [Scope("app", "ui.widgets")]
        await pilot.press("left")
        assert app.tree_.node is not None
        assert app.tree_.node.scope == Scope("app", "ui")
        await pilot.press("h", "h", "h")
        await settled(pilot)
        assert app.labels == ["app", "zoo"]
        assert app.highlighted[-1] == Scope("app")


async def test_the_mouse_does_the_same() -> None:
    """A click moves, on the triangle it unfolds, a double click chooses."""
    async with showing(index_of("app:ui", "zoo:cats")) as (app, pilot):
        await pilot.click(ScopeTree, offset=(5, 1))
        assert app.highlighted[-1] == Scope("zoo")
        await pilot.click(ScopeTree, offset=(1, 0))
        await settled(pilot)
        assert app.labels == ["app", "  ui", "zoo"]
        await pilot.click(ScopeTree, offset=(6, 1), times=2)
        assert app.chosen == [Scope("app", "ui")]


async def test_ten_thousand_namespaces_come_in_slices() -> None:
    """Children on demand, 250 at a time; "more" shows the next; no step of the loop is long."""
    index = index_of(*(f"app:n{number:05}" for number in range(10_000)), "zoo:cats")
    async with showing(index) as (app, pilot):
        await pilot.press("right")
        await settled(pilot)
        assert len(app.labels) == SHOWN + 3
        assert app.labels[-2] == "  … 9,750 more"
        await pilot.press("end", "up", "enter")
        await settled(pilot)
        assert app.labels[-2] == "  … 9,500 more"
        assert app.tree_.node is not None
        assert app.tree_.node.label == "n00250", "the cursor is on the first of the new ones"
        with measured() as steps:
            app.tree_.reveal(Scope("app", "n09999"))
            await settled(pilot)
        assert app.tree_.node.label == "n09999"
        assert 0 < steps.longest < LONGEST_STEP_S


async def test_places_are_kept_by_identity() -> None:
    """After a change the cursor is on the same scope, and what was unfolded still is."""
    async with showing(index_of("app:main", "app:ui", "zoo:cats"), Scope("app", "ui")) as (app, pilot):
        app.tree_.show(index_of("aaa:x", "app:early", "app:main", "app:ui", "zoo:cats"))
        await settled(pilot)
        assert app.labels == ["aaa", "app", "  early", "  main", "  ui", "zoo"]
        assert app.tree_.node is not None
        assert app.tree_.node.scope == Scope("app", "ui")
        assert app.highlighted == [Scope("app", "ui")], "nothing new to say"


@pytest.mark.parametrize(
    ("on", "left", "lands"),
    [
        ("config", ["app:main", "app:ui", "zoo:cats"], Scope("app", "main")),
        ("ui", ["app:config", "app:main", "zoo:cats"], Scope("app", "main")),
        ("ui", ["app:main.deep", "zoo:cats"], Scope("app", "main")),
        ("ui", ["zoo:cats"], Scope("zoo")),
    ],
)
async def test_when_its_line_goes_the_cursor_stays_near(on: str, left: list[str], lands: Scope) -> None:
    """The next sibling, else the one before, else what is there at all."""
    index = index_of("app:config", "app:main", "app:ui", "zoo:cats")
    async with showing(index, Scope("app", on)) as (app, pilot):
        app.tree_.show(index_of(*left))
        await settled(pilot)
        assert app.tree_.node is not None
        assert app.tree_.node.scope == lands
        assert app.highlighted[-1] == lands


async def test_nothing_at_all() -> None:
    """An empty store: no line, no cursor, no crash on any key."""
    async with showing(ScopeIndex()) as (app, pilot):
        await pilot.press("up", "down", "left", "right", "enter", "home", "end", "pageup", "pagedown", "space")
        assert app.labels == []
        assert app.tree_.node is None


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (20, 1), (1, 1)])
async def test_hostile_labels_are_harmless(size: tuple[int, int]) -> None:
    """U-15 at every width, down to nothing."""
    spaces = [Namespace(number, text[:300], "x", 1) for number, text in enumerate(HOSTILE.values())]
    spaces.sort(key=lambda space: (space.context, space.name))
    async with showing(ScopeIndex(spaces), size=size) as (app, pilot):
        for _ in range(len(spaces)):
            app.tree_.action_tree_down()
            await pilot.pause(0)
            assert dangerous("".join(app.frame)) == []
            assert all(len(line) <= size[0] for line in app.frame if line.isascii())
