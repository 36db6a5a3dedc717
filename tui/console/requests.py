"""What the console asks of the face that runs it, and what it answers (U-08). It does no I/O itself."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from store.model import Address
    from store.operation import Operation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the person: its answer, one line, is sent back; "" when there is none to be had.

    said: lines to be shown before it.
    """

    prompt: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """Reading or writing files, which may take long: `function` is called, wherever suits the face, and its result sent back."""

    function: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one line. `done`: the session is over. `keep`: the line may be kept in a file; no secret is in it.

    A line of it may hold line feeds only where a value was asked for. For the memory of names (C-021, C-029): `about`, the entries
    that the command was about; `gone`, where there is none any more; `removes`, it may have removed any number of others.
    """

    lines: tuple[str, ...] = ()
    done: bool = False
    keep: bool = True
    about: tuple[Address, ...] = ()
    gone: tuple[Address, ...] = ()
    removes: bool = False


Request = Any
"""An `Operation`, to be run by `Engine.run`, an `Ask` or a `Work`. What goes wrong with it is thrown into the generator."""
Steps = Generator[Request, Any, T]


def do(operation: Operation[T]) -> Steps[T]:
    """Have an operation run; its result."""
    result: T = yield operation
    return result


def work(function: Callable[[], T]) -> Steps[T]:
    """Have files read or written; what comes of it."""
    result: T = yield Work(function)
    return result


def ask(prompt: str, *said: str) -> Steps[str]:
    """Have a question answered; blanks around the answer are dropped."""
    answer: str = yield Ask(prompt, said)
    return answer.strip()
