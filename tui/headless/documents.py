"""`doc list`, `doc show`, `doc sections`, `doc diff`: namespaces read as documents (M-219)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.addresses import read_namespace
from store.addresses.colon import check_context, check_namespace
from store.documents.kinds import FAMILIES
from store.errors import NotFound
from store.model import Address
from store.operations.documents import document
from store.operations.namespaces import namespaces
from tui.document_commands import DOCUMENTS
from tui.document_text import difference_lines
from tui.headless.document_files import read_source, result_fields, store, tell_warnings
from tui.headless.listings import mention_spaces
from tui.headless.main import as_path

if TYPE_CHECKING:
    from store.operations.documents import Document
    from tui.headless.main import Call

ROOT = "(root)"


def show_list(call: Call) -> int:
    """One line for each namespace with entries: its name and their number."""
    if call.session.reading.namespace is not None:
        raise call.usage("doc list shows every namespace of a context, so it takes no --namespace")
    context = call.session.reading.context or DOCUMENTS
    check_context(context, f"{context}:", 0)
    found = [
        space for space in call.run(namespaces(call.session.reading.meta, context, now_ms=call.now_ms)) if space.entries
    ]
    mention_spaces(call, [(context, space.name) for space in found])
    for space in found:
        if call.output.json:
            call.output.object(context=context, namespace=space.name, entries=space.entries)
        else:
            call.output.line(f"{space.name or ROOT}\t{space.entries}", keep="\t")
    return 0


def show(call: Call) -> int:
    """The whole text, else what the sections make; byte for byte, with a newline at the end like `get`."""
    found = _document(call)
    text = found.assembled if call.has("assemble") else found.text
    if found.hidden:
        call.output.warn(f"⚠️  {found.hidden} secret entries were left out; --include-secrets shows them too", "secret")
    if call.output.json:
        call.output.object(
            context=found.context,
            namespace=found.namespace,
            text=text,
            assembled=call.has("assemble") or found.full is None,
            stale=found.stale,
            sections=len(found.sections),
            entries=found.entries,
            integrity={item.key: item.state for item in found.integrity},
        )
        return 0
    call.output.data(text.encode() + (b"" if not text or text.endswith("\n") else b"\n"))
    if found.stale and not call.has("assemble"):
        call.output.status("the whole text is not what its parts make; --assemble shows that")
    for item in found.integrity:
        if item.state != "ok":
            call.output.warn(f"⚠️  {item.key} is {item.state}, says its digest", "integrity")
    return 0


def sections(call: Call) -> int:
    """One line for each part, in document order: slot, order number, size in bytes."""
    found = _document(call)
    place = (call.session.reading.meta, found.context, found.namespace)
    family = call.option("family") or found.primary
    if family not in FAMILIES:
        raise call.usage(f"--family is one of {', '.join(sorted(FAMILIES))}, not '{family}'")
    for section in found.family(family):
        call.mention(Address(*place, section.key), secret=section.secret)
        if call.output.json:
            secret = {"secret": True} if section.secret else {}
            call.output.object(slot=section.slot, key=section.shown, number=section.number, size=section.size, **secret)
        else:
            number = "-" if section.number is None else section.number
            call.output.line(f"{section.slot}\t{number}\t{section.size}", keep="\t")
    return 0


def diff(call: Call) -> int:
    """What importing a directory or a file would change; exit code 1 if there is something."""
    context, namespace = _place(call)
    src = as_path(call.option("src"))
    if not src:
        raise call.usage("missing --src")
    source = read_source(call, src, (call.session.reading.meta, context, namespace), None)
    mention_spaces(call, [(context, namespace)])
    result = store(call, source, dry_run=True)
    tell_warnings(call, result.warnings)
    if call.output.json:
        call.output.object(
            context=context, namespace=namespace, src=source.name, **result_fields(result), diff=list(result.diff)
        )
    else:
        for line in difference_lines(result, unchanged=False):
            call.output.line(line)
    return 1 if result.total_changes else 0


def _document(call: Call) -> Document:
    """The document asked for. Raises NotFound if there is nothing."""
    context, namespace = _place(call)
    found = call.run(
        document(call.session.reading.meta, context, namespace, now_ms=call.now_ms, reveal=call.has("include-secrets"))
    )
    if not found.entries:
        raise NotFound("not-found", f"there is nothing in {context}:{namespace}:")
    mention_spaces(call, [(context, namespace)])
    return found


def _place(call: Call) -> tuple[str, str]:
    """Context and namespace: `NS`, or `(root)`, of the context doc or that of --context; `context:namespace:` says both."""
    text, reading = call.argument(0) or "", call.session.reading
    if reading.namespace is not None:
        raise call.usage("the namespace is the argument here, not an option")
    if ":" in text and reading.delimiter != ":":
        _, context, namespace = read_namespace(text, reading)
        return context, namespace
    context = reading.context or DOCUMENTS
    whole = f"{context}:{text}:"
    check_context(context, whole, 0)
    if text == ROOT:
        return context, ""
    if not text:
        raise call.usage("missing <namespace>")
    check_namespace(text, whole, len(context) + 1)
    return context, text
