"""Areas cache, compact and corrupt of completions.jsonl: the file before, what is done, the file after."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from tui import name_cache
from tui.completion import compaction, foreign
from vector_files import Vector, cases

AREAS = ("cache", "compact", "corrupt")


def text_before(given: dict[str, Any]) -> bytes | None:
    if "before_b64" in given:
        return base64.b64decode(given["before_b64"])
    if "before_repeat" in given:
        repeat = given["before_repeat"]
        return b"".join(
            repeat["line"]
            .replace("%I", f"{i:04}")
            .replace("%M", f"{i // 60:02}")
            .replace("%S", f"{i % 60:02}")
            .encode()
            + b"\n"
            for i in range(repeat["n"])
        )
    if given["before"] is None:
        return None
    text = "".join(line + "\n" for line in given["before"])
    return (text if given.get("before_final_newline", True) else text.removesuffix("\n")).encode()


def reference(given: dict[str, Any]) -> name_cache.Reference:
    return name_cache.Reference(
        given["type"], given["value"], given.get("target", ""), given.get("secret", False), given.get("scope")
    )


def do(operation: dict[str, Any], index: str, most: int) -> bool:
    """One operation of a vector; whether it compacted."""
    now_ms = foreign.read_time(operation["now"])
    assert now_ms is not None
    references = [reference(given) for given in operation.get("refs", ())]
    scope = operation.get("scope", "")
    match operation["op"]:
        case "touch":
            if operation.get("exit", 0):
                return False
            return name_cache.append(index, references, scope=scope, now_ms=now_ms)
        case "forget":
            return compaction.forget(index, references, scope=scope, now_ms=now_ms, most=most)
        case "compact":
            return compaction.compact(index, now_ms, most=most)
        case other:
            raise AssertionError(f"an operation nobody does: {other}")


@pytest.mark.parametrize("vector", [case for area in AREAS for case in cases("completions", area)])
def test_cache(vector: Vector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, expected = vector["input"], vector["expect"]
    index = tmp_path / name_cache.INDEX
    before = text_before(given)
    most = given.get("max_entries", compaction.MOST_ENTRIES)
    monkeypatch.setattr(compaction, "MOST_ENTRIES", most)
    if before is not None:
        index.mkdir(mode=0o700)
        (index / name_cache.CACHE).write_bytes(before)
        state = f"{given.get('base', 0)}\n" + "." * given.get("writes", 0)
        (index / name_cache.STATE).write_text(state)
    compactions = sum(do(operation, str(index), most) for operation in given["ops"])
    path = index / name_cache.CACHE
    if expected.get("after", ()) is None:
        assert not path.exists()
    else:
        content = path.read_text(encoding="utf-8")
        assert content == "" or content.endswith("\n")
        lines = content.split("\n")[:-1]
        if "after" in expected:
            assert lines == expected["after"]
        if "after_count" in expected:
            assert len(lines) == expected["after_count"]
            assert (lines[0], lines[-1]) == (expected["after_first"], expected["after_last"])
    assert compactions == expected.get("compactions", compactions)
    if "after_writes" in expected and (index / name_cache.STATE).exists():
        assert (index / name_cache.STATE).read_text().count(".") == expected["after_writes"]
    assert set(expected) <= {"after", "after_count", "after_first", "after_last", "after_writes", "compactions"}
