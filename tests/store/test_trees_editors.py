"""Directories as editors leave them: copies beside files, hidden files, marks, line ends (M-182…M-185)."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.documents.naming import file_key, is_leftover
from store.errors import StoreError
from store.trees import import_tree
from tests.store.documents import contents, export, store
from tests.store.drivers import driver

MARK = b"\xef\xbb\xbf"
ENTRIES = [("sections[intro]", "Hello\n"), ("sections[10_setup]", "Do\n"), ("full", "Hello\nDo\n"), ("owner", "ops")]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    with driver("sync-memory", tmp_path) as database:
        store(database, "doc", "g", [*ENTRIES, ("metadata[order.intro]", "5")])
        export(database, tmp_path / "t", "doc", "g")
    return tmp_path / "t"


def read(tree: Path) -> tuple[dict[str, str], list[str]]:
    """Entries, and the codes of warnings."""
    found = import_tree(str(tree), "doc", "g")
    return dict(found.exports[0].tokens), [code for code, _ in found.warnings]


@pytest.mark.parametrize(
    "name",
    ["5-intro.md~", ".5-intro.md.swp", "#5-intro.md#", "intro.md.orig", "intro.md.bak", ".DS_Store", ".gitignore"],
)
@pytest.mark.parametrize("manifest", [True, False])
def test_leftovers_are_no_parts(tree: Path, name: str, manifest: bool) -> None:
    """They are told and passed over: else the whole text would be made anew with the old one in it."""
    if not manifest:
        (tree / ".manifest.json").unlink()
    before, _ = read(tree)
    (tree / name).write_text("old text")
    assert read(tree) == (before, ["passed-over"])


def test_no_file_of_an_export_is_a_leftover(tree: Path) -> None:
    assert [name for name in contents(tree) if is_leftover(name)] == []
    assert not is_leftover("#")
    found = file_key("doc", ".hidden.md")  # the rule about names stays what it is (M-182)
    assert found is not None
    assert found.key == "sections__.hidden"


@pytest.mark.parametrize("name", [".manifest.json", ".meta", ".values"])
def test_marks_and_line_ends_in_special_files(tree: Path, name: str) -> None:
    """An editor that writes a byte order mark and CR LF changes nothing."""
    before = read(tree)
    (tree / name).write_bytes(MARK + (tree / name).read_bytes().replace(b"\n", b"\r\n"))
    assert read(tree) == before
    assert before[1] == []


def test_a_key_that_begins_with_a_mark(tmp_path: Path) -> None:
    """M-186: what is stripped from the beginning of a file is never a part of a key."""
    with driver("sync-memory", tmp_path) as database:
        store(database, "doc", "g", [("\ufeffowner", "ops"), ("other", "1")])
        export(database, tmp_path / "t", "doc", "g")
    assert read(tmp_path / "t") == ({"\ufeffowner": "ops", "other": "1"}, [])


def test_a_line_that_is_there_twice(tree: Path) -> None:
    """Nothing is lost without a word; a bad line is named with its file."""
    with (tree / ".values").open("a") as file:
        file.write("owner=dev\n")
    tokens, warnings = read(tree)
    assert (tokens["owner"], warnings) == ("dev", ["same-key"])
    (tree / ".values").write_text("owner\n")
    with pytest.raises(StoreError) as error:
        read(tree)
    assert error.value.message == f"{tree}/.values line 1 has no ="


def test_a_link_to_a_directory_is_named_once(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tree)
    with pytest.raises(StoreError) as error:
        read(tmp_path / "link")
    assert error.value.code == "is-link"
    assert error.value.message.count(str(tmp_path)) == 1
    assert error.value.hint


def test_a_mark_in_a_part_is_kept_and_told(tree: Path) -> None:
    """M-180: text is untouched; what cannot be seen is said."""
    (tree / "5-intro.md").write_bytes(MARK + b"Hello\r\n")
    tokens, warnings = read(tree)
    assert tokens["sections[intro]"] == "\ufeffHello\r\n"
    assert warnings == ["byte-order-mark"]
