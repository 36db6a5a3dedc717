"""What the code of search/ may not do, read from its syntax trees (S-122, S-123)."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import search
from tests.conftest import REPOSITORY

CURSORS = "cursor.py"
POSITION = "atom_position"


def trees(*but: str) -> Iterator[tuple[str, ast.Module]]:
    """Name and syntax tree of every module of the package, `but` those."""
    for path in sorted((REPOSITORY / "search").rglob("*.py")):
        if path.name not in but:
            yield path.name, ast.parse(path.read_text(encoding="utf-8"))


def targets(node: ast.AST) -> Iterator[ast.expr]:
    """What an assignment of any form assigns to."""
    match node:
        case ast.Assign():
            yield from node.targets
        case ast.AugAssign() | ast.AnnAssign() | ast.NamedExpr() | ast.For() | ast.comprehension():
            yield node.target
        case ast.withitem(optional_vars=ast.expr() as target):
            yield target


def named(target: ast.expr) -> Iterator[str]:
    """Names and attributes bound by a target, tuples included."""
    for node in ast.walk(target):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name


def computed(tree: ast.AST) -> list[int]:
    """Lines that give something a value by the name of the position."""
    return [
        getattr(node, "lineno", 0)
        for node in ast.walk(tree)
        if any(POSITION in named(target) for target in targets(node))
        or (isinstance(node, ast.keyword) and node.arg == POSITION)
    ]


def test_only_cursors_compute_positions() -> None:
    """S-122: no assignment, keyword argument or replace(…) names `atom_position` outside the cursor module."""
    assert {name: computed(tree) for name, tree in trees(CURSORS) if computed(tree)} == {}


@pytest.mark.parametrize(
    "text",
    ["atom_position = 1", "a.atom_position += 1", "a, b.atom_position = 1, 2", "replace(a, atom_position=1)"],
)
def test_a_computed_position_is_seen(text: str) -> None:
    """The rule above can fail."""
    assert computed(ast.parse(text))


def read(tree: ast.AST) -> list[int]:
    """Lines that read the attribute `candidate` of anything."""
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "candidate"]


def test_no_consumer_reads_the_candidate() -> None:
    """S-123: everyone else says what they want: `current`, `checkpoint`, or a method (S-102)."""
    assert {name: read(tree) for name, tree in trees("checkpointed.py") if read(tree)} == {}


def test_a_read_candidate_is_seen() -> None:
    """The rule above can fail, and looks at the right name."""
    assert read(ast.parse("if state.query.candidate is None: pass"))
    assert read(ast.parse((REPOSITORY / "search" / "checkpointed.py").read_text(encoding="utf-8")))


def test_no_value_is_mutable() -> None:
    """S-126: every dataclass of the package is frozen; cursors and states are dataclasses."""
    found = {}
    for module in pkgutil.iter_modules(search.__path__, "search."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == module.name:
                found[name] = value.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert {name for name, frozen in found.items() if not frozen} == set()
    assert {"QueryCursor", "ChildCursor", "Checkpointed", "CompareState", "ParentState", "RootCursor"} <= set(found)


def test_the_cursor_module_is_where_positions_are() -> None:
    """The rule above looks at the right name: the field is declared there."""
    assert computed(ast.parse((REPOSITORY / "search" / CURSORS).read_text(encoding="utf-8")))
