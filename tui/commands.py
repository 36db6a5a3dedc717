"""THE command table. Parser, help, documentation, completion and the browser's help all derive from it; nothing repeats it.

It is on the path of every `get`, so it holds constants only; long help and examples are in tui/command_help.py.
"""

from __future__ import annotations

from store.named import NamedTuple


class Argument(NamedTuple):
    """One positional argument. `slot` says what may stand there, for completion: address, listing, namespace, context,
    pattern, value, setting, command, file.

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
    """One option. `names`: the canonical long name first, then its equals. `value`: name of its value, "" for a switch."""

    names: tuple[str, ...]
    value: str
    summary: str
    slot: str = ""

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
        return " ".join([*words, "[options]"] if self.options else words)

    @property
    def exit_codes(self) -> tuple[int, ...]:
        """Every exit code it can end with."""
        return (0, 1, 2) if self.misses else (0, 1)


ADDRESS = Argument("address", "address", "context.namespace.key[__variant], shorter, or context:namespace:key")
LISTING = Argument("address", "listing", "context.namespace[.prefix]; default: the current position", optional=True)
PATTERN = Argument("pattern", "pattern", "prefix of keys, or a pattern with * and ?", optional=True)
NAMESPACE = Argument("context.namespace", "namespace", "exactly two parts")

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
    Option(("--output",), "FORMAT", "text or json", "format"),
    Option(("--help",), "", "help for the command"),
)
OUTPUT_JSON = Option(("--json",), "", "short for --output json")

COMMANDS = (
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
        (Option(("--verbose",), "", "show the values in the report"),),
        reads_stdin=True,
        mutates=True,
        bulk=True,
    ),
    Command(
        "projects",
        "list contexts",
        "tui.headless.listings:projects",
        (),
        (RAW,),
        aliases=("contexts",),
        lines=True,
    ),
    Command(
        "namespaces",
        "list the namespaces of a context",
        "tui.headless.listings:namespaces",
        (Argument("context", "context", "or -p, or the cursor's", optional=True),),
        (Option(("--long",), "", "with the time to live of caches"),),
        lines=True,
    ),
    Command("nss", "list every context and namespace", "tui.headless.listings:nss", lines=True),
    Command(
        "create-cache",
        "make a namespace whose entries expire",
        "tui.headless.caches:create_cache",
        (
            NAMESPACE,
            Argument("seconds|timeout=S|evict_on_read=0/1|max_items=N", "setting", "time to live first", repeat=True),
        ),
        aliases=("admin create-cache",),
        mutates=True,
    ),
    Command(
        "admin set-cache",
        "change the rules of a cache namespace",
        "tui.headless.caches:set_cache",
        (NAMESPACE, Argument("timeout=S|evict_on_read=0/1|max_items=N", "setting", "what to change", repeat=True)),
        mutates=True,
    ),
    Command(
        "admin drop-cache",
        "make a cache namespace an ordinary one",
        "tui.headless.caches:drop_cache",
        (NAMESPACE,),
        mutates=True,
    ),
    Command("admin sweep", "delete all expired entries", "tui.headless.caches:sweep", mutates=True),
    Command(
        "demo",
        "a tour on a throw-away workspace",
        "tui.demo.tour:run",
        lines=True,
    ),
    Command(
        "help",
        "help for a command or a topic: addresses, environment, exit-codes",
        "tui.headless.help:show_help",
        (Argument("command|topic", "command", "what to explain", optional=True, repeat=True),),
    ),
    Command("version", "version and features", "tui.headless.help:version"),
)


def find(name: str) -> Command | None:
    """The command called `name` (one word, or two joined by a space) by its name or an alias."""
    for command in COMMANDS:
        if command.name == name or name in command.aliases:
            return command
    return None


def group(word: str) -> list[Command]:
    """The commands of the group `word`: those whose name or alias is `word` and one more word."""
    start = word + " "
    return [
        command
        for command in COMMANDS
        if command.name.startswith(start) or any(alias.startswith(start) for alias in command.aliases)
    ]
