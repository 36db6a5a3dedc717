"""Every vector of pronto.jsonl that runs the program: areas cli and stream_cli, and the steps of meta, security and cursor."""

from __future__ import annotations

from pathlib import Path

import pytest

from program_steps import run_vector
from tui.commands import GLOBAL_OPTIONS, find, group
from vector_files import Vector, cases, selected

AREAS = ("cli", "stream_cli", "meta", "security", "cursor")

DEFERRED: dict[str, str] = {}
"""Commands that are still to come, and what brings them. A vector that uses one is not run until the command is in the table."""

NEVER = ("invalid_command", "badcommand", "nonexistent", "noop", "install")
"""Words that vectors use because they are no commands."""


def words_of(argv: list[str]) -> str:
    """The command that a command line names: one word, or two for a group; "" for none."""
    takes_value = {name for option in GLOBAL_OPTIONS if option.value for name in option.names}
    words: list[str] = []
    skip = True  # the program's name
    for word in argv:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in takes_value
        else:
            words.append(word)
    two = " ".join(words[:2])
    return two if two in DEFERRED or (words and group(words[0]) and find(two)) else "".join(words[:1])


def missing(vector: Vector) -> set[str]:
    """The commands of a vector's steps that are not in the table."""
    used = {words_of(step["argv"]) for step in vector["input"]["steps"] if "argv" in step}
    return {word for word in used if word and word not in NEVER and find(word) is None and not group(word)}


def has_steps(vector: Vector) -> bool:
    return "steps" in vector["input"]


def is_runnable(vector: Vector) -> bool:
    return has_steps(vector) and not missing(vector)


@pytest.mark.parametrize("vector", [case for area in AREAS for case in cases("pronto", area, is_runnable)])
def test_program(vector: Vector, tmp_path: Path) -> None:
    run_vector(vector, tmp_path)


def test_deferred_vectors_wait_for_commands_that_do_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    """What is not run is listed, each with the command it waits for; a command that has come must leave the list."""
    waiting = {
        vector["id"]: missing(vector)
        for area in AREAS
        for vector in selected("pronto", area, has_steps)
        if not is_runnable(vector)
    }
    with capsys.disabled():
        print(f"\ndeferred: {len(waiting)} vectors")
        for word, reason in DEFERRED.items():
            names = sorted(name for name, words in waiting.items() if word in words)
            print(f"  {word} ({reason}): {' '.join(names)}")
    assert [word for word in DEFERRED if find(word) is not None] == [], "these commands exist now: run their vectors"
    assert set().union(*waiting.values()) <= set(DEFERRED), "a command that nobody promised"
