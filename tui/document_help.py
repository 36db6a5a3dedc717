"""Long help of what reads namespaces as documents."""

from __future__ import annotations

from tui.help_parts import Details, Example

INTRO = Example("echo Welcome | prontodb set 'doc:guide:sections[10_intro]'", "a part of a document")
SETUP = Example("echo Install it. | prontodb set 'doc:guide:sections[20_setup]'", "and another")

DOCUMENT_DETAILS: dict[str, Details] = {
    "doc list": Details(
        """\
Lists the namespaces of the context doc, or that of -p, that hold live entries: name, tab,
number of entries. A document is a namespace: `sections[SLOT]` are its parts (`snippets` in the
context kb, `parts` in shell), `full` is its whole text, `metadata[NAME]` says more about it.""",
        (INTRO, Example("prontodb doc list", "lists the document", "guide\t1\n")),
    ),
    "doc show": Details(
        """\
Prints what is kept under `full`, else `raw`, else `packed`; if there is none of them, what the
parts make: one after the other in document order, a line break between where one is missing.
--assemble prints the latter in any case. A digest in `metadata[sha256.full]` is checked.""",
        (
            INTRO,
            SETUP,
            Example("prontodb doc show guide", "prints the text", "Welcome\nInstall it.\n"),
            Example("prontodb doc show nothing", "there is no such document", "", 2),
        ),
    ),
    "doc sections": Details(
        """\
Prints slot, order number and size in bytes, separated by tabs. A slot is in the place of its
number: `metadata[order.SLOT]`, else the digits it begins with (10_intro, 2); one without a
number stays behind the part it was written after.""",
        (
            SETUP._replace(does="a part of a document"),
            INTRO._replace(does="an earlier part, written later"),
            Example("prontodb doc sections guide", "in order", "10_intro\t10\t8\n20_setup\t20\t12\n"),
        ),
    ),
    "doc diff": Details(
        """\
Prints what `prontodb import --src PATH` would change and changes nothing: `+ key: value` for
what is new, `~ key: old → new`, and with --replace `- key` for what would go. Line breaks are
shown as \\n, long values are cut; --output json has all of them. Exit code 1 if something would
change.""",
        (
            INTRO,
            Example("prontodb export doc.guide --tree out", "as files", None),
            Example("prontodb doc diff guide --src out", "nothing differs", ""),
            Example("echo Hello > out/10_intro.md", "an edit"),
            Example(
                "prontodb doc diff guide --src out",
                "shows it",
                "~ sections[10_intro]: Welcome\\n → Hello\\n\n",
                1,
            ),
        ),
    ),
}
