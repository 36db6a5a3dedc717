"""How to call every command of the table: for tests that walk the whole table, so that no command is forgotten.

The store they are called on has what tests/test_isolation.py puts there, a cursor called `own` and a backup `saved.tar.gz`.
"""

from __future__ import annotations

from typing import NamedTuple

from tui.commands import COMMANDS


class Example(NamedTuple):
    """One call. `PIPE` in its words is the address of a cached pipe. Those of a command are made in order, on one store."""

    words: str
    stdin: bytes | None = None

    def of(self, pipe: str) -> list[str]:
        """The words, with the cached pipe filled in."""
        return [word.replace("PIPE", pipe) for word in self.words.split()]


def calls(*examples: str | tuple[str, bytes]) -> list[Example]:
    return [Example(example) if isinstance(example, str) else Example(*example) for example in examples]


CALLS: dict[str, list[Example]] = {
    "set": calls(
        "set app.ui.theme light",
        "set new.place.key v",
        "set app.cache.k v --ttl 60",
        "set app.few.z v",
        ("set app.ui.piped -", b"piped"),
        ("set bad..address", b"rescued"),
    ),
    "get": calls("get app.ui.theme", "get app.ui.key", "get app.kept.gone --include-expired", "get PIPE"),
    "del": calls("del app.ui.theme", "del app.ui.nothing", "del PIPE"),
    "keys": calls(
        "keys app.ui",
        "keys app.ui --full",
        "keys app.ui --raw",
        "keys app.ui --stream",
        "keys app.kept --include-expired",
        "keys pipe.cache",
        "keys -p app -n ui",
        "keys app.ui *e*",
    ),
    "scan": calls(
        "scan app.ui",
        "scan app.ui --json",
        "scan app.ui --stream",
        "scan app.ui --raw",
        "scan app.kept --include-expired",
        "scan pipe.cache",
        "scan",
    ),
    "copy": calls("copy app.ui.theme new.place.theme", "copy PIPE app.ui.recovered", "copy app.ui.key app.ui.copied"),
    "stream": calls(
        ("stream --dialect token", b"ns=ui; theme=light; ctl:delete=app:ui:undone; ctx=new; k=v"),
        ("stream --dialect meteor", b"app:few:a=1; ctl:delete=app:cache: :;: new:place:k=v"),
        ("stream --verbose", b"ns=ui; theme=light; meta:path=app.cache; k=v; meta:path=app.few; z=v;"),
    ),
    "parse": calls("parse app:ui:theme=light", ("parse - --format=json", b"app:ui:theme=light; ctl:reset=all")),
    "validate": calls("validate app:ui:theme=light", "validate --explain --strict app:ui:theme=light"),
    "token": calls("token ui:theme=light", "token --verbose a=1; b=2"),
    "list": calls("list app", "list app ui", "list pipe cache", "list nothing", "list --ids-only"),
    "meteor": calls("meteor app ui", "meteor app ui --stream", "meteor app few"),
    "console": calls(
        (
            "console",
            b"contexts\nnamespaces app\nlist app\ndump\nget app:ui:theme\nget app:ui:key\nset app:ui:theme light\nfind *:*:*\n"
            b"parse app:ui:theme=dark; ctl:delete=app:ui:undone\nmem list\nmem set note mine\nload note\nhistory\nworkspace\n"
            b"meteor app ui\ndelete app:few:\ncursor set app few\nreset app\nreset all --yes\nhistory 3\ndump\n",
        ),
        ("console --memory", b"set app:ui:theme light\ndump\nreset storage\ncontexts\n"),
    ),
    "projects": calls("projects", "projects --raw"),
    "namespaces": calls("namespaces app", "namespaces app --long", "namespaces pipe"),
    "nss": calls("nss"),
    "create-cache": calls(
        "create-cache app.ui 60 max_items=1", "create-cache pipe.cache 60", "create-cache new.cache 9"
    ),
    "admin set-cache": calls(
        "admin set-cache app.cache timeout=5 max_items=1", "admin set-cache app.kept evict_on_read=1"
    ),
    "admin drop-cache": calls("admin drop-cache app.cache"),
    "admin sweep": calls("admin sweep"),
    "admin secret": calls("admin secret app.few", "admin secret app.few on", "admin secret app.few off"),
    "admin nuclear-clean": calls("admin nuclear-clean"),
    "cursor set": calls("cursor set mine", "cursor set own -p x -n y"),
    "cursor list": calls("cursor list"),
    "cursor use": calls("cursor use own", "cursor own"),
    "cursor active": calls("cursor active"),
    "cursor clear": calls("cursor use own", "cursor clear", "cursor active"),
    "cursor delete": calls("cursor set mine", "cursor delete mine"),
    "history": calls("history", "history --failed", "history --limit 2", "history app.ui.theme", "history app.ui.key"),
    "undo": calls("undo", "undo --command 999999", "undo 2", "history"),
    "reset": calls("reset app", "reset cursor", "reset storage --yes", "reset all --yes"),
    "export": calls(
        "export app.few",
        "export app.few --format json",
        "export app.few --format stream",
        "export app.ui --include-secrets",
        "export app.kept",
        "export pipe.cache",
        "export app.few --tree ./tree",
        "export app.few --format text",
        "export app.few --format json --dest ./few.json",
        "export app:: --tree ./below --recursive --include-secrets",
    ),
    "import": calls(
        ("import new.place", b"k\tv\n"),
        ("import app.ui", b"theme\timported\n"),
        ("import app.few", b"z\tv\n"),
        "export app.few --tree ./tree",
        "import new.tree --tree ./tree --dry-run --show-diff",
        "import app.ui --src ./tree --replace",
        ("import --format text", b"# Context: new\n# Namespace: text\nk=v\n"),
    ),
    "doc list": calls("doc list", "doc list -p app"),
    "doc show": calls("doc show ui -p app", "doc show app:few:"),
    "doc sections": calls("doc sections ui -p app", "doc sections app:ui: --family parts"),
    "doc diff": calls("export app.few --tree ./tree", "doc diff few -p app --src ./tree --replace"),
    "export-fs": calls("export-fs --root ./fs --ns app.few", "export-fs --root ./fs --ns app.ui --include-secrets"),
    "import-fs": calls("export-fs --root ./fs --ns app.few", "import-fs --root ./fs --ns app.few"),
    "backup": calls("backup", "backup --output ./bk", "backup --list --output ./bk"),
    "backup list": calls("backup list", "backup list --output-dir ."),
    "restore": calls("restore ./saved.tar.gz", "backup --restore ./saved.tar.gz"),
    "workspace init": calls("workspace init"),
    "workspace info": calls("workspace info", "workspace info --path"),
    "workspace status": calls("workspace status"),
    "scratch list": calls("scratch list", "mem list"),
    "scratch get": calls("scratch get note", "scratch get $note"),
    "scratch set": calls("scratch set note mine", ("scratch set other -", b"piped"), "mem set third v"),
    "scratch delete": calls("scratch delete note", "mem delete nothing"),
    "scratch edit": calls("scratch edit note"),
    "find": calls("find a*:*:*", "find *:*:t*e* --paths", "find *:*:theme", "find app:ui:nothing"),
    "search": calls(
        "search v",
        "search --limit 2 --ignore-case V --kind entire --kind prefix",
        "search --field key theme",
        "search --field namespace c --scope app:",
        "search --field address pipe:cache",
        "search --consecutive v",
        "search --explain v",
        "search --explain -p app v",
        ("search --session", b"+a\n+l\n=\n-1\n+\n="),
    ),
    "config": calls("config"),
    "pantheon iter": calls(
        ("pantheon iter save --name=keeper --session=7", b"log"),
        "pantheon iter show --name=keeper --session=1",
        "pantheon iter --name=keeper",
        "pantheon iter counter --bump --name=keeper",
        "pantheon iter 7 --name=keeper",
        "pantheon iter archive 0 --name=keeper",
    ),
    "pantheon migrate": calls(
        "pantheon migrate init --name=keeper",
        "pantheon migrate import --name=keeper",
        "pantheon migrate status --name=keeper",
        "pantheon migrate backup --name=keeper",
    ),
    "pantheon context": calls("pantheon context --name=keeper"),
    "pantheon shell": calls("pantheon shell"),
    "demo": calls("demo"),
    "help": calls("help", "help set", "help security"),
    "version": calls("version"),
    "completions": calls(
        "completions bash", "completions --emit-source", "completions --emit-source --filter=id --prefix=app:"
    ),
}


def forgotten() -> set[str]:
    """Commands of the table that nobody says how to call, and those that are not in the table."""
    return {command.name for command in COMMANDS} ^ set(CALLS)
