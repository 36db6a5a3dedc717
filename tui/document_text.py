"""Exports and imports of documents as they are shown, and as one file; for the command line and the console (M-217, M-218)."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from store.directories import closing, told, write_whole
from store.documents.comparing import UNCHANGED, UPDATED
from store.documents.single import from_json, from_text, read_export, to_json, to_text
from store.errors import InputError, StreamError, Unavailable
from store.trees import LARGEST_FILE

if TYPE_CHECKING:
    from store.documents.comparing import ImportResult
    from store.documents.single import ExportData

TREE, TEXT, JSON = "tree", "text", "json"
FORMS = (TREE, TEXT, JSON)
EXCERPT, BEFORE = 100, 20
"""Characters of a value in a difference shown to people, and how many of them before the first that differs."""


def content_of(form: str, data: ExportData) -> str:
    """An export as one file of text or JSON."""
    return to_text(data) if form == TEXT else json.dumps(to_json(data), ensure_ascii=False, indent=2) + "\n"


def data_of(form: str | None, content: bytes, name: str) -> ExportData:
    """What such a file holds; form None: whichever it is. Raises InputError `not-text`, StreamErrors of its form; both name it."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise InputError("not-text", f"{name} is not UTF-8 text; nothing was imported") from None
    try:
        return {TEXT: from_text, JSON: from_json, None: read_export}[form](text)
    except StreamError as error:
        error.message = f"{name}: {error.message}"
        raise


def read_file(path: str) -> bytes:
    """A file that is there to be imported."""
    try:
        with open(path, "rb") as file:
            return file.read(LARGEST_FILE)
    except FileNotFoundError:
        raise Unavailable("no-directory", f"there is no file or directory {path}") from None
    except OSError as error:
        raise told(error, path) from None


def write_file(path: str, content: str) -> None:
    """Write a file, whole or not at all; a link in its place is replaced, not followed."""
    above, name = os.path.split(path)
    try:
        with closing(os.open(above, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)) as directory:
            write_whole(directory, name, content.encode())
    except OSError as error:
        raise told(error, path) from None


def result_lines(result: ImportResult, *, replaced: bool, diff: bool) -> list[str]:
    """The block of M-218; replaced: whether what the source does not hold was to go."""
    facts: list[tuple[str, object]] = [
        ("Success", result.success),
        ("Checksum Valid", result.checksum_valid),
        ("Added", result.tokens_added),
        ("Updated", result.tokens_updated),
        ("Unchanged", result.tokens_unchanged),
        *([("Removed", result.tokens_removed)] if replaced else []),
        ("Total Changes", result.total_changes),
    ]
    lines = ["Import Result:", *(f"  {name}: {str(fact).lower()}" for name, fact in facts)]
    return [*lines, "Diff:", *difference_lines(result, unchanged=True)] if diff else lines


def difference_lines(result: ImportResult, *, unchanged: bool) -> list[str]:
    """The lines of M-173 for people: one line each, long values cut; the namespace before them where there are several."""
    several = len({difference.namespace for difference in result.differences}) > 1
    lines = []
    for difference in result.differences:
        if difference.kind == UNCHANGED and not unchanged:
            continue
        old, new = difference.old or "", difference.new or ""
        start = _first_difference(old, new) if difference.kind == UPDATED else 0
        short = replace(difference, old=_excerpt(old, start), new=_excerpt(new, start))
        line = short.line
        lines.append(f"{line[:2]}{difference.namespace or '(root)'}: {line[2:]}" if several else line)
    return lines


def _first_difference(old: str, new: str) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((offset for offset, (before, after) in pairs if before != after), min(len(old), len(new)))


def _excerpt(value: str, start: int) -> str:
    """A value on one line: all of it, or what stands around `start`."""
    first = max(0, start - BEFORE) if len(value) > EXCERPT else 0
    shown = value[first : first + EXCERPT].replace("\r", "\\r").replace("\n", "\\n")
    return ("…" if first else "") + shown + ("…" if first + EXCERPT < len(value) else "")
