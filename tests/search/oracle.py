"""Brute force on strings: what the graph tier must say, computed from the definitions alone."""

from __future__ import annotations

from itertools import takewhile


def common_prefix(one: str, other: str) -> str:
    """The longest text both begin with."""
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
