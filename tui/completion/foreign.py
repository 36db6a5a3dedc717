"""Lines of the cache that are not exactly as we write them: with escapes, other times, other fields (C-015, C-016)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from re import ASCII
from re import compile as pattern

from tui.name_cache import stamp

TIME = pattern(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))", ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def fields_of(text: str) -> tuple[str, str, str, str, str] | None:
    """Type, value, canonical key, target ("" for none) and time of a line; None if one of them is missing or no text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    type_, value, key, target = (found.get(name) for name in ("type", "value", "canonical_key", "target"))
    seen_ms = read_time(found.get("last_seen"))
    if seen_ms is None or not (isinstance(type_, str) and isinstance(value, str) and isinstance(key, str)):
        return None
    return type_, value, key, target if isinstance(target, str) else "", stamp(seen_ms)


def read_time(text: object) -> int | None:
    """The moment that `text` names, in milliseconds, fractions cut; None if it is none or has no zone (C-015)."""
    found = TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found[1] + "+00:00")
        if found[3]:
            hours, minutes = int(found[4]), int(found[5])
            if hours > 23 or minutes > 59:
                return None
            offset = timedelta(hours=hours, minutes=minutes)
            moment = moment - offset if found[3] == "+" else moment + offset
    except (ValueError, OverflowError):
        return None
    return (moment - EPOCH) // MILLISECOND + int((found[2] or "0")[:3].ljust(3, "0"))
