"""Tokens, meteors and showers as values (M-070…M-087)."""

from __future__ import annotations

import dataclasses

import pytest

from store.addresses.contexts import APP, SYSTEM, USER, is_privileged
from store.errors import LimitError, StoreError, StreamError
from store.profiles import PROFILES
from store.streams.meteors import (
    Meteor,
    MismatchError,
    Shower,
    group,
    is_valid_meteor,
    is_valid_shower,
    parse_meteor,
    parse_shower,
)
from store.streams.tokens import (
    Token,
    TokenKey,
    bare_equals,
    first,
    is_valid_token,
    make_token,
    parse_tokens,
    warnings,
)


@pytest.mark.parametrize(
    ("text", "context", "namespace", "key", "value"),
    [
        ("key=value", None, None, "key", "value"),
        ("key=", None, None, "key", ""),
        ("eq=x=y+1", None, None, "eq", "x=y+1"),
        ("ui:k=v", None, "ui", "k", "v"),
        (":k=v", None, "", "k", "v"),
        ("app:ui:k=v", "app", "ui", "k", "v"),
        ("app::k=v", "app", "", "k", "v"),
        ("url=http://x:80", None, None, "url", "http://x:80"),
        ("  key  =  a value  ", None, None, "key", "a value"),
        ('k="a; b=c"', None, None, "k", '"a; b=c"'),
        ("ns=x", None, None, "ns", "x"),
    ],
)
def test_parsing(text: str, context: str | None, namespace: str | None, key: str, value: str) -> None:
    """M-070…M-073: the first `=` ends the address, colons count before it only, the value stays raw."""
    token = first(text)
    assert (token.context, token.namespace, token.key, token.value) == (context, namespace, key, value)


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("just_key", "missing-equals", 0),
        ("a=1; bad token; b=2", "missing-equals", 5),
        ("=value", "empty-key", 0),
        (" =value", "empty-key", 1),
        ("ui:=x", "empty-key", 3),
        ("app:ui:=x", "empty-key", 7),
        ("::k=v", "empty-context", 0),
        ("a:b:c:d=e", "too-many-colons", 5),
        ("a b=1", "invalid-name", 1),
        ("x=1; ui :k=1", "invalid-name", 7),
        ("app: ui:k=1", "invalid-name", 4),
        ("#k=1", "invalid-name", 0),
        ('"k"=1', "invalid-name", 0),
        ("ui..x:k=1", "ns-empty-part", 3),
        ("", "no-tokens", 0),
        (" ; ; ", "no-tokens", 0),
    ],
)
def test_faults(text: str, code: str, position: int) -> None:
    """M-020, M-070, M-072, M-075: code and place in the whole text."""
    with pytest.raises(StreamError) as caught:
        parse_tokens(text)
    assert (caught.value.code, caught.value.position) == (code, position)
    assert caught.value.hint


def test_no_error_repeats_a_value() -> None:
    """P-116: what stands behind the `=` is in no field of an error."""
    for text in ("a b=hush", "a:b:c:d=hush", "=hush", 'k="hush', "::k=hush", "k=hush;;"):
        with pytest.raises(StreamError) as caught:
            parse_tokens(text)
        assert "hush" not in repr(vars(caught.value)), text


def test_a_token_is_a_value() -> None:
    """M-011, M-075: immutable, hashable, compared by content; where it stood is no content."""
    one, two = parse_tokens("k=v; k=v")
    assert one == two
    assert len({one, two}) == 1
    assert (one.offset, two.offset) == (0, 5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.value = "x"  # type: ignore[misc]
    assert first(r'ui:user[name]="a\nb"').text == "a\nb"
    assert first("ui:user[name]=x").to_text() == "ui:user__name=x"
    assert first("user[name]=x").to_text() == "user__name=x"
    assert first("user__name=x").notation == "user[name]"
    assert first("list[0]=x").has_brackets
    assert first("q[]=x").is_append
    assert not first("q[0]=x").is_append
    assert not first("q[i_APPEND]=x").is_append  # M-042: a name


@pytest.mark.parametrize(
    ("key", "canonical"),
    [
        ("list[0]", "list__i_0"),
        ("list[007]", "list__i_007"),
        ("grid[ 1 , 2 ]", "grid__i_1_2"),
        ("user[name]", "user__name"),
        ("q[]", "q__i_APPEND"),
        ("list[", "list["),
        ("a[x][y]", "a[x][y]"),
        ("my__list[0]", "my__list[0]"),
        ("list_[0]", "list_[0]"),
        ("x[²]", "x[²]"),
        (".index", "index"),
        ("naïve", "naïve"),
        ("coords__i_x", "coords__x"),
    ],
)
def test_keys(key: str, canonical: str) -> None:
    """M-040, M-041, M-125: the canonical key of every spelling; malformed brackets are kept."""
    token = first(f"{key}=v")
    assert (token.key, token.canonical) == (key, canonical)


def test_validity() -> None:
    """M-074 and its examples."""
    for text in ("key=", "key=value with spaces", "list[0]=item", 'k="a=b"', 'm="Hello;; World;;;"', r'k="\x"'):
        assert is_valid_token(text), text
    for text in ("", "just_key", "=value", " =value", "a b=1", "key=value=extra", "key=a;b", 'k="open', "a=1;b=2"):
        assert not is_valid_token(text), text


def test_bare_equals() -> None:
    """M-071: outside quotes only, wherever the quotes are."""
    assert bare_equals("a=b") == 1
    assert bare_equals('"a=b"') == -1
    assert bare_equals('x"=" =') == 5
    assert bare_equals('"a\\"=" "b=" c') == -1
    assert [found.code for found in warnings(first("k=a=b"))] == ["bare-equals"]


def test_warnings() -> None:
    """M-097, M-041: in the order of the text; an address in front makes dots harmless."""
    assert [found.code for found in warnings(first("a.b.c[x][y]=1=2"))] == [
        "bracket-nested",
        "dotted-path",
        "bare-equals",
    ]
    assert [found.code for found in warnings(first("app:ui:a.b.c=1"))] == []
    assert [found.code for found in warnings(first("sections[a.b.c]=1"))] == []
    assert "did you mean app:ui:button" in warnings(first("app.ui.button=1"))[0].hint


def test_stored_text_becomes_a_token() -> None:
    """U-05: made from what is stored, a token reads back as the same text."""
    for text in ('"quoted"', "a;b", " x ", "a=b", "", "\x00", "plain"):
        token = make_token("user[name]", text, "ui", "app")
        assert token.text == text
        assert first(f"{token.to_stream()}").text == text
    with pytest.raises(StreamError) as caught:
        make_token("a b", "x")
    assert caught.value.code == "invalid-name"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("button=click; theme=dark", "app:main:button=click;theme=dark"),
        ("app:ui:grid[ 1 , 2 ]=c", "app:ui:grid[1,2]=c"),
        ("app:ui:user__name=x", "app:ui:user[name]=x"),
        ("app:ui:q=x=y", 'app:ui:q="x=y"'),
        ("app::k=v", "app::k=v"),
        ("ui.widgets:button=submit", "app:ui.widgets:button=submit"),
        ("app:ui:a=1; app:ui:b=2; ui:c=3; d=4", "app:ui:a=1;b=2;c=3;d=4"),
        ("user:ui:a=1; ui:b=2", "user:ui:a=1;b=2"),
    ],
)
def test_meteor_text(text: str, written: str) -> None:
    """M-080, M-081, M-083."""
    assert parse_meteor(text).to_text() == written


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a=1; ui:b=2", "namespace-mismatch"),
        ("app:ui:a=1; user:x:b=2; user:x:c=3", "namespace-mismatch"),
        ("app:ui:a=1; user:x:b=2; user:y:c=3", "mixed-namespaces"),
        ("app:ui:", "missing-equals"),
        ("app:ui:button", "missing-equals"),
        (":ui:k=v", "empty-context"),
        ("", "no-tokens"),
    ],
)
def test_meteor_faults(text: str, code: str) -> None:
    with pytest.raises(StreamError) as caught:
        parse_meteor(text)
    assert caught.value.code == code
    assert not is_valid_meteor(text)


def test_construction_is_checked() -> None:
    """M-082: no tokens, foreign tokens, bad names; the error carries what it is about."""
    own, foreign, other = first("a=1"), first("user:x:b=2"), first("y:c=3")
    with pytest.raises(StreamError) as caught:
        Meteor("app", "ui", [])
    assert caught.value.code == "empty-tokens"
    with pytest.raises(MismatchError) as mismatch:
        Meteor("app", "ui", [own, foreign])
    assert mismatch.value.code == "namespace-mismatch"
    assert (mismatch.value.key, mismatch.value.namespace, mismatch.value.meteor) == ("b", "user:x", "app:ui")
    with pytest.raises(MismatchError) as mixed:
        Meteor("app", "ui", [own, foreign, other])
    assert mixed.value.code == "mixed-namespaces"
    assert mixed.value.namespaces == ["user:x", "app:y"]
    for context, namespace, code in (("", "ui", "empty-context"), ("app", "a..b", "ns-empty-part")):
        with pytest.raises(StreamError) as caught:
            Meteor(context, namespace, [own])
        assert caught.value.code == code
    with pytest.raises(dataclasses.FrozenInstanceError):
        Meteor("app", "ui", [own]).context = "x"  # type: ignore[misc]


def test_meteors_compare_by_content() -> None:
    """M-011, M-084: an agreeing address in a token is no content of its own."""
    assert parse_meteor("app:ui:a=1; app:ui:b=2") == parse_meteor("app:ui:a=1;b=2")
    assert hash(parse_meteor("a=1")) == hash(parse_meteor("app:main:a=1"))
    assert parse_meteor('app:ui:list[0]="x"').to_json() == {
        "context": "app",
        "namespace": "ui",
        "tokens": [{"key": "list[0]", "canonical": "list__i_0", "value": '"x"'}],
    }


def test_shower() -> None:
    """M-008, M-086, M-083: abbreviated meteors are legal, blank pieces skipped, `len` counts meteors."""
    shower = parse_shower('app:ui:a=1;b=2 :;: :;: c="x :;: y":;:user:x:d=4')
    assert len(shower) == 3
    assert shower.to_text() == 'app:ui:a=1;b=2 :;: app:main:c="x :;: y" :;: user:x:d=4'
    assert [meteor.namespace for meteor in shower] == ["ui", "main", "x"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  ", "empty-input"),
        (" :;: :;: ", "no-meteors"),
        (":;: ; :;:", "no-tokens"),  # not blank, so it is a meteor without tokens
        ("a=1 :;: ;", "no-tokens"),
        ("a=1;;b=2", "consecutive-semicolons"),
        ('a=1 :;: b="x', "unbalanced-quotes"),
        ("a=1 :;: b", "missing-equals"),
    ],
)
def test_shower_faults(text: str, code: str) -> None:
    with pytest.raises(StoreError) as caught:
        parse_shower(text)
    assert caught.value.code == code
    assert not is_valid_shower(text)


def test_shower_limit() -> None:
    """M-086, M-251: one more than the profile allows, said with the profile's name."""
    text = " :;: ".join("a=1" for _ in range(51))
    assert len(parse_shower(text)) == 51
    with pytest.raises(LimitError) as caught:
        parse_shower(text, PROFILES["strict"])
    assert caught.value.code == "limit-meteors"
    assert "50" in caught.value.hint
    assert "strict" in caught.value.hint
    assert caught.value.position == text.rindex("a=1")
    assert len(parse_shower(text.removesuffix(" :;: a=1"), PROFILES["strict"])) == 50


def test_shower_queries() -> None:
    """M-087: input order, any token in either spelling, sorted names."""
    shower = parse_shower("user:z:a=1 :;: app:ui:b=1;list[0]=2 :;: user:m:c=1 :;: app:ui:list[0]=3")
    assert [meteor.namespace for meteor in shower.by_context("user")] == ["z", "m"]
    assert len(shower.by_context_namespace("app", "ui")) == 2
    assert shower.find("app", "ui", "list__i_0") is shower.meteors[1]
    assert shower.find("app", "ui", "list[ 0 ]") is shower.meteors[1]
    assert shower.find("app", "ui", "none") is None
    assert shower.contexts() == ["app", "user"]
    assert shower.namespaces_in_context("user") == ["m", "z"]
    assert Shower(()).contexts() == []


def test_grouping() -> None:
    """M-112: first appearance decides the order."""
    tokens: list[Token] = parse_tokens("user:x:a=1; app:ui:b=2; user:x:c=3; d=4")
    assert [meteor.to_text() for meteor in group(tokens)] == ["user:x:a=1;c=3", "app:ui:b=2", "app:main:d=4"]


def test_a_key_has_two_spellings() -> None:
    """M-005, M-041, section 14.1: TokenKey."""
    key = TokenKey("grid[ 1 , 2 ]")
    assert (key.notation, key.canonical, key.has_brackets, key.is_append) == (
        "grid[ 1 , 2 ]",
        "grid__i_1_2",
        True,
        False,
    )
    assert TokenKey("q[]").is_append
    assert TokenKey("q__i_APPEND").is_append
    assert not TokenKey("q[i_APPEND]").is_append
    assert TokenKey("list[").canonical == "list["
    for text, code in (("", "empty-key"), (" ", "empty-key"), ("#a", "invalid-name"), ("a b", "invalid-name")):
        with pytest.raises(StoreError) as caught:
            TokenKey(text)
        assert caught.value.code == code


def test_privileged_contexts() -> None:
    """M-002."""
    assert [name for name in (APP, USER, SYSTEM, "doc") if is_privileged(name)] == ["user", "system"]
