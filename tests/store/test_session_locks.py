"""Users, metas, locks and strict mode (P-100, P-105, P-106, P-110…P-112)."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import Refused
from store.session import Choice, read_guard
from tests.store.places import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "w")


# Users, metas, locks


@pytest.mark.parametrize(
    ("user", "code", "word"),
    [
        ("root", "reserved", "reserved"),
        ("default", "reserved", "reserved"),
        ("9lives", "starts_with_digit", "alphanumeric"),
        ("a_b", "bad_char", "alphanumeric"),
        ("../evil", "bad_char", "alphanumeric"),
        ("a" * 33, "too_long", "alphanumeric"),
        ("", "empty", "alphanumeric"),
    ],
)
def test_bad_users(place: Place, user: str, code: str, word: str):
    """P-105, P-002: code and word, as option and as lock alike (a bad lock fails closed, P-110)."""
    assert word in place.fault(code, user=user).message
    if user:
        place.fault(code, {"PRONTO_FORCE_USER": user})
        place.fault(code, {"PRONTO_USER": user})


@pytest.mark.parametrize("meta", ["bad-meta", "pipe", "1org", "default"])
def test_bad_metas(place: Place, meta: str):
    """P-106: as option, variable and lock."""
    code = {"bad-meta": "bad_char", "1org": "starts_with_digit"}.get(meta, "reserved")
    place.fault(code, meta=meta)
    place.fault(code, {"PRONTO_META": meta})
    place.fault(code, {"PRONTO_FORCE_META": meta})


def test_user_lock(place: Place):
    """P-110: used when --user is absent; an equal one is fine; a different one, also by PRONTO_USER, is refused."""
    lock = {"PRONTO_FORCE_USER": "keeper"}
    assert place.open(lock).database == f"{place.databases}/main_keeper.db"
    assert place.open(lock, user="keeper").actor.user == "keeper"
    assert "user context is locked to 'keeper'" in place.fault("locked-user", lock, user="prometheus").message
    place.fault("locked-user", {**lock, "PRONTO_USER": "prometheus"})
    assert place.open({"PRONTO_FORCE_USER": ""}).actor.user == ""


def test_the_guard_speaks_for_stream_tokens(place: Place):
    """P-110, X-038: the lock also holds for a `sec:user` token."""
    guard = place.open({"PRONTO_FORCE_USER": "keeper"}).guard
    guard.check_user("keeper")
    with pytest.raises(Refused, match="user context is locked to 'keeper'"):
        guard.check_user("prometheus")
    place.open().guard.check_user("anybody")


def test_meta_lock(place: Place):
    """P-100, P-111: lock > --meta > cursor > none; whoever asks for another meta is refused."""
    lock = {"PRONTO_FORCE_META": "keeper"}
    place.cursor("other", meta="prometheus")
    place.cursor("same", meta="keeper")
    place.cursor("none")
    assert place.open(lock).meta == "keeper"
    assert place.open(lock, meta="keeper").meta == "keeper"
    assert place.open(lock, cursor="same").meta == place.open(lock, cursor="none").meta == "keeper"
    assert "meta context is locked to 'keeper'" in place.fault("locked-meta", lock, meta="prometheus").message
    assert "meta context is locked to 'keeper'" in place.fault("locked-meta", lock, cursor="other").message
    place.fault("locked-meta", {**lock, "PRONTO_META": "prometheus"})
    assert place.open(lock, database="d", cursor="other").meta == "keeper"
    assert place.open(cursor="other", meta="org1").meta == "org1"


# Strict mode


STRICT = {"PRONTO_FORCE_USER": "keeper", "PRONTO_SECURITY_MODE": "strict"}


@pytest.mark.parametrize("variable", ["PRONTO_SECURITY_MODE", "PANTHEON_SECURITY_MODE"])
def test_strict_mode(place: Place, variable: str):
    """P-112: needs a locked user; the meta lock defaults to the user; the default database fits by itself."""
    assert "strict" in place.fault("strict", {variable: "strict"}).message
    with pytest.raises(Refused, match="needs a locked user"):
        read_guard(Choice(user="keeper"), {variable: "strict"})
    session = place.open({variable: "strict", "PRONTO_FORCE_USER": "keeper"})
    assert (session.strict, session.meta, session.actor.user) == (True, "keeper", "keeper")
    assert session.database == f"{place.databases}/main_keeper.db"
    place.fault("locked-meta", {variable: "strict", "PRONTO_FORCE_USER": "keeper"}, meta="prometheus")


def test_strict_mode_keeps_another_meta_lock(place: Place):
    """P-112: the user's name is only the default of the meta lock."""
    assert place.open({**STRICT, "PRONTO_FORCE_META": "org1"}).meta == "org1"


@pytest.mark.parametrize("name", ["keeper.db", "pantheon_keeper.db", "_keeper.db"])
def test_strict_mode_own_files(place: Place, name: str):
    """P-112: `<user>.db` and `*_<user>.db`."""
    assert place.open(STRICT, database=f"/x/{name}").database == f"/x/{name}"


@pytest.mark.parametrize("name", ["prometheus.db", "xkeeper.db", "keeper.db.bak", "keeper", "keeper_x.db", "Keeper.db"])
def test_strict_mode_other_files(place: Place, name: str):
    """P-112: any other name is refused, however it was chosen: option, variable, cursor, active, PRONTO_DB."""
    assert "strict" in place.fault("strict", STRICT, database=f"/x/{name}").message
    place.fault("strict", {**STRICT, "PRONTO_DATABASE": f"/x/{name}"})
    place.cursor("one", "keeper", database=f"/x/{name}")
    place.fault("strict", STRICT, cursor="one")
    place.use("one", "keeper")
    place.fault("strict", STRICT)


def test_strict_mode_other_databases_by_name(place: Place):
    """P-112: names and active databases are judged by their file too."""
    place.fault("strict", STRICT, database="main")
    assert place.open(STRICT, database="x_keeper").database == f"{place.databases}/x_keeper.db"
    place.use("main", "keeper", is_database=True)
    place.fault("strict", STRICT)


def test_strict_mode_sees_through_links(place: Place, tmp_path: Path):
    """P-112: the database in use is the file a link leads to."""
    (tmp_path / "shared.db").write_bytes(b"")
    (tmp_path / "x_keeper.db").symlink_to(tmp_path / "shared.db")
    place.fault("strict", STRICT, database=f"{tmp_path}/x_keeper.db")


@pytest.mark.parametrize("value", ["Strict", "stric", "1", "on"])
def test_a_mode_that_is_not_understood_fails_closed(place: Place, value: str):
    """A misspelt security mode must not quietly mean none."""
    error = place.fault("bad-setting", {"PRONTO_FORCE_USER": "keeper", "PRONTO_SECURITY_MODE": value})
    assert "PRONTO_SECURITY_MODE" in error.message
