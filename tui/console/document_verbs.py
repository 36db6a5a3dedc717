"""`export` and `import` of documents: a directory, or one file of text or JSON (M-217, M-218, M-235)."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from store.addresses.colon import check_context, check_namespace
from store.errors import InputError, Refused, StoreError, Unavailable
from store.operations.commands import record_failure
from store.operations.documents import export_namespace, export_namespaces, import_namespaces
from store.operations.history import note
from store.trees import export_tree, import_tree, with_tree
from tui.console.requests import Reply, Steps, do, work
from tui.console.words import namespace_word
from tui.document_text import FORMS, TREE, content_of, data_of, read_file, result_lines, write_file
from tui.meteor_text import one_line

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from store.documents.comparing import ImportResult
    from store.documents.single import ExportData
    from tui.console.session import Console

STREAM = "-"
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
        return [*_warnings(written.warnings), said]
    content = content_of(form, found[0])
    if dest == STREAM:
        return [one_line(line) for line in content.removesuffix("\n").split("\n")]
    yield from work(lambda: write_file(os.path.abspath(dest), content))
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
    lines = result_lines(result, replaced="replace" in asked, diff="show-diff" in asked)
    return Reply((*_warnings(result.warnings), *map(one_line, lines)), removes="replace" in asked and not dry_run)


def _import(
    console: Console, src: str, form: str | None, place: tuple[str, str] | None, asked: dict[str, str]
) -> Steps[ImportResult]:
    engine = console.engine
    path = os.path.abspath(src)
    warnings: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    is_tree = form == TREE or (form is None and (yield from work(lambda: os.path.isdir(path))))
    if is_tree:
        if place is None:
            raise InputError("usage", "a directory does not say where it belongs: name --context and --namespace")
        context, name = place
        recursive = "recursive" in asked
        tree = yield from work(lambda: import_tree(path, context, name, recursive=recursive))
        exports, warnings, missing = tree.exports, tree.warnings, tree.missing
    else:
        data = data_of(form, (yield from work(lambda: read_file(path))), path)
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
    return with_tree((yield from do(operation)), warnings, missing)


def _warnings(found: tuple[tuple[str, str], ...]) -> list[str]:
    """What should be known though it went on, one line each."""
    return [f"⚠️  {one_line(sentence)}" for _, sentence in found]


def _recorded(console: Console, kind: str, target: str, steps: Generator[Any, Any, Any]) -> Steps[Any]:
    """Do `steps`; a failure leaves a record (M-140)."""
    engine = console.engine
    try:
        return (yield from steps)
    except StoreError as error:
        if engine.actor.audited and not isinstance(error, Unavailable):
            yield from do(record_failure(kind, target, error.code, by=engine.actor, now_ms=engine.clock()))
        raise


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
    if form is not None and form not in FORMS:
        raise Unclear
    return form


def _place(asked: dict[str, str]) -> tuple[str, str]:
    """Context and namespace; raises KeyError when one is missing, Unclear when the context is empty."""
    context, name = asked["context"], namespace_word(asked["namespace"])
    if not context:
        raise Unclear
    return context, name
