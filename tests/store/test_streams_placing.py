"""Where XStream tokens go, what they must prove, and what is reported of them (X-030 to X-041)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.addresses import Reading, print_address
from store.errors import AddressError, InputError, Refused, StoreError, StreamError
from store.model import Address, Position
from store.streams.events import IGNORED, SECURITY, Directive, Write
from store.streams.placing import Security, ignored, is_kept, place, read_stream, report
from store.streams.render import listing_stream
from store.streams.xstream import Token, parse

PLAIN = Reading()
GUARDED = Security(required=True, admin_password="s3cret")
NAME = st.text(st.sampled_from("abcns_-9"), min_size=1, max_size=6).filter(lambda name: "__" not in name)
KEY = st.one_of(st.sampled_from(["ns", "meta", "sec", "global", "größe", "a@b+c", "l__i_0", "a__b"]), NAME)
TEXT = st.one_of(st.text(max_size=20), st.text(st.sampled_from("a;\"'\\= \n\r\x00"), max_size=12))


def writes(text: str, reading: Reading = PLAIN) -> list[tuple[str, bytes]]:
    events = read_stream(text.encode(), reading)
    return [(print_address(event.address), event.value) for event in events if isinstance(event, Write)]


def places(text: str, reading: Reading = PLAIN) -> list[str]:
    return [address for address, _ in writes(text, reading)]


def refusal(text: str | bytes, reading: Reading = PLAIN, **security: Any) -> StoreError:
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(StoreError) as caught:
        read_stream(content, reading, security=Security(**security))
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("key=v;", ["app.main.key"]),
        ("ns=testproject; key1=v;", ["app.testproject.key1"]),
        ("ns=myapp; config.db_host=x;", ["myapp.config.db_host"]),
        ("k1.k2=v;", ["app.k1.k2"]),
        ("pre:key=v; pre:k1.k2=v;", ["app.pre.key", "pre.k1.k2"]),
        ("a.b:key=v; ns=c.d; k=v;", ["a.b.key", "c.d.k"]),
        ("ns=x; a.b.c=v; y=1; other.more.names:a.b.d=v;", ["a.b.c", "app.x.y", "a.b.d"]),
        ("ns=x; a=1; global:b=2; c=3; ns=global; d=4;", ["app.x.a", "app.main.b", "app.x.c", "app.main.d"]),
        ("meta:path=p.n; key=v; key__ctx=v; l__0=v; größe=v;", ["p.n.key", "p.n.key__ctx", "p.n.l__0", "p.n.größe"]),
        ("ns=meta; path=v; ns=sec; user=v;", ["app.meta.path", "app.sec.user"]),
        ("x:ns=v; a.b.ns=v;", ["app.x.ns", "a.b.ns"]),
    ],
)
def test_where_a_token_goes(text: str, expected: list[str]) -> None:
    """X-032: prefix or active namespace before the parts of the key; three parts stand for themselves."""
    assert places(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ns=side; a=1; meta:path=p.n; b=2;", ["app.side.a", "p.n.b"]),
        ("meta:ns=p.n; a=1; meta:p=q.m; b=2;", ["p.n.a", "q.m.b"]),
        ("ns=s; meta:project=kb; a=1; meta:p=kc; b=2;", ["kb.s.a", "kc.s.b"]),
        ("ns=s; meta:namespace=m; a=1; ns=s; meta:ns=l; b=2;", ["app.m.a", "app.l.b"]),
        ("meta:path=p.n; a=1; meta:project=q; b=2; meta:namespace=m; c=3;", ["p.n.a", "q.n.b", "q.m.c"]),
        ("meta:delim=|; meta:path=a|b; k=v; x|y|z=w; ns=c|d; k=v;", ["a.b.k", "x.y.z", "c.d.k"]),
        ("meta:delim=:; a:b:c=v;", ["a.b.c"]),
        ("a=1; meta:path=p.n;", ["app.main.a"]),
    ],
)
def test_directives_act_on_what_follows(text: str, expected: list[str]) -> None:
    """X-031, X-033 to X-035: in the order of the tokens, and a new base ends an active `ns`."""
    assert places(text) == expected


def test_the_base_comes_from_options_then_the_cursor() -> None:
    """X-032, X-044: directives before -p/-n before the cursor before app.main; the meta is the one in effect."""
    cursor = Reading(Position("org", "notes"), "acme")
    assert places("k=v; n2.k=v;", cursor) == ["org.notes.k", "org.n2.k"]
    assert places("k=v; n2.k=v;", cursor._replace(context="p")) == ["p.notes.k", "p.n2.k"]
    assert places("k=v; meta:namespace=m; k=v;", cursor._replace(context="p", namespace="n")) == ["p.n.k", "p.m.k"]
    assert places("k=v; a|b|c=v;", cursor._replace(delimiter="|")) == ["org.notes.k", "a.b.c"]
    event = read_stream(b"k=v", cursor)[0]
    assert isinstance(event, Write)
    assert event.address == Address("acme", "org", "notes", "k")
    with pytest.raises(AddressError):
        read_stream(b"k=v", cursor._replace(context="no good"))


@pytest.mark.parametrize(
    ("text", "code", "label"),
    [
        ("a=1; x.y.z.w=2;", "too_many_parts", "x.y.z.w"),
        ("a.b.c:k=v;", "too_many_parts", "a.b.c:k"),
        ("ns=a.b; c.d=v;", "too_many_parts", "c.d"),
        ("meta:path=pipe.cache; k=v;", "reserved", "meta:path"),
        ("pipe.cache:k=v;", "reserved", "pipe.cache:k"),
        ("pipe.cache.k=v;", "reserved", "pipe.cache.k"),
        ("meta:p=pipe; cache.k=v;", "reserved", "cache.k"),
        ("meta:delim=|; pipe.cache.k=v;", "reserved", "pipe.cache.k"),
        (".k=v;", "empty_part", ".k"),
        ("a=1; .a=v;", "empty_part", ".a"),
        ("ns:k.=v;", "empty_part", "ns:k."),
        ("a:b:c=v;", "bad_char", "a:b:c"),
        ("ns=b c; k=v;", "bad_char", "k"),
        ("a.b|c=v;", "bad_char", "a.b|c"),
        ("k__=v;", "empty_context", "k__"),
        ("meta:delim=xx; k=v;", "bad_delim", "meta:delim"),
        ("meta:delim=_; k=v;", "bad_delim", "meta:delim"),
        ("meta:path=a; k=v;", "incomplete", "meta:path"),
        ("meta:path=; k=v;", "empty", "meta:path"),
        ("meta:path=a.b.c; k=v;", "too_many_parts", "meta:path"),
        ("meta:p=a.b.c; k=v;", "too_many_parts", "meta:p"),
        ("meta:path=a.; k=v;", "empty_part", "meta:path"),
        ("meta:project=a.b; k=v;", "bad_char", "meta:project"),
        ("meta:namespace=; k=v;", "empty_part", "meta:namespace"),
        ("meta:path=a.b__c; k=v;", "bad_char", "meta:path"),
    ],
)
def test_one_bad_token_rejects_the_stream(text: str, code: str, label: str) -> None:
    """X-032 to X-035, X-040: names obey P-011, the cache is reserved, and the error names the token."""
    error = refusal(text)
    assert isinstance(error, StreamError)
    assert (error.code, error.text) == (code, label)
    assert label in error.message
    assert error.position == text.index(label)
    assert is_kept(error)
    if code == "too_many_parts":
        assert "too many parts" in error.message


def test_errors_hold_no_values() -> None:
    """P-116: neither of data nor of directives."""
    for text in ("a b=1; k=v4lue", "meta:ttl=v4lue; a=1", "meta:path=v4lue; a=1", "meta:delim=v4lue;", "x.y.z.w=v4lue"):
        error = refusal(text)
        assert "v4lue" not in f"{error.message} {error.hint} {error.text}"


def test_lifetimes_go_with_later_tokens() -> None:
    """X-036: until changed or ended by an empty value."""
    events = read_stream(b"a=1; meta:ttl=30; b=2; c=3; meta:ttl=007; d=4; meta:ttl=; e=5;", PLAIN)
    assert [event.ttl_s for event in events if isinstance(event, Write)] == [None, 30, 30, 7, None]


@pytest.mark.parametrize("ttl", ["0", "-1", "1.5", "x", "+5", "٣", "2147483648", "9" * 5000, "000"])
def test_lifetimes_are_positive_whole_seconds(ttl: str) -> None:
    error = refusal(f"meta:ttl={ttl}; a=1;")
    assert error.code == "bad_ttl"
    assert "positive" in error.message


def test_the_longest_lifetime() -> None:
    events = read_stream(b"meta:ttl=2147483647; a=1;", PLAIN)
    assert isinstance(events[1], Write)
    assert events[1].ttl_s == 2**31 - 1


@pytest.mark.parametrize(
    ("content", "code", "kept"),
    [
        (b"", "no_input", False),
        (b" \n\t", "no_input", False),
        (b"; ;;\n", "no_tokens", False),
        (b"a=1; b=\xff;", "not_utf8", True),
        (b"oops", "missing_equals", True),
    ],
)
def test_inputs_that_are_no_stream(content: bytes, code: str, kept: bool) -> None:
    """X-030: nothing to keep of nothing; bytes that are no text are rejected like any bad stream."""
    error = refusal(content)
    assert error.code == code
    assert is_kept(error) == kept


def test_where_the_input_stops_being_text() -> None:
    assert refusal("größe=".encode() + b"\xff").position == 6


def test_meteor_text_is_recognised_when_addresses_fail() -> None:
    """U-06: also when the text parses as XStream but names no good address."""
    assert "dialect meteor" in refusal("app:ui:a=1; :;:=b").hint
    assert "dialect token" in refusal("app:ui:a=1; ctl:delete=app:main:a;").hint


# X-038, X-039 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "sec:pass=s3cret; sec:user=admin; k=v;",
        "meta:sec:pass=s3cret; meta:sec:user=admin; k=v;",
        "meta:path=p.n; ns=x; sec:pass=s3cret; sec:user=admin; k=v;",
        "sec:pass=s3cret; sec:user=admin; meta:path=p.n;",
        "sec:other=1; sec:pass=wrong; sec:pass=s3cret; sec:user=admin; k=v;",
    ],
)
def test_the_right_preamble_is_accepted(text: str) -> None:
    """X-039: password, user, data, in this order."""
    events = read_stream(text.encode(), PLAIN, security=GUARDED)
    assert "s3cret" not in str(events)


@pytest.mark.parametrize(
    "text",
    [
        "k=v;",
        "meta:path=p.n;",
        "k=v; sec:pass=s3cret; sec:user=admin;",
        "sec:pass=s3cret; k=v; sec:user=admin;",
        "sec:user=admin; sec:pass=s3cret; k=v;",
        "sec:pass=s3cret; k=v;",
        "sec:pass=wrong; sec:user=admin; k=v;",
        "sec:pass=s3crét; sec:user=admin; k=v;",
        "sec:pass=s3cret; sec:user=bob; k=v;",
        "sec:pass=s3cret; sec:user=admin; sec:user=bob; k=v;",
        "sec:apikey=s3cret; sec:pass=s3cret; sec:user=admin; k=v;",
        "sec:pass=s3cret; sec:user=admin; sec:sess=s3cret; k=v;",
        "sec:pass=; sec:user=admin; k=v;",
        "meta:ttl=bad; k=v;",
    ],
)
def test_everything_else_is_refused_and_not_kept(text: str) -> None:
    """X-039, P-078: refused for want of credentials comes before every other complaint."""
    error = refusal(text, required=True, admin_password="s3cret")
    assert isinstance(error, Refused)
    assert error.code == "auth"
    assert "auth" in error.message
    assert not is_kept(error)
    assert "s3cret" not in f"{error.message} {error.hint} {error.text}"


@pytest.mark.parametrize("password", [None, ""])
def test_without_a_password_set_everything_is_refused(password: str | None) -> None:
    """X-039, P-118: there is no default password."""
    for text in ("sec:pass=; sec:user=admin; k=v;", "sec:pass=pronto!; sec:user=admin; k=v;"):
        assert refusal(text, required=True, admin_password=password).code == "auth"


def test_credentials_are_without_effect_where_none_are_asked() -> None:
    """X-038: never stored, never kept in an event; but a user must be the locked one (P-110)."""
    text = b"sec:apikey=HIDE; sec:user=bob; meta:sec:pass=HIDE; k=v; sec:auth=HIDE;"
    events = read_stream(text, PLAIN)
    assert "HIDE" not in str(events)
    assert [event.name for event in events if isinstance(event, Directive) and event.note == SECURITY] == [
        "apikey",
        "user",
        "pass",
        "auth",
    ]
    assert read_stream(text, PLAIN, security=Security(locked_user="bob")) == events
    error = refusal(text, locked_user="keeper")
    assert error.code == "auth"
    assert "user context is locked to 'keeper'" in error.message
    assert not is_kept(error)


# X-037, X-041 ---------------------------------------------------------------------------------------------------------


def test_the_report() -> None:
    """X-041: in token order, values only when asked for, one line each; X-037: unknown directives go elsewhere."""
    text = 'meta:path=p.n; meta:colour=red; sec:user=bob; sec:pass=HIDE; a=1; b__x="l1\nl2\x1b";'
    events = read_stream(text.encode(), PLAIN)
    addresses = [event.address for event in events if isinstance(event, Write)]
    assert report(events, addresses) == [
        "📋 Meta directive: path = p.n",
        "🔒 Security: user = bob",
        "🔒 Security: pass = ***",
        "✅ Stored: p.n.a",
        "✅ Stored: p.n.b__x",
        "⚡ Stream processing complete: 2 items stored",
    ]
    assert report(events, addresses, verbose=True)[3:5] == ["✅ Stored: p.n.a = 1", "✅ Stored: p.n.b__x = l1\\nl2_"]
    assert ignored(events) == ["ignored meta directive: colour"]
    assert ignored([Directive("a\nb", "", IGNORED)]) == ["ignored meta directive: a\\nb"]


def test_directives_alone_store_nothing() -> None:
    events = read_stream(b"meta:path=p.n;", PLAIN)
    assert report(events, [])[-1] == "⚡ Stream processing complete: 0 items stored"


@given(st.text(st.sampled_from("ab.:=;_ \"'|") | st.characters(), max_size=30))
def test_reading_raises_nothing_but_store_errors(text: str) -> None:
    """X-040: any text gives events or one error of ours; also text that no UTF-8 input could hold."""
    problem: InputError | Refused | None = None
    try:
        tokens = [*parse(f"meta:delim=|; {text}"), Token(None, "k", text), Token("meta", text, text)]
        events = place(tokens, PLAIN, security=Security(locked_user="u"))
    except (InputError, Refused) as error:
        problem, events = error, []
    assert problem is None or "\n" not in problem.message
    for event in events:
        if isinstance(event, Write):
            assert not event.address.is_cache
            assert all(event.address[1:])


def test_text_that_no_bytes_can_hold_is_refused() -> None:
    """U-05: values are bytes in the store; a lone surrogate has none."""
    with pytest.raises(StreamError) as caught:
        place([Token(None, "k", "\udc80", 3)], PLAIN)
    assert (caught.value.code, caught.value.position) == ("not_utf8", 3)


# P-035, X-045 ---------------------------------------------------------------------------------------------------------


def test_a_listing_as_a_stream() -> None:
    """P-035: one line; U-05: quoted wherever another reader could be misled; a key `ns` needs its whole address."""
    entries = [("a", b"1"), ("l__i_0", b"x=y"), ("ns", b"v"), ("t__ctx", b"l1\nl2"), ("url", b'say "hi"')]
    assert listing_stream("p", "n", entries) == (
        'meta:path=p.n; a=1; l__0="x=y"; p.n.ns=v; t__ctx="l1\nl2"; url="say \\"hi\\"";'
    )
    assert listing_stream("p", "n", []) == ""


@given(NAME, NAME, st.dictionaries(KEY, TEXT, min_size=1, max_size=6))
def test_a_listing_reads_back_as_the_same_entries(context: str, namespace: str, entries: dict[str, str]) -> None:
    """X-045: whatever the values hold, whatever the position of the reader."""
    pairs = [(key, value.encode()) for key, value in entries.items()]
    text = listing_stream(context, namespace, pairs)
    events = read_stream(text.encode(), Reading(Position("elsewhere", "there"), "acme"))
    stored = [(event.address, event.value) for event in events if isinstance(event, Write)]
    assert stored == [(Address("acme", context, namespace, key), value) for key, value in pairs]


@pytest.mark.parametrize(
    ("context", "namespace", "key", "value", "named"),
    [
        ("app", "ui.widgets", "k", b"v", "app:ui.widgets"),
        ("app", "", "k", b"v", "app"),
        ("größe", "n", "k", b"v", "größe:n"),
        ("app", "n", "grid__i_2_3", b"v", "grid[2,3]"),
        ("app", "n", "a/b", b"v", "a/b"),
        ("app", "n", "k", b"\xff HIDE", "value of k"),
        ("pipe", "cache", "1_a_b", b"v", "pipe.cache"),
    ],
)
def test_what_a_stream_cannot_carry_is_said(context: str, namespace: str, key: str, value: bytes, named: str) -> None:
    """U-05, P-022: refused with the address and a way out, never with the value."""
    with pytest.raises(InputError) as caught:
        listing_stream(context, namespace, [(key, value)])
    assert named in caught.value.message
    assert "--b64" in caught.value.hint
    assert "HIDE" not in caught.value.message
