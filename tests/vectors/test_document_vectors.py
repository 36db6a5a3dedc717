"""Areas order and export_import of meteor.jsonl; what needs a store runs through the drivers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.addresses.keys import canonical_key, to_notation
from store.documents.checksum import checksum, text_digest
from store.documents.kinds import content_type, is_part
from store.documents.naming import file_key, file_name
from store.documents.order import document_order, order_number
from store.documents.single import ExportData, from_text, to_json, to_text
from store.model import Actor, Address
from store.operations.apply import apply_writes
from store.operations.documents import assemble, document, import_namespace
from store.streams.events import Write
from tests.store.drivers import KINDS, driver
from vector_files import Vector, cases, check

BY = Actor()
NOW = 1_760_000_000_000


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with driver(request.param, tmp_path) as runner:
        yield runner


def stored(database: Any, context: str, namespace: str, entries: list[list[str]]) -> None:
    writes = [
        Write(Address("", context, namespace, canonical_key(key)), value.encode(), None, key) for key, value in entries
    ]
    database.run(apply_writes(writes, by=BY, now_ms=NOW))


def order(given: dict[str, Any], database: Any) -> dict[str, Any]:
    match given["op"]:
        case "document":
            return {"order": document_order(given["slots"], given.get("orders", {}))}
        case "number":
            return {"number": order_number(given["slot"], given.get("orders", {}))}
        case "family":
            context = {"snippets": "kb", "parts": "shell"}.get(given["family"], "doc")
            stored(database, context, "x", given["entries"])
            found = database.run(document("", context, "x", now_ms=NOW))
            return {
                "order": [section.shown for section in found.family(given["family"])],
                "full": database.run(assemble("", context, "x", given["family"], now_ms=NOW)),
            }
    raise AssertionError(given["op"])


def data_of(given: dict[str, Any]) -> ExportData:
    tokens = tuple((key, value) for key, value in given["tokens"])
    return ExportData(
        given["context"], given["namespace"], tokens, given.get("timestamp"), recorded=given.get("checksum")
    )


def exchange(given: dict[str, Any], database: Any) -> dict[str, Any]:
    match given["op"]:
        case "content_type":
            kind = content_type(given["key"])
            return {"type": kind, "is_part": is_part(kind), "is_canonical": kind == "canonical"}
        case "checksum":
            return {"checksum": checksum(given["context"], given["namespace"], given["tokens"])}
        case "to_text":
            return {"text": to_text(data_of(given))}
        case "to_json":
            return {"json": json.loads(json.dumps(to_json(data_of(given))))}
        case "from_text":
            data = from_text(given["text"])
            found: dict[str, Any] = {"context": data.context, "namespace": data.namespace, "timestamp": data.timestamp}
            tokens = [[to_notation(canonical_key(key)), value] for key, value in data.tokens]
            valid = data.recorded is not None and data.checksum_valid
            return {**found, "tokens": tokens, "token_count": len(data.tokens), "checksum_valid": valid}
        case "import_diff":
            stored(database, "doc", "guide", given["existing"])
            data = ExportData("doc", "guide", tuple((key, value) for key, value in given["incoming"]))
            replace = given.get("replace", given.get("mode") == "replace")
            result = database.run(import_namespace(data, meta="", by=BY, now_ms=NOW, replace=replace))
            counts = {name: getattr(result, f"tokens_{name}") for name in ("added", "updated", "unchanged", "removed")}
            return {**counts, "total_changes": result.total_changes, "diff": list(result.diff)}
        case "verify":
            return {"checksum_valid": data_of(given).checksum_valid}
        case "sha256":
            return {"sha256": text_digest(given["text"])}
        case "file_name":
            number = given.get("order")
            language = given.get("lang")
            return {
                "file": file_name(given["context"], given["key"], None if number is None else str(number), language)
            }
        case "file_key":
            key = file_key(given["context"], given["file"])
            if key is None:
                return {"key": None, "order": None}
            return {"key": to_notation(key.key), "order": int(key.order) if key.order else None}
    raise AssertionError(given["op"])


@pytest.mark.parametrize("vector", cases("meteor", "order"))
def test_order(vector: Vector, database: Any) -> None:
    check(vector, lambda given: order(given, database))


@pytest.mark.parametrize("vector", cases("meteor", "export_import"))
def test_export_import(vector: Vector, database: Any) -> None:
    check(vector, lambda given: exchange(given, database))
