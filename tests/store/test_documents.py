"""Documents in the store: order, text, metadata, integrity, import and export as operations, through every driver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store.documents.checksum import text_digest
from store.documents.single import ExportData, from_text, to_text
from store.errors import StoreError
from store.model import Address
from store.operations.changes import undo
from store.operations.documents import (
    Integrity,
    assemble,
    document,
    export_namespace,
    get_metadata,
    import_namespace,
    import_namespaces,
    set_metadata,
    verify_integrity,
)
from store.operations.entries import get, set_entry
from store.operations.expiry import create_cache
from store.operations.history import count, history
from tests.store.documents import BY, NOW, store
from tests.store.drivers import KINDS, driver

N = ("", "doc", "guide")


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with driver(request.param, tmp_path) as runner:
        yield runner


def tokens(database: Any) -> list[tuple[str, str]]:
    data = database.run(export_namespace(*N, now_ms=NOW, include_secrets=True))
    return list(data.tokens) if data else []


def incoming(*entries: tuple[str, str], **more: Any) -> ExportData:
    return ExportData("doc", "guide", entries, **more)


def code(error: pytest.ExceptionInfo[StoreError]) -> str:
    return error.value.code


def test_a_document_has_its_parts_in_order(database: Any) -> None:
    store(
        database,
        "doc",
        "guide",
        [
            ("sections[20_b]", "Bé\n"),
            ("snippets[x]", "S"),
            ("sections[x]", "X"),
            ("sections[10_a]", "A"),
            ("section[lonely]", "other key, same type"),
            ("sections[1,2]", "no slot"),
            ("metadata[title]", "Guide"),
            ("owner", "ops"),
        ],
    )
    found = database.run(document(*N, now_ms=NOW))
    assert [(family.name, family.kind) for family in found.families] == [
        ("sections", "section"),
        ("snippets", "snippet"),
        ("section", "section"),
    ]
    assert [(section.slot, section.number, section.size) for section in found.sections] == [
        ("10_a", 10, 1),
        ("20_b", 20, 4),
        ("x", None, 1),
    ]
    assert found.assembled == "A\nBé\nX"
    assert (found.full, found.text, found.stale) == (None, found.assembled, False)
    assert (found.about("title"), found.about("none"), found.entries) == ("Guide", None, 8)
    assert found.others == ("owner",)
    backwards = database.run(document(*N, now_ms=NOW, compare=lambda a, b: (a < b) - (a > b)))
    assert [section.slot for section in backwards.sections] == ["x", "20_b", "10_a"]
    assert database.run(assemble(*N, "snippets", now_ms=NOW)) == "S"
    assert database.run(assemble(*N, "chunks", now_ms=NOW)) == ""


def test_the_whole_text_wins_and_may_be_stale(database: Any) -> None:
    store(database, "doc", "guide", [("packed", "P"), ("raw", "R"), ("sections[a]", "A")])
    found = database.run(document(*N, now_ms=NOW))
    assert (found.full, found.stale) == ("R", True)
    store(database, "doc", "guide", [("full", "A")])
    found = database.run(document(*N, now_ms=NOW))
    assert (found.text, found.stale) == ("A", False)


def test_nothing_there_is_an_empty_document(database: Any) -> None:
    found = database.run(document(*N, now_ms=NOW))
    assert (found.entries, found.families, found.text) == (0, (), "")
    assert database.run(export_namespace(*N, now_ms=NOW)) is None


def test_metadata(database: Any) -> None:
    """M-165, and M-129: no limit applies."""
    database.run(set_metadata(*N, "order.intro", "3" * 5000, by=BY, now_ms=NOW))
    assert database.run(get_metadata(*N, "order.intro", now_ms=NOW)) == "3" * 5000
    assert database.run(get_metadata(*N, "order.none", now_ms=NOW)) is None
    assert database.run(history("", limit=1))[0].kind == "set"
    with pytest.raises(StoreError) as error:
        database.run(set_metadata(*N, "a b", "x", by=BY, now_ms=NOW))
    assert code(error) == "bracket-bad-char"


def test_integrity(database: Any) -> None:
    """M-166."""
    store(
        database,
        "doc",
        "guide",
        [
            ("full", "text"),
            ("sections[a]", "A"),
            ("bytes", b"\xff"),
            ("metadata[sha256.full]", text_digest("text")),
            ("metadata[sha256.sections__a]", text_digest("before")),
            ("metadata[sha256.raw]", text_digest("")),
            ("metadata[sha256.bytes]", "00"),
        ],
    )
    assert database.run(verify_integrity(*N, now_ms=NOW)) == (
        Integrity("full", "ok"),
        Integrity("sections[a]", "changed"),
        Integrity("raw", "missing"),
        Integrity("bytes", "changed"),
    )


def test_secrets_stay_hidden_until_asked_for(database: Any) -> None:
    """U-11."""
    store(database, "doc", "guide", [("sections[a]", "A"), ("metadata[x]", "y")])
    database.run(set_entry(Address(*N, "sections__b"), b"hush", by=BY, now_ms=NOW, secret=True))
    database.run(set_entry(Address(*N, "full"), b"hush hush", by=BY, now_ms=NOW, secret=True))
    found = database.run(document(*N, now_ms=NOW))
    assert "hush" not in repr(found)
    assert (found.hidden, found.full, found.sections[1].secret) == (2, None, True)
    shown = database.run(document(*N, now_ms=NOW, reveal=True))
    assert (shown.hidden, shown.full, shown.sections[1].value) == (0, "hush hush", "hush")
    with pytest.raises(StoreError) as error:
        database.run(export_namespace(*N, now_ms=NOW))
    assert code(error) == "secret"
    data = database.run(export_namespace(*N, now_ms=NOW, include_secrets=True))
    assert data.secrets == {"sections[b]", "full"}
    result = database.run(
        import_namespace(incoming(("full", "new")), meta="", by=BY, now_ms=NOW, replace=True, dry_run=True)
    )
    assert "hush" not in "".join(result.diff)
    assert "~ full: *** → ***" in result.diff
    elsewhere = replace(data, namespace="copy")
    database.run(import_namespace(elsewhere, meta="", by=BY, now_ms=NOW))
    copied = database.run(get(Address("", "doc", "copy", "full")))
    assert copied.secret


def test_what_has_expired_is_not_exported(database: Any) -> None:
    database.run(create_cache("", "doc", "guide", ttl_s=10, by=BY, now_ms=NOW))
    store(database, "doc", "guide", [("sections[a]", "A")])
    assert database.run(export_namespace(*N, now_ms=NOW)) is not None
    assert database.run(export_namespace(*N, now_ms=NOW + 11_000)) is None
    assert database.run(document(*N, now_ms=NOW + 11_000)).entries == 0


def test_import_writes_what_differs_as_one_command(database: Any) -> None:
    """M-173: and undo brings all of it back, values and places."""
    store(database, "doc", "guide", [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")])
    before = tokens(database)
    commands = database.run(count(""))
    data = incoming(("d", "four"), ("b", "2"), ("e", "5"))
    preview = database.run(import_namespace(data, meta="", by=BY, now_ms=NOW, replace=True, dry_run=True))
    assert tokens(database) == before
    assert database.run(count("")) == commands
    result = database.run(import_namespace(data, meta="", by=BY, now_ms=NOW, replace=True))
    assert result.diff == preview.diff == ("~ d: 4 → four", "  b", "+ e: 5", "- a", "- c")
    assert (result.tokens_added, result.tokens_updated, result.tokens_unchanged, result.tokens_removed) == (1, 1, 1, 2)
    assert (result.total_changes, result.success, preview.dry_run) == (4, True, True)
    assert tokens(database) == [("b", "2"), ("d", "four"), ("e", "5")]
    record = database.run(history("", limit=1))[0]
    assert (record.kind, record.target, record.affected, record.id) == ("import", "doc:guide:", 4, result.command_id)
    assert database.run(count("")) == commands + 1
    database.run(undo(None, by=BY, now_ms=NOW))
    assert tokens(database) == before


def test_an_import_that_changes_nothing_writes_nothing(database: Any) -> None:
    store(database, "doc", "guide", [("a", "1")])
    entry = database.run(get(Address(*N, "a")))
    result = database.run(import_namespace(incoming(("a", "1")), meta="", by=BY, now_ms=NOW + 1))
    assert (result.total_changes, database.run(get(Address(*N, "a")))) == (0, entry)
    assert database.run(history("", limit=1))[0].affected == 0


def test_several_namespaces_are_all_or_nothing(database: Any) -> None:
    good = incoming(("a", "1"))
    bad = ExportData("doc", "other", (("a b", "1"),))
    with pytest.raises(StoreError) as error:
        database.run(import_namespaces([good, bad], meta="", by=BY, now_ms=NOW))
    assert code(error) == "invalid-name"
    assert tokens(database) == []
    other = replace(bad, tokens=(("b", "2"),))
    database.run(import_namespaces([good, other], meta="", by=BY, now_ms=NOW))
    database.run(undo(None, by=BY, now_ms=NOW))
    assert tokens(database) == []
    assert database.run(export_namespace("", "doc", "other", now_ms=NOW)) is None


def test_checksums_are_verified(database: Any) -> None:
    """M-174."""
    text = to_text(incoming(("a", "1"), timestamp=NOW // 1000)).replace("a=1", "a=2")
    with pytest.raises(StoreError) as error:
        database.run(import_namespace(from_text(text), meta="", by=BY, now_ms=NOW))
    assert code(error) == "checksum-mismatch"
    assert tokens(database) == []
    result = database.run(import_namespace(from_text(text), meta="", by=BY, now_ms=NOW, verify=False))
    assert not result.checksum_valid
    assert tokens(database) == [("a", "2")]


@pytest.mark.parametrize(
    ("context", "namespace", "key", "expected"),
    [
        ("", "n", "k", "empty-context"),
        ("doc", "a..b", "k", "ns-empty-part"),
        ("doc", "n", "q[]", "append-not-permitted"),
        ("doc", "n", "#k", "invalid-name"),
        ("doc", "n", " ", "empty-key"),
        ("pipe", "cache", "k", "reserved"),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_bad_names_are_refused(
    database: Any, context: str, namespace: str, key: str, expected: str, dry_run: bool
) -> None:
    data = ExportData(context, namespace, ((key, "v"),))
    with pytest.raises(StoreError) as error:
        database.run(import_namespace(data, meta="", by=BY, now_ms=NOW, dry_run=dry_run))
    assert code(error) == expected


def test_both_spellings_of_a_key_are_one_entry(database: Any) -> None:
    data = incoming(("sections[a]", "1"), ("sections__a", "2"), ("sections[ a ]", "3"))
    result = database.run(import_namespace(data, meta="", by=BY, now_ms=NOW))
    assert result.diff == ("+ sections[a]: 3",)
    assert tokens(database) == [("sections[a]", "3")]


def test_bytes_are_no_document(database: Any) -> None:
    store(database, "doc", "guide", [("sections[a]", b"\xff")])
    for operation in (document(*N, now_ms=NOW), export_namespace(*N, now_ms=NOW)):
        with pytest.raises(StoreError, match=r"sections\[a\]") as error:
            database.run(operation)
        assert code(error) == "not-text"
    database.run(import_namespace(incoming(("sections[a]", "text")), meta="", by=BY, now_ms=NOW))
    assert database.run(document(*N, now_ms=NOW)).text == "text"
