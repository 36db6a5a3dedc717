"""Areas bracket, bracket_inverse and namespace of meteor.jsonl."""

from __future__ import annotations

from typing import Any

import pytest

from store.addresses.keys import base_name, canonical_key, has_brackets, to_notation, transform_key
from store.addresses.namespaces import parse_namespace, unchecked
from store.errors import AddressError
from vector_files import Vector, cases, check


def bracket(given: dict[str, Any]) -> dict[str, Any]:
    key = given["key"]
    match given["op"]:
        case "transform":
            return {"canonical": transform_key(key)}
        case "canonical":
            return {"canonical": canonical_key(key)}
        case "has_brackets":
            return {"result": has_brackets(key)}
        case "base":
            return {"base": base_name(key)}
    raise AssertionError(given["op"])


def namespace(given: dict[str, Any]) -> dict[str, Any]:
    if given["op"] == "is_parent":
        return {"result": unchecked(given["parent"]).is_parent_of(unchecked(given["child"]))}
    path = parse_namespace(given["text"], given.get("profile", "default"))
    return {"parts": list(path.parts), "depth": path.depth, "warn": path.should_warn}


@pytest.mark.parametrize("vector", cases("meteor", "bracket"))
def test_bracket(vector: Vector) -> None:
    try:
        actual = bracket(vector["input"])
    except AddressError as fault:
        actual = {"error": fault.code}
    assert actual == vector["expect"]


@pytest.mark.parametrize("vector", cases("meteor", "bracket_inverse"))
def test_bracket_inverse(vector: Vector) -> None:
    assert {"notation": to_notation(vector["input"]["canonical"])} == vector["expect"]


@pytest.mark.parametrize("vector", cases("meteor", "namespace"))
def test_namespace(vector: Vector) -> None:
    check(vector, namespace)
