"""What holds for every text of the Meteor languages (M-050, M-063, M-065, M-083, M-115, M-117)."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from store.errors import StoreError
from store.model import Address
from store.streams.escapes import decode_escapes, emit, emit_text, is_quoted, text_of, validate_escapes
from store.streams.events import Write
from store.streams.explain import explain
from store.streams.meteor_stream import read_meteor_stream, validate
from store.streams.meteors import Meteor, Shower, parse_meteor, parse_shower
from store.streams.splitter import split, split_pieces
from store.streams.token_stream import read_token_stream
from store.streams.tokens import Token, first, make_token, parse_tokens

TEXT = st.text()
SYNTAX = st.lists(
    st.sampled_from(
        [*';:="\\ \n[],.#_ux0d8', ":;:", "app:ui:", "k=", "ns=", "ctx=", "ctl:", "ctl:reset=cursor", "a=1", '"x"']
    )
).map("".join)
"""Texts made of what means something."""
NAMES = st.from_regex(r"[a-zé_][a-z0-9é_-]{0,8}", fullmatch=True)
NAMESPACES = st.lists(NAMES, max_size=3).map(".".join)
KEYS = st.one_of(
    NAMES, st.builds("{}[{}]".format, NAMES, st.from_regex(r"[a-z0-9]{1,3}(,[a-z0-9]{1,3})?", fullmatch=True))
)
VALUES = st.one_of(TEXT, SYNTAX)
TOKENS = st.builds(make_token, KEYS, VALUES)
METEORS = st.builds(Meteor, NAMES, NAMESPACES, st.lists(TOKENS, min_size=1, max_size=4))


def outcome(action: object, *given_: object) -> object:
    """What comes out, or the code."""
    try:
        return action(*given_)  # type: ignore[operator]
    except StoreError as error:
        return error.code


def slowly(text: str, delimiter: str) -> list[str] | None:
    """M-051…M-053 character by character; None for an open quote."""
    parts, part, at, quoted = [], "", 0, False
    while at < len(text):
        if quoted and text[at] == "\\":
            part += text[at : at + 2]
            at += 2
        elif not quoted and text.startswith(delimiter, at):
            parts.append(part)
            part = ""
            at += len(delimiter)
        else:
            quoted ^= text[at] == '"'
            part += text[at]
            at += 1
    return None if quoted else [*parts, part]


@given(st.one_of(TEXT, SYNTAX), st.sampled_from([";", ":;:"]))
@settings(max_examples=300)
def test_the_splitter_is_what_its_rules_say(text: str, delimiter: str) -> None:
    """M-050: fast or not, it gives what reading character by character gives; with and without blanks."""
    parts = slowly(text, delimiter)
    if parts is None:
        assert outcome(split, text, delimiter) == "unbalanced-quotes"
        return
    assert split(text, delimiter, False) == [part for part in parts if part]
    assert split(text, delimiter) == [part.strip() for part in parts if part.strip()]


@given(st.one_of(TEXT, SYNTAX))
@settings(max_examples=200)
def test_splitting_loses_nothing(text: str) -> None:
    """M-052: the pieces stand in the text where they say, and between them are only delimiters."""
    try:
        pieces = split_pieces(text, trim=False)
    except StoreError:
        return
    end = 0
    for piece, offset in pieces:
        assert set(text[end:offset]) <= {";"}
        assert text.startswith(piece, offset)
        end = offset + len(piece)
    assert set(text[end:]) <= {";"}


@given(st.one_of(TEXT, st.text('\\"nrtu0d8a')))
@settings(max_examples=300)
def test_validating_is_decoding(text: str) -> None:
    """M-061."""
    assert validate_escapes(text) == (fault_of(decode_escapes, text) is None)


@given(VALUES)
@settings(max_examples=300)
def test_emitted_text_reads_back(text: str) -> None:
    """U-05, M-065: one token, the same text, on one line."""
    written = emit_text(text)
    (token,) = parse_tokens(f"k={written}")
    assert token.text == text
    assert "\n" not in written
    assert "\r" not in written
    (event,) = read_meteor_stream(f"app:ui:k={written}")
    assert isinstance(event, Write)
    assert event.value.decode() == text


@given(SYNTAX)
@example('k="a\nb"')
@settings(max_examples=300)
def test_emitted_raw_values_keep_their_text(text: str) -> None:
    """M-065's guarantee for whatever a token can hold; a value without a text keeps having none."""
    try:
        tokens = parse_tokens(text)
    except StoreError:
        return
    for token in tokens:
        again = first(f"k={emit(token.value)}")
        assert outcome(text_of, again.value) == outcome(text_of, token.value)
        assert emit(again.value) == emit(token.value)
        if is_quoted(token.value) and token.value.isprintable():
            assert emit(token.value) == token.value


@given(METEORS)
@settings(max_examples=150)
def test_meteors_read_back(meteor: Meteor) -> None:
    """M-083: the text of a meteor is that meteor, keys in notation."""
    again = parse_meteor(meteor.to_text())
    assert again.to_text() == meteor.to_text()
    assert facts(again) == facts(meteor)


@given(st.lists(METEORS, min_size=1, max_size=4))
@settings(max_examples=100)
def test_showers_read_back(meteors: list[Meteor]) -> None:
    """M-083, and as a stream every entry lands where its meteor says."""
    text = Shower(tuple(meteors)).to_text()
    assert [facts(meteor) for meteor in parse_shower(text)] == [facts(meteor) for meteor in meteors]
    written = [(event.address, event.value.decode()) for event in read_meteor_stream(text) if isinstance(event, Write)]
    assert written == [
        (Address("", meteor.context, meteor.namespace, token.canonical), token.text)
        for meteor in meteors
        for token in meteor.tokens
    ]


def facts(meteor: Meteor) -> tuple[str, str, list[tuple[str, str]]]:
    return meteor.context, meteor.namespace, [(token.canonical, token.text) for token in meteor.tokens]


@given(st.one_of(TEXT, SYNTAX))
@settings(max_examples=400)
@example("\ud800")
@example('app:ui:k=1 :;: "')
def test_explain_never_raises_and_agrees(text: str) -> None:
    """M-115, M-117: valid is what the reader accepts, the reader's own code is among the errors, offsets are true."""
    found = explain(text)
    assert found.valid == validate(text)
    code = outcome(read_meteor_stream, text)
    if not found.valid:
        assert code in [each.code for each in found.errors]
    for each in found.diagnostics:
        assert text.startswith(each.text, each.offset)
        assert each.hint
        assert 1 <= each.segment <= found.segments
        assert each.token >= 1
    explain(text, strict=True)


@given(st.one_of(TEXT, SYNTAX))
@settings(max_examples=200)
def test_readers_raise_nothing_else(text: str) -> None:
    """Whatever is typed, it is events or an error with a code, a hint and a place in the text."""
    for read in (read_token_stream, parse_tokens, parse_meteor, parse_shower):
        error = fault_of(read, text)
        if error is not None:
            assert error.hint
            assert error.position is not None
            assert 0 <= error.position <= len(text)


def fault_of(action: object, text: str) -> StoreError | None:
    try:
        action(text)  # type: ignore[operator]
    except StoreError as error:
        return error
    return None


@given(st.lists(st.tuples(KEYS, VALUES), min_size=1, max_size=5))
@settings(max_examples=100)
def test_a_qualified_stream_means_the_same_in_both_languages(pairs: list[tuple[str, str]]) -> None:
    """M-102, M-110: fully addressed tokens are read alike."""
    tokens: list[Token] = [make_token(key, value) for key, value in pairs]
    text = "; ".join(f"app:ui:{token.to_stream()}" for token in tokens)
    in_tokens = [event._replace(origin=None) for event in read_token_stream(text) if isinstance(event, Write)]
    in_meteors = [event._replace(origin=None) for event in read_meteor_stream(text) if isinstance(event, Write)]
    assert in_tokens == in_meteors
