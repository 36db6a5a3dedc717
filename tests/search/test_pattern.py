"""Query patterns: reading, kinds, matching (M-150…M-156)."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.pattern import Glob, QueryPattern
from store.addresses.keys import canonical_key, to_notation
from store.errors import AddressError


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("but", ("app", "main", "but")),
        ("user:ui", ("user", "main", "ui")),
        ("user:ui:k", ("user", "ui", "k")),
        ("app:ui:", ("app", "ui", "*")),
        ("app:", ("app", "main", "*")),
        ("app::", ("app", "", "*")),
        ("app::k", ("app", "", "k")),
        ("*:*:*", ("*", "*", "*")),
    ],
)
def test_components_are_read_as_paths(text: str, parts: tuple[str, str, str]) -> None:
    """M-151, M-153."""
    pattern = QueryPattern.parse(text)
    assert (pattern.context.text, pattern.namespace.text, pattern.key.text) == parts


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("app:ui:button", "exact"),
        (r"app:ui:\*", "exact"),
        ("app:ui:a[*]", "glob"),
        ("app:ui:b*", "prefix"),
        ("app:ui:", "prefix"),
        ("*", "prefix"),
        ("app:ui:b**", "glob"),
        ("app:ui:b?", "glob"),
        ("app:u*:b", "glob"),
        ("app:u*:b*", "glob"),
        (r"app:ui:b\*", "exact"),
        (r"app:ui:b\**", "prefix"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    """M-152."""
    assert QueryPattern.parse(text).kind == kind


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "empty-path", 0),
        ("  ", "empty-path", 0),
        ("a:b:c:d", "too-many-colons", 5),
        ("::", "empty-context", 0),
        (":k", "empty-context", 0),
        (" :ui:k", "empty-context", 0),
    ],
)
def test_malformed_patterns(text: str, code: str, position: int) -> None:
    """M-156: path errors, with their place and a way out."""
    with pytest.raises(AddressError) as raised:
        QueryPattern.parse(text)
    assert (raised.value.code, raised.value.position) == (code, position)
    assert raised.value.hint


def test_either_spelling() -> None:
    """M-155, M-040: keys in notation and canonical, patterns too; blanks in brackets do not count."""
    for text in ("sections[*]", "sections__*", "sections[intro]", "sections__intro", "sections[ intro ]"):
        pattern = QueryPattern.parse(f"doc:guide:{text}")
        for key in ("sections[intro]", "sections__intro"):
            assert pattern.matches("doc", "guide", key), text
        assert not pattern.matches("doc", "guide", "sectionsintro")
    assert QueryPattern.parse("app:ui:.index").matches("app", "ui", "index")  # M-125
    assert QueryPattern.parse("app:ui:grid[?,3]").matches("app", "ui", "grid__i_2_3")


def test_brackets_are_no_classes() -> None:
    """M-152: `[` and `]` are literal."""
    assert not Glob.parse("[ab]c").matches("ac")
    assert Glob.parse("[ab]c").matches("[ab]c")


def test_the_pipe_cache_has_one_spelling() -> None:
    """P-021: what looks like a variant in the key of a cached pipe is none."""
    assert QueryPattern.parse("pipe:cache:1_x__y").matches("pipe", "cache", "1_x__y")
    assert not QueryPattern.parse("pipe:cache:1_x[?]").matches("pipe", "cache", "1_x__y")
    assert QueryPattern.parse("app:cache:1_x[?]").matches("app", "cache", "1_x__y")


def test_no_blow_up() -> None:
    """M-149: a pattern made to hurt does not, and neither does a long text."""
    begun = time.process_time()
    assert not Glob.parse("a*" * 60 + "b").matches("a" * 5000)
    assert not Glob.parse("*a?a" * 30 + "b").matches("a" * 5000)
    assert time.process_time() - begun < 2


LETTERS = st.text("ab*?\\[]_é", max_size=8)


def as_expression(glob: str) -> str:
    """The same pattern for `re`, made character by character."""
    parts, at = [], 0
    while at < len(glob):
        char = glob[at]
        if char == "\\" and at + 1 < len(glob):
            at += 1
            parts.append(re.escape(glob[at]))
        else:
            parts.append({"*": ".*", "?": "."}.get(char, re.escape(char)))
        at += 1
    return "".join(parts)


@given(LETTERS, LETTERS)
def test_globs_match_as_expressions_do(glob: str, text: str) -> None:
    """M-152 against another implementation."""
    assert Glob.parse(glob).matches(text) == (re.fullmatch(as_expression(glob), text, re.DOTALL) is not None)


@given(LETTERS, LETTERS)
def test_everything_that_matches_begins_with_the_prefix(glob: str, text: str) -> None:
    """What index ranges are made of."""
    parsed = Glob.parse(glob)
    if parsed.matches(text):
        assert text.startswith(parsed.prefix)
    if parsed.wildcards == 0:
        assert parsed.literal == parsed.prefix
        assert parsed.matches(parsed.prefix)


@given(LETTERS, st.text("ab[]_i0,", min_size=1, max_size=8))
def test_keys_match_in_both_spellings(glob: str, key: str) -> None:
    """M-155: the same answer for both spellings of a key, and yes when either of them matches."""
    pattern, canonical = QueryPattern.parse(f"app:ui:{glob}"), canonical_key(key)
    assert pattern.matches("app", "ui", canonical) == pattern.matches("app", "ui", to_notation(canonical))
    if pattern.key.matches(canonical) or pattern.key.matches(to_notation(canonical)):
        assert pattern.matches("app", "ui", key)
