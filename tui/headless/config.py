"""`config`: the profile in effect and every setting, and where each comes from (M-250…M-256, P-006)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store.profiles import profile_of
from store.settings import read_settings, sources
from store.workspace import find_workspace
from tui import config_text

if TYPE_CHECKING:
    from tui.headless.main import Call


def config(call: Call) -> int:
    """Needs the settings alone: it works whatever is wrong with cursors and databases."""
    workspace = find_workspace(call.environ, call.cwd)
    settings = read_settings(workspace, call.environ)
    origin = sources(workspace, call.environ)
    profile = profile_of(settings, call.output.warn)
    source = origin.get("profile", config_text.BUILT_IN) if profile.name == settings.profile else config_text.BUILT_IN
    shown = config_text.every_setting(settings, profile, origin)
    path = workspace.config_file
    exists = bool(path) and os.path.exists(path or "")
    if call.output.json:
        facts = config_text.data(settings, profile, source, shown)
        call.output.object(**facts, file=path, exists=exists)
        return 0
    for line in config_text.summary(profile, source):
        call.output.line(line)
    call.output.line("")
    call.output.line(f"Settings file: {path or 'none'}" + (" (not there)" if path and not exists else ""))
    for line in config_text.table(shown):
        call.output.line(line)
    return 0
