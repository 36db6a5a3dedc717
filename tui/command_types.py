"""What a row of the command table is made of. On the path of every `get`: constants only, no logic but how things are written."""

from __future__ import annotations

from store.named import NamedTuple


class Argument(NamedTuple):
    """One positional argument. `slot` says what may stand there, for completion: address, listing, namespace, context,
    name (of a namespace alone), pattern, value, setting, command, file, cursor, scratch.

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

    `repeat`: it may be given several times; handlers get all values, joined by commas.
    """

    names: tuple[str, ...]
    value: str
    summary: str
    slot: str = ""
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
        return " ".join([*words, "[options]"] if self.options else words)

    @property
    def exit_codes(self) -> tuple[int, ...]:
        """Every exit code it can end with."""
        return (0, 1, 2) if self.misses else (0, 1)
