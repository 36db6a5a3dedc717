"""Area shell of completions.jsonl: TAB pressed in real bash, zsh and fish (C-110…C-118)."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from completion_store import build
from shells import BASH_MODES, ZSH_MODES, Place, Seen, in_bash, in_fish, in_zsh
from vector_files import Vector, cases

MODES = [("bash", mode) for mode in BASH_MODES] + [("zsh", mode) for mode in ZSH_MODES] + [("fish", "plain")]


def prepare(vector: Vector, root: Path) -> Place:
    """The files a vector describes, below `root`."""
    given = vector["input"]
    place = Place(root)
    for name in given.get("dirs", ()):
        (root / name).mkdir(parents=True, exist_ok=True)
    expanded = {name: text.replace("{tmp}", str(root)) for name, text in given.get("env", {}).items()}
    workspace = Path(root / given.get("root", "home/.local/share/prontodb"))
    entries = [{"address": text} for text in given.get("entries", ())]
    of_cursors = {
        name: [{"address": text} for text in texts] for name, texts in given.get("entries_by_cursor", {}).items()
    }
    build({"PRONTO_HOME": str(workspace)}, root, entries, given.get("cursors", ()), of_cursors)
    write_cache(workspace, given.get("cache"))
    if "home_cache" in given:
        write_cache(place.home / ".local/share/prontodb", given["home_cache"])
    if given.get("active_scope"):
        (workspace / ".index").mkdir(exist_ok=True)
        (workspace / ".index/active_scope").write_text(given["active_scope"] + "\n")
    for name in given.get("files", ()):
        (root / given.get("cwd", "home") / name).touch()
    place.environ.update(expanded)
    return place


def write_cache(workspace: Path, lines: list[str] | None) -> None:
    if lines is None:
        return
    index = workspace / ".index"
    index.mkdir(parents=True, exist_ok=True)
    (index / "completion_cache.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def whole(reply: str, typed: str) -> str:
    """The whole unquoted word a reply of bash stands for: what readline keeps of the typed word is put before it (C-082)."""
    quote = typed[:1] if typed[:1] in ("'", '"') else ""
    if quote:
        return reply
    word, plain = "".join(shlex.split(reply)), "".join(shlex.split(typed))
    for mark in (":", "=", "@"):
        kept = plain[: plain.rfind(mark) + (mark != "@")]
        if kept and not word.startswith(plain):
            word = kept + word
            break
    name, equals, value = word.partition("=")
    return value if equals and name.startswith("--") else word


def candidates(shell: str, seen: Seen, line: str) -> list[str]:
    typed = line.rpartition(" ")[2]
    if shell == "bash":
        return [whole(reply, typed) for reply in seen.replies]
    if shell == "fish" and typed.startswith("--") and "=" in typed:
        return [reply.partition("=")[2] for reply in seen.replies]
    return seen.replies


def check(vector: Vector, shell: str, seen: Seen) -> None:
    given, expected = vector["input"], vector["expect"]
    found = candidates(shell, seen, given["line"][: given["point"]])
    if "candidates" in expected:
        assert sorted(found) == sorted(expected["candidates"])
    assert set(expected.get("include", ())) <= set(found)
    assert not set(expected.get("exclude", ())) & set(found)
    if "order" in expected:
        assert found == expected["order"]
    if seen.after is not None and shell in expected.get("after", {}):
        assert seen.after == expected["after"][shell]
    assert seen.helper_calls == expected.get("helper_calls", seen.helper_calls)
    assert set(expected) <= {"candidates", "include", "exclude", "order", "after", "helper_calls"}


def run(shell: str, mode: str, place: Place, line: str, point: int, cwd: Path) -> Seen:
    if shell == "bash":
        return in_bash(place, [(line, point)], mode, cwd)[0]
    if shell == "zsh":
        return in_zsh(place, [(line, point)], mode, cwd)[0]
    return in_fish(place, [(line, point)], cwd)[0]


@pytest.mark.parametrize(("shell", "mode"), MODES, ids=[f"{shell}-{mode}" for shell, mode in MODES])
@pytest.mark.parametrize("vector", cases("completions", "shell"))
def test_tab(vector: Vector, shell: str, mode: str, tmp_path: Path) -> None:
    given: dict[str, Any] = vector["input"]
    if shell not in given["shells"]:
        return
    place = prepare(vector, tmp_path)
    seen = run(shell, mode, place, given["line"], given["point"], tmp_path / given.get("cwd", "home"))
    check(vector, shell, seen)
