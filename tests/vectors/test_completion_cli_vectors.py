"""Area cli of completions.jsonl: what the real program leaves in the cache."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from program_steps import REPOSITORY
from tui.name_cache import CACHE, SCOPE
from vector_files import Vector, cases

CHECKED = {
    "cache_has",
    "cache_lacks",
    "cache_has_prefix",
    "cache_has_key",
    "cache_lacks_key",
    "active_scope",
    "cache_text_lacks",
    "cache_absent",
}


class Home:
    """A fresh home, its workspace, and what steps have captured."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.workspace = root / ".local/share/prontodb"
        self.names: dict[str, str] = {}

    def expand(self, text: str) -> str:
        return re.sub(r"\$\{(\w+)\}", lambda found: self.names.get(found[1], found[0]), text)

    def run(self, step: dict[str, Any]) -> None:
        if "make_readonly" in step:
            self.make_unwritable(self.workspace / step["make_readonly"])
        done = subprocess.run(
            [sys.executable, "-m", "tui", *map(self.expand, step["argv"])],
            input=step["stdin"].encode() if "stdin" in step else None,
            stdin=None if "stdin" in step else subprocess.DEVNULL,
            capture_output=True,
            cwd=self.root,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(REPOSITORY),
                "HOME": str(self.root),
                **step.get("env", {}),
            },
            timeout=60,
            check=False,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        told = f"{step['argv']}: {out!r} {err!r}"
        assert done.returncode == step["exit"], told
        assert out == step.get("stdout", out), told
        assert err == step.get("stderr", err), told
        for name, expression in step.get("capture", {}).items():
            found = re.search(expression, err)
            assert found, told
            self.names[name] = found[1]

    @staticmethod
    def make_unwritable(path: Path) -> None:
        """As root, who may write everywhere, an empty plain file takes its place."""
        if os.geteuid():
            path.chmod(0o500)
            return
        shutil.rmtree(path, ignore_errors=True)
        path.touch()

    def lines(self) -> list[dict[str, Any]]:
        path = self.workspace / ".index" / CACHE
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


@pytest.mark.parametrize("vector", cases("completions", "cli"))
def test_cli(vector: Vector, tmp_path: Path) -> None:
    home, expected = Home(tmp_path), vector["expect"]
    for step in vector["input"]["steps"]:
        home.run(step)
    lines, index = home.lines(), home.workspace / ".index"
    values = {(line["type"], line["value"]) for line in lines}
    keys = {(line["type"], line["canonical_key"]) for line in lines}
    pairs = {
        name: {(kind, home.expand(text)) for kind, text in expected.get(name, ())} for name in CHECKED if "has" in name
    }
    assert pairs["cache_has"] <= values
    assert pairs["cache_has_key"] <= keys
    for kind, start in pairs["cache_has_prefix"]:
        assert any(of == kind and value.startswith(start) for of, value in values)
    assert not {(kind, text) for kind, text in expected.get("cache_lacks", ())} & values
    assert not {(kind, text) for kind, text in expected.get("cache_lacks_key", ())} & keys
    if "active_scope" in expected:
        path = index / SCOPE
        assert (path.read_text().rstrip("\n") if path.exists() else "") == (expected["active_scope"] or "")
    for text in expected.get("cache_text_lacks", ()):
        assert all(text.encode() not in file.read_bytes() for file in index.iterdir())
    if expected.get("cache_absent"):
        assert not (index / CACHE).exists()
    assert set(expected) <= CHECKED
    if index.is_dir():
        assert stat.S_IMODE(index.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in index.iterdir()} <= {0o600}
