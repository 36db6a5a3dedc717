"""Long help of what speaks Meteor: its streams and tokens, the console."""

from __future__ import annotations

from tui.help_parts import Details, Example

METEOR_DETAILS: dict[str, Details] = {
    "parse": Details(
        """\
Reads a meteor stream, context:namespace:key=value; …, segments joined by `:;:`, as it would be
stored in an empty store, and prints what that store would hold. A bare key=value takes the
address before it in its segment. Nothing is stored: `prontodb stream --dialect meteor` does
that. --format debug also shows the history; --strict judges by the strict rules.""",
        (
            Example("prontodb parse 'app:ui:button=click; theme=dark'", "shows two entries", None),
            Example(
                "echo 'app:ui:theme=dark' | prontodb parse - --format json",
                "the same as JSON, from standard input",
                '{"cursor":{"context":"app","namespace":"main"},"contexts":1,"meteors":'
                '[{"context":"app","namespace":"ui","key":"theme","value":"dark"}],"app":{"ui":{"theme":"dark"}}}\n',
            ),
            Example("prontodb parse 'theme=dark'", "is no meteor stream: the address is missing", "", 1),
        ),
    ),
    "validate": Details(
        """\
Says whether `prontodb stream --dialect meteor` would take a stream. --explain lists every fault
and warning with its place, in order; --strict makes what is only unwise a fault; --verbose adds
how many segments there are, or the first fault and examples. Exit code 1 if it is not valid.""",
        (
            Example(
                "prontodb validate 'app:ui:button=click :;: user:settings:theme=dark'",
                "a valid one",
                "✅ Valid meteor format\n",
            ),
            Example(
                "prontodb validate --explain 'app:ui:a=1; a:b:c:d=2'",
                "a key with too many colons",
                "❌ Invalid meteor format\nerror too-many-colons at segment 1 token 2 (offset 12): a:b:c:d=2\n"
                "  hint: …\nSegments: 1\nTokens: 2\nErrors: 1\nWarnings: 0\n",
                1,
            ),
        ),
    ),
    "token": Details(
        """\
Splits `key=value; namespace:key=value; context:namespace:key=value` and prints the parts of each
token. The value is shown as written, quotes included; --verbose adds the canonical key and the
token written out.""",
        (
            Example(
                "prontodb token 'ui:list[0]=first'",
                "shows its parts",
                "Parsed Token:\n  Namespace: ui\n  Key: list[0]\n  Value: first\n",
            ),
            Example("prontodb token just_a_key", "is no token", "", 1),
        ),
    ),
    "list": Details(
        """\
Prints `key = value` under a heading, keys in brackets, entries as they were first stored; `keys`
and `scan` sort them and print no heading. Without a namespace each line begins with its own.
Secret values are masked. Nothing there is no failure. --ids-only prints what completion offers:
the addresses of all live entries that are no secrets.""",
        (
            Example("prontodb set app.ui.theme dark", "one entry"),
            Example("prontodb set app:ui:list[0] first", "and another"),
            Example("prontodb list --ids-only", "prints both addresses", "app.ui.list__0\napp.ui.theme\n"),
            Example("prontodb list app ui", "lists both", "Entries in 'app:ui':\n  theme = dark\n  list[0] = first\n"),
        ),
    ),
    "meteor": Details(
        """\
All entries of a context and namespace. With --stream it is one line of text that
`prontodb stream --dialect meteor` stores again, values quoted where they must be; secret
entries are left out and told.""",
        (
            Example("prontodb set app.ui.theme 'dark; blue'", "an entry"),
            Example("prontodb meteor app ui", "shows it", "Meteor: app:ui\nTokens: 1\n  theme = dark; blue\n"),
            Example("prontodb meteor app ui --stream", "as text", 'app:ui:theme="dark; blue"\n'),
            Example("prontodb meteor app nothing", "there is none", "", 2),
        ),
    ),
    "find": Details(
        """\
Finds entries in all contexts and namespaces by a pattern context:namespace:key and prints
context:namespace:key = value, sorted. * is any run of characters, ? exactly one, a backslash
makes the next character literal; brackets are no classes, and keys match in either spelling:
sections[*] and sections__* are the same. Parts left out are app and main, as in every path; an
empty key is *. A pattern without wildcards finds that entry and no other. Secrets are masked.
--paths prints the paths alone, which every command takes as addresses.""",
        (
            Example("printf 'app:ui:button=ok; theme=dark' | prontodb stream --dialect meteor -q", "two entries"),
            Example("prontodb find 'app:ui:*'", "all of app:ui", "app:ui:button = ok\napp:ui:theme = dark\n"),
            Example("prontodb find '*:*:th*' --paths", "themes, wherever they are", "app:ui:theme\n"),
            Example("prontodb find 'app:ui:butt'", "is not a prefix", "No matches\n"),
        ),
    ),
    "config": Details(
        """\
Shows the profile in effect with its limits and switches, then every setting, its value and where
it comes from: built in, a line of pronto.conf, or a variable. The profile is PRONTO_PROFILE, else
profile.active in pronto.conf, else default; built in are default, enterprise, embedded and
strict. A line limits.NAME.max_contexts=7 changes a limit, of a built-in profile or of one of
your own, which has the limits of default where it says nothing. A profile holds strict names,
streams of the Meteor languages and the console to its limits; set and XStream do not ask it.""",
        (
            Example("prontodb config -q", "everything", None),
            Example("PRONTO_PROFILE=strict prontodb config --output json", "the same for programs", None),
        ),
    ),
    "console": Details(
        """\
Reads one command a line: `help` lists them. Addresses are context:namespace:key; what is left
out is app and main. The value of `set` is the rest of the line as it stands. It works on the
same store as every other command, or with --memory on an empty one that is gone afterwards. On
a terminal the arrow keys bring back earlier lines and Tab completes; without one, lines and
answers come from standard input. An error ends nothing; `exit` and the end of input do.""",
        (
            Example(
                "printf 'set app:ui:theme dark\\nget app:ui:theme\\n' | prontodb console",
                "stores and reads",
                "🌠 Meteor REPL – type 'help' for commands, 'exit' to quit\n"
                "meteor> Stored 'app:ui:theme'.\nmeteor> app:ui:theme = dark\nmeteor> bye\n",
            ),
            Example("prontodb get app.ui.theme", "the same store", "dark\n"),
        ),
    ),
}
