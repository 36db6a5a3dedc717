"""The inbox without its screen: what it says about a pipe, and where it would send it (P-066, P-075)."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.addresses import PLAIN, Reading, read_address
from store.model import Address, Position
from tests.tui.hostile import HOSTILE
from tests.tui.inbox import MINUTE, NOW
from tui.browser.flows.addressing import check, field_reading, typed_form
from tui.browser.flows.recovery import (
    REASONS,
    Item,
    arrange,
    candidates,
    command_line,
    file_name,
    item_why,
    merge,
    neighbour,
    numbered,
    why,
)
from vector_files import vectors

TTL = 900_000


def item(
    name: str = "1800000000_6ae8a755_x", *, intended: str = "", reason: str = "", cached_at: int = NOW, **more: object
) -> Item:
    fields = {"kind": "pipe", "suffix": name.split("_", 2)[-1], "size": 1, "expires_at": cached_at + TTL, **more}
    return Item(id=f"pipe:{name}", name=name, intended=intended, reason=reason, cached_at=cached_at, **fields)  # type: ignore[arg-type]


# --- words --------------------------------------------------------------------------------------------------------------


def test_every_refusal_has_words() -> None:
    """Every code a pipe can be refused with, as the vectors know them (P-016, section 14), is said in at most 24 cells."""
    codes = {
        vector["expect"]["error"]
        for vector in vectors("pronto")
        if vector["area"] in ("address_invalid", "stream_tokens") and "error" in vector["expect"]
    }
    assert codes - REASONS.keys() == set()
    assert [words for words in REASONS.values() if len(words) > 24] == []


@pytest.mark.parametrize(
    ("intended", "reason", "said"),
    [
        ("invalid...address", "empty_part", "empty part at 9"),
        ("größe.ns.key", "bad_char", "bad character at 3"),
        ("a.b.c.d.e", "too_many_parts", "too many parts at 8"),
        ("invalid.address", "incomplete", "incomplete address"),
        ("app.ui.key", "ttl_not_allowed", "TTL not allowed there"),
        ("app.ui.key", "bad_char", "bad character"),
        ("", "empty", "no address"),
        ("", "", "reason not kept"),
        ("x", "some-new_code", "some new code"),
    ],
)
def test_why(intended: str, reason: str, said: str) -> None:
    """The place is found by reading the address again, and left out when that finds something else."""
    assert why(reason, intended, PLAIN) == said


def test_what_it_was_meant_for() -> None:
    """As typed if that is known, else what the key still tells (P-066, P-067)."""
    assert item("1_a_invalid___address", intended="invalid...address").meant == "invalid...address"
    assert item("1_a_invalid___address").meant == "invalid___address"
    assert item("1_a_missing").meant == "no address given"
    assert item("1_a_stream").meant == "a rejected stream"
    assert item_why(item(kind="file"), PLAIN) == "file: not stored"


def test_order() -> None:
    """Newest first, or least time left first; what never ends comes last."""
    old = item("1_a_old", cached_at=NOW - MINUTE, expires_at=NOW + 10 * MINUTE)
    new = item("2_a_new", expires_at=NOW + MINUTE)
    kept = item("3_a_kept", cached_at=NOW - 2 * MINUTE, expires_at=None)
    assert arrange([kept, old, new], "newest") == [new, old, kept]
    assert arrange([kept, old, new], "urgent") == [new, old, kept]
    later = item("4_a_later", expires_at=NOW + 20 * MINUTE)
    assert arrange([later, old], "urgent") == [old, later]


def test_the_dying_stay_in_sight() -> None:
    """What expires while it is looked at stays for a minute; what was taken goes at once."""
    dying, taken, fresh = item("1_a_dying", expires_at=NOW), item("2_a_taken"), item("3_a_fresh")
    assert merge([dying, taken], [fresh], NOW) == [fresh, dying]
    assert merge([dying], [], NOW + MINUTE) == []
    assert merge([dying], [dying], NOW - 1) == [dying]


def test_neighbour() -> None:
    """The next one that is left, else the one before; nothing when all are gone."""
    a, b, c = item("1_a_a"), item("2_a_b"), item("3_a_c")
    assert neighbour([a, b, c], [a, c], b.id) == c.id
    assert neighbour([a, b, c], [a], c.id) == a.id
    assert neighbour([a, b], [c], a.id) == c.id
    assert neighbour([a], [], a.id) is None


# --- where to -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("intended", "suffix", "first"),
    [
        ("invalid...address", "invalid___address", "app:invalid:address"),
        ("app.ui.key", "app_ui_key", "app:ui:key"),
        ("notes.today", "notes_today", "app:notes:today"),
        ("", "invalid___address", "app:main:invalid_address"),
        ("../../etc/passwd", "____etc_passwd", "app:main:etc_passwd"),
        ("pipe.cache.x", "pipe_cache_x", "app:main:x"),
        ("other.a.b.c", "other_a_b_c", "a:b:c"),
        ("größe.ns.key", "gr__e_ns_key", "grosse:ns:key"),
    ],
)
def test_first_suggestion(intended: str, suffix: str, first: str) -> None:
    """What was typed if it can be written to, else the nearest good address, else its name here. A meta is never opened."""
    found = candidates(item(f"1_a_{suffix}", intended=intended), PLAIN)
    assert typed_form(found[0].address, PLAIN) == first
    assert found[0].meant == (intended in ("app.ui.key", "notes.today"))


def test_without_a_name_the_time_is_one() -> None:
    [only] = candidates(item("1_a_missing"), PLAIN._replace(position=Position("kb", "inbox")))
    assert only.address[1:3] == ("kb", "inbox")
    assert only.address.key.startswith("rescued-20")


readings = st.sampled_from(
    [
        PLAIN,
        Reading(meta="org"),
        Reading(delimiter="|"),
        Reading(delimiter=":"),
        Reading(position=Position("kb", "a-b")),
    ]
)


@given(st.one_of(st.text(max_size=80), st.text("ab._:[]|@ \u202e\x1b", max_size=40)), readings)
@example("[/]", PLAIN)
@example("queue[]", PLAIN)
@example("a:b:queue[]", PLAIN)
def test_every_suggestion_is_good(intended: str, reading: Reading) -> None:
    """Whatever was piped to: there is a suggestion, each reads back as itself, in this meta, and none is in the cache (P-022)."""
    from store.operations.pipes import sanitize

    found = candidates(item(f"1_a_{sanitize(intended)}", intended=intended), reading)
    assert found
    for candidate in found:
        verdict = check(typed_form(candidate.address, reading), reading)
        assert verdict.address == candidate.address
        assert candidate.address.meta == reading.meta
        assert not candidate.address.is_cache


def test_numbers_keep_the_variant_and_the_length() -> None:
    assert numbered(Address("", "a", "b", "k__prod"), 2).key == "k-2__prod"
    assert len(numbered(Address("", "a", "b", "k" * 128), 99).key) <= 128


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_command_line_is_one_shell_word_each(text: str) -> None:
    """U-14: what is copied does in a shell what it says, whatever is in a path."""
    path = "/spool/" + text[:50].replace("/", "_")
    words = shlex.split(command_line(item(path, kind="file"), read_address("a:b:list[0]"), PLAIN, ("--meta", "x y")))
    assert words == ["prontodb", "--meta", "x y", "set", "a.b.list__0", "-", "<", path]
    copied = command_line(item("1_a_b"), Address("", "a", "b.c", "k[x"), PLAIN)
    assert shlex.split(copied) == ["prontodb", "copy", "pipe.cache.1_a_b", "a:b.c:k[x"]


def test_file_names() -> None:
    assert file_name(item("1_a_invalid___address"), "json") == "./invalid_address.json"
    assert file_name(item("1_a____"), "bytes") == "./pipe.bin"


def test_field_reading_takes_any_whole_address() -> None:
    """Options of the session have become the position: a whole address is no conflict with them (P-014)."""
    reading = field_reading(Reading(context="kb", namespace="inbox", variant="v", whole=True))
    assert read_address("x", reading)[1:] == ("kb", "inbox", "x")
    assert read_address("a:b:c", reading)[1:] == ("a", "b", "c")
