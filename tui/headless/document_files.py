"""`export` and `import` of documents: a tree of files, or one file of text or JSON (M-217, M-218, U-07)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.addresses import read_namespace
from store.addresses.colon import check_context, check_namespace
from store.documents.layout import Options
from store.errors import Corrupt, Refused, StoreError, Unavailable
from store.operations.documents import export_namespace, export_namespaces, import_namespaces
from store.stdin import receive_in_memory
from store.trees import export_tree, import_tree, with_tree
from store.workspace import absolute
from tui.document_text import FORMS, JSON, TEXT, TREE, content_of, data_of, read_file, result_lines, write_file
from tui.headless import rescuing
from tui.headless.listings import mention_spaces
from tui.headless.main import as_path
from tui.headless.output import STDIN
from tui.headless.progress import progress

if TYPE_CHECKING:
    from store.documents.comparing import ImportResult
    from store.documents.single import ExportData
    from tui.headless.main import Call

Space = tuple[str, str, str]
"""Meta, context, namespace."""
CAPTURES = ("lang", "permissions", "mtime")
STREAM = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be imported. name: where from, for people. stdin: what standard input held, None if it was not asked."""

    exports: tuple[ExportData, ...]
    name: str
    warnings: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    tree: bool = False
    stdin: bytes | None = field(default=None, repr=False)


class DocumentImport(rescuing.Import):
    """How an import of documents from standard input is tried again."""

    @property
    def command(self) -> str:
        from shlex import quote

        into = f" {quote(self.namespace)}" if self.namespace else ""
        return f"import{into} --src -" + (f" --format {self.form}" if self.form else "")


def asked_for(call: Call) -> bool:
    """Whether `export` or `import` is one of documents: `--tree`, a format of documents, or a file or directory named (U-07)."""
    named = call.has("tree") or call.has("dest") or call.has("src")
    return named or call.option("format") in (TREE, TEXT)


def export(call: Call) -> int:
    """Write a namespace as a tree or as one file (M-217)."""
    form = _form(call) or TREE
    dest = _path(call, "dest") or (STREAM if form != TREE else None)
    space = _space(call)
    if space is None:
        raise call.usage("missing <context.namespace>")
    if dest is None or (dest == STREAM and form == TREE):
        raise call.usage("a tree needs a directory: --dest DIR")
    secrets = call.has("include-secrets")
    if form == TREE:
        found: tuple[ExportData, ...] = call.run(
            export_namespaces(*space, now_ms=call.now_ms, recursive=call.has("recursive"), include_secrets=secrets)
        )
    else:
        _only_for_trees(call)
        data = call.run(export_namespace(*space, now_ms=call.now_ms, include_secrets=secrets))
        found = (data,) if data else ()
    if not found:
        raise Refused("nothing-to-export", f"Export error: there is nothing in {_title(space)}")
    mention_spaces(call, [(data.context, data.namespace) for data in found])
    content, files, path = None, 1, dest
    if form == TREE:
        path = absolute(dest, call.cwd)
        written = export_tree(path, space[2], found, progress=progress(call, "files written"))
        files = written.files
        tell_warnings(call, written.warnings)
    else:
        content = content_of(form, found[0])
        if dest != STREAM:
            path = absolute(dest, call.cwd)
            write_file(path, content)
    _tell_export(call, space, dest, path, files, found, content)
    return 0


def _tell_export(
    call: Call, space: Space, dest: str, path: str, files: int, found: tuple[ExportData, ...], content: str | None
) -> None:
    entries = sum(len(data.tokens) for data in found)
    if call.output.json:
        printed = {"content": content} if dest == STREAM else {}
        call.output.object(
            success=True,
            context=space[1],
            namespace=space[2],
            dest=path,
            files=files,
            entries=entries,
            checksum=found[0].checksum,
            **printed,
        )
    elif dest == STREAM:
        call.output.data((content or "").encode())
    else:
        call.output.line(f"Exported {entries} entries from {_title(space)} to {dest}")


def import_(call: Call) -> int:
    """Store a tree or a file, all or nothing; with --dry-run only say what would change (M-218)."""
    form = _form(call)
    src = _path(call, "src") or (STREAM if form in (TEXT, JSON) else None)
    if src is None or (src == STREAM and form == TREE):
        raise call.usage("missing --src" if src is None else "a tree needs a directory: --src DIR")
    if src == STREAM and os.isatty(STDIN):
        raise call.usage("No input: import reads standard input, which is a terminal")
    retry = DocumentImport(as_typed(call), form or "")
    content = read_stdin(call, retry) if src == STREAM else None
    try:
        source = read_source(call, src, _space(call), form, content)
        result = store(call, source, dry_run=call.has("dry-run"))
    except (Unavailable, Corrupt) as error:
        raise error if content is None else rescuing.keep_import(call, content, retry, error) from None
    except StoreError as error:
        raise error if content is None else rescuing.rescue_import(call, content, retry, error) from None
    tell_warnings(call, result.warnings)
    _tell_import(call, source, result)
    return 0


def store(call: Call, source: Source, *, dry_run: bool) -> ImportResult:
    """Import what was read, or see what that would change. A tree is there to be edited: its checksum is told, not enforced."""
    first = source.exports[0] if source.exports else None
    title = f"{first.context}:{first.namespace}:" if first else ""
    if not dry_run:
        call.target = title
    result = call.run(
        import_namespaces(
            source.exports,
            meta=call.session.reading.meta,
            by=call.by,
            now_ms=call.now_ms,
            replace=call.has("replace"),
            verify=not (source.tree or call.has("no-verify")),
            dry_run=dry_run,
            target=title,
        )
    )
    if not dry_run:
        mention_spaces(call, [(export.context, export.namespace) for export in source.exports])
        call.recheck = True
    return with_tree(result, source.warnings, source.missing)


def read_source(call: Call, src: str, space: Space | None, form: str | None, content: bytes | None = None) -> Source:
    """What a directory, a file or standard input holds, for `space` or for where it says itself.

    form: tree, text, json or None: whatever it is. content: what standard input held.
    """
    if content is None:
        src = absolute(src, call.cwd)
        if form == TREE or (form is None and os.path.isdir(src)):
            if space is None:
                raise call.usage("a tree does not say where it belongs: name the namespace")
            options = Options(not call.has("no-assemble"), _captures(call))
            recursive = call.has("recursive")
            steps = progress(call, "files read")
            tree = import_tree(src, space[1], space[2], recursive=recursive, options=options, progress=steps)
            return Source(tree.exports, src, tree.warnings, tree.missing, True)
        content = read_file(src)
        stdin = None
    else:
        stdin = content
    _only_for_trees(call)
    data = data_of(form, content, "standard input" if stdin is not None else src)
    if space is not None:
        data = data.moved_to(*space[1:])
    twice = [("repeated", f"{key} is there more than once; the last value counts") for key in data.repeated]
    return Source((data,), src, tuple(twice), stdin=stdin)


def result_fields(result: ImportResult) -> dict[str, object]:
    """An import as a program gets it."""
    return {
        "success": result.success,
        "checksum_valid": result.checksum_valid,
        "tokens_added": result.tokens_added,
        "tokens_updated": result.tokens_updated,
        "tokens_unchanged": result.tokens_unchanged,
        "tokens_removed": result.tokens_removed,
        "total_changes": result.total_changes,
        "dry_run": result.dry_run,
        "missing": list(result.missing),
    }


def tell_warnings(call: Call, warnings: tuple[tuple[str, str], ...]) -> None:
    """What should be known though it went on, on standard error."""
    for code, sentence in warnings:
        call.output.warn(f"⚠️  {sentence}", code)


def _tell_import(call: Call, source: Source, result: ImportResult) -> None:
    if call.output.json:
        told = {"diff": list(result.diff)} if call.has("show-diff") else {}
        spaces = [f"{data.context}:{data.namespace}:" for data in source.exports]
        call.output.object(namespaces=spaces, src=source.name, **result_fields(result), **told)
        return
    for line in result_lines(result, replaced=call.has("replace"), diff=call.has("show-diff")):
        call.output.line(line)
    if result.dry_run:
        call.output.status("nothing was written: --dry-run")


def _form(call: Call) -> str | None:
    """The form asked for, None if nothing says. Raises a usage error for one that documents do not have."""
    form = call.option("format")
    if call.has("tree"):
        if form not in (None, TREE):
            raise call.usage(f"--tree and --format {form} are two forms")
        return TREE
    if form is not None and form not in FORMS:
        raise call.usage(f"with a file or directory, --format is one of {', '.join(FORMS)}, not '{form}'")
    return form


def by_options(call: Call) -> bool:
    """Whether `--context` and `--namespace` name the namespace, so that no argument does."""
    return call.has("project") and call.has("namespace")


def as_typed(call: Call) -> str:
    """The namespace as it is typed again in a command; "" if none was."""
    if by_options(call):
        return f"{call.option('project')}:{call.option('namespace')}:"
    return call.argument(0) or ""


def _path(call: Call, option: str) -> str | None:
    """The directory or file: by its option, else by the argument behind that of the namespace."""
    arguments = call.line.arguments if by_options(call) else call.line.arguments[1:]
    if len(arguments) > 1 or (arguments and call.has(option)):
        raise call.usage("something is given twice")
    return as_path(call.option(option) or (arguments[0] if arguments else None))


def _space(call: Call) -> Space | None:
    """The namespace named, if one is: by an argument as everywhere, or by both options, then with any number of parts (M-217)."""
    reading = call.session.reading
    if by_options(call):
        context, namespace = reading.context or "", reading.namespace or ""
        whole = f"{context}:{namespace}:"
        check_context(context, whole, 0)
        check_namespace(namespace, whole, len(context) + 1)
        return reading.meta, context, namespace
    if reading.context is not None or reading.namespace is not None:
        raise call.usage("--context and --namespace belong together here")
    first = call.argument(0)
    return None if first is None else read_namespace(first, reading)


def _captures(call: Call) -> tuple[str, ...]:
    wanted = tuple(word for word in (call.option("capture") or "").split(",") if word)
    for word in wanted:
        if word not in CAPTURES:
            raise call.usage(f"--capture takes {', '.join(CAPTURES)}, not '{word}'")
    return wanted


def _only_for_trees(call: Call) -> None:
    for name in ("recursive", "capture", "no-assemble"):
        if call.has(name):
            raise call.usage(f"--{name} goes with a tree")


def read_stdin(call: Call, retry: rescuing.Import) -> bytes:
    """All of standard input, which must hold something. Where settings do not say how much it may, it is saved (P-072)."""
    try:
        limit = call.session.settings.max_input
    except StoreError as error:
        raise rescuing.keep_import(call, None, retry, error) from None
    content = receive_in_memory(STDIN, limit=limit)
    if not content.strip():
        raise call.usage("No input: import reads standard input, which is empty")
    return content


def _title(space: Space) -> str:
    return f"{space[1]}:{space[2]}"
