"""The shape of what `search` answers in JSON. Which members there are depends on how it was asked."""

from __future__ import annotations

from tui.headless.shape_field import Field

SEARCH = (
    Field("text", "string", "with --session: what has been typed", optional=True),
    Field("checkpoint", "integer", "characters of the query that were found", optional=True),
    Field("exhausted", "boolean", "whether that is all of it; false: the exit code is 2", optional=True),
    Field("remaining", "string", "the rest of the query", optional=True),
    Field("total", "integer", "entries that hold what was found", optional=True),
    Field("best", "string|null", "canonical address of the smallest of them", optional=True),
    Field(
        "hits",
        "list",
        "smallest first, at most --limit: address, path, coverage, width in characters, spans [from, to]",
        optional=True,
    ),
    Field("pieces", "list", "with --consecutive, alone: from, to, address and coverage or null", optional=True),
    Field("root", "string", "with --explain: the smallest piece or value around the match", optional=True),
    Field("coverage", "string", "with --explain: how the match covers the root", optional=True),
    Field("span", "list", "with --explain: [from, to] of the match in the root", optional=True),
    Field("stop", "string", "with --explain: exhausted, mismatch, root_end or no_match", optional=True),
    Field("steps", "list", "with --explain: kind, vertex, position in the query", optional=True),
)
