"""TAB in real shells beyond the vectors: every kind of slot, options, words that mean nothing (C-062, C-070…C-075, C-114)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from completion_store import build
from program_steps import REPOSITORY
from shells import Place, Seen, Terminal, in_bash, in_fish, in_zsh
from store.database import Database
from store.model import Actor
from store.operations import scratch
from tui.name_cache import Reference, append

NOW_MS = 1_772_366_400_000
IDS = ("myapp.config.debug", "myapp.config.theme", "other.ns.key", "app.ui.size")
DOCUMENTS = ("doc.guide.full", "doc:guide.setup:full")

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
    ("prontodb get -n ui s", {"size"}),
    ("prontodb workspace in", {"init", "info"}),
    ("prontodb stream --dialect m", {"meteor"}),
    ("prontodb search --field na", {"namespace"}),
    ("prontodb search --kind entire --kind p", {"prefix", "postfix"}),
    ("prontodb search --scope my", {"myapp:", "myapp:config:"}),
    ("prontodb search mi", set()),
    ("prontodb token --format d", {"debug"}),
    ("prontodb list my", {"myapp"}),
    ("prontodb list myapp ", {"config"}),
    ("prontodb meteor doc gu", {"guide", "guide.setup"}),
    ("prontodb doc sh", {"show"}),
    ("prontodb doc show ", {"guide", "guide.setup"}),
    ("prontodb doc show -p myapp c", {"config"}),
    ("prontodb doc sections guide --family pa", {"parts"}),
    ("prontodb doc diff guide --src fi", {"file.db"}),
    ("prontodb export my", {"myapp.config"}),
    ("prontodb export --tree myapp.config fi", {"file.db"}),
    ("prontodb export --format tr", {"tree"}),
    ("prontodb import --tree --src fi", {"file.db"}),
    ("prontodb import --capture l", {"lang"}),
    ("prontodb export-fs --root fi", {"file.db"}),
    ("prontodb import-fs --ns my", {"myapp.config"}),
    ("prontodb reset s", {"storage"}),
    ("prontodb reset my", {"myapp"}),
    ("prontodb admin secret myapp.config o", {"on", "off"}),
    ("prontodb pantheon iter sa", {"save"}),
    ("prontodb pantheon migrate im", {"import"}),
    ("prontodb scratch g", {"get"}),
    ("prontodb scratch get ", {"draft", "notes"}),
    ("prontodb mem delete n", {"notes"}),
    ("prontodb scratch set draft ", set()),
    ("prontodb console --mem", {"--memory"}),
    ("prontodb config ", set()),
    ("prontodb help env", {"environment"}),
    ("prontodb help cursor cl", {"clear"}),
    ("prontodb help get ", set()),
    ("prontodb cursor frobnicate my", set()),
]


def place_of(root: Path) -> Place:
    """A home with a store whose names are in the cache, and a file."""
    place = Place(root)
    entries = [{"address": address} for address in (*IDS, *DOCUMENTS)]
    workspace = build(place.environ, place.home, entries, ["staging"])
    with Database(str(workspace / "databases/main.db")) as database:
        for slot in ("notes", "draft"):
            database.run(scratch.store("", slot, b"v", by=Actor(), now_ms=NOW_MS))
    references = [Reference("id", address) for address in IDS]
    references += [Reference("tag", tag) for tag in ("myapp", "myapp.config", "other", "doc", "doc.guide")]
    references += [Reference("tag", "doc:guide.setup:")]
    append(str(workspace / ".index"), [*references, Reference("alias", "staging")], scope="", now_ms=NOW_MS)
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
    append(str(local / ".index"), [Reference("id", "local.ns.key")], scope="", now_ms=NOW_MS)
    (seen,) = in_shell(shell, place, ["prontodb get "], inner)
    assert (seen.replies, seen.helper_calls) == (["local.ns.key"], 0)
    (local / ".index/completion_cache.jsonl").unlink()
    (seen,) = in_shell(shell, place, ["prontodb get "], inner)
    assert (seen.replies, seen.helper_calls) == (["local.ns.key"], 1)


@pytest.mark.parametrize("line", ["ns_delim=/", ' ns_delim = "/"  # as in paths\r\n', "# ns_delim=!\nns_delim=/\n"])
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_delimiter_of_the_settings(shell: str, line: str, tmp_path: Path) -> None:
    """C-065: whoever has set another delimiter types no dots, so the cache is no help; also in a hostile session (C-088)."""
    place = place_of(tmp_path)
    (place.home / ".config/prontodb").mkdir(parents=True)
    (place.home / ".config/prontodb/pronto.conf").write_text(f"busy_timeout_ms=1000\n{line}", newline="")
    lines = {
        "prontodb get myapp/config/": {"myapp/config/debug", "myapp/config/theme"},
        "prontodb get oth": {"other/ns/key"},
        "prontodb get -p myapp -n config d": {"debug"},
        "prontodb keys m": {"myapp/config"},
        "prontodb namespaces m": {"myapp"},
        "prontodb doc show gu": {"guide", "guide.setup"},
        "prontodb search --scope m": {"myapp:", "myapp:config:"},
    }
    typed = [(each, len(each)) for each in lines]
    found = (
        in_fish(place, typed) if shell == "fish" else {"bash": in_bash, "zsh": in_zsh}[shell](place, typed, "hostile")
    )
    assert {each: set(seen.replies) for each, seen in zip(lines, found, strict=True)} == lines
    assert {seen.helper_calls for seen in found} == {1}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_nothing_to_be_had_is_silent(shell: str, tmp_path: Path) -> None:
    """C-105, C-106: no workspace, or a database that is none."""
    place = Place(tmp_path)
    (seen,) = in_shell(shell, place, ["prontodb get a"])
    assert (seen.replies, seen.helper_calls) == ([], 1)
    assert sorted(path.name for path in place.home.iterdir() if path.name not in (".config", ".local", ".cache")) == []


def test_on_a_terminal_a_script_ends_with_what_to_do_with_it(tmp_path: Path) -> None:
    """C-060: its head, which says so too, has scrolled away by then. Into a pipe goes the script and nothing else."""
    environ = {**Place(tmp_path).environ, "PYTHONPATH": str(REPOSITORY)}
    program = Terminal([sys.executable, "-m", "tui", "completions", "fish"], environ, tmp_path)
    try:
        program.expect("complete -c prontodb -f")
        program.expect("prontodb help completions says where to put it")
    finally:
        program.close()
