"""Rows of the command table: token and meteor streams, meteors, scratch slots, console; loaded when asked for."""

from __future__ import annotations

from tui.command_types import Command

METEOR_COMMANDS: tuple[Command, ...] = ()
