"""Long help of searching."""

from __future__ import annotations

from tui.help_parts import Details, Example

SEARCH_DETAILS: dict[str, Details] = {
    "search": Details(
        """\
Prints every entry whose value holds the query, the smallest value first: address, how the match
covers the value (entire, prefix, postfix or range), from-to in characters. If no value holds all
of it, the longest beginning that some value holds is searched; then, and when there is nothing,
the exit code is 2. The query is text: no wildcards, every blank counts. Values that are secret or
no text are never searched; --field key, namespace or address looks at names instead.

The first search of a database makes an index beside it, NAME.db.search, and each one brings that
up to date, so that no answer is older than the last write. It can be deleted at any time.

--consecutive prints one piece a line: the entry that holds it or -, its coverage, from-to of the
query. --explain prints the climb through the pieces that the values in scope share, for scopes of
up to 262,144 characters. --session answers every line with one JSON object: +TEXT types, -N takes
N characters back, = lists the entries.""",
        (
            Example("prontodb set app.notes.1 'buy milk and bread'", "three notes"),
            Example("prontodb set app.notes.2 'call the milkman'", "…"),
            Example("prontodb set app.notes.3 milk", "…"),
            Example(
                "prontodb search milk",
                "the smallest first",
                "app.notes.3\tentire\t0-4\napp.notes.2\trange\t9-13\napp.notes.1\trange\t4-8\n",
            ),
            Example(
                "prontodb search milks --kind entire", "only a part of it is there", "app.notes.3\tentire\t0-4\n", 2
            ),
            Example(
                "prontodb search 'milkbread' --consecutive",
                "piece by piece",
                "app.notes.3\tentire\t0-4\napp.notes.1\tpostfix\t4-9\n",
            ),
            Example(
                "printf '+mi\\n+lk\\n-1\\n' | prontodb search --session -p app",
                "typing",
                '{"schema":1,"text":"mi","checkpoint":2,"exhausted":true,"remaining":"","total":3,"best":"app.notes.3"}\n'
                '{"schema":1,"text":"milk","checkpoint":4,"exhausted":true,"remaining":"","total":3,"best":"app.notes.3"}\n'
                '{"schema":1,"text":"mil","checkpoint":3,"exhausted":true,"remaining":"","total":3,"best":"app.notes.3"}\n',
            ),
        ),
    ),
}
