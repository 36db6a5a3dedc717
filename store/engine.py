"""The engine: M's operations over any database, with a position of its own (M-120…M-148, U-09).

It does no I/O. A method that needs the store returns an Operation, made of the store's own; `run` and `run_async` do it on a
database and keep the engine's side of it: the position moves when the operation is committed, a failed command is recorded.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

from store.addresses.colon import check_context, check_namespace, parse_path, read_colon_namespace, read_key
from store.errors import AddressError, InputError, StoreError, StreamError, UsageError
from store.model import Actor, Address
from store.operations import command_history, directories, engine_steps, history, views
from store.operations.engine_steps import Effect
from store.operations.rules import DIRECT, IN_STREAMS, Advice, SetOptions, advice
from store.profiles import DEFAULT, Profile
from store.running import EngineOperation, Runner, failing, later
from store.streams.controls import COMMANDS, ControlError, check_control
from store.streams.escapes import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.operation import Operation, Steps
    from store.operations.command_history import ControlCommand
    from store.operations.engine_steps import Status
    from store.operations.views import Snapshot, View
    from store.streams.events import Event
    from store.streams.meteors import Meteor

T = TypeVar("T")
LIBRARY = "engine"
"""The face of an engine that belongs to a program, not to a person: its plain writes are not recorded (M-136)."""


class Engine(Runner):
    """Reads and writes entries of one meta, relative to a position where M says so. For one thread or one event loop.

    profile: limits (M-251). options: what every write is held to unless the call says otherwise (M-128). actor: whose commands
    these are; with the face `engine` plain writes are not recorded (M-136), with any other every mutating call is (U-10).
    clock: milliseconds since the epoch. The position is read when a method is called, and moves when `run` has succeeded.
    Values are text; one that is not is Refused `not-text` (U-05).
    """

    def __init__(
        self,
        profile: Profile = DEFAULT,
        options: SetOptions | None = None,
        *,
        meta: str = "",
        actor: Actor = Actor(face=LIBRARY),  # noqa: B008  # a value
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        super().__init__()
        self.profile = profile
        self.options = options or SetOptions()
        self.meta = meta
        self.clock = clock
        self.actor = actor._replace(meta=meta, audited=actor.audited and profile.enable_command_audit_trail)
        self.quiet = self.actor._replace(audited=False) if actor.face == LIBRARY else self.actor

    # Cells ----------------------------------------------------------------------------------------------------------

    @later
    def set(self, path: str, value: str, options: SetOptions | None = None) -> Operation[str]:
        """Store `value`, unchanged; gives the path in notation, an append key as the index it got (M-120, M-123).

        Raises AddressError (M-094), and what the options ask for (M-128).
        """
        return self._store(self._address(path, "write"), value, options)

    @later
    def store_token(self, key: str, value: str, options: SetOptions | None = None) -> Operation[str]:
        """`set` at the position."""
        return self._store(Address(self.meta, *self.where(), read_key(key, key, 0)), value, options)

    @later
    def store_token_at(
        self, context: str, namespace: str, key: str, value: str, options: SetOptions | None = None
    ) -> Operation[str]:
        """`set` in that context and namespace."""
        check_context(context, context, 0)
        check_namespace(namespace, namespace, 0)
        return self._store(Address(self.meta, context, namespace, read_key(key, key, 0)), value, options)

    def get(self, path: str) -> Operation[str | None]:
        """The value as it is stored; None if there is none or `path` is no path."""
        return self._read(engine_steps.get, self._known(path))

    def get_text(self, path: str) -> Operation[str | None]:
        """The value decoded if it is quoted (M-009, M-063). Raises `escape-…`."""
        return self._read(engine_steps.get, self._known(path), decode=text_of)

    def exists(self, path: str) -> Operation[bool]:
        """Whether a value is stored there; False for what is no path."""
        return self._read(engine_steps.exists, self._known(path))

    @later
    def delete(self, path: str) -> Operation[bool]:
        """Remove an entry, `context:namespace:`, or with `context::` a context; whether anything was removed (M-121)."""
        parse_path(path, "delete")
        return self._write(engine_steps.delete, path, self.meta, by=self.quiet)

    # Directories ----------------------------------------------------------------------------------------------------

    def is_file(self, path: str) -> Operation[bool]:
        """The same as `exists` (M-126)."""
        return self.exists(path)

    def is_directory(self, path: str) -> Operation[bool]:
        """Whether something lies below it (M-126); False for what is no path."""
        try:
            parse_path(path, "directory")
        except AddressError:
            return self._read(engine_steps.is_directory, None, self.meta)
        return self._read(engine_steps.is_directory, path, self.meta)

    def has_default(self, path: str) -> Operation[bool]:
        """Whether the directory has a default value, its key `index` (M-125); False for what is no path."""
        return self._read(engine_steps.exists, self._default(path))

    def get_default(self, path: str) -> Operation[str | None]:
        """The default value of the directory (M-125); None if there is none."""
        return self._read(engine_steps.get, self._default(path))

    # Everything that is there ---------------------------------------------------------------------------------------

    def contexts(self) -> Operation[list[str]]:
        """The contexts that hold entries, by code point (M-132)."""
        return views.contexts(self.meta, now_ms=self.clock())

    def namespaces(self, context: str) -> Operation[list[str]]:
        """The namespaces of a context that hold entries, by code point; none for an unknown context."""
        return views.namespaces(context, self.meta, now_ms=self.clock())

    def entries(self) -> Operation[Snapshot]:
        """All entries as they are when it runs; iterate the result as often as you like (M-133)."""
        return views.snapshot(self.meta, now_ms=self.clock(), exhausted=self.counters.add)

    def namespace_view(self, context: str, namespace: str) -> Operation[View | None]:
        """The view of a namespace; None when it has no entries (M-134)."""
        return self._read(engine_steps.namespace_view, context, namespace, self.meta)

    def entries_in(self, context: str, namespace: str) -> Operation[View]:
        """The view of a namespace, possibly empty (M-134)."""
        return views.view(context, namespace, self.meta, now_ms=self.clock())

    def meteors(self) -> Operation[list[Meteor]]:
        """One meteor per non-empty namespace (M-135)."""
        return self._read(engine_steps.meteors, self.meta)

    def meteor_for(self, context: str, namespace: str) -> Operation[Meteor | None]:
        """All of a namespace as one meteor; None when it has no entries."""
        return self._read(engine_steps.meteor_for, context, namespace, self.meta)

    def workspace_status(self, queries: tuple[int, int, int] = (0, 0, 0)) -> Operation[Status]:
        """The figures of M-148. queries: cached ones, hits and misses; the query cache is search's, see `search.finder`."""
        counted = self.counters
        return self._read(engine_steps.status, self.meta, counted.iterations, counted.keys_iterated, queries)

    def advice(self, path: str) -> list[Advice]:
        """What strict options would say about writing there (M-128). Raises AddressError for what is no path."""
        return advice(self._address(path, "write"), self.profile)

    # Streams --------------------------------------------------------------------------------------------------------

    def token_stream(self, text: str, options: SetOptions | None = None) -> Operation[list[Address]]:
        """Run a token stream from the position, which moves with it: all or nothing (M-100…M-107). Where its writes went.

        Raises StreamError; ControlError also leaves a failed record (M-106).
        """
        from store.streams.token_stream import read_token_stream

        position = self.where()
        return self._stream(lambda: read_token_stream(text, position, self.meta), options)

    def meteor_stream(self, text: str, options: SetOptions | None = None) -> Operation[list[Address]]:
        """Run a meteor stream (M-110…M-116); the position stays unless a control resets it."""
        from store.streams.meteor_stream import read_meteor_stream

        return self._stream(lambda: read_meteor_stream(text, self.meta), options)

    # Commands -------------------------------------------------------------------------------------------------------

    def control(self, command: str, target: str) -> Operation[int]:
        """Run `delete` or `reset` (M-137, M-139); how many entries went. Success and failure are recorded."""
        recorded = command, target
        try:
            check_control(command, target)
        except StreamError as error:
            return failing(error, recorded)
        effect = Effect()
        return self._write(
            engine_steps.run_control,
            command,
            target,
            self.meta,
            effect,
            by=self.actor,
            effect=effect,
            recorded=recorded,
        )

    def clear_context(self, context: str) -> Operation[int]:
        """Remove all entries of a context; how many (M-138)."""
        return history.clear(self.meta, context, by=self.actor, now_ms=self.clock())

    def clear_namespace(self, context: str, namespace: str) -> Operation[int]:
        """Remove all entries of a namespace; how many (M-138)."""
        return history.clear(self.meta, context, namespace, by=self.actor, now_ms=self.clock())

    def clear_storage(self) -> Operation[int]:
        """Remove all entries and scratch slots; the position stays (M-139). How many entries went."""
        return self._reset("storage")

    def reset_all(self) -> Operation[int]:
        """`clear_storage`, and the position is app:main."""
        return self._reset("all")

    def exec(
        self, command: str, target: str, value: str | None = None, options: SetOptions | None = None
    ) -> Operation[Any]:
        """The one door for what people type (M-140): success and failure are recorded with the target as typed.

        `set` gives the path; `delete`, `reset`, `clear_context` and `clear_namespace` how many entries went; `export` of a
        `context:namespace` its `text` or `json` form, None if it is empty; `import` of such a text, whose origin is the target, an
        ImportResult.
        """
        recorded = command, target
        try:
            return self._exec(command, target, value, options, recorded)
        except StoreError as error:
            return failing(error, recorded)

    # History --------------------------------------------------------------------------------------------------------

    def command_history(
        self,
        last: int | None = None,
        offset: int = 0,
        limit: int | None = None,
        command: str | None = None,
        success: bool | None = None,
    ) -> Operation[list[ControlCommand]]:
        """The records that are kept, oldest first; filters, then `last`, then `offset` and `limit` (M-141)."""
        return command_history.command_history(
            self.meta,
            self.profile.max_command_history,
            last=last,
            offset=offset,
            limit=limit,
            command=command,
            success=success,
        )

    def failed_commands(
        self, last: int | None = None, offset: int = 0, limit: int | None = None
    ) -> Operation[list[ControlCommand]]:
        """Those of them that failed."""
        return self.command_history(last, offset, limit, success=False)

    def last_command(self) -> Operation[ControlCommand | None]:
        """The newest record; None if there is none."""
        return self._read(engine_steps.last_command, self.meta)

    def clear_history(self) -> Operation[None]:
        """Forget all records of this meta (M-141)."""
        return command_history.clear_history(self.meta, by=self.quiet, now_ms=self.clock())

    # How operations are made ----------------------------------------------------------------------------------------

    def _address(self, path: str, mode: str) -> Address:
        return parse_path(path, mode)._replace(meta=self.meta)

    def _known(self, path: str) -> Address | None:
        """The entry that a path names, for reading; None for a bad path or one without a key (M-094)."""
        try:
            address = self._address(path, "key")
        except AddressError:
            return None
        return address if address.key else None

    def _default(self, path: str) -> Address | None:
        try:
            return directories.default_of(path, self.meta)
        except AddressError:
            return None

    def _read(self, steps: Callable[..., Steps[T]], *arguments: Any, **options: Any) -> Operation[T]:
        return EngineOperation(steps, arguments, {"now_ms": self.clock(), **options}, False)

    def _write(
        self,
        steps: Callable[..., Steps[T]],
        *arguments: Any,
        by: Actor,
        effect: Effect | None = None,
        recorded: tuple[str, str] | None = None,
        **options: Any,
    ) -> Operation[T]:
        named = {"by": by, "now_ms": self.clock(), **options}
        return EngineOperation(steps, arguments, named, True, effect=effect, recorded=recorded)

    def _store(self, address: Address, value: str, options: SetOptions | None) -> Operation[str]:
        rules = self._options(options, DIRECT)
        return self._write(engine_steps.store, address, _bytes(value), rules, self.profile, by=self.quiet)

    def _options(self, options: SetOptions | None, built_in: SetOptions) -> SetOptions:
        """What a call is held to: its own options, the engine's, then what is built in (M-128)."""
        below = self.options.over(built_in)
        return below if options is None else options.over(below)

    def _stream(self, read: Callable[[], Sequence[Event]], options: SetOptions | None) -> Operation[list[Address]]:
        """Phase 1 happens here, before any lock is taken (T-046); what it finds is raised when the operation is run."""
        try:
            events = read()
        except ControlError as error:
            return failing(error, (error.command, error.target))
        except StoreError as error:
            return failing(error)
        rules, effect = self._options(options, IN_STREAMS), Effect()
        return self._write(
            engine_steps.stream,
            events,
            rules,
            self.profile,
            self.meta,
            effect,
            by=self.actor,
            writes_by=self.quiet,
            effect=effect,
        )

    def _reset(self, target: str) -> Operation[int]:
        effect = Effect()
        return self._write(engine_steps.run_reset, target, self.meta, effect, by=self.quiet, effect=effect)

    def _exec(
        self, command: str, target: str, value: str | None, options: SetOptions | None, recorded: tuple[str, str]
    ) -> Operation[Any]:
        if command == "set":
            if value is None:
                raise UsageError("set needs a value", hint="set context:namespace:key value")
            rules = self._options(options, DIRECT)
            address = self._address(target, "write")
            return self._write(
                engine_steps.store,
                address,
                _bytes(value),
                rules,
                self.profile,
                by=self.actor,
                target=target,
                recorded=recorded,
            )
        if command in ("clear_context", "clear_namespace"):
            place = _place(command, target)
            return self._write(history.clear_as, command, target, self.meta, *place, by=self.actor, recorded=recorded)
        if command == "export":
            place = read_colon_namespace(target)
            return self._write(
                engine_steps.export, *place, value, self.meta, by=self.actor, target=target, recorded=recorded
            )
        if command == "import":
            if value is None:
                raise UsageError("import needs the text of an export")
            return self._write(
                engine_steps.import_text, value, self.meta, by=self.actor, target=target, recorded=recorded
            )
        if command not in COMMANDS:
            raise StreamError(
                "control-unknown",
                "there is no such command",
                hint="commands are set, delete, reset, clear_context, clear_namespace, import, export",
                segment="token",
            )
        return self.control(command, target)


def _place(command: str, target: str) -> tuple[str, ...]:
    """Context, or context and namespace, of a clearing. Raises AddressError."""
    if command == "clear_namespace":
        return read_colon_namespace(target)
    check_context(target, target, 0)
    return (target,)


def _bytes(value: str) -> bytes:
    """Raises InputError `not-text` for lone surrogates."""
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise InputError("not-text", "the value is not text: it holds half a surrogate pair") from None
