"""Choosing among cursors and databases within the locks (P-091…P-094, P-099, P-111, P-112)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from store.choosing import Chooser
from store.cursors import Active, Cursor, save_cursor
from store.errors import StoreError
from store.session import Choice, read_guard
from store.workspace import find_workspace

NOW = 1_767_323_045_000


@pytest.fixture
def chooser(tmp_path: Path) -> Callable[..., Chooser]:
    """A chooser in a workspace with three databases, in the environment given."""
    root = tmp_path / "home"
    (root / "databases").mkdir(parents=True)
    for name in ("main.db", "main_ada.db", "ada.db", ".hidden.db", "-odd.db", "notes.txt"):
        (root / "databases" / name).write_bytes(b"")

    def make(**environ: str) -> Chooser:
        everything = {"PRONTO_HOME": str(root), "HOME": str(tmp_path), **environ}
        return Chooser(find_workspace(everything, "/"), read_guard(Choice(), everything), everything, "/work")

    return make


STRICT = {"PRONTO_FORCE_USER": "ada", "PRONTO_SECURITY_MODE": "strict"}


def fault(do: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as caught:
        do()
    return caught.value.code


def test_databases_are_those_one_may_use(chooser: Callable[..., Chooser]) -> None:
    """P-112: strict mode does not even name the others; files that are no database names are left out."""
    assert chooser().databases() == ["ada", "main", "main_ada"]
    assert chooser(**STRICT).databases() == ["ada", "main_ada"]
    assert Chooser(chooser().place._replace(databases="/nowhere"), read_guard(Choice(), {}), {}, "/").databases() == []


def test_making_saving_and_activating(chooser: Callable[..., Chooser]) -> None:
    """P-091, P-093, P-094: the file of P-113 without a path, a name or a path else; what is deleted is not active any more."""
    one = chooser()
    own = one.make("work", now_ms=NOW)
    assert own == Cursor("work", "", f"{one.place.databases}/work.db", created_at="2026-01-02T03:04:05Z")
    assert one.make("work", database="notes", now_ms=NOW).database == f"{one.place.databases}/notes.db"
    assert one.make("work", database="./x.db", now_ms=NOW).database == "/work/x.db"
    one.save(own)
    assert one.cursors().cursors == [own]
    one.activate(one.choose("work"))
    assert one.active() == Active("work")
    one.delete("work")
    assert one.active() is None
    assert fault(lambda: one.delete("work")) == "unknown-cursor"


def test_choosing_a_database(chooser: Callable[..., Chooser]) -> None:
    """P-093: an existing one only; a cursor of the same name comes first unless the database is meant."""
    one = chooser()
    assert one.choose("main") == Active("main", is_database=True)
    one.save(one.make("main", now_ms=NOW))
    assert one.choose("main") == Active("main")
    assert one.choose_database("main") == Active("main", is_database=True)
    for name in ("nowhere", "..", "a/b"):
        assert fault(partial(one.choose, name)) in ("unknown-cursor", "bad_char", "bad-cursor")
        assert fault(partial(one.choose_database, name)) == "unknown-cursor"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": "1st"}, "starts_with_digit"),
        ({"name": "set"}, "reserved"),
        ({"meta": "no-dash"}, "bad_char"),
        ({"context": "a b"}, "bad_char"),
        ({"namespace": ""}, "empty_part"),
        ({"database": "../x"}, None),
        ({"database": ".."}, "traversal"),
        ({"database": "dir/"}, "is-directory"),
    ],
)
def test_names_are_checked(chooser: Callable[..., Chooser], fields: dict[str, str], code: str | None) -> None:
    """P-098, P-106, P-107, P-011, before anything is written."""
    one = chooser()
    given = {"name": "work", **fields}
    if code is None:
        assert one.make(**given, now_ms=NOW).database == "/work/../x"
    else:
        assert fault(lambda: one.make(**given, now_ms=NOW)) == code
    assert one.cursors().cursors == []


def test_locks_hold(chooser: Callable[..., Chooser]) -> None:
    """P-111, P-112: the lock's meta goes in; another meta, and another user's file, are refused, on making and on choosing."""
    locked = chooser(PRONTO_FORCE_META="acme")
    assert locked.make("work", now_ms=NOW).meta == "acme"
    assert fault(lambda: locked.make("work", meta="other", now_ms=NOW)) == "locked-meta"
    save_cursor(locked.place.cursors, Cursor("foreign", "", "/x.db", "other"))
    assert fault(lambda: locked.choose("foreign")) == "locked-meta"
    strict = chooser(**STRICT)
    assert strict.make("work", now_ms=NOW)[2:4] == (f"{strict.place.databases}/work_ada.db", "ada")
    assert fault(lambda: strict.make("work", database="main", now_ms=NOW)) == "strict"
    assert fault(lambda: strict.choose_database("main")) == "strict"
    save_cursor(strict.place.cursors, Cursor("elsewhere", "ada", "/x/bob.db", "ada"))
    assert fault(lambda: strict.choose("elsewhere")) == "strict"


def test_a_cursor_takes_the_meta_of_the_environment(chooser: Callable[..., Chooser]) -> None:
    """P-091 with U-12: PRONTO_META stands for `--meta`."""
    assert chooser(PRONTO_META="acme").make("work", now_ms=NOW).meta == "acme"


def test_damage_and_directories_without_permission_are_told(chooser: Callable[..., Chooser]) -> None:
    """P-093: a broken choice does not keep one from choosing; what cannot be written is a StoreError."""
    one = chooser()
    directory = Path(one.place.cursors, "default")
    directory.mkdir(parents=True)
    (directory / ".active").write_text("nonsense")
    (directory / "bad.json").write_text("{")
    assert one.active() is None
    assert [error.code for error in one.cursors().faults] == ["bad-cursor"]
    assert fault(lambda: one.choose("bad")) == "bad-cursor"
    blocked = Chooser(one.place._replace(cursors=f"{directory}/bad.json"), one.guard, one.environ, "/")
    assert fault(lambda: blocked.save(one.make("x", now_ms=NOW)))
    assert fault(lambda: blocked.activate(Active("x")))
