"""Rows of the command table: documents; loaded when asked for."""

from __future__ import annotations

from tui.command_types import Command

DOCUMENT_COMMANDS: tuple[Command, ...] = ()
