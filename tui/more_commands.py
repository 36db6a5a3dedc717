"""The rows of the command table that no `get` loads: listings of places, caches, cursors, history, transfer, pantheon."""

from __future__ import annotations

from tui.command_types import Argument, Command, Option
from tui.commands import RAW
from tui.document_commands import (
    CAPTURE,
    DEST,
    DRY_RUN,
    NO_ASSEMBLE,
    NO_VERIFY,
    PATH,
    RECURSIVE,
    REPLACE,
    SHOW_DIFF,
    SRC,
    TREE,
)

NAMESPACE = Argument("context.namespace", "namespace", "exactly two parts")

KIN = Option(("--name",), "KIN", "whom to serve; PANTHEON_ACTIVE_KIN when left out", "user")
OUTPUT_DIRECTORY = Option(
    ("--output-dir",), "DIR", "directory of backups; also --output DIR, but json and text", "file"
)
SECRETS_TOO = Option(("--include-secrets",), "", "write secret values out too, in clear")
SPACE_OR_OPTIONS = Argument("context.namespace", "namespace", "exactly two parts; or -p and -n", optional=True)
FORMAT = Option(
    ("--format",), "FORMAT", "tsv, which is the default, json, stream or text; tree", "tsv|json|stream|text|tree"
)
ROOT = Option(("--root",), "DIR", "the directory above the contexts", "file")
ACTIONS = "save|show|counter|fix|archive"
SPACE = Option(("--ns",), "P.N", "the namespace, context.namespace", "namespace")
ARCHIVE = Argument("file", "file", "an archive of `prontodb backup`")
NEW_CURSOR = Argument("name", "value", "a letter, then letters, digits, _ and -; up to 64")

MORE_COMMANDS = (
    Command(
        "projects",
        "list contexts",
        "tui.headless.listings:projects",
        (),
        (RAW,),
        aliases=("contexts",),
        lines=True,
    ),
    Command(
        "namespaces",
        "list the namespaces of a context",
        "tui.headless.listings:namespaces",
        (Argument("context", "context", "or -p, or the cursor's", optional=True),),
        (Option(("--long",), "", "with the time to live of caches"),),
        lines=True,
    ),
    Command("nss", "list every context and namespace", "tui.headless.listings:nss", lines=True),
    Command(
        "create-cache",
        "make a namespace whose entries expire",
        "tui.headless.caches:create_cache",
        (
            NAMESPACE,
            Argument("seconds|timeout=S|evict_on_read=0/1|max_items=N", "setting", "time to live first", repeat=True),
        ),
        aliases=("admin create-cache",),
        mutates=True,
    ),
    Command(
        "admin set-cache",
        "change the rules of a cache namespace",
        "tui.headless.caches:set_cache",
        (NAMESPACE, Argument("timeout=S|evict_on_read=0/1|max_items=N", "setting", "what to change", repeat=True)),
        mutates=True,
    ),
    Command(
        "admin drop-cache",
        "make a cache namespace an ordinary one",
        "tui.headless.caches:drop_cache",
        (NAMESPACE,),
        mutates=True,
    ),
    Command("admin sweep", "delete all expired entries", "tui.headless.caches:sweep", mutates=True),
    Command(
        "admin secret",
        "mark a namespace secret, with all keys in it",
        "tui.headless.namespace_secrets:secret",
        (NAMESPACE, Argument("on|off", "on|off", "what it shall be; shows what it is without", optional=True)),
        mutates=True,
    ),
    Command(
        "admin nuclear-clean",
        "remove every database, cursor and cached pipe of the workspace",
        "tui.headless.workspaces:nuclear_clean",
        (),
        (Option(("--i-am-sure",), "", "that it is meant"),),
        mutates=True,
    ),
    Command(
        "cursor set",
        "save a choice of database, meta and position under a name",
        "tui.headless.cursors:set_cursor",
        (
            NEW_CURSOR,
            Argument("path", "file", "the database, by path or name; else one named like the cursor", optional=True),
        ),
        mutates=True,
    ),
    Command("cursor list", "list your cursors", "tui.headless.cursors:show_list", lines=True),
    Command(
        "cursor use",
        "make a cursor, or a database, the active one",
        "tui.headless.cursors:use",
        (Argument("name", "cursor", "a cursor of yours, or an existing database"),),
        aliases=("cursor",),
        mutates=True,
    ),
    Command("cursor active", "show which cursor is active", "tui.headless.cursors:show_active"),
    Command("cursor clear", "end the active cursor", "tui.headless.cursors:clear", mutates=True),
    Command(
        "cursor delete",
        "delete a cursor; its database stays",
        "tui.headless.cursors:delete",
        (Argument("name", "cursor", "a cursor of yours"),),
        mutates=True,
    ),
    Command(
        "history",
        "show what was done, or the life of one entry",
        "tui.headless.history:show",
        (Argument("address", "address", "the entry; without it: all commands", optional=True),),
        (Option(("--limit",), "N", "only the last N; 100"), Option(("--failed",), "", "only commands that failed")),
        lines=True,
    ),
    Command(
        "undo",
        "take back your last command, your last N, or the one you name",
        "tui.headless.history:undo",
        (Argument("N", "setting", "how many; 1", optional=True),),
        (Option(("--command",), "ID", "the command with this number, `id` in `history --output json`"),),
        mutates=True,
        lines=True,
        bulk=True,
    ),
    Command(
        "reset",
        "empty the store, a context, or end the active cursor",
        "tui.headless.history:reset",
        (
            Argument(
                "cursor|storage|all|context",
                "cursor|storage|all|<context>",
                "what to empty; cursor and storage are all",
            ),
        ),
        (Option(("--yes",), "", "that storage or all is meant"),),
        mutates=True,
        bulk=True,
    ),
    Command(
        "export",
        "print a namespace as lines, or write it as documents",
        "tui.headless.transfer:export",
        (SPACE_OR_OPTIONS, PATH),
        (FORMAT, TREE, DEST, RECURSIVE, SECRETS_TOO),
        lines=True,
    ),
    Command(
        "import",
        "store what export has printed or written",
        "tui.headless.transfer:import_",
        (SPACE_OR_OPTIONS, PATH),
        (FORMAT, TREE, SRC, SHOW_DIFF, DRY_RUN, REPLACE, NO_VERIFY, RECURSIVE, NO_ASSEMBLE, CAPTURE),
        reads_stdin=True,
        mutates=True,
        bulk=True,
    ),
    Command(
        "export-fs",
        "write a namespace as a directory of JSON files",
        "tui.headless.mirrors:export_fs",
        (),
        (ROOT, SPACE, SECRETS_TOO),
    ),
    Command(
        "import-fs",
        "store a directory that export-fs has written",
        "tui.headless.mirrors:import_fs",
        (),
        (ROOT, SPACE),
        mutates=True,
        bulk=True,
    ),
    Command(
        "backup",
        "write the database and its cursors into an archive",
        "tui.headless.backups:backup",
        (),
        (
            OUTPUT_DIRECTORY,
            Option(("--list",), "", "the same as backup list"),
            Option(("--restore",), "FILE", "the same as restore FILE", "file"),
        ),
        mutates=True,
        lines=True,
    ),
    Command("backup list", "list backups", "tui.headless.backups:show_list", (), (OUTPUT_DIRECTORY,), lines=True),
    Command(
        "restore", "make the database what a backup holds", "tui.headless.backups:restore", (ARCHIVE,), mutates=True
    ),
    Command("workspace init", "make a workspace in this directory", "tui.headless.workspaces:init", mutates=True),
    Command(
        "workspace info",
        "show where the workspace is, and why there",
        "tui.headless.workspaces:info",
        (),
        (Option(("--path",), "", "nothing but its path; exit 1 if there is none"),),
    ),
    Command("workspace status", "show who and where you are, and what waits", "tui.headless.workspaces:status"),
    Command(
        "pantheon iter",
        "session logs of a kin, by number, and their counter",
        "tui.headless.pantheon:iterate",
        (Argument(f"{ACTIONS}|N", ACTIONS, "what to do; counter", optional=True, repeat=True),),
        (
            KIN,
            Option(("--session",), "N", "number of the session"),
            Option(("--set",), "N", "set the counter"),
            Option(("--bump",), "", "raise the counter by one"),
        ),
        misses=True,
        reads_stdin=True,
        mutates=True,
    ),
    Command(
        "pantheon migrate",
        "bring a kin's files into a database of its own",
        "tui.headless.pantheon:migrate",
        (Argument("init|import|status|backup", "init|import|status|backup", "what to do"),),
        (KIN, OUTPUT_DIRECTORY),
        mutates=True,
    ),
    Command(
        "pantheon context",
        "print the options that lock a call to a kin",
        "tui.headless.pantheon:show_context",
        (Argument("word", "value", "a command to be called so, after --", optional=True, repeat=True),),
        (KIN,),
    ),
    Command("pantheon shell", "print the path of the functions for shells", "tui.headless.pantheon:show_shell"),
    Command(
        "completions",
        "print the completion script of a shell",
        "tui.headless.completions:completions",
        (Argument("bash|zsh|fish", "bash|zsh|fish", "the shell; left out, the one in $SHELL", optional=True),),
        (
            Option(("--emit-source",), "", "print what can be completed, from the store", hidden=True),
            Option(("--filter",), "TYPE", "with --emit-source: only id, alias or tag", "id|alias|tag", hidden=True),
            Option(("--prefix",), "TEXT", "with --emit-source: only what begins with TEXT", hidden=True),
        ),
    ),
    Command(
        "demo",
        "a tour on a throw-away workspace",
        "tui.demo.tour:run",
        lines=True,
    ),
    Command(
        "help",
        "help for a command or a topic",
        "tui.headless.help:show_help",
        (Argument("command|topic", "command", "what to explain", optional=True, repeat=True),),
    ),
    Command("version", "version and features", "tui.headless.help:version"),
)
