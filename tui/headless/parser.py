"""Words of a command line -> which command, with which arguments and options (P-003, P-004, P-015).

It judges by the command table alone: nothing is read, opened or written here. Every complaint is a UsageError.
"""

from __future__ import annotations

from store.errors import UsageError
from tui.commands import GLOBAL_OPTIONS, OUTPUT_JSON, every, find, find_option, group

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.commands import Command, Option

# Without a command these are commands themselves (P-004).
ALONE = {"-v": "version", "-V": "version", "--version": "version", "-h": "help", "--help": "help"}


FORMATS = ("text", "json")


class NoCommand(UsageError):
    """There are options at most. On a terminal that means the browser, with those options."""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__("usage: prontodb <command> [arguments] [options]", hint="prontodb help lists the commands")
        self.options = options


class Line:
    """A command line that was understood.

    `arguments`: in order, `-k KEY` already in its place as the first. `options`: by canonical name without dashes; "" for a
    switch that is on. `help`: the user asks for help on `command` instead of running it.
    """

    __slots__ = ("arguments", "command", "help", "options")

    def __init__(self, command: Command, arguments: list[str], options: dict[str, str], *, help: bool = False) -> None:
        self.command = command
        self.arguments = arguments
        self.options = options
        self.help = help


def parse(words: Sequence[str]) -> Line:
    """Understand `words`, the command line without the program's name. Raises UsageError."""
    reader = _Reader()
    ended = False
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if ended or not is_option(word):
            reader.argument(word)
        elif word == "--":
            ended = True
        elif reader.option(word, words[position] if position < len(words) else None):
            position += 1
    return reader.finish(ended)


def is_option(word: str) -> bool:
    """Whether `word` is to be read as an option: it starts with a dash, and is neither `-` nor a number like -5 or -1.2."""
    if word[:1] != "-" or word == "-":
        return False
    digits = word[2:] if word[1] == "." else word[1:]
    return digits[:1] not in ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")


def output_format(words: Sequence[str]) -> str:
    """The output format that `words` ask for, as far as it can be told from a line that was not understood."""
    before = ""
    for word in words:
        if word == "--":
            break
        if word == "--output=json" or (before == "--output" and word == "json"):
            return "json"
        before = word
    return ""


class _Reader:
    """What has been understood so far, from left to right."""

    __slots__ = ("alone", "arguments", "command", "directory", "group", "options", "seen")

    def __init__(self) -> None:
        self.command: Command | None = None
        self.group = ""  # first word of a two-word command, until the second one comes
        self.arguments: list[str] = []
        self.options: dict[str, str] = {}
        self.seen: list[tuple[Option, str]] = []  # options met before the command, to be checked against it
        self.alone = ""
        self.directory: str | None = None  # value of an --output that is no format

    def argument(self, word: str) -> None:
        if self.group:
            first, self.group = self.group, ""
            command = find(f"{first} {word}")
            if command is not None:
                self.command = command
                return
            if self.command is None and word != "help":
                raise _unknown_command(f"{first} {word}")
            self.group = first if word == "help" or not self.command else ""
            self.arguments.append(word)
        elif self.command is not None:
            self.arguments.append(word)
        else:
            self.command = find(word)
            if group(word):
                self.group = word
            elif self.command is None:
                raise _unknown_command(word)

    def option(self, word: str, following: str | None) -> bool:
        """Take the option `word`; true if its value is the word `following`."""
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if name in ALONE and self.command is None and not equals:
            self.alone = self.alone or name
            return False
        option = self._find(name)
        if option is None:
            raise _unknown_option(name, self.command)
        if not option.value:
            if equals:
                raise _wrong(f"option {name} takes no value", self.command)
            self._take(option, name, "")
            return False
        if equals:
            self._take(option, name, value)
            return False
        if following is None or is_option(following):
            hint = f"; write {option.names[0]}={following} if that is the value" if following else ""
            raise _wrong(f"option {name} needs a value ({option.value}){hint}", self.command)
        self._take(option, name, following)
        return True

    def _find(self, name: str) -> Option | None:
        command = self.command
        if command is not None and not self.group:
            return _option_of(command, name)
        # The command is still to come: any command's option may stand here. A name means the same arity everywhere.
        for option in GLOBAL_OPTIONS:
            if name in option.names:
                return option
        for member in group(self.group):
            for option in member.options:
                if name in option.names:
                    return option
        return find_option(name) or (OUTPUT_JSON if name in OUTPUT_JSON.names else None)

    def _take(self, option: Option, name: str, value: str) -> None:
        if self.command is None or self.group:
            self.seen.append((option, name))
        if option is OUTPUT_JSON:
            self.options["output"] = "json"
        elif option.key == "output" and value not in FORMATS:
            self.directory = value
        elif option.repeat and option.key in self.options:
            self.options[option.key] += f",{value}"
        else:
            self.options[option.key] = value

    def finish(self, ended: bool) -> Line:
        command = self.command
        if command is None:
            if self.group:
                return self._finish_group()
            if self.alone:
                self._refuse_foreign(_named(ALONE[self.alone]))
                self._settle_output(_named(ALONE[self.alone]))
                return Line(_named(ALONE[self.alone]), [], self.options)
            raise NoCommand(self.options)
        if self.alone and self.alone != "--help":
            raise _unknown_option(self.alone, command)
        self._refuse_foreign(command)
        self._settle_output(command)
        helpless = not (self.alone or "help" in self.options or (self.arguments == ["help"] and not ended))
        if self.group and not helpless:
            return self._finish_group()
        if self.alone or "help" in self.options:
            if self.arguments:
                raise _wrong("--help stands alone with its command; after -- it is an ordinary word", command)
            return Line(command, [], self.options, help=True)
        if self.arguments == ["help"] and not ended and not self.options and command.name != "help":
            return Line(command, [], self.options, help=True)
        if "key" in self.options:
            self.arguments.insert(0, self.options["key"])
        _check_count(command, self.arguments)
        return Line(command, self.arguments, self.options)

    def _settle_output(self, command: Command) -> None:
        """P-130: where there is an --output-dir, `--output DIR` means it; `--output json` still means the format (U-16)."""
        if self.directory is not None:
            name = "output-dir" if _option_of(command, "--output-dir") else "output"
            self.options[name] = self.directory

    def _finish_group(self) -> Line:
        if self.alone == "--help" or "help" in self.options or self.arguments == ["help"]:
            return Line(_named("help"), [self.group], self.options)
        names = ", ".join(sorted(command.name for command in group(self.group)))
        raise UsageError(f"usage: prontodb {self.group} <command>", hint=f"one of: {names}")

    def _refuse_foreign(self, command: Command) -> None:
        """P-003: an option before the command must be one of that command's."""
        for option, name in self.seen:
            found = _option_of(command, name)
            if found is None:
                raise _unknown_option(name, command)
            if found is OUTPUT_JSON and option is not OUTPUT_JSON:
                self.options.pop(option.key, None)  # it may stand there twice
                self.options["output"] = "json"


def _option_of(command: Command, name: str) -> Option | None:
    for option in command.options:
        if name in option.names:
            return option
    for option in GLOBAL_OPTIONS:
        if name in option.names:
            return option
    return OUTPUT_JSON if name in OUTPUT_JSON.names else None


def _check_count(command: Command, arguments: list[str]) -> None:
    needed = sum(1 for argument in command.arguments if not (argument.optional or argument.late))
    if len(arguments) < needed:
        raise _wrong(f"missing <{command.arguments[len(arguments)].name}>", command)
    if len(arguments) > len(command.arguments) and not (command.arguments and command.arguments[-1].repeat):
        # Its text is not repeated: it may be a part of a value that somebody forgot to quote (P-116).
        most = len(command.arguments)
        raise _wrong(f"surplus argument: {command.name} takes at most {most}, here are {len(arguments)}", command)


def _named(name: str) -> Command:
    command = find(name)
    assert command is not None, name
    return command


def _wrong(message: str, command: Command | None) -> UsageError:
    usage = command.usage if command else "prontodb <command> [arguments] [options]"
    return UsageError(message, hint=f"usage: {usage}")


def _unknown_option(name: str, command: Command | None) -> UsageError:
    options = [*(command.options if command else ()), *GLOBAL_OPTIONS, OUTPUT_JSON]
    near = _nearest(name, [known for option in options for known in option.names])
    of = f" of {command.name}" if command else ""
    return _wrong(f"unknown option {name}{of}{near}", command)


def _unknown_command(word: str) -> UsageError:
    names = [name for command in every() for name in (command.name, *command.aliases)]
    near = _nearest(word, names)
    return UsageError(
        f"Unknown command: {word}{near}", hint="usage: prontodb <command>; prontodb help lists the commands"
    )


def _nearest(word: str, known: list[str]) -> str:
    """`; did you mean …?`, or nothing when nothing is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, known, 1, 0.6)
    return f"; did you mean {near[0]}?" if near else ""
