"""Long help of what carries entries out of a store and into another."""

from __future__ import annotations

from tui.help_parts import Details, Example

TRANSFER_DETAILS: dict[str, Details] = {
    "export": Details(
        """\
Prints the live entries of one namespace, for `prontodb import`. tsv: a title, then key, value,
expiry in epoch seconds and encoding, separated by tabs; \\ tab and line breaks in values are
escaped, bytes that are not UTF-8 are base64. json: one object a line; the only format that
knows which entries are secret. stream: text only, without expiries, for `prontodb stream`.
A namespace with secret entries is refused without --include-secrets.

--tree, --dest or --format text write documents instead: --dest DIR a directory with one file
for each part, --format text or json with --dest FILE one file; - is standard output. Text only.
Files of an earlier export are replaced; those that are no longer needed, and that nobody
edited, are removed; all others stay. With --recursive, doc.guides.install goes to DIR/install.""",
        (
            Example("prontodb set app.ui.theme dark", "something to export"),
            Example("prontodb export app.ui", "as text", "# prontodb-tsv 1 app.ui\ntheme\tdark\t\t\n"),
            Example("prontodb export app.ui --format json", "as JSON", '{"k":"theme","v":"dark"}\n'),
            Example(
                "prontodb export app.ui | prontodb import site.ui", "copies", "✅ Imported 1 entries into site.ui\n"
            ),
            Example("echo Welcome | prontodb set 'doc:guide:sections[intro]'", "a document"),
            Example("prontodb export doc.guide --tree out", "as files", "Exported 1 entries from doc:guide to out\n"),
            Example("cat out/intro.md", "one of them", "Welcome\n"),
        ),
    ),
    "import": Details(
        """\
Reads what `export` prints from standard input and stores all of it or, if one line is bad,
nothing: the message names the line, and the input is kept under pipe.cache.… The namespace is
the one given, whatever the title or a stream's meta:path says. Lines that begin with # and
blank ones are passed over, so is what has expired; an expiry counts in cache namespaces only.

--src DIR, or --tree, reads documents from a directory, as `export --tree` or an editor left it:
edited parts make the whole text anew, and warnings say what does not fit. --src FILE reads one
file of text or JSON, which says itself where it belongs. All of it is one command for `undo`.
--dry-run with --show-diff shows what would change; --replace removes what the source does not
hold. Links are never followed; hidden files, and copies that editors leave, are passed over.""",
        (
            Example(
                "printf 'theme\\tdark\\n' | prontodb import app.ui", "stores", "✅ Imported 1 entries into app.ui\n"
            ),
            Example("printf 'theme\\tdark\\nsize' | prontodb import app.ui", "keeps it and says so", "", 1),
            Example("mkdir guide && echo Welcome > guide/intro.md", "a document in files"),
            Example(
                "prontodb import doc.guide --src guide",
                "stores it",
                "Import Result:\n  Success: true\n  Checksum Valid: true\n  Added: 2\n  Updated: 0\n  Unchanged: 0\n"
                "  Total Changes: 2\n",
            ),
        ),
    ),
    "export-fs": Details(
        """\
Writes DIR/context/namespace/key.json, a variant as DIR/context/namespace/variant/key.json,
replacing files of these names and leaving others alone. Nothing is written through a link.""",
        (
            Example("prontodb set app.ui.theme dark", "something to export"),
            Example("prontodb export-fs --root out --ns app.ui", "writes a file", "✅ Exported 1 entries to …/out\n"),
            Example("cat out/app/ui/theme.json", "shows it", '{"v": "dark"}\n'),
        ),
    ),
    "import-fs": Details(
        """\
Reads DIR/context/namespace as `export-fs` writes it, all or nothing; other files and links are
passed over.""",
        (
            Example('mkdir -p in/app/ui && echo \'{"v": "dark"}\' > in/app/ui/theme.json', "a file"),
            Example("prontodb import-fs --root in --ns app.ui", "stores it", "✅ Imported 1 entries into app.ui\n"),
        ),
    ),
    "backup": Details(
        """\
Writes prontodb_DATABASE_YYYYMMDD.tar.gz, the day in UTC, further ones of a day with _n01 to _n99.
It holds a checked copy of the database, of all metas, and the cursors that point to it. The
directory is `backups` in the workspace, or DIR. --output takes DIR too: only `--output json`
and `--output text` are formats here as everywhere.""",
        (
            Example("prontodb set app.ui.theme dark", "something to back up"),
            Example("prontodb backup --output here --quiet", "writes it", "File: …/here/prontodb_main_….tar.gz\n"),
        ),
    ),
    "backup list": Details(
        "One line for each backup in the directory: path, tab, size in bytes. `backup --list` is the same.",
        (
            Example("prontodb set app.ui.theme dark", "something to back up"),
            Example("prontodb backup", "backs it up", None),
            Example("prontodb backup list", "lists it", None),
        ),
    ),
    "restore": Details(
        """\
Replaces the whole database by that of the archive, in one step, for every meta and user of it:
the one chosen by --database, --cursor or --user, else the one the archive names. The old one
is kept beside it as DATABASE.pre-restore. Cursors come back where there is none of that name.
An archive that is not exactly what `backup` writes is refused. `backup --restore FILE` is the
same.""",
        (
            Example("prontodb set app.ui.theme dark", "something to lose"),
            Example("prontodb backup --output here", "backs it up", None),
            Example("prontodb set app.ui.theme light", "a change"),
            Example("prontodb restore here/prontodb_main_*.tar.gz --quiet", "undoes it", "✅ … restored from …\n"),
            Example("prontodb get app.ui.theme", "as it was", "dark\n"),
        ),
    ),
}
