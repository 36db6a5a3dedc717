"""The tree of contexts and namespaces: virtual lines, children on demand, counts at the right edge."""

from __future__ import annotations

from asyncio import sleep
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.browser.commands.bindings import bindings
from tui.browser.flows.scopes import SLICE, Scope, ScopeIndex, ScopeNode
from tui.browser.text.safe import short_count, show_line
from tui.browser.text.widths import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

SHOWN = 250
"""How many children of one scope are shown at first, and how many more each time "more" is chosen."""

ROOT = "(root)"
"""What the namespace without a name is called on screen; no name can look like it."""

OPEN, CLOSED, LEAF = "▾ ", "▸ ", "  "
CACHE, SECRET = " ◷", " ◆"
CURSOR, CURSOR_BLURRED = "▌", "▏"
WIDEST_COUNT = 99_999


@dataclass(frozen=True, slots=True)
class Line:
    """One line. node: what it stands for; None: the line that says how many `more` children of `inside` are not shown."""

    depth: int
    node: ScopeNode | None
    inside: Scope | None = None
    more: int = 0

    @property
    def place(self) -> tuple[Scope | None, bool]:
        """What it is found again by after a change."""
        return (self.node.scope, True) if self.node else (self.inside, False)

    @property
    def label(self) -> str:
        """As stored, not yet safe to show."""
        if self.node is None:
            return f"… {self.more:,} more"
        return self.node.label or ROOT


class ScopeTree(ScrollView, can_focus=True):
    """Shows a `ScopeIndex`; remembers what is unfolded, where the cursor is and how far it is scrolled across refreshes.

    Needs nothing but what `show` gives it. Posts `Highlighted` when another scope comes under the cursor, `Chosen` when the
    user wants to go into one.
    """

    DEFAULT_CSS = """
    ScopeTree { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "scope-tree--context",
        "scope-tree--namespace",
        "scope-tree--faint",
        "scope-tree--mark",
        "scope-tree--cursor",
        "scope-tree--gutter",
    }
    BINDINGS = bindings("tree")
    HELP = "Contexts and namespaces, with the number of live entries in all that lies inside."

    cursor_line: reactive[int] = reactive(0, init=False)
    """The line under the cursor, from 0; meaningless while there are none."""

    @dataclass
    class Highlighted(Message):
        """Another scope is under the cursor."""

        tree: ScopeTree
        node: ScopeNode

        @property
        def control(self) -> ScopeTree:
            """The tree that sent it."""
            return self.tree

    @dataclass
    class Chosen(Message):
        """The user wants to go into a scope."""

        tree: ScopeTree
        node: ScopeNode

        @property
        def control(self) -> ScopeTree:
            """The tree that sent it."""
            return self.tree

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._index: ScopeIndex | None = None
        self._known: dict[Scope | None, list[ScopeNode]] = {}
        self._lines: Sequence[Line] = ()
        self._unfolded: set[Scope] = set()
        self._limits: dict[Scope | None, int] = {}
        self._wanted: Scope | None = None
        self._told: Scope | None = None

    @property
    def node(self) -> ScopeNode | None:
        """The node under the cursor; None on "more" or when there is none."""
        line = self._line(self.cursor_line)
        return line.node if line else None

    @property
    def lines(self) -> Sequence[Line]:
        """What is shown, from the top, scrolled away or not."""
        return self._lines

    def show(self, index: ScopeIndex, reveal: Scope | None = None) -> None:
        """Show `index` in place of what is shown. reveal: unfold down to this scope and put the cursor there, if it exists."""
        self._index = index
        self._known = {}
        self._start(reveal)

    def reveal(self, scope: Scope) -> None:
        """Unfold down to `scope` and put the cursor there, if it exists."""
        self._start(scope)

    def unfold(self, scope: Scope) -> None:
        """Show what is inside `scope`."""
        self._unfolded.add(scope)
        self._start()

    def fold(self, scope: Scope) -> None:
        """Hide what is inside `scope`."""
        self._unfolded.discard(scope)
        self._start()

    # -- making the lines ---------------------------------------------------------------------------------------------

    def _start(self, reveal: Scope | None = None) -> None:
        if reveal is not None:
            self._wanted = reveal  # until a rebuild has come to its end: the next one may cut this one short
            self._unfolded.update(reveal.path[:-1])
        if self._index is not None:
            self._rebuild(self._index)

    @work(group="rebuild", exclusive=True)
    async def _rebuild(self, index: ScopeIndex) -> None:
        """Make the lines anew, with pauses, and swap them in at once."""
        lines: list[Line] = []
        await self._add(lines, index, None, 0, set(self._wanted.path) if self._wanted else set())
        if index is not self._index:
            return
        before, self._lines = self._lines, lines
        self.virtual_size = Size(0, len(lines))
        self._settle(before)
        self.refresh()

    async def _add(
        self, lines: list[Line], index: ScopeIndex, inside: Scope | None, depth: int, path: set[Scope]
    ) -> None:
        nodes = self._known.get(inside)
        if nodes is None:
            nodes = await (index.contexts() if inside is None else index.children(inside))
            self._known[inside] = nodes
        limit = self._limits.get(inside, SHOWN)
        wanted = next((number for number, node in enumerate(nodes) if node.scope in path), 0) if path else 0
        if wanted >= limit:
            limit = self._limits[inside] = (wanted // SHOWN + 1) * SHOWN
        for node in nodes[:limit]:
            lines.append(Line(depth, node, inside))
            if len(lines) % SLICE == 0:
                await sleep(0)
            if node.has_children and node.scope in self._unfolded:
                await self._add(lines, index, node.scope, depth + 1, path)
        if len(nodes) > limit:
            lines.append(Line(depth, None, inside, len(nodes) - limit))

    def _settle(self, before: Sequence[Line]) -> None:
        """Put the cursor on what was asked for; else where it was; else on the next thing that is still there, else above."""
        at = {line.place: number for number, line in enumerate(self._lines)}
        target = at.get((self._wanted, True)) if self._wanted else None
        self._wanted = None
        if target is None and 0 <= self.cursor_line < len(before):
            target = _nearest(before, self.cursor_line, at)
        self.move_to(target or 0)
        self._tell()

    # -- moving -------------------------------------------------------------------------------------------------------

    def move_to(self, number: int) -> None:
        """Put the cursor on a line and scroll it into view."""
        self.cursor_line = max(0, min(number, len(self._lines) - 1))
        if self.size.height:
            self.scroll_to_region(Region(0, self.cursor_line, 1, 1), animate=False, force=True, x_axis=False)

    def watch_cursor_line(self, old: int, new: int) -> None:
        """Repaint the two lines and say which scope it is."""
        self.refresh_line(old)
        self.refresh_line(new)
        self._tell()

    def _tell(self) -> None:
        node = self.node
        if node is not None and node.scope != self._told:
            self._told = node.scope
            self.post_message(self.Highlighted(self, node))

    def _line(self, number: int) -> Line | None:
        return self._lines[number] if 0 <= number < len(self._lines) else None

    def action_tree_up(self) -> None:
        """The line above."""
        self.move_to(self.cursor_line - 1)

    def action_tree_down(self) -> None:
        """The line below."""
        self.move_to(self.cursor_line + 1)

    def action_tree_page_up(self) -> None:
        """A screenful up."""
        self.move_to(self.cursor_line - max(1, self.size.height - 1))

    def action_tree_page_down(self) -> None:
        """A screenful down."""
        self.move_to(self.cursor_line + max(1, self.size.height - 1))

    def action_tree_first(self) -> None:
        """The first line."""
        self.move_to(0)

    def action_tree_last(self) -> None:
        """The last line."""
        self.move_to(len(self._lines) - 1)

    def action_tree_open(self) -> None:
        """Unfold; on something unfolded the first line inside; on something without an inside, choose it."""
        node = self.node
        if node is None or not node.has_children:
            self.action_tree_choose()
        elif node.scope in self._unfolded:
            self.move_to(self.cursor_line + 1)
        else:
            self.unfold(node.scope)

    def action_tree_close(self) -> None:
        """Fold; on something folded, go to what it is in."""
        line = self._line(self.cursor_line)
        if line is None:
            return
        if line.node and line.node.has_children and line.node.scope in self._unfolded:
            self.fold(line.node.scope)
            return
        for number in range(self.cursor_line - 1, -1, -1):
            if self._lines[number].depth < line.depth:
                self.move_to(number)
                return

    def action_tree_choose(self) -> None:
        """Go into the scope under the cursor; unfold what is no namespace itself; on "more", show more."""
        line = self._line(self.cursor_line)
        if line is None:
            return
        if line.node is None:
            self.reveal(self._known[line.inside][-line.more].scope)
        elif line.node.namespace is None and line.node.has_children:
            self._toggle(line.node.scope)
        else:
            self.post_message(self.Chosen(self, line.node))

    def _toggle(self, scope: Scope) -> None:
        if scope in self._unfolded:
            self.fold(scope)
        else:
            self.unfold(scope)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on the triangle it folds or unfolds, on "more" it shows more; twice chooses."""
        where = event.get_content_offset(self)
        number = self.scroll_offset.y + where.y if where else -1
        line = self._line(number)
        if where is None or line is None:
            return
        self.move_to(number)
        on_mark = (where.x - 1) // 2 == line.depth
        if line.node is None or event.chain == 2:
            self.action_tree_choose()
        elif on_mark and line.node.has_children:
            self._toggle(line.node.scope)

    # -- drawing ------------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the widget: cursor mark, indent, triangle, label, count."""
        width = self.size.width
        number = self.scroll_offset.y + y
        line = self._line(number)
        if line is None:
            return Strip.blank(width, self.rich_style)
        under_cursor = number == self.cursor_line
        base = self.rich_style + self._style("cursor") if under_cursor else self.rich_style
        faint = base if under_cursor else base + self._style("faint")
        indent, count, marks = self._around(line)
        room = max(1, width - 1 - cells(indent) - cells(marks) - len(count) - 2)
        shown = show_line(line.label, room)
        label = base if under_cursor else base + self._style(self._kind(line))
        segments = [
            Segment(
                (CURSOR if self.has_focus else CURSOR_BLURRED) if under_cursor else " ",
                base + self._style("gutter") if under_cursor else base,
            ),
            Segment(indent, faint),
        ]
        at = 0
        for start, end, *_ in shown.spans:
            segments += [
                Segment(shown.text[at:start], label),
                Segment(shown.text[start:end], label + Style(reverse=True)),
            ]
            at = end
        segments += [
            Segment(shown.text[at:], label),
            Segment(marks, faint if under_cursor else base + self._style("mark")),
            Segment(" " * (room - cells(shown.text))),
            Segment(f" {count} ", faint),
        ]
        return Strip(segments).apply_style(base).adjust_cell_length(width, base)

    def _around(self, line: Line) -> tuple[str, str, str]:
        """Indent with triangle, count, marks."""
        node = line.node
        if node is None:
            return "  " * line.depth + LEAF, "", ""
        triangle = LEAF
        if node.has_children:
            triangle = OPEN if node.scope in self._unfolded else CLOSED
        marks = ""
        if node.namespace is not None:
            marks = (CACHE if node.namespace.ttl_s is not None else "") + (SECRET if node.namespace.secret else "")
        count = f"{node.entries:,}" if node.entries <= WIDEST_COUNT else short_count(node.entries)
        return "  " * line.depth + triangle, count, marks

    @staticmethod
    def _kind(line: Line) -> str:
        if line.node is None or line.label == ROOT:
            return "faint"
        return "namespace" if line.depth else "context"

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"scope-tree--{name}", partial=True)


def _nearest(before: Sequence[Line], number: int, at: dict[tuple[Scope | None, bool], int]) -> int | None:
    """Where the line `number` of `before` is now; if gone, its next sibling, else the one before it, else what it was in."""
    line = before[number]
    following = [other for other in before[number:] if other.inside == line.inside and other.depth == line.depth]
    earlier = [other for other in before[number::-1] if other.inside == line.inside and other.depth == line.depth]
    for other in (*following, *earlier):
        if other.place in at:
            return at[other.place]
    scope = line.inside
    while scope is not None:
        if (scope, True) in at:
            return at[scope, True]
        scope = scope.parent
    return None
