"""The words of the graph: token, pattern, parent link, step of a path (S-002, S-003, S-006)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Token:
    """A vertex seen from outside. Equal when the ids are equal."""

    id: int
    """Dense, in the order of creation."""
    width: int = field(compare=False)
    """Number of atoms the vertex spans, ≥ 1."""


UNKNOWN = Token(-1, 1)
"""Stands for an atom that no graph holds; equal to no token of a graph. Only sessions put it into a query (S-313)."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One reading of a vertex: its children from left to right."""

    tokens: tuple[Token, ...]
    offsets: tuple[int, ...] = field(compare=False)
    """Where each child begins, in atoms from the left border of the vertex."""

    @classmethod
    def of(cls, tokens: tuple[Token, ...]) -> Pattern:
        """The pattern of these children."""
        return cls(tokens, tuple(accumulate((token.width for token in tokens[:-1]), initial=0)))


class ParentLink(NamedTuple):
    """One occurrence of a vertex as child number `child` of pattern number `pattern` of `parent` (S-006)."""

    parent: Token
    pattern: int
    child: int


class Step(NamedTuple):
    """One level of a way down: into child number `child` of pattern number `pattern` of `vertex`."""

    vertex: Token
    pattern: int
    child: int
