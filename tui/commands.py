"""THE command table. Parser, help, documentation, completion and the browser's help all derive from it; nothing repeats it.

It is on the path of every `get`, so it holds constants only, and of them only the rows that scripts call in loops: the others
are loaded when they are asked for (T-211). Long help and examples are in tui/command_help.py.
"""

from __future__ import annotations

from store.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    COMMANDS: tuple[Command, ...]  # all rows, in the order of help pages


class Argument(NamedTuple):
    """One positional argument. `slot` says what may stand there, for completion: address, listing, namespace, context,
    below (a namespace of the context before it), document (a namespace of documents), pattern, value, setting, command, file,
    cursor, scratch; or the words themselves, joined by `|`, with `<context>` for any context. An option also: database, user,
    meta, name (a namespace of the context that -p gives), scope (what colon addresses begin with).

    `late`: required, but its absence is judged by the handler, because piped content must not be lost (P-067).
    """

    name: str
    slot: str
    summary: str
    optional: bool = False
    repeat: bool = False
    late: bool = False

    @property
    def usage(self) -> str:
        """As in a usage line: `<address>`, `[value|-]`, `[word]...`."""
        return (f"[{self.name}]" if self.optional else f"<{self.name}>") + ("..." if self.repeat else "")


class Option(NamedTuple):
    """One option. `names`: the canonical long name first, then its equals. `value`: name of its value, "" for a switch.

    `hidden`: it works, but help and completion do not offer it. `repeat`: it may be given several times; handlers get all values,
    joined by commas.
    """

    names: tuple[str, ...]
    value: str
    summary: str
    slot: str = ""
    hidden: bool = False
    repeat: bool = False

    @property
    def key(self) -> str:
        """What handlers look it up by: the canonical name without dashes."""
        return self.names[0][2:]

    @property
    def usage(self) -> str:
        """As in a help page: `--namespace N, -n N`."""
        return ", ".join(f"{name} {self.value}" if self.value else name for name in self.names)


class Command(NamedTuple):
    """One command. `handler` is "module:function", imported when it runs. A name of two words belongs to a group.

    `misses`: may exit with 2 (P-002). `reads_stdin`, `mutates`: it may. `lines`: with `--output json`, one object per line.
    `bulk`: it may write very much at once (T-030).
    """

    name: str
    summary: str
    handler: str
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    aliases: tuple[str, ...] = ()
    misses: bool = False
    reads_stdin: bool = False
    mutates: bool = False
    lines: bool = False
    bulk: bool = False

    @property
    def usage(self) -> str:
        """The usage line: `prontodb set <address> [value|-] [options]`."""
        words = ["prontodb", self.name, *(argument.usage for argument in self.arguments)]
        return " ".join([*words, "[options]"] if self.shown else words)

    @property
    def shown(self) -> tuple[Option, ...]:
        """The options that help and completion offer."""
        return tuple([option for option in self.options if not option.hidden])

    @property
    def exit_codes(self) -> tuple[int, ...]:
        """Every exit code it can end with."""
        return (0, 1, 2) if self.misses else (0, 1)


ADDRESS = Argument("address", "address", "context.namespace.key[__variant], shorter, or context:namespace:key")
LISTING = Argument("address", "listing", "context.namespace[.prefix]; default: the current position", optional=True)
PATTERN = Argument("pattern", "pattern", "prefix of keys, or a pattern with * and ?", optional=True)
JSON = Option(("--json",), "", "the value is JSON")
BASE64 = Option(("--b64",), "", "the value is base64")
KEY = Option(("--key", "-k"), "KEY", "the key, instead of the first argument", "address")
VARIANT = Option(("--variant",), "X", "variant of the key, as in key__X")
EXPIRED = Option(("--include-expired",), "", "also what is expired but not yet swept")
STREAM = Option(("--stream",), "", "as one XStream line that `prontodb stream` reads back")
FULL = Option(("--full",), "", "whole addresses instead of keys")
RAW = Option(("--raw",), "", "storage form, meta included; refused in strict mode")


GLOBAL_OPTIONS = (
    Option(("--user",), "U", "act as this user", "user"),
    Option(("--cursor", "-c"), "C", "use this cursor for this one command", "cursor"),
    Option(("--database", "-d"), "D", "use this database, by name or path", "database"),
    Option(("--meta",), "M", "meta for this one command", "meta"),
    Option(("--project", "-p", "--context"), "P", "context of the address", "context"),
    Option(("--namespace", "-n"), "N", "namespace of the address", "name"),
    Option(("--ns-delim",), "C", "character between the parts of an address"),
    Option(("--quiet", "-q"), "", "no status lines, no advice"),
    Option(("--output",), "FORMAT", "text or json", "text|json"),
    Option(("--help",), "", "help for the command"),
)
OUTPUT_JSON = Option(("--json",), "", "short for --output json")

FREQUENT = (
    Command(
        "set",
        "store a value, from the command line or from a pipe",
        "tui.headless.setting:set_entry",
        (
            Argument(ADDRESS.name, ADDRESS.slot, ADDRESS.summary, late=True),
            Argument("value|-", "value", "the value; - or nothing: standard input", optional=True),
        ),
        (
            Option(("--stdin",), "", "read the value from standard input"),
            Option(("--ttl",), "SECONDS", "time to live, in cache namespaces only"),
            JSON,
            BASE64,
            KEY,
            VARIANT,
            Option(("--secret",), "", "mask the value wherever it is not asked for"),
            Option(("--strict-pipe",), "", "exit 1 when piped content had to be rescued"),
        ),
        reads_stdin=True,
        mutates=True,
    ),
    Command(
        "get",
        "print a value, byte for byte",
        "tui.headless.entries:get",
        (ADDRESS,),
        (EXPIRED, JSON, BASE64, Option(("--raw",), "", "add no newline at the end"), KEY, VARIANT),
        misses=True,
    ),
    Command(
        "del",
        "delete an entry",
        "tui.headless.entries:delete",
        (ADDRESS,),
        (KEY, VARIANT),
        aliases=("delete",),
        mutates=True,
    ),
    Command(
        "keys",
        "list keys, one a line",
        "tui.headless.listings:keys",
        (LISTING, PATTERN),
        (FULL, RAW, STREAM, EXPIRED),
        aliases=("list-keys",),
        lines=True,
    ),
    Command(
        "scan",
        "list key=value, one a line",
        "tui.headless.listings:scan",
        (LISTING, PATTERN),
        (Option(("--json",), "", 'one {"k":…,"v":…} a line'), STREAM, FULL, RAW, EXPIRED),
        aliases=("ls", "scan-pairs"),
        lines=True,
    ),
    Command(
        "copy",
        "copy an entry; out of the pipe cache, this is the recovery",
        "tui.headless.entries:copy",
        (
            Argument("source", "address", "an entry, or pipe.cache.…"),
            Argument("destination", "address", "where to; -p and -n complete it"),
        ),
        misses=True,
        mutates=True,
    ),
    Command(
        "stream",
        "store a stream of tokens from standard input",
        "tui.headless.streaming:stream",
        (),
        (
            Option(("--verbose",), "", "show the values in the report"),
            Option(("--dialect",), "DIALECT", "xstream, which is the default, token or meteor", "xstream|token|meteor"),
        ),
        reads_stdin=True,
        mutates=True,
        bulk=True,
    ),
)

GROUPS = ("admin", "backup", "cursor", "doc", "mem", "pantheon", "scratch", "workspace")  # first words of two


def __getattr__(name: str) -> tuple[Command, ...]:
    """`COMMANDS`, put together when first asked for."""
    if name != "COMMANDS":
        raise AttributeError(name)
    from tui.document_commands import DOCUMENT_COMMANDS
    from tui.meteor_commands import METEOR_COMMANDS
    from tui.more_commands import MORE_COMMANDS
    from tui.search_commands import SEARCH_COMMANDS

    rows = (*FREQUENT, *SEARCH_COMMANDS, *METEOR_COMMANDS, *DOCUMENT_COMMANDS, *MORE_COMMANDS)
    globals()[name] = rows
    return rows


def find(name: str) -> Command | None:
    """The command called `name` (one word, or two joined by a space) by its name or an alias."""
    return _named(name, FREQUENT) or _named(name, every())


def group(word: str) -> list[Command]:
    """The commands of the group `word`: those whose name or alias is `word` and one more word."""
    if word not in GROUPS:
        return []
    start = word + " "
    return [
        command
        for command in every()
        if command.name.startswith(start) or any(alias.startswith(start) for alias in command.aliases)
    ]


AFTER_ONLY = ("--session",)  # `search --session`, but `pantheon iter --session N`: they stand behind their command


def find_option(name: str) -> Option | None:
    """An option called `name` of whichever command, for one that stands before its command: those names take a value everywhere
    or nowhere. None for AFTER_ONLY, and if there is none.
    """
    return None if name in AFTER_ONLY else _option(name, FREQUENT) or _option(name, every())


def every() -> tuple[Command, ...]:
    """All rows; loads those that are not loaded yet."""
    return globals().get("COMMANDS") or __getattr__("COMMANDS")


def _named(name: str, rows: tuple[Command, ...]) -> Command | None:
    for command in rows:
        if command.name == name or name in command.aliases:
            return command
    return None


def _option(name: str, rows: tuple[Command, ...]) -> Option | None:
    for command in rows:
        for option in command.options:
            if name in option.names:
                return option
    return None
