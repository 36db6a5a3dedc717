"""What the engine's operations are made of: the store's own steps under the engine's rules (M-120…M-140)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from store.addresses.colon import print_colon
from store.operations import command_history, control, directories, entries, scratch, views
from store.operations.apply_events import apply_events
from store.operations.commands import record
from store.operations.rules import Judge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.documents.comparing import ImportResult
    from store.errors import StoreError
    from store.model import Actor, Address, Position
    from store.operation import Steps
    from store.operations.command_history import ControlCommand
    from store.operations.rules import SetOptions
    from store.operations.views import View
    from store.profiles import Profile
    from store.streams.events import Event
    from store.streams.meteors import Meteor


@dataclass(slots=True)
class Effect:
    """What became of the engine's side of an operation that ran: where the position goes, whether the storage was emptied."""

    position: Position | None = None
    emptied: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """M-148. Counts of the store, of the query cache and of what the engine iterated."""

    namespace_count: int
    scratch_slot_count: int
    total_ordered_keys: int
    total_iterations: int
    total_keys_iterated: int
    total_cached_queries: int = 0
    total_cache_hits: int = 0
    total_cache_misses: int = 0

    @property
    def overall_cache_hit_ratio(self) -> float:
        """Hits among all queries; 0.0 before the first."""
        asked = self.total_cache_hits + self.total_cache_misses
        return self.total_cache_hits / asked if asked else 0.0

    @property
    def avg_keys_per_iteration(self) -> float:
        """Keys by iteration; 0.0 when nothing was iterated."""
        return self.total_keys_iterated / self.total_iterations if self.total_iterations else 0.0

    def to_dict(self) -> dict[str, int | float]:
        """Every figure by its name."""
        ratios = {
            "overall_cache_hit_ratio": self.overall_cache_hit_ratio,
            "avg_keys_per_iteration": self.avg_keys_per_iteration,
        }
        return {**asdict(self), **ratios}


def fail(error: StoreError) -> Steps[None]:
    """The only step of an operation that was refused before it began."""
    yield from ()
    raise error


def store(
    address: Address,
    value: bytes,
    options: SetOptions,
    profile: Profile,
    *,
    by: Actor,
    now_ms: int,
    target: str = "",
) -> Steps[str]:
    """Write one entry under the rules; its path in notation (M-120). Raises what `Judge` and `set_entry` raise."""
    judge = Judge(options, profile, now_ms=now_ms)
    entries.refuse_cache(address)
    judge.check_address(address)
    address = yield from entries.settle(address, writes=True)
    yield from judge.check_write(address, value)
    yield from entries.set_entry(address, value, by=by, now_ms=now_ms, target=target)
    return print_colon(address)


def get(address: Address | None, *, now_ms: int, decode: Callable[[str], str] | None = None) -> Steps[str | None]:
    """The text stored at `address`, as `decode` gives it; None if there is none. Raises Refused `not-text`."""
    entry = None if address is None else (yield from entries.find(address))
    if entry is None or entry.expired(now_ms):
        return None
    text = views.text_of_value(entry.value, print_colon(entry.address))
    return text if decode is None else decode(text)


def exists(address: Address | None, *, now_ms: int) -> Steps[bool]:
    """Whether a live entry is stored at `address`."""
    return address is not None and (yield from directories.has_cell(address, now_ms=now_ms))


def is_directory(text: str | None, meta: str, *, now_ms: int) -> Steps[bool]:
    """`directories.is_directory`; False for None."""
    return text is not None and (yield from directories.is_directory(text, meta, now_ms=now_ms))


def delete(text: str, meta: str, *, by: Actor, now_ms: int) -> Steps[bool]:
    """Whether anything was removed (M-121)."""
    return bool((yield from control.delete_path(text, meta, by=by, now_ms=now_ms)))


def run_control(command: str, target: str, meta: str, effect: Effect, *, by: Actor, now_ms: int) -> Steps[int]:
    """Run a control command (M-137); how many entries went."""
    done = yield from control.control(command, target, meta, by=by, now_ms=now_ms)
    effect.position, effect.emptied = done.position, done.emptied
    return done.affected


def run_reset(target: str, meta: str, effect: Effect, *, by: Actor, now_ms: int) -> Steps[int]:
    """Reset directly (M-139); how many entries went."""
    done = yield from control.reset(target, meta, by=by, now_ms=now_ms)
    effect.position, effect.emptied = done.position, done.emptied
    return done.affected


def stream(
    events: Sequence[Event],
    options: SetOptions,
    profile: Profile,
    meta: str,
    effect: Effect,
    *,
    by: Actor,
    writes_by: Actor,
    now_ms: int,
) -> Steps[list[Address]]:
    """Apply a stream (M-105, M-106); where its writes went, in their order."""
    judge = Judge(options, profile, now_ms=now_ms)
    done = yield from apply_events(events, judge, meta, by=by, writes_by=writes_by, now_ms=now_ms)
    effect.position, effect.emptied = done.position, done.emptied
    return list(done.addresses)


def namespace_view(context: str, namespace: str, meta: str, *, now_ms: int) -> Steps[View | None]:
    """The view of a namespace; None when it has no entries (M-134)."""
    found = yield from views.view(context, namespace, meta, now_ms=now_ms)
    return found if found.cells else None


def meteor_for(context: str, namespace: str, meta: str, *, now_ms: int) -> Steps[Meteor | None]:
    """All of a namespace as one meteor; None when it has no entries (M-135)."""
    found = yield from views.view(context, namespace, meta, now_ms=now_ms)
    return found.meteor() if found.cells else None


def meteors(meta: str, *, now_ms: int) -> Steps[list[Meteor]]:
    """One meteor per non-empty namespace, in the order of M-132."""
    found = yield from views.snapshot(meta, now_ms=now_ms)
    return [view.meteor() for view in found.views]


def status(
    meta: str, iterations: int, keys_iterated: int, queries: tuple[int, int, int], *, now_ms: int
) -> Steps[Status]:
    """M-148. queries: how many are cached, hits, misses."""
    namespaces, keys = yield from views.totals(meta, now_ms=now_ms)
    slots = yield from scratch.count(meta)
    return Status(namespaces, slots, keys, iterations, keys_iterated, *queries)


def last_command(meta: str, *, now_ms: int) -> Steps[ControlCommand | None]:
    """The newest record of `meta` (M-141); None if there is none."""
    found = yield from command_history.command_history(meta, 1)
    return found[0] if found else None


def export(
    context: str, namespace: str, form: str | None, meta: str, *, by: Actor, now_ms: int, target: str
) -> Steps[str | None]:
    """The namespace in its single-file form, `text` or `json` (M-170, M-171), None if it is empty; recorded.

    Raises Refused `secret`, `not-text`.
    """
    from store.documents.single import to_json, to_text
    from store.operations.document_transfer import export_namespace

    data = yield from export_namespace(meta, context, namespace, now_ms=now_ms)
    yield from record("export", target, 0, by=by, now_ms=now_ms)
    if data is None:
        return None
    if form == "json":
        import json

        return json.dumps(to_json(data), ensure_ascii=False)
    return to_text(data)


def import_text(text: str, meta: str, *, by: Actor, now_ms: int, target: str) -> Steps[ImportResult]:
    """Store an export in either form where it says, all of it or nothing (M-173, M-174); recorded."""
    from store.documents.single import read_export
    from store.operations.document_transfer import import_namespace

    data = read_export(text)
    return (yield from import_namespace(data, meta=meta, by=by, now_ms=now_ms, target=target))
