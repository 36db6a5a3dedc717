"""`explain` (M-117) and the hints of every code the text can provoke (M-099)."""

from __future__ import annotations

import pytest

from store.errors import StoreError
from store.profiles import PROFILES
from store.streams.explain import Explanation, explain
from store.streams.meteor_stream import read_meteor_stream
from store.streams.token_stream import read_token_stream
from store.streams.tokens import first, parse_tokens, warnings


def codes(found: Explanation) -> list[str]:
    return [f"{each.level} {each.code} {each.segment}.{each.token} @{each.offset}" for each in found.diagnostics]


def test_the_example() -> None:
    """M-117's example, word for word."""
    found = explain("app:ui:a=1; a:b:c:d=2 :;: theme=dark")
    assert (found.valid, found.segments, found.tokens) == (False, 2, 3)
    one, two = found.diagnostics
    assert (one.level, one.code, one.segment, one.token) == ("error", "too-many-colons", 1, 2)
    assert (one.offset, one.text) == (12, "a:b:c:d=2")
    assert (two.level, two.code, two.segment, two.token) == ("error", "not-fully-qualified", 2, 1)
    assert (two.offset, two.text, two.hint) == (26, "theme=dark", "app:main:theme=dark")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("app:ui:a=1; b=2", []),
        ("app:ui:a=1=2; b=x=y", ["warning bare-equals 1.1 @0", "warning bare-equals 1.2 @14"]),
        ("app:a.b.c.d.e:k=1", ["warning ns-deep 1.1 @0"]),
        ("app:a.b.c.d.e.f:k=1", ["warning ns-too-deep 1.1 @0"]),
        (
            "app:global:k[x][y]=1=2",
            ["warning ns-reserved 1.1 @0", "warning bracket-nested 1.1 @0", "warning bare-equals 1.1 @0"],
        ),
        ("1app:2ui:k=1", ["warning invalid-name 1.1 @0", "warning ns-bad-char 1.1 @0"]),
        (f"app:{'n' * 65}:k=1", ["warning ns-part-too-long 1.1 @0"]),
        ("app:ui:a=1; x.y.z=2", ["warning dotted-path 1.2 @12"]),
        ("nope; app:ui:a=1; b=2", ["error missing-equals 1.1 @0"]),
        ("a=1; b=2", ["error not-fully-qualified 1.1 @0", "error not-fully-qualified 1.2 @5"]),
        (r'app:ui:a="\x"; b=2', ["error escape-invalid 1.1 @0"]),
        (
            "ctl:nope=x; ctl:; ns=ui",
            [
                "error control-unknown 1.1 @0",
                "error control-malformed 1.2 @12",
                "error control-in-meteor-stream 1.3 @18",
            ],
        ),
        (
            "app:ui:a=1;; b; c=2;;",
            [
                "error consecutive-semicolons 1.1 @11",
                "error missing-equals 1.2 @13",
                "error consecutive-semicolons 1.3 @20",
            ],
        ),
        ("app:ui:a=1 :;: ;; :;: app:ui:b", ["error consecutive-semicolons 2.1 @16", "error missing-equals 3.1 @22"]),
        ('nope; app:ui:k="open; b=1;; :;: x', ["error missing-equals 1.1 @0", "error unbalanced-quotes 1.2 @6"]),
        ('nope;; app:ui:k="open', ["error missing-equals 1.1 @0", "error unbalanced-quotes 1.2 @7"]),
        ('app:ui:k=1 :;: "', ["error unbalanced-quotes 2.1 @15"]),
        ('app:ui:k=1;"', ["error unbalanced-quotes 1.2 @11"]),
    ],
)
def test_diagnostics(text: str, found: list[str]) -> None:
    """M-117: in the order of the text, on after a bad token, ended by an open quote; only errors make it invalid."""
    explanation = explain(text)
    assert codes(explanation) == found
    assert explanation.valid == (not any(line.startswith("error") for line in found))


def test_strict() -> None:
    """M-117: brackets, names and depth become errors; the other warnings stay what they are."""
    found = explain("app:ctl:k[*]=1=2; app:a.b.c.d.e:j=1; app:a.b.c.d.e.f:x=1; p.q.r=1", strict=True)
    assert not found.valid
    assert [each.code for each in found.errors] == ["ns-reserved", "bracket-bad-char", "ns-too-deep"]
    assert [each.code for each in found.warnings] == ["bare-equals", "ns-deep", "dotted-path"]


def test_profile() -> None:
    """M-024, M-251: depth and length are those of the profile, and the hint names it."""
    found = explain("app:a.b.c.d:k=1", profile=PROFILES["embedded"])
    assert [each.code for each in found.warnings] == ["ns-too-deep"]
    assert "embedded" in found.warnings[0].hint
    deep = explain("app:a.b.c:k=1", profile=PROFILES["strict"]).warnings[0]
    assert deep.code == "ns-deep"
    assert "maximum 3" in deep.hint


def test_json() -> None:
    """M-206: the object that machines get."""
    found = explain("x").to_dict()
    assert list(found) == ["valid", "segments", "tokens", "diagnostics"]
    (diagnostic,) = explain("x").diagnostics
    assert found["diagnostics"] == [diagnostic.to_dict()]
    assert list(diagnostic.to_dict()) == [
        "level",
        "code",
        "segment",
        "token",
        "offset",
        "text",
        "message",
        "hint",
    ]


def hint_of(code: str, text: str) -> str:
    """The hint that `text` earns from whoever finds `code` in it."""
    for read in (read_meteor_stream, read_token_stream, parse_tokens):
        try:
            read(text)
        except StoreError as error:
            if error.code == code:
                return error.hint
    doubts = {each.code: each.hint for each in explain(text).diagnostics}
    return doubts[code]


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("too-many-colons", "a:b:c:d=1", ["context:namespace:key", "after '='"]),
        ("empty-context", "::k=1", ["drop the leading colon", "app:"]),
        ("empty-key", "app:ui:=1", ["add a key", "context:namespace:", "context::"]),
        ("not-fully-qualified", "theme=dark", ["app:main:theme="]),
        ("not-fully-qualified", "ui:theme=dark", ["app:ui:theme=", "namespace:key"]),
        ("control-in-meteor-stream", "ns=ui", ["token stream", "fully"]),
        ("missing-equals", "nope", ["key=value", "quote"]),
        ("unbalanced-quotes", 'k="open', ["offset 2", '\\"']),
        ("consecutive-semicolons", "app:ui:a=1;;b=2", ["delete one", "quote the value"]),
        ("invalid-name", "app:u\ti:k=1", ["in a namespace"]),
        ("ns-reserved", "app:global:k=1", ["global", "default"]),
        ("ns-too-deep", "app:a.b.c.d.e.f:k=1", ["depth 6", "maximum 5", "default"]),
        ("ns-part-too-long", f"app:{'n' * 70}:k=1", ["length 70", "maximum 64", "default"]),
        ("bracket-nested", "app:ui:a[x][y]=1", ["a[x,y]"]),
        ("bracket-mismatch", "app:ui:list[0=1", ["list[0]"]),
        ("bare-equals", "app:ui:q=x=y", ["quote the value"]),
        ("control-unknown", "ctl:nope=1", ["delete", "reset"]),
        ("reset-unknown-target", "ctl:reset=x", ["cursor", "storage", "all"]),
        ("dotted-path", "app:ui:a=1; app.ui.button=2", ["did you mean app:ui:button"]),
        ("escape-invalid", r'app:ui:k="\x"', ['\\" \\\\ \\n \\r \\t', "\\uXXXX"]),
        ("not-text", "app:ui:k=\ud800", ["--b64"]),
    ],
)
def test_hints(code: str, text: str, words: list[str]) -> None:
    """M-099: each hint names the repair and shows the corrected text where there is one."""
    hint = hint_of(code, text)
    for word in words:
        assert word in hint, hint


def test_invalid_name_says_character_and_offset() -> None:
    """M-099: for `invalid-name` the offending character and its offset."""
    with pytest.raises(StoreError) as caught:
        parse_tokens("a:b c:k=1")
    assert "offset 3" in caught.value.message
    assert "' '" in caught.value.message
    assert caught.value.position == 3


def test_what_a_hint_proposes_is_good() -> None:
    """M-099: the corrected text, typed, is accepted."""
    for text in ("theme=dark", "ui:theme=dark", 'k="a; b"', ":k=1", "list[0]=1"):
        (found,) = explain(text).diagnostics
        assert found.code == "not-fully-qualified"
        assert explain(found.hint.partition(" (")[0]).valid, found.hint
    (dotted,) = warnings(first("app.ui.button=1"))
    assert explain(f"{dotted.hint.removeprefix('did you mean ')}=1").diagnostics == ()
