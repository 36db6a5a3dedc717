"""Contexts with a meaning of their own (M-002). Any other good name is a context as well."""

from __future__ import annotations

APP, USER, SYSTEM = "app", "user", "system"


def is_privileged(context: str) -> bool:
    """Whether it is `system` or `user`. For information: nothing enforces it."""
    return context in (SYSTEM, USER)
