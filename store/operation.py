"""What an operation is: statements asked for, rows received, no I/O (design.md, section 4).

An operation is a generator function whose every `yield Statement(...)` evaluates to the fetched rows. Decorated with
`@reading` or `@writing`, calling it only remembers the arguments; a driver begins it, as often as it must (T-045).
Inside another operation it is one step: `entry = yield from get(address, now_ms=now_ms)`.

`bind` and `unbind` are the one pair of functions that knows how bytes are bound and read back (T-130): strict UTF-8 without NUL is
bound as `str` (TEXT, readable by any other SQLite tool), everything else as `bytes` (BLOB). They are here because a module more
would cost a `get` (T-211).
"""

from __future__ import annotations

from store.named import NamedTuple

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from typing import Any, Generic, ParamSpec, TypeVar

    P = ParamSpec("P")
    T = TypeVar("T")
    Rows = list[tuple[Any, ...]]
else:

    class Generic:
        __class_getitem__ = classmethod(lambda cls, item: cls)

    T = None


class Statement(NamedTuple):
    """One SQL text with its parameters. With `many`, parameters is an iterable of rows and no rows come back (T-046)."""

    sql: str
    parameters: Sequence[Any] | Iterable[Sequence[Any]] = ()
    many: bool = False


if TYPE_CHECKING:
    Steps = Generator[Statement, Rows, T]


class Operation(Generic[T]):
    """Something to be done on a database, not yet begun. `writes`: needs the writer lock and a transaction of its own."""

    __slots__ = ("_arguments", "_function", "_options", "writes")

    def __init__(
        self, function: Callable[..., Steps[T]], arguments: tuple[Any, ...], options: dict[str, Any], writes: bool
    ) -> None:
        self._function = function
        self._arguments = arguments
        self._options = options
        self.writes = writes

    @property
    def name(self) -> str:
        """What it is called in records and in the lock file."""
        return self._function.__name__

    def begin(self) -> Steps[T]:
        """A fresh run from the original arguments."""
        return self._function(*self._arguments, **self._options)

    __iter__ = begin


def reading(function: Callable[P, Steps[T]]) -> Callable[P, Operation[T]]:
    """Declare an operation that only reads: it runs in one read transaction (T-085)."""
    return _operation(function, False)


def writing(function: Callable[P, Steps[T]]) -> Callable[P, Operation[T]]:
    """Declare an operation that writes: BEGIN IMMEDIATE … COMMIT under the writer lock, all or nothing (T-002)."""
    return _operation(function, True)


def _operation(function: Callable[P, Steps[T]], writes: bool) -> Callable[P, Operation[T]]:
    def make(*arguments: P.args, **options: P.kwargs) -> Operation[T]:
        return Operation(function, arguments, options, writes)

    make.__name__ = function.__name__
    make.__doc__ = function.__doc__
    make.__module__ = function.__module__
    return make


def bind(value: bytes) -> str | bytes:
    """`value` as SQLite shall store it."""
    if b"\0" in value:
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def unbind(stored: str | bytes) -> bytes:
    """The exact bytes that were given to `bind`."""
    return stored.encode() if isinstance(stored, str) else stored
