"""`create-cache` and the `admin` commands for namespaces whose entries expire (P-040, P-047, P-048)."""

from __future__ import annotations

from store.addresses import read_namespace
from store.errors import LimitError
from store.operations import expiry, namespaces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tui.headless.main import Call

SWITCHES = {"0": False, "1": True}
SWEEP_SLICE = 1000  # entries per transaction: other writers get their turn in between (T-046)
PAUSE_S = 0.002


class Rules:
    """The settings of a cache as words of the command line gave them; None where nothing was said."""

    __slots__ = ("evict_on_read", "max_items", "ttl_s")

    def __init__(self) -> None:
        self.ttl_s: int | None = None
        self.evict_on_read: bool | None = None
        self.max_items: int | None = None


def create_cache(call: Call) -> int:
    """Define, or define anew, a cache namespace."""
    meta, context, namespace = read_namespace(call.argument(0), call.session.reading)
    rules = _rules(call, call.line.arguments[1:])
    if rules.ttl_s is None:
        raise call.usage("missing the number of seconds")
    call.target = f"{context}.{namespace}"
    evict = rules.evict_on_read is not False
    call.run(
        expiry.create_cache(
            meta,
            context,
            namespace,
            rules.ttl_s,
            evict_on_read=evict,
            max_items=rules.max_items,
            by=call.by,
            now_ms=call.now_ms,
        )
    )
    _report(call, "Created cache", context, namespace)
    return 0


def set_cache(call: Call) -> int:
    """Change what is given of a cache's rules."""
    meta, context, namespace = read_namespace(call.argument(0), call.session.reading)
    rules = _rules(call, call.line.arguments[1:])
    call.target = f"{context}.{namespace}"
    call.run(
        expiry.set_cache(
            meta,
            context,
            namespace,
            ttl_s=rules.ttl_s,
            evict_on_read=rules.evict_on_read,
            max_items=rules.max_items,
            by=call.by,
            now_ms=call.now_ms,
        )
    )
    _report(call, "Changed cache", context, namespace)
    return 0


def drop_cache(call: Call) -> int:
    """Make a cache an ordinary namespace; its entries keep the expiry they have."""
    meta, context, namespace = read_namespace(call.argument(0), call.session.reading)
    call.target = f"{context}.{namespace}"
    call.run(expiry.drop_cache(meta, context, namespace, by=call.by, now_ms=call.now_ms))
    if call.output.json:
        call.output.object(namespace=call.target, dropped=True)
    else:
        call.output.line(f"✅ Dropped cache {call.target}; what is in it keeps its expiry")
    return 0


def sweep(call: Call) -> int:
    """Delete every expired entry of the meta in effect, in slices that let other writers in (T-046)."""
    from time import sleep

    call.target = "expired"
    meta = call.session.reading.meta
    swept = 0
    while True:
        gone = call.run(expiry.sweep(meta, by=call.by, now_ms=call.now_ms, limit=SWEEP_SLICE))
        swept += gone
        if gone < SWEEP_SLICE:
            break
        sleep(PAUSE_S)
    call.recheck = swept > 0
    if call.output.json:
        call.output.object(swept=swept)
    else:
        call.output.line(f"Swept {swept} expired entries")
    return 0


def seconds(text: str, name: str) -> int:
    """The lifetime written as `text`, in seconds. Raises `bad_ttl`; `name` says which number is meant."""
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and 1 <= int(text) <= expiry.LONGEST_TTL_S):
        message = f"{name} must be a positive whole number of seconds, 1 to {expiry.LONGEST_TTL_S}, not '{text}'"
        raise LimitError("bad_ttl", message, text=text)
    return int(text)


def _rules(call: Call, words: list[str]) -> Rules:
    """What `words` say: a bare number or `timeout=S`, `evict_on_read=0|1`, `max_items=N`, each at most once (P-040)."""
    rules = Rules()
    seen = set()
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            name, value = "timeout", word
        if name not in ("timeout", "evict_on_read", "max_items") or (
            not equals and call.line.command.name != "create-cache"
        ):
            raise call.usage(f"unknown word '{word}'")
        if name in seen:
            raise call.usage(f"{name} is given twice")
        seen.add(name)
        if name == "timeout":
            rules.ttl_s = seconds(value, "the timeout")
        elif name == "max_items":
            rules.max_items = _items(value)
        elif value in SWITCHES:
            rules.evict_on_read = SWITCHES[value]
        else:
            raise call.usage(f"evict_on_read is 0 or 1, not '{value}'")
    return rules


def _items(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) >= 1):
        raise LimitError("bad_ttl", f"max_items must be a positive whole number, not '{text}'", text=text)
    return int(text)


def _report(call: Call, done: str, context: str, namespace: str) -> None:
    """What the rules are now."""
    space = call.run(namespaces.namespace(call.session.reading.meta, context, namespace, now_ms=call.now_ms))
    if space is None:
        return
    printed = f"{context}.{namespace}"
    if call.output.json:
        rules = {"ttl_s": space.ttl_s, "evict_on_read": space.evict_on_read, "max_items": space.max_items}
        call.output.object(namespace=printed, **rules)
        return
    most = "" if space.max_items is None else f", max_items={space.max_items}"
    call.output.line(f"✅ {done} {printed}: timeout={space.ttl_s}, evict_on_read={int(space.evict_on_read)}{most}")
