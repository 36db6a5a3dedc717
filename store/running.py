"""Running the engine's operations: what follows on the engine's side when one has succeeded or failed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from store.errors import Corrupt, StoreError, Unavailable
from store.operation import Operation
from store.operations import commands
from store.operations.engine_steps import fail
from store.position import Positioned

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.model import Actor
    from store.operation import Steps
    from store.operations.engine_steps import Effect

P = ParamSpec("P")
T = TypeVar("T")


class Runs(Protocol):
    """A database to run operations on at once: `Database`, or anything with its `run`."""

    def run(self, operation: Operation[T]) -> T:
        """Do it and give the result."""
        ...


class RunsLater(Protocol):
    """A database to run operations on and wait for: `AsyncDatabase`."""

    async def run(self, operation: Operation[T]) -> T:
        """Do it and give the result."""
        ...


@dataclass(slots=True)
class Counters:
    """What the engine itself counts (M-148)."""

    iterations: int = 0
    keys_iterated: int = 0

    def add(self, namespaces: int, keys: int) -> None:
        """An iteration over everything has reached its end."""
        self.iterations += namespaces
        self.keys_iterated += keys


class EngineOperation(Operation[T]):
    """An operation of an engine, with what the engine must do about it.

    effect: what became of position and storage once it has run. recorded: command and target to be recorded if it fails.
    fault: why it can only fail, found without the store; then no database is touched for it.
    """

    __slots__ = ("effect", "fault", "recorded")

    def __init__(
        self,
        function: Callable[..., Steps[T]],
        arguments: tuple[Any, ...],
        options: dict[str, Any],
        writes: bool,
        *,
        effect: Effect | None = None,
        recorded: tuple[str, str] | None = None,
        fault: StoreError | None = None,
    ) -> None:
        super().__init__(function, arguments, options, writes)
        self.effect = effect
        self.recorded = recorded
        self.fault = fault


class Runner(Positioned):
    """Runs operations for an actor. An operation of somebody else's is simply run."""

    actor: Actor
    clock: Callable[[], int]

    def __init__(self) -> None:
        self.counters = Counters()
        self._listeners: list[Callable[[], object]] = []

    def when_emptied(self, listener: Callable[[], object]) -> None:
        """Call `listener` whenever an operation run here has reset the storage: what was kept about it is gone, too (M-139)."""
        self._listeners.append(listener)

    def run(self, database: Runs, operation: Operation[T]) -> T:
        """Run `operation` on `database` and give its result.

        On an exception the position is as before, and a failed command is recorded in a transaction of its own (M-106, M-137,
        T-100); if that cannot be written, the first error is what the caller sees all the same.
        """
        try:
            _refuse(operation)
            result = database.run(operation)
        except StoreError as error:
            failure = self._failure(operation, error)
            if failure is not None:
                try:
                    database.run(failure)
                except StoreError:
                    pass
            raise
        self._settle(operation)
        return result

    async def run_async(self, database: RunsLater, operation: Operation[T]) -> T:
        """The same on the async driver. Cancelled, the position stays, although the write may have happened (T-035)."""
        try:
            _refuse(operation)
            result = await database.run(operation)
        except StoreError as error:
            failure = self._failure(operation, error)
            if failure is not None:
                try:
                    await database.run(failure)
                except StoreError:
                    pass
            raise
        self._settle(operation)
        return result

    def _failure(self, operation: Operation[Any], error: StoreError) -> Operation[int] | None:
        """What records that `operation` failed; None if it leaves no record, or the store is not to be written to."""
        recorded = operation.recorded if isinstance(operation, EngineOperation) else None
        if recorded is None or not self.actor.audited or isinstance(error, Unavailable | Corrupt):
            return None
        return commands.record_failure(*recorded, error.code, by=self.actor, now_ms=self.clock())

    def _settle(self, operation: Operation[Any]) -> None:
        effect = operation.effect if isinstance(operation, EngineOperation) else None
        if effect is None:
            return
        if effect.position is not None:
            self.move(effect.position)
        if effect.emptied:  # M-148: what was iterated survives everything but this
            self.counters.iterations = self.counters.keys_iterated = 0
            for listener in self._listeners:
                listener()


def _refuse(operation: Operation[Any]) -> None:
    if isinstance(operation, EngineOperation) and operation.fault is not None:
        raise operation.fault


def later(make: Callable[P, Operation[T]]) -> Callable[P, Operation[T]]:
    """Errors of what can be judged without the store are raised when the operation is run, like all others."""

    @wraps(make)
    def made(*arguments: P.args, **options: P.kwargs) -> Operation[T]:
        try:
            return make(*arguments, **options)
        except StoreError as error:
            return failing(error)

    return made


def failing(error: StoreError, recorded: tuple[str, str] | None = None) -> EngineOperation[Any]:
    return EngineOperation(fail, (error,), {}, False, fault=error, recorded=recorded)
