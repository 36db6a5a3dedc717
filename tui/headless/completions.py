"""`completions`: the script that makes a shell complete our command lines, and the helper it asks (C-050, C-060)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store.errors import UsageError
from tui.completion.emit import FILTERS, TYPES, names
from tui.completion.scripts import SHELLS, script

if TYPE_CHECKING:
    from tui.headless.main import Call

WHERE = "prontodb help completions says where to put it"


def completions(call: Call) -> int:
    """Print the script of a shell; with --emit-source the names themselves, as the shells' helper does before it gets here."""
    if call.has("emit-source"):
        return _emit(call)
    if call.has("filter") or call.has("prefix"):
        raise call.usage("--filter and --prefix need --emit-source")
    asked = call.argument(0)
    name = os.path.basename(call.environ.get("SHELL", "")) if asked is None else asked
    shell = name.lower()
    if shell not in SHELLS:
        said = "cannot tell the shell from $SHELL" if asked is None else f"no completion for {name!a}"
        raise UsageError(f"{said}; there is bash, zsh and fish", hint=f"usage: {call.line.command.usage}\n{WHERE}")
    text = script(shell)
    if call.output.json:
        call.output.object(shell=shell, script=text)
    else:
        call.output.data(text.encode())
        if call.output.terminal:  # so it has not been put anywhere
            call.output.flush()
            call.output.status(WHERE)
    return 0


def _emit(call: Call) -> int:
    wanted = call.option("filter")
    if wanted is not None and wanted not in FILTERS:
        raise call.usage(f"--filter is one of {', '.join(TYPES)}, not {wanted!a}")
    if call.argument(0) is not None:
        raise call.usage("--emit-source takes no shell")
    found = names(call.session, (wanted,) if wanted else TYPES, call.option("prefix") or "", call.now_ms)
    for name in found:
        call.output.line(name)  # whatever the format: the shells read lines
    return 0
