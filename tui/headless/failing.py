"""How an error is told: one renderer for every error of every command. Imported only when something went wrong."""

from __future__ import annotations

from store.errors import AddressError, StoreError, StreamError, UsageError
from tui.headless.output import STDERR, Output, ReaderGone, safe_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

REPORT = "internal error, a defect of ours"
HOW_TO_REPORT = "please report it, together with what the same command shows after PRONTO_DEBUG=1"
WIDEST = 72


class Told(StoreError):
    """`cause`, already put into `lines` for people, with `facts` for programs: where the content went (P-070, P-072)."""

    def __init__(self, cause: StoreError, lines: list[str], **facts: str) -> None:
        super().__init__(cause.code, cause.message, hint=cause.hint, text=cause.text, position=cause.position)
        self.lines = lines
        self.facts = facts


def report(error: BaseException, output: Output, environ: Mapping[str, str], command: str) -> int:
    """Tell `error` on standard error and give the exit code it means. `command`: what was being done."""
    known = as_store_error(error, command)
    if environ.get("PRONTO_DEBUG") == "1":
        _show_traceback(error)
    try:
        output.flush()
    except (StoreError, ReaderGone):
        pass  # the first error is the one to tell
    if output.json:
        output.talk_object(**known.to_dict(), **(known.facts if isinstance(known, Told) else {}))
    else:
        output.talk("\n".join(known.lines if isinstance(known, Told) else lines(known)))
    return known.exit_code


def lines(error: StoreError) -> list[str]:
    """The error as lines for a person: message, the offending input with a caret under the fault, hint."""
    result = [message_of(error)]
    if error.position is not None and error.text and not isinstance(error, StreamError):
        result += caret(error.text, error.position)
    if error.hint:
        result += [line if line.startswith("usage:") else f"hint: {line}" for line in error.hint.split("\n")]
    return result


def message_of(error: StoreError) -> str:
    """The sentence; an address error always says that it is one (P-002)."""
    message = error.message
    if isinstance(error, AddressError) and "invalid" not in message.lower():
        return f"invalid address: {message}"
    return message


def caret(text: str, position: int) -> list[str]:
    """The offending input and a caret under the character at `position`; every control character is a visible mark.

    Long input is cut to a window around the fault.
    """
    start = max(0, position - WIDEST // 2)
    before, after = safe_line(text[start:position]), safe_line(text[position : start + WIDEST])
    lead = "…" if start else ""
    tail = "…" if len(text) > start + WIDEST else ""
    return [f"  {lead}{before}{after}{tail}", "  " + " " * (len(lead) + cells(before)) + "^"]


def cells(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def as_store_error(error: BaseException, command: str) -> StoreError:
    """`error` itself if it is one of ours; else the system's or, last, a defect of ours, told without any data."""
    if isinstance(error, StoreError):
        return error
    if isinstance(error, MemoryError):
        return StoreError("out-of-memory", "not enough memory for this value")
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return StoreError("io-error", f"{where}{error.strerror}")
    return StoreError(
        "internal", f"{REPORT}: {command or 'prontodb'} failed with {type(error).__name__}", hint=HOW_TO_REPORT
    )


def _show_traceback(error: BaseException) -> None:
    import os
    import traceback

    if not isinstance(error, UsageError):
        os.write(STDERR, "".join(traceback.format_exception(error)).encode("utf-8", "backslashreplace"))
