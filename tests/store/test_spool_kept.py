"""The ladder for content that no database took, and the `.pipe` files it leaves (T-113, P-072)."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from store.spool import NoPlace, Received, Spool
from tests.store.spools import NOW, abandon, file_size_limit, let_go, names, receive


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where the spool will be; not made yet."""
    return tmp_path / "state" / "spool"


@pytest.fixture
def spool(directory: Path) -> Spool:
    return Spool(str(directory), database="/db/main.db")


# Keeping what no database took


def test_keep_makes_the_pipe_file_of_the_specification(spool: Spool, directory: Path):
    """P-072: `{ts}_{hash8}_{suffix}.pipe` in the spool, 0600, exact bytes; the `.full` file becomes it."""
    received = receive(spool, b"test content\n")
    path = spool.keep(received, "invalid_address", NOW)
    assert path == f"{directory}/{NOW}_a1fff0ff_invalid_address.pipe"
    assert Path(path).read_bytes() == b"test content\n"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert os.stat(path).st_nlink == 1
    assert names(directory) == [os.path.basename(path)]
    assert spool.rung(path) == "spool directory"
    assert spool.orphans() == []


@pytest.mark.parametrize("make", [bytes, Received], ids=["bytes", "not spooled"])
def test_keep_of_content_in_memory(spool: Spool, directory: Path, make: Callable[[bytes], bytes | Received]):
    """P-078, T-110: a masked stream, or content whose spooling failed, is written now."""
    path = spool.keep(make(b"masked"), "stream", NOW)
    digest = hashlib.sha256(b"masked").hexdigest()[:8]
    assert path == f"{directory}/{NOW}_{digest}_stream.pipe"
    assert Path(path).read_bytes() == b"masked"
    assert names(directory) == [os.path.basename(path)]


def test_keep_is_durable_before_the_path_is_told(spool: Spool, directory: Path, monkeypatch: pytest.MonkeyPatch):
    """T-113: fsync of the file, then of the directory that has its name."""
    synced: list[object] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        status = os.fstat(fd)
        synced.append(names(directory) if stat.S_ISDIR(status.st_mode) else status.st_size)
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    received = receive(spool, b"test content\n")
    assert synced == []  # T-110: none while reading
    path = spool.keep(received, "x", NOW)
    assert synced[0] == 13
    assert os.path.basename(path) in synced[1]  # type: ignore[operator]


def test_keep_overwrites_nothing(spool: Spool, directory: Path):
    """P-068 in files: a taken name gets `_2`, `_3`."""
    paths = [spool.keep(receive(spool, b"same"), "x", NOW) for _ in range(3)]
    assert [path.rpartition("_x")[2] for path in paths] == [".pipe", "_2.pipe", "_3.pipe"]
    assert [Path(path).read_bytes() for path in paths] == [b"same"] * 3


def test_keep_without_hard_links(spool: Spool, directory: Path, monkeypatch: pytest.MonkeyPatch):
    """On a file system without links the file is moved, still onto nothing."""

    def no_links(source: str, target: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    paths = [spool.keep(receive(spool, b"same"), "x", NOW) for _ in range(2)]
    assert [path.rpartition("_x")[2] for path in paths] == [".pipe", "_2.pipe"]
    assert names(directory) == sorted(os.path.basename(path) for path in paths)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "temporary"
    path.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(path))
    return path


def test_second_rung(tmp_path: Path, temporary: Path):
    """T-113: without a spool directory the system's temporary directory, 0600 and exact, never over a planted name."""
    (tmp_path / "file").write_text("")
    spool = Spool(f"{tmp_path}/file/spool")
    planted = temporary / f"{NOW}_6ae8a755_x.pipe"
    planted.symlink_to(tmp_path / "file")
    path = spool.keep(receive(spool, b"test content"), "x", NOW)
    assert path == f"{temporary}/{NOW}_6ae8a755_x_2.pipe"
    assert Path(path).read_bytes() == b"test content"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert spool.rung(path) == "temporary directory"
    assert (tmp_path / "file").read_text() == ""


def test_second_rung_takes_over_from_a_spool_that_broke(
    spool: Spool, directory: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
):
    """T-113: the file in the spool could not be made durable; the copy could, and the first is not left to be adopted."""
    received = receive(spool, b"content")
    real = os.fsync

    def fsync(fd: int) -> None:
        if os.fstat(fd).st_ino == os.fstat(received.fd).st_ino:
            raise OSError(5, "Input/output error")
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    path = spool.keep(received, "x", NOW)
    assert Path(path).parent == temporary
    assert names(directory) == []


def test_last_rung(tmp_path: Path, temporary: Path):
    """T-113: nowhere to put it: an error that names both places, so that the caller writes it to standard output."""
    (tmp_path / "file").write_text("")
    temporary.rmdir()
    with pytest.raises(NoPlace) as caught:
        Spool(f"{tmp_path}/file").keep(b"secret content", "x", NOW)
    assert (caught.value.code, caught.value.exit_code) == ("no-spool", 1)
    assert "spool directory" in caught.value.message
    assert "temporary directory" in caught.value.message
    assert "standard output" in caught.value.hint
    assert "secret" not in f"{caught.value.message}{caught.value.hint}"


def test_last_rung_leaves_an_orphan_behind(
    spool: Spool, temporary: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
):
    """T-003: what is still in the spool stays there and can be adopted."""
    received = receive(spool, b"content")

    def fsync(fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(NoPlace, match="No space left"):
            spool.keep(received, "x", NOW)
    assert names(temporary) == []
    assert let_go(spool) == [b"content"]


def test_a_spool_file_too_large_to_write_goes_to_the_next_rung(spool: Spool, directory: Path, temporary: Path):
    """T-113 with a real write error: no stump stays on any rung."""
    with file_size_limit(1000), pytest.raises(NoPlace):
        spool.keep(b"z" * 5000, "x", NOW)
    assert (names(directory), names(temporary)) == ([], [])


# The `.pipe` files afterwards


def test_kept_files_are_listed_and_go_after_a_day(spool: Spool, directory: Path):
    """P-072: newest first for the recovery screen; removed by later runs after 24 hours, not a second before."""
    ages = {100: "old", 50_000: "middle", 90_000: "new"}
    for seconds, suffix in ages.items():
        path = spool.keep(suffix.encode(), suffix, seconds)
        os.utime(path, (seconds, seconds))
    assert [(kept.suffix, kept.kept_at, kept.size) for kept in spool.kept()] == [
        ("new", 90_000, 3),
        ("middle", 50_000, 6),
        ("old", 100, 3),
    ]
    assert spool.expire_kept(100 + 86399) == []
    assert [os.path.basename(path) for path in spool.expire_kept(100 + 86400)] == [
        f"100_{hashlib.sha256(b'old').hexdigest()[:8]}_old.pipe"
    ]
    assert [kept.suffix for kept in spool.kept()] == ["new", "middle"]


def test_a_clock_that_jumped_does_not_make_files_old(spool: Spool, directory: Path):
    """T-094: the later of name and file time counts; a time to come is not old."""
    path = spool.keep(b"x", "x", 100)
    assert os.stat(path).st_mtime > 100_000
    assert spool.expire_kept(100 + 86400) == []
    os.utime(path, (100, 100))
    os.rename(path, path.replace("100_", "9999999999_"))
    assert spool.expire_kept(NOW) == []


def test_expiry_spares_everything_else(spool: Spool, directory: Path, tmp_path: Path):
    """P-072, T-112: orphans are never removed for age, nor what is not a file of ours."""
    abandon(receive(spool, b"orphan"))
    (tmp_path / "victim").write_text("x")
    (directory / "1_a1b2c3d4_x.pipe").symlink_to(tmp_path / "victim")
    for name in names(directory):
        os.utime(directory / name, (100, 100))
    assert spool.expire_kept(NOW + 10 * 86400) == []
    assert (tmp_path / "victim").exists()
    assert let_go(spool) == [b"orphan"]
