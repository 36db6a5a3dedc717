"""What the property tests of entry search draw: few letters, so that much is found, and everything that could be special."""

from __future__ import annotations

from hypothesis import strategies as st

from search.hits import FIELDS, KINDS, Kind, Options

# Letters with case, one whose casefold is longer, wildcards and quotes of SQL, LIKE and FTS5, NUL, line breaks, combining, wide.
LETTERS = "abAB" * 3 + "éßẞİ%_*\"'\n\0 -:̈😀K"
PLACES = ("app:ui:", "app:ui.x:", "app::", "web:ui:")
KEYS = ("k", "b", "list__i_0", "a__b", "AB", "ab__i_1__i_2")
PATHS = tuple(place + key for place in PLACES for key in KEYS)
SCOPES = ("", "", "app:", "app:ui:", "app:ui", "app::", "web:ui:l", "app:ui:list[", "nowhere:")

texts = st.text(LETTERS, max_size=7)
words = st.lists(st.sampled_from(["ab", "abab", "A", "aé", "b", "ß", "😀b", " "]), max_size=6).map("".join)
values = texts | words
entries = st.dictionaries(st.sampled_from(PATHS), values, max_size=5)
kinds = st.none() | st.frozensets(st.sampled_from(KINDS))


@st.composite
def options(draw: st.DrawFn) -> Options:
    """Mostly what people use, and every combination now and then."""
    wanted: frozenset[Kind] | None = draw(kinds)
    return Options(
        scope=draw(st.sampled_from(SCOPES)),
        field=draw(st.sampled_from(("value", "value", "value", *FIELDS))),
        kinds=wanted,
        ignore_case=draw(st.booleans()),
        limit=draw(st.none() | st.integers(0, 4)),
    )


@st.composite
def queries(draw: st.DrawFn, given: dict[str, str]) -> str:
    """A piece of something that is stored, perhaps in other case, and perhaps something behind it; never empty."""
    source = draw(st.sampled_from([*given.values(), *given, "ab"]))
    start = draw(st.integers(0, len(source)))
    piece = source[start : start + draw(st.integers(1, 9))]
    other = piece.swapcase() if draw(st.integers(0, 2)) == 0 else piece
    return (other + draw(st.just("") | texts)) or "a"
