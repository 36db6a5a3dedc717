"""Token streams, meteor streams and their controls as text to events (M-100…M-116); nothing is applied here."""

from __future__ import annotations

import pytest

from store.errors import StreamError
from store.model import Address, Position
from store.streams.controls import ControlError, check_control
from store.streams.events import Control, Event, Move, Origin, Write
from store.streams.meteor_stream import read_meteor_stream, validate
from store.streams.token_stream import read_token_stream
from store.streams.token_stream import validate as validate_tokens

HOME = Position()


def short(events: list[Event]) -> list[str]:
    """One line per event: `context:namespace:key=value`, `-> context:namespace`, `command target`."""
    lines = []
    for event in events:
        match event:
            case Write(address=address, value=value):
                lines.append(f"{address.context}:{address.namespace}:{address.key}={value.decode()}")
            case Move(position=position):
                lines.append(f"-> {position.context}:{position.namespace}")
            case Control(command=command, target=target):
                lines.append(f"{command} {target}")
    return lines


@pytest.mark.parametrize(
    ("start", "text", "lines"),
    [
        ("app:main", "button=click; ns=ui; theme=dark", ["app:main:button=click", "-> app:ui", "app:ui:theme=dark"]),
        ("app:ui", "size=large; ctx=user; profile=x", ["app:ui:size=large", "-> user:ui", "user:ui:profile=x"]),
        (
            "app:main",
            "button=click; app:ui:theme=dark; z=1",
            ["app:main:button=click", "app:ui:theme=dark", "app:main:z=1"],
        ),
        ("user:ui", "ctl:reset=cursor; name=John", ["reset cursor", "app:main:name=John"]),
        ("user:ui", "ctl:reset=all; name=John", ["reset all", "app:main:name=John"]),
        ("user:ui", "ctl:reset=storage; name=John", ["reset storage", "user:ui:name=John"]),
        ("user:ui", "db:a=1; b=2; :c=3", ["user:db:a=1", "user:ui:b=2", "user::c=3"]),
        ("app:main", "ns=db; ctx=user; k=v", ["-> app:db", "-> user:db", "user:db:k=v"]),
        ("app:ui", "ns=; k=v", ["-> app:", "app::k=v"]),
        ("app:main", 'ns = "ui"; k=v', ["-> app:ui", "app:ui:k=v"]),
        ("app:main", "ui:ns=x; ui:ctx=y", ["app:ui:ns=x", "app:ui:ctx=y"]),
        ("app:main", "a=1; ctl:delete=app:main:a; b=2", ["app:main:a=1", "delete app:main:a", "app:main:b=2"]),
        ("app:main", 'ctl: delete = "app:main:a"', ["delete app:main:a"]),
        ("app:main", "list[0]=a; q[]=b", ["app:main:list__i_0=a", "app:main:q__i_APPEND=b"]),
        ("app:main", "", []),
        ("app:main", " ; \n ; ", []),
    ],
)
def test_token_stream(start: str, text: str, lines: list[str]) -> None:
    """M-100…M-105, M-116: the table of 7.1 and what the rules add to it."""
    context, _, namespace = start.partition(":")
    assert short(read_token_stream(text, Position(context, namespace))) == lines
    assert validate_tokens(text)


def test_stored_is_what_was_meant() -> None:
    """U-05: the decoded text of a quoted value, everything else as it stands; M-009 is overridden for what is stored."""
    text = r'a="Hello; \"World\"\n"; b=x"y;z"; c="a" b "c"; d=C:\dir; e=""; f="\ud83d\ude00"; g="plain"'
    values = [event.value.decode() for event in read_token_stream(text, HOME) if isinstance(event, Write)]
    assert values == ['Hello; "World"\n', 'x"y;z"', '"a" b "c"', "C:\\dir", "", "😀", "plain"]
    stream = read_meteor_stream(r'app:ui:a="x :;: y" :;: app:ui:b="\t"')
    assert short(stream) == ["app:ui:a=x :;: y", "app:ui:b=\t"]


def test_writes_know_where_they_come_from() -> None:
    """M-128's origin: dialect, segment and token from 1, offset in the whole text; the label is the address, never the value."""
    (write,) = read_token_stream("ns=ui;  user[name]=x", HOME, "org")[1:]
    assert write == Write(
        Address("org", "app", "ui", "user__name"), b"x", None, "user[name]", None, False, Origin("token", 1, 2, 8)
    )
    events = read_meteor_stream("app:ui:a=1 :;: :;: ctl:reset=cursor; app:ui:b=2;c=3", "org")
    origins = [event.origin for event in events if isinstance(event, Write)]
    assert origins == [Origin("meteor", 1, 1, 0), Origin("meteor", 2, 2, 37), Origin("meteor", 2, 3, 48)]
    assert {event.address.meta for event in events if isinstance(event, Write)} == {"org"}


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("a=1; bad token; b=2", "missing-equals", 5),
        ("ctx=; k=v", "empty-context", 0),
        ("a=1; ns=ui..x", "ns-empty-part", 5),
        ("ctx=a b", "invalid-name", 0),
        ("a=1;;b=2", "consecutive-semicolons", 4),
        ("a=1; b:c:d:e=1", "too-many-colons", 10),
        ('a=1; b="x', "unbalanced-quotes", 7),
        (r'a="\x"', "escape-invalid", 0),
        ("a=1; b=\ud800", "not-text", 5),
        ("=1", "empty-key", 0),
    ],
)
def test_token_stream_faults(text: str, code: str, position: int) -> None:
    """M-106, phase 1: one bad token and there are no events; such a fault is none of a control."""
    with pytest.raises(StreamError) as caught:
        read_token_stream(text, HOME)
    assert (caught.value.code, caught.value.position) == (code, position)
    assert not isinstance(caught.value, ControlError)
    assert not validate_tokens(text)


@pytest.mark.parametrize("read", [lambda text: read_token_stream(text, HOME), read_meteor_stream])
@pytest.mark.parametrize(
    ("control", "code", "command", "target"),
    [
        ("ctl:nope=x", "control-unknown", "nope", "x"),
        ("ctl:ui:k=v", "control-unknown", "ui:k", "v"),
        ("ctl:Delete=a", "control-unknown", "Delete", "a"),
        ("ctl:reset=cursors", "reset-unknown-target", "reset", "cursors"),
        ("ctl:reset=", "reset-unknown-target", "reset", ""),
        ("ctl:delete=a:b:c:d", "too-many-colons", "delete", "a:b:c:d"),
        ("ctl:delete=", "empty-path", "delete", ""),
        ("ctl:delete=:ui:k", "empty-context", "delete", ":ui:k"),
        ('ctl:delete="a b"', "invalid-name", "delete", "a b"),
    ],
)
def test_refused_controls(read: object, control: str, code: str, command: str, target: str) -> None:
    """M-104, M-106, M-137: recognisable, with what the history is to say."""
    with pytest.raises(ControlError) as caught:
        read(f"app:ui:a=1; {control}")  # type: ignore[operator]
    error = caught.value
    assert (error.code, error.command, error.target, error.position) == (code, command, target, 12)
    with pytest.raises(ControlError) as alone:
        check_control(command, target)
    assert alone.value.code == code


@pytest.mark.parametrize("text", ["ctl:delete", "ctl:", "ctl:=x", "ctl: =x"])
def test_malformed_controls_are_no_commands(text: str) -> None:
    """M-104: nothing that history could record."""
    for read in (read_token_stream, read_meteor_stream):
        with pytest.raises(StreamError) as caught:
            read(text)
        assert caught.value.code == "control-malformed"
        assert not isinstance(caught.value, ControlError)
        assert "ctl:delete=" in caught.value.hint


@pytest.mark.parametrize("target", ["app:ui:k", "app:ui:", "app:", "app::", "app", "app.ui.button", "a:k", "q[]"])
def test_delete_takes_paths(target: str) -> None:
    """M-121: every path a delete knows passes the check."""
    check_control("delete", target)
    assert read_meteor_stream(f"ctl:delete={target}") == [Control("delete", target)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("app:ui:a=1; b=2 :;: user:main:c=3", ["app:ui:a=1", "app:ui:b=2", "user:main:c=3"]),
        ("app:ui:a=1; user:x:b=2; c=3", ["app:ui:a=1", "user:x:b=2", "user:x:c=3"]),
        ("app::k=v; l=w", ["app::k=v", "app::l=w"]),
        ("app:ui:ns=5", ["app:ui:ns=5"]),
        ("ctl:reset=cursor; app:ui:a=1; ctl:reset=all; b=2", ["reset cursor", "app:ui:a=1", "reset all", "app:ui:b=2"]),
        ("app:ui:url=http://x:80/?a=b", ["app:ui:url=http://x:80/?a=b"]),
        ("", []),
        (" :;: \n", []),
        ("; :;: ;", []),
    ],
)
def test_meteor_stream(text: str, lines: list[str]) -> None:
    """M-110…M-116: inheritance within a segment, no position, blank is nothing."""
    assert short(read_meteor_stream(text)) == lines
    assert validate(text)


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("key=value", "not-fully-qualified", 0),
        ("ui:button=click", "not-fully-qualified", 0),
        ("app:ui:a=1; ui:b=2", "not-fully-qualified", 12),
        ("app:ui:a=1; :b=2", "not-fully-qualified", 12),
        ("app:ui:a=1 :;: b=2", "not-fully-qualified", 15),
        ("ctl:reset=cursor; b=2", "not-fully-qualified", 18),
        ("ns=ui", "control-in-meteor-stream", 0),
        ("app:ui:a=1; ctx = user", "control-in-meteor-stream", 12),
        ("app:ui:a=1;; b=2", "consecutive-semicolons", 11),
        ('app:ui:a=1 :;: app:ui:b="x', "unbalanced-quotes", 24),
        ("app:ui:a=1 :;: nope", "missing-equals", 15),
        ("app:ui:a=1 :;: a:b:c:d=1", "too-many-colons", 20),
        ("::k=v", "empty-context", 0),
        (r'app:ui:k="\u12"', "escape-unicode", 0),
    ],
)
def test_meteor_stream_faults(text: str, code: str, position: int) -> None:
    """M-110, M-113, M-115: the code, the place in the whole text, and `validate` agrees."""
    with pytest.raises(StreamError) as caught:
        read_meteor_stream(text)
    assert (caught.value.code, caught.value.position) == (code, position)
    assert not validate(text)


def test_stream_errors_repeat_no_value() -> None:
    """P-116: not even the hint that shows the whole address."""
    for text in (
        "theme=hush",
        "ui:theme=hush",
        'app:ui:k="hush\\x"',
        "app:ui:k=hush\ud800",
        "a:b:c:d=hush",
        "ns=ui; k=hush",
    ):
        with pytest.raises(StreamError) as caught:
            read_meteor_stream(text)
        assert "hush" not in repr(vars(caught.value)), text


def test_the_other_language_is_recognised() -> None:
    """U-06: a meteor stream taken for a token stream earns a hint that names the dialect."""
    with pytest.raises(StreamError) as caught:
        read_token_stream("app:ui:a=1 :;: app:ui:b=2", HOME)
    assert "--dialect meteor" in caught.value.hint
    with pytest.raises(StreamError) as caught:
        read_meteor_stream("ns=ui; a=1")
    assert "--dialect token" in caught.value.hint


def test_an_empty_switch_of_context() -> None:
    """M-101, M-099: the hint repairs the switch."""
    with pytest.raises(StreamError) as caught:
        read_token_stream("ctx=; k=v", HOME)
    assert "ctx=app" in caught.value.hint
