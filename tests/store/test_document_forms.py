"""The single-file forms and the names of files: round trips over anything, and what is refused (M-170…M-172, M-181, M-182)."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.addresses.keys import canonical_key, to_notation
from store.documents import manifest as manifests
from store.documents.checksum import checksum
from store.documents.kinds import FAMILIES, content_type, metadata_key
from store.documents.layout import data_of, files_of
from store.documents.manifest import Listed, Manifest
from store.documents.naming import LONGEST, file_key, file_name
from store.documents.order import assemble, document_order, order_number, whole_number
from store.documents.single import ExportData, from_json, from_text, read_export, read_lines, to_json, to_text
from store.errors import StoreError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SLOTS = st.text("ab1_-.0", min_size=1, max_size=12)
KEYS = st.one_of(
    st.builds("{}[{}]".format, st.sampled_from([*FAMILIES, "metadata", "items"]), SLOTS),
    st.sampled_from(["full", "raw", "packed", "owner", "a.b", "x__y__z", "a[1,2]", "größe", "a[b", "q[1][2]"]),
)
DATA = st.builds(
    ExportData,
    st.sampled_from(["doc", "kb", "shell", "app"]),
    st.sampled_from(["", "guide", "a.b"]),
    st.dictionaries(KEYS.map(canonical_key).map(to_notation), TEXTS, max_size=8).map(
        lambda found: tuple(found.items())
    ),
    st.integers(0, 1 << 40),
)


@given(DATA)
def test_text_and_json_read_back_as_they_were_written(data: ExportData) -> None:
    for read in (from_text(to_text(data)), from_json(json.dumps(to_json(data))), read_export(to_text(data))):
        assert replace(read, recorded=None) == data
        assert read.recorded == data.checksum
        assert read.checksum_valid


@given(DATA)
def test_files_read_back_as_they_were_written(data: ExportData) -> None:
    """M-186 without a disk; names that differ by case only cannot come up here."""
    files = files_of(data)
    assert len(json.loads(files[".manifest.json"])["entries"]) == len(data.tokens)
    found = data_of(data.context, data.namespace, {name: text.encode() for name, text in files.items()}, "here")
    assert found.data.tokens == data.tokens
    assert found.data.checksum_valid
    assert (found.warnings, found.missing) == ([], ())
    assert files_of(found.data) == files


@given(DATA)
def test_without_the_manifest_the_entries_are_the_same(data: ExportData) -> None:
    """Worked example 10.4, for any namespace: insertion order is that of names, `full` may be made, order numbers be canonical."""
    files = {name: text.encode() for name, text in files_of(data).items() if name != ".manifest.json"}
    found = dict(data_of(data.context, data.namespace, files, "here").data.tokens)
    wanted = dict(data.tokens)
    if "full" not in wanted:
        found.pop("full", None)
    assert found == wanted


@given(
    st.sampled_from(["doc", "kb", "shell", "app"]), st.sampled_from([*FAMILIES]), SLOTS, st.integers(0, 99) | st.none()
)
def test_file_names_lead_back_to_their_keys(context: str, family: str, slot: str, order: int | None) -> None:
    key = canonical_key(f"{family}[{slot}]")
    name = file_name(context, key, None if order is None else str(order))
    back = file_key(context, name)
    assert back is not None
    assert (back.key, back.renamed) == (key, False)
    assert whole_number(back.order) == order


@given(TEXTS.filter(lambda text: text not in ("", ".", "..", ".meta", ".values", ".manifest.json")))
def test_every_file_name_has_a_key_of_a_part(name: str) -> None:
    found = file_key("doc", name)
    assert found is not None
    assert content_type(found.key) not in ("simple", "metadata")
    assert file_key("doc", name) == found
    assert content_type(to_notation(found.key)) == content_type(found.key)


def test_a_name_too_long_for_a_file_is_a_line() -> None:
    fits = "x" * (LONGEST - len(".md"))
    assert file_name("doc", f"sections[{fits}]") == f"{fits}.md"
    assert file_name("doc", f"sections[{fits}x]") == ".values"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("sections[_x]", "sections._x.md"),
        ("sections[_full]", "sections._full.md"),
        ("sections[.meta]", "sections..meta.md"),
        ("sections[10-setup]", "sections.10-setup.md"),
        ("sections[10_setup]", "10_setup.md"),
        ("sections[-x]", "-x.md"),
        ("sections[sections]", "sections.md"),
        ("sections[metadata.x]", "metadata.x.md"),
        ("section[x]", "section.x.md"),
        ("raw", "_raw.md"),
        ("metadata[order.x]", ".meta"),
        ("owner", ".values"),
        ("items[0]", ".values"),
    ],
)
def test_names_that_would_read_as_something_else(key: str, name: str) -> None:
    """M-181, M-184."""
    assert file_name("doc", key) == name


def test_the_order_number_stands_in_the_name_as_it_was_written() -> None:
    assert file_name("doc", "sections[launcher]", "0005") == "0005-launcher.md"
    assert file_name("doc", "sections[launcher]", " +5 ") == "5-launcher.md"
    assert file_name("doc", "sections[launcher]", "first") == "launcher.md"
    key = file_key("doc", "0005-launcher.md")
    assert key is not None
    assert (key.key, key.order) == ("sections__launcher", "0005")


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "export-missing-header", None),
        ("# Context: a\nk=v\n", "export-missing-header", None),
        ("# Context:\n# Namespace: b\n", "export-missing-header", None),
        ("# Context: a\n# Namespace: b\n# Timestamp: soon\n", "export-bad-timestamp", 28),
        ("# Context: a\n# Namespace: b\nx=1\nno\n", "missing-equals", 32),
        ("# Context: a\n# Namespace: b\n =v\n", "empty-key", 28),
        ('# Context: a\n# Namespace: b\nk="a"b\n', "unbalanced-quotes", 30),
        ('# Context: a\n# Namespace: b\nk="a\\qb"\n', "escape-invalid", 32),
        ('# Context: a\n# Namespace: b\nk="\\ud800"\n', "escape-unicode", 31),
    ],
)
def test_texts_that_cannot_be_read(text: str, code: str, position: int | None) -> None:
    with pytest.raises(StoreError) as error:
        from_text(text)
    assert (error.value.code, error.value.position) == (code, position)


def test_an_empty_namespace_header_is_the_root() -> None:
    assert from_text("# Context: a\n# Namespace:\nk=v\n").namespace == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        "{}",
        "[" * 100_000,
        '{"context": "a", "namespace": "b"}',
        '{"context": "a", "namespace": "b", "tokens": {}}',
        '{"context": 1, "namespace": "b", "tokens": []}',
        '{"context": "a", "namespace": "b", "tokens": [{"key": "k"}]}',
        '{"context": "a", "namespace": "b", "tokens": [{"key": "k", "value": 1}]}',
        '{"context": "a", "namespace": "b", "tokens": [{"key": "k", "value": "\\ud800"}]}',
        '{"context": "a", "namespace": "b", "tokens": [], "metadata": []}',
        '{"context": "a", "namespace": "b", "tokens": [], "metadata": {"timestamp": "1"}}',
        '{"context": "a", "namespace": "b", "tokens": [], "metadata": {"timestamp": true}}',
        '{"context": "a", "namespace": "b", "tokens": [], "metadata": {"checksum": 1}}',
    ],
)
def test_json_that_cannot_be_read(text: str) -> None:
    with pytest.raises(StoreError) as error:
        from_json(text)
    assert error.value.code == "export-bad-json"


def test_no_error_repeats_a_value() -> None:
    """P-116."""
    for text in ('# Context: a\n# Namespace: b\nk="hush\n', "# Context: a\n# Namespace: b\nhush\n", '{"hush": "hush"'):
        with pytest.raises(StoreError) as error:
            read_export(text)
        assert "hush" not in f"{error.value.message} {error.value.hint} {error.value.text}"


def test_the_checksum_tells_order_names_and_borders_apart() -> None:
    base = checksum("a", "b", [("k", "v"), ("l", "w")])
    for other in (
        checksum("a", "b", [("l", "w"), ("k", "v")]),
        checksum("b", "a", [("k", "v"), ("l", "w")]),
        checksum("a", "b", [("kv", ""), ("l", "w")]),
        checksum("ab", "", [("k", "v"), ("l", "w")]),
    ):
        assert other != base


def test_lines_pass_over_blanks_and_remarks() -> None:
    assert read_lines('\n# x\n  \na=1\r\nb = " 2 "\nc="\\"\\u00e9\\n"\n') == (
        ("a", "1"),
        ("b", ' " 2 "'),
        ("c", '"é\n'),
    )


FEW = st.sampled_from(["a", "b", "c", "1", "2_x", "3-y"])


@given(st.lists(FEW, unique=True), st.dictionaries(FEW, st.integers(-5, 5).map(str), max_size=4))
def test_document_order_keeps_followers_behind_their_number(slots: list[str], orders: dict[str, str]) -> None:
    """M-163 said another way: runs of slots, each begun by a numbered one, stably sorted by that number."""
    runs: list[tuple[float, list[str]]] = [(float("-inf"), [])]
    for slot in slots:
        number = order_number(slot, orders)
        if number is not None:
            runs.append((number, []))
        runs[-1][1].append(slot)
    wanted = [slot for _, run in sorted(runs, key=lambda run: run[0]) for slot in run]
    assert document_order(slots, orders) == wanted


def test_a_comparator_of_ones_own() -> None:
    assert document_order(["a", "ccc", "bb"], {}, lambda a, b: len(b) - len(a)) == ["ccc", "bb", "a"]


def test_numbers_nobody_means_are_none() -> None:
    assert order_number("x", {"x": "9" * 5000}) is None
    assert order_number("9" * 5000, {}) is None
    assert [whole_number(text) for text in ("1_0", "٣", "", "+", "- 1", "0x1", "²")] == [None] * 7


@given(st.lists(TEXTS))
def test_assembling_loses_nothing(texts: list[str]) -> None:
    text = assemble(texts)
    assert text.replace("\n", "") == "".join(texts).replace("\n", "")
    for before, after in pairwise(texts):
        assert not before or not after or before.endswith("\n") or f"{before}{after}" != text


def test_a_manifest_reads_back() -> None:
    told = Manifest(
        "doc", "", "sha256:x", (Listed("full", "_full.md", "0", None, True), Listed("a", ".values", "1", -3))
    )
    assert manifests.from_text(manifests.to_text(told), "here") == told
    empty = Manifest("doc", "n", "", ())
    assert manifests.from_text(manifests.to_text(empty), "here") == empty


def test_metadata_names_are_indices() -> None:
    assert metadata_key("order.10-x") == "metadata__order.10-x"
    for name, code in (
        ("", "bracket-empty-index"),
        ("a b", "bracket-bad-char"),
        ("a,b", None),
        ("a[b]", "bracket-nested"),
    ):
        if code is None:
            assert metadata_key(name) == "metadata__i_a_b"
            continue
        with pytest.raises(StoreError) as error:
            metadata_key(name)
        assert error.value.code == code
