"""The shapes of machine output, in one place (U-16): what `--output json` of each command holds. Docs and tests read it.

Every object begins with `schema`. Errors and warnings are objects on standard error, of the shape ERROR.
"""

from __future__ import annotations

from dataclasses import replace

from tui.headless.search_shapes import SEARCH
from tui.headless.shape_field import Field as Field

SCHEMA_FIELD = Field("schema", "integer", "version of these shapes; 1")

ADDRESS = Field("address", "string", "canonical address, without the meta")
KEY = Field("key", "string", "the key as printed")
VALUE = Field("value", "string", "the value as text", optional=True)
B64 = Field("b64", "string", "the value in base64, when it is not UTF-8 or --b64 asks for it", optional=True)
SIZE = Field("size", "integer", "bytes of the value")
EXPIRES = Field("expires_at", "integer", "epoch seconds, rounded up; left out if it never expires", optional=True)
SECRET = Field("secret", "boolean", "true: the value is secret, and left out of listings", optional=True)
CACHED_AS = Field("cached_as", "string", "address in the pipe cache of content that could not be stored", optional=True)
CONTEXT = Field("context", "string", "name of the context")
NAME = Field("namespace", "string", "context.namespace")
SLOT = Field("name", "string", "name of the scratch slot, without $")
SPACE_NAME = Field("namespace", "string", "name of the namespace, empty for the root")
ENTRIES = Field("entries", "integer", "live entries")
STORED = (ADDRESS, VALUE, B64, SIZE, EXPIRES, SECRET)
IMPORTED = (
    Field("src", "string", "documents: absolute path, - for standard input"),
    Field("success", "boolean", "documents: true"),
    Field("checksum_valid", "boolean", "documents: whether the source is what its checksum says, if it has one"),
    Field("tokens_added", "integer", "documents: entries that are new"),
    Field("tokens_updated", "integer", "documents: entries that get another value"),
    Field("tokens_unchanged", "integer", "documents: entries that stay as they are"),
    Field("tokens_removed", "integer", "documents, with --replace: entries that go"),
    Field("total_changes", "integer", "documents: all of these but the unchanged"),
    Field("dry_run", "boolean", "documents: true: nothing was written"),
    Field("missing", "list", "documents: keys whose files are gone"),
)
RULES = (
    Field("ttl_s", "integer|null", "lifetime in a cache, in seconds; null: not a cache"),
    Field("evict_on_read", "boolean", "whether a get deletes what has expired"),
    Field("max_items", "integer|null", "how many entries a cache keeps; null: any number"),
)
SPACE = (CONTEXT, SPACE_NAME, ENTRIES, *RULES)

CURSOR = (
    Field("name", "string", "name of the cursor"),
    Field("database_path", "string", "absolute path"),
    Field("default_project", "string|null", "context that short addresses begin with"),
    Field("default_namespace", "string|null", "namespace that short addresses begin with"),
    Field("meta_context", "string|null", "its meta"),
    Field("created_at", "string", "YYYY-MM-DDTHH:MM:SSZ"),
    Field("user", "string", "whose it is; default is the default user"),
)
ACTIVE = (
    Field("active", "string|null", "name of the cursor or database in use; null: none"),
    Field("database", "string|null", "path of its database"),
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
    "get": (*STORED, Field("json", "any", "with --json: the value parsed", optional=True)),
    "del": (ADDRESS, Field("deleted", "boolean", "whether there was something to delete")),
    "keys": (KEY, ADDRESS),
    "scan": (KEY, *STORED),
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
    "parse": (
        Field("cursor", "object", "where bare tokens would go: context, namespace"),
        Field("contexts", "integer", "how many contexts there are"),
        Field("meteors", "list", "every entry: context, namespace, key in brackets, value"),
    ),
    "validate": (
        Field("valid", "boolean", "false: the exit code is 1"),
        Field("segments", "integer", "segments read"),
        Field("tokens", "integer", "tokens read, bad ones included"),
        Field("diagnostics", "list", "in order: level, code, segment, token, offset, text, message, hint"),
    ),
    "token": (
        Field(
            "tokens", "list", "namespace or null, key, key_transformed, value as written; context where it was given"
        ),
    ),
    "list": (
        replace(CONTEXT, optional=True),
        Field("namespace", "string|null", "name of the namespace; null: all of the context", optional=True),
        Field(
            "entries", "list", "key in brackets, value, b64 or secret, namespace where all are asked for", optional=True
        ),
        Field("ids", "list", "with --ids-only, and nothing else then: addresses", optional=True),
    ),
    "meteor": (
        CONTEXT,
        SPACE_NAME,
        Field("tokens", "list", "key in brackets, canonical, value or b64 or secret", optional=True),
        Field("stream", "string", "with --stream, instead of tokens: the line", optional=True),
    ),
    "console": (
        Field("lines", "list", "what one command answered"),
        Field("done", "boolean", "true: that was the last one"),
    ),
    "projects": (CONTEXT,),
    "namespaces": SPACE,
    "nss": SPACE,
    "create-cache": (NAME, *RULES),
    "admin set-cache": (NAME, *RULES),
    "admin drop-cache": (NAME, Field("dropped", "boolean", "true")),
    "admin sweep": (Field("swept", "integer", "entries deleted"),),
    "admin secret": (
        NAME,
        Field("secret", "boolean", "whether it is secret now"),
        Field("hidden", "integer", "entries that became secret"),
    ),
    "admin nuclear-clean": (Field("removed", "list", "paths of the directories removed"),),
    "cursor set": CURSOR,
    "cursor list": (*CURSOR, Field("active", "boolean", "whether it is the active one")),
    "cursor use": ACTIVE,
    "cursor active": ACTIVE,
    "cursor clear": (Field("active", "string|null", "null: none is"),),
    "cursor delete": (Field("deleted", "string", "name of the cursor"),),
    "history": (
        Field("id", "integer", "number of the command", optional=True),
        Field("change", "integer", "with an address: number of the change", optional=True),
        Field("timestamp", "integer", "epoch seconds"),
        Field("command_type", "string", "what was done"),
        Field("face", "string", "where: cli, browser or console; empty for what expired"),
        Field("user", "string", "who did it; empty for the default user"),
        Field("target", "string", "to what", optional=True),
        Field("success", "boolean", "whether it was done", optional=True),
        Field("error", "string|null", "code of the error", optional=True),
        Field("affected", "integer", "entries written or removed", optional=True),
        Field("undoable", "boolean", "whether its changes are still kept", optional=True),
        Field("kind", "string", "with an address: set, deleted or expired", optional=True),
        Field("old_size", "integer|null", "with an address: bytes of what was there before", optional=True),
        Field("withheld", "boolean", "with an address: there was something, and it is not kept", optional=True),
    ),
    "undo": (
        Field("id", "integer", "number of the command that was taken back"),
        Field("undone", "string", "what had been done"),
        Field("target", "string", "to what"),
        Field("entries", "list", "canonical addresses that are now as they were"),
        Field("cached_pipes", "integer", "pipes that are in the cache again"),
    ),
    "reset": (
        Field("success", "boolean", "true"),
        Field("target", "string", "what was emptied"),
        Field("removed", "integer", "live entries removed"),
    ),
    "export": (
        Field("address", "string", "canonical address, without the meta; one object for each entry", optional=True),
        VALUE,
        B64,
        Field("size", "integer", "bytes of the value", optional=True),
        EXPIRES,
        SECRET,
        Field("success", "boolean", "documents: true", optional=True),
        replace(CONTEXT, optional=True),
        Field("namespace", "string", "documents: name of the namespace, empty for the root", optional=True),
        Field("dest", "string", "documents: absolute path, - for standard output", optional=True),
        Field("files", "integer", "documents: files written", optional=True),
        Field("entries", "integer", "documents: entries in them", optional=True),
        Field("checksum", "string", "documents: checksum of the namespace", optional=True),
        Field("content", "string", "documents, to standard output: the text or JSON", optional=True),
    ),
    "import": (
        replace(NAME, optional=True),
        Field("imported", "integer", "entries stored", optional=True),
        Field("namespaces", "list", "documents: context:namespace: of each", optional=True),
        *(replace(field, optional=True) for field in IMPORTED),
        Field("diff", "list", "with --show-diff: a line for each entry, secrets masked", optional=True),
    ),
    "doc list": (CONTEXT, SPACE_NAME, ENTRIES),
    "doc show": (
        CONTEXT,
        SPACE_NAME,
        Field("text", "string", "the document"),
        Field("assembled", "boolean", "whether that was made of its parts"),
        Field("stale", "boolean", "whether the whole text that is kept is not what its parts make"),
        Field("sections", "integer", "parts of its main family"),
        ENTRIES,
        Field("integrity", "object", "key to ok, changed or missing, for each digest that is kept"),
    ),
    "doc sections": (
        Field("slot", "string", "what stands in the brackets"),
        Field("key", "string", "the key in bracket notation"),
        Field("number", "integer|null", "its order number"),
        SIZE,
        SECRET,
    ),
    "doc diff": (CONTEXT, SPACE_NAME, *IMPORTED, Field("diff", "list", "a line for each entry, secrets masked")),
    "export-fs": (NAME, Field("exported", "integer", "files written"), Field("root", "string", "absolute path")),
    "import-fs": (NAME, Field("imported", "integer", "entries stored"), Field("root", "string", "absolute path")),
    "backup": (
        Field("file", "string", "path of the archive; left out with --restore", optional=True),
        Field("bytes", "integer", "its size; left out with --restore", optional=True),
        Field("database", "string", "with --restore: path of the database", optional=True),
        Field("saved", "string|null", "with --restore: path of the database as it was", optional=True),
        Field("cursors", "integer", "with --restore: cursors that came back", optional=True),
    ),
    "backup list": (Field("file", "string", "path of the archive"), Field("bytes", "integer", "its size")),
    "restore": (
        Field("database", "string", "path of the database"),
        Field("saved", "string|null", "path of the database as it was; null: there was none"),
        Field("cursors", "integer", "cursors that came back"),
    ),
    "workspace init": (
        Field("path", "string", "the workspace"),
        Field("made", "boolean", "false: it was there already"),
    ),
    "completions": (
        Field("shell", "string", "bash, zsh or fish", optional=True),
        Field("script", "string", "what that shell is to read", optional=True),
    ),
    "workspace info": (
        Field("path", "string", "the workspace"),
        Field("origin", "string", "what decided: PRONTO_HOME, .prontodb or XDG"),
        Field("config", "string", "path of the settings, there or not"),
        Field("state", "string", "the directory above the spool"),
        Field("databases", "list", "names of the databases in it"),
        Field("distrusted", "string|null", "a .prontodb that was passed over"),
    ),
    "workspace status": (
        Field("user", "string", "who"),
        Field("cursor", "string|null", "the cursor in effect"),
        Field("database", "string", "path of the database"),
        Field("exists", "boolean", "whether that is there yet"),
        Field("meta", "string|null", "the meta in effect"),
        Field("position", "string", "context:namespace of short addresses"),
        Field("user_lock", "string|null", "PRONTO_FORCE_USER"),
        Field("meta_lock", "string|null", "PRONTO_FORCE_META, or what strict mode makes of it"),
        Field("strict", "boolean", "whether strict mode is on"),
        Field("namespaces", "integer", "namespaces with entries or rules"),
        Field("entries", "integer", "live entries in them"),
        Field("cached_pipes", "integer", "pipes in the cache"),
        Field("kept_files", "integer", "files in the spool that a message named"),
        Field("namespace_count", "integer", "namespaces with live entries"),
        Field("scratch_slot_count", "integer", "scratch slots"),
        Field("total_ordered_keys", "integer", "live entries, each in its place in the order of its namespace"),
    ),
    "scratch list": (
        Field("name", "string", "name of the slot"),
        Field("created_at", "integer", "epoch seconds"),
        Field("keys", "integer", "how many values it holds; 1 if `scratch set` made it"),
        Field("kept", "boolean", "false: a program works in it, or died doing so"),
    ),
    "scratch get": (SLOT, VALUE, B64, SIZE),
    "scratch set": (SLOT, Field("bytes", "integer", "size of what was kept")),
    "scratch delete": (SLOT, Field("deleted", "boolean", "whether there was such a slot")),
    "scratch edit": (
        SLOT,
        Field("changed", "boolean", "whether the editor saved something else"),
        Field("bytes", "integer", "size of what the slot holds"),
    ),
    "search": SEARCH,
    "find": (
        Field("path", "string", "context:namespace:key, key in bracket notation"),
        ADDRESS,
        VALUE,
        B64,
        Field("size", "integer", "bytes of the value; left out with --paths", optional=True),
        EXPIRES,
        SECRET,
    ),
    "config": (
        Field("profile", "string", "name of the profile in effect"),
        Field("source", "string", "what chose it: built in, file:line or a variable"),
        Field("profiles", "list", "names of all profiles"),
        Field("limits", "object", "its limits"),
        Field("switches", "object", "its switches, each a boolean"),
        Field("features", "object", "flag to boolean"),
        Field("settings", "list", "every setting: key, variable, value, source"),
        Field("file", "string|null", "path of the settings file"),
        Field("exists", "boolean", "whether that is there"),
    ),
    "pantheon iter": (
        Field("kin", "string", "who was served; left out by show and fix", optional=True),
        Field("session", "integer", "save: number of the session", optional=True),
        Field("counter", "integer", "counter: its value", optional=True),
        Field("path", "string", "N: file of the session before prontodb", optional=True),
        Field("archived", "integer", "archive: sessions moved", optional=True),
        Field("kept", "integer", "archive: sessions that stayed", optional=True),
        Field("source", "string", "fix: the cached pipe", optional=True),
        Field("destination", "string", "fix: address of the session", optional=True),
        Field("removed_from_cache", "boolean", "fix: whether the cached pipe is gone", optional=True),
        Field("address", "string", "show: address of the session", optional=True),
        VALUE,
        B64,
        Field("size", "integer", "show: bytes of the session", optional=True),
        EXPIRES,
        SECRET,
    ),
    "pantheon migrate": (
        Field("kin", "string", "who was served"),
        Field("cursor", "string", "init: name of the cursor", optional=True),
        Field("database", "string", "init: path of the database", optional=True),
        Field("imported", "integer", "import: sessions stored", optional=True),
        Field("initialised", "boolean", "status: whether there are database and cursor", optional=True),
        Field("files", "integer", "status: sessions in files", optional=True),
        Field("stored", "integer", "status: sessions in the database", optional=True),
        Field("file", "string", "backup: path of the archive", optional=True),
    ),
    "pantheon context": (
        Field("kin", "string", "who is served"),
        Field("words", "list", "the options, or the whole command line"),
    ),
    "pantheon shell": (Field("path", "string", "file to be sourced"),),
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
