"""The examples of a page: found in its console blocks, run for real by one shell in an empty home, compared with what is shown.

    ```console
    $ prontodb get app.ui.theme
    dark
    ```

`$ ` begins a command, `> ` continues it, everything else is what it prints, standard error included. A page is one session:
variables, files and the store stay from block to block.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

REPOSITORY = Path(__file__).resolve().parent.parent
OPENING, CLOSING = "```console", "```"
SHOWN_HOME = "/home/ann"
"""How pages write the home directory of the session."""
LONGEST_SESSION_S = 100

# What differs from run to run by its nature, and where it may stand: anywhere else the same digits must be the same.
FACT = re.compile(
    r"\b(?P<second>\d{10})_[0-9a-f]{8}_[\w-]+"  # the key of a cached pipe
    r"|(?<=\"expires_at\":)\d{10}"
    r"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?= UTC)"
    r"|(?<=\[)(?P<stamp>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)(?=\])"  # in the history
    r"|(?<=_)(?P<day>\d{8})(?=(?:_n\d\d)?\.tar\.gz)"  # in the name of a backup
    r"|(?<=\.tar\.gz\t)(?P<size>\d+)"
)


@dataclass(frozen=True, slots=True)
class Example:
    """One command of a page. `first`, `last`: the lines it prints are `lines[first:last]` of the page."""

    command: str
    shown: tuple[str, ...]
    first: int
    last: int


def examples(text: str) -> list[Example]:
    """The commands of the console blocks of a page, in order. Raises ValueError for a block that is none."""
    found = []
    for begin, end in _blocks(text):
        lines = text.split("\n")
        at = begin
        while at < end:
            if not lines[at].startswith("$ "):
                raise ValueError(f"line {at + 1}: a console block begins with a command, not with {lines[at]!r}")
            command = [lines[at][2:]]
            at += 1
            while at < end and lines[at].startswith("> "):
                command.append(lines[at][2:])
                at += 1
            first = at
            while at < end and not lines[at].startswith("$ "):
                at += 1
            found.append(Example("\n".join(command), tuple(lines[first:at]), first, at))
    return found


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """(first line, line of the closing fence) of every console block."""
    begin = None
    for number, line in enumerate(text.split("\n")):
        if begin is None and line == OPENING:
            begin = number + 1
        elif begin is not None and line == CLOSING:
            yield begin, number
            begin = None
    if begin is not None:
        raise ValueError(f"line {begin}: the block is never closed")


class Facts:
    """What differs from run to run, as the page writes it and as it is here. The same text on the page is the same fact."""

    def __init__(self) -> None:
        self._here: dict[str, str] = {}

    def here(self, text: str) -> str:
        """`text` of the page with the facts of this run, as far as they have been met."""
        return FACT.sub(lambda fact: self._here.get(fact[0], fact[0]), text)

    def page(self, text: str) -> str:
        """What was printed here with the facts as the page writes them."""
        shown = {here: shown for shown, here in self._here.items()}
        return FACT.sub(lambda fact: shown.get(fact[0], fact[0]), text)

    def agree(self, shown: str, printed: str) -> bool:
        """Whether the line `printed` is the line `shown`; facts met for the first time are remembered."""
        pattern, facts, at = "", [], 0
        for fact in FACT.finditer(shown):
            pattern += f"{re.escape(shown[at : fact.start()])}({_shape(fact)})"
            facts.append(fact[0])
            at = fact.end()
        match = re.fullmatch(pattern + re.escape(shown[at:]), printed)
        if match is None:
            return False
        met = dict(zip(facts, match.groups(), strict=True))
        told = [self._here.get(name, met[name]) for name in facts]
        if told != list(match.groups()):
            return False
        self._here.update(met)
        return True


def _shape(fact: re.Match[str]) -> str:
    """What a fact may be in another run: only its time differs."""
    second = fact["second"]
    if second is None:
        return re.sub(r"\d", r"\\d", fact[0])
    return r"\d{10}" + re.escape(fact[0].removeprefix(second))


class Shell:
    """One bash in `root`/home, with `prontodb` on its path and nothing of the caller's environment. Ends with the `with`."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.home.mkdir(parents=True)
        (root / "bin").mkdir()
        for name, words in (("prontodb", ""), ("pantheon", "pantheon ")):
            program = root / "bin" / name
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{REPOSITORY}/tui/__main__.py" {words}"$@"\n')
            program.chmod(0o755)
        commands, self._commands = os.pipe()
        # The commands come by a descriptor of their own: whatever reads standard input finds /dev/null.
        loop = f"""\
again() {{ return $status; }}
status=0
while IFS= read -r -d '' -u {commands} line; do
  again  # so that a command finds the exit code of the one before it
  eval "$line" {commands}<&-
  status=$?
  printf '\\0'
done"""
        self._process = subprocess.Popen(
            ["bash", "--norc", "--noprofile", "-c", loop],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.home,
            env={
                "HOME": str(self.home),
                "PATH": f"{root}/bin:/usr/local/bin:/usr/bin:/bin",
                "LC_ALL": "C",
                "TZ": "UTC",
            },
            pass_fds=(commands,),
            start_new_session=True,
        )
        os.close(commands)
        self._alarm = Timer(LONGEST_SESSION_S, os.killpg, (self._process.pid, signal.SIGKILL))
        self._alarm.start()

    def run(self, command: str) -> list[str]:
        """The lines `command` prints, on either output, the home directory written as pages write it."""
        assert self._process.stdout is not None
        os.write(self._commands, command.encode() + b"\0")
        printed = b""
        while not printed.endswith(b"\0"):
            piece = os.read(self._process.stdout.fileno(), 65536)
            if not piece:
                raise RuntimeError(f"the shell ended, or ran out of time, at: {command}")
            printed += piece
        if b"\0" in printed[:-1]:
            raise ValueError(f"a page cannot show a NUL: {command}")
        text = printed[:-1].decode("utf-8", "backslashreplace").replace(str(self.home), SHOWN_HOME)
        return text.removesuffix("\n").split("\n") if text else []

    def __enter__(self) -> Shell:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._alarm.cancel()
        os.close(self._commands)
        if kind is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process.wait()


def differences(text: str, root: Path) -> list[str]:
    """Run the page `text` in the new directory `root`; one message per command that prints something else than is shown."""
    facts, wrong = Facts(), []
    with Shell(root) as shell:
        for example in examples(text):
            printed = shell.run(facts.here(example.command))
            if not _agree(facts, example.shown, printed):
                wrong.append("\n".join([f"line {example.first}: $ {example.command}", "prints:", *printed]))
    return wrong


def renewed(text: str, root: Path) -> str:
    """The page `text` with what its commands print here; what it shows stays where it is right."""
    facts, lines = Facts(), text.split("\n")
    changes = []
    with Shell(root) as shell:
        for example in examples(text):
            printed = shell.run(facts.here(example.command))
            if not _agree(facts, example.shown, printed):
                changes.append((example, [facts.page(line) for line in printed]))
    for example, printed in reversed(changes):
        lines[example.first : example.last] = printed
    return "\n".join(lines)


def _agree(facts: Facts, shown: tuple[str, ...], printed: list[str]) -> bool:
    return all(
        left is not None and right is not None and facts.agree(left, right)
        for left, right in zip_longest(shown, printed)
    )
