"""Long help of what is about places and the past: cursors, workspaces, history, whole stores."""

from __future__ import annotations

from tui.help_parts import Details, Example

PLACE_DETAILS: dict[str, Details] = {
    "cursor set": Details(
        """\
A cursor is yours: --user has others. The path becomes absolute at once; a word without / is a
database name; without either, the database is named like the cursor. --meta, -p and -n are
saved with it: the meta, and the context and namespace that short addresses are read against.
An existing cursor of that name is replaced. Use it for one command with --cursor, or until
further notice with `cursor use`.""",
        (
            Example("prontodb cursor set work ./work.db -p shop -n orders", "saves a cursor", None),
            Example("prontodb --cursor work set total 12", "stores shop.orders.total in ./work.db"),
            Example("prontodb --database ./work.db get shop.orders.total", "finds it there", "12\n"),
        ),
    ),
    "cursor list": Details(
        """\
One line for each of your cursors, the active one marked with *. A damaged one is told on
standard error and hides no other.""",
        (
            Example("prontodb cursor set work ./work.db --meta acme", "saves a cursor", None),
            Example("prontodb cursor list", "lists it", "  work: …/work.db [meta: acme]\n"),
        ),
    ),
    "cursor use": Details(
        """\
It is the one for every later command of yours that names neither --cursor nor --database. If
there is no cursor of that name, an existing database of that name will do.""",
        (
            Example("prontodb cursor set work ./work.db", "saves a cursor", None),
            Example("prontodb cursor use work", "makes it active", "Now using cursor 'work' for user 'default'\n"),
            Example("prontodb cursor other", "there is no such cursor", "", 1),
        ),
    ),
    "cursor active": Details(
        """\
Nothing active is no failure. PRONTO_CURSOR and PRONTO_DATABASE, which go before it, are not
looked at.""",
        (
            Example(
                "prontodb cursor active", "shows that there is none", "No active cursor set (using default database)\n"
            ),
        ),
    ),
    "cursor clear": Details(
        "Yours only; the cursor itself stays. It works whatever is wrong with the cursor.",
        (
            Example("prontodb cursor set work ./work.db", "saves a cursor", None),
            Example("prontodb cursor work", "makes it active", None),
            Example(
                "prontodb cursor clear", "ends that", "Cursor cleared for user 'default' (using default database)\n"
            ),
        ),
    ),
    "cursor delete": Details(
        "If it was active, none is afterwards.",
        (
            Example("prontodb cursor set work ./work.db", "saves a cursor", None),
            Example("prontodb cursor delete work", "deletes it", "Cursor 'work' deleted for user 'default'\n"),
        ),
    ),
    "history": Details(
        """\
Every command that changed something, or tried to, oldest first: a mark, the time, what was
done, to what, and if it failed, the code of the error. With an address: the changes of that
entry, as far back as they are kept, with the size of what each replaced. No value is shown.""",
        (
            Example("prontodb set app.ui.theme dark", "something to record"),
            Example("prontodb set app.ui.theme light", "and something more"),
            Example("prontodb history", "shows both", "✓ […] set app.ui.theme\n✓ […] set app.ui.theme\n"),
            Example(
                "prontodb history app.ui.theme --limit 1",
                "the last change of the entry",
                "[…] set by set, before: 4 bytes\n",
            ),
            Example("prontodb history --failed", "nothing failed"),
        ),
    ),
    "undo": Details(
        """\
Takes back your last command that still stands, in the meta in effect, all it changed or
nothing; again, the one before. It is refused when somebody has changed an entry since, and
when an old value was not kept: those of secret and of expiring entries never are. Such a
command is not passed over: the refusal names it, and an older one for --command, which takes
back any command, whatever was done after it to other entries. A copy out of the pipe cache
goes back there.""",
        (
            Example("prontodb set app.ui.theme dark", "stores"),
            Example("prontodb set app.ui.theme light", "replaces"),
            Example("prontodb undo", "takes the replacing back", "✅ Undone: set app.ui.theme\n"),
            Example("prontodb get app.ui.theme", "as it was", "dark\n"),
            Example("prontodb set app.ui.size 12", "something else"),
            Example("prontodb undo --command 1", "takes back the first of all", "✅ Undone: set app.ui.theme\n"),
            Example("prontodb undo 2", "takes the rest back", "✅ Undone: set app.ui.size\n"),
        ),
    ),
    "reset": Details(
        """\
`storage` removes every entry in the meta in effect, cached pipes included, and its scratch
slots; `cursor` ends the active cursor; `all` does both; any other word is a context, whose
entries go. Caches stay caches. It is one command in the history: `undo` brings the entries
back, unless secret or expiring ones went with them, but no scratch slots.""",
        (
            Example("prontodb set app.ui.theme dark", "something to remove"),
            Example("prontodb reset storage", "is refused without --yes", "", 1),
            Example("prontodb reset storage --yes", "empties the store", "All storage cleared\n"),
            Example("prontodb undo", "brings it back", "✅ Undone: reset storage\n"),
        ),
    ),
    "workspace init": Details(
        """\
Makes a directory .prontodb, 0700. Every command at or below this place works there from then
on, unless PRONTO_HOME says otherwise.""",
        (
            Example("prontodb workspace init", "makes it", "Workspace made: …/.prontodb\n"),
            Example("prontodb set app.ui.theme dark", "stores there"),
            Example("ls .prontodb/databases/main.db", "shows it", ".prontodb/databases/main.db\n"),
        ),
    ),
    "workspace info": Details(
        """\
Reads and creates nothing but that. A .prontodb that was passed over is named on standard error.
--path prints the path alone, for scripts; a workspace that does not exist yet is exit code 1.""",
        (
            Example("PRONTO_HOME=/nowhere prontodb workspace info", "shows where things would be", None),
            Example("PRONTO_HOME=/nowhere prontodb workspace info --path", "there is nothing", "", 1),
        ),
    ),
    "completions": Details(
        """\
With it, TAB completes commands, options, and the addresses, namespaces and cursors you used last,
most recent first; what you have not used is looked up in the store. To switch it on for good:

  bash  eval "$(prontodb completions bash)"              as a line of ~/.bashrc
  zsh   source <(prontodb completions zsh)               as a line of ~/.zshrc, after compinit
  fish  prontodb completions fish > ~/.config/fish/completions/prontodb.fish

The names are kept in .index below the workspace, never values or secrets. Removing that directory
is always safe; PRONTO_NO_COMPLETION_CACHE=1 keeps nothing.""",
        (
            Example("prontodb completions bash | bash -n", "prints the script, in which bash finds no fault"),
            Example("prontodb completions tcsh", "there is none for this shell", "", 1),
        ),
    ),
    "workspace status": Details(
        """\
User, cursor, database, meta, position and locks, as the next command would have them; how many
namespaces, entries and scratch slots are in sight, how many pipes wait in the cache, and how
many files in the spool.""",
        (Example("prontodb workspace status --meta acme", "shows all that", None),),
    ),
    "admin secret": Details(
        """\
`on` makes every entry of the namespace secret, now and later, and history forgets their old
values. `off` concerns later keys: what is secret stays so. See `prontodb help security`.""",
        (
            Example("prontodb set app.keys.mail hunter2", "stores a password"),
            Example(
                "prontodb admin secret app.keys on", "hides it", "✅ app.keys is secret now; 1 entries became so\n"
            ),
            Example("prontodb scan app.keys", "shows that", "mail=***\n"),
        ),
    ),
    "admin nuclear-clean": Details(
        """\
Removes databases, cursors, spool, backups, pantheon and what was typed into consoles, of this
workspace, and the directories, if nothing else is in them. Databases elsewhere and settings
stay. There is no undo. It is refused in strict mode.""",
        (
            Example("prontodb set app.ui.theme dark", "something to lose"),
            Example("prontodb admin nuclear-clean", "is refused without --i-am-sure", "", 1),
            Example("prontodb admin nuclear-clean --i-am-sure", "removes it", None),
            Example("prontodb get app.ui.theme", "gone", "", 2),
        ),
    ),
}
