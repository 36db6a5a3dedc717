"""Where things are: the order of U-12, the places of P-006, who is trusted, how files are made (P-009, P-115)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from store.errors import Unavailable
from store.workspace import absolute, find_workspace, make_directory, make_file, replace_file


def mode(path: Path | str) -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


def make_local(directory: Path, permissions: int = 0o700) -> Path:
    local = directory / ".prontodb"
    local.mkdir(parents=True)
    local.chmod(permissions)
    return local


def test_xdg_defaults_below_home(home: Path):
    """P-006: data, configuration and state in the three default places."""
    found = find_workspace({"HOME": str(home)}, str(home))
    assert found.root == f"{home}/.local/share/prontodb"
    assert found.databases == f"{home}/.local/share/prontodb/databases"
    assert found.cursors == f"{home}/.local/share/prontodb/cursors"
    assert found.state == f"{home}/.local/state/prontodb"
    assert found.spool == f"{home}/.local/state/prontodb/spool"
    assert found.config_file == f"{home}/.config/prontodb/pronto.conf"
    assert (found.origin, found.distrusted) == ("XDG", None)


def test_xdg_variables_move_each_place(home: Path):
    """P-006: each XDG variable moves its own place and no other."""
    environ = {"HOME": str(home), "XDG_DATA_HOME": "/d", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"}
    found = find_workspace(environ, "/")
    assert (found.root, found.config_file, found.state) == ("/d/prontodb", "/c/prontodb/pronto.conf", "/s/prontodb")
    assert found.spool == "/s/prontodb/spool"


@pytest.mark.parametrize("value", ["", "relative/dir", "xdg", "/tmp/${HOME}/x", "${HOME}/.local/share"])
@pytest.mark.parametrize("variable", ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"])
def test_unusable_xdg_values_are_ignored(home: Path, variable: str, value: str):
    """P-006: an XDG variable that is empty, relative or holds `${` counts as unset."""
    assert find_workspace({"HOME": str(home), variable: value}, "/") == find_workspace({"HOME": str(home)}, "/")


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}, {"HOME": "relative"}])
def test_home_from_the_user_table(environ: dict[str, str]):
    """Without a usable HOME the user table tells where home is."""
    import pwd

    expected = pwd.getpwuid(os.geteuid()).pw_dir
    assert find_workspace(environ, "/").root == f"{expected}/.local/share/prontodb"


def test_no_home_at_all(monkeypatch: pytest.MonkeyPatch):
    """A user without a home gets a clear error; PRONTO_HOME does without one."""
    monkeypatch.setattr("pwd.getpwuid", lambda uid: (_ for _ in ()).throw(KeyError(uid)))
    with pytest.raises(Unavailable) as caught:
        find_workspace({}, "/")
    assert caught.value.code == "no-directory"
    assert "PRONTO_HOME" in caught.value.hint
    found = find_workspace({"PRONTO_HOME": "/w"}, "/")
    assert (found.root, found.config_file) == ("/w", "")


def test_pronto_home_wins_even_if_missing(home: Path):
    """U-12: PRONTO_HOME comes first, and nothing else then; state and spool lie inside it."""
    make_local(home)
    found = find_workspace({"HOME": str(home), "PRONTO_HOME": str(home / "gone")}, str(home))
    assert (found.root, found.state, found.spool) == (f"{home}/gone", f"{home}/gone", f"{home}/gone/spool")
    assert found.origin == "PRONTO_HOME"
    assert not (home / "gone").exists()


def test_empty_pronto_home_is_unset_and_a_relative_one_is_made_absolute(home: Path):
    """U-12: an empty variable says nothing."""
    assert find_workspace({"HOME": str(home), "PRONTO_HOME": ""}, "/").origin == "XDG"
    assert find_workspace({"HOME": str(home), "PRONTO_HOME": "work"}, "/some/where").root == "/some/where/work"


@pytest.mark.parametrize("below", ["", "a", "a/b/c"])
def test_nearest_local_directory(tmp_path: Path, home: Path, below: str):
    """U-12: `.prontodb` here or above is the workspace, state and spool included."""
    project = tmp_path / "my proj"
    local = make_local(project)
    cwd = project / below
    cwd.mkdir(parents=True, exist_ok=True)
    found = find_workspace({"HOME": str(home)}, str(cwd))
    assert (found.root, found.state, found.spool) == (str(local), str(local), f"{local}/spool")
    assert (found.origin, found.distrusted) == (".prontodb", None)
    assert found.config_file == f"{home}/.config/prontodb/pronto.conf"


def test_the_nearer_of_two_local_directories(tmp_path: Path, home: Path):
    """U-12: the nearest one counts."""
    make_local(tmp_path / "outer")
    inner = make_local(tmp_path / "outer" / "inner")
    assert find_workspace({"HOME": str(home)}, str(tmp_path / "outer" / "inner")).root == str(inner)


@pytest.mark.parametrize("permissions", [0o770, 0o720, 0o702, 0o777, 0o1777])
def test_a_local_directory_others_can_write_is_passed_over(tmp_path: Path, home: Path, permissions: int):
    """U-12: whoever can write there could plant a database; the search goes on above and the place is reported."""
    outer = make_local(tmp_path / "outer")
    inner = make_local(tmp_path / "outer" / "inner", permissions)
    found = find_workspace({"HOME": str(home)}, str(tmp_path / "outer" / "inner"))
    assert (found.root, found.distrusted) == (str(outer), str(inner))


@pytest.mark.parametrize("permissions", [0o700, 0o755, 0o750])
def test_readable_by_others_is_still_trusted(tmp_path: Path, home: Path, permissions: int):
    """U-12 speaks of writing only."""
    local = make_local(tmp_path / "proj", permissions)
    assert find_workspace({"HOME": str(home)}, str(tmp_path / "proj")).root == str(local)


def test_a_local_directory_of_somebody_else_is_passed_over(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch):
    """U-12: it must belong to the effective user."""
    local = make_local(tmp_path / "proj")
    somebody = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody)
    found = find_workspace({"HOME": str(home)}, str(tmp_path / "proj"))
    assert (found.origin, found.distrusted) == ("XDG", str(local))


def test_a_link_is_no_local_directory(tmp_path: Path, home: Path):
    """U-12: a link could be turned elsewhere by whoever made it."""
    real = tmp_path / "real"
    real.mkdir(mode=0o700)
    (tmp_path / "proj").mkdir()
    (tmp_path / "proj" / ".prontodb").symlink_to(real)
    found = find_workspace({"HOME": str(home)}, str(tmp_path / "proj"))
    assert (found.origin, found.distrusted) == ("XDG", f"{tmp_path}/proj/.prontodb")


def test_a_plain_file_is_neither_workspace_nor_suspect(tmp_path: Path, home: Path):
    """completions.md, path vectors: a file called `.prontodb` is no workspace."""
    (tmp_path / ".prontodb").write_text("")
    found = find_workspace({"HOME": str(home)}, str(tmp_path))
    assert (found.origin, found.distrusted) == ("XDG", None)


def test_without_a_working_directory(home: Path):
    """A deleted working directory hides local workspaces and makes relative paths an error, nothing more."""
    assert find_workspace({"HOME": str(home)}, "").origin == "XDG"
    with pytest.raises(Unavailable) as caught:
        find_workspace({"HOME": str(home), "PRONTO_HOME": "here"}, "")
    assert caught.value.code == "no-directory"


def test_pronto_config_moves_the_file(home: Path):
    """P-006: PRONTO_CONFIG names the configuration file."""
    environ = {"HOME": str(home), "PRONTO_CONFIG": "conf/mine"}
    assert find_workspace(environ, "/where").config_file == "/where/conf/mine"


def test_finding_creates_nothing(home: Path):
    """U-12: looking leaves no traces."""
    find_workspace({"HOME": str(home)}, str(home))
    find_workspace({"HOME": str(home), "PRONTO_HOME": str(home / "x")}, str(home))
    assert os.listdir(home) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("./staging.db", "/here/staging.db"),
        ("a//b/./c", "/here/a/b/c"),
        ("/x/y", "/x/y"),
        ("../up.db", "/here/../up.db"),
        ("link/../x", "/here/link/../x"),
    ],
)
def test_absolute(path: str, expected: str):
    """P-091: made absolute at once; `..` is left to the system, which knows the links."""
    assert absolute(path, "/here") == expected


def test_directories_are_private_all_the_way(tmp_path: Path):
    """P-115: every directory we make is 0700, whatever the umask would give; one that exists keeps its mode."""
    (tmp_path / "there").mkdir(mode=0o755)
    old = os.umask(0)
    try:
        make_directory(f"{tmp_path}/there/a/b/c")
        make_directory(f"{tmp_path}/there/a/b/c")
    finally:
        os.umask(old)
    assert [mode(tmp_path / "there" / below) for below in ("a", "a/b", "a/b/c")] == [0o700] * 3
    assert mode(tmp_path / "there") == 0o755


def test_a_file_in_the_way_of_a_directory(tmp_path: Path):
    """Said as an OSError of the right kind, whether it is the last part or one before."""
    (tmp_path / "file").write_text("")
    for path in ("file", "file/below"):
        with pytest.raises(NotADirectoryError):
            make_directory(f"{tmp_path}/{path}")


def test_files_are_private_and_new(tmp_path: Path):
    """P-115: 0600; never an existing file, never through a link."""
    old = os.umask(0)
    try:
        os.close(make_file(f"{tmp_path}/new"))
    finally:
        os.umask(old)
    assert mode(tmp_path / "new") == 0o600
    (tmp_path / "link").symlink_to(tmp_path / "target")
    for name in ("new", "link"):
        with pytest.raises(FileExistsError):
            make_file(f"{tmp_path}/{name}")
    assert not (tmp_path / "target").exists()


def test_replace_file_is_whole_and_leaves_nothing_beside_it(tmp_path: Path):
    """P-009: temporary name and rename; the directory is made."""
    path = f"{tmp_path}/d/e/file"
    replace_file(path, b"one")
    replace_file(path, b"two" * 100_000)
    with open(path, "rb") as file:
        assert file.read() == b"two" * 100_000
    assert os.listdir(tmp_path / "d" / "e") == ["file"]
    assert (mode(path), mode(tmp_path / "d"), mode(tmp_path / "d" / "e")) == (0o600, 0o700, 0o700)


def test_a_failed_replacement_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """P-009: no half-written state, and no remains."""
    path = f"{tmp_path}/file"
    replace_file(path, b"old")

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"new")
    with open(path, "rb") as file:
        assert file.read() == b"old"
    assert os.listdir(tmp_path) == ["file"]
