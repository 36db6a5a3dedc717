"""Reading and printing addresses (P-010…P-024, P-061, U-01…U-04); properties that hold for any text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.addresses import (
    print_address,
    print_key,
    read_address,
    read_listing,
    read_namespace,
    show_address,
    storage_address,
    suggest,
)
from store.addresses.colon import read_colon
from store.addresses.dotted import Reading, print_dotted, print_dotted_key, read_dotted
from store.addresses.keys import canonical_key
from store.errors import AddressError
from store.model import Address, Position

ROOT = Path(__file__).resolve().parents[2]
WHOLE = Reading(whole=True)


@pytest.mark.parametrize(
    ("dotted", "colon", "key"),
    [
        ("app.ui.debug__prod", "app:ui:debug[prod]", "debug__prod"),
        ("app.ui.list__0", "app:ui:list[0]", "list__i_0"),
        ("app.ui.list__007", "app:ui:list[007]", "list__i_007"),
        ("app.ui.k__i_0", "app:ui:k[i_0]", "k__i__i_0"),
        ("app.ui.a__b__c", "app:ui:a[b__c]", "a__b__c"),
        ("app.ui.größe__x", "app:ui:größe[x]", "größe__x"),
        ("app.ui.key__b@d", "app:ui:key__b@d", "key__b@d"),
        ("app.ui.plain", "app:ui:plain", "plain"),
        ("app.ui.a___x", "app:ui:a[_x]", "a___x"),
        ("pipe.cache.1_ab___x__i_0", "pipe:cache:1_ab___x__i_0", "1_ab___x__i_0"),
    ],
)
def test_dotted_and_colon_text_name_the_same_entry(dotted: str, colon: str, key: str) -> None:
    """U-01, U-03: the printed forms are each other's equal; the pipe cache keeps its keys as they are (P-021)."""
    address = read_address(dotted)
    assert address.key == key
    assert read_address(colon) == address
    assert print_address(address) == dotted
    assert show_address(address) == colon


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("app:ui.widgets:key", "app:ui.widgets:key"),
        ("app::key", "app::key"),
        ("app:ui:grid[2,3]", "app:ui:grid[2,3]"),
        ("app:ui:queue[]", "app:ui:queue[]"),
        ("app:ui:a.b", "app:ui:a.b"),
        ("größe:ui:k", "größe:ui:k"),
        ("app:ui:list__i__i__0", "app:ui:list[i__0]"),
        ("app:ui:list__0", "app.ui.list__0"),
        ("app:ui:list[ 0 ]", "app.ui.list__0"),
        ("app:ui:.index", "app.ui.index"),
        ("app:ui:list[0", "app:ui:list[0"),
    ],
)
def test_the_colon_form_is_printed_only_for_want_of_a_dotted_one(text: str, printed: str) -> None:
    """U-03."""
    assert print_address(read_address(text)) == printed
    assert read_address(printed) == read_address(text)


def test_a_numeric_variant_is_not_the_text_that_encodes_it() -> None:
    """U-01: dotted `k__i_0` is k[i_0], not k[0]; the colon text `k__i_0` is the canonical k[0]."""
    assert read_address("a.b.k__i_0") != read_address("a:b:k__i_0") == read_address("a.b.k__0")


def test_the_default_position_is_app_main() -> None:
    """U-04."""
    assert read_address("notes") == Address("", "app", "main", "notes")


def test_positions_options_and_address_fill_up_in_this_order() -> None:
    """U-04, P-014, P-023; a browser may stand in a namespace that only colons can name."""
    at = Position("kb", "ui.widgets")
    assert read_address("k", Reading(at)) == Address("", "kb", "ui.widgets", "k")
    assert read_address("n.k", Reading(at)) == Address("", "kb", "n", "k")
    assert read_address("k", Reading(at, namespace="n")) == Address("", "kb", "n", "k")
    assert read_address("n.k", Reading(at, context="p")) == Address("", "p", "n", "k")
    assert read_address("p.n.k", Reading(at)) == Address("", "p", "n", "k")
    assert read_address("k", Reading(Position("kb", ""))) == Address("", "kb", "", "k")


def test_the_variant_may_come_from_its_option() -> None:
    """P-015."""
    assert read_address("a.b.list", Reading(variant="0")) == read_address("a.b.list__0")
    assert read_address("a.b.k", Reading(variant="_x")) == read_address("a:b:k[_x]")
    for bad in ("", "x__y", "a b", "x" * 65):
        with pytest.raises(AddressError) as raised:
            read_address("a.b.k", Reading(variant=bad))
        assert raised.value.text == bad


def test_a_colon_is_the_delimiter_when_it_is_chosen() -> None:
    """U-02: with `--ns-delim :` there are no colon addresses."""
    assert read_address("a:b:k", Reading(delimiter=":")) == Address("", "a", "b", "k")
    with pytest.raises(AddressError):
        read_address("a:b.c:k", Reading(delimiter=":"))
    assert read_address("a:b.c:k", Reading(delimiter="|")) == Address("", "a", "b.c", "k")


def test_a_meta_is_kept_apart_from_the_address() -> None:
    """P-017, P-018, P-101; the storage form of a colon address cannot be taken for another meta's address."""
    address = read_address("keeper.app.config.k")
    assert address == read_address("app.config.k", Reading(meta="keeper"))
    assert (print_address(address), storage_address(address)) == ("app.config.k", "keeper.app.config.k")
    assert storage_address(Address("org", "org", "n", "k")) == "org.org.n.k"
    nested = Address("org", "app", "ui.x", "k")
    assert storage_address(nested) == "org:app:ui.x:k"
    assert storage_address(Address("", "org.app", "ui.x", "k")) != storage_address(nested)


def test_a_cached_pipe_is_itself_however_it_is_named() -> None:
    """P-021, U-01: no variant is split off, whichever way leads into pipe.cache."""
    key = "1757_85e4_a__i_0"
    ways = [
        (f"pipe.cache.{key}", Reading()),
        (f"pipe.cache.{key}", Reading(delimiter="|")),
        (f"pipe|cache|{key}", Reading(delimiter="|")),
        (f"pipe:cache:{key}", Reading()),
        (key, Reading(context="pipe", namespace="cache")),
        (key, Reading(Position("pipe", "cache"))),
    ]
    assert {read_address(text, reading) for text, reading in ways} == {Address("", "pipe", "cache", key)}
    assert read_address(f"org.pipe.cache.{key}") == Address("org", "pipe", "cache", key)


ODD = st.characters(codec=None)
LETTERS = st.text(st.sampled_from("aZ0_-@+é日i."), max_size=12)
ADDRESSY = st.text(st.sampled_from('ab0i_-@+é日.:[], ;="\n/#APEND'), max_size=24) | st.text(ODD, max_size=24)
TEXTS = (
    ADDRESSY
    | st.builds("a.b.{}".format, LETTERS)
    | st.builds("a:b:{}".format, ADDRESSY)
    | st.builds("a:b.c:{}".format, LETTERS)
    | st.builds("pipe.cache.{}".format, LETTERS)
)


def read_or_none(text: str, reading: Reading) -> Address | None:
    try:
        return read_address(text, reading)
    except AddressError as error:
        check_caret(error, text)
        return None


def check_caret(error: AddressError, text: str) -> None:
    """The place of a fault is in the text that was given, or just behind it."""
    assert error.text == text
    assert error.position is not None
    assert 0 <= error.position <= len(text)


@given(TEXTS)
@example("a.b.a__i__0")
@example("a.b.x__i_y__z")
@example("a:b:a]b[c]")
@example("a:b:x__i_")
def test_what_is_printed_reads_as_the_same_entry(text: str) -> None:
    """U-03, for every text that is an address at all; every refused text has its caret inside."""
    address = read_or_none(text, Reading())
    if address is None:
        return
    assert canonical_key(address.key) == address.key or address.is_cache
    for printed in (print_address(address), show_address(address)):
        assert read_address(printed, Reading(meta=address.meta)) == address
    dotted = print_dotted(address)
    assert dotted is None or read_dotted(dotted, Reading(meta=address.meta, whole=True)) == address


@given(TEXTS)
def test_a_printed_key_can_be_fed_back(text: str) -> None:
    """P-033: the keys of a listing name their entries in its namespace, dotted or, for want of that, in brackets."""
    address = read_or_none(text, Reading())
    if address is None or address.is_cache:
        return
    printed = print_key(address.key)
    if print_dotted_key(address.key) is not None:
        assert read_dotted(printed, Reading(context="p", namespace="n")).key == address.key
    else:
        assert read_address(f"p:n:{printed}").key == address.key


@given(TEXTS, st.sampled_from([".", "|", "/", ":"]))
def test_a_suggestion_is_always_good_for_an_implicit_pipe(text: str, delimiter: str) -> None:
    suggestion = suggest(text, Reading(delimiter=delimiter))
    if suggestion is not None:
        address = read_dotted(suggestion, WHOLE)
        assert not address.is_cache
        assert print_address(address) == suggestion


@given(TEXTS)
def test_listings_of_any_text_are_read_or_refused(text: str) -> None:
    for read in (read_listing, read_namespace):
        try:
            read(text)
        except AddressError as error:
            check_caret(error, text)


def test_reading_an_everyday_address_loads_nothing_it_does_not_need() -> None:
    """Design section 3: the path of `get` stays free of what costs milliseconds."""
    program = (
        "import sys; before = set(sys.modules); from store.addresses import read_address, print_address;"
        "print_address(read_address('app.config.theme')); print(*sorted(set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.split())
    assert "store.addresses.dotted" in loaded
    assert not loaded & {"re", "typing", "dataclasses", "enum", "functools", "json", "unicodedata"}
    assert not loaded & {f"store.addresses.{name}" for name in ("colon", "keys", "faults", "suggest", "namespaces")}


def test_colon_text_is_read_only_with_both_colons() -> None:
    """U-02: `read_colon` guesses nothing."""
    with pytest.raises(AddressError) as raised:
        read_colon("ui:button", Reading(Position("kb", "notes")))
    assert raised.value.code == "incomplete"
    assert "kb:ui:button" in raised.value.hint
