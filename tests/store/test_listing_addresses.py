"""Addresses of listings, of namespaces and of the console (P-019…P-021, P-040, M-090…M-099)."""

from __future__ import annotations

import pytest

from store.addresses import (
    read_listing,
    read_namespace,
)
from store.addresses.colon import parse_path, path_hint
from store.addresses.dotted import Reading
from store.errors import AddressError, UsageError
from store.model import Address, Listing, Position


@pytest.mark.parametrize(
    ("text", "reading", "listing"),
    [
        (None, Reading(), Listing("", "app", "main", "")),
        ("pre", Reading(), Listing("", "app", "main", "pre")),
        ("p.n", Reading(), Listing("", "p", "n", "")),
        ("p.n.", Reading(), Listing("", "p", "n", "")),
        ("p.n.pre*", Reading(), Listing("", "p", "n", "pre*")),
        ("org.p.n.", Reading(), Listing("org", "p", "n", "")),
        (None, Reading(context="p", namespace="n"), Listing("", "p", "n", "")),
        ("pre", Reading(context="p", namespace="n"), Listing("", "p", "n", "pre")),
        ("", Reading(context="p", namespace="n"), Listing("", "p", "n", "")),
        (None, Reading(context="p"), Listing("", "p", "main", "")),
        ("n", Reading(context="p"), Listing("", "p", "n", "")),
        ("n.", Reading(context="p"), Listing("", "p", "n", "")),
        ("n.pre", Reading(context="p"), Listing("", "p", "n", "pre")),
        ("pre", Reading(namespace="n"), Listing("", "app", "n", "pre")),
        (None, Reading(Position("kb", "x.y")), Listing("", "kb", "x.y", "")),
        ("pipe.cache", Reading(), Listing("", "pipe", "cache", "")),
        ("pipe.cache", Reading(delimiter="|"), Listing("", "pipe", "cache", "")),
        ("pipe.cache.17", Reading(meta="org"), Listing("org", "pipe", "cache", "17")),
        ("p|n|x", Reading(delimiter="|"), Listing("", "p", "n", "x")),
        ("p:n:", Reading(), Listing("", "p", "n", "")),
        ("p:n.m:x?", Reading(), Listing("", "p", "n.m", "x?")),
        ("p::list[", Reading(), Listing("", "p", "", "list[")),
    ],
)
def test_listing_addresses(text: str | None, reading: Reading, listing: Listing) -> None:
    """P-010 (right column), P-014, P-019…P-021, U-02."""
    assert read_listing(text, reading) == listing


@pytest.mark.parametrize(
    ("text", "reading", "code", "caret"),
    [
        ("", Reading(), "empty", 0),
        ("  ", Reading(namespace="n"), "empty", 0),
        ("a.b.c.d.e", Reading(), "too_many_parts", 7),
        (".b", Reading(), "empty_part", 0),
        ("a.", Reading(), "empty_part", 2),
        ("a..x", Reading(), "empty_part", 2),
        ("*.b.c", Reading(), "bad_char", 0),
        ("a.b*.c", Reading(), "bad_char", 3),
        ("a.b.c d", Reading(), "bad_char", 5),
        ("a.b", Reading(namespace="n"), "key_has_delim", 1),
        ("a.b.c", Reading(context="p"), "conflict", 0),
        ("pipe.cache.x", Reading(context="p"), "conflict", 0),
        ("pipe.a.b.c", Reading(), "reserved", 0),
        ("other.a.b.", Reading(meta="org"), "meta_conflict", 0),
        ("a:b", Reading(), "incomplete", 1),
        ("a:b:c d", Reading(), "invalid-name", 5),
        ("a:b:", Reading(context="p"), "conflict", 0),
        ("a.b", Reading(delimiter="ab"), "bad_delim", 0),
    ],
)
def test_bad_listing_addresses(text: str, reading: Reading, code: str, caret: int) -> None:
    """P-014, P-016, P-019, P-020."""
    with pytest.raises(AddressError) as raised:
        read_listing(text, reading)
    assert (raised.value.code, raised.value.position) == (code, caret)


def test_the_pattern_may_stand_beside_the_address_but_not_twice() -> None:
    """P-020."""
    assert read_listing("app.config", pattern="deb") == Listing("", "app", "config", "deb")
    assert read_listing("app.config.", pattern="deb*").pattern == "deb*"
    with pytest.raises(UsageError, match="usage"):
        read_listing("app.config.d", pattern="deb")
    with pytest.raises(AddressError):
        read_listing("app.config", pattern="a b")


def test_namespace_arguments() -> None:
    """P-040: exactly two parts; colons name the others."""
    assert read_namespace("p.n") == ("", "p", "n")
    assert read_namespace("p|n", Reading(delimiter="|", meta="m")) == ("m", "p", "n")
    assert read_namespace(None, Reading(context="p", namespace="n")) == ("", "p", "n")
    assert read_namespace("p:n.m") == read_namespace("p:n.m:") == ("", "p", "n.m")
    assert read_namespace("p::") == ("", "p", "")


@pytest.mark.parametrize(
    ("text", "code", "caret"),
    [
        (None, "empty", 0),
        ("", "empty", 0),
        ("p", "incomplete", 1),
        ("a.b.c", "too_many_parts", 3),
        ("a.", "empty_part", 2),
        ("a.b c", "bad_char", 3),
        ("a:b:c", "too-many-colons", 4),
        ("a:", "incomplete", 2),
        (":b", "empty-context", 0),
    ],
)
def test_bad_namespace_arguments(text: str | None, code: str, caret: int) -> None:
    """P-002, P-040: whatever is wrong, the sentence says what is expected."""
    with pytest.raises(AddressError) as raised:
        read_namespace(text)
    assert (raised.value.code, raised.value.position) == (code, caret)
    assert code == "empty-context" or "project.namespace" in raised.value.message


@pytest.mark.parametrize(
    ("path", "mode", "parts"),
    [
        ("x", "key", ("x", "app", "main")),
        ("x", "delete", ("x", "app", "main")),
        ("x", "directory", ("", "x", "main")),
        ("x:", "key", ("", "x", "main")),
        ("x::", "key", ("", "x", "")),
        ("x:y:", "delete", ("", "x", "y")),
        ("x:y", "directory", ("", "x", "y")),
        ("x:", "directory", ("", "x", "main")),
        ("x::", "directory", ("", "x", "")),
        ("x:y:z", "directory", ("z", "x", "y")),
        ("x::z", "directory", ("z", "x", "")),
        ("x:list[0]", "write", ("list__i_0", "x", "main")),
        ("x:y:list[", "write", ("list[", "x", "y")),
    ],
)
def test_paths(path: str, mode: str, parts: tuple[str, str, str]) -> None:
    """M-090…M-092, M-041."""
    key, context, namespace = parts
    assert parse_path(path, mode) == Address("", context, namespace, key)


@pytest.mark.parametrize(
    ("path", "mode", "code", "caret"),
    [
        (" ", "key", "empty-path", 0),
        ("x:", "write", "empty-key", 2),
        (" :x", "key", "empty-context", 0),
        ("#x", "key", "invalid-name", 0),
        ("x:#y", "key", "invalid-name", 2),
        ("a:b:c:", "directory", "too-many-colons", 5),
        ("a;b", "directory", "invalid-name", 1),
        ("a:\tb", "directory", "invalid-name", 2),
        ("pipe.cache.x:n:k", "key", "invalid-name", 0),
    ],
)
def test_bad_paths(path: str, mode: str, code: str, caret: int) -> None:
    """M-094; a context that no address could name again is refused."""
    with pytest.raises(AddressError) as raised:
        parse_path(path, mode)
    assert (raised.value.code, raised.value.position) == (code, caret)


def test_advice_about_legal_paths() -> None:
    """M-090 (which reading was used), M-097, M-098 (brackets outside strict mode)."""
    assert "context:key, x:main:y" in path_hint("x:y")
    assert "context:namespace, x:y:" in path_hint("x:y", "directory")
    assert "app:ui:button" in path_hint("app.ui.button")
    assert "list[0]" in path_hint("a:b:list[0")
    assert path_hint("a:b:list[0]") == path_hint("a.b") == path_hint("x") == ""
