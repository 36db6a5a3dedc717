"""`help` and `version`, all from the command table (P-039)."""

from __future__ import annotations

from tui import __version__, command_help, topic_help
from tui.commands import COMMANDS, GLOBAL_OPTIONS, OUTPUT_JSON, find, group

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui.commands import Command
    from tui.headless.main import Call

INTRODUCTION = """\
prontodb: a terminal home for named pieces of text

Without arguments, on a terminal: the browser, full-screen.
With a command: made for scripts. Data on standard output, talk on standard error.
Whatever is piped to a bad address is kept, and told where."""

TOPICS = topic_help.TOPICS


def show_help(call: Call) -> int:
    """Everything, one command, one group of commands, or one topic."""
    word = " ".join(call.line.arguments)
    if not word:
        return _print(call, "", overview(), COMMANDS)
    if word in TOPICS:
        return _print(call, word, topic(word), ())
    command, members = find(word), group(word)
    if command is not None and command not in members:
        members.insert(0, command)
    if members:
        return _print(call, word, "\n\n".join(page(member) for member in members), members)
    known = [*TOPICS, *(name for command in COMMANDS for name in (command.name, *command.aliases))]
    from difflib import get_close_matches

    near = get_close_matches(word, known, 1)
    did_you_mean = f"; did you mean {near[0]}?" if near else ""
    raise call.usage(f"there is no command or topic '{word}'{did_you_mean}")


def help_of_command(call: Call) -> int:
    """`<command> --help` and `<command> help`."""
    command = call.line.command
    return _print(call, command.name, page(command), (command,))


def version(call: Call) -> int:
    """The version, and whether streaming is on as far as settings that can be read say (P-039, P-150)."""
    streaming = _streaming(call)
    if call.output.json:
        call.output.object(version=__version__, features={"streaming": streaming})
    else:
        call.output.line(f"prontodb {__version__}")
        call.output.line(f"features: streaming={'on' if streaming else 'off'}")
    return 0


def overview() -> str:
    """The page of `prontodb help`."""
    rows = [(", ".join((command.name, *command.aliases)), command.summary) for command in COMMANDS]
    lines = [INTRODUCTION, "", "USAGE:", "  prontodb <command> [arguments] [options]", "", "COMMANDS:", *columns(rows)]
    lines += ["", "OPTIONS OF EVERY COMMAND:", *_global_options()]
    lines += ["", "MORE:", "  prontodb help <command>", *(f"  prontodb help {name}" for name in TOPICS)]
    return "\n".join(lines)


def page(command: Command) -> str:
    """The help page of one command."""
    details = command_help_of(command)
    lines = [f"prontodb {command.name}: {command.summary}", "", "USAGE:", f"  {command.usage}"]
    if command.aliases:
        lines += ["", "ALSO CALLED:", f"  {', '.join(command.aliases)}"]
    lines += ["", details.text]
    if command.arguments:
        rows = [(argument.usage, argument.summary) for argument in command.arguments]
        lines += ["", "ARGUMENTS:", *columns(rows)]
    if command.shown:
        rows = [(option.usage, option.summary) for option in command.shown]
        lines += ["", "OPTIONS:", *columns(rows)]
    lines += ["", "OPTIONS OF EVERY COMMAND:", *_global_options(json="--json" not in _names(command))]
    lines += ["", "EXAMPLES:"]
    for example in details.examples:
        lines += [
            f"  {example.line}",
            f"      {example.does}" + (f" (exit code {example.exit})" if example.exit else ""),
        ]
    meanings = dict(command_help.EXIT_CODES)
    lines += ["", "EXIT CODES:", *columns([(str(code), meanings[code]) for code in command.exit_codes])]
    return "\n".join(lines)


def topic(name: str) -> str:
    """The page of a topic."""
    title = name.replace("-", " ").upper() + ":"
    body = {
        "addresses": lambda: [command_help.ADDRESSES],
        "environment": lambda: columns(command_help.ENVIRONMENT),
        "exit-codes": lambda: columns([(str(code), meaning) for code, meaning in command_help.EXIT_CODES]),
        "security": lambda: [topic_help.SECURITY],
    }[name]()
    return "\n".join([f"prontodb: {name}", "", "USAGE:", f"  prontodb help {name}", "", title, *body])


def command_help_of(command: Command) -> command_help.Details:
    """The long half of a command's help."""
    return command_help.DETAILS[command.name]


def columns(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Two columns, the left one as wide as its widest text but not wider than 30; what is wider has a line of its own."""
    pairs = list(rows)
    width = max([len(left) for left, _ in pairs if len(left) <= 30], default=0)
    lines = []
    for left, right in pairs:
        if len(left) > width:
            lines += [f"  {left}", f"  {'':{width}}  {right}"]
        else:
            lines.append(f"  {left:{width}}  {right}")
    return lines


def _global_options(*, json: bool = True) -> list[str]:
    options = (*GLOBAL_OPTIONS, OUTPUT_JSON) if json else GLOBAL_OPTIONS
    return columns([(option.usage, option.summary) for option in options])


def _names(command: Command) -> list[str]:
    return [name for option in command.options for name in option.names]


def _print(call: Call, topic_name: str, text: str, commands: Iterable[Command]) -> int:
    if call.output.json:
        call.output.object(topic=topic_name, text=text, commands=[_facts(command) for command in commands])
        return 0
    for line in text.split("\n"):
        call.output.line(line)
    return 0


def _facts(command: Command) -> dict[str, object]:
    return {
        "name": command.name,
        "aliases": list(command.aliases),
        "summary": command.summary,
        "usage": command.usage,
        "options": [
            {"names": list(option.names), "value": option.value, "summary": option.summary} for option in command.shown
        ],
        "exit_codes": list(command.exit_codes),
    }


def _streaming(call: Call) -> bool:
    from store.errors import StoreError
    from store.settings import DEFAULTS, read_settings
    from store.workspace import find_workspace
    from tui.headless.streaming import streaming_installed

    try:
        settings = read_settings(find_workspace(call.environ, call.cwd), call.environ)
    except StoreError:
        settings = DEFAULTS  # `version` works whatever is wrong (P-110)
    return settings.streaming and streaming_installed()
