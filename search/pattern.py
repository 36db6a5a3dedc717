"""Query patterns: paths with `*` and `?` in them, shared by `find`, views and the browser's filter (M-150…M-156)."""

from __future__ import annotations

from dataclasses import dataclass, field

from store.addresses.colon import THREE
from store.addresses.faults import colon_fault
from store.addresses.keys import canonical_key, to_notation
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Position

ANY = None  # what stands in a segment for `?`
Segment = tuple[str | None, ...] | str


@dataclass(frozen=True, slots=True)
class Glob:
    """A text with `*` (any run), `?` (exactly one character) and `\\` (the next one as it is); nothing else is special (M-152).

    Matches whole texts, case-sensitively. literal: the text without escapes if there is no wildcard, else None. prefix: what
    everything that matches begins with.
    """

    text: str
    literal: str | None
    prefix: str
    wildcards: int
    _segments: tuple[Segment, ...] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Glob:
        """Never fails: a backslash at the end stands for itself."""
        segments: list[list[str | None]] = [[]]
        wildcards = 0
        chars = iter(text)
        for char in chars:
            if char == "*":
                wildcards += 1
                segments.append([])
            elif char == "?":
                wildcards += 1
                segments[-1].append(ANY)
            else:
                segments[-1].append(next(chars, char) if char == "\\" else char)
        made = tuple(_joined(segment) for segment in segments)
        first = made[0]
        literal = first if isinstance(first, str) and len(made) == 1 else None
        prefix = first if isinstance(first, str) else "".join(first[: first.index(ANY)])  # type: ignore[arg-type]  # no ANY before
        return cls(text, literal, prefix, wildcards, made)

    @property
    def is_prefix(self) -> bool:
        """Whether the only wildcard is one `*` at the end."""
        return self.wildcards == 1 and len(self._segments) == 2 and not self._segments[1]

    def matches(self, text: str) -> bool:
        """Whether the whole of `text` matches. Linear unless `?` stands between stars, then quadratic at worst, never more."""
        if self.literal is not None:
            return text == self.literal
        segments = self._segments
        first, last = segments[0], segments[-1]
        if len(segments) == 1:
            return len(text) == len(first) and _stands(first, text, 0)
        at, end = len(first), len(text) - len(last)
        if at > end or not ((not first or _stands(first, text, 0)) and (not last or _stands(last, text, end))):
            return False
        for segment in segments[1:-1]:
            found = _find(segment, text, at, end)
            if found < 0:
                return False
            at = found + len(segment)
        return True

    def matches_key(self, canonical: str) -> bool:
        """Whether either spelling of a key matches (M-155). Without wildcards, however its brackets are written (M-040)."""
        if self.literal is not None:
            return canonical in (self.literal, canonical_key(self.literal))
        return self.matches(canonical) or ("__" in canonical and self.matches(to_notation(canonical)))


@dataclass(frozen=True, slots=True)
class QueryPattern:
    """A glob for each part of a path. kind: `exact`, `prefix` (the one wildcard ends the key) or `glob` (M-152)."""

    text: str
    context: Glob
    namespace: Glob
    key: Glob
    kind: str

    @classmethod
    def parse(cls, text: str) -> QueryPattern:
        """The parts as a path has them, defaults included (M-151, M-090); an empty key is `*` (M-153).

        Raises AddressError `empty-path`, `too-many-colons`, `empty-context` (M-156).
        """
        if not text.strip():
            hint = "write context:namespace:key with * and ?; *:*:* is everything"
            raise colon_fault("empty-path", text, 0, "", "nothing was given", hint)
        parts = text.split(":")
        if len(parts) > 3:
            third = len(":".join(parts[:3]))
            raise colon_fault("too-many-colons", text, third, "", f"{len(parts) - 1} colons, at most two", THREE)
        context, namespace = Position()
        if len(parts) > 1:
            context = parts[0]
        if len(parts) == 3:
            namespace = parts[1]
        if not context.strip():
            hint = f"write *{text.lstrip()} for every context"
            raise colon_fault("empty-context", text, 0, "context", "the context is empty", hint)
        globs = [Glob.parse(part) for part in (context, namespace, parts[-1] or "*")]
        wildcards = sum(glob.wildcards for glob in globs)
        kind = "exact" if not wildcards else "prefix" if wildcards == 1 and globs[2].is_prefix else "glob"
        return cls(text, globs[0], globs[1], globs[2], kind)

    def matches(self, context: str, namespace: str, key: str) -> bool:
        """Whether the entry at that place, its key in either spelling, is meant."""
        if not self.matches_namespace(context, namespace):
            return False
        if (context, namespace) == (CACHE_CONTEXT, CACHE_NAMESPACE):  # its keys have one spelling (P-021)
            return self.key.matches(key)
        return self.key.matches_key(canonical_key(key))

    def matches_namespace(self, context: str, namespace: str) -> bool:
        """Whether entries of that namespace could be meant."""
        return self.context.matches(context) and self.namespace.matches(namespace)


def _joined(segment: list[str | None]) -> Segment:
    text = [char for char in segment if char is not ANY]
    return "".join(text) if len(text) == len(segment) else tuple(segment)


def _stands(segment: Segment, text: str, at: int) -> bool:
    """Whether `segment` stands in `text` at `at`."""
    if isinstance(segment, str):
        return text.startswith(segment, at)
    return len(text) - at >= len(segment) and all(
        char is ANY or char == text[at + offset] for offset, char in enumerate(segment)
    )


def _find(segment: Segment, text: str, start: int, end: int) -> int:
    """Where `segment` stands first within `text[start:end]`, -1 if nowhere."""
    if isinstance(segment, str):
        return text.find(segment, start, end)
    return next((at for at in range(start, end - len(segment) + 1) if _stands(segment, text, at)), -1)
