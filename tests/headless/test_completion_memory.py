"""What commands leave in the cache of names, beyond the vectors (C-017…C-030, C-107)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Program


def names(home: Path) -> set[tuple[str, str]]:
    """Type and canonical key of every line of the cache."""
    path = home / ".local/share/prontodb/.index/completion_cache.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {(fields["type"], fields["canonical_key"]) for fields in map(json.loads, lines)}


def ids(home: Path) -> set[str]:
    return {key for kind, key in names(home) if kind == "id"}


def test_secrets_and_the_places_of_secrets_only_leave_no_trace(prontodb: Program, home: Path) -> None:
    """C-017: by --secret, by a namespace marked secret, read, listed and copied; nor a context that only they led to."""
    prontodb("set", "hidden.ns.key", "v", "--secret")
    prontodb("admin", "secret", "kept.back", "on")
    prontodb("set", "kept.back.key", "v")
    prontodb("set", "app.ui.theme", "dark")
    prontodb("get", "hidden.ns.key")
    prontodb("copy", "hidden.ns.key", "hidden.ns.copy")
    for listing in (["keys", "hidden.ns"], ["scan", "kept.back"], ["projects"], ["nss"], ["namespaces", "hidden"]):
        assert prontodb(*listing).returncode == 0
    text = (home / ".local/share/prontodb/.index/completion_cache.jsonl").read_text()
    assert names(home) == {("id", "app.ui.theme"), ("tag", "app"), ("tag", "app.ui")}
    assert "hidden" not in text
    assert "kept" not in text


def test_marking_a_namespace_secret_forgets_its_names(prontodb: Program, home: Path) -> None:
    """C-017: what was remembered before it became secret goes."""
    prontodb("set", "app.ui.theme", "dark")
    prontodb("admin", "secret", "app.ui", "on")
    assert names(home) == set()


@pytest.mark.parametrize(
    ("command", "left"),
    [
        (["del", "app.ui.theme"], {"app.ui.key", "pipe"}),
        (["reset", "app"], {"pipe"}),
        (["reset", "storage", "--yes"], set()),
        (["undo"], {"app.ui.theme", "pipe"}),
    ],
)
def test_what_is_gone_is_forgotten(prontodb: Program, home: Path, command: list[str], left: set[str]) -> None:
    """C-029: by del, and by what may remove any number of entries."""
    prontodb("set", "app.ui.theme", "dark")
    prontodb("set", "bad..address", stdin=b"piped")
    prontodb("set", "app.ui.key", "v")
    assert prontodb(*command).returncode == 0
    assert {name if name.startswith("app") else name.partition(".")[0] for name in ids(home)} == left


def test_copying_out_of_the_pipe_cache_forgets_the_pipe(prontodb: Program, home: Path) -> None:
    """C-022, C-029: a rescue is remembered, its recovery forgets it and remembers where it went."""
    prontodb("set", "bad..address", stdin=b"piped")
    (pipe,) = ids(home)
    assert pipe.startswith("pipe.cache.")
    prontodb("copy", pipe, "app.ui.back")
    assert ids(home) == {"app.ui.back"}


def test_an_expired_entry_is_forgotten_when_a_get_meets_it(prontodb: Program, home: Path) -> None:
    """C-029: evicted on a miss, although a miss remembers nothing."""
    prontodb("create-cache", "app.cache", "1")
    prontodb("set", "app.cache.k", "v")
    assert "app.cache.k" in ids(home)
    import time

    deadline = time.monotonic() + 60
    while prontodb("get", "app.cache.k").returncode != 2:
        assert time.monotonic() < deadline
    assert "app.cache.k" not in ids(home)


def test_scopes(prontodb: Program, home: Path) -> None:
    """C-005, C-019: under a cursor and a user names have their scope; the active cursor of the default user is written down."""
    scope = home / ".local/share/prontodb/.index/active_scope"
    prontodb("cursor", "set", "work", "./work.db")
    prontodb("--cursor", "work", "set", "a.b.c", "v")
    prontodb("--user", "bob", "set", "a.b.c", "v")
    assert {"work|a.b.c", "@bob|a.b.c"} == ids(home)
    assert not scope.exists()
    prontodb("cursor", "use", "work")
    assert scope.read_text() == "work\n"
    prontodb("set", "d.e.f", "v")
    assert "work|d.e.f" in ids(home)
    scope.write_text("wrong\n")
    prontodb("get", "d.e.f")
    assert scope.read_text() == "work\n"
    prontodb("cursor", "delete", "work")
    assert not scope.exists()
    assert ("alias", "work") not in names(home)


@pytest.mark.parametrize(
    ("options", "environ"),
    [
        (["--database", "./other.db"], {}),
        (["--meta", "acme"], {}),
        ([], {"PRONTO_DB": "./other.db"}),
        ([], {"PRONTO_DATABASE": "./other.db"}),
        ([], {"PRONTO_META": "acme"}),
        ([], {"PRONTO_NO_COMPLETION_CACHE": "1"}),
    ],
)
def test_direct_access_leaves_no_trace(
    prontodb: Program, home: Path, options: list[str], environ: dict[str, str]
) -> None:
    """C-025; and what it deletes is not forgotten where it was not."""
    assert prontodb(*options, "set", "app.ui.theme", "dark", env=environ).returncode == 0
    assert names(home) == set()
    prontodb("set", "app.ui.theme", "dark")
    prontodb(*options, "del", "app.ui.theme", env=environ)
    assert ids(home) == {"app.ui.theme"}


def test_removing_the_index_is_safe(prontodb: Program, home: Path) -> None:
    """C-107: the next command makes it again."""
    prontodb("set", "app.ui.theme", "dark")
    shutil.rmtree(home / ".local/share/prontodb/.index")
    assert prontodb("get", "app.ui.theme").stdout == b"dark\n"
    assert ids(home) == {"app.ui.theme"}


def test_no_workspace_is_made(prontodb: Program, home: Path) -> None:
    """C-012: a command that makes no workspace gets no index either."""
    prontodb("keys", "app.ui")
    prontodb("cursor", "list")
    assert not (home / ".local/share/prontodb").exists()


def test_what_other_commands_show_is_remembered(prontodb: Program, home: Path) -> None:
    """C-021: find, list, meteor, stream, import, history; of a console what it removed is forgotten."""
    prontodb("set", "app.ui.theme", "dark")
    index = home / ".local/share/prontodb/.index"
    for command in (
        ["find", "*:*:*"],
        ["list", "app"],
        ["meteor", "app", "ui"],
        ["history", "app.ui.theme"],
        ["scan", "app.ui"],
        ["keys", "app.ui"],
        ["export", "app.ui"],
    ):
        shutil.rmtree(index)
        assert prontodb(*command).returncode == 0
        assert ids(home) == {"app.ui.theme"}, command
    prontodb("stream", stdin=b"ns=ui; size=5;")
    prontodb("import", "app.ui", stdin=b"mode\tday\n")
    assert ids(home) == {"app.ui.theme", "app.ui.size", "app.ui.mode"}
    prontodb("console", stdin=b"delete app:ui:size\n")
    assert ids(home) == {"app.ui.theme", "app.ui.mode"}


DOCUMENT_TAGS = {("tag", "doc"), ("tag", "doc.guide")}
THEME = {("tag", "app"), ("tag", "app.ui"), ("id", "app.ui.theme")}


@pytest.mark.parametrize(
    ("command", "left"),
    [
        (["doc", "list"], DOCUMENT_TAGS),
        (["doc", "show", "guide"], DOCUMENT_TAGS),
        (
            ["doc", "sections", "guide"],
            {*DOCUMENT_TAGS, ("id", "doc.guide.sections__a"), ("id", "doc.guide.sections__b")},
        ),
        (["export", "doc.guide", "--tree", "--dest", "tree"], DOCUMENT_TAGS),
        (["export", "doc.guide", "--format", "text"], DOCUMENT_TAGS),
        (["export-fs", "--ns", "app.ui", "--root", "out"], THEME),
        (["search", "dark"], THEME),
        (["search", "darkdark", "--consecutive"], THEME),
        (
            ["search", "dark", "--explain", "--scope", "app:"],
            THEME,
        ),
        (["search", "hunter2"], set()),
        (["search", "darker"], set()),
        (["config"], set()),
        (["scratch", "set", "slot", "v"], set()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_shown_of_documents_and_found_is_remembered(
    prontodb: Program, home: Path, command: list[str], left: set[tuple[str, str]]
) -> None:
    """C-017, C-021, C-022: never what is secret, nothing of a search that does not find all of the query."""
    prontodb("set", "app.ui.theme", "dark")
    prontodb("set", "hidden.ns.key", "hunter2", "--secret")
    prontodb("set", "doc:guide:sections[a]", "first")
    prontodb("set", "doc:guide:sections[b]", "second")
    prontodb("set", "doc:kept:sections[a]", "third", "--secret")
    shutil.rmtree(home / ".local/share/prontodb/.index")
    prontodb(*command)
    assert names(home) == left


def test_a_session_of_searching_remembers_what_it_listed(prontodb: Program, home: Path) -> None:
    """C-021: typing alone shows no entry; `=` does."""
    prontodb("set", "app.ui.theme", "dark")
    prontodb("set", "app.ui.size", "big")
    shutil.rmtree(home / ".local/share/prontodb/.index")
    assert prontodb("search", "--session", stdin=b"+da\n").returncode == 0
    assert names(home) == set()
    assert prontodb("search", "--session", stdin=b"+b\n-1\n+dark\n=\n=\n").returncode == 0
    assert ids(home) == {"app.ui.theme"}


def test_importing_a_tree_forgets_what_it_replaced(prontodb: Program, home: Path) -> None:
    """C-029: `import --tree --replace` may remove any number of entries; where it went is remembered."""
    prontodb("set", "doc:guide:sections[a]", "first")
    assert prontodb("export", "doc.guide", "--tree", "--dest", "tree").returncode == 0
    prontodb("set", "doc:guide:sections[b]", "second")
    assert prontodb("import", "doc.guide", "--tree", "--src", "tree", "--dry-run", "--replace").returncode == 0
    assert "doc.guide.sections__b" in ids(home)
    assert prontodb("import", "doc.guide", "--tree", "--src", "tree", "--replace").returncode == 0
    assert "doc.guide.sections__b" not in ids(home)
    assert names(home) >= DOCUMENT_TAGS


def test_the_database_of_a_kin_is_nobody_elses(prontodb: Program, home: Path) -> None:
    """C-025: `pantheon` works on a file that no scope tells of, so it leaves its cursor and no more, not even a rescue."""
    assert prontodb("pantheon", "migrate", "init", "--name", "keeper").returncode == 0
    assert names(home) == {("alias", "@keeper|pantheon_keeper")}
    assert prontodb("pantheon", "iter", "save", "--name", "keeper", "--session", "x", stdin=b"log").returncode == 1
    assert prontodb("pantheon", "iter", "save", "--name", "keeper", "--session", "3", stdin=b"log").returncode == 0
    assert names(home) == {("alias", "@keeper|pantheon_keeper")}
