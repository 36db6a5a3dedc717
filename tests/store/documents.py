"""Documents for tests: the worked example of meteor.md 10.4, and hostile ones from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from store.addresses.keys import canonical_key
from store.documents.single import ExportData
from store.model import Actor, Address
from store.operations.apply import apply_writes
from store.operations.documents import export_namespaces, import_namespaces
from store.streams.events import Write
from store.trees import Tree, export_tree, import_tree

BY = Actor()
NOW = 1_760_000_000_000

FULL = "#!/bin/sh\nset -e\napt install x\n"
INSTALL, CHECK = "apt install x\n", "#!/bin/sh\nset -e"
EXAMPLE = [
    ("full", FULL),
    ("parts[install_pkg]", INSTALL),
    ("parts[env_check]", CHECK),
    ("metadata[order.install_pkg]", "20"),
    ("metadata[order.env_check]", "10"),
    ("metadata[lang]", "bash"),
    ("owner", "ops"),
]


def store(database: Any, context: str, namespace: str, entries: Sequence[tuple[str, str | bytes]]) -> None:
    """Write entries in this order, as one command."""
    writes = [
        Write(
            Address("", context, namespace, canonical_key(key)),
            value.encode() if isinstance(value, str) else value,
            None,
            key,
        )
        for key, value in entries
    ]
    database.run(apply_writes(writes, by=BY, now_ms=NOW))


def export(
    database: Any, path: Path, context: str, namespace: str, *, recursive: bool = False
) -> tuple[ExportData, ...]:
    """Write a namespace as a tree; what was exported."""
    found: tuple[ExportData, ...] = database.run(
        export_namespaces("", context, namespace, now_ms=NOW, recursive=recursive)
    )
    export_tree(str(path), namespace, found)
    return found


def bring(database: Any, path: Path, context: str, namespace: str, *, recursive: bool = False, **options: Any) -> Tree:
    """Read a tree and store it; what was read."""
    tree = import_tree(str(path), context, namespace, recursive=recursive)
    database.run(import_namespaces(tree.exports, meta="", by=BY, now_ms=NOW, verify=False, **options))
    return tree


def contents(path: Path) -> dict[str, bytes]:
    """Every file below a directory by its relative path."""
    return {str(file.relative_to(path)): file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()}


def hostile_text(random_: random.Random) -> str:
    """A text that is hard to keep."""
    return random_.choice(
        [
            "",
            "\n",
            "no final newline",
            "one\r\ntwo\r\n",
            "\rlone\rreturns",
            "\ufeffa byte order mark\n",
            '"quoted"',
            '"open',
            " edges \t",
            "# Context: fake\n# heading\n",
            'key=value\nother="x\\y"\n',
            "a\x00b\x01\x1b[31mc\x7f\x85\x9f\u2028\u2029",
            "größe ☃ 𝄞 \u202e\u200b",
            "---\n...\n{}[]\\\\u0041",
            "x" * random_.randrange(1, 60_000),
            "line\n" * random_.randrange(1, 500),
            "".join(chr(random_.randrange(0x110000 - 0x800) % 0xD7FF) for _ in range(random_.randrange(200))),
        ]
    )


def hostile_slot(random_: random.Random) -> str:
    """A slot that looks like something else."""
    family = random_.choice(["sections", "parts", "metadata", "full", "func", "chunk", "lib"])
    word = random_.choice(["a", "intro", "x-y", "i_0", "i_APPEND", "_full", "full", "order.x", "10_setup", "007"])
    shape = random_.choice(
        [
            "{word}",
            ".{word}",
            "..{word}",
            "_{word}",
            "__{word}__",
            "{number}-{word}",
            "{number}_{word}",
            "{number}",
            "{family}.{word}",
            "{family}.",
            "{number}-{family}.{word}",
            "-{word}",
            "{word}.md",
            "{word}.{number}",
            "{word}.manifest.json",
            "{word}-{number}",
        ]
    )
    return str(
        shape.format(word=word, family=family, number=random_.choice(["0", "1", "01", "10", "0020", "999999999999"]))
    )


def hostile_entries(seed: int, count: int) -> list[tuple[str, str]]:
    """`count` parts of every family with hostile slots and texts, and what describes them; no two differ only by case."""
    random_ = random.Random(seed)
    found: dict[str, str] = {}
    parts = 0
    while parts < count:
        base = random_.choice(["sections"] * 6 + ["section", "parts", "snippets", "func", "blobs", "lib"])
        slot = hostile_slot(random_) + random_.choice(["", str(parts)])
        key = canonical_key(f"{base}[{slot}]")
        if key not in found:
            found[key] = hostile_text(random_)
            parts += 1
        if random_.random() < 0.2:
            found[canonical_key(f"metadata[order.{slot}]")] = random_.choice(
                ["5", "-3", " 7 ", "007", "+2", "first", ""]
            )
    extras = [
        ("full", "kept as it is"),
        ("packed", hostile_text(random_)),
        ("metadata[lang]", "markdown"),
        ("metadata[lonely.name]", ' "x" '),
        ("owner", "ops\nand others"),
        ("sections[1,2]", "several coordinates"),
        ("a[x][y]", "malformed, kept as it is"),
        ("sections[größe]", "no slot"),
        ("items[0]", hostile_text(random_)),
        ("sections[" + "long" * 100 + "]", "longer than a file name"),
        (".index", "the default value"),
    ]
    return [*found.items(), *((canonical_key(key), value) for key, value in extras)]
