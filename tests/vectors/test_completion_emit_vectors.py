"""Areas emit and path of completions.jsonl, by the real program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from completion_store import build
from program_steps import REPOSITORY
from vector_files import Vector, cases


def program(words: list[str], environ: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), **environ},
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("vector", cases("completions", "emit"))
def test_emit(vector: Vector, tmp_path: Path) -> None:
    given, expected = vector["input"], vector["expect"]
    environ = {"HOME": str(tmp_path), "LC_ALL": "C"}
    if given["workspace"]:
        build(environ, tmp_path, given["entries"], given["cursors"])
    done = program(given["args"], environ, tmp_path)
    assert done.stdout.decode() == "".join(f"{line}\n" for line in expected["stdout"])
    assert done.returncode == expected["exit"]
    assert (done.stderr == b"") == (done.returncode == 0)


@pytest.mark.parametrize("vector", cases("completions", "path"))
def test_path(vector: Vector, tmp_path: Path) -> None:
    given, expected = vector["input"], vector["expect"]
    for name in (*given["dirs"], "home"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    for name in given.get("files", ()):
        (tmp_path / name).touch()
    environ = {name: text.replace("{tmp}", str(tmp_path)) for name, text in given["env"].items()}
    done = program(
        ["workspace", "info", "--path"], {"HOME": str(tmp_path / "home"), **environ}, tmp_path / given["cwd"]
    )
    if expected["root"] is None:
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr.count(b"\n") == 1
        return
    assert done.stdout.decode() == f"{tmp_path / expected['root']}\n"
    assert (done.returncode, done.stderr) == (0, b"")
    from tui.completion.compaction import index_of
    from tui.name_cache import CACHE

    assert f"{index_of(done.stdout.decode()[:-1])}/{CACHE}" == f"{tmp_path / expected['cache']}"
