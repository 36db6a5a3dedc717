"""Who and where: precedence, databases, cursors, positions (P-095…P-107, U-12)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.cursors import save_active
from store.errors import ContextError
from store.model import Actor, Position
from store.session import Choice, Guard, database_path, open_session, read_guard
from store.workspace import find_workspace
from tests.store.places import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "w")


def test_nothing_said(place: Place):
    """U-04, P-007: default user, no meta, database main, app:main; and nothing was created (U-12)."""
    session = place.open()
    assert session.actor == Actor("", "", "cli")
    assert session.database == f"{place.databases}/main.db"
    assert session.reading.position == Position("app", "main")
    assert (session.reading.positioned, session.reading.positioned_part) == (False, "")
    assert (session.meta, session.cursor, session.strict, session.guard) == ("", None, False, Guard())
    assert session.workspace.origin == "PRONTO_HOME"
    assert not place.root.exists()


def test_face(place: Place):
    """U-10: command records tell the face."""
    assert open_session(Choice(), {"PRONTO_HOME": str(place.root)}, "/", face="browser").actor.face == "browser"


# Which database


def test_precedence(place: Place):
    """P-095: --database > --cursor > active cursor > default; --cursor is never remembered."""
    place.cursor("one")
    place.cursor("two")
    place.use("one")
    assert place.open(database="/x/d.db", cursor="two").database == "/x/d.db"
    assert place.open(cursor="two").database == "/db/two.db"
    assert (place.open().database, place.open().cursor) == ("/db/one.db", "one")
    save_active(place.cursors, "", None)
    assert place.open().database == f"{place.databases}/main.db"


def test_database_ignores_every_cursor(place: Place):
    """P-095: defaults and meta too; an explicit --meta still applies; not even an unknown cursor is looked at."""
    place.cursor("one", meta="org1", context="proj", namespace="ns")
    place.use("one")
    session = place.open(database="staging")
    assert (session.meta, session.cursor, session.reading.position) == ("", None, Position())
    assert not session.reading.positioned
    assert place.open(database="staging", meta="org2").meta == "org2"
    assert place.open(database="staging", cursor="nobody").database == f"{place.databases}/staging.db"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("staging", "{databases}/staging.db"),
        ("staging.db", "{databases}/staging.db"),
        ("with.dots", "{databases}/with.dots.db"),
        ("./here.db", "/work/here.db"),
        ("sub/x", "/work/sub/x"),
        ("/abs/x.sqlite", "/abs/x.sqlite"),
        ("../x.db", "/work/../x.db"),
    ],
)
def test_names_and_paths(place: Place, text: str, expected: str):
    """P-107: with a slash a path, relative to the working directory; else a name."""
    assert place.open(database=text).database == expected.format(databases=place.databases)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("..", "traversal"),
        ("a..b", "traversal"),
        ("", "empty"),
        (".hidden", "bad_char"),
        ("a b", "bad_char"),
        ("d" * 65, "too_long"),
        ("/x/", "is-directory"),
        ("./..", "is-directory"),
        ("/a\0b", "bad_char"),
    ],
)
def test_bad_databases(place: Place, text: str, code: str):
    """P-107, P-114: a bad name or path is a context error, never another database."""
    place.fault(code, database=text)


def test_a_relative_path_without_a_working_directory(place: Place):
    """A deleted working directory is said, not guessed around."""
    with pytest.raises(ContextError, match="no longer exists"):
        place.open(cwd="", database="./x.db")


def test_pronto_db_moves_main_only(place: Place):
    """P-006: PRONTO_DB moves the database main, by whatever way it is chosen, and no other."""
    environ = {"PRONTO_DB": "o.db"}
    assert place.open(environ).database == "/work/o.db"
    assert place.open(environ, database="main").database == "/work/o.db"
    assert place.open(environ, database="main.db").database == "/work/o.db"
    assert place.open(environ, database="test").database == f"{place.databases}/test.db"
    assert place.open({"PRONTO_DB": ""}).database == f"{place.databases}/main.db"
    place.use("main", is_database=True)
    assert place.open(environ).database == "/work/o.db"


def test_user_isolation(place: Place):
    """P-104, P-113: a named user works in an own file, unless a database or cursor says where."""
    place.cursor("dev", "alice")
    assert place.open(user="alice").database == f"{place.databases}/main_alice.db"
    assert place.open(user="alice", database="main").database == f"{place.databases}/main.db"
    assert place.open(user="alice", cursor="dev").database == "/db/dev.db"
    place.use("dev", "alice")
    assert place.open(user="alice").database == "/db/dev.db"
    assert place.open(user="bob").database == f"{place.databases}/main_bob.db"


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        ("/x/custom.db", "/x/custom_alice.db"),
        ("/x/custom.sqlite", "/x/custom_alice.sqlite"),
        ("/x/custom", "/x/custom_alice"),
        ("/x/custom_alice.db", "/x/custom_alice.db"),
        ("/x.y/custom", "/x.y/custom_alice"),
    ],
)
def test_user_isolation_beside_a_moved_main(place: Place, moved: str, expected: str):
    """P-104: `_<user>` goes before the extension of the default database's own file name."""
    assert place.open({"PRONTO_DB": moved}, user="alice").database == expected


def test_active_database(place: Place):
    """P-093: an existing database made active is used by its name; it brings no defaults and no isolation (P-104)."""
    place.use("staging", "alice", is_database=True)
    session = place.open(user="alice")
    assert (session.database, session.cursor) == (f"{place.databases}/staging.db", "staging")
    assert not session.reading.positioned


# Cursors


def test_cursor_gives_meta_and_position(place: Place):
    """P-097, P-100: defaults and meta of the cursor, as a position (P-061), not as options."""
    place.cursor("one", meta="org1", context="proj", namespace="ns")
    session = place.open(cursor="one")
    assert (session.meta, session.actor.meta) == ("org1", "org1")
    assert session.reading.position == Position("proj", "ns")
    assert (session.reading.positioned, session.reading.positioned_part) == (True, "")
    assert (session.reading.context, session.reading.namespace) == (None, None)


@pytest.mark.parametrize(
    ("fields", "position", "part"),
    [
        ({"context": "proj"}, Position("proj", "main"), "context"),
        ({"namespace": "ns"}, Position("app", "ns"), "namespace"),
        ({}, Position("app", "main"), ""),
    ],
)
def test_half_a_position(place: Place, fields: dict[str, str], position: Position, part: str):
    """P-061 per part: what the cursor leaves open stays a guess."""
    place.cursor("one", **fields)
    reading = place.open(cursor="one").reading
    assert (reading.position, reading.positioned, reading.positioned_part) == (position, False, part)


def test_unknown_cursor(place: Place):
    """P-096: an error with the nearest name, for the cursor named and for the active one; nothing is created."""
    place.cursor("staging")
    error = place.fault("unknown-cursor", cursor="stagin")
    assert "'stagin' not found" in error.message
    assert "staging" in error.hint
    place.use("gone")
    assert "cursor clear" in place.fault("unknown-cursor").hint
    assert not os.path.exists(place.databases)


@pytest.mark.parametrize(("name", "code"), [("../evil", "bad_char"), ("list", "reserved"), ("", "empty")])
def test_bad_cursor_name(place: Place, name: str, code: str):
    """P-098: checked before it is looked for."""
    place.fault(code, cursor=name)


def test_damaged_cursor(place: Place):
    """P-073: a cursor that cannot be read is no reason to use another database."""
    place.cursor("one")
    Path(place.cursors, "default", "one.json").write_text("{")
    place.fault("bad-cursor", cursor="one")


def test_cursors_of_other_users(place: Place):
    """P-099: named or active, a cursor is its owner's only."""
    place.cursor("one", "alice")
    place.use("one", "alice")
    assert place.open().database == f"{place.databases}/main.db"
    place.fault("unknown-cursor", cursor="one")
    place.fault("unknown-cursor", cursor="one", user="bob")


# The environment in place of options


def test_variables_stand_for_absent_options(place: Place):
    """U-12: PRONTO_USER, PRONTO_CURSOR, PRONTO_DATABASE, PRONTO_META; an option wins; empty is unset."""
    place.cursor("one", "alice")
    place.cursor("two", "alice")
    environ = {"PRONTO_USER": "alice", "PRONTO_CURSOR": "one", "PRONTO_META": "org1"}
    session = place.open(environ)
    assert (session.actor, session.database) == (Actor("alice", "org1", "cli"), "/db/one.db")
    assert place.open(environ, cursor="two", meta="org2").actor.meta == "org2"
    assert place.open(environ, cursor="two").database == "/db/two.db"
    assert place.open({**environ, "PRONTO_DATABASE": "/d.db"}).database == "/d.db"
    assert place.open({"PRONTO_DATABASE": "one"}, database="two").database == f"{place.databases}/two.db"
    assert place.open({"PRONTO_USER": "alice"}, user="bob").actor.user == "bob"
    empty = {"PRONTO_USER": "", "PRONTO_CURSOR": "", "PRONTO_META": "", "PRONTO_DATABASE": ""}
    assert place.open(empty) == place.open()


def test_a_database_variable_counts_as_the_option(place: Place):
    """U-12 with P-095, P-104: no cursor and no isolation under PRONTO_DATABASE."""
    place.cursor("one", "alice", meta="org1")
    place.use("one", "alice")
    session = place.open({"PRONTO_DATABASE": "main", "PRONTO_USER": "alice"})
    assert (session.database, session.meta) == (f"{place.databases}/main.db", "")


# Reading


def test_options_go_into_the_reading(place: Place):
    """P-014: -p and -n are options, not position; their spelling is judged with the address."""
    place.cursor("one", context="proj", namespace="ns")
    reading = place.open(cursor="one", context="kb", namespace="recipes").reading
    assert (reading.context, reading.namespace, reading.position) == ("kb", "recipes", Position("proj", "ns"))


def test_delimiter(place: Place):
    """P-006, P-013: option, environment, file, built-in."""
    environ = {"PRONTO_NS_DELIM": "/"}
    assert place.open().reading.delimiter == "."
    assert place.open(environ).reading.delimiter == "/"
    assert place.open(environ, delimiter="|").reading.delimiter == "|"


@pytest.mark.parametrize("delimiter", ["", "..", "a", "_", "=", "*", "\n", "é", "·"])
def test_bad_delimiter(place: Place, delimiter: str):
    """P-013, P-002."""
    assert "delimiter" in place.fault("bad_delim", delimiter=delimiter).message


def test_bad_settings_are_context_errors(place: Place, tmp_path: Path):
    """P-073: a settings file that cannot be understood stops the command before any database."""
    (tmp_path / "conf").write_text("security.requird=on\n")
    error = place.fault("bad-setting", {"PRONTO_CONFIG": f"{tmp_path}/conf"})
    assert "line 1" in error.message
    assert "security.required" in error.hint


def test_context_errors_keep_place_and_text(place: Place):
    """The caret of the first error survives the change of class."""
    error = place.fault("bad_char", user="al ice")
    assert (error.text, error.position, error.segment) == ("al ice", 2, "user")


# Parts for the commands that manage cursors


def test_read_guard_needs_no_database(place: Place):
    """P-099, P-110: who acts is known even if the active cursor is broken."""
    place.use("gone", "alice")
    assert read_guard(Choice(user="alice"), {}) == Guard(user="alice")
    locked = {"PRONTO_FORCE_USER": "keeper", "PRONTO_SECURITY_MODE": "strict"}
    assert read_guard(Choice(), locked) == Guard("keeper", "keeper", "keeper", True)


def test_database_path_for_cursor_set(place: Place):
    """P-091: the same reading of a path or name as --database."""
    workspace = find_workspace({"PRONTO_HOME": str(place.root)}, "/")
    assert database_path("./c1.db", {}, "/here", workspace) == "/here/c1.db"
    assert database_path("staging", {}, "/here", workspace) == f"{place.databases}/staging.db"
