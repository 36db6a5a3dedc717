"""Real shells on a pseudo-terminal: type a line, press TAB, see what is offered and what the line becomes (C-111…C-113)."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from program_steps import REPOSITORY
from tui.completion.scripts import script

DEADLINE_S = 60.0
BASH = os.environ.get("PRONTO_TEST_BASH") or "bash"


BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"


def need(tool: str) -> str:
    """The path of a shell, of shellcheck or of what bash-completion loads (C-116).

    Where it is missing the test is skipped, which says so, except in CI, which installs it.
    """
    if tool == "bash-completion":
        found = BASH_COMPLETION if os.path.exists(BASH_COMPLETION) else None
    else:
        found = shutil.which(BASH if tool == "bash" else tool)
    if found is None:
        assert "CI" not in os.environ, f"{tool} is missing: .ci/run installs it"
        pytest.skip(f"no {tool} here (apt-get install {tool})")
    return found


class Terminal:
    """A program on a pty of 500 columns; what it printed so far is in `seen`."""

    def __init__(self, argv: list[str], environ: dict[str, str], cwd: Path) -> None:
        self.pid, self.fd = pty.fork()
        if not self.pid:
            try:
                # Before the program looks: zsh in a window of 24 lines may ask whether to list, and take the next key as answer.
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 500, 0, 0))
                os.chdir(cwd)
                os.execve(argv[0], argv, environ)
            finally:
                os._exit(127)
        self.seen = b""

    def send(self, text: str) -> None:
        """Type `text`."""
        content = text.encode()
        while content:
            content = content[os.write(self.fd, content) :]

    def expect(self, text: str) -> None:
        """Read until `text` has been printed, and forget it and all before it."""
        wanted, deadline = text.encode(), time.monotonic() + DEADLINE_S
        while wanted not in self.seen:
            ready = select.select([self.fd], [], [], max(0.0, deadline - time.monotonic()))[0]
            assert ready, f"waited in vain for {text!r}; seen: {self.seen[-2000:].decode(errors='replace')!r}"
            try:
                self.seen += os.read(self.fd, 65536)
            except OSError as error:
                raise AssertionError(f"the shell ended; seen: {self.seen.decode(errors='replace')!r}") from error
        self.seen = self.seen.partition(wanted)[2]

    def close(self) -> None:
        """End it."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.close(self.fd)
        os.waitpid(self.pid, 0)


class Place:
    """A temporary directory with a home, a store, scripts and a shim that counts how often the program is asked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "home"
        self.home.mkdir(exist_ok=True)
        self.out = root / "candidates"
        self.line = root / "line"
        self.calls = root / "calls"
        shims = root / "bin"
        shims.mkdir(exist_ok=True)
        shim = shims / "prontodb"
        shim.write_text(
            f'#!/bin/sh\necho x >>"{self.calls}"\nPYTHONPATH="{REPOSITORY}" exec "{sys.executable}" -m tui "$@"\n'
        )
        shim.chmod(0o755)
        self.environ = {
            "PATH": f"{shims}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
            "INPUTRC": "/dev/null",
        }

    def write_script(self, shell: str) -> Path:
        """The completion script, in a file."""
        path = self.root / f"script.{shell}"
        path.write_text(script(shell), encoding="utf-8")
        return path

    @property
    def helper_calls(self) -> int:
        """How often the program has been asked since the last look."""
        count = len(self.calls.read_text().split()) if self.calls.exists() else 0
        self.calls.unlink(missing_ok=True)
        return count


class Seen(NamedTuple):
    """What a TAB did: the replies in order, as the shell got them, and the line after it (fish: None)."""

    replies: list[str]
    after: str | None
    helper_calls: int


BASH_SETUP = r"""
bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; bind 'set page-completions off'
bind 'set completion-query-items 0'; bind 'set show-all-if-ambiguous on'
@LOADED@
source "@SCRIPT@"
complete -p prontodb >"@ROOT@/registered"
_dumping() { _prontodb "$@"; printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"} >"@OUT@"; }
complete -F _dumping prontodb
@OPTIONS@
echo re''ady
"""

BASH_MODES = {
    "plain": ("", ""),
    "loaded": (f"source {BASH_COMPLETION}", ""),
    "hostile": ("alias awk=false", "set -u; shopt -s nullglob failglob; IFS=:x"),
}


def _tabs(
    shell: Terminal, setup: Path, tab: Callable[[str, int], Seen], lines: Sequence[tuple[str, int]]
) -> list[Seen]:
    """What `tab` sees of each line in a shell that has been set up; the shell is gone afterwards."""
    try:
        shell.send(f"source '{setup}'\n")
        shell.expect("ready")
        return [tab(line, point) for line, point in lines]
    finally:
        shell.close()


def in_bash(place: Place, lines: Sequence[tuple[str, int]], mode: str = "plain", cwd: Path | None = None) -> list[Seen]:
    """Type each line in one bash, the cursor at the given character, and press TAB."""
    loaded, options = BASH_MODES[mode]
    if mode == "loaded":
        need("bash-completion")
    setup = place.root / "setup.bash"
    text = BASH_SETUP.replace("@LOADED@", loaded).replace("@OPTIONS@", options).replace("@OUT@", str(place.out))
    text = text.replace("@SCRIPT@", str(place.write_script("bash"))).replace("@ROOT@", str(place.root))
    setup.write_text(text, encoding="utf-8")
    environ = {**place.environ, "PS1": "PR''OMPT>"}
    shell = Terminal([need("bash"), "--norc", "--noprofile", "-i"], environ, cwd or place.home)
    return _tabs(shell, setup, partial(_tab_in_bash, shell, place), lines)


def _tab_in_bash(shell: Terminal, place: Place, line: str, point: int) -> Seen:
    place.out.unlink(missing_ok=True)
    place.helper_calls  # noqa: B018 - forget earlier ones
    # ESC # makes the line a comment and ends it: then it stands in the history as TAB has left it.
    shell.send(line + "\x02" * (len(line) - point) + "\t\x1b#")
    shell.send(f"fc -ln -1 >'{place.line}'; echo do''ne\n")
    shell.expect("done")
    after = place.line.read_text(encoding="utf-8").rstrip("\n").lstrip("\t ")
    assert after.startswith("#"), after
    content = place.out.read_text(encoding="utf-8") if place.out.exists() else ""
    return Seen(content.removesuffix("\n").split("\n") if content.strip("\n") else [], after[1:], place.helper_calls)


ZSH_SETUP = r"""
PROMPT='> '; unsetopt zle_bracketed_paste 2>/dev/null; unset zle_bracketed_paste; setopt no_beep interactive_comments
@BEFORE@
autoload -Uz compinit; compinit -u -d "@DUMP@"
@LOAD@
print -r -- "${_comps[prontodb]-}" >"@ROOT@/registered"
zstyle ':completion:*' list-prompt ''; LISTMAX=0
compadd() {
  if [[ " $* " != *' '-[OAD]' '* ]]; then
    local -a _seen
    builtin compadd -O _seen "$@"
    print -rl -- "${_seen[@]}" >>"@OUT@"
  fi
  builtin compadd "$@"
}
_show_line() { print -r -- "$LBUFFER|$RBUFFER" >"@LINE@"; zle kill-whole-line; BUFFER=; zle accept-line }
zle -N _show_line; bindkey '^X^L' _show_line
@OPTIONS@
print re''ady
"""

ZSH_MODES = {
    "plain": ("", 'source "@SCRIPT@"', ""),
    "autoloaded": ('fpath=("@FUNCTIONS@" $fpath)', "", ""),
    "hostile": ("alias awk=false", 'source "@SCRIPT@"', "setopt nounset null_glob ksh_arrays sh_word_split; IFS=:x"),
}


def in_zsh(place: Place, lines: Sequence[tuple[str, int]], mode: str = "plain", cwd: Path | None = None) -> list[Seen]:
    """As `in_bash`."""
    before, load, options = ZSH_MODES[mode]
    text = ZSH_SETUP.replace("@BEFORE@", before).replace("@LOAD@", load).replace("@OPTIONS@", options)
    # One for all tests of a run: without what it remembers, `compinit` takes half a second each time.
    functions = place.root.parent / f"zsh-{mode}"
    functions.mkdir(exist_ok=True)
    path = place.write_script("zsh")
    (functions / "_prontodb").write_bytes(path.read_bytes())
    dump = place.root.parent / f"zcompdump-{mode}"
    for name, value in {
        "SCRIPT": path,
        "ROOT": place.root,
        "OUT": place.out,
        "LINE": place.line,
        "DUMP": dump,
        "FUNCTIONS": functions,
    }.items():
        text = text.replace(f"@{name}@", str(value))
    setup = place.root / "setup.zsh"
    setup.write_text(text, encoding="utf-8")
    shell = Terminal([need("zsh"), "-f", "-i"], place.environ, cwd or place.home)
    return _tabs(shell, setup, partial(_tab_in_zsh, shell, place), lines)


def _tab_in_zsh(shell: Terminal, place: Place, line: str, point: int) -> Seen:
    place.out.unlink(missing_ok=True)
    place.line.unlink(missing_ok=True)
    place.helper_calls  # noqa: B018 - forget earlier ones
    shell.send(line + "\x02" * (len(line) - point) + "\t\x18\x0c")
    shell.send("print do''ne\n")
    shell.expect("done")
    content = place.out.read_text(encoding="utf-8") if place.out.exists() else ""
    left, _, right = place.line.read_text(encoding="utf-8").rstrip("\n").rpartition("|")
    return Seen([text for text in content.split("\n") if text], left + right, place.helper_calls)


def in_fish(place: Place, lines: Sequence[tuple[str, int]], cwd: Path | None = None) -> list[Seen]:
    """What fish offers; it has no line to show. The cursor is at the end of what it is given."""
    fish, path, found = need("fish"), place.write_script("fish"), []
    for line, point in lines:
        place.helper_calls  # noqa: B018 - forget earlier ones
        done = subprocess.run(
            [fish, "--no-config", "-c", f"source '{path}'; complete -C (cat)"],
            input=line[:point],
            capture_output=True,
            text=True,
            env=place.environ,
            cwd=cwd or place.home,
            timeout=60,
            check=True,
        )
        assert done.stderr == "", done.stderr
        found.append(Seen([text.partition("\t")[0] for text in done.stdout.splitlines()], None, place.helper_calls))
    return found
