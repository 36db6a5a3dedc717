"""The Python of a page: its `python` blocks, run in order by one interpreter, each compared with the `text` block behind it.

A page is one session, as with its console blocks: names stay from block to block. What a block prints stands in a `text` block
right behind it; a block without one prints nothing.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docs.examples import LONGEST_SESSION_S, REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```$(?:\n\n```text\n(?P<shown>.*?)^```$)?", re.MULTILINE | re.DOTALL)
RUN = """\
import contextlib, io, json, sys
names, printed = {"__name__": "__main__"}, []
for code in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(compile(code, "<page>", "exec"), names)
    printed.append(output.getvalue())
json.dump(printed, sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Snippet:
    """One block of Python and what the page says that it prints."""

    code: str
    shown: str


def snippets(text: str) -> list[Snippet]:
    """The Python blocks of a page, in order."""
    return [Snippet(block["code"], block["shown"] or "") for block in BLOCK.finditer(text)]


def printed(text: str, home: Path) -> list[str]:
    """What each Python block of the page prints, run in the directory `home`. Raises RuntimeError with the traceback."""
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps([snippet.code for snippet in snippets(text)]),
        capture_output=True,
        text=True,
        cwd=home,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8"},
        timeout=LONGEST_SESSION_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    outputs: list[str] = json.loads(done.stdout)
    return outputs


def with_output(text: str, home: Path) -> str:
    """The page `text` with what its Python prints here."""
    outputs = iter(printed(text, home))

    def block(found: re.Match[str]) -> str:
        output = next(outputs)
        return f"```python\n{found['code']}```" + (f"\n\n```text\n{output}```" if output else "")

    return BLOCK.sub(block, text)
