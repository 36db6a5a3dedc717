"""Cursor files: the record of P-090, who sees which, what is active (P-093, P-096, P-098, P-099)."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.cursors import (
    Active,
    Cursor,
    active_cursor,
    cursor_names,
    list_cursors,
    load_cursor,
    plain_record,
    save_active,
    save_cursor,
)
from store.errors import InputError

WORK = Cursor("work", "alice", "/data/w.db", "org_1", "app", "ui", "2026-01-02T03:04:05Z")


@pytest.fixture
def shelf(tmp_path: Path) -> str:
    """A cursors directory that does not exist yet."""
    return str(tmp_path / "cursors")


@given(st.data())
def test_the_short_way_to_read_a_record_reads_what_json_reads(data: st.DataObject):
    """C-059: what `save_cursor` writes is read without `json`; what somebody has edited is left to it, or means the same."""
    written = (
        json.dumps(data.draw(st.sampled_from([WORK, Cursor("bare", "", "/b.db")])).record(), indent=2).encode() + b"\n"
    )
    assert plain_record(written) == json.loads(written)
    start = data.draw(st.integers(0, len(written)))
    end = data.draw(st.integers(start, min(start + 3, len(written))))
    edited = written[:start] + data.draw(st.text('"\\n,:{} ü\x7f\t\n', max_size=3)).encode() + written[end:]
    found = plain_record(edited)
    assert found is None or found == json.loads(edited)


def put(shelf: str, user: str, name: str, content: bytes | str) -> None:
    directory = Path(shelf, user)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_bytes(content.encode() if isinstance(content, str) else content)


def test_record_on_disk(shelf: str):
    """P-090: the file's place, its fields and their order, null for what is unset; 0600 in 0700 (P-115)."""
    save_cursor(shelf, WORK)
    path = Path(shelf, "alice", "work.json")
    assert list(json.loads(path.read_text()).items()) == [
        ("name", "work"),
        ("database_path", "/data/w.db"),
        ("default_project", "app"),
        ("default_namespace", "ui"),
        ("meta_context", "org_1"),
        ("created_at", "2026-01-02T03:04:05Z"),
        ("user", "alice"),
    ]
    save_cursor(shelf, Cursor("bare", "", "/b.db"))
    bare = json.loads(Path(shelf, "default", "bare.json").read_text())
    assert (bare["default_project"], bare["default_namespace"], bare["meta_context"]) == (None, None, None)
    assert bare["user"] == "default"
    assert [stat.S_IMODE(os.stat(p).st_mode) for p in (path, path.parent, shelf)] == [0o600, 0o700, 0o700]


@pytest.mark.parametrize(
    "cursor", [WORK, Cursor("bare", "", "/b.db"), Cursor("odd", "bob", "/tmp/\udcff ü\n.db", namespace="n")]
)
def test_round_trip(shelf: str, cursor: Cursor):
    """What was saved is what is loaded, undecodable path bytes included."""
    save_cursor(shelf, cursor)
    assert load_cursor(shelf, cursor.user, cursor.name) == cursor


def test_fields_of_a_later_version_are_ignored(shelf: str):
    """A record may know more than we do."""
    put(shelf, "alice", "work.json", json.dumps({**WORK.record(), "colour": "red"}))
    assert load_cursor(shelf, "alice", "work") == WORK


@pytest.mark.parametrize(
    ("existing", "hint"),
    [(["staging", "prod"], "staging"), (["zz"], "cursor list"), ([], "cursor set stagin ")],
)
def test_unknown(shelf: str, existing: list[str], hint: str):
    """P-096: an error with the nearest names; `not found` and the name are in the sentence (P-002); exit 1, not 2."""
    for name in existing:
        save_cursor(shelf, Cursor(name, "bob", "/x.db"))
    with pytest.raises(InputError) as caught:
        load_cursor(shelf, "bob", "stagin")
    assert (caught.value.code, caught.value.exit_code) == ("unknown-cursor", 1)
    assert "'stagin' not found for user 'bob'" in caught.value.message
    assert hint in caught.value.hint
    assert not caught.value.hint.endswith("prod?")


def test_users_see_their_own_only(shelf: str):
    """P-099: the same name under two users is two cursors, and nobody sees another's."""
    save_cursor(shelf, Cursor("dev", "alice", "/a.db"))
    save_cursor(shelf, Cursor("dev", "bob", "/b.db"))
    save_cursor(shelf, Cursor("mine", "", "/d.db"))
    assert load_cursor(shelf, "alice", "dev").database == "/a.db"
    assert load_cursor(shelf, "bob", "dev").database == "/b.db"
    assert [cursor_names(shelf, user) for user in ("alice", "bob", "", "eve")] == [["dev"], ["dev"], ["mine"], []]
    with pytest.raises(InputError, match="'mine' not found"):
        load_cursor(shelf, "alice", "mine")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../evil", "bad_char"),
        ("a/b", "bad_char"),
        ("", "empty"),
        ("active", "reserved"),
        (".active", "bad_char"),
        ("a\n", "bad_char"),
    ],
)
def test_names_that_could_be_paths(shelf: str, name: str, code: str):
    """P-098, P-114: a name is checked before it becomes part of a path."""
    put(shelf, "..", "evil.json", json.dumps(WORK.record()))
    with pytest.raises(InputError) as caught:
        load_cursor(shelf, "alice", name)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "change",
    [
        {"database_path": None},
        {"database_path": "relative.db"},
        {"database_path": "/a\0b"},
        {"database_path": 7},
        {"name": "other"},
        {"name": None},
        {"user": "bob"},
        {"user": "default"},
        {"meta_context": "bad-meta"},
        {"meta_context": ["org"]},
        {"default_project": "a.b"},
        {"default_namespace": "a b"},
        {"default_project": 1},
        {"created_at": 5},
    ],
)
def test_a_record_edited_by_hand_is_checked(shelf: str, change: dict[str, object]):
    """No rule for names, paths or owners can be gone round through the file."""
    put(shelf, "alice", "work.json", json.dumps({**WORK.record(), **change}))
    with pytest.raises(InputError) as caught:
        load_cursor(shelf, "alice", "work")
    assert caught.value.code == "bad-cursor"
    assert "work.json" in caught.value.message


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null", b"[" * 60000], ids=str)
def test_damaged_files(shelf: str, content: bytes):
    """A torn or foreign file is an error that names it, never a traceback and never the default database."""
    put(shelf, "alice", "work.json", content)
    with pytest.raises(InputError) as caught:
        load_cursor(shelf, "alice", "work")
    assert caught.value.code == "bad-cursor"


def test_list_is_sorted_and_survives_a_damaged_file(shelf: str):
    """P-092, P-008: sorted by code point; one bad file hides itself only; other files are no cursors."""
    for name in ("b1", "a1", "Z9"):
        save_cursor(shelf, Cursor(name, "alice", f"/{name}.db"))
    put(shelf, "alice", "broken.json", "{")
    put(shelf, "alice", ".b1.json.0a.tmp", "{")
    put(shelf, "alice", "readme.txt", "hello")
    save_active(shelf, "alice", Active("b1"))
    found = list_cursors(shelf, "alice")
    assert [cursor.name for cursor in found.cursors] == ["Z9", "a1", "b1"]
    assert ["broken" in fault.message for fault in found.faults] == [True]
    assert list_cursors(shelf, "nobody") == ([], [])


@pytest.mark.parametrize("active", [Active("staging"), Active("with.dots", is_database=True)])
def test_active(shelf: str, active: Active):
    """P-093: a cursor or a database, each user's own; ended by None, which may come twice."""
    assert active_cursor(shelf, "alice") is None
    save_active(shelf, "alice", active)
    assert active_cursor(shelf, "alice") == active
    assert active_cursor(shelf, "bob") is None
    save_active(shelf, "alice", None)
    save_active(shelf, "alice", None)
    assert active_cursor(shelf, "alice") is None


def test_active_file_is_one_line(shelf: str):
    """The documented layout."""
    save_active(shelf, "", Active("staging"))
    assert Path(shelf, "default", ".active").read_bytes() == b"cursor staging\n"
    save_active(shelf, "", Active("staging", is_database=True))
    assert Path(shelf, "default", ".active").read_bytes() == b"database staging\n"


@pytest.mark.parametrize(
    "content", [b"", b"staging", b"cursor ../x\n", b"database ../x", b"cursor \xff", b"cursor a\nb"]
)
def test_a_broken_active_file_is_an_error(shelf: str, content: bytes):
    """P-096 in spirit: what cannot be read must not mean the default database."""
    put(shelf, "alice", ".active", content)
    with pytest.raises(InputError) as caught:
        active_cursor(shelf, "alice")
    assert caught.value.code == "bad-cursor"
