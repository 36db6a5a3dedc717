"""The mirror of a namespace in files: round trip, and no way through links (P-136, P-137)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from store.addresses.keys import canonical_key
from store.directories import UNFINISHED
from store.errors import StoreError
from store.mirror import read_tree, write_tree
from store.model import Address, Entry

NOW = 1_760_000_000_000
SPACE = ("", "p", "n")


def entry(key: str, value: bytes, expires_at: int | None = None) -> Entry:
    return Entry(Address(*SPACE, canonical_key(key)), value, 1, 1, expires_at, False, 1)


ENTRIES = [
    entry("plain", b"text\n"),
    entry("key__prod", "größe".encode()),
    entry("list__0", b""),
    entry("bytes", bytes(range(256))),
    entry("brief", b"soon", NOW + 1500),
]


def test_layout_and_round_trip(tmp_path: Path) -> None:
    assert write_tree(str(tmp_path / "m"), SPACE, ENTRIES) == 5
    root = tmp_path / "m" / "p" / "n"
    assert json.loads((root / "plain.json").read_text()) == {"v": "text\n"}
    assert json.loads((root / "prod" / "key.json").read_text()) == {"v": "größe"}
    assert json.loads((root / "brief.json").read_text())["expires_at"] == NOW // 1000 + 2
    back = {write.address.key: write.value for write in read_tree(str(tmp_path / "m"), SPACE, now_ms=NOW)}
    assert back == {e.address.key: e.value for e in ENTRIES}
    gone = {write.address.key for write in read_tree(str(tmp_path / "m"), SPACE, now_ms=NOW + 10_000)}
    assert "brief" not in gone
    assert not [name for _, _, names in os.walk(tmp_path) for name in names if name.startswith(UNFINISHED)]


def test_strangers_and_links_are_passed_over(tmp_path: Path) -> None:
    write_tree(str(tmp_path), SPACE, [entry("k", b"v")])
    root = tmp_path / "p" / "n"
    (root / "README.txt").write_text("not ours")
    (root / "bad name.json").write_text("{}")
    (tmp_path / "outside.json").write_text('{"v": "stolen"}')
    (root / "linked.json").symlink_to(tmp_path / "outside.json")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.json").write_text('{"v": "stolen"}')
    (root / "variant").symlink_to(tmp_path / "elsewhere")
    assert [write.address.key for write in read_tree(str(tmp_path), SPACE, now_ms=NOW)] == ["k"]


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    write_tree(str(tmp_path), SPACE, [entry("k", b"v")])
    for content in ("{", "[]", '{"v": 1}', '{"b64": "*"}', '{"v": "x", "expires_at": "soon"}'):
        (tmp_path / "p" / "n" / "k.json").write_text(content)
        with pytest.raises(StoreError, match=r"k\.json"):
            read_tree(str(tmp_path), SPACE, now_ms=NOW)


def test_never_writes_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    root = tmp_path / "m"
    (root / "p").mkdir(parents=True)
    (root / "p" / "n").symlink_to(victim)
    with pytest.raises(StoreError) as error:
        write_tree(str(root), SPACE, ENTRIES)
    assert error.value.code == "is-link"
    assert list(victim.iterdir()) == []
    (root / "p" / "n").unlink()
    write_tree(str(root), SPACE, [entry("k", b"1")])
    target = tmp_path / "target.txt"
    target.write_text("precious")
    (root / "p" / "n" / "k.json").unlink()
    (root / "p" / "n" / "k.json").symlink_to(target)
    write_tree(str(root), SPACE, [entry("k", b"2")])
    assert target.read_text() == "precious"
    assert json.loads((root / "p" / "n" / "k.json").read_text()) == {"v": "2"}


def test_what_has_no_file_name_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    bad = Entry(Address(*SPACE, "grid__i_2_3"), b"v", 1, 1, None, False, 1)
    with pytest.raises(StoreError) as error:
        write_tree(str(tmp_path / "m"), SPACE, [entry("k", b"v"), bad])
    assert error.value.code == "not-mirrorable"
    assert not (tmp_path / "m").exists()
    with pytest.raises(StoreError) as error:
        read_tree(str(tmp_path / "nowhere"), SPACE, now_ms=NOW)
    assert error.value.code == "no-directory"
