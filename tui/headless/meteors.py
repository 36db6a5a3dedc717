"""`list`, `meteor`: the entries of a context and namespace as Meteor shows them, in insertion order (M-211, M-234, U-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.addresses.colon import check_context, check_namespace
from store.errors import NotFound
from store.model import Address
from store.operations import views
from tui import meteor_text
from tui.headless.listings import MOST_MENTIONS
from tui.headless.values import text_or_base64

if TYPE_CHECKING:
    from store.operations.views import Cell, View
    from tui.headless.main import Call


def show_list(call: Call) -> int:
    """The entries of one namespace, or of every namespace of a context."""
    if call.has("ids-only"):
        return _list_ids(call)
    context, name = call.argument(0), call.argument(1)
    if context is None:
        raise call.usage("missing <context>")
    _refuse_options(call)
    check_context(context, context, 0)
    found = [_view(call, context, name)] if name is not None else _views(call, context)
    namespace = None if name is None else found[0].namespace
    if call.output.json:
        rows = [
            {**({} if namespace is not None else {"namespace": view.namespace}), "key": cell.key, **_value(cell)}
            for view in found
            for cell in view.cells
        ]
        call.output.object(context=context, namespace=namespace, entries=rows)
        return 0
    for line in meteor_text.entries(context, namespace, meteor_text.cells_of(found)):
        call.output.line(line)
    return 0


def _list_ids(call: Call) -> int:
    """The ids that completion offers, for scripts (C-058)."""
    from tui.completion.emit import ids

    if call.argument(0) is not None:
        raise call.usage("--ids-only lists the whole store; it takes no context")
    found = ids(call.session, now_ms=call.now_ms)
    if call.output.json:
        call.output.object(ids=found)
        return 0
    for name in found:
        call.output.line(name)
    return 0


def show_meteor(call: Call) -> int:
    """One context and namespace as one thing; with --stream as a line that `stream --dialect meteor` reads. Exit 2 if empty."""
    context = call.argument(0) or ""
    _refuse_options(call)
    check_context(context, context, 0)
    view = _view(call, context, call.argument(1) or "")
    if not view.cells:
        raise NotFound("not-found", meteor_text.meteor(context, view.namespace, [])[0])
    if call.has("stream"):
        _print_stream(call, view)
    elif call.output.json:
        tokens = [{"key": cell.key, "canonical": cell.canonical, **_value(cell)} for cell in view.cells]
        call.output.object(context=context, namespace=view.namespace, tokens=tokens)
    else:
        for line in meteor_text.meteor(context, view.namespace, meteor_text.cells_of([view])):
            call.output.line(line)
    return 0


def _refuse_options(call: Call) -> None:
    """Raise a usage error for -p or -n: passing them over would show something else than what was asked for."""
    reading = call.session.reading
    if reading.context is not None or reading.namespace is not None:
        raise call.usage("context and namespace are arguments here, not options")


def _view(call: Call, context: str, name: str) -> View:
    """The view of a namespace, typed as `(root)` for the root. Raises AddressError for a bad name."""
    namespace = "" if name == meteor_text.ROOT else name
    check_namespace(namespace, namespace, 0)
    view = call.run(views.view(context, namespace, call.session.meta, now_ms=call.now_ms))
    for cell in view.cells[:MOST_MENTIONS]:
        call.mention(Address(view.meta, view.context, view.namespace, cell.canonical), secret=cell.secret)
    return view


def _views(call: Call, context: str) -> list[View]:
    names = call.run(views.namespaces(context, call.session.meta, now_ms=call.now_ms))
    return [_view(call, context, name) for name in names]


def _print_stream(call: Call, view: View) -> None:
    """M-083, secrets left out. Raises Refused `not-text` for a value that no stream can carry."""
    from dataclasses import replace

    shown = replace(view, cells=tuple(cell for cell in view.cells if not cell.secret))
    if hidden := view.entry_count - shown.entry_count:
        call.output.warn(f"{hidden} secret entries left out", "secret")
    text = shown.meteor().to_text() if shown.cells else ""
    if call.output.json:
        call.output.object(context=view.context, namespace=view.namespace, stream=text)
    elif text:
        call.output.line(text)


def _value(cell: Cell) -> dict[str, object]:
    """The members that tell a value; of a secret only that it is one (U-11)."""
    if cell.secret:
        return {"secret": True}
    name, content = text_or_base64(cell.content)
    return {name: content}
