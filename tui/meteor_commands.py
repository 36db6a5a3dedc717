"""Rows of the command table: token and meteor streams, meteors, scratch slots, console; loaded when asked for."""

from __future__ import annotations

from tui.command_types import Argument, Command, Option

STREAM_TEXT = Argument(
    "stream|-", "value", "the stream, words joined by a space; -: standard input", repeat=True, late=True
)
TOKEN_TEXT = Argument(
    "tokens|-", "value", "the tokens, words joined by a space; -: standard input", repeat=True, late=True
)
CONTEXT = Argument("context", "context", "name of the context")
SHOWN_AS = Option(("--format",), "FORMAT", "text, json or debug", "text|json|debug")
VERBOSE = Option(("--verbose", "-v"), "", "say more")
STRICT = Option(("--strict",), "", "by the strict rules of names, depths and limits")

SLOT = Argument("name", "scratch", "of a scratch slot; a leading $ does not count, blanks become _")

SCRATCH_COMMANDS = (
    Command(
        "scratch list",
        "list the names of scratch slots",
        "tui.headless.scratch:show_list",
        aliases=("mem list",),
        lines=True,
    ),
    Command(
        "scratch get",
        "print what a scratch slot holds, byte for byte",
        "tui.headless.scratch:get",
        (SLOT,),
        aliases=("mem get",),
        misses=True,
    ),
    Command(
        "scratch set",
        "keep a value in a scratch slot, apart from the entries",
        "tui.headless.scratch:set_value",
        (
            Argument(SLOT.name, SLOT.slot, SLOT.summary, late=True),
            Argument("value|-", "value", "the value; - or nothing: standard input", optional=True),
        ),
        aliases=("mem set",),
        reads_stdin=True,
        mutates=True,
    ),
    Command(
        "scratch delete",
        "remove a scratch slot; there is no undo",
        "tui.headless.scratch:delete",
        (SLOT,),
        aliases=("mem delete",),
        mutates=True,
    ),
    Command(
        "scratch edit",
        "change what a scratch slot holds, in your editor",
        "tui.headless.scratch:edit",
        (SLOT,),
        aliases=("mem edit",),
        mutates=True,
    ),
)

METEOR_COMMANDS: tuple[Command, ...] = (
    Command(
        "parse",
        "show what a meteor stream says; stores nothing",
        "tui.headless.dialects:parse",
        (STREAM_TEXT,),
        (SHOWN_AS, VERBOSE, STRICT),
        reads_stdin=True,
    ),
    Command(
        "validate",
        "judge a meteor stream; stores nothing",
        "tui.headless.dialects:validate",
        (STREAM_TEXT,),
        (Option(("--explain",), "", "everything that is wrong with it, and where"), SHOWN_AS, VERBOSE, STRICT),
        reads_stdin=True,
    ),
    Command(
        "token",
        "show the parts of tokens; stores nothing",
        "tui.headless.dialects:token",
        (TOKEN_TEXT,),
        (SHOWN_AS, VERBOSE),
        reads_stdin=True,
    ),
    Command(
        "list",
        "show the entries of a namespace, or of a context, in insertion order",
        "tui.headless.meteors:show_list",
        (
            Argument(CONTEXT.name, CONTEXT.slot, CONTEXT.summary, late=True),
            Argument("namespace", "below", "one namespace; (root) for the root; without it: all", optional=True),
        ),
        (Option(("--ids-only",), "", "every address of the store instead, one a line, sorted; no secrets"),),
        aliases=("items",),
    ),
    Command(
        "meteor",
        "show a context and namespace as one thing",
        "tui.headless.meteors:show_meteor",
        (CONTEXT, Argument("namespace", "below", "the namespace; (root) for the root")),
        (Option(("--stream",), "", "as one line that `prontodb stream --dialect meteor` reads back"),),
        misses=True,
    ),
    Command(
        "find",
        "find entries by a pattern over whole addresses",
        "tui.headless.finding:find",
        (Argument("pattern", "pattern", "context:namespace:key with * and ?; *:*:* is everything"),),
        (Option(("--paths",), "", "the paths alone, one a line"),),
        lines=True,
    ),
    Command("config", "show the profile and every setting, and where each comes from", "tui.headless.config:config"),
    Command(
        "console",
        "one command after the other, on a terminal or from standard input",
        "tui.headless.console:console",
        (),
        (Option(("--memory",), "", "on an empty store in memory, which is gone afterwards"),),
        reads_stdin=True,
        mutates=True,
        lines=True,
    ),
    *SCRATCH_COMMANDS,
)
