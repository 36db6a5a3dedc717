"""Lines of the cache are read alike by the reader that only knows ours and by the one for any JSON (C-014…C-016)."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from tui.completion.compaction import Name, plain_fields, read_line
from tui.completion.foreign import fields_of
from tui.name_cache import line_of, stamp

NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
PIECES = [
    '"',
    "\\",
    "{",
    "}",
    ",",
    ":",
    " ",
    "id",
    "type",
    "value",
    "target",
    "last_seen",
    "canonical_key",
    "2026-02-29T",
    "é",
    "\0",
]
OURS = '{"type":"alias","value":"work","canonical_key":"work@u","target":"/x","last_seen":"2026-02-28T23:59:59.999Z"}'


@given(st.sampled_from(["id", "tag", "alias"]), NAMES, NAMES, st.integers(0, 253_402_300_799_999))
def test_what_we_write_is_read(kind: str, value: str, key: str, at_ms: int) -> None:
    """The quick reader knows every line of ours without a quote or backslash, except of the last days of a month."""
    line = line_of(kind, value, key, "/t" if kind == "alias" else "", stamp(at_ms)).rstrip("\n")
    found = read_line(line.encode())
    if found is not None:  # else a separator or the like, which `line_of` is never given
        assert found == Name(kind, value, key, "/t" if kind == "alias" else "", stamp(at_ms))
    plain = '"' not in value + key and "\\" not in value + key and int(stamp(at_ms)[8:10]) <= 28
    assert (plain_fields(line) is not None) == plain


@given(st.integers(0, len(OURS)), st.integers(0, 12), st.lists(st.sampled_from(PIECES), max_size=3).map("".join))
@example(0, 0, "")
def test_both_readers_agree(at: int, width: int, instead: str) -> None:
    """Whatever is changed in a line: the quick reader either leaves it to the other or says the same."""
    line = OURS[:at] + instead + OURS[at + width :]
    found = plain_fields(line)
    if found is not None and "\0" not in line:
        assert found == fields_of(line)


def test_times_that_are_none() -> None:
    """C-015: no such month, day, hour, minute or second; each is left to the other reader, which refuses it."""
    for time in (
        "2026-13-01T00:00:00.000Z",
        "2026-02-30T00:00:00.000Z",
        "2026-01-01T24:00:00.000Z",
        "2026-01-01T00:60:00.000Z",
    ):
        line = OURS.replace("2026-02-28T23:59:59.999Z", time)
        assert plain_fields(line) is None
        assert read_line(line.encode()) is None
