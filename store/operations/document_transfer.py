"""Exports of namespaces, out of the store and into it, apart from any file (M-170…M-174)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.addresses.colon import check_context, check_namespace, read_key
from store.addresses.keys import canonical_key, to_notation
from store.documents.comparing import REMOVED, UNCHANGED, Difference, ImportResult, differences
from store.documents.naming import check_directories
from store.documents.single import ExportData
from store.errors import InputError, Refused, StreamError
from store.model import Address
from store.operation import Statement, reading, writing
from store.operations import commands, entries
from store.operations.apply import apply_steps
from store.operations.document_rows import LIVE, Space, read_stored, text_of, text_or_none
from store.streams.events import Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Actor
    from store.operation import Operation, Steps

NAMES = (
    "SELECT n.name FROM namespaces n WHERE n.meta = ? AND n.context = ?"
    f" AND EXISTS (SELECT 1 FROM entries e WHERE e.ns_id = n.id AND {LIVE}) ORDER BY n.name"
)


@reading
def export_namespace(
    meta: str, context: str, namespace: str, *, now_ms: int, include_secrets: bool = False
) -> Steps[ExportData | None]:
    """The live entries of a namespace in insertion order, None if there are none.

    Raises Refused `secret` if some are secret and nobody asked for them; `not-text`, naming the entry, for bytes.
    """
    stored = yield from read_stored(meta, context, namespace, now_ms)
    if not stored:
        return None
    hidden = sum(item.secret for item in stored)
    if hidden and not include_secrets:
        raise Refused(
            "secret",
            f"{context}:{namespace}: holds {hidden} secret entries; nothing was written",
            hint="--include-secrets writes them out in clear",
        )
    tokens = tuple((to_notation(item.key), text_of((meta, context, namespace), item)) for item in stored)
    secrets = frozenset(to_notation(item.key) for item in stored if item.secret)
    return ExportData(context, namespace, tokens, now_ms // 1000, secrets=secrets)


@reading
def export_namespaces(
    meta: str,
    context: str,
    namespace: str,
    *,
    now_ms: int,
    recursive: bool = False,
    include_secrets: bool = False,
) -> Steps[tuple[ExportData, ...]]:
    """A namespace, with `recursive` all below it too, by name; what is empty is left out. For trees: strict names only (M-180).

    Raises what `export_namespace` raises, and the strict codes of M-180 for a name that is no directory.
    """
    names = [namespace]
    if recursive:
        below = f"{namespace}." if namespace else ""
        rows = yield Statement(NAMES, (meta, context, now_ms))
        names += [name for (name,) in rows if name.startswith(below) and name != namespace]
    found = []
    for name in names:
        check_directories(name)
        data = yield from export_namespace(meta, context, name, now_ms=now_ms, include_secrets=include_secrets)
        if data is not None:
            found.append(data)
    return tuple(found)


def import_namespace(
    data: ExportData,
    *,
    meta: str,
    by: Actor,
    now_ms: int,
    replace: bool = False,
    verify: bool = True,
    dry_run: bool = False,
    target: str = "",
) -> Operation[ImportResult]:
    """Store an export where it says, all of it or nothing, as one command (M-173, M-174); see `import_namespaces`."""
    return import_namespaces(
        [data], meta=meta, by=by, now_ms=now_ms, replace=replace, verify=verify, dry_run=dry_run, target=target
    )


def import_namespaces(
    exports: Sequence[ExportData],
    *,
    meta: str,
    by: Actor,
    now_ms: int,
    replace: bool = False,
    verify: bool = True,
    dry_run: bool = False,
    target: str = "",
) -> Operation[ImportResult]:
    """Store exports where they say, in one transaction and as one command, so that `undo` takes all of it back.

    Only what differs is written. replace: what they do not mention in their namespaces goes. dry_run: nothing is written or
    recorded. target: for the record. Raises `checksum-mismatch` if `verify` and an export is not what was recorded of it; the codes
    of M-020 for bad names; `append-not-permitted`; `reserved`.
    """
    if dry_run:
        return preview_import(exports, meta, replace, verify, now_ms)
    return import_exports(exports, meta, replace, verify, target, by=by, now_ms=now_ms)


@reading
def preview_import(
    exports: Sequence[ExportData], meta: str, replace: bool, verify: bool, now_ms: int
) -> Steps[ImportResult]:
    plan = yield from _plan(exports, meta, replace, verify, now_ms)
    found = tuple(difference for _, difference in plan)
    return ImportResult(found, all(data.checksum_valid for data in exports), dry_run=True)


@writing
def import_exports(
    exports: Sequence[ExportData], meta: str, replace: bool, verify: bool, target: str, *, by: Actor, now_ms: int
) -> Steps[ImportResult]:
    plan = yield from _plan(exports, meta, replace, verify, now_ms)
    writes, gone = [], []
    for address, difference in plan:
        if difference.kind == REMOVED:
            gone.append(address)
        elif difference.kind != UNCHANGED:
            content = (difference.new or "").encode()
            writes.append(Write(address, content, None, difference.shown, secret=difference.secret))
    target = target or (f"{exports[0].context}:{exports[0].namespace}:" if exports else "")
    if writes:
        _, command_id = yield from apply_steps(writes, by=by, now_ms=now_ms, kind="import", target=target)
    else:
        command_id = yield from commands.record("import", target, 0, by=by, now_ms=now_ms)
    for address in gone:
        yield from entries.remove(address, command_id, entries.DELETE)
    if gone:
        yield from commands.set_affected(command_id, len(writes) + len(gone))
    valid = all(data.checksum_valid for data in exports)
    return ImportResult(tuple(difference for _, difference in plan), valid, command_id=command_id)


def _plan(
    exports: Sequence[ExportData], meta: str, replace: bool, verify: bool, now_ms: int
) -> Steps[list[tuple[Address, Difference]]]:
    """What is to be done, and where."""
    plan = []
    for data in exports:
        if verify and not data.checksum_valid:
            raise StreamError(
                "checksum-mismatch",
                f"the export of {data.context}:{data.namespace}: is not what its checksum says; nothing was imported",
                hint="--no-verify imports it as it is",
            )
        space = (meta, data.context, data.namespace)
        incoming = _checked(space, data)
        stored = yield from read_stored(*space, now_ms)
        existing = {item.key: text_or_none(item.content) for item in stored}
        secrets = {item.key for item in stored if item.secret} | {canonical_key(key) for key in data.secrets}
        for difference in differences(existing, incoming, replace=replace, secrets=secrets, namespace=data.namespace):
            plan.append((Address(*space, difference.key), difference))
    return plan


def _checked(space: Space, data: ExportData) -> list[tuple[str, str]]:
    """The entries of an export under canonical keys, all of them good."""
    _, context, namespace = space
    whole = f"{context}:{namespace}:"
    check_context(context, whole, 0)
    check_namespace(namespace, whole, len(context) + 1)
    found = []
    for text, value in data.tokens:
        key = read_key(text, whole + text, len(whole))
        if entries.append_base(key):
            raise InputError(
                "append-not-permitted",
                f"{whole}{text} would be appended: an import says where everything goes",
                hint="give an explicit index",
                text=whole + text,
                position=len(whole),
                segment="index",
            )
        entries.refuse_cache(Address(*space, key))
        found.append((key, value))
    return found
