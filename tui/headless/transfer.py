"""`export`, `import`: one namespace as text, out and in (P-134, P-135)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store.addresses import print_address, read_namespace
from store.errors import Corrupt, Refused, StoreError, StreamError, Unavailable
from store.model import Address, Listing
from store.operations.apply import apply_writes
from store.operations.listing import entries
from store.streams import exchange
from tui.headless import document_files, rescuing
from tui.headless.listings import MOST_MENTIONS, mention_entries
from tui.headless.output import STDIN

if TYPE_CHECKING:
    from store.model import Entry
    from store.streams.events import Write
    from tui.headless.main import Call

Space = tuple[str, str, str]
"""Meta, context, namespace."""
FORMATS = ("tsv", "json", "stream")
DOCUMENTS_ONLY = ("recursive", "show-diff", "dry-run", "replace", "no-verify", "no-assemble", "capture")


def export(call: Call) -> int:
    """Print the live entries of a namespace; secrets only with --include-secrets (U-11). Or write documents (U-07)."""
    if document_files.asked_for(call):
        return document_files.export(call)
    form = format_of(call)
    space = read_namespace(_only_argument(call), call.session.reading)
    found = exportable(call, space)
    mention_entries(call, found)
    if call.output.json:
        from tui.headless.values import entry_fields

        for entry in found:
            call.output.object(address=print_address(entry.address), **entry_fields(entry, reveal=True))
    elif form == "tsv":
        for line in exchange.tsv_lines(title_of(space), found):
            call.output.line(line, keep="\t")
    elif form == "json":
        for line in exchange.json_lines(found):
            call.output.line(line)
    else:
        from store.streams.render import listing_stream

        line = listing_stream(space[1], space[2], [(entry.address.key, entry.value) for entry in found])
        if line:
            call.output.line(line)
    return 0


def import_(call: Call) -> int:
    """Store what standard input holds, all or nothing; what is rejected is kept in the pipe cache. Or documents (U-07)."""
    if document_files.asked_for(call):
        return document_files.import_(call)
    form, text = format_of(call), _only_argument(call)
    if os.isatty(STDIN):
        raise call.usage("No input: import reads standard input, which is a terminal")
    retry = rescuing.Import(document_files.as_typed(call), form)
    content = document_files.read_stdin(call, retry)
    try:
        space = read_namespace(text, call.session.reading)
        title = call.target = title_of(space)
        writes = read_writes(call, content, form, space)
        if writes:
            addresses = call.run(apply_writes(writes, by=call.by, now_ms=call.now_ms, kind="import", target=title))
            for address in addresses[:MOST_MENTIONS]:
                call.mention(address)
    except (Unavailable, Corrupt) as error:
        raise rescuing.keep_import(call, content, retry, error) from None
    except StoreError as error:
        raise rescuing.rescue_import(call, content, retry, error) from None
    if call.output.json:
        call.output.object(namespace=title, imported=len(writes))
    else:
        call.output.line(f"✅ Imported {len(writes)} entries into {title}")
    return 0


def read_writes(call: Call, content: bytes, form: str, space: Space) -> list[Write]:
    """The writes that `content` asks for in `space`. Raises StreamError for what cannot be read."""
    if form == "stream":
        return _read_stream(call, content, space)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise StreamError("bad-line", f"line {line} is not UTF-8 text; nothing was imported") from None
    return (exchange.read_json if form == "json" else exchange.read_tsv)(text, space, now_ms=call.now_ms)


def _read_stream(call: Call, content: bytes, space: Space) -> list[Write]:
    """What a stream stores, brought to `space` from the one namespace it names, like the other formats."""
    from store.streams.events import Write
    from tui.headless.streaming import read_tokens

    reading = call.session.reading._replace(context=space[1], namespace=space[2])
    writes = [event for event in read_tokens(call, content, reading) if isinstance(event, Write)]
    if len({write.address[:3] for write in writes}) > 1:
        raise StreamError(
            "several-namespaces",
            "the stream writes to several namespaces, an import to one; nothing was imported",
            hint="prontodb stream stores them where the stream says",
        )
    return [write._replace(address=Address(*space, write.address.key)) for write in writes]


def exportable(call: Call, space: Space) -> list[Entry]:
    """The live entries of a namespace, sorted. Raises Refused `secret` if there are secrets and nobody asked for them."""
    found = call.run(entries(Listing(*space), now_ms=call.now_ms))
    secrets = sum(entry.secret for entry in found)
    if secrets and not call.has("include-secrets"):
        raise Refused(
            "secret",
            f"{title_of(space)} holds {secrets} secret entries; nothing was written",
            hint="--include-secrets writes them out in clear",
        )
    return found


def _only_argument(call: Call) -> str | None:
    """The namespace as typed, None if -p and -n stand for it. Raises a usage error for what only documents take."""
    for name in DOCUMENTS_ONLY:
        if call.has(name):
            raise call.usage(f"--{name} goes with --tree, --src or --dest")
    if call.argument(1) is not None:
        raise call.usage("surplus argument: a directory or file is named by --tree, --dest or --src")
    if call.argument(0) is None and not document_files.by_options(call):
        raise call.usage("missing <context.namespace>")
    return call.argument(0)


def format_of(call: Call) -> str:
    """The format asked for. Raises a usage error for any other."""
    form = call.option("format") or "tsv"
    if form not in FORMATS:
        raise call.usage(f"--format is one of {', '.join(FORMATS)}, text, not '{form}'")
    return form


def title_of(space: Space) -> str:
    """The namespace as it is typed: `context.namespace`, `context:namespace:` where there is no dotted form."""
    _meta, context, namespace = space
    printed = print_address(Address("", context, namespace, "k"))
    return printed.removesuffix("k").removesuffix(".")
