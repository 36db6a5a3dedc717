"""XStream text to tokens and back (X-001 to X-010, U-05), and what is never kept of it (P-078)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import StreamError
from store.streams.xstream import Token, mask, parse, render, scan

SYNTAX = st.text(st.sampled_from("ab:=;\"'\\ \t\n\r.é\u2003"), max_size=40)
ANY_TEXT = st.one_of(SYNTAX, st.text(max_size=40))
NAME = st.text(st.characters(blacklist_characters=":=;", blacklist_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda name: name.split() == [name]
)
VALUE = st.one_of(st.text(max_size=20), st.text(st.sampled_from("a;\"'\\= \n\r\t\x00\x1b"), max_size=20))
TOKEN = st.builds(lambda ns, key, value: (ns, key, value), st.none() | NAME, NAME, VALUE).filter(
    lambda token: token[0] is not None or token[1] != "ns" or bool(token[2])
)


def facts(text: str) -> list[tuple[str | None, str, str]]:
    return [(token.ns, token.key, token.value) for token in parse(text)]


def fault(text: str) -> StreamError:
    with pytest.raises(StreamError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a=1", [(None, "a", "1")]),
        (" \n a=1;\u2003b=2 \n", [(None, "a", "1"), (None, "b", "2")]),
        ("k=", [(None, "k", "")]),
        ("k=  \n", [(None, "k", "")]),
        ('k="";', [(None, "k", "")]),
        ("k='a;\n\"b';", [(None, "k", 'a;\n"b')]),
        ("k='a\\';", [(None, "k", "a\\")]),
        ('k="\\\\";', [(None, "k", "\\")]),
        ('k="\\\\\\"";', [(None, "k", '\\"')]),
        ('k="\\n\\";";', [(None, "k", '\\n";')]),
        ("k=it's;", [(None, "k", "it's")]),
        ("k=a=b==;", [(None, "k", "a=b==")]),
        ("k=:;", [(None, "k", ":")]),
        ("meta:sec:pass=x;", [("meta", "sec:pass", "x")]),
        ("x:ns=;", [("x", "ns", "")]),
        ('k="v"', [(None, "k", "v")]),
        ('k="v" \t', [(None, "k", "v")]),
    ],
)
def test_tokens(text: str, tokens: list[Any]) -> None:
    """X-001 to X-007: what counts as separator, prefix, quote and escape."""
    assert facts(text) == tokens


@pytest.mark.parametrize(
    ("text", "code", "position", "label"),
    [
        ("a=1; oops me; k=v", "missing_equals", 5, "oops"),
        ("ns:key", "missing_equals", 0, "ns:key"),
        ("a=1; =v", "empty_key", 5, ""),
        ("ns:=v", "empty_key", 3, "ns:"),
        (":k=v", "empty_namespace", 0, ":k"),
        ("a=1; ns=", "empty_namespace", 8, "ns"),
        ("ns='';", "empty_namespace", 3, "ns"),
        ("my key =v", "space_before_equals", 6, "my key"),
        ("my ns:key=v", "space_in_namespace", 2, "my ns:key"),
        ("ns :key=v", "space_in_namespace", 2, "ns :key"),
        ("ns:my key=v", "space_in_key", 5, "ns:my key"),
        ("ns: key=v", "space_in_key", 3, "ns: key"),
        ("my key=v", "space_in_key", 2, "my key"),
        ("k= v;", "space_after_equals", 2, "k"),
        ("k= ;", "space_after_equals", 2, "k"),
        ('k=\n"v"', "space_after_equals", 2, "k"),
        ("k=v ;", "trailing_space", 3, "k"),
        ("k=v\n;", "trailing_space", 3, "k"),
        ('k="v" ;', "trailing_space", 5, "k"),
        ("a=1\nb=2;", "newline_in_value", 3, "a"),
        ("a=1\rb=2 ;", "newline_in_value", 3, "a"),
        ('k="v;', "unterminated_quote", 2, "k"),
        ("k='", "unterminated_quote", 2, "k"),
        ('k="v\\";', "unterminated_quote", 2, "k"),
        ('k="a" b;', "text_after_quote", 5, "k"),
        ("k=''';", "text_after_quote", 4, "k"),
    ],
)
def test_faults_have_code_position_and_label(text: str, code: str, position: int, label: str) -> None:
    """X-003 to X-009: the first fault, where it is, and whose it is."""
    error = fault(text)
    assert (error.code, error.position, error.text) == (code, position, label)
    assert label in error.message


def test_a_label_is_short_one_line_and_holds_no_secret() -> None:
    """X-009: cut to 40 characters; P-070: no control characters; P-116: a credential without its `=` is not printed."""
    assert fault("k" * 100 + " =v").text == "k" * 40
    assert fault("a\x1b[2J\nb=v").text == "a_[2J_b"
    assert "hunter2" not in fault("sec:pass hunter2 x=1").message
    assert "hunter2" not in fault("meta:sec:pass hunter2 x=1").message
    assert "v4lue" not in fault("k=v4lue ;").message


def test_what_stands_before_a_fault_is_given_first() -> None:
    tokens = scan("a=1; oops")
    assert next(tokens) == Token(None, "a", "1", 0)
    with pytest.raises(StreamError, match="oops"):
        next(tokens)


def test_rejected_text_of_another_language_is_recognised() -> None:
    """U-06: `:;:` and `ctl:` name the other dialects, and what reads them."""
    assert "dialect meteor" in fault("app:ui:a=1 :;: b=2").hint
    assert "dialect token" in fault("a=1; ctl:delete").hint
    assert fault("oops").hint == ""
    assert "--dialect meteor" in fault("x :;: y").hint
    assert "--dialect token" in fault("ctl:x").hint


@given(ANY_TEXT)
def test_parse_raises_nothing_but_stream_errors(text: str) -> None:
    """X-009, whatever the text: tokens in order, each beginning where it says, or one StreamError that points into it."""
    tokens: list[Token] = []
    try:
        tokens = parse(text)
    except StreamError as error:
        problem = error
    else:
        problem = StreamError("none", "", position=0)
    assert problem.position is not None
    assert 0 <= problem.position <= len(text)
    assert problem.text.isprintable()
    assert "\n" not in problem.message
    for token in tokens:
        head = token.key if token.ns is None else f"{token.ns}:{token.key}"
        assert text.startswith(f"{head}=", token.offset)
    assert [token.offset for token in tokens] == sorted({token.offset for token in tokens})


@given(st.lists(TOKEN), st.booleans())
def test_rendering_parses_back(tokens: list[Any], stored: bool) -> None:
    """X-010 and U-05: whatever the values hold."""
    assert facts(render(tokens, stored=stored)) == tokens


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a;b", " a", "a\u2003", "'a", '"a'])
def test_rendering_quotes_what_would_not_parse_back(value: str) -> None:
    """X-010: these, and of the rest only what U-05 adds for stored text."""
    assert render([(None, "k", value)]).startswith('k="')
    assert facts(render([(None, "k", value)])) == [(None, "k", value)]


@pytest.mark.parametrize("value", ["", "it's", 'say "hi"', "a=b", "a\tb", "c:\\temp", "a b"])
def test_rendering_leaves_the_rest_bare(value: str) -> None:
    """X-010: quoted only if."""
    assert render([("ns", "k", value)]) == f"ns:k={value};"


@given(VALUE)
def test_stored_text_is_quoted_by_the_wider_rule(value: str) -> None:
    """U-05: quoted whenever it holds `;`, `"`, `=`, a control character, edge whitespace or begins with a quote."""
    wanted = (
        any(c in ';"=' or ord(c) < 32 or 127 <= ord(c) < 160 for c in value)
        or value != value.strip()
        or value[:1] in ('"', "'")
    ) and value != ""
    text = render([(None, "k", value)], stored=True)
    assert text.startswith('k="') == wanted
    bare = render([(None, "k", value)])
    assert not bare.startswith('k="') or wanted, "X-010 quotes nothing that U-05 leaves bare"


class Counted(str):
    """Text that counts the characters its searches pass over."""

    passed = 0

    def find(self, *arguments: Any) -> int:
        found = super().find(*arguments)
        start = arguments[1] if len(arguments) > 1 else 0
        end = arguments[2] if len(arguments) > 2 else len(self)
        Counted.passed += (end if found < 0 else found) - start
        return found


@pytest.mark.parametrize(
    "piece", ['k="a;b";', "k='\\';", 'k="\\\\";', "ns:k=a\\;", ";;  ;k=v;", "k=it's;", 'k="\\"\\"";']
)
def test_parsing_is_linear(piece: str) -> None:
    """P-142 without a clock: however many tokens follow, each search stays within its own."""
    text = Counted(piece * 10_000)
    Counted.passed = 0
    assert len(parse(text)) == 10_000
    assert Counted.passed < 3 * len(text)


@pytest.mark.parametrize(
    "text", ['k="' + '\\"' * 50_000, "k='" + 'x=";' * 50_000, "k=v;" * 50_000 + 'k="' + "a=1;" * 50_000]
)
def test_refusing_is_linear(text: str) -> None:
    counted = Counted(text)
    Counted.passed = 0
    assert fault(counted).code == "unterminated_quote"
    assert Counted.passed < 4 * len(text)


# P-078 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("sec:pass=HIDE; k=v", "sec:pass=***; k=v"),
        ("k=v; meta:sec:pass='H;IDE'; bad", "k=v; meta:sec:pass=***; bad"),
        ("sec:pass=;k", "sec:pass=***;k"),
        ("sec:pass=HIDE ;\tsec:user=HIDE\n", "sec:pass=*** ;\tsec:user=***\n"),
        ("sec :pass = HIDE ; k", "sec :pass = *** ; k"),
        ("a=1\nsec:pass=HIDE\nk=v; x", "a=1\nsec:pass=***\nk=v; x"),
        ("sec:key=HIDE\nHIDE==\n; x", "sec:key=***\n; x"),
        ("a=1 sec:pass=HIDE;", "a=1 sec:pass=***;"),
        ('k="open; sec:pass=HIDE; x=1', 'k="open; sec:pass=***; x=1'),
        ('k="a"b; sec:pass=HIDE', 'k="a"b; sec:pass=***'),
        ('sec:pass="HIDE; k=v', "sec:pass=***"),
        ('sec:pass="HIDE"HIDE; k', "sec:pass=***; k"),
        ('sec:pass="HI\\"DE;HIDE"; k', "sec:pass=***; k"),
        ('sec:pass="HIDE"\nk=v;', "sec:pass=***\nk=v;"),
        ("=sec:pass=HIDE", "=sec:pass=***"),
        ("oops sec:a=HIDE;sec:b=HIDE", "oops sec:a=***;sec:b=***"),
        ("a=1\rsec:pass=HIDE\rk=v; x", "a=1\rsec:pass=***\rk=v; x"),
        # data that only looks like it, and broken tokens without a value
        ('k="a; sec:pass=x"; bad', 'k="a; sec:pass=x"; bad'),
        ("note=sec:pass=x; bad", "note=sec:pass=x; bad"),
        ("parsec:distance=3; second=4; bad", "parsec:distance=3; second=4; bad"),
        ("sec:pass; k=v", "sec:pass; k=v"),
        ("it took 30 sec: fine\nk=v; bad", "it took 30 sec: fine\nk=v; bad"),
    ],
)
def test_mask(text: str, masked: str) -> None:
    """P-078: the whole value of every credential, quoted or not, and nothing else."""
    assert mask(text) == masked
    assert mask(text.encode()) == masked.encode()


def test_mask_works_on_bytes_that_are_no_text() -> None:
    assert mask(b"\xff=\x00; sec:pass=\xfe\xa0\xc3; k=\xc3") == b"\xff=\x00; sec:pass=***; k=\xc3"


@given(st.binary(max_size=30).filter(lambda part: b"sec" not in part), st.binary(max_size=30))
def test_mask_changes_nothing_without_a_credential(first: bytes, second: bytes) -> None:
    content = first + second.replace(b"sec", b"")
    assert mask(content) == content or b"sec" in content


@given(SYNTAX, st.sampled_from(["sec:pass", "meta:sec:pass", "sec:user", "sec: a"]), st.booleans(), SYNTAX)
def test_mask_hides_every_credential_of_a_broken_stream(before: str, name: str, quoted: bool, after: str) -> None:
    """P-078: behind a separator outside quotes no credential survives, whatever stands around it."""
    before = before.replace('"', "").replace("'", "")
    secret = '"S3CRET;S3CRET"' if quoted else "S3CRET"
    assert "S3CRET" not in mask(f"{before};{name}={secret};{after}")


@given(st.lists(TOKEN, max_size=5), st.lists(TOKEN, max_size=5), VALUE)
def test_mask_of_a_sound_stream_changes_one_token(before: list[Any], after: list[Any], secret: str) -> None:
    """P-078: what is masked still parses to the same tokens."""
    others = [(ns and f"x{ns}", f"y{key}", value) for ns, key, value in (*before, *after)]
    others = [token for token in others if "sec" not in "".join(filter(None, token))]
    tokens = [*others[: len(before)], ("sec", "pass", secret), *others[len(before) :]]
    expected = [(ns, key, "***" if ns == "sec" else value) for ns, key, value in tokens]
    assert facts(mask(render(tokens))) == expected


@given(st.lists(TOKEN, max_size=4), VALUE, SYNTAX)
def test_mask_before_a_fault_is_exact(before: list[Any], secret: str, rubbish: str) -> None:
    """P-078: what stands before the fault keeps every byte but the secret."""
    others = [(ns and f"x{ns}", f"y{key}", value) for ns, key, value in before]
    others = [token for token in others if "sec" not in "".join(filter(None, token))]
    sound = render(others)
    masked = mask(f"{sound} {render([('sec', 'pass', secret)])} {rubbish}")
    assert masked.startswith(f"{sound} sec:pass=***; ")
    assert masked.endswith(rubbish) or "sec" in rubbish
