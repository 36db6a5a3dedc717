"""What is said about bad addresses: code, caret, repair, suggestion (P-002, P-016, P-061, M-094, M-099)."""

from __future__ import annotations

import pytest

from store.addresses import (
    read_address,
    suggest,
)
from store.addresses.dotted import Reading
from store.errors import AddressError
from store.model import Position

WHOLE = Reading(whole=True)


def fault_of(text: str | None, reading: Reading | None = None) -> AddressError:
    with pytest.raises(AddressError) as raised:
        read_address(text, reading or Reading())
    return raised.value


@pytest.mark.parametrize(
    ("text", "code", "caret"),
    [
        ("", "empty", 0),
        (" \n", "empty", 0),
        ("invalid...address", "empty_part", 8),
        (".a", "empty_part", 0),
        ("a.", "empty_part", 2),
        ("a.b.", "empty_part", 4),
        ("a.b.c.d.e", "too_many_parts", 7),
        ("a b.c.d", "bad_char", 1),
        ("a.b c.d", "bad_char", 3),
        ("a.b.c d", "bad_char", 5),
        (" a.b.c", "bad_char", 0),
        ("a.b.c\n", "bad_char", 5),
        ("a.b.k=v", "bad_char", 5),
        ("my__p.n.k", "bad_char", 2),
        ("p.my__n.k", "bad_char", 4),
        ("größe.ns.key", "bad_char", 2),
        ("a.b.__x", "empty_key", 4),
        ("a.b.__", "empty_key", 4),
        ("a.b.k__", "empty_context", 7),
        ("a.b.____", "empty_context", 8),
        ("a.b.k__x y", "bad_char", 8),
        ("p" * 65 + ".n.k", "too_long", 64),
        ("p." + "n" * 65 + ".k", "too_long", 66),
        ("p.n." + "k" * 129, "too_long", 132),
        ("p.n.k__" + "v" * 65, "too_long", 71),
        ("my-org.a.b.c", "bad_char", 2),
        ("1org.a.b.c", "starts_with_digit", 0),
        ("pipe.a.b.c", "reserved", 0),
        ("Default.a.b.c", "reserved", 0),
        ("_x.a.b.c", "bad_char", 0),
        ("pipe.cache.", "empty_part", 11),
        ("pipe.cache.a.b", "bad_char", 12),
        ("pipe.cache." + "k" * 129, "too_long", 139),
        ("a.b.u\u0308", "bad_char", 5),
        ("a.b.\udcff", "bad_char", 4),
        ("a.b.\u202ex", "bad_char", 4),
        ("a:b", "incomplete", 1),
        ("a:b:c:d", "too-many-colons", 5),
        (":b:c", "empty-context", 0),
        ("a b:n:k", "invalid-name", 1),
        ("a:u i:k", "invalid-name", 3),
        ("a:b..c:k", "ns-empty-part", 4),
        ("a:.b:k", "ns-empty-part", 2),
        ("a:b.:k", "ns-empty-part", 4),
        ("a:b:", "empty-key", 4),
        ("a:b: ", "empty-key", 4),
        ("a:b:k v", "invalid-name", 5),
        ("a:b:k=v", "invalid-name", 5),
        ("a:b:#k", "invalid-name", 4),
        ("a:b:g[ x , y\n];", "invalid-name", 6),
        ("a:b:\udcff", "invalid-name", 4),
        ("a:b:\x9b", "invalid-name", 4),
        ("pipe:cache:", "empty-key", 11),
        ("pipe:cache:a.b", "bad_char", 12),
    ],
)
def test_the_caret_stands_at_the_fault(text: str, code: str, caret: int) -> None:
    """P-016, M-094: code, and the offset an input field shows."""
    error = fault_of(text)
    assert (error.code, error.position) == (code, caret)
    assert error.text == text
    assert "invalid address" in error.message.lower()
    assert error.hint
    assert error.message.isprintable()
    assert error.hint.isprintable()


@pytest.mark.parametrize(
    ("text", "reading", "code"),
    [
        ("a.b.c", Reading(delimiter="::"), "bad_delim"),
        ("a.b.c", Reading(delimiter=""), "bad_delim"),
        ("a.b.c", Reading(delimiter="é"), "bad_delim"),
        ("a.b.c", Reading(delimiter="\n"), "bad_delim"),
        ("bad.key", Reading(namespace="n"), "key_has_delim"),
        ("bad.key", Reading(context="p", namespace="n"), "key_has_delim"),
        ("a.b.c", Reading(context="p"), "conflict"),
        ("a.b.c.d", Reading(context="p"), "conflict"),
        ("a.b.c.d.e", Reading(context="p", namespace="n"), "too_many_parts"),
        ("k", Reading(context=""), "empty_part"),
        ("k", Reading(namespace="../x"), "bad_char"),
        ("k", Reading(namespace="n" * 65), "too_long"),
        ("k__v", Reading(variant="w"), "conflict"),
        ("pipe.cache.k", Reading(context="p"), "conflict"),
        ("pipe.cache.k", Reading(namespace="p"), "conflict"),
        ("pipe.cache.k", Reading(variant="p"), "conflict"),
        ("k", Reading(context="pipe", namespace="cache", variant="v"), "conflict"),
        ("a:b:c", Reading(context="p"), "conflict"),
        ("a:b:c", Reading(namespace="p"), "conflict"),
        ("a:b:c", Reading(variant="p"), "conflict"),
        ("other.a.b.c", Reading(meta="org"), "meta_conflict"),
        ("app.config|b|c", Reading(delimiter="|"), "bad_char"),
    ],
)
def test_options_and_settings_at_fault(text: str, reading: Reading, code: str) -> None:
    """P-013…P-015, P-018, P-021, U-02."""
    assert fault_of(text, reading).code == code


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("key", WHOLE),
        ("ns.key", WHOLE),
        ("key", Reading(context="p", whole=True)),
        ("key", Reading(namespace="n", whole=True)),
        ("my.app.config.key", WHOLE),
        ("key", Reading(whole=True, positioned_part="context")),
        ("ns.key", Reading(whole=True, positioned_part="namespace")),
    ],
)
def test_an_implicit_pipe_is_never_stored_by_guess(text: str, reading: Reading) -> None:
    """P-061."""
    assert fault_of(text, reading).code == "incomplete"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("p.n.key", WHOLE),
        ("p:n:key", WHOLE),
        ("pipe.cache.key", WHOLE),
        ("key", Reading(context="p", namespace="n", whole=True)),
        ("n.key", Reading(context="p", whole=True)),
        ("key", Reading(whole=True, positioned=True)),
        ("ns.key", Reading(whole=True, positioned_part="context")),
        ("key", Reading(context="p", whole=True, positioned_part="namespace")),
        ("org.app.config.key", Reading(whole=True, meta="org")),
    ],
)
def test_a_whole_address_passes_an_implicit_pipe(text: str, reading: Reading) -> None:
    """P-061, U-02."""
    assert read_address(text, reading)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("invalid...address", "app.invalid.address"),
        ("a.b.c.d.e", "a.b.c_d_e"),
        ("a b.c.d", "a_b.c.d"),
        ("a.b.k__", "a.b.k"),
        ("my__p.n.k", "my_p.n.k"),
        ("größe.n.k", "grosse.n.k"),
        ("a.b.u\u0308", "a.b.ü"),
        ("ui:button", "ui:main:button"),
        ("ui:button", "app:ui:button"),
        ("ui:button", "ui:button:"),
        ("a:b:c:d", "after '='"),
        (":ui:button", "app:ui:button"),
        ("a:b:", "context::"),
        ("a:b..c:k", "b.c"),
    ],
)
def test_the_hint_shows_the_corrected_text(text: str, words: str) -> None:
    """M-099 in substance, for both notations."""
    assert words in fault_of(text).hint


def test_hints_fit_the_place_they_are_for() -> None:
    """With options the argument alone is corrected; with another delimiter the correction uses it."""
    assert fault_of("bad.key", Reading(namespace="n")).hint.endswith("try bad_key")
    assert fault_of("a b", Reading(context="p")).hint.endswith("try main.a_b")
    assert fault_of("a||k", Reading(delimiter="|")).hint.endswith("try app|a|k")
    assert "reserved" in fault_of("pipe.a.b.c").message
    assert "delimiter" in fault_of("a.b", Reading(namespace="n")).message
    assert "too many parts" in fault_of("a.b.c.d.e").message


def test_a_bad_address_of_any_length_is_told_in_one_short_line() -> None:
    error = fault_of("\x1b[31m" * 100_000)
    assert len(error.message) < 600
    assert error.message.isprintable()


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("invalid...address", "app.invalid.address"),
        ("invalid.address", "app.invalid.address"),
        ("notes", "app.main.notes"),
        ("bad/address with.dots", "app.bad_address_with.dots"),
        ("config/theme/dark", "config.theme.dark"),
        ("../../etc/passwd", "app.main.etc_passwd"),
        ("$(rm -rf ~)", "app.main.rm_-rf"),
        ("a.b.c", "a.b.c"),
        ("a.b.c__prod", "a.b.c__prod"),
        ("a.b c.d__prod", "a.b_c.d__prod"),
        ("a:b", "app.a.b"),
        ("a:b:c d", "a.b.c_d"),
        ("my.app.config.key", "app.config.key"),
        ("1my.app.config.key", "1my.app.config_key"),
        ("pipe.cache.x", "app.main.x"),
        ("", None),
        (None, None),
        ("...", None),
        ("🎉", None),
    ],
)
def test_suggestions(text: str | None, suggestion: str | None) -> None:
    """Design section 5: the recovery screen's suggested address is already valid and near what was typed."""
    assert suggest(text) == suggestion


def test_a_suggestion_uses_the_position_and_delimiter_in_effect() -> None:
    assert suggest("bad key", Reading(Position("kb", "notes"))) == "kb.notes.bad_key"
    assert suggest("bad key", Reading(delimiter="|", namespace="n")) == "app.main.bad_key"
    assert suggest("a||b", Reading(delimiter="|")) == "app.a.b"
