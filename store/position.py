"""The engine's position as something to hold and to guard (M-130, M-131)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from store.addresses.colon import check_context, check_namespace
from store.model import Position

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

R = TypeVar("R")
START = Position()
"""Where a position begins, and is reset to: app:main."""


class Positioned:
    """What has a position: the engine."""

    _position = START

    def where(self) -> Position:
        """The position now."""
        return self._position

    def position(self) -> str:
        """`context:namespace` (M-130)."""
        return self.cursor().position()

    def move(self, position: Position) -> None:
        """Go to a position that is known to be good."""
        self._position = position

    def cursor(self) -> Cursor:
        """A live handle on the position."""
        return Cursor(self)

    def switch_context(self, context: str) -> None:
        """Go to another context, in the same namespace. Raises AddressError (M-020) and stays."""
        check_context(context, context, 0)
        self._position = self._position._replace(context=context)

    def switch_namespace(self, namespace: str) -> None:
        """Go to another namespace, "" being the root. Raises AddressError (M-020) and stays."""
        check_namespace(namespace, namespace, 0)
        self._position = self._position._replace(namespace=namespace)

    def reset_cursor(self) -> None:
        """Back to app:main."""
        self._position = START

    def cursor_guard(self, context: str | None = None, namespace: str | None = None) -> CursorGuard:
        """`with` or `async with`: go there if told to, and be back afterwards whatever happens (M-131)."""
        return CursorGuard(self, context, namespace)

    def with_cursor(self, context: str | None, namespace: str | None, do: Callable[[Cursor], R]) -> R:
        """The result of `do(cursor)`, done under a guard."""
        with self.cursor_guard(context, namespace) as cursor:
            return do(cursor)


class Cursor:
    """A live handle on an engine's position: it shows and moves what the engine reads addresses against."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Positioned) -> None:
        self._engine = engine

    @property
    def context(self) -> str:
        """The context now."""
        return self._engine.where().context

    @property
    def namespace(self) -> str:
        """The namespace now, "" for the root."""
        return self._engine.where().namespace

    def set_context(self, context: str) -> None:
        """Move to `context`, keeping the namespace. Raises AddressError (M-020) and stays."""
        self._engine.switch_context(context)

    def set_namespace(self, namespace: str) -> None:
        """Move to `namespace`. Raises AddressError (M-020) and stays."""
        self._engine.switch_namespace(namespace)

    def reset(self) -> None:
        """Back to app:main."""
        self._engine.reset_cursor()

    def position(self) -> str:
        """`context:namespace`; `app:` in the root namespace."""
        return ":".join(self._engine.where())


class CursorGuard:
    """`with` and `async with`: moves if told to, and restores the position at entry whatever the body does or how it ends.

    That includes cancellation, and resets inside the body. May be entered again, also while it is entered. For one task: another
    one that moves the same engine meanwhile is undone as well.
    """

    __slots__ = ("_context", "_engine", "_namespace", "_saved")

    def __init__(self, engine: Positioned, context: str | None, namespace: str | None) -> None:
        self._engine = engine
        self._context = context
        self._namespace = namespace
        self._saved: list[Position] = []

    def __enter__(self) -> Cursor:
        before = self._engine.where()
        try:
            if self._context is not None:
                self._engine.switch_context(self._context)
            if self._namespace is not None:
                self._engine.switch_namespace(self._namespace)
        except BaseException:
            self._engine.move(before)
            raise
        self._saved.append(before)
        return Cursor(self._engine)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.move(self._saved.pop())

    async def __aenter__(self) -> Cursor:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)
