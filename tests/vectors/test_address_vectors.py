"""Areas address and address_invalid of pronto.jsonl, path of meteor.jsonl."""

from __future__ import annotations

from typing import Any

import pytest

from store.addresses import print_address, storage_address
from store.addresses.colon import parse_path
from store.addresses.dotted import Reading, read_dotted, read_listing
from store.addresses.keys import to_notation
from store.errors import AddressError
from store.model import Address, Listing, Position
from vector_files import Vector, cases


def reading_of(given: dict[str, Any]) -> Reading:
    context, namespace = given.get("default_project"), given.get("default_namespace")
    known = {name: value for name, value in (("context", context), ("namespace", namespace)) if value}
    return Reading(
        position=Position(**known),
        meta=given.get("meta") or "",
        delimiter=given.get("delim") or ".",
        context=given.get("project"),
        namespace=given.get("namespace"),
        variant=given.get("context"),
        positioned=len(known) == 2,
        positioned_part="".join(known) if len(known) == 1 else "",
        whole=bool(given.get("implicit_pipe")),
    )


def read(given: dict[str, Any]) -> Address | Listing:
    if given.get("mode") == "discovery":
        return read_listing(given["text"], reading_of(given))
    return read_dotted(given["text"], reading_of(given))


def facts(found: Address | Listing) -> dict[str, Any]:
    """The vector's names for what was read; key and variant are those of the printed form."""
    common = {"meta": found.meta or None, "project": found.context, "namespace": found.namespace}
    if isinstance(found, Listing):
        return {**common, "prefix": found.pattern}
    canonical = print_address(found)
    last = canonical.removeprefix(f"{found.context}.{found.namespace}.")
    key, double, variant = (last, "", "") if found.is_cache or "__" not in last else last.rpartition("__")
    return {
        **common,
        "key": key,
        "context": variant if double else None,
        "canonical": canonical,
        "storage": storage_address(found),
    }


@pytest.mark.parametrize("vector", cases("pronto", "address"))
def test_address(vector: Vector) -> None:
    assert facts(read(vector["input"])) == vector["expect"]


@pytest.mark.parametrize("vector", cases("pronto", "address_invalid"))
def test_address_invalid(vector: Vector) -> None:
    with pytest.raises(AddressError) as raised:
        read(vector["input"])
    assert raised.value.code == vector["expect"]["error"]
    assert "invalid address" in raised.value.message.lower()


@pytest.mark.parametrize("vector", cases("meteor", "path"))
def test_path(vector: Vector) -> None:
    given, expected = vector["input"], vector["expect"]
    if "error" in expected:
        with pytest.raises(AddressError) as raised:
            parse_path(given["path"], given["mode"])
        assert raised.value.code == expected["error"]
        return
    address = parse_path(given["path"], given["mode"])
    actual = {"context": address.context, "namespace": address.namespace, "key": to_notation(address.key)}
    assert {name: actual[name] for name in expected} == expected
