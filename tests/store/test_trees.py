"""Documents as directories: worked example 10.4 row by row, and what may not happen (M-180…M-185)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.documents.layout import Options
from store.errors import StoreError
from store.operations.changes import undo
from store.operations.documents import (
    assemble,
    document,
    export_namespace,
    export_namespaces,
    import_namespaces,
    verify_integrity,
)
from store.trees import compare, export_tree, import_tree
from tests.store.documents import BY, CHECK, EXAMPLE, FULL, INSTALL, NOW, bring, contents, export, store
from tests.store.drivers import KINDS, driver

SPACE = ("shell", "setup.env")


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with driver(request.param, tmp_path) as runner:
        yield runner


@pytest.fixture
def tree(database: Any, tmp_path: Path) -> Path:
    """The worked example as a directory."""
    store(database, *SPACE, EXAMPLE)
    export(database, tmp_path / "tree", *SPACE)
    return tmp_path / "tree"


def tokens(database: Any, context: str = "shell", namespace: str = "setup.env") -> list[tuple[str, str]]:
    data = database.run(export_namespace("", context, namespace, now_ms=NOW))
    return list(data.tokens) if data else []


def code(error: pytest.ExceptionInfo[StoreError]) -> str:
    return error.value.code


class TestWorkedExample:
    def test_order_of_entries_and_of_parts(self, database: Any, tree: Path) -> None:
        assert tokens(database) == EXAMPLE
        found = database.run(document("", *SPACE, now_ms=NOW))
        assert [section.slot for section in found.sections] == ["env_check", "install_pkg"]
        assert [section.number for section in found.sections] == [10, 20]
        assert database.run(assemble("", *SPACE, now_ms=NOW)) == CHECK + "\n" + INSTALL

    def test_files(self, tree: Path) -> None:
        files = contents(tree)
        names = ["_full.sh", "10-env_check.sh", "20-install_pkg.sh", ".meta", ".values", ".manifest.json"]
        assert set(files) == set(names)
        assert files["_full.sh"] == FULL.encode()
        assert files["10-env_check.sh"] == CHECK.encode()
        assert files[".meta"] == b"order.install_pkg=20\norder.env_check=10\nlang=bash\n"
        assert files[".values"] == b"owner=ops\n"
        manifest = json.loads(files[".manifest.json"])
        assert manifest["format"] == "meteor-export/1"
        assert [entry["key"] for entry in manifest["entries"]] == [key for key, _ in EXAMPLE]
        assert manifest["entries"][1]["file"] == "20-install_pkg.sh"
        assert manifest["entries"][1]["order"] == 20

    def test_import_without_the_manifest(self, database: Any, tree: Path) -> None:
        (tree / ".manifest.json").unlink()
        bring(database, tree, "shell", "other")
        found = tokens(database, "shell", "other")
        assert dict(found) == dict(EXAMPLE)
        assert [key for key, _ in found] == [
            "metadata[order.install_pkg]",
            "metadata[order.env_check]",
            "metadata[lang]",
            "owner",
            "parts[env_check]",
            "parts[install_pkg]",
            "full",
        ]

    def test_one_part_edited(self, database: Any, tree: Path) -> None:
        (tree / "10-env_check.sh").write_text("#!/bin/sh\nset -eu\n")
        found = import_tree(str(tree), *SPACE)
        assert not found.checksum_valid
        result = database.run(import_namespaces(found.exports, meta="", by=BY, now_ms=NOW, verify=False))
        assert {difference.shown for difference in result.differences if difference.kind == "~"} == {
            "parts[env_check]",
            "full",
        }
        assert (result.tokens_added, result.tokens_updated, result.checksum_valid) == (0, 2, False)
        assert dict(tokens(database))["full"] == "#!/bin/sh\nset -eu\n" + INSTALL
        assert [key for key, _ in tokens(database)] == [key for key, _ in EXAMPLE]

    def test_import_is_one_command_that_undo_takes_back(self, database: Any, tree: Path) -> None:
        (tree / "10-env_check.sh").write_text("changed")
        (tree / "20-install_pkg.sh").unlink()
        (tree / "30-new.sh").write_text("new")
        bring(database, tree, *SPACE, replace=True)
        changed = dict(tokens(database))
        assert "parts[install_pkg]" not in changed
        assert changed["parts[new]"] == "new"
        assert changed["full"] == "changed\nnew"
        database.run(undo(None, by=BY, now_ms=NOW))
        assert tokens(database) == EXAMPLE


def test_sub_namespaces_are_directories(database: Any, tmp_path: Path) -> None:
    """M-180: `guides` exported to `docs` puts `guides.install` in `docs/install`."""
    store(database, "doc", "guides", [("sections[intro]", "hello\n")])
    store(database, "doc", "guides.install.linux", [("sections[apt]", "apt\n")])
    store(database, "doc", "guidesx", [("sections[no]", "not below")])
    exported = export(database, tmp_path / "docs", "doc", "guides", recursive=True)
    assert set(contents(tmp_path / "docs")) == {
        "intro.md",
        ".manifest.json",
        "install/linux/apt.md",
        "install/linux/.manifest.json",
    }
    tree = import_tree(str(tmp_path / "docs"), "doc", "guides", recursive=True)
    assert [(data.namespace, data.tokens) for data in tree.exports] == [
        (data.namespace, data.tokens) for data in exported
    ]
    assert [data.namespace for data in import_tree(str(tmp_path / "docs"), "doc", "guides").exports] == ["guides"]
    root = tmp_path / "root"
    export(database, root, "doc", "", recursive=True)
    assert (root / "guides" / "install" / "linux" / "apt.md").read_text() == "apt\n"
    again = import_tree(str(root), "doc", "", recursive=True)
    assert [data.namespace for data in again.exports] == ["guides", "guides.install.linux", "guidesx"]


@pytest.mark.parametrize(
    ("edit", "expected", "warning"),
    [
        ({}, FULL, None),
        ({"_full.sh": "mine"}, "mine", "slots-stale"),
        ({"_full.sh": "mine", "10-env_check.sh": "x"}, "mine", "full-conflict"),
        ({"10-env_check.sh": "x"}, "x\n" + INSTALL, None),
        ({"_full.sh": None}, CHECK + "\n" + INSTALL, None),
        ({"15-mid.sh": "mid"}, CHECK + "\nmid\n" + INSTALL, None),
        ({".meta": "order.install_pkg=5\norder.env_check=10\nlang=bash\n"}, INSTALL + CHECK, None),
    ],
)
def test_the_whole_text_and_its_parts(
    tmp_path: Path, edit: dict[str, str | None], expected: str, warning: str | None
) -> None:
    """M-185: who was edited since the manifest decides."""
    with driver("sync-memory", tmp_path) as database:
        store(database, *SPACE, EXAMPLE)
        export(database, tmp_path / "t", *SPACE)
    for name, content in edit.items():
        if content is None:
            (tmp_path / "t" / name).unlink()
        else:
            (tmp_path / "t" / name).write_text(content)
    tree = import_tree(str(tmp_path / "t"), *SPACE)
    assert dict(tree.exports[0].tokens)["full"] == expected
    assert [code for code, _ in tree.warnings] == ([warning] if warning else [])
    assert tree.checksum_valid is (expected == FULL)


def test_without_a_manifest_the_whole_text_is_as_it_is_or_assembled(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("B")
    (tmp_path / "1-a.md").write_text("A")
    assert dict(import_tree(str(tmp_path), "doc", "n").exports[0].tokens)["full"] == "A\nB"
    bare = import_tree(str(tmp_path), "doc", "n", options=Options(assemble=False)).exports[0]
    assert bare.tokens == (("sections[a]", "A"), ("metadata[order.a]", "1"), ("sections[b]", "B"))
    (tmp_path / "_full.md").write_text("different")
    assert dict(import_tree(str(tmp_path), "doc", "n").exports[0].tokens)["full"] == "different"


def test_what_the_manifest_lists_and_nobody_has(database: Any, tree: Path) -> None:
    """M-183: listed files that are gone are missing, and go in replace mode; a renamed file keeps its place."""
    (tree / ".values").unlink()
    (tree / "20-install_pkg.sh").rename(tree / "5-install_pkg.sh")
    found = import_tree(str(tree), *SPACE)
    assert found.missing == ("owner",)
    assert [code for code, _ in found.warnings] == ["order-differs", "missing"]
    data = dict(found.exports[0].tokens)
    assert data["metadata[order.install_pkg]"] == "5"
    assert [key for key, _ in found.exports[0].tokens][:3] == ["full", "parts[install_pkg]", "parts[env_check]"]
    assert data["full"] == INSTALL + CHECK
    bring(database, tree, *SPACE)
    assert dict(tokens(database))["owner"] == "ops"
    bring(database, tree, *SPACE, replace=True)
    assert "owner" not in dict(tokens(database))


def test_order_numbers_come_from_the_manifest_when_their_metadata_is_gone(tree: Path) -> None:
    (tree / ".meta").unlink()
    found = dict(import_tree(str(tree), *SPACE).exports[0].tokens)
    assert (found["metadata[order.install_pkg]"], found["metadata[order.env_check]"]) == ("20", "10")


def test_capture(tmp_path: Path) -> None:
    """M-185: language and permissions on request only, modified times too."""
    (tmp_path / "_full.sh").write_text("x")
    (tmp_path / "a.sh").write_text("y")
    os.chmod(tmp_path / "_full.sh", 0o750)
    os.utime(tmp_path / "a.sh", (1, 1_700_000_000))
    plain = dict(import_tree(str(tmp_path), "doc", "n").exports[0].tokens)
    assert not [key for key in plain if key.startswith("metadata")]
    options = Options(capture=("lang", "permissions", "mtime"))
    found = dict(import_tree(str(tmp_path), "doc", "n", options=options).exports[0].tokens)
    assert found["metadata[lang]"] == "bash"
    assert found["metadata[permissions]"] == "0750"
    assert found["metadata[mtime.a]"] == "1700000000"


def test_integrity_follows_a_reassembled_text(database: Any, tmp_path: Path) -> None:
    """M-166: a digest that was right stays right when the import itself makes the whole text anew."""
    from store.documents.checksum import text_digest

    store(database, "doc", "n", [("full", "A"), ("sections[a]", "A"), ("metadata[sha256.full]", text_digest("A"))])
    export(database, tmp_path / "t", "doc", "n")
    (tmp_path / "t" / "a.md").write_text("B")
    bring(database, tmp_path / "t", "doc", "n")
    assert [item.state for item in database.run(verify_integrity("", "doc", "n", now_ms=NOW))] == ["ok"]


def test_an_export_takes_its_own_old_files_away_and_no_others(database: Any, tmp_path: Path) -> None:
    root = tmp_path / "t"
    store(database, "doc", "n", [("sections[a]", "1"), ("sections[b]", "2"), ("sections[c]", "3")])
    export(database, root, "doc", "n")
    (root / "c.md").write_text("edited")
    (root / "mine.md").write_text("not ours")
    store(database, "doc", "m", [("sections[a]", "1")])
    data = database.run(export_namespaces("", "doc", "m", now_ms=NOW))
    written = export_tree(str(root), "m", data)
    assert set(contents(root)) == {"a.md", "c.md", "mine.md", ".manifest.json"}
    assert (written.files, written.removed) == (2, 1)
    assert [code for code, _ in written.warnings] == ["stale-file"]


def test_a_part_renamed_by_case_only(database: Any, tmp_path: Path) -> None:
    store(database, "doc", "n", [("sections[Intro]", "1")])
    store(database, "doc", "m", [("sections[intro]", "2")])
    export(database, tmp_path / "t", "doc", "n")
    export_tree(str(tmp_path / "t"), "m", database.run(export_namespaces("", "doc", "m", now_ms=NOW)))
    assert set(contents(tmp_path / "t")) == {"intro.md", ".manifest.json"}


def test_two_files_of_one_name(tmp_path: Path) -> None:
    """M-182 drops the extension; the second such file keeps it in its slot, so that nothing is lost."""
    for name in ("reference.md", "reference.py", "with blank.md", "größe.md"):
        (tmp_path / name).write_text(name)
    tree = import_tree(str(tmp_path), "doc", "n", options=Options(assemble=False))
    found = {value: key for key, value in tree.exports[0].tokens}
    assert found["reference.md"] == "sections[reference]"
    assert found["reference.py"] == "sections[reference.py]"
    assert found["with blank.md"].startswith("sections[with-blank-")
    assert found["größe.md"].startswith("sections[gr-e-")
    assert [code for code, _ in tree.warnings] == ["renamed"] * 3
    assert import_tree(str(tmp_path), "doc", "n", options=Options(assemble=False)).exports == tree.exports


def test_compare_shows_what_differs_without_a_database(database: Any, tree: Path) -> None:
    stored = database.run(export_namespaces("", *SPACE, now_ms=NOW))
    assert compare(str(tree), *SPACE, stored).total_changes == 0
    (tree / "10-env_check.sh").write_text("changed")
    (tree / ".values").write_text("keeper=me\n")
    result = compare(str(tree), *SPACE, stored)
    assert [line for line in result.diff if line[0] != " "] == [
        "~ full: " + FULL + " → changed\n" + INSTALL,
        "~ parts[env_check]: " + CHECK + " → changed",
        "+ keeper: me",
        "- owner",
    ]
    assert "- owner" not in compare(str(tree), *SPACE, stored, replace=False).diff
    assert (result.dry_run, result.checksum_valid, result.missing) == (True, False, ("owner",))
