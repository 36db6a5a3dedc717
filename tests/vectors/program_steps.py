"""Runs the `steps` of a vector against the real program, one fresh home per vector (pronto.md section 20).

Its clock is ours: a `sleep` moves it instead of waiting, and what must not expire between two steps cannot, however slow they are.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent.parent
NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

CLOCK = """\
import os, time
time.time_ns = lambda: int(os.environ["VECTOR_NOW_NS"])
time.time = lambda: time.time_ns() / 1e9
"""
"""A sitecustomize.py: what Python loads before the program."""
STEP_NS = 1_000_000

Step = dict[str, Any]


class Home:
    """A fresh home, an empty working directory `${TMP}`, and what steps have captured."""

    def __init__(self, root: Path) -> None:
        home, clock = root / "home", root / "clock"
        self.directory = root / "tmp"
        for made in (self.directory, home, clock):
            made.mkdir()
        (clock / "sitecustomize.py").write_text(CLOCK)
        self.now_ns = time.time_ns()
        self.names = {"TMP": str(self.directory)}
        self.environ = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{clock}:{REPOSITORY}",
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_STATE_HOME": str(home / ".local/state"),
            "XDG_CONFIG_HOME": str(home / ".config"),
        }

    def expand(self, text: str) -> str:
        """`text` with every known `${NAME}` replaced; unknown ones stay."""
        return NAME.sub(lambda found: self.names.get(found[1], found[0]), text)

    def do(self, step: Step, expected: Step) -> None:
        """Do one step and assert what is expected of it."""
        if "write" in step:
            path = Path(self.expand(step["write"]))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(base64.b64decode(step["b64"]) if "b64" in step else step["text"].encode())
        elif "stat" in step:
            path = Path(self.expand(step["stat"]))
            assert path.exists() == expected["exists"], path
            if "mode" in expected:
                assert f"{path.stat().st_mode & 0o7777:o}" == expected["mode"].lstrip("0"), path
        else:
            self.run(step, expected)

    def run(self, step: Step, expected: Step) -> None:
        """Run the program as `step` says."""
        self.now_ns += STEP_NS + round(step.get("sleep", 0) * 1e9)
        assert step["argv"][0] == "prontodb"
        arguments = [self.expand(word) for word in step["argv"][1:]]
        environ = {**self.environ, "VECTOR_NOW_NS": str(self.now_ns)}
        environ |= {name: self.expand(value) for name, value in step.get("env", {}).items()}
        content: bytes | None = None
        fd = None
        if "stdin_b64" in step:
            content = base64.b64decode(step["stdin_b64"])
        elif "stdin" in step:
            content = step["stdin"].encode()
        elif "stdin_file" in step:
            path = self.directory.parent / "stdin_file"
            path.write_text(step["stdin_file"], encoding="utf-8", newline="")
            fd = os.open(path, os.O_RDONLY)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "tui", *arguments],
                input=content,
                stdin=None if content is not None else subprocess.DEVNULL if fd is None else fd,
                capture_output=True,
                cwd=self.directory,
                env=environ,
                timeout=60,
                check=False,
            )
            offset = os.lseek(fd, 0, os.SEEK_CUR) if fd is not None else None
        finally:
            if fd is not None:
                os.close(fd)
        out, err = done.stdout.decode(), done.stderr.decode()
        told = f"{arguments}\nexit {done.returncode}\nstdout {out!r}\nstderr {err}"
        compare(expected, done.returncode, out, err, offset, told)
        self.capture(step, out, err, told)

    def capture(self, step: Step, out: str, err: str, told: str) -> None:
        """Remember what the step captures, from stderr first, then stdout."""
        for name, expression in step.get("capture", {}).items():
            found = re.search(expression, err, re.MULTILINE) or re.search(expression, out, re.MULTILINE)
            assert found, f"{expression} captures nothing: {told}"
            self.names[name] = found[1]


def compare(expected: Step, code: int, out: str, err: str, offset: int | None, told: str) -> None:
    """Every member of `expected` is checked; one that is not understood fails."""
    for member, value in expected.items():
        match member:
            case "exit":
                assert code == value, told
            case "stdout":
                assert out == value, told
            case "stdout_lines":
                assert out.removesuffix("\n").split("\n") == (value or [""]), told
            case "stdin_offset":
                assert offset == value, told
            case "stdout_re" | "stdout_not_re" | "stderr_re" | "stderr_not_re":
                text = out if member.startswith("stdout") else err
                for expression in value:
                    found = re.search(expression, text, re.MULTILINE) is not None
                    assert found == ("_not_" not in member), f"{member} {expression}: {told}"
            case _:
                raise AssertionError(f"an expectation nobody checks: {member}")
    assert "Traceback" not in err, told


def run_vector(vector: dict[str, Any], root: Path) -> None:
    """All steps of `vector`, in order, in one home below `root`."""
    home = Home(root)
    steps, expected = vector["input"]["steps"], vector["expect"]["steps"]
    assert len(steps) == len(expected)
    for step, wanted in zip(steps, expected, strict=True):
        home.do(step, wanted)
