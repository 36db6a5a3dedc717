"""The splitter and the escapes of the Meteor languages (M-050…M-065)."""

from __future__ import annotations

import pytest

from store.errors import StreamError
from store.streams.escapes import (
    decode_escapes,
    emit,
    emit_text,
    has_unescaped_quotes,
    is_quoted,
    text_of,
    validate_escapes,
)
from store.streams.splitter import Piece, check, double_semicolons, has_consecutive_semicolons, split, split_pieces


def code_of(action: object, *given: object) -> tuple[str, int | None]:
    with pytest.raises(StreamError) as caught:
        action(*given)  # type: ignore[operator]
    return caught.value.code, caught.value.position


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('key=value; message="hello; world"; theme=dark', ["key=value", 'message="hello; world"', "theme=dark"]),
        (";;a=1; ;b=2;", ["a=1", "b=2"]),
        ('k=ab"c;d"e; z=1', ['k=ab"c;d"e', "z=1"]),
        (r'path="C:\\dir\\"; t=1', [r'path="C:\\dir\\"', "t=1"]),
        (r"a=v\; b=1", ["a=v\\", "b=1"]),
        (r'k="a\"; b"; c=1', [r'k="a\"; b"', "c=1"]),
        (r'k="\\\";"; c=1', [r'k="\\\";"', "c=1"]),
        ("msg='a;b'", ["msg='a", "b'"]),
        ('a="1;"";2";b', ['a="1;"";2"', "b"]),
        (r'a=\"x;y"; b', [r'a=\"x;y"', "b"]),
    ],
)
def test_split(text: str, parts: list[str]) -> None:
    """M-051, M-052, M-054: quoted runs, backslashes in and outside them, empty segments."""
    assert split(text) == parts


def test_split_by_several_characters() -> None:
    """M-053: leftmost, not overlapping, no blanks needed, ordinary text in quotes."""
    assert split("a::;:b", ":;:") == ["a:", "b"]
    assert split("a:;:;:b", ":;:") == ["a", ";:b"]
    assert split('x="p :;: q":;:y', ":;:") == ['x="p :;: q"', "y"]


def test_trim() -> None:
    """M-054: without `trim` blanks stay, and a segment of blanks too."""
    assert split(" a ; ;; b", trim=False) == [" a ", " ", " b"]
    assert split(" a ; ;; b") == ["a", "b"]


def test_pieces_have_offsets() -> None:
    text = '  a=1;\n\t"x;y" ;; b '
    assert split_pieces(text) == [Piece("a=1", 2), Piece('"x;y"', 8), Piece("b", 17)]
    assert all(text.startswith(piece, offset) for piece, offset in split_pieces(text))
    assert [offset for _, offset in split_pieces(text, base=100)] == [102, 108, 117]


@pytest.mark.parametrize(
    ("text", "opening"), [('"', 0), ('k="open', 2), (r'k="a\";b=2', 2), ('a="b";c="d', 8), ('a="b"";x', 5)]
)
def test_unbalanced(text: str, opening: int) -> None:
    """M-055, M-099: the error is at the quote left open and its hint says where that is and how a quote is written."""
    assert code_of(split, text) == ("unbalanced-quotes", opening)
    assert code_of(check, text) == ("unbalanced-quotes", opening)
    with pytest.raises(StreamError) as caught:
        split(text)
    assert f"offset {opening}" in caught.value.hint
    assert '\\"' in caught.value.hint


def test_the_open_quote_names_its_token_and_no_value() -> None:
    with pytest.raises(StreamError) as caught:
        split('a="one; two"; secret="hush; more=1')
    assert caught.value.text == "secret"
    assert "hush" not in repr(caught.value.__dict__)
    with pytest.raises(StreamError) as caught:
        split('a=1; hush"')
    assert caught.value.text == ""


def test_consecutive_semicolons() -> None:
    """M-056: adjacent and outside quotes; an open quote is reported in preference."""
    check("a=1; ;b=2;")
    check('a=";;";b=2')
    assert not has_consecutive_semicolons('a=";;"; b')
    assert has_consecutive_semicolons("a=1;;b")
    assert code_of(check, "a=1;;b=2") == ("consecutive-semicolons", 4)
    assert code_of(check, 'a="x";;b=2') == ("consecutive-semicolons", 6)
    assert code_of(check, 'a=1;;b="open') == ("unbalanced-quotes", 7)
    assert double_semicolons('a;;;b";;";;') == [2, 3, 10]


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        (r"a\"b\\c\nd\re\tf", 'a"b\\c\nd\re\tf'),
        (r"\u4e16\u754C", "世界"),
        (r"\ud83d\ude00!", "😀!"),
        ('say "hi"', 'say "hi"'),
        (r"\\u0041", r"\u0041"),
        ("", ""),
    ],
)
def test_decoding(text: str, decoded: str) -> None:
    """M-060, M-062."""
    assert decode_escapes(text) == decoded
    assert validate_escapes(text)


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        (r"a\x20", "escape-invalid", 1),
        (r"\/", "escape-invalid", 0),
        (r"\b", "escape-invalid", 0),
        (r"\f", "escape-invalid", 0),
        (r"\N", "escape-invalid", 0),
        ("ab\\", "escape-truncated", 2),
        (r"\u00", "escape-unicode", 0),
        (r"\uGGGG", "escape-unicode", 0),
        (r"\u+123", "escape-unicode", 0),
        (r"\u1_23", "escape-unicode", 0),
        ("\\u١٢٣٤", "escape-unicode", 0),
        (r"\ud83d", "escape-unicode", 0),
        (r"\ude00", "escape-unicode", 0),
        (r"\ud83dx", "escape-unicode", 0),
        (r"\ud83d\u0041", "escape-unicode", 0),
        (r"\ud83d\uf000", "escape-unicode", 0),
        (r"\ud83d\ud83d\ude00", "escape-unicode", 0),
    ],
)
def test_bad_escapes(text: str, code: str, position: int) -> None:
    """M-061, M-062: the code, the place of the backslash, and nothing of the text in the error."""
    assert code_of(decode_escapes, text) == (code, position)
    assert not validate_escapes(text)


def test_quoted() -> None:
    """M-063."""
    for text in ('""', '"a"', r'"a\"b"', r'"a\\"'):
        assert is_quoted(text), text
    for text in ("", '"', '"a', 'a"', '"a"b"', r'"abc\"', '"a" b "c"', ' "a"'):
        assert not is_quoted(text), text


def test_text_of() -> None:
    """M-063: stripped if quoted, else unchanged, blanks too; bad escapes in quotes raise at their place."""
    assert text_of(r' "a\nb" ') == "a\nb"
    assert text_of(" bare\\n ") == " bare\\n "
    assert text_of(r'"abc\"') == r'"abc\"'
    assert code_of(text_of, r' "bad \x"') == ("escape-invalid", 6)


def test_unescaped_quotes() -> None:
    """M-064: a backslash that is itself protected protects nothing."""
    assert has_unescaped_quotes('a"')
    assert has_unescaped_quotes(r"a\\" + '"')
    assert not has_unescaped_quotes(r"a\"")
    assert not has_unescaped_quotes("")


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("dark", "dark"),
        ("http://x:80/", "http://x:80/"),
        ("C:\\dir", "C:\\dir"),
        ("", ""),
        ("Hello; World", '"Hello; World"'),
        ('"Hello; World"', '"Hello; World"'),
        ("a=b", '"a=b"'),
        ("line1\nline2", r'"line1\nline2"'),
        ('"line1\nline2"', r'"line1\nline2"'),
        (" padded ", '" padded "'),
        ('say "hi"', r'"say \"hi\""'),
        ("\x00\x1b\x85", r'"\u0000\u001b\u0085"'),
        ('"bad \\x \t"', '"bad \\x \t"'),
    ],
)
def test_emit(raw: str, written: str) -> None:
    """M-065 and its table."""
    assert emit(raw) == written


def test_stored_text_is_never_raw() -> None:
    """U-05: quotes that are stored are text, so they are quoted when written."""
    assert emit_text('"Hello"') == r'"\"Hello\""'
    assert text_of(emit_text('"Hello"')) == '"Hello"'
    assert emit_text("plain") == "plain"
