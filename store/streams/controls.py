"""Control tokens, `ctl:COMMAND=TARGET`: reading and checking; running them is the engine's (M-104, M-106, M-137)."""

from __future__ import annotations

from store.addresses.colon import parse_path
from store.addresses.faults import visible
from store.errors import AddressError, StreamError
from store.streams.events import Control
from store.streams.labels import make_label
from store.streams.tokens import decoded

PREFIX = "ctl:"
DELETE = "delete"
RESET = "reset"
COMMANDS = (DELETE, RESET)
CURSOR = "cursor"
STORAGE = "storage"
ALL = "all"
RESET_TARGETS = (CURSOR, STORAGE, ALL)
MALFORMED_HINT = "write ctl:delete=context:namespace:key or ctl:reset=cursor"


class ControlError(StreamError):
    """A control command that is well formed and cannot be run; M-106 has it recorded as failed.

    `command` and `target` are what the record says. Code `control-unknown`, `reset-unknown-target` or that of a path (M-094).
    """

    def __init__(self, code: str, message: str, command: str, target: str, *, hint: str, position: int = 0) -> None:
        label = make_label(PREFIX + command)
        super().__init__(code, message, hint=hint, text=label, position=position, segment="token")
        self.command = command
        self.target = target


def check_control(command: str, target: str, position: int = 0) -> None:
    """Raise ControlError unless the command exists and takes this literal target (M-137).

    Whether the target of a delete exists plays no part. `position`: where the control stands in its stream.
    """
    if command == DELETE:
        try:
            parse_path(target, "delete")
        except AddressError as error:
            message = f"ctl:delete cannot take this target: {error.message}"
            raise ControlError(error.code, message, command, target, hint=error.hint, position=position) from None
    elif command == RESET:
        if target not in RESET_TARGETS:
            message = f"unknown reset target '{visible(target)}'"
            hint = f"targets are {', '.join(RESET_TARGETS)}"
            raise ControlError("reset-unknown-target", message, command, target, hint=hint, position=position)
    else:
        message = f"unknown control command '{visible(command)}'"
        hint = f"commands are {', '.join(COMMANDS)}"
        raise ControlError("control-unknown", message, command, target, hint=hint, position=position)


def read_control(text: str, offset: int) -> Control:
    """The control event of a piece that begins with `ctl:`; its target is decoded if quoted (M-104).

    Raises StreamError `control-malformed` or `escape-…`, and ControlError.
    """
    command, equals, target = text[len(PREFIX) :].partition("=")
    command = command.strip()
    if not equals or not command:
        fault = "has no '='" if not equals else "names no command"
        raise StreamError(
            "control-malformed",
            f"the control token at offset {offset} {fault}",
            hint=MALFORMED_HINT,
            text=make_label(PREFIX + command),
            position=offset,
            segment="token",
        )
    target = decoded(target.strip(), PREFIX + command, offset)
    check_control(command, target, offset)
    return Control(command, target)


def resets_cursor(control: Control) -> bool:
    """Whether tokens after `control` start from the default position (M-105, M-139)."""
    return control.command == RESET and control.target in (CURSOR, ALL)
