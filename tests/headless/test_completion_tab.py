"""TAB in real shells beyond the vectors: every kind of slot, options, words that mean nothing (C-062, C-070…C-075, C-114)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from completion_store import build
from shells import Place, Seen, in_bash, in_fish, in_zsh
from tui.name_cache import Reference, append

IDS = ("myapp.config.debug", "myapp.config.theme", "other.ns.key")

LINES: list[tuple[str, set[str]]] = [
    ("prontodb cursor us", {"use"}),
    ("prontodb cursor use st", {"staging"}),
    ("prontodb cursor set ne", set()),
    ("prontodb cursor set new fi", {"file.db"}),
    ("prontodb restore fi", {"file.db"}),
    ("prontodb backup --output fi", {"file.db"}),
    ("prontodb --database fi", {"file.db"}),
    ("prontodb set myapp.config.debug fi", set()),
    ("prontodb get myapp.config.debug fi", set()),
    ("prontodb get --ra", {"--raw"}),
    ("prontodb completions --em", set()),
    ("prontodb get -- myapp.config.d", {"myapp.config.debug"}),
    ("prontodb get -p myapp -n config d", {"debug"}),
    ("prontodb -p myapp get -n config ", {"debug", "theme"}),
    ("prontodb keys -p myapp -n c", {"config"}),
    ("prontodb keys -n c", set()),
    ("prontodb completions z", {"zsh"}),
    ("prontodb completions --emit-source --filter a", {"alias"}),
    ("prontodb help ge", {"get"}),
    ("prontodb export --format t", {"tsv", "text", "tree"}),
    ("prontodb --ttl 5 set other.", {"other.ns.key"}),
    ("prontodb get MYAPP", set()),
    ("prontodb get my*", set()),
    ("true; prontodb get other.n", {"other.ns.key"}),
    ("prontodb --user bob get my", set()),
    ("prontodb workspace in", {"init", "info"}),
    ("prontodb cursor frobnicate my", set()),
]


def place_of(root: Path) -> Place:
    """A home with a store whose names are in the cache, and a file."""
    place = Place(root)
    workspace = build(place.environ, place.home, [{"address": address} for address in IDS], ["staging"])
    references = [Reference("id", address) for address in IDS]
    references += [Reference("tag", "myapp"), Reference("tag", "myapp.config"), Reference("tag", "other")]
    append(str(workspace / ".index"), [*references, Reference("alias", "staging")], scope="", now_ms=1_772_366_400_000)
    (place.home / "file.db").touch()
    return place


def in_shell(shell: str, place: Place, lines: list[str], cwd: Path | None = None) -> list[Seen]:
    each = {"bash": in_bash, "zsh": in_zsh, "fish": in_fish}[shell]
    return each(place, [(line, len(line)) for line in lines], cwd=cwd)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_kind_of_slot(shell: str, tmp_path: Path) -> None:
    place = place_of(tmp_path)
    found = in_shell(shell, place, [line for line, _ in LINES])
    told = {line: set(seen.replies) for (line, _), seen in zip(LINES, found, strict=True)}
    assert told == dict(LINES)
    assert not (place.root / "registered").exists() or (place.root / "registered").read_text().strip()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_workspace_is_found_as_the_program_finds_it(shell: str, tmp_path: Path) -> None:
    """C-062, U-12: the nearest `.prontodb` at or above, unless others may own it; a file of that name is none."""
    place = place_of(tmp_path)
    inner = tmp_path / "work/deep er/inner"
    inner.mkdir(parents=True)
    (tmp_path / "work/deep er/.prontodb").touch()
    local = tmp_path / "work/.prontodb"
    build({**place.environ, "PRONTO_HOME": str(local)}, tmp_path, [{"address": "local.ns.key"}], [])
    os.chmod(local, 0o700)
    append(str(local / ".index"), [Reference("id", "local.ns.key")], scope="", now_ms=1_772_366_400_000)
    (seen,) = in_shell(shell, place, ["prontodb get "], inner)
    assert (seen.replies, seen.helper_calls) == (["local.ns.key"], 0)
    (local / ".index/completion_cache.jsonl").unlink()
    (seen,) = in_shell(shell, place, ["prontodb get "], inner)
    assert (seen.replies, seen.helper_calls) == (["local.ns.key"], 1)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_nothing_to_be_had_is_silent(shell: str, tmp_path: Path) -> None:
    """C-105, C-106: no workspace, or a database that is none."""
    place = Place(tmp_path)
    (seen,) = in_shell(shell, place, ["prontodb get a"])
    assert (seen.replies, seen.helper_calls) == ([], 1)
    assert sorted(path.name for path in place.home.iterdir() if path.name not in (".config", ".local", ".cache")) == []
