"""A namespace as a document, ready to be shown: its lines on the left, the texts they lead to, what is known of it. No Textual.

Everything here may hold stored text; whoever shows it makes it safe.
"""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from store.addresses.keys import canonical_key, to_notation
from store.documents.kinds import WHOLE, extension
from store.model import Address
from store.operation import reading
from store.operations.documents import OK, document
from store.operations.entries import head
from tui.browser.state import counted
from tui.browser.text.preview import human_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from store.operation import Steps
    from store.operations.documents import Document, Section
    from tui.browser.services import Services

Tone = Literal["good", "bad", "faint"]

MASK = "•••••• a secret"
NOTHING = "— empty —"


@dataclass(frozen=True, slots=True)
class Text:
    """One part of what is shown on the right. label: a heading above it, "" for none. note: it is not of the document itself."""

    key: str
    text: str
    label: str = ""
    note: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """What a line on the left leads to: texts, one below the other. facts: what is known of all of it."""

    name: str
    facts: str
    texts: tuple[Text, ...]
    markdown: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line on the left. group: the name of that which it leads to; text: the key of its text there. entry: its canonical key.

    state: what is known about its digest, or whether the whole text is stale; a word with a glyph.
    """

    key: str
    label: str
    group: str
    text: str = ""
    entry: str = ""
    number: int | None = None
    size: int | None = None
    kind: str = ""
    state: str = ""
    head: bool = False

    @property
    def tone(self) -> Literal["good", "bad"]:
        """Whether the state is good news."""
        return "good" if self.state.startswith("✓") else "bad"


@dataclass(frozen=True, slots=True)
class Held:
    """A document as it is shown. words: what is to be known of the whole, and whether that is good news."""

    context: str
    namespace: str
    entries: int
    lines: tuple[Line, ...]
    groups: tuple[Group, ...]
    words: tuple[tuple[str, Tone], ...]
    sections: int

    def group(self, name: str) -> Group | None:
        """The group called `name`."""
        return next((group for group in self.groups if group.name == name), None)


async def load(services: Services, context: str, namespace: str, before: Held | None) -> Held:
    """Read a document; `before` itself if nothing has changed. Raises StoreError, `not-text` for parts that are bytes."""
    found, whole = await services.run(_read(services.meta, context, namespace, now_ms=services.now_ms()))

    def prepare() -> Held:
        held = hold(found, whole)
        return before if before == held else held

    return await to_thread(prepare)


@reading
def _read(meta: str, context: str, namespace: str, *, now_ms: int) -> Steps[tuple[Document, str]]:
    """The document, and under which key its whole text is."""
    found = yield from document(meta, context, namespace, now_ms=now_ms)
    for key in WHOLE if found.full is not None else ():
        there = yield from head(Address(meta, context, namespace, key), limit=0)
        if there is not None and not there.secret and (there.expires_at is None or there.expires_at > now_ms):
            return found, key
    return found, WHOLE[0]


def hold(found: Document, whole: str = WHOLE[0]) -> Held:
    """A document as lines and groups. whole: the key of its whole text. Costs in proportion to its size: for a thread."""
    markdown = extension(found.context, found.about("lang")) == "md"
    states = {canonical_key(item.key): item.state for item in found.integrity}
    lines: list[Line] = []
    groups: list[Group] = []
    for family in found.families:
        title = "assembled" if family.name == found.primary else ""
        size = sum(section.size for section in family.sections)
        facts = " · ".join(filter(None, (title, counted(len(family.sections), "part"), human_size(size))))
        texts = tuple(_section_text(section, labelled=not title) for section in family.sections)
        groups.append(Group(family.name, facts, texts, markdown))
        lines.append(Line(f"head {family.name}", family.name, family.name, size=size, head=True))
        lines += (_section_line(section, family.name, family.kind, states) for section in family.sections)
    _add_whole(found, whole, markdown, states, lines, groups)
    _add_metadata(found, states, lines, groups)
    if found.others:
        shown = [to_notation(key) for key in found.others]
        texts = (Text("others", "\n".join(shown)), Text("hint", "enter on one of them goes to the entry", note=True))
        groups.append(Group("other entries", "no part of the document", texts))
        lines.append(Line("head others", "other entries", "other entries", head=True))
        lines += (
            Line(f"entry {key}", label, "other entries", entry=key, kind="simple", state=_state(states.get(key)))
            for key, label in zip(found.others, shown, strict=True)
        )
    return Held(
        found.context,
        found.namespace,
        found.entries,
        tuple(lines),
        tuple(groups),
        tuple(_words(found)),
        len(found.sections),
    )


def _section_text(section: Section, *, labelled: bool) -> Text:
    label = section.shown if labelled else ""
    if section.secret:
        return Text(section.key, MASK, label, note=True)
    return Text(section.key, section.value, label) if section.value else Text(section.key, NOTHING, label, note=True)


def _section_line(section: Section, group: str, kind: str, states: dict[str, str]) -> Line:
    return Line(
        f"entry {section.key}",
        section.slot,
        group,
        section.key,
        section.key,
        section.number,
        section.size,
        kind,
        _state(states.get(section.key)),
    )


def _add_whole(
    found: Document, key: str, markdown: bool, states: dict[str, str], lines: list[Line], groups: list[Group]
) -> None:
    """The text as it is kept under `key`."""
    if found.full is None:
        return
    size = len(found.full.encode())
    facts = f"the whole text as it is kept · {human_size(size)}"
    groups.append(Group("whole text", facts, (Text(key, found.full or NOTHING, note=not found.full),), markdown))
    state = _state(states.get(key))
    if found.stale and states.get(key) in (None, OK):
        state = "≠ stale"
    lines.append(Line("whole", "whole text", "whole text", key, key, None, size, "canonical", state, head=True))


def _add_metadata(found: Document, states: dict[str, str], lines: list[Line], groups: list[Group]) -> None:
    """What is said about the document, and digests of entries that are gone."""
    if not found.metadata:
        return
    width = min(28, max(len(name) for name, _ in found.metadata))
    table = "\n".join(f"{name:{width}}  {value}" for name, value in found.metadata)
    groups.append(Group("metadata", counted(len(found.metadata), "name"), (Text("metadata", table),)))
    lines.append(Line("head metadata", "metadata", "metadata", head=True))
    for name, value in found.metadata:
        digest = name.startswith("sha256.")
        state = _state(states.get(canonical_key(name.removeprefix("sha256."))) if digest else None)
        entry = canonical_key(f"metadata[{name}]")
        label = name if digest else f"{name} = {value}"
        lines.append(Line(f"entry {entry}", label, "metadata", entry=entry, kind="metadata", state=state))


def _state(state: str | None) -> str:
    """Glyph and word for the state of a digest, "" where none is kept."""
    return "" if state is None else f"✓ {state}" if state == OK else f"✗ {state}"


def _words(found: Document) -> Iterator[tuple[str, Tone]]:
    if found.stale:
        yield "≠ stale: the whole text is not what its parts make", "bad"
    elif found.full is not None and found.sections:
        yield "= the whole text is what its parts make", "faint"
    states = [item.state for item in found.integrity]
    good = states.count(OK)
    if good:
        yield f"✓ {counted(good, 'digest')} ok", "good"
    for state in ("changed", "missing"):
        names = [item.key for item in found.integrity if item.state == state]
        if names:
            yield f"✗ {state}: {_few(names)}", "bad"
    if found.hidden:
        yield f"{counted(found.hidden, 'secret value is', 'secret values are')} left out", "faint"


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
