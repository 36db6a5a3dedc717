"""`set`: where the value comes from, and that nothing piped is lost on the way (P-030, P-050…P-063, P-070…P-077)."""

from __future__ import annotations

from store.addresses import print_address
from store.errors import AddressError, Corrupt, LimitError, StoreError, Unavailable
from store.operations import entries
from tui.headless.entries import address_of
from tui.headless.output import STDIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.model import Address
    from tui.headless.main import Call

FIRST_BYTE_MS = 200  # what a pipe may take to show that it has something (P-062)


def set_entry(call: Call) -> int:
    """Store a value. Standard input is touched only where P-060 says so."""
    text, given = call.argument(0), call.argument(1)
    asked = given == "-" or call.has("stdin")
    if given is not None and given != "-":
        if call.has("stdin"):
            raise call.usage("--stdin and a value exclude each other")
        return _set_given(call, text, given.encode("utf-8", "surrogateescape"))
    return _set_piped(call, text, implicit=not asked)


def _set_given(call: Call, text: str | None, value: bytes) -> int:
    """Store a value of the command line. Only if the address is bad, standard input is looked at (P-062)."""
    try:
        address = _address(call, text)
    except AddressError as error:
        from store.stdin import peek

        if not peek(STDIN, FIRST_BYTE_MS):
            raise
        from tui.headless.piping import receive, spool_of

        received = receive(call, text)
        if not received.content.strip():
            spool_of(call).done(received)
            raise
        from tui.headless.rescuing import rescue

        return rescue(call, received, text, error)
    limit = call.session.settings.max_input
    if len(value) > limit:
        raise LimitError("too-large", f"the value is over the maximum size of {limit} bytes; nothing was stored")
    return _acknowledge(call, *_store(call, address, value))


def _set_piped(call: Call, text: str | None, *, implicit: bool) -> int:
    """Store what standard input holds. From the moment it is read, it ends in the store, the cache or a file."""
    from store.stdin import has_pipe

    if implicit and not has_pipe(STDIN):
        raise call.usage("missing <address>" if text is None else "missing value")
    from tui.headless.piping import receive, spool_of

    received = receive(call, text)
    if implicit and not received.content.strip():
        spool_of(call).done(received)
        raise call.usage("missing value, and standard input is empty")  # P-076
    try:
        stored = _store(call, _address(call, text, whole=implicit), received.content)
    except (Unavailable, Corrupt) as error:
        from tui.headless.rescuing import keep

        raise keep(call, received, text, error) from None
    except StoreError as error:
        from tui.headless.rescuing import rescue

        return rescue(call, received, text, error)
    spool_of(call).done(received)
    return _acknowledge(call, *stored)  # last of all (T-111)


def _address(call: Call, text: str | None, *, whole: bool = False) -> Address:
    """The entry to write. Raises AddressError, also for the reserved `pipe.cache` (P-022)."""
    if whole:
        call.session = call.session._replace(reading=call.session.reading._replace(whole=True))
    address = address_of(call, text)
    entries.refuse_cache(address)
    return address


def _store(call: Call, address: Address, content: bytes) -> tuple[Address, int]:
    """Decode `content` as the options say and store it: where, and how many bytes."""
    call.target = print_address(address)
    if call.has("b64"):
        from tui.headless.values import from_base64

        content = from_base64(content)
    if call.has("json"):
        from tui.headless.values import canonical_json

        content = canonical_json(content)
    ttl_s = None
    if call.has("ttl"):
        from tui.headless.caches import seconds

        ttl_s = seconds(call.option("ttl") or "", "TTL (--ttl)")
    written = call.run(
        entries.set_entry(address, content, by=call.by, now_ms=call.now_ms, ttl_s=ttl_s, secret=call.has("secret"))
    )
    call.mention(written.address)
    return written.address, len(content)


def _acknowledge(call: Call, address: Address, size: int) -> int:
    printed = print_address(address)
    call.output.status(f"✅ Set {printed} ({size} bytes)")
    if call.output.json:
        call.output.object(address=printed, bytes=size, cached_as=None)
    return 0
