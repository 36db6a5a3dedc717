"""Names of parts, users, metas, databases and cursors (P-011, P-098, P-105…P-107, P-111, P-113); namespaces (M-021…M-026)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.addresses.names import (
    bad_delimiter,
    bad_letters,
    bad_name,
    bad_visible,
    cursor_name,
    database_name,
    effective_meta,
    isolated_file,
    meta_name,
    user_name,
)
from store.addresses.namespaces import parse_namespace, unchecked
from store.errors import AddressError, InputError, Refused
from store.profiles import DEFAULT


@pytest.mark.parametrize("key", ["größe", "日本語", "ключ", "a@b", "a+b", "-x", "_", "٣", "x²", "½"])
def test_letters_and_digits_of_any_script(key: str) -> None:
    """P-011: numbers other than digits count as digits."""
    assert bad_letters(key) is None


@pytest.mark.parametrize(
    ("key", "offset"),
    [("a.b", 1), ("a\u0301", 1), ("🎉", 0), ("a\u200db", 1), ("\u202ea", 0), ("a\n", 1), (" a", 0), ("\udcff", 0)],
)
def test_what_is_neither_letter_nor_digit(key: str, offset: int) -> None:
    """P-011: combining marks, joiners, bidi marks, emoji, undecodable bytes."""
    assert bad_letters(key) == ("bad_char", offset)


def test_the_first_of_two_faults_is_named() -> None:
    assert bad_name("a__b c") == ("bad_char", 1)
    assert bad_name("a b__c") == ("bad_char", 1)
    assert bad_name("a" * 65) == ("too_long", 64)
    assert bad_name("a" * 64) is None


def test_delimiters() -> None:
    """P-013: every printable ASCII punctuation character but eleven."""
    good = {chr(code) for code in range(0x110000) if not bad_delimiter(chr(code))}
    assert good == set("!#$%&(),./:<>[]^`{|}~")


@given(st.text())
def test_the_quick_check_of_visible_names_agrees_with_the_slow_one(text: str) -> None:
    """M-020."""
    slow = [
        place
        for place, char in enumerate(text)
        if char.isspace() or char in ':;="' or ord(char) < 32 or 127 <= ord(char) < 160 or 0xD800 <= ord(char) < 0xE000
    ]
    assert bad_visible(text) == (slow[0] if slow else -1)


@pytest.mark.parametrize(
    ("check", "name", "code"),
    [
        (user_name, "", "empty"),
        (user_name, "a" * 33, "too_long"),
        (user_name, "ROOT", "reserved"),
        (user_name, "9lives", "starts_with_digit"),
        (user_name, "a_b", "bad_char"),
        (user_name, "bob\n", "bad_char"),
        (meta_name, "_x", "bad_char"),
        (meta_name, "Pipe", "reserved"),
        (meta_name, "my-org", "bad_char"),
        (cursor_name, "help", "reserved"),
        (cursor_name, "1st", "starts_with_digit"),
        (cursor_name, "-x", "bad_char"),
        (cursor_name, "a.b", "bad_char"),
        (cursor_name, "x" * 65, "too_long"),
        (database_name, "", "empty"),
        (database_name, "a..b", "traversal"),
        (database_name, "../x", "traversal"),
        (database_name, "a/b", "bad_char"),
        (database_name, "a\\b", "bad_char"),
        (database_name, ".db", "bad_char"),
        (database_name, "x\n", "bad_char"),
        (database_name, "é", "bad_char"),
    ],
)
def test_bad_names(check: object, name: str, code: str) -> None:
    """P-098, P-105…P-107, P-114; the sentence is fit for a terminal and names the kind."""
    assert callable(check)
    with pytest.raises(InputError) as raised:
        check(name)
    assert raised.value.code == code
    assert raised.value.message.isprintable()
    if check is user_name:
        assert ("reserved" if code == "reserved" else "alphanumeric") in raised.value.message


def test_good_names() -> None:
    """P-098, P-106, P-107: reserved words differ per kind; a database loses its `.db`."""
    assert user_name("keeper") == "keeper"
    assert meta_name("company_engineering") == "company_engineering"
    assert cursor_name("main") == "main"
    assert cursor_name("List") == "List"
    assert database_name("a.b-c_d.db") == "a.b-c_d"
    assert database_name("d" * 64 + ".db") == "d" * 64


def test_isolated_files() -> None:
    """P-104, P-113."""
    assert isolated_file("main", "") == isolated_file("main.db", "default") == "main.db"
    assert isolated_file("main.db", "alice") == isolated_file("main_alice", "alice") == "main_alice.db"
    assert isolated_file("mainalice", "alice") == "mainalice_alice.db"


def test_the_meta_in_effect() -> None:
    """P-100, P-111: a lock beats and refuses every other; a bad lock fails closed."""
    assert effective_meta() == ""
    assert effective_meta(flag="a", cursor="b") == "a"
    assert effective_meta(cursor="b") == "b"
    assert effective_meta(cursor="b", database_flag=True) == ""
    assert effective_meta("", "a") == "a"
    assert effective_meta("a", "a", "a") == effective_meta("a", cursor="b", database_flag=True) == "a"
    for flag, cursor in (("b", None), (None, "b"), ("a", "b")):
        with pytest.raises(Refused, match="meta context is locked to 'a'") as raised:
            effective_meta("a", flag, cursor)
        assert raised.value.code == "locked"
    for bad in (("bad-meta", None, None), (None, "", None), (None, "1x", None), ("a", "", None)):
        with pytest.raises(InputError):
            effective_meta(*bad)


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        (".ui", "ns-empty-part", 0),
        ("ui.", "ns-empty-part", 3),
        ("ui..x", "ns-empty-part", 3),
        ("ui.2x", "ns-bad-char", 3),
        ("ui.x/y", "ns-bad-char", 4),
        ("ui." + "x" * 65, "ns-part-too-long", 67),
        ("ui.ctl", "ns-reserved", 3),
        ("a.b.c.d.e.f", "ns-too-deep", 9),
        ("a.b.c.d.e.f.2x", "ns-bad-char", 12),
    ],
)
def test_strict_namespaces(text: str, code: str, position: int) -> None:
    """M-021…M-025 with places; M-099: limits are named with their profile."""
    with pytest.raises(AddressError) as raised:
        parse_namespace(text)
    assert (raised.value.code, raised.value.position) == (code, position)
    if code in ("ns-too-deep", "ns-part-too-long", "ns-reserved"):
        assert "'default'" in raised.value.hint


def test_namespace_switches_and_custom_profiles() -> None:
    """M-253, M-254: without the character check the names of M-020 remain; a profile of one's own has its own limits."""
    loose = replace(DEFAULT, validate_namespace_characters=False)
    assert parse_namespace("2ui", loose).parts == ("2ui",)
    with pytest.raises(AddressError) as raised:
        parse_namespace("u i", loose)
    assert raised.value.code == "invalid-name"
    assert parse_namespace("global", replace(DEFAULT, enforce_reserved_words=False)).text == "global"
    tiny = replace(
        DEFAULT, name="tiny", max_namespace_part_length=4, namespace_warning_depth=2, namespace_error_depth=3
    )
    assert parse_namespace("a.b", tiny).should_warn
    with pytest.raises(AddressError, match="tiny"):
        parse_namespace("a.b.c", tiny)
    assert parse_namespace("a.b.c", tiny, check_depth=False).depth == 3


def test_parents() -> None:
    """M-026."""
    root, ui = unchecked(""), unchecked("ui")
    assert root.is_parent_of(ui)
    assert ui.is_parent_of(unchecked("ui.x.y"))
    assert not ui.is_parent_of(ui)
    assert not root.is_parent_of(root)
    assert not ui.is_parent_of(unchecked("uix.y"))
