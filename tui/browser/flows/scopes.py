"""Contexts and dotted namespaces as a tree: from the sorted namespaces of a store to nodes, level by level, on demand.

`ui` and `ui.widgets` are two namespaces; in the tree the second lies inside the first. A node counts the entries of all it
holds. Work on many namespaces is done in slices with a pause between, so that the event loop never waits for it.
"""

from __future__ import annotations

from asyncio import sleep
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Namespace, Position

SLICE = 2000
"""Namespaces handled between two pauses: about 2 ms."""

AFTER_DOT = chr(ord(".") + 1)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a line of the tree stands for. name: the namespace, dots included; None: the context itself."""

    context: str
    name: str | None = None

    @property
    def parent(self) -> Scope | None:
        """The scope it lies in; None for a context."""
        if self.name is None:
            return None
        above, dot, _ = self.name.rpartition(".")
        return Scope(self.context, above) if dot else Scope(self.context)

    @property
    def path(self) -> list[Scope]:
        """From its context down to itself."""
        above = self.parent
        return [*(above.path if above else ()), self]


@dataclass(frozen=True, slots=True)
class ScopeNode:
    """One line: label as stored (not yet safe to show), live entries of all inside, whether anything is inside."""

    scope: Scope
    label: str
    entries: int
    has_children: bool
    namespace: Namespace | None = None


@dataclass(frozen=True, slots=True)
class ScopeIndex:
    """All namespaces of a meta, sorted by context, then name, as the store gives them. Immutable: a refresh makes a new one."""

    spaces: Sequence[Namespace] = ()

    @property
    def entries(self) -> int:
        """How many live entries there are."""
        return sum(space.entries for space in self.spaces)

    @property
    def ticking(self) -> bool:
        """Whether entries expire somewhere."""
        return any(space.ttl_s is not None for space in self.spaces)

    def different(self, other: ScopeIndex) -> frozenset[int]:
        """The numbers of the namespaces that `other` does not have, or with another count or other rules."""
        return frozenset(space.id for space in {*self.spaces} ^ {*other.spaces})

    def find(self, scope: Scope) -> Namespace | None:
        """The namespace of `scope`, if it is one."""
        if scope.name is None:
            return None
        at = bisect_left(self.spaces, (scope.context, scope.name), key=_place)
        if at < len(self.spaces) and _place(self.spaces[at]) == (scope.context, scope.name):
            return self.spaces[at]
        return None

    def start(self, position: Position) -> Scope | None:
        """Where to begin: `position` if something is there, else the first namespace of its context, else the very first."""
        if self.find(Scope(*position)) is not None:
            return Scope(*position)
        in_context = (space for space in self.spaces if space.context == position.context)
        first = next(in_context, self.spaces[0] if self.spaces else None)
        return Scope(first.context, first.name) if first else None

    def inside(self, scope: Scope) -> tuple[int, int]:
        """How many namespaces lie inside `scope`, itself not counted, and how many entries those hold."""
        low, high, _ = self._below(scope)
        return high - low, sum(space.entries for space in self.spaces[low:high])

    async def contexts(self) -> list[ScopeNode]:
        """The topmost nodes, by code point."""
        counts: dict[str, int] = {}
        for number, space in enumerate(self.spaces, 1):
            counts[space.context] = counts.get(space.context, 0) + space.entries
            if number % SLICE == 0:
                await sleep(0)
        return [ScopeNode(Scope(context), context, entries, True) for context, entries in counts.items()]

    async def children(self, scope: Scope) -> list[ScopeNode]:
        """The nodes right below `scope`, by code point; the root namespace of a context comes first."""
        low, high, skip = self._below(scope)
        counts: dict[str, int] = {}
        own: dict[str, Namespace] = {}
        inside: set[str] = set()
        for at in range(low, high):
            space = self.spaces[at]
            segment, dot, _ = space.name[skip:].partition(".")
            counts[segment] = counts.get(segment, 0) + space.entries
            if dot:
                inside.add(segment)
            else:
                own[segment] = space
            if (at - low + 1) % SLICE == 0:
                await sleep(0)
        prefix = f"{scope.name}." if scope.name is not None else ""
        return [
            ScopeNode(
                Scope(scope.context, prefix + segment), segment, counts[segment], segment in inside, own.get(segment)
            )
            for segment in sorted(counts)
        ]

    def _below(self, scope: Scope) -> tuple[int, int, int]:
        """Where the namespaces inside `scope` begin and end, and how much of their names is known."""
        if scope.name is None:
            low = bisect_left(self.spaces, (scope.context, ""), key=_place)
            return low, bisect_left(self.spaces, (scope.context + "\0", ""), lo=low, key=_place), 0
        low = bisect_left(self.spaces, (scope.context, f"{scope.name}."), key=_place)
        high = bisect_left(self.spaces, (scope.context, scope.name + AFTER_DOT), lo=low, key=_place)
        return low, high, len(scope.name) + 1


def _place(space: Namespace) -> tuple[str, str]:
    return space.context, space.name
