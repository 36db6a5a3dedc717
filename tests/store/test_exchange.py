"""TSV and JSON lines: exact round trips for every byte, and bad lines named (P-134, P-135)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.addresses.keys import canonical_key
from store.database import MEMORY, Database
from store.errors import StreamError
from store.model import Actor, Address, Entry, Listing
from store.operations.apply import apply_writes
from store.operations.expiry import create_cache
from store.operations.listing import entries
from store.streams.exchange import json_lines, read_json, read_tsv, tsv_lines

NOW = 1_760_000_000_000
SPACE = ("", "kb", "recipes")
KEYS = st.sampled_from(
    ["k", "pasta__it", "list__i_0", "grid__i_2_3", "größe", "a.b", "k__i__i_0", "ns", "@x+y", "q__i_APPEND2", "list[0"]
).map(canonical_key)
STORE = st.dictionaries(
    KEYS, st.tuples(st.binary(max_size=20), st.none() | st.integers(NOW + 1, NOW + 10**9)), max_size=8
)


def listed(store: dict[str, tuple[bytes, int | None]]) -> list[Entry]:
    return [Entry(Address(*SPACE, k), v, 1, 1, expires, False, n) for n, (k, (v, expires)) in enumerate(store.items())]


@pytest.mark.parametrize("form", ["tsv", "json"])
@given(store=STORE)
def test_out_in_and_out_again_gives_the_same_text(form: str, store: dict[str, tuple[bytes, int | None]]) -> None:
    def written(found: list[Entry]) -> str:
        return "\n".join(tsv_lines("kb.recipes", found) if form == "tsv" else json_lines(found)) + "\n"

    read = read_tsv if form == "tsv" else read_json
    with Database(MEMORY) as database:
        by = Actor()
        database.run(create_cache(*SPACE, 60, by=by, now_ms=NOW))
        first = written(sorted(listed(store), key=lambda entry: entry.address.key))
        database.run(apply_writes(read(first, SPACE, now_ms=NOW), by=by, now_ms=NOW))
        found = database.run(entries(Listing(*SPACE), now_ms=NOW))
        assert {entry.address.key: entry.value for entry in found} == {key: value for key, (value, _) in store.items()}
        for entry in found:
            expires = store[entry.address.key][1]
            assert entry.expires_at == (NOW + 60_000 if expires is None else -(-expires // 1000) * 1000)
        again = written(found)
        database.run(apply_writes(read(again, SPACE, now_ms=NOW), by=by, now_ms=NOW))
        assert written(database.run(entries(Listing(*SPACE), now_ms=NOW))) == again


@pytest.mark.parametrize("form", ["tsv", "json"])
def test_every_single_byte(form: str) -> None:
    store: dict[str, tuple[bytes, int | None]] = {f"b{n}": (bytes([n]), None) for n in range(256)}
    lines = tsv_lines("kb.recipes", listed(store)) if form == "tsv" else json_lines(listed(store))
    read = read_tsv if form == "tsv" else read_json
    back = read("\n".join(lines), SPACE, now_ms=NOW)
    assert {write.address.key: write.value for write in back} == {key: value for key, (value, _) in store.items()}


def test_short_lines_comments_and_the_expired() -> None:
    text = "# a comment\n\nk\tv\r\nold\tv\t1\t\nnew\tv\t99999999999\n"
    writes = read_tsv(text, SPACE, now_ms=NOW)
    assert [(w.address.key, w.value, w.expires_at) for w in writes] == [
        ("k", b"v", None),
        ("new", b"v", 99999999999000),
    ]


@pytest.mark.parametrize(
    "line",
    ["just one", "k\tv\t\t\tx", "k\tv\tsoon", "k\tv\t\tzip", "k\t***\t\tb64", "k\ta\\x", "k\ta\\", "b d\tv", "\tv"],
)
def test_a_bad_line_is_named(line: str) -> None:
    with pytest.raises(StreamError, match="line 2 "):
        read_tsv(f"good\tv\n{line}\n", SPACE, now_ms=NOW)


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{",
        '{"k":1,"v":""}',
        '{"k":"a"}',
        '{"k":"a","v":"x","b64":""}',
        '{"k":"a","v":"\\ud800"}',
        '{"k":"a","b64":"*"}',
    ],
)
def test_a_bad_object_is_named(line: str) -> None:
    with pytest.raises(StreamError, match="line 2 "):
        read_json(f'{{"k":"good","v":""}}\n{line}\n', SPACE, now_ms=NOW)
