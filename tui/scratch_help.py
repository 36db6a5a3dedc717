"""Long help of scratch slots."""

from __future__ import annotations

from tui.help_parts import Details, Example

SCRATCH_DETAILS: dict[str, Details] = {
    "scratch list": Details(
        """\
One line for each slot in the meta in effect, in the order of their creation. Slots that
programs work in are among them while they do.""",
        (
            Example("prontodb scratch set todo 'buy milk'", "keeps something"),
            Example("prontodb scratch list", "shows where", "todo\n"),
            Example("prontodb nss", "it is no entry"),
        ),
    ),
    "scratch get": Details(
        """\
Prints exactly the bytes that were kept, without a newline at the end if they have none. A slot
that is missing or empty is exit code 2 with nothing on standard output.""",
        (
            Example("printf 'buy milk\\n' | prontodb scratch set todo", "keeps something"),
            Example("prontodb scratch get '$todo'", "prints it; the $ does not count", "buy milk\n"),
            Example("prontodb scratch get nothing", "prints nothing", "", 2),
        ),
    ),
    "scratch set": Details(
        """\
For what is on the way to somewhere. A slot is no entry: it is in no listing, search or export,
it does not expire, and `undo` does not know it; `history` shows that it was set, a backup holds
it, and `reset storage` removes it. It is never secret: keep no password in it.

The value is the second argument, or standard input: with - in any case, without it when
something is piped in. What is piped in under a name that is none is kept under pipe.cache.…""",
        (
            Example("prontodb scratch set 'my list' one", "keeps it under my_list"),
            Example("printf 'one\\ntwo\\n' | prontodb mem set my_list", "keeps something else there"),
            Example("prontodb mem get my_list", "prints it", "one\ntwo\n"),
        ),
    ),
    "scratch delete": Details(
        """\
Removing what is not there is no error. There is no undo.""",
        (
            Example("prontodb scratch set todo 'buy milk'", "keeps something"),
            Example("prontodb scratch delete todo", "removes it"),
            Example("prontodb scratch get todo", "gone", "", 2),
        ),
    ),
    "scratch edit": Details(
        """\
Opens a file with the value in the editor that VISUAL names, else EDITOR, and keeps what it
saves. Only on a terminal. If the slot was changed meanwhile, what the editor saved is put into
a file, and the message says where.""",
        (Example("EDITOR=vi prontodb scratch edit todo </dev/null", "is refused: there is no terminal", "", 1),),
    ),
}
