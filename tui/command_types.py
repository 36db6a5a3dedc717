"""What a row of the command table is made of, for the modules that hold the rows no `get` loads."""

from __future__ import annotations

from tui.commands import Argument as Argument
from tui.commands import Command as Command
from tui.commands import Option as Option
