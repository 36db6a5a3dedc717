"""Rows of the command table: searching the text of entries; loaded when asked for."""

from __future__ import annotations

from tui.command_types import Argument, Command, Option

FIELDS = "value|key|namespace|address"
KINDS = "entire|prefix|postfix|range"

SEARCH_COMMANDS: tuple[Command, ...] = (
    Command(
        "search",
        "search the values of entries for a text, as far as it is there",
        "tui.headless.searching:search",
        (Argument("query", "value", "the text; nothing in it is a wildcard", optional=True),),
        (
            Option(("--scope",), "A", "only addresses that begin so: app: or app:ui:; -p and -n say the same", "scope"),
            Option(("--field",), "F", "where to look: value, which is the default, key, namespace or address", FIELDS),
            Option(
                ("--kind",),
                "K",
                "only entire, prefix, postfix or range; may be given several times",
                KINDS,
                repeat=True,
            ),
            Option(("--ignore-case",), "", "capitals are no difference"),
            Option(("--limit",), "N", "print at most N entries"),
            Option(("--consecutive",), "", "cut the query into the longest pieces that are there"),
            Option(("--explain",), "", "show how the shared pieces of the values in scope lead to the answer"),
            Option(("--session",), "", "search while somebody types: +text, -n and = from standard input"),
        ),
        misses=True,
        reads_stdin=True,
    ),
)
