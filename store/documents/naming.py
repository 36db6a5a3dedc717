"""Keys as file names and back (M-181, M-182). A file name here is one name, never a path; it is always ASCII."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from store.addresses.keys import bad_index, canonical_key, encode
from store.addresses.namespaces import parse_namespace
from store.documents.kinds import FAMILIES, METADATA, WHOLE, extension, primary_family, slot_of
from store.documents.order import whole_number
from store.profiles import DEFAULT

META, VALUES, MANIFEST = ".meta", ".values", ".manifest.json"
SPECIAL = (META, VALUES, MANIFEST)
LEFTOVERS = ("~", ".swp", ".swo", ".bak", ".orig", ".rej")
"""How the names of files end that editors and patches leave beside the one they change."""
LONGEST = 255
"""Bytes that file systems allow in one name."""
DEEPEST = 64
"""Directories below each other, each of them open while its files are written or read."""
IN_TREES = replace(
    DEFAULT,
    name="trees",
    max_namespace_part_length=LONGEST,
    namespace_error_depth=DEEPEST + 1,
    enforce_reserved_words=False,
)
"""What a namespace must be to be directories: M-021 whatever the settings say, and what file systems take (M-180)."""
PLAIN_NAME_BYTES = 8  # hex digits of a name's digest in the slot that stands for it


@dataclass(frozen=True, slots=True)
class FileKey:
    """What a file name stands for. key: canonical. order: the text of its order number, "" for none. renamed: the name could not
    be the slot as it is."""

    key: str
    order: str = ""
    renamed: bool = False


def check_directories(namespace: str) -> None:
    """Raise the strict code for a namespace whose parts are no names of directories: `ns-bad-char`, `ns-part-too-long`…"""
    parse_namespace(namespace, IN_TREES)


def file_name(context: str, key: str, order: str | None = None, language: str | None = None) -> str:
    """The file that holds an entry; `.meta` or `.values` if it has none of its own (M-184).

    key: either spelling. order: the value of its order metadata. language: that of `metadata[lang]`.
    """
    canonical = canonical_key(key)
    if canonical in WHOLE:
        return f"_{canonical}.{extension(context, language)}"
    found = slot_of(canonical)
    if found is not None and found[0] == METADATA:
        return META
    if found is None or found[0] not in FAMILIES:
        return VALUES
    family, slot = found
    before = _digits(order)
    if before:
        before += "-"
    if family != primary_family(context) or _needs_family(slot):
        before += family + "."
    name = f"{before}{slot}.{extension(context, language)}"
    return name if len(name) <= LONGEST else VALUES  # a line in there has no limit


def file_key(context: str, name: str) -> FileKey | None:
    """What a file stands for by its name alone (M-182); None for the special files of this format.

    A name no slot can be (M-036) gives a slot of what is left of it and a digest of it, always the same.
    """
    if name in SPECIAL:
        return None
    stem, dot, _ = name.rpartition(".")
    return _key(context, stem if dot and stem else name, name)


def is_leftover(name: str) -> bool:
    """Whether a file is hidden, or what an editor left: no file of an export is called so, and nobody means it as a part."""
    hidden = name.startswith(".") and name not in SPECIAL
    return hidden or name.endswith(LEFTOVERS) or (len(name) > 1 and name[0] == name[-1] == "#")


def other_file_keys(context: str, name: str) -> tuple[FileKey, FileKey]:
    """What a file may stand for whose `file_key` another file has: its whole name as the slot; that and a digest."""
    family, slot = _family(context, name)
    plain = FileKey(encode(family, slot if bad_index(slot) < 0 else _plain(slot, name)), "", True)
    return plain, FileKey(encode(family, _plain(slot, name)), "", True)


def _key(context: str, stem: str, name: str) -> FileKey:
    if stem[:1] == "_" and stem[1:] in WHOLE:
        return FileKey(stem[1:])
    rest = stem.lstrip("0123456789")
    order = stem[: len(stem) - len(rest)] if rest[:1] == "-" and len(rest) > 1 else ""
    if whole_number(order) is None:
        order = ""
    if order:
        stem = rest[1:]
    family, slot = _family(context, stem)
    renamed = bad_index(slot) >= 0
    return FileKey(encode(family, _plain(slot, name) if renamed else slot), order, renamed)


def _family(context: str, stem: str) -> tuple[str, str]:
    family, dot, slot = stem.partition(".")
    return (family, slot) if dot and slot and family in FAMILIES else (primary_family(context), stem)


def _digits(order: str | None) -> str:
    """The order number as it stands in a file name: as it was written, so that `0001-` stays that; "" for none or a negative."""
    number = None if order is None else whole_number(order)
    if number is None or number < 0:
        return ""
    text = (order or "").strip()
    return text if text.isdigit() else str(number)


def _needs_family(slot: str) -> bool:
    """Whether a slot alone would read as something else."""
    rest = slot.lstrip("0123456789")
    return slot[0] in "._" or (rest[:1] == "-" and rest != slot) or (slot.partition(".")[0] in FAMILIES and "." in slot)


def _plain(slot: str, name: str) -> str:
    """A slot in place of one that holds characters no index may: they are left out, a digest of the name tells it from others."""
    kept = "".join(char if bad_index(char) < 0 else " " for char in slot)
    digest = sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:PLAIN_NAME_BYTES]
    return "-".join([*kept.split(), digest])
