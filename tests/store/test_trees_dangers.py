"""What may not happen while documents are written and read as directories: links, clashes, halves (M-180)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.directories import UNFINISHED
from store.documents.layout import Options
from store.errors import StoreError
from store.operations.documents import export_namespaces
from store.trees import export_tree, import_tree
from tests.store.documents import NOW, contents, export, store
from tests.store.drivers import KINDS, driver


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with driver(request.param, tmp_path) as runner:
        yield runner


def code(error: pytest.ExceptionInfo[StoreError]) -> str:
    return error.value.code


class TestLinks:
    """M-180: follow no symbolic links, never write outside the directory."""

    def test_a_directory_that_is_a_link(self, database: Any, tmp_path: Path) -> None:
        victim = tmp_path / "victim"
        victim.mkdir()
        (victim / "secret.md").write_text("theirs")
        (tmp_path / "link").symlink_to(victim)
        store(database, "doc", "n", [("sections[a]", "x")])
        data = database.run(export_namespaces("", "doc", "n", now_ms=NOW))
        for attempt in (
            lambda: export_tree(str(tmp_path / "link"), "n", data),
            lambda: import_tree(str(tmp_path / "link"), "doc", "n"),
        ):
            with pytest.raises(StoreError) as error:
                attempt()
            assert code(error) == "is-link"
        assert set(contents(victim)) == {"secret.md"}

    def test_a_sub_directory_that_is_a_link(self, database: Any, tmp_path: Path) -> None:
        victim = tmp_path / "victim"
        victim.mkdir()
        (victim / "secret.md").write_text("theirs")
        root = tmp_path / "root"
        root.mkdir()
        (root / "sub").symlink_to(victim)
        store(database, "doc", "n.sub", [("sections[secret]", "ours")])
        data = database.run(export_namespaces("", "doc", "n", now_ms=NOW, recursive=True))
        with pytest.raises(StoreError) as error:
            export_tree(str(root), "n", data)
        assert code(error) == "is-link"
        assert (victim / "secret.md").read_text() == "theirs"
        tree = import_tree(str(root), "doc", "n", recursive=True)
        assert tree.exports == ()
        assert [code for code, _ in tree.warnings] == ["passed-over", "nothing-there"]

    def test_files_that_are_links(self, database: Any, tmp_path: Path) -> None:
        target = tmp_path / "target"
        target.write_text("precious")
        root = tmp_path / "root"
        root.mkdir()
        (root / "a.md").symlink_to(target)
        (root / ".meta").symlink_to(target)
        assert import_tree(str(root), "doc", "n").exports == ()
        store(database, "doc", "n", [("sections[a]", "ours"), ("metadata[x]", "y")])
        export(database, root, "doc", "n")
        assert target.read_text() == "precious"
        assert (root / "a.md").read_text() == "ours"
        assert not (root / "a.md").is_symlink()

    def test_a_manifest_does_not_lead_out(self, database: Any, tmp_path: Path) -> None:
        outside = tmp_path / "outside.md"
        outside.write_text("theirs")
        store(database, "doc", "n", [("sections[a]", "ours")])
        export(database, tmp_path / "root", "doc", "n")
        path = tmp_path / "root" / ".manifest.json"
        good = path.read_text()
        for name in ("../outside.md", str(outside), "..", ".", "", "a\\u0000b"):
            path.write_text(good.replace("a.md", name))
            with pytest.raises(StoreError) as error:
                import_tree(str(tmp_path / "root"), "doc", "n")
            assert code(error) == "bad-manifest"
        path.write_text(good.replace("a.md", "../outside.md"))
        export(database, tmp_path / "root", "doc", "n")
        assert outside.read_text() == "theirs"

    def test_a_file_that_becomes_a_link_meanwhile(self, tmp_path: Path) -> None:
        target = tmp_path / "target"
        target.write_text("theirs")
        root = tmp_path / "root"
        root.mkdir()
        for name in ("a.md", "b.md"):
            (root / name).write_text("ours")

        def swap(done: int, total: int) -> None:
            if done == 1:
                (root / "b.md").unlink()
                (root / "b.md").symlink_to(target)

        with pytest.raises(StoreError) as error:
            import_tree(str(root), "doc", "n", progress=swap)
        assert code(error) == "is-link"

    def test_a_fifo_is_passed_over(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.md")
        (tmp_path / "b.md").write_text("x")
        tree = import_tree(str(tmp_path), "doc", "n", options=Options(assemble=False))
        assert [key for key, _ in tree.exports[0].tokens] == ["sections[b]"]
        assert tree.warnings[0][0] == "passed-over"


class TestRefusals:
    def test_names_that_differ_by_case(self, database: Any, tmp_path: Path) -> None:
        store(database, "doc", "n", [("sections[Intro]", "1"), ("sections[intro]", "2")])
        store(database, "doc", "m.A", [("sections[x]", "1")])
        store(database, "doc", "m.a", [("sections[x]", "1")])
        for name in ("n", "m"):
            data = database.run(export_namespaces("", "doc", name, now_ms=NOW, recursive=True))
            with pytest.raises(StoreError) as error:
                export_tree(str(tmp_path / "t"), name, data)
            assert code(error) == "case-collision"
            assert not (tmp_path / "t").exists()
        (tmp_path / "files").mkdir()
        for file in ("Intro.md", "intro.md"):
            (tmp_path / "files" / file).write_text("x")
        with pytest.raises(StoreError) as error:
            import_tree(str(tmp_path / "files"), "doc", "n")
        assert code(error) == "case-collision"

    def test_namespaces_that_are_no_directories(self, database: Any, tmp_path: Path) -> None:
        """M-180: their strict code."""
        for name, expected in (
            ("2ui", "ns-bad-char"),
            ("a/b", "ns-bad-char"),
            ("n.größe", "ns-bad-char"),
            ("x" * 300, "ns-part-too-long"),
        ):
            store(database, "doc", name, [("sections[x]", "1")])
            with pytest.raises(StoreError) as error:
                database.run(export_namespaces("", "doc", name, now_ms=NOW))
            assert code(error) == expected
        store(database, "doc", "default.a.b.c.d.e.f", [("sections[x]", "1")])
        export(database, tmp_path / "deep", "doc", "default", recursive=True)
        assert (tmp_path / "deep/a/b/c/d/e/f/x.md").read_text() == "1"
        assert import_tree(str(tmp_path / "deep"), "doc", "default", recursive=True).checksum_valid
        (tmp_path / "deeper" / "/".join("d" * 70)).mkdir(parents=True)
        with pytest.raises(StoreError) as error:
            import_tree(str(tmp_path / "deeper"), "doc", "n", recursive=True)
        assert code(error) == "ns-too-deep"
        tmp_path = tmp_path / "blanks"
        (tmp_path / "with blank").mkdir(parents=True)
        import_tree(str(tmp_path), "doc", "n", recursive=True)
        (tmp_path / "with blank" / "a.md").write_text("x")
        with pytest.raises(StoreError) as error:
            import_tree(str(tmp_path), "doc", "n", recursive=True)
        assert code(error) == "ns-bad-char"

    def test_bytes_are_refused_by_name_with_nothing_written(self, database: Any, tmp_path: Path) -> None:
        store(database, "doc", "n", [("sections[a]", "fine"), ("sections[logo]", b"\xff\x00raw")])
        with pytest.raises(StoreError, match=r"doc:n:sections\[logo\]") as error:
            database.run(export_namespaces("", "doc", "n", now_ms=NOW))
        assert code(error) == "not-text"
        assert "raw" not in error.value.message

    def test_files_that_are_not_text(self, database: Any, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("x")
        (tmp_path / "logo.png").write_bytes(b"\x89PNG\xff")
        tree = import_tree(str(tmp_path), "doc", "n", options=Options(assemble=False))
        assert [key for key, _ in tree.exports[0].tokens] == ["sections[a]"]
        assert tree.warnings[0][0] == "passed-over"
        store(database, "doc", "n", [("sections[b]", "x")])
        export(database, tmp_path / "t", "doc", "n")
        (tmp_path / "t" / "b.md").write_bytes(b"\xff")
        with pytest.raises(StoreError, match=r"b\.md") as error:
            import_tree(str(tmp_path / "t"), "doc", "n")
        assert code(error) == "bad-file"

    def test_no_such_directory(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        for name, expected in (("nowhere", "no-directory"), ("file", "is-link")):
            with pytest.raises(StoreError) as error:
                import_tree(str(tmp_path / name), "doc", "n")
            assert code(error) == expected


class TestInterruption:
    def test_an_interrupted_export_leaves_whole_files_only(self, database: Any, tmp_path: Path) -> None:
        store(database, "doc", "n", [(f"sections[s{number}]", "x" * 10_000) for number in range(20)])
        data = database.run(export_namespaces("", "doc", "n", now_ms=NOW))
        told: list[tuple[int, int]] = []
        with pytest.raises(StoreError) as error:
            export_tree(
                str(tmp_path / "t"), "n", data, progress=lambda *at: told.append(at), stop=lambda: len(told) == 7
            )
        assert code(error) == "interrupted"
        assert told == [(done, 21) for done in range(1, 8)]
        assert [len(content) for content in contents(tmp_path / "t").values()] == [10_000] * 7

        def die(done: int, total: int) -> None:
            if done == 9:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            export_tree(str(tmp_path / "t"), "n", data, progress=die)
        assert {len(content) for content in contents(tmp_path / "t").values()} == {10_000}

    def test_a_write_that_fails_leaves_the_old_file(
        self, database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store(database, "doc", "n", [("sections[a]", "old")])
        export(database, tmp_path / "t", "doc", "n")
        before = contents(tmp_path / "t")
        store(database, "doc", "n", [("sections[a]", "new" * 100)])

        def full(fd: int, content: bytes) -> None:
            os.write(fd, content[:5])
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("store.directories.write_all", full)
        with pytest.raises(StoreError):
            export(database, tmp_path / "t", "doc", "n")
        assert contents(tmp_path / "t") == before

    def test_what_a_killed_export_left_is_not_imported(self, tmp_path: Path) -> None:
        (tmp_path / f"{UNFINISHED}1-ab").write_text("half")
        (tmp_path / "a.md").write_text("x")
        tree = import_tree(str(tmp_path), "doc", "n", options=Options(assemble=False))
        assert tree.exports[0].tokens == (("sections[a]", "x"),)

    def test_reading_stops_between_files(self, tmp_path: Path) -> None:
        for name in "abc":
            (tmp_path / f"{name}.md").write_text(name)
        told: list[tuple[int, int]] = []
        with pytest.raises(StoreError) as error:
            import_tree(str(tmp_path), "doc", "n", progress=lambda *at: told.append(at), stop=lambda: len(told) == 2)
        assert (code(error), told) == ("interrupted", [(1, 3), (2, 3)])
