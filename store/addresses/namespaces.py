"""Strictly validated namespaces, their limits per profile, and who is parent of whom (M-021…M-026, M-251).

Not on the path of `get`: everyday names are those of M-020 and P-011 (names.py).
"""

from __future__ import annotations

from store.addresses.faults import colon_fault, invalid_name
from store.addresses.names import bad_visible
from store.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.errors import AddressError

RESERVED = frozenset(("global", "root", "default", "ctl", "control", "ctx", "context", "ns", "namespace"))


class NamespaceLimits(NamedTuple):
    """What a profile allows: characters in a part, the depth that warns, the first depth refused (M-022, M-024)."""

    profile: str
    part_length: int
    warning_depth: int
    error_depth: int


PROFILES = {
    limits.profile: limits
    for limits in (
        NamespaceLimits("default", 64, 5, 6),
        NamespaceLimits("enterprise", 128, 6, 8),
        NamespaceLimits("embedded", 32, 3, 4),
        NamespaceLimits("strict", 16, 3, 4),
    )
}


class NamespacePath(NamedTuple):
    """A namespace by its parts; no parts is the root (M-004). `should_warn`: deep, though not too deep (M-024)."""

    parts: tuple[str, ...]
    should_warn: bool = False

    @property
    def depth(self) -> int:
        """Number of parts; 0 is the root."""
        return len(self.parts)

    @property
    def text(self) -> str:
        """The parts joined by dots."""
        return ".".join(self.parts)

    def is_parent_of(self, child: NamespacePath) -> bool:
        """M-026: whether `child` lies anywhere below this one, by whole parts; never itself."""
        return len(self.parts) < len(child.parts) and child.parts[: len(self.parts)] == self.parts


def unchecked(text: str) -> NamespacePath:
    """The path of a text nobody asked to be valid; "" is the root."""
    return NamespacePath(tuple(text.split(".")) if text else ())


def parse_namespace(
    text: str,
    limits: NamespaceLimits | str = "default",
    *,
    check_characters: bool = True,
    check_reserved: bool = True,
) -> NamespacePath:
    """The path of a strictly valid namespace; the first failure in the order of M-025 is raised with its offset.

    `limits` is a profile's name or a custom profile (M-253); the two switches are those of M-254. With the character
    check off, the always checked names of M-020 remain.
    """
    bounds = PROFILES[limits] if isinstance(limits, str) else limits
    path = unchecked(text)
    start = 0
    for part in path.parts:
        fault = _part_fault(part, text, start, bounds, check_characters, check_reserved)
        if fault is not None:
            raise fault
        start += len(part) + 1
    if path.depth >= bounds.error_depth:
        most = bounds.error_depth - 1
        place = len(".".join(path.parts[:most]))
        sentence = f"{path.depth} parts, the profile '{bounds.profile}' allows at most {most}"
        hint = f"depth {path.depth}, maximum {most} (profile '{bounds.profile}'): try {'.'.join(path.parts[:most])}"
        raise colon_fault("ns-too-deep", text, place, "namespace", sentence, hint)
    return path._replace(should_warn=path.depth >= bounds.warning_depth)


def _part_fault(
    part: str, text: str, start: int, bounds: NamespaceLimits, check_characters: bool, check_reserved: bool
) -> AddressError | None:
    if not part:
        better = ".".join(word for word in text.split(".") if word)
        hint = "remove the surplus dot" + (f"; try {better}" if better else "")
        return colon_fault("ns-empty-part", text, start, "namespace", "the namespace has an empty part", hint)
    if len(part) > bounds.part_length:
        sentence = f"a part of {len(part)} characters"
        hint = f"length {len(part)}, maximum {bounds.part_length} (profile '{bounds.profile}')"
        return colon_fault("ns-part-too-long", text, start + bounds.part_length, "namespace", sentence, hint)
    offset = _bad_offset(part) if check_characters else -1
    if offset >= 0:
        sentence = f"{part[offset]!a} may not stand there"
        hint = "a part is an ASCII letter or _, then ASCII letters, digits, _ and -"
        return colon_fault("ns-bad-char", text, start + offset, "namespace", sentence, hint)
    if not check_characters:
        offset = bad_visible(part)
        if offset >= 0:
            return invalid_name(text, start + offset, "namespace")
    if check_reserved and part in RESERVED:
        hint = f"'{part}' is reserved (profile '{bounds.profile}'): choose another word"
        return colon_fault("ns-reserved", text, start, "namespace", f"'{part}' is reserved", hint)
    return None


def _bad_offset(part: str) -> int:
    """Offset of the first character M-021 does not allow, -1 if there is none."""
    for offset, char in enumerate(part):
        good = char.isalnum() or char in "_-" if offset else char.isalpha() or char == "_"
        if not (good and char.isascii()):
            return offset
    return -1
