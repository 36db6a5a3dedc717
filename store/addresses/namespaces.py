"""Strictly validated namespaces, and who is parent of whom (M-021…M-026). Limits and switches are a profile's.

Not on the path of `get`: everyday names are those of M-020 and P-011 (names.py).
"""

from __future__ import annotations

from store.addresses.faults import colon_fault, invalid_name
from store.addresses.names import bad_visible
from store.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.errors import AddressError
    from store.profiles import Profile

RESERVED = frozenset(("global", "root", "default", "ctl", "control", "ctx", "context", "ns", "namespace"))


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


def parse_namespace(text: str, profile: Profile | str = "default", *, check_depth: bool = True) -> NamespacePath:
    """The path of a strictly valid namespace; the first failure in the order of M-025 is raised with its offset.

    `profile`: a profile, or the name of a built-in one (M-251); its switches are honoured (M-254): with the character
    check off, the always checked names of M-020 remain. Without `check_depth` no depth is too deep.
    """
    if isinstance(profile, str):
        from store.profiles import PROFILES

        profile = PROFILES[profile]
    path = unchecked(text)
    start = 0
    for part in path.parts:
        fault = _part_fault(part, text, start, profile)
        if fault is not None:
            raise fault
        start += len(part) + 1
    if check_depth:
        refuse_deep(path, profile)
    return path._replace(should_warn=path.depth >= profile.namespace_warning_depth)


def refuse_deep(path: NamespacePath, profile: Profile) -> None:
    """Raise `ns-too-deep` if the path has as many parts as the profile's error depth (M-024)."""
    if path.depth >= profile.namespace_error_depth:
        most = profile.namespace_error_depth - 1
        shorter = ".".join(path.parts[:most])
        sentence = f"{path.depth} parts, the profile '{profile.name}' allows at most {most}"
        hint = f"depth {path.depth}, maximum {most} (profile '{profile.name}'): try {shorter}"
        raise colon_fault("ns-too-deep", path.text, len(shorter), "namespace", sentence, hint)


def _part_fault(part: str, text: str, start: int, profile: Profile) -> AddressError | None:
    if not part:
        better = ".".join(word for word in text.split(".") if word)
        hint = "remove the surplus dot" + (f"; try {better}" if better else "")
        return colon_fault("ns-empty-part", text, start, "namespace", "the namespace has an empty part", hint)
    most = profile.max_namespace_part_length
    if len(part) > most:
        sentence = f"a part of {len(part)} characters"
        hint = f"length {len(part)}, maximum {most} (profile '{profile.name}')"
        return colon_fault("ns-part-too-long", text, start + most, "namespace", sentence, hint)
    offset = bad_part(part) if profile.validate_namespace_characters else -1
    if offset >= 0:
        sentence = f"{part[offset]!a} may not stand there"
        hint = "a part is an ASCII letter or _, then ASCII letters, digits, _ and -"
        return colon_fault("ns-bad-char", text, start + offset, "namespace", sentence, hint)
    if not profile.validate_namespace_characters:
        offset = bad_visible(part)
        if offset >= 0:
            return invalid_name(text, start + offset, "namespace")
    if profile.enforce_reserved_words and part in RESERVED:
        hint = f"'{part}' is reserved (profile '{profile.name}'): choose another word"
        return colon_fault("ns-reserved", text, start, "namespace", f"'{part}' is reserved", hint)
    return None


def bad_part(part: str) -> int:
    """Offset of the first character M-021 does not allow, -1 if there is none."""
    for offset, char in enumerate(part):
        good = char.isalnum() or char in "_-" if offset else char.isalpha() or char == "_"
        if not (good and char.isascii()):
            return offset
    return -1
