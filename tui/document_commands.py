"""Rows of the command table: documents; loaded when asked for."""

from __future__ import annotations

from tui.command_types import Argument, Command, Option

DOCUMENTS = "doc"
"""The context of documents when nothing else is said; no cursor changes it."""

DOCUMENT = Argument("namespace", "document", "of the document, in the context doc or that of -p; or context:namespace:")
FAMILIES = "sections|parts|snippets|chunks|functions|libraries|modules|blobs"
SECRETS_SHOWN = Option(("--include-secrets",), "", "secret values too, in clear")

PATH = Argument("path", "file", "with --tree or a format of documents: the same as --dest or --src", optional=True)
TREE = Option(("--tree",), "", "a directory with one file for each part of a document")
DEST = Option(("--dest",), "PATH", "write documents there: a directory, a file, or - for standard output", "file")
SRC = Option(("--src",), "PATH", "read documents from there: a directory, a file, or - for standard input", "file")
DRY_RUN = Option(("--dry-run",), "", "only say what would change")
SHOW_DIFF = Option(("--show-diff",), "", "list every entry and what becomes of it")
REPLACE = Option(("--replace",), "", "remove what the source does not hold")
NO_VERIFY = Option(("--no-verify",), "", "import also what is not what its checksum says")
RECURSIVE = Option(("--recursive",), "", "with the namespaces below, as directories below")
NO_ASSEMBLE = Option(("--no-assemble",), "", "leave the whole text as it is, though its parts differ")
CAPTURE = Option(
    ("--capture",), "LIST", "store lang, permissions, mtime of files as metadata", "lang|permissions|mtime"
)

DOCUMENT_COMMANDS: tuple[Command, ...] = (
    Command("doc list", "list documents and how many entries each has", "tui.headless.documents:show_list", lines=True),
    Command(
        "doc show",
        "print the text of a document",
        "tui.headless.documents:show",
        (DOCUMENT,),
        (Option(("--assemble",), "", "what its parts make, be there a whole text or not"), SECRETS_SHOWN),
        misses=True,
    ),
    Command(
        "doc sections",
        "list the parts of a document in order",
        "tui.headless.documents:sections",
        (DOCUMENT,),
        (Option(("--family",), "F", "parts of another family: snippets, chunks, …", FAMILIES),),
        misses=True,
        lines=True,
    ),
    Command(
        "doc diff",
        "show what importing a directory or file would change",
        "tui.headless.documents:diff",
        (DOCUMENT,),
        (SRC, RECURSIVE, REPLACE, NO_VERIFY, NO_ASSEMBLE),
    ),
)
