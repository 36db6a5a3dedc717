"""`export` and `import` of documents: a directory, or one file of text or JSON (M-217, M-218, M-235)."""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING

from store.addresses.colon import check_context, check_namespace
from store.directories import closing, told, write_whole
from store.documents.single import ExportData, from_json, from_text, read_export, to_json, to_text
from store.errors import InputError, Refused, StoreError, Unavailable
from store.operations.commands import record_failure
from store.operations.documents import export_namespace, export_namespaces, import_namespaces
from store.operations.history import note
from store.trees import LARGEST_FILE, export_tree, import_tree
from tui.console.requests import Reply, Steps, do, work
from tui.console.words import namespace_word
from tui.meteor_text import one_line

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from store.documents.comparing import ImportResult
    from tui.console.session import Console

TREE, TEXT, JSON = "tree", "text", "json"
STREAM = "-"
LONGEST_LINE = 200
EXPORT = "--context C --namespace N --dest D [--format tree|text|json] [--recursive] [--include-secrets]"
IMPORT = (
    "--src S [--context C --namespace N] [--format tree|text|json] [--show-diff] [--dry-run] [--replace] [--no-verify]"
)
VALUED = ("context", "namespace", "dest", "src", "format")
SWITCHES = ("recursive", "include-secrets", "show-diff", "dry-run", "replace", "no-verify")


class Unclear(Exception):
    """The words after `export` or `import` are not what they should be."""


def export(console: Console, text: str) -> Steps[Reply]:
    """Write a namespace to a directory, to a file, or with `-` show it."""
    try:
        asked = _options(text)
        form = _form(asked) or TREE
        context, name = _place(asked)
        dest = asked["dest"]
        if form == TREE and dest == STREAM:
            raise Unclear
    except (Unclear, KeyError):
        return Reply((f"Usage: export {EXPORT}",))
    engine = console.engine
    target = f"{context}:{name}"
    lines = yield from _recorded(console, "export", target, _export(console, context, name, dest, form, asked))
    yield from do(note("export", target, by=engine.actor, now_ms=engine.clock()))
    return Reply(tuple(lines))


def _export(console: Console, context: str, name: str, dest: str, form: str, asked: dict[str, str]) -> Steps[list[str]]:
    check_context(context, context, 0)
    check_namespace(name, name, 0)
    engine = console.engine
    secrets = "include-secrets" in asked
    if form == TREE:
        found: tuple[ExportData, ...] = yield from do(
            export_namespaces(
                engine.meta,
                context,
                name,
                now_ms=engine.clock(),
                recursive="recursive" in asked,
                include_secrets=secrets,
            )
        )
    else:
        data = yield from do(
            export_namespace(engine.meta, context, name, now_ms=engine.clock(), include_secrets=secrets)
        )
        found = (data,) if data else ()
    if not found:
        raise Refused("nothing-to-export", f"there is nothing in {context}:{name}")
    count = sum(len(data.tokens) for data in found)
    said = f"Exported {count} entries from {context}:{name} to {one_line(dest)}"
    if form == TREE:
        path = os.path.abspath(dest)
        written = yield from work(lambda: export_tree(path, name, found))
        return [*(f"⚠️  {one_line(sentence)}" for _, sentence in written.warnings), said]
    content = to_text(found[0]) if form == TEXT else json.dumps(to_json(found[0]), ensure_ascii=False, indent=2) + "\n"
    if dest == STREAM:
        return [one_line(line) for line in content.removesuffix("\n").split("\n")]
    yield from work(lambda: _write_file(os.path.abspath(dest), content))
    return [said]


def import_(console: Console, text: str) -> Steps[Reply]:
    """Store a directory or a file, all or nothing; with --dry-run only say what would change."""
    try:
        asked = _options(text)
        form = _form(asked)
        place = _place(asked) if "context" in asked or "namespace" in asked else None
        src = asked["src"]
        if src == STREAM:
            raise Unclear  # standard input is where the commands come from
    except (Unclear, KeyError):
        return Reply((f"Usage: import {IMPORT}",))
    dry_run = "dry-run" in asked
    target = src if place is None else ":".join(place)
    steps = _import(console, src, form, place, asked)
    result = yield from (steps if dry_run else _recorded(console, "import", target, steps))
    return Reply(tuple(_result_lines(result, asked)))


def _import(
    console: Console, src: str, form: str | None, place: tuple[str, str] | None, asked: dict[str, str]
) -> Steps[ImportResult]:
    engine = console.engine
    path = os.path.abspath(src)
    is_tree = form == TREE or (form is None and (yield from work(lambda: os.path.isdir(path))))
    if is_tree:
        if place is None:
            raise InputError("usage", "a directory does not say where it belongs: name --context and --namespace")
        context, name = place
        recursive = "recursive" in asked
        tree = yield from work(lambda: import_tree(path, context, name, recursive=recursive))
        exports = tree.exports
    else:
        data = _read(form, (yield from work(lambda: _read_file(path))))
        exports = (data if place is None else data.moved_to(*place),)
    operation = import_namespaces(
        exports,
        meta=engine.meta,
        by=engine.actor,
        now_ms=engine.clock(),
        replace="replace" in asked,
        verify=not (is_tree or "no-verify" in asked),  # a directory is there to be edited
        dry_run="dry-run" in asked,
        target=src if place is None else ":".join(place),
    )
    return (yield from do(operation))


def _recorded(console: Console, kind: str, target: str, steps: Generator[Any, Any, Any]) -> Steps[Any]:
    """Do `steps`; a failure leaves a record (M-140)."""
    engine = console.engine
    try:
        return (yield from steps)
    except StoreError as error:
        if engine.actor.audited and not isinstance(error, Unavailable):
            yield from do(record_failure(kind, target, error.code, by=engine.actor, now_ms=engine.clock()))
        raise


def _result_lines(result: ImportResult, asked: dict[str, str]) -> list[str]:
    """M-218."""
    facts: list[tuple[str, object]] = [
        ("Success", result.success),
        ("Checksum Valid", result.checksum_valid),
        ("Added", result.tokens_added),
        ("Updated", result.tokens_updated),
        ("Unchanged", result.tokens_unchanged),
        *([("Removed", result.tokens_removed)] if "replace" in asked else []),
        ("Total Changes", result.total_changes),
    ]
    lines = ["Import Result:", *(f"  {name}: {str(fact).lower()}" for name, fact in facts)]
    if "show-diff" in asked:
        shown = [one_line(difference.line) for difference in result.differences]
        lines += ["Diff:", *(line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…" for line in shown)]
    return lines


def _options(text: str) -> dict[str, str]:
    """`--name value`, `--name=value` and `--switch` as a dictionary. Raises Unclear."""
    try:
        words = iter(shlex.split(text))
    except ValueError:
        raise Unclear from None
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or name in found:
            raise Unclear
        if name in VALUED:
            found[name] = value if equals else next(words, "")
            if not found[name] and name != "namespace":
                raise Unclear
        elif name in SWITCHES and not equals:
            found[name] = ""
        else:
            raise Unclear
    return found


def _form(asked: dict[str, str]) -> str | None:
    form = asked.get("format")
    if form not in (None, TREE, TEXT, JSON):
        raise Unclear
    return form


def _place(asked: dict[str, str]) -> tuple[str, str]:
    """Context and namespace; raises KeyError when one is missing, Unclear when the context is empty."""
    context, name = asked["context"], namespace_word(asked["namespace"])
    if not context:
        raise Unclear
    return context, name


def _read(form: str | None, content: bytes) -> ExportData:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise InputError("not-text", "the file is not UTF-8 text; nothing was imported") from None
    return {TEXT: from_text, JSON: from_json, None: read_export}[form](text)


def _read_file(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(LARGEST_FILE)
    except OSError as error:
        raise told(error, path) from None


def _write_file(path: str, content: str) -> None:
    above, name = os.path.split(path)
    try:
        with closing(os.open(above, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)) as directory:
            write_whole(directory, name, content.encode())
    except OSError as error:
        raise told(error, path) from None
