"""The report of a defect: where and what kind, never any data."""

from __future__ import annotations

from pathlib import Path

from tui.browser import crash

SECRET = "stored-text-that-nobody-may-see"


def failure() -> Exception:
    """An error with stored text in its message, in a local variable and in its cause."""
    stored = SECRET
    try:
        try:
            raise KeyError(stored)
        except KeyError as cause:
            raise RuntimeError(f"cannot use {stored}") from cause
    except RuntimeError as error:
        return error


def test_the_file_tells_where_and_nothing_else(tmp_path: Path) -> None:
    """Kinds, files, lines and functions, the cause too; no messages, no variables; 0600 in a directory of 0700 (P-115)."""
    path = crash.keep(failure(), str(tmp_path / "state"), 1_800_000_000_000)
    assert path is not None
    text = Path(path).read_text()
    assert "builtins.RuntimeError" in text
    assert "builtins.KeyError" in text
    assert "test_crash.py" in text
    assert " failure" in text
    assert SECRET not in text
    assert Path(path).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert "crash-20270115-080000" in path


def test_the_words_on_the_screen(tmp_path: Path) -> None:
    """They name the kind of the error and the file; not its message."""
    text = crash.report(failure(), "/x/crash.txt")
    assert "RuntimeError" in text
    assert "/x/crash.txt" in text
    assert SECRET not in text
    assert "crash.txt" not in crash.report(failure(), None)


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A full or read-only disk must not turn a report into another defect."""
    (tmp_path / "file").write_text("")
    assert crash.keep(failure(), str(tmp_path / "file"), 0) is None
