"""The shapes of machine output, in one place (U-16): what `--output json` of each command holds. Docs and tests read it.

Every object begins with `schema`. Errors and warnings are objects on standard error, of the shape ERROR.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One member of an object. kind: string, integer, boolean, list, object or any, with `|null` where it may be null.

    optional: left out when there is nothing to say.
    """

    name: str
    kind: str
    meaning: str
    optional: bool = False


SCHEMA_FIELD = Field("schema", "integer", "version of these shapes; 1")

ADDRESS = Field("address", "string", "canonical address, without the meta")
VALUE = Field("value", "string", "the value as text", optional=True)
B64 = Field("b64", "string", "the value in base64, when it is not UTF-8 or --b64 asks for it", optional=True)
SIZE = Field("size", "integer", "bytes of the value")
EXPIRES = Field("expires_at", "integer", "epoch seconds, rounded up; left out if it never expires", optional=True)
SECRET = Field("secret", "boolean", "true: the value is secret, and left out of listings", optional=True)
CACHED_AS = Field("cached_as", "string", "address in the pipe cache of content that could not be stored", optional=True)
CONTEXT = Field("context", "string", "name of the context")
NAME = Field("namespace", "string", "context.namespace")
RULES = (
    Field("ttl_s", "integer|null", "lifetime in a cache, in seconds; null: not a cache"),
    Field("evict_on_read", "boolean", "whether a get deletes what has expired"),
    Field("max_items", "integer|null", "how many entries a cache keeps; null: any number"),
)
SPACE = (
    CONTEXT,
    Field("namespace", "string", "name of the namespace, empty for the root"),
    Field("entries", "integer", "live entries"),
    *RULES,
)

ERROR = (
    Field("code", "string", "stable word for programs"),
    Field("message", "string", "one sentence for people"),
    Field("hint", "string", "a way out; may be empty"),
    Field("position", "integer|null", "offset in characters of the fault in the text given"),
    Field("warning", "boolean", "true: no error, the command went on", optional=True),
    CACHED_AS,
    Field("saved_to", "string", "file that holds content no database took; - for standard output", optional=True),
)

SHAPES: dict[str, tuple[Field, ...]] = {
    "set": (
        Field("address", "string|null", "where it was stored; null: nowhere, see cached_as"),
        Field("bytes", "integer", "size of what was stored"),
        Field("cached_as", "string|null", "address in the pipe cache, when it could not be stored"),
        Field("code", "string", "why not", optional=True),
        Field("message", "string", "why not, as a sentence", optional=True),
    ),
    "get": (
        ADDRESS,
        VALUE,
        B64,
        SIZE,
        EXPIRES,
        SECRET,
        Field("json", "any", "with --json: the value parsed", optional=True),
    ),
    "del": (ADDRESS, Field("deleted", "boolean", "whether there was something to delete")),
    "keys": (Field("key", "string", "the key as printed"), ADDRESS),
    "scan": (Field("key", "string", "the key as printed"), ADDRESS, VALUE, B64, SIZE, EXPIRES, SECRET),
    "copy": (
        Field("source", "string", "canonical address"),
        Field("destination", "string", "canonical address"),
        Field("removed_from_cache", "boolean", "whether a cached pipe was brought home"),
        Field("overwrote", "boolean", "whether something was there before"),
    ),
    "stream": (
        Field("stored", "integer", "tokens stored"),
        Field("addresses", "list", "their canonical addresses, in token order"),
    ),
    "projects": (CONTEXT,),
    "namespaces": SPACE,
    "nss": SPACE,
    "create-cache": (NAME, *RULES),
    "admin set-cache": (NAME, *RULES),
    "admin drop-cache": (NAME, Field("dropped", "boolean", "true")),
    "admin sweep": (Field("swept", "integer", "entries deleted"),),
    "demo": (
        Field("says", "string", "what the step shows"),
        Field("command", "string", "the command line"),
        Field("output", "string", "what it printed on both streams"),
        Field("exit", "integer", "its exit code"),
    ),
    "help": (
        Field("topic", "string", "what is explained, empty for everything"),
        Field("text", "string", "the page as text"),
        Field("commands", "list", "the commands explained: name, summary, usage, aliases, options, exit_codes"),
    ),
    "version": (
        Field("version", "string", "X.Y.Z"),
        Field("features", "object", "feature to boolean"),
    ),
}


def faults(fields: tuple[Field, ...], found: dict[str, object]) -> list[str]:
    """What is wrong with an object that should have this shape; nothing if it has."""
    known = {field.name: field for field in (SCHEMA_FIELD, *fields)}
    wrong = [f"unknown member {name}" for name in found if name not in known]
    for name, field in known.items():
        if name not in found:
            if not field.optional:
                wrong.append(f"missing member {name}")
        elif not _fits(field.kind, found[name]):
            wrong.append(f"{name} is no {field.kind}: {found[name]!r}")
    return wrong


def _fits(kind: str, value: object) -> bool:
    kind, _, null = kind.partition("|")
    if value is None:
        return bool(null) or kind == "any"
    types = {"string": str, "integer": int, "boolean": bool, "list": list, "object": dict, "any": object}
    return isinstance(value, types[kind]) and not (kind == "integer" and isinstance(value, bool))
