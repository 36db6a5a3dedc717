"""Tokens as structured data: namespace, key, value (X-020 to X-025). A view; what is stored goes through `placing`."""

from __future__ import annotations

from store.errors import StreamError

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from store.streams.xstream import Token

    Mode = Literal["flat", "tree", "hybrid"]

GLOBAL = "global"
MODES = ("flat", "tree", "hybrid")
ROOT = ""


class Bucket:
    """`data`: namespace to key to value, in order of first appearance. `tree`: path to its direct children, None if flat."""

    __slots__ = ("data", "tree")

    def __init__(self, data: dict[str, dict[str, str]], tree: dict[str, list[str]] | None = None) -> None:
        self.data = data
        self.tree = tree

    def children(self, namespace: str) -> list[str]:
        """The paths one part longer than `namespace` (`""` is the root); none without a tree."""
        return list((self.tree or {}).get(namespace, ()))

    def siblings(self, namespace: str) -> list[str]:
        """The other children of the parent of `namespace`; none of the root, none without a tree."""
        if namespace == ROOT:
            return []
        parent = namespace.rpartition(".")[0]
        return [child for child in self.children(parent) if child != namespace]

    def all_under(self, prefix: str) -> list[str]:
        """The namespaces with data strictly below `prefix`, cut at a dot; below the root is everything."""
        start = f"{prefix}." if prefix != ROOT else ROOT
        return [namespace for namespace in self.data if namespace.startswith(start)]

    def to_dict(self) -> dict[str, dict[str, str]]:
        """The JSON form (X-025), a copy."""
        return {namespace: dict(pairs) for namespace, pairs in self.data.items()}


def collect(tokens: Iterable[Token], mode: Mode = "flat") -> Bucket:
    """Sort tokens into their namespaces; the last of several values wins (X-023).

    Raises StreamError `empty_namespace` for a token `ns=` without value, ValueError for an unknown mode.
    """
    if mode not in MODES:
        raise ValueError(f"unknown bucket mode {mode!r}, expected one of {', '.join(MODES)}")
    data: dict[str, dict[str, str]] = {}
    active = GLOBAL
    for token in tokens:
        ns, key, value = token.ns, token.key, token.value
        if ns is None:
            if key == "ns":
                if not value:
                    raise StreamError("empty_namespace", "'ns=' names no namespace", text="ns", position=token.offset)
                active = value
                continue
            ns = active
        pairs = data.get(ns)
        if pairs is None:
            data[ns] = {key: value}
        else:
            pairs[key] = value
    return Bucket(data, None if mode == "flat" else _grow(data))


def _grow(namespaces: Iterable[str]) -> dict[str, list[str]]:
    """Each path on the way to a namespace, with its direct children in order of first appearance, none twice (X-022)."""
    tree: dict[str, dict[str, None]] = {}
    for namespace in namespaces:
        parent = ROOT
        end = 0
        while end >= 0:
            end = namespace.find(".", end + 1)
            path = namespace if end < 0 else namespace[:end]
            tree.setdefault(parent, {})[path] = None
            parent = path
    return {path: list(children) for path, children in tree.items()}
