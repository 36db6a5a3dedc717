"""What the keys of a document stand for: families, slots, the text as a whole, metadata (M-160, M-161). Hints, never enforced."""

from __future__ import annotations

from store.addresses.keys import bad_index, canonical_key, encode, indices_of, transform_key

WHOLE = ("full", "raw", "packed")
"""Keys that hold the whole text, the preferred one first."""
METADATA = "metadata"
SIMPLE, CANONICAL = "simple", "canonical"

FAMILIES = {
    "section": "section",
    "sections": "section",
    "part": "part",
    "parts": "part",
    "snippet": "snippet",
    "snippets": "snippet",
    "chunk": "chunk",
    "chunks": "chunk",
    "function": "function",
    "functions": "function",
    "func": "function",
    "library": "library",
    "libraries": "library",
    "lib": "library",
    "module": "module",
    "modules": "module",
    "mod": "module",
    "blob": "blob",
    "blobs": "blob",
}
"""Base of a key -> content type. Singular and plural are different keys of the same type."""

PRIMARY = {"kb": "snippets", "shell": "parts"}
PRIMARY_ELSEWHERE = "sections"
EXTENSIONS = {"doc": "md", "kb": "md", "shell": "sh"}
EXTENSION_ELSEWHERE = "txt"
LANGUAGES = {
    "markdown": "md",
    "bash": "sh",
    "sh": "sh",
    "python": "py",
    "rust": "rs",
    "json": "json",
    "yaml": "yaml",
    "toml": "toml",
    "text": "txt",
}
LANGUAGE_OF = {"md": "markdown", "sh": "bash", "py": "python", "rs": "rust", "txt": "text"} | {
    name: name for name in ("json", "yaml", "toml")
}


def content_type(key: str) -> str:
    """The content type of a key in either spelling: `canonical`, one of the eight kinds of parts, `metadata` or `simple`."""
    canonical = canonical_key(key)
    if canonical in WHOLE:
        return CANONICAL
    found = indices_of(canonical)
    if found is None:
        return SIMPLE
    return METADATA if found[0] == METADATA else FAMILIES.get(found[0], SIMPLE)


def is_part(kind: str) -> bool:
    """Whether a content type is that of a part of a document."""
    return kind not in (SIMPLE, CANONICAL, METADATA)


def slot_of(canonical: str) -> tuple[str, str] | None:
    """Base and slot of a canonical key with exactly one index; None for every other key."""
    found = indices_of(canonical)
    return (found[0], found[1][0]) if found is not None and len(found[1]) == 1 else None


def metadata_name(canonical: str) -> str | None:
    """NAME of the canonical key of `metadata[NAME]`; None for every other key."""
    found = slot_of(canonical)
    return found[1] if found is not None and found[0] == METADATA else None


def metadata_key(name: str) -> str:
    """The canonical key of `metadata[name]`. Raises a `bracket-…` AddressError for a name no index can be (M-036, M-037)."""
    return encode(METADATA, name) if name and bad_index(name) < 0 else transform_key(f"{METADATA}[{name or ','}]")


def order_key(slot: str) -> str:
    """The canonical key of the order metadata of a slot."""
    return encode(METADATA, f"order.{slot}")


def primary_family(context: str) -> str:
    """The family a document of `context` mainly consists of (M-160)."""
    return PRIMARY.get(context, PRIMARY_ELSEWHERE)


def extension(context: str, language: str | None) -> str:
    """The extension of a document's files, without its dot, by `metadata[lang]`, else by context (M-181)."""
    return LANGUAGES.get((language or "").strip().lower()) or EXTENSIONS.get(context, EXTENSION_ELSEWHERE)
