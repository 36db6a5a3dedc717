"""The parser, in process: P-003, P-004, P-015, and what a bad line is told."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.errors import UsageError
from tui.commands import COMMANDS, GLOBAL_OPTIONS, group
from tui.headless.parser import NoCommand, is_option, output_format, parse


def read(text: str) -> tuple[str, list[str], dict[str, str]]:
    line = parse(text.split(" ") if text else [])
    assert not line.help
    return line.command.name, line.arguments, line.options


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("set a b", ("set", ["a", "b"], {})),
        ("-q set a b", ("set", ["a", "b"], {"quiet": ""})),
        ("set -q a b", ("set", ["a", "b"], {"quiet": ""})),
        ("set a b -q", ("set", ["a", "b"], {"quiet": ""})),
        ("--ttl 5 set a b", ("set", ["a", "b"], {"ttl": "5"})),
        ("set --ttl=5 a b", ("set", ["a", "b"], {"ttl": "5"})),
        ("-p x -n y get k", ("get", ["k"], {"project": "x", "namespace": "y"})),
        ("get k --context x", ("get", ["k"], {"project": "x"})),
        ("get k --ns-delim=", ("get", ["k"], {"ns-delim": ""})),
        ("get k --meta=--help", ("get", ["k"], {"meta": "--help"})),
        ("set a -", ("set", ["a", "-"], {})),
        ("set a -5", ("set", ["a", "-5"], {})),
        ("set a -1.2", ("set", ["a", "-1.2"], {})),
        ("set a -.5", ("set", ["a", "-.5"], {})),
        ("set a -- -v", ("set", ["a", "-v"], {})),
        ("set a -- --help", ("set", ["a", "--help"], {})),
        ("set -- a --", ("set", ["a", "--"], {})),
        ("get -- help", ("get", ["help"], {})),
        ("get -n n help", ("get", ["help"], {"namespace": "n"})),
        ("set help me", ("set", ["help", "me"], {})),
        ("get -k K", ("get", ["K"], {"key": "K"})),
        ("set v -k K", ("set", ["K", "v"], {"key": "K"})),
        ("set", ("set", [], {})),
        ("ls", ("scan", [], {})),
        ("list-keys a", ("keys", ["a"], {})),
        ("delete a", ("del", ["a"], {})),
        ("contexts", ("projects", [], {})),
        ("admin sweep", ("admin sweep", [], {})),
        ("admin -q sweep", ("admin sweep", [], {"quiet": ""})),
        ("admin create-cache a.b 5", ("create-cache", ["a.b", "5"], {})),
        ("keys --json", ("keys", [], {"output": "json"})),
        ("--json keys", ("keys", [], {"output": "json"})),
        ("--json scan", ("scan", [], {"json": ""})),
        ("backup --output here", ("backup", [], {"output-dir": "here"})),
        ("--output here backup", ("backup", [], {"output-dir": "here"})),
        ("backup --output-dir json", ("backup", [], {"output-dir": "json"})),
        ("backup --output json", ("backup", [], {"output": "json"})),
        ("backup list --output=here --output=json", ("backup list", [], {"output-dir": "here", "output": "json"})),
        ("backup --json --output here", ("backup", [], {"output-dir": "here", "output": "json"})),
        ("get k --output here", ("get", ["k"], {"output": "here"})),
        ("cursor work", ("cursor use", ["work"], {})),
        ("cursor use set", ("cursor use", ["set"], {})),
        ("cursor -q set work", ("cursor set", ["work"], {"quiet": ""})),
        ("scan --json", ("scan", [], {"json": ""})),
        ("get k --ttl-is-no-option", None),
        ("-v", ("version", [], {})),
        ("-V", ("version", [], {})),
        ("--version", ("version", [], {})),
        ("-h", ("help", [], {})),
        ("--help", ("help", [], {})),
        ("-q --version", ("version", [], {"quiet": ""})),
        ("help set", ("help", ["set"], {})),
        ("help admin sweep", ("help", ["admin", "sweep"], {})),
        ("admin --help", ("help", ["admin"], {})),
        ("admin help", ("help", ["admin"], {})),
        ("--database x help", ("help", [], {"database": "x"})),
        ("get a --meta m1 --meta m2", ("get", ["a"], {"meta": "m2"})),
    ],
)
def test_lines(text: str, expected: tuple[str, list[str], dict[str, str]] | None) -> None:
    """P-003, P-004, P-015, P-038, U-16: what a line means, or that it means nothing."""
    if expected is None:
        with pytest.raises(UsageError):
            read(text)
    else:
        assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("set a b --frobnicate", "unknown option --frobnicate of set"),
        ("--frobnicate set a b", "unknown option --frobnicate"),
        ("set a b --quite", "did you mean --quiet?"),
        ("set a -v", "unknown option -v of set"),
        ("-v set a b", "unknown option -v of set"),
        ("-h set a b", "unknown option -h of set"),
        ("set a -h", "unknown option -h of set"),
        ("--ttl 5 get a", "unknown option --ttl of get"),
        ("set a b --ttl", "option --ttl needs a value (SECONDS)"),
        ("set a --ttl --json", "option --ttl needs a value (SECONDS); write --ttl=--json if that is the value"),
        ("set a b --json=1", "option --json takes no value"),
        ("set a b --help", "--help stands alone"),
        ("get", "missing <address>"),
        ("copy a", "missing <destination>"),
        ("create-cache a.b", "missing <seconds"),
        ("get a b", "surplus argument: get takes at most 1, here are 2"),
        ("nss x", "surplus argument"),
        ("stream json", "surplus argument"),
        ("admin sweep x", "surplus argument"),
        ("get -k K a", "surplus argument"),
        ("noop", "Unknown command: noop"),
        ("gett a", "Unknown command: gett; did you mean get?"),
        ("admin swep", "Unknown command: admin swep; did you mean admin sweep?"),
        ("admin", "usage: prontodb admin <command>"),
        ("-- --help", "Unknown command: --help"),
    ],
)
def test_complaints(text: str, message: str) -> None:
    """P-002, P-003, P-004: the fault is named, and every complaint shows a usage line."""
    with pytest.raises(UsageError) as caught:
        parse(text.split(" "))
    assert message in caught.value.message
    assert "usage" in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("text", ["", "-q", "--cursor work", "--"])
def test_no_command(text: str) -> None:
    """P-004: no command is a usage error that mentions help; its options are kept for the browser."""
    with pytest.raises(NoCommand) as caught:
        parse(text.split())
    assert "help" in caught.value.hint
    assert caught.value.options == ({"cursor": "work"} if "work" in text else {"quiet": ""} if "-q" in text else {})


def test_a_surplus_argument_is_not_repeated() -> None:
    """P-116: it may be a part of a secret that somebody forgot to quote."""
    with pytest.raises(UsageError) as caught:
        parse(["set", "a.b.password", "correct", "horse", "battery"])
    assert not any(word in f"{caught.value.message}{caught.value.hint}" for word in ("correct", "horse", "battery"))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_help_of_every_command(command: object) -> None:
    """P-039: `<command> help` and `<command> --help`, aliases included, whatever arguments the command wants."""
    names = (command.name, *command.aliases)  # type: ignore[attr-defined]  # parametrize gives an object
    for name in names:
        for words in ([*name.split(), "--help"], [*name.split(), "help"], ["-q", *name.split(), "--help"]):
            if name == "help" and words[-1] == "help":
                continue
            line = parse(words)
            if group(name):  # the name of a command and of a group: help for both
                assert (line.command.name, line.arguments) == ("help", [name])
            else:
                assert line.help
                assert line.command is command


@pytest.mark.parametrize("word", ["--", "-x", "-.x", "--5", "-٣", "---", "-x5"])
def test_what_is_an_option(word: str) -> None:
    """P-003: a dash and more, unless it is a number."""
    assert is_option(word)


@pytest.mark.parametrize("word", ["", "-", "-5", "-1.2", "-.5", "x-", "5"])
def test_what_is_an_argument(word: str) -> None:
    """P-003: a dash alone and negative numbers are arguments."""
    assert not is_option(word)


def test_the_format_of_a_line_that_was_not_understood() -> None:
    """U-16: even the error of a bad line is JSON when JSON is asked for."""
    assert output_format(["set", "--output", "json", "--nonsense"]) == "json"
    assert output_format(["--output=json"]) == "json"
    assert output_format(["set", "--", "--output=json"]) == ""
    assert output_format(["set", "json"]) == ""


WORDS = st.one_of(
    st.sampled_from([name for command in COMMANDS for name in (command.name.split()[0], *command.aliases)]),
    st.sampled_from([name for option in GLOBAL_OPTIONS for name in option.names]),
    st.sampled_from(
        ["--", "-", "-5", "--ttl=5", "--json", "sweep", "help", "a.b.c", "", "--=", "---", "-=", "=", "--x=y"]
    ),
    st.text(max_size=5),
)


@example(["--json", "--json", "del"])
@given(st.lists(WORDS, max_size=6))
def test_no_line_breaks_the_parser(words: list[str]) -> None:
    """Any words give a line or a UsageError, and values after `--` arrive as they are."""
    try:
        parse(words)
    except UsageError:
        pass
    assert parse(["set", "a", "--", *words[:1]]).arguments == ["a", *words[:1]]
