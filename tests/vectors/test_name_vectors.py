"""Areas meta and security of pronto.jsonl, as far as names alone decide (those with steps need the whole program)."""

from __future__ import annotations

from typing import Any

import pytest

from store.addresses import print_address, read_address, storage_address
from store.addresses.dotted import Reading
from store.addresses.keys import join_variant
from store.addresses.names import cursor_name, database_name, effective_meta, isolated_file, meta_name, user_name
from store.errors import StoreError
from store.model import Address
from vector_files import Vector, cases

VALIDATORS = {
    "validate_user": user_name,
    "validate_meta": meta_name,
    "validate_database": database_name,
    "validate_cursor": cursor_name,
}


def meta(given: dict[str, Any]) -> dict[str, Any]:
    match given["op"]:
        case "to_storage":
            return {"storage": storage_address(read_address(given["address"], Reading(meta=given["meta"] or "")))}
        case "to_display":
            record = given["record"]
            key, variant = record["key"], record["context"]
            if variant is not None:
                key = join_variant(key, variant)
            address = Address(record["meta"] or "", record["project"], record["namespace"], key)
            return {"display": print_address(address)}
        case "effective":
            chosen = effective_meta(
                given["forced"], given["flag"], given["cursor"], database_flag=given["database_flag"]
            )
            return {"meta": read_address(given["address"], Reading(meta=chosen)).meta or None}
    raise AssertionError(given["op"])


def has_op(*names: str) -> Any:
    return lambda vector: vector["input"].get("op") in names


@pytest.mark.parametrize("vector", cases("pronto", "meta", has_op("to_storage", "to_display", "effective")))
def test_meta(vector: Vector) -> None:
    try:
        actual = meta(vector["input"])
    except StoreError as error:
        actual = {"error": error.code}
    assert actual == vector["expect"]


@pytest.mark.parametrize("vector", cases("pronto", "security", has_op(*VALIDATORS)))
def test_validation(vector: Vector) -> None:
    given = vector["input"]
    try:
        VALIDATORS[given["op"]](given["name"])
        actual: dict[str, Any] = {"ok": True}
    except StoreError as error:
        actual = {"ok": False, "error": error.code}
    assert actual == vector["expect"]


@pytest.mark.parametrize("vector", cases("pronto", "security", has_op("db_file")))
def test_isolated_file(vector: Vector) -> None:
    assert {"file": isolated_file(vector["input"]["base"], vector["input"]["user"] or "")} == vector["expect"]
