"""`keys`, `scan`, `projects`, `namespaces`, `nss`: nothing but data on stdout, sorted by code point (P-008, P-033…P-036)."""

from __future__ import annotations

from store.addresses import print_address, print_key, read_listing, storage_address
from store.addresses.colon import check_context
from store.errors import Refused
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Address
from store.operations import listing as listing_operations
from store.operations import namespaces as namespace_operations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from store.model import Entry, Listing, Namespace
    from tui.headless.main import Call

ROOT = "(root)"  # what the nameless namespace is shown as (M-004)
MOST_MENTIONS = 200  # more names of one command are not remembered (C-024)
MASK = "***"  # what stands for a secret where it was not asked for (U-11)


def keys(call: Call) -> int:
    """One key per line, variants included, so that lines can be fed back (P-033)."""
    if asked_format(call) == "stream":
        return scan(call)
    listing = listing_of(call)
    found = call.run(listing_operations.keys(listing, now_ms=call.now_ms, include_expired=call.has("include-expired")))
    name = naming(call, listing)
    for key in found[:MOST_MENTIONS]:
        call.mention(Address(listing.meta, listing.context, listing.namespace, key))
    if call.output.json:
        for key in found:
            address = Address(listing.meta, listing.context, listing.namespace, key)
            call.output.object(key=printed_key(listing, key), address=print_address(address))
        return 0
    for line in sorted(map(name, found)):
        call.output.line(line)
    return 0


def scan(call: Call) -> int:
    """`key=value` per line, or one of the formats of P-035; secrets are masked."""
    form = asked_format(call)
    listing = listing_of(call)
    found = call.run(
        listing_operations.entries(listing, now_ms=call.now_ms, include_expired=call.has("include-expired"))
    )
    mention_entries(call, found)
    if call.output.json:
        from tui.headless.values import entry_fields

        for entry in found:
            key = printed_key(listing, entry.address.key)
            call.output.object(key=key, address=print_address(entry.address), **entry_fields(entry))
    elif form == "json":
        _print_json_lines(call, listing, found)
    elif form == "stream":
        _print_stream(call, listing, found)
    else:
        name = naming(call, listing)
        lines = [(name(entry.address.key), one_line(entry)) for entry in found]
        for printed, value in sorted(lines):
            call.output.line(f"{printed}={value}")
    return 0


def projects(call: Call) -> int:
    """The contexts of the meta in effect (P-036)."""
    meta = call.session.reading.meta
    raw = call.has("raw")
    if raw:
        refuse_raw(call)
    for name in call.run(namespace_operations.contexts(meta, now_ms=call.now_ms)):
        if call.output.json:
            call.output.object(context=name)
        else:
            call.output.line(f"{meta}.{name}" if raw and meta else name)
    mention_tags(call, lambda tag: "." not in tag and ":" not in tag)
    return 0


def namespaces(call: Call) -> int:
    """The namespaces of one context: the argument, -p, or the cursor's (P-036)."""
    reading = call.session.reading
    context = call.argument(0)
    if context is not None and reading.context is not None:
        raise call.usage("the context is given twice, as the argument and with -p")
    if reading.context is not None:
        read_listing(None, reading._replace(namespace="main"))  # an option's value obeys P-011 (P-014)
        context = reading.context
    if context is None:
        if not reading.positioned and reading.positioned_part != "context":
            raise call.usage("missing <context>")
        context = reading.position.context
    if not context:
        raise call.usage("missing <context>")
    check_context(context, context, 0)
    for space in call.run(namespace_operations.namespaces(reading.meta, context, now_ms=call.now_ms)):
        name = space.name or ROOT
        if call.output.json:
            call.output.object(**_space_fields(space))
        elif call.has("long"):
            rule = "std\t-" if space.ttl_s is None else f"ttl\t{space.ttl_s}"
            call.output.line(f"{name}\t{rule}", keep="\t")
        else:
            call.output.line(name)
    mention_tags(call, lambda tag: tag == context or tag.startswith((f"{context}.", f"{context}:")))
    return 0


def nss(call: Call) -> int:
    """Every `context.namespace` of the meta in effect, with the delimiter in effect between them (P-013, P-036)."""
    reading = call.session.reading
    found = call.run(namespace_operations.namespaces(reading.meta, now_ms=call.now_ms))
    mention_tags(call, lambda _tag: True)
    if call.output.json:
        for space in found:
            call.output.object(**_space_fields(space))
        return 0
    for line in sorted(_whole_name(space, reading.delimiter) for space in found):
        call.output.line(line)
    return 0


def listing_of(call: Call) -> Listing:
    """What the arguments ask for (P-019, P-020)."""
    return read_listing(call.argument(0), call.session.reading, call.argument(1))


def asked_format(call: Call) -> str:
    """`stream`, `json` or "": how entries are written; `--full` and `--raw` say how keys are. A contradiction is a usage error."""
    for one, other in (("stream", "json"), ("stream", "full"), ("stream", "raw"), ("full", "raw")):
        if call.has(one) and call.has(other):
            raise call.usage(f"--{one} and --{other} exclude each other")
    return "stream" if call.has("stream") else "json" if call.has("json") else ""


def naming(call: Call, listing: Listing) -> Callable[[str], str]:
    """How this call prints a canonical key: bare, whole, or in storage form (P-035)."""
    if call.has("raw"):
        refuse_raw(call)
        write = storage_address
    elif call.has("full"):
        write = print_address
    else:
        return lambda key: printed_key(listing, key)
    return lambda key: write(Address(listing.meta, listing.context, listing.namespace, key))


def printed_key(listing: Listing, key: str) -> str:
    """The key as listings print it; that of a cached pipe as it is."""
    return print_key(key, cached=(listing.context, listing.namespace) == (CACHE_CONTEXT, CACHE_NAMESPACE))


def refuse_raw(call: Call) -> None:
    """P-112: storage forms are not for those who are locked in."""
    if call.session.strict:
        raise Refused("strict", "--raw is refused in strict mode")


def one_line(entry: Entry) -> str:
    r"""A value on one line, for people: line breaks as `\n` and `\r`, bytes that are not UTF-8 as `\xff` (P-034)."""
    if entry.secret:
        return MASK
    return entry.value.decode("utf-8", "backslashreplace").replace("\n", "\\n").replace("\r", "\\r")


def mention_entries(call: Call, found: Sequence[Entry]) -> None:
    """Say which entries were listed, secrets left out."""
    for entry in found[:MOST_MENTIONS]:
        if not entry.expired(call.now_ms):
            call.mention(entry.address, secret=entry.secret)


def mention_tags(call: Call, wanted: Callable[[str], bool]) -> None:
    """Say which contexts and namespaces were listed: those that hold more than secrets (C-017)."""
    from store.operations.names import tags

    found = call.run(tags(call.session.meta, now_ms=call.now_ms))
    for tag in sorted(found):
        if wanted(tag):
            call.mention_name("tag", tag)


def mention_spaces(call: Call, spaces: Iterable[tuple[str, str]]) -> None:
    """Say which namespaces, each with its context, a command was about: those that hold more than secrets (C-017)."""
    from tui.name_cache import space_name

    named = {name for context, space in spaces for name in (context, space_name(context, space))}
    mention_tags(call, named.__contains__)


def _print_json_lines(call: Call, listing: Listing, found: list[Entry]) -> None:
    """P-035: `{"k":…,"v":…}`; a secret's value is left out and `"secret":true` says why."""
    from json import dumps

    from tui.headless.values import expiry_seconds, text_or_base64

    name_of = naming(call, listing)
    for entry in found:
        fields: dict[str, object] = {"k": name_of(entry.address.key)}
        if entry.secret:
            fields["secret"] = True
        else:
            name, content = text_or_base64(entry.value, text="v")
            fields[name] = content
        if entry.expires_at is not None:
            fields["expires_at"] = expiry_seconds(entry.expires_at)
        call.output.line(dumps(fields, ensure_ascii=False, separators=(",", ":")))


def _print_stream(call: Call, listing: Listing, found: list[Entry]) -> None:
    """One line that `prontodb stream` reads back into the same entries (X-045); nothing for an empty namespace."""
    from store.streams.render import listing_stream

    shown = [entry for entry in found if not entry.secret]
    if len(shown) < len(found):
        call.output.warn(f"{len(found) - len(shown)} secret entries left out", "secret")
    line = listing_stream(listing.context, listing.namespace, [(entry.address.key, entry.value) for entry in shown])
    if line:
        call.output.line(line)


def _whole_name(space: Namespace, delimiter: str) -> str:
    """`context.namespace` if that is how it is typed, else `context:namespace:`, which every listing command reads (U-03)."""
    from store.addresses.dotted import print_dotted

    if print_dotted(Address("", space.context, space.name, "k")) is None:
        return f"{space.context}:{space.name}:"
    return f"{space.context}{delimiter}{space.name}"


def _space_fields(space: Namespace) -> dict[str, object]:
    return {
        "context": space.context,
        "namespace": space.name,
        "entries": space.entries,
        "ttl_s": space.ttl_s,
        "evict_on_read": space.evict_on_read,
        "max_items": space.max_items,
    }
