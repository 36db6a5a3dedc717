"""`prontodb demo`: the browser on the demo workspace, or the same tour as text, every line of it really happening."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from store.errors import StoreError
from tui.demo.workspace import throw_away

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.headless.main import Call

PROGRAM = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "__main__.py")
CACHED_AS = "cached as: "
KEY = "KEY"


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the tour. `says`: what it shows. `piped`: its standard input. `KEY` in words: the last rescued key."""

    says: str
    words: tuple[str, ...]
    piped: str | None = None


STEPS = (
    Step("A store filled with notes, documents, settings and scripts. Its namespaces:", ("nss",)),
    Step("One entry of an application's settings, and its variant for production:", ("get", "app.config.host")),
    Step("", ("get", "app.config.host__prod")),
    Step("A document lives as sections:", ("keys", "doc.guide")),
    Step("Store a value, read it back:", ("set", "work.notes.today", "ship it")),
    Step("", ("get", "work.notes.today")),
    Step("Many at once, as a stream:", ("stream",), 'ns=animals; dog=fido; meta:path=zoo.cats; tom="a;b";\n'),
    Step("", ("get", "zoo.cats.tom")),
    Step("Now a typo. The pipe is not lost, it is kept for 15 minutes:", ("set", "bad..address"), "critical data\n"),
    Step("What lies in the pipe cache:", ("keys", "pipe.cache")),
    Step("Bring it home:", ("copy", KEY, "work.notes.rescued")),
    Step("", ("get", "work.notes.rescued")),
    Step("And the cached copy is gone (exit code 2 means: not there):", ("get", KEY)),
)
MISSING = 2


def run(call: Call) -> int:
    """The handler of `demo`: exit code 0 if the whole tour worked, or what the browser ends with."""
    with throw_away(call.environ, call.now_ms) as environ:
        if os.isatty(0) and os.isatty(1) and not call.output.json:
            from store.session import Choice
            from tui.browser.launch import open_browser

            return open_browser(Choice(), environ, environ["PRONTO_HOME"])
        Tour(call, environ).walk()
    return 0


class Tour:
    """Runs the steps as real processes and shows what they print."""

    def __init__(self, call: Call, environ: Mapping[str, str]) -> None:
        self._call = call
        self._environ = dict(environ)
        self._key = ""

    def walk(self) -> None:
        """All steps. Raises `demo-failed` where one does not do what the tour says."""
        for step in STEPS:
            self._do(step)
        say = self._call.output.line
        if not self._call.output.json:
            say("")
            say("That was the headless half. On a terminal, `prontodb demo` opens the browser on the same store.")

    def _do(self, step: Step) -> None:
        words = [self._key if word == KEY else word for word in step.words]
        done = subprocess.run(
            [sys.executable, PROGRAM, *words],
            input=(step.piped or "").encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environ,
            check=False,
        )
        text = done.stdout.decode("utf-8", "replace")
        if CACHED_AS in text:
            self._key = text.partition(CACHED_AS)[2].split()[0]
        expected = MISSING if step is STEPS[-1] else 0
        shown = " ".join(["prontodb", *map(quote, words)])
        if step.piped is not None:
            shown = f"echo {quote(step.piped.removesuffix(chr(10)))} | {shown}"
        self._show(step.says, shown, text, done.returncode)
        if done.returncode != expected:
            raise StoreError("demo-failed", f"the demo went wrong: `{shown}` ended with {done.returncode}")

    def _show(self, says: str, shown: str, text: str, code: int) -> None:
        out = self._call.output
        if out.json:
            out.object(says=says, command=shown, output=text, exit=code)
            return
        if says:
            out.line("")
            out.line(f"# {says}")
        out.line(f"$ {shown}")
        for line in text.splitlines():
            out.line(line)
        out.flush()
