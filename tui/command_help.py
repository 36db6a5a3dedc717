"""The long half of the command table: what help pages say beyond a summary, and examples that a test runs.

Apart from tui/commands.py, because no `get` should load it.
"""

from __future__ import annotations

from tui.document_help import DOCUMENT_DETAILS
from tui.help_parts import Details as Details
from tui.help_parts import Example as Example
from tui.meteor_help import METEOR_DETAILS
from tui.place_help import PLACE_DETAILS
from tui.scratch_help import SCRATCH_DETAILS
from tui.search_help import SEARCH_DETAILS
from tui.transfer_help import TRANSFER_DETAILS

DETAILS: dict[str, Details] = {
    **DOCUMENT_DETAILS,
    **METEOR_DETAILS,
    **PLACE_DETAILS,
    **SCRATCH_DETAILS,
    **SEARCH_DETAILS,
    **TRANSFER_DETAILS,
    "set": Details(
        """\
The value is the second argument, or standard input: with - or --stdin in any case, without
them when something is piped in. Bytes are stored as they come, final newline included.

Nothing piped is lost. If the address is bad or missing, the content is kept for 15 minutes
under pipe.cache.…, and standard error says how to copy it to a good one. A pipe without -
must name context and namespace, in the address, by -p and -n, or by the cursor.""",
        (
            Example("prontodb set app.ui.theme dark", "stores 4 bytes"),
            Example("printf 'one\\ntwo\\n' | prontodb set app.notes.log", "stores what was piped"),
            Example('echo \'{"b": 1, "a": 2}\' | prontodb set app.ui.size - --json', 'stores {"a":2,"b":1}'),
            Example("prontodb set app.ui.theme__prod light", "stores the variant prod of theme"),
            Example("echo precious | prontodb set 'bad..address'", "keeps it under pipe.cache.… and says so"),
        ),
    ),
    "get": Details(
        """\
Prints the bytes that were stored, and one newline if they do not end with one; --raw adds
none. On a terminal, control characters are shown as visible marks. A missing or expired
entry is exit code 2 with nothing on standard output.""",
        (
            Example("prontodb set app.ui.theme dark", "something to get"),
            Example("prontodb get app.ui.theme", "prints it", "dark\n"),
            Example("prontodb get -p app -n ui theme --json", "prints it as JSON", '"dark"\n'),
            Example("prontodb get app:ui:theme", "the same entry, by its colon address", "dark\n"),
            Example("prontodb get app.ui.missing", "prints nothing", "", 2),
        ),
    ),
    "del": Details(
        """\
Deleting what is not there is no error: standard error says `not found`, the exit code is 0.""",
        (
            Example("prontodb set app.ui.theme dark", "something to delete"),
            Example("prontodb del app.ui.theme", "deletes it"),
            Example("prontodb del app.ui.theme", "nothing there, and that is fine"),
        ),
    ),
    "keys": Details(
        """\
Prints the keys of one namespace, variants included, sorted, one a line. The prefix is the
third part of the address or the second argument; with * or ? it is a pattern for the whole
key. Without an address: the current position, app.main unless a cursor says otherwise.""",
        (
            Example("prontodb set app.ui.theme dark", "one key"),
            Example("prontodb set app.ui.theme__prod light", "and a variant"),
            Example("prontodb keys app.ui", "lists both", "theme\ntheme__prod\n"),
            Example("prontodb keys app.ui '*prod' --full", "by pattern, as whole addresses", "app.ui.theme__prod\n"),
        ),
    ),
    "scan": Details(
        """\
Prints key=value, sorted by key. Line breaks in values are shown as \\n; for exact bytes use
--json or get. Secret values are masked. --stream gives one line that `prontodb stream` reads.""",
        (
            Example("prontodb set app.ui.theme dark", "one entry"),
            Example("prontodb set app.ui.size 12", "and another"),
            Example("prontodb scan app.ui", "lists both", "size=12\ntheme=dark\n"),
            Example("prontodb scan app.ui th --json", "as JSON, one object a line", '{"k":"theme","v":"dark"}\n'),
            Example("prontodb scan app.ui --stream", "as a stream", "meta:path=app.ui; size=12; theme=dark;\n"),
        ),
    ),
    "copy": Details(
        """\
Copies the value, not the expiry: the destination's own rule applies. Copying a cached pipe
is its recovery: the entry is written and the cached pipe removed in one step. -p and -n
complete the destination.""",
        (
            Example("prontodb set app.ui.theme dark", "something to copy"),
            Example(
                "prontodb copy app.ui.theme site.ui.theme", "copies it", "✅ Copied: app.ui.theme → site.ui.theme\n"
            ),
            Example("prontodb copy app.ui.missing site.ui.x", "there is no such source", "", 2),
        ),
    ),
    "stream": Details(
        """\
Reads tokens `key=value;` from standard input and stores them, all or none. `ns=name;` and
`meta:path=context.namespace;` say where the following ones go; `namespace:key=value;` goes
elsewhere once. Values may be quoted. sec: tokens are credentials and never stored. A stream
that is rejected is kept under pipe.cache.… with its secrets masked, and the exit code is 1.

--dialect token and --dialect meteor read the two other languages: `ns=`, `ctx=` and addresses
context:namespace:key=value; with `ctl:delete=` and `ctl:reset=`, in their order, or segments of
whole addresses joined by `:;:`. `prontodb parse` and `validate` try a meteor stream first.""",
        (
            Example(
                "echo 'ns=animals; dog=fido; meta:path=zoo.cats; tom=\"a;b\";' | prontodb stream",
                "stores two entries",
                "✅ Stored: app.animals.dog\n📋 Meta directive: path = zoo.cats\n✅ Stored: zoo.cats.tom\n"
                "⚡ Stream processing complete: 2 items stored\n",
            ),
            Example("prontodb get zoo.cats.tom", "prints one of them", "a;b\n"),
            Example(
                "echo 'ns=ui; theme=dark; ctl:delete=app:ui:theme; size=12' | prontodb stream --dialect token",
                "stores two entries and deletes one of them",
                "✅ Stored: app.ui.theme\n📋 Control: delete = app:ui:theme\n✅ Stored: app.ui.size\n"
                "⚡ Stream processing complete: 2 items stored\n",
            ),
        ),
    ),
    "projects": Details(
        """\
Lists the contexts that hold at least one live entry or a cache, in the meta in effect.""",
        (
            Example("prontodb set app.ui.theme dark", "an entry in the context app"),
            Example("prontodb projects", "lists it", "app\n"),
        ),
    ),
    "namespaces": Details(
        """\
Lists the namespaces of one context. --long adds `ttl` and the seconds for caches, `std` for others.""",
        (
            Example("prontodb set app.ui.theme dark", "an ordinary namespace"),
            Example("prontodb create-cache app.sessions 3600", "and a cache", None),
            Example("prontodb namespaces app --long", "lists both", "sessions\tttl\t3600\nui\tstd\t-\n"),
        ),
    ),
    "nss": Details(
        """\
Lists every context.namespace. One that has no dotted form is printed as context:namespace:,
which every listing command reads.""",
        (
            Example("prontodb set app.ui.theme dark", "an entry"),
            Example("prontodb nss", "lists where it is", "app.ui\n"),
        ),
    ),
    "create-cache": Details(
        """\
Entries written there from now on expire after the given seconds; `set --ttl` chooses another
lifetime for one entry. evict_on_read=0 keeps expired entries until they are swept;
max_items=N keeps the N newest. Repeating the command replaces the rules.""",
        (
            Example("prontodb create-cache app.sessions 3600 max_items=100", "makes the cache", None),
            Example("prontodb set app.sessions.user123 active --ttl 60", "stores for a minute"),
        ),
    ),
    "admin set-cache": Details(
        "Changes what is named and leaves the rest. Entries already there keep the expiry they have.",
        (
            Example("prontodb create-cache app.sessions 3600", "a cache", None),
            Example("prontodb admin set-cache app.sessions timeout=60", "shortens the lifetime of later entries", None),
        ),
    ),
    "admin drop-cache": Details(
        "Entries already there keep the expiry they have; later ones stay for ever.",
        (
            Example("prontodb create-cache app.sessions 3600", "a cache", None),
            Example("prontodb admin drop-cache app.sessions", "makes it an ordinary namespace", None),
        ),
    ),
    "admin sweep": Details(
        "Expired entries are hidden at once and deleted when convenient; this deletes them all now.",
        (Example("prontodb admin sweep", "reports how many went", "Swept 0 expired entries\n"),),
    ),
    "pantheon iter": Details(
        """\
Each kin has a database, a cursor, a user and a meta of its own, and pantheon reaches no other.
`save` stores standard input as session N and raises the counter to N; `show` prints it. `fix`
brings a cached pipe home as a session. `archive K` moves all but the K newest to
iterations.archive. N alone prints the path of the file of before. PANTHEON_ACTIVE_KIN locks
all this to one kin.""",
        (
            Example(
                "echo hello | prontodb pantheon iter save --name=keeper --session=65",
                "stores a session",
                "✅ Saved iterations.sessions.iter65 for keeper\n",
            ),
            Example("prontodb pantheon iter show --name=keeper --session=65", "prints it", "hello\n"),
            Example("prontodb pantheon iter --name=keeper", "prints the counter", "65\n"),
            Example("prontodb pantheon iter counter --bump --name=keeper", "raises it", "66\n"),
            Example("prontodb pantheon iter show --name=prometheus --session=65", "is another kin's", "", 2),
        ),
    ),
    "pantheon migrate": Details(
        """\
`init` makes the kin's database and the cursor pantheon_KIN; `import` stores every file
house/KIN/iter-N.md below PANTH_HOME, links passed over; `status` compares; `backup` writes an
archive as `prontodb backup` does, into DIR if given.""",
        (
            Example("prontodb pantheon migrate init --name=keeper", "makes database and cursor", None),
            Example(
                "prontodb pantheon migrate import --name=keeper",
                "there is no house",
                "Imported 0 sessions for keeper\n",
            ),
            Example(
                "prontodb pantheon migrate status --name=keeper",
                "compares",
                "kin: keeper\ninitialised: yes\nfiles: 0\nstored: 0\n",
            ),
        ),
    ),
    "pantheon context": Details(
        """\
Prints --user, --cursor, --meta and --database of the kin, quoted for a shell; with words, the
whole command line, after checking that they do not lead to another user, meta, cursor or
database. Nothing is read or written. The shell functions are made of this.""",
        (
            Example("prontodb pantheon context --name=keeper", "prints the options", None),
            Example("prontodb pantheon context --name=keeper -- --user prometheus keys", "is refused", "", 1),
        ),
    ),
    "pantheon shell": Details(
        """\
For sh and bash: validate_pantheon_permission, get_secure_pronto_context, pantheon_cursor_name,
secure_pronto_call and pantheon_secure_iter.""",
        (
            Example(
                '. "$(prontodb pantheon shell)" && pantheon_cursor_name keeper', "sources them", "pantheon_keeper\n"
            ),
        ),
    ),
    "demo": Details(
        """\
Builds a workspace of its own from content that ships with prontodb: documents in sections,
scripts, settings with variants, cached pipes. On a terminal it opens the browser there,
otherwise it prints the same tour. Your own data are not touched.""",
        (Example("prontodb demo", "prints the tour, or opens the browser", None),),
    ),
    "help": Details(
        """\
Without a word: all commands. `prontodb <command> --help` is the same as `prontodb help <command>`.""",
        (
            Example("prontodb help set", "explains set", None),
            Example("prontodb help addresses", "explains how entries are named", None),
        ),
    ),
    "version": Details(
        "The version, and whether the stream command is enabled.",
        (Example("prontodb version", "prints both", "prontodb …\nfeatures: streaming=on\n"),),
    ),
}

ADDRESSES = """\
An entry is named by context, namespace and key, and lives in one database and one meta.

  app.ui.theme            context app, namespace ui, key theme
  ui.theme                namespace and key; the context is that of the position
  theme                   the key alone; the position is app.main, or what the cursor says
  app.ui.theme__prod      the variant prod of theme: an entry of its own
  app:ui:theme[prod]      the same entry as a colon address; always three parts
  app:ui.widgets:list[0]  a namespace with dots has colon addresses only
  app::key                the root namespace of app
  org.app.ui.theme        four parts: the first is the meta
  pipe.cache.…            a cached pipe: piped content that had no good address

-p and -n give context and namespace, --variant the variant, -k the key. --ns-delim reads
addresses with another character between the parts. In keys, scan and ls two parts are
context.namespace, a third one is a prefix: app.ui.th, or app.ui and th, or app.ui and 't*'.

Context and namespace: 1 to 64 of A-Z a-z 0-9 _ -, without __. Key: 1 to 128 letters and
digits of any script, _ - @ +."""

EXIT_CODES = (
    (0, "done; also when piped content was rescued, unless --strict-pipe or PRONTO_PIPE_STRICT=1"),
    (1, "everything that is neither 0 nor 2: wrong usage, bad address, refused, disk full, locked, …"),
    (2, "the entry asked for does not exist or has expired"),
    (130, "interrupted by Ctrl-C"),
)

ENVIRONMENT = (
    ("PRONTO_HOME", "the workspace: databases, cursors, spool; before .prontodb and XDG_DATA_HOME"),
    ("PRONTO_DATABASE", "stands for --database"),
    ("PRONTO_CURSOR", "stands for --cursor"),
    ("PRONTO_USER", "stands for --user"),
    ("PRONTO_META", "stands for --meta"),
    ("PRONTO_NS_DELIM", "stands for --ns-delim"),
    ("PRONTO_OUTPUT", "stands for --output: text or json"),
    ("PRONTO_DB", "path of the database main, and of no other"),
    ("PRONTO_CONFIG", "path of the settings file, else pronto.conf in $XDG_CONFIG_HOME/prontodb"),
    ("PRONTO_MAX_INPUT", "bytes taken from standard input; 10485760"),
    ("PRONTO_PIPE_STRICT", "1: a rescue is exit code 1"),
    ("PRONTO_PROFILE", "the profile: default, enterprise, embedded, strict, or one of pronto.conf"),
    ("PRONTO_STREAMING", "off: no stream command"),
    ("PRONTO_SECURITY", "true: streams need credentials"),
    ("PRONTO_ADMIN_PASS", "the password that streams must show then"),
    ("PRONTO_FORCE_USER", "locks the user"),
    ("PRONTO_FORCE_META", "locks the meta"),
    ("PRONTO_SECURITY_MODE", "strict: only the locked user's own databases, no --raw"),
    ("PANTHEON_SECURITY_MODE", "the same"),
    ("PANTHEON_ACTIVE_KIN", "the one kin that pantheon serves"),
    ("PANTHEON_CURRENT_USER", "the same, where the other is unset"),
    ("PANTH_HOME", "databases and houses of the kin; pantheon in the workspace"),
    ("PRONTO_NO_COMPLETION_CACHE", "anything: remember no names for completion"),
    ("PRONTO_DEBUG", "1: show where an error came from"),
    ("XDG_DATA_HOME", "data go to prontodb below it; ~/.local/share"),
    ("XDG_CONFIG_HOME", "settings; ~/.config"),
    ("XDG_STATE_HOME", "spool; ~/.local/state"),
)
