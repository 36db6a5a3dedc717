"""M-186: export then import into an empty store gives identical entries, order and checksum; exporting again, identical files."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.addresses.keys import canonical_key
from store.documents.checksum import text_digest
from store.documents.naming import is_leftover
from store.operations.documents import document, export_namespaces
from store.trees import import_tree
from tests.conftest import REPOSITORY
from tests.store.documents import NOW, bring, contents, export, hostile_entries, hostile_text, store
from tests.store.drivers import driver

DOCUMENTS = 500


@pytest.fixture(params=("sync-file", "async-file"))
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Any, Any]]:
    """Two stores, the second one empty."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with driver(request.param, tmp_path / "one") as one, driver(request.param, tmp_path / "two") as two:
        yield one, two


def round_trip(databases: tuple[Any, Any], tmp_path: Path, context: str, namespace: str) -> dict[str, bytes]:
    """Out of the first store, into the second, out again; the files."""
    one, two = databases
    first = export(one, tmp_path / "first", context, namespace, recursive=True)
    tree = bring(two, tmp_path / "first", context, namespace, recursive=True)
    assert tree.warnings == ()
    assert tree.checksum_valid
    second = export(two, tmp_path / "second", context, namespace, recursive=True)
    assert [(data.namespace, data.tokens, data.checksum) for data in second] == [
        (data.namespace, data.tokens, data.checksum) for data in first
    ]
    files = contents(tmp_path / "first")
    assert contents(tmp_path / "second") == files
    return files


def test_hostile_entries(databases: tuple[Any, Any], tmp_path: Path) -> None:
    entries = hostile_entries(160, DOCUMENTS)
    store(databases[0], "doc", "hostile", entries)
    store(databases[0], "doc", "hostile.below.it", hostile_entries(7, 20))
    files = round_trip(databases, tmp_path, "doc", "hostile")
    assert len(files) > DOCUMENTS
    values = {content.decode() for content in files.values()}
    assert {value for key, value in entries if key.startswith("sections__") and "[" not in key and len(key) < 200} <= {
        *values,
        "several coordinates",
        "no slot",
    }


def test_a_folder_of_hostile_files(databases: tuple[Any, Any], tmp_path: Path) -> None:
    """500 files with names and contents of any kind, without a manifest: all but leftovers is kept, and exports are stable."""
    folder = tmp_path / "folder"
    folder.mkdir()
    names = hostile_names(random.Random(185))
    for number, name in enumerate(names):
        (folder / name).write_bytes(hostile_text(random.Random(number)).encode())
    bring(databases[0], folder, "doc", "folder")
    exported = databases[0].run(export_namespaces("", "doc", "folder", now_ms=NOW))[0]
    special = {folder / ".meta", folder / ".values"}
    ours = [path for path in folder.iterdir() if path not in special and not is_leftover(path.name)]
    wanted = sorted(text_digest(path.read_bytes().decode()) for path in ours)
    found = sorted(
        text_digest(value)
        for key, value in exported.tokens
        if canonical_key(key).partition("__")[0] not in ("metadata", "full")
    )
    assert found == wanted
    round_trip(databases, tmp_path, "doc", "folder")


def hostile_names(random_: random.Random) -> list[str]:
    """Names of files, no two differing by case only."""
    words = [
        "intro",
        "größe",
        "with blank",
        "x",
        "☃",
        "a=b",
        '"q"',
        "#h",
        "a;b",
        "[x]",
        "line\nbreak",
        "-",
        "tab\t",
        "\x1b[31m",
    ]
    shapes = [
        "{w}{n}",
        ".{w}{n}",
        "{n}-{w}",
        "{n}_{w}",
        "snippets.{w}{n}",
        "sections.{n}-{w}",
        "_{w}{n}",
        "..{w}{n}",
        "0{n}-{w}",
    ]
    endings = [".md", ".md", ".md", "", ".txt", ".tar.gz", ".", ".MD"]
    found: dict[str, None] = {}
    while len(found) < DOCUMENTS:
        name = random_.choice(shapes).format(w=random_.choice(words), n=len(found)) + random_.choice(endings)
        if name.casefold() not in {other.casefold() for other in found}:
            found[name] = None
    return list(found)


def test_the_documentation_of_this_repository(databases: tuple[Any, Any], tmp_path: Path) -> None:
    """Every file of docs/ goes in and comes out byte for byte, and what came out goes round."""
    listed = subprocess.run(["git", "ls-files", "docs"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    files = listed.stdout.split()
    assert "docs/reference.md" in files
    assert "docs/reference.py" in files
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((REPOSITORY / name).read_bytes())
    bring(databases[0], tmp_path / "docs", "doc", "", recursive=True)
    exported = round_trip(databases, tmp_path, "doc", "")
    for name in files:
        content = (tmp_path / name).read_bytes()
        assert content in exported.values(), name
        if name.endswith(".md"):
            assert exported[name.removeprefix("docs/")] == content
    decisions = databases[1].run(document("", "doc", "decisions", now_ms=NOW))
    numbered = [section.number for section in decisions.sections if section.number is not None]
    assert numbered == sorted(numbered)
    assert len(numbered) > 5
    assert [data.namespace for data in import_tree(str(tmp_path / "docs"), "doc", "", recursive=True).exports] == [
        "",
        "decisions",
    ]
