"""A namespace as the files of one directory, and back (M-181…M-185). Names and contents only; who writes them is store/trees.py."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.addresses.keys import canonical_key, to_notation
from store.documents import manifest as manifests
from store.documents.checksum import text_digest
from store.documents.kinds import (
    EXTENSIONS,
    LANGUAGE_OF,
    metadata_key,
    metadata_name,
    order_key,
    primary_family,
    slot_of,
)
from store.documents.manifest import Listed, Manifest
from store.documents.naming import MANIFEST, META, SPECIAL, VALUES, file_key, file_name, is_leftover, other_file_keys
from store.documents.order import assemble, document_order, order_number, whole_number
from store.documents.single import MARK, ExportData, lines_of, read_lines
from store.errors import InputError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from store.documents.naming import FileKey

Warnings = list[tuple[str, str]]
"""Code and sentence of what should be known though it went on."""
FULL = "full"
DIGEST_OF_FULL = metadata_key("sha256.full")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file system says about a file. mode: permission bits. modified: epoch seconds."""

    mode: int
    modified: int


@dataclass(frozen=True, slots=True)
class Options:
    """How a directory is read. assemble: make the whole text of the parts where it is missing.

    capture: which of `lang`, `permissions`, `mtime` are to be stored as metadata (M-185).
    """

    assemble: bool = True
    capture: Collection[str] = ()


@dataclass(slots=True)
class Found:
    """What a directory holds. missing: keys, in notation, that its manifest lists and no file has."""

    data: ExportData
    warnings: Warnings = field(default_factory=list)
    missing: tuple[str, ...] = ()


def files_of(data: ExportData) -> dict[str, str]:
    """File name and content of everything a namespace is written as, the manifest last.

    Raises Refused `case-collision` for names that some file systems take for one.
    """
    tokens = [(canonical_key(key), value) for key, value in data.tokens]
    about = {name: value for key, value in tokens if (name := metadata_name(key)) is not None}
    orders = _orders(about)
    secrets = {canonical_key(key) for key in data.secrets}
    parts: dict[str, str] = {}
    special: dict[str, list[tuple[str, str]]] = {META: [], VALUES: []}
    listed = []
    for key, value in tokens:
        found = slot_of(key)
        slot = found[1] if found is not None else ""
        name = file_name(data.context, key, orders.get(slot), about.get("lang"))
        if name in special:
            special[name].append((slot if name == META else to_notation(key), value))
        elif name in parts:
            raise _collision([name, name], f"{data.context}:{data.namespace}:")
        else:
            parts[name] = value
        number = order_number(slot, orders) if name not in special else None
        listed.append(Listed(to_notation(key), name, text_digest(value), number, key in secrets))
    refuse_same_letters(parts, f"{data.context}:{data.namespace}:")
    lines = {name: _file_of_lines(lines_of(tokens)) for name, tokens in special.items() if tokens}
    written = Manifest(data.context, data.namespace, data.checksum, tuple(listed))
    return {**parts, **lines, MANIFEST: manifests.to_text(written)}


def refuse_same_letters(names: Iterable[str], place: str) -> None:
    """Raise `case-collision` if two names differ by nothing but the case of letters (M-180)."""
    names = sorted(names)
    folded = Counter(name.casefold() for name in names)
    same = [name for name in names if folded[name.casefold()] > 1]
    if same:
        first = same[0].casefold()
        raise _collision([name for name in same if name.casefold() == first], place)


def data_of(
    context: str,
    namespace: str,
    files: Mapping[str, bytes],
    place: str,
    options: Options | None = None,
    facts: Mapping[str, Facts] | None = None,
) -> Found:
    """What the files of one directory are as a namespace. place: the directory, for messages.

    Raises InputError `bad-manifest`, `bad-file`, `same-key`; `case-collision`; what reading lines raises.
    """
    options = options or Options()
    refuse_same_letters(files, place)
    reader = _Directory(context, files, place)
    reader.listed_files()
    reader.other_files()
    reader.tell_marks()
    missing = reader.drop_missing()
    reader.settle_full(options.assemble, missing)
    if options.capture:
        reader.capture(options.capture, facts or {})
    tokens = tuple((to_notation(key), value) for key, value in reader.tokens.items() if value is not None)
    secrets = frozenset(to_notation(key) for key in reader.secrets)
    told = reader.manifest or Manifest(context, namespace, "", ())
    data = ExportData(told.context, told.namespace, tokens, None, told.checksum or None, secrets)
    data = data.moved_to(context, namespace)
    return Found(data, reader.warnings, tuple(to_notation(key) for key in missing))


class _Directory:
    """One directory while it is read. `tokens`: value by canonical key, in order; None: the manifest lists it, no file has it."""

    def __init__(self, context: str, files: Mapping[str, bytes], place: str) -> None:
        self.context = context
        self.primary = primary_family(context)
        self.files = files
        self.place = place
        self.tokens: dict[str, str | None] = {}
        self.names: dict[str, str] = {}  # file of each key that has one of its own
        self.secrets: set[str] = set()
        self.warnings: Warnings = []
        self.manifest = manifests.from_text(self.text(MANIFEST), f"{place}/{MANIFEST}") if MANIFEST in files else None
        self.listed = {canonical_key(entry.key): entry for entry in self.manifest.entries} if self.manifest else {}
        self.lines = {META: self.entries(META, metadata_key), VALUES: self.entries(VALUES, canonical_key)}

    def entries(self, name: str, key_of: Callable[[str], str]) -> dict[str, str]:
        """What the lines of a special file say, by key; a file that is not there says nothing."""
        found: dict[str, str] = {}
        if name in self.files:
            place = f"{self.place}/{name}"
            for text, value in read_lines(self.text(name), place):
                key = key_of(text)
                if key in found:
                    self.warnings.append(
                        ("same-key", f"{place} has {to_notation(key)} more than once; the last counts")
                    )
                found[key] = value
        return found

    def text(self, name: str) -> str:
        """The content of a file that must be text; a mark that an editor put before one of the special files does not count."""
        try:
            text = self.files[name].decode()
            return text.removeprefix(MARK) if name in SPECIAL else text
        except UnicodeDecodeError:
            sentence = f"{self.place}/{name} is not UTF-8 text; nothing was imported"
            raise InputError("bad-file", sentence, hint="only text can be imported from a tree") from None

    def listed_files(self) -> None:
        """What the manifest lists, in its order (M-183)."""
        for key, entry in self.listed.items():
            if entry.file in self.lines:
                self.tokens[key] = self.lines[entry.file].pop(key, None)
            elif entry.file in self.files and entry.file != MANIFEST:
                self.tokens[key] = self.text(entry.file)
                self.names[key] = entry.file
            else:
                self.tokens[key] = None
            if entry.secret:
                self.secrets.add(key)

    def other_files(self) -> None:
        """What no manifest lists, by file name (M-182, M-184)."""
        claimed = set(self.names.values())
        for name in sorted(self.files):
            if name in self.lines:
                for key, value in self.lines[name].items():
                    self.add(key, value, name)
            elif name not in claimed:
                self.other_file(name)

    def other_file(self, name: str) -> None:
        found = file_key(self.context, name)
        if found is None:
            return
        if is_leftover(name):
            sentence = f"{self.place}/{name} is hidden, or a copy that an editor left, and was passed over"
            self.warnings.append(("passed-over", sentence))
            return
        try:
            value = self.files[name].decode()
        except UnicodeDecodeError:
            self.warnings.append(("passed-over", f"{self.place}/{name} is not UTF-8 text and was passed over"))
            return
        if (
            self.tokens.get(found.key) is not None
        ):  # two files of one name: the second keeps its extension and its number
            found = self.free_key(name)
        if found.renamed:
            self.warnings.append(("renamed", f"{self.place}/{name} is taken for {to_notation(found.key)}"))
        self.add(found.key, value, name)
        self.names[found.key] = name
        slot = slot_of(found.key)
        if found.order and slot is not None:
            self.add_order(slot[1], found.order, name)

    def free_key(self, name: str) -> FileKey:
        """What a file stands for when another one has the key that its name gives."""
        longer, longest = other_file_keys(self.context, name)
        return longer if self.tokens.get(longer.key) is None else longest

    def add(self, key: str, value: str, name: str) -> None:
        if self.tokens.get(key) is not None:
            other = self.names.get(key, "another line")
            raise InputError(
                "same-key",
                f"{self.place}: {name} and {other} are both {to_notation(key)}; nothing was imported",
                hint="rename one of them",
            )
        self.tokens[key] = value

    def tell_marks(self) -> None:
        """An editor may put an invisible mark before a text; that is stored as it is, but nobody sees it."""
        for key, name in self.names.items():
            value, entry = self.tokens.get(key), self.listed.get(key)
            if value and value.startswith(MARK) and (entry is None or entry.digest != text_digest(value)):
                sentence = f"{self.place}/{name} begins with a byte order mark, which is now part of its text"
                self.warnings.append(("byte-order-mark", sentence))

    def add_order(self, slot: str, order: str, name: str) -> None:
        """The order number in a file name; it wins over a different one in `.meta`, which renaming a file does not change."""
        key = order_key(slot)
        known = self.tokens.get(key)
        if known is not None and whole_number(known) == whole_number(order):
            return
        if known is not None:
            self.warnings.append(("order-differs", f"{self.place}/{name}: its number counts, not the one in {META}"))
        self.tokens[key] = order

    def drop_missing(self) -> list[str]:
        """Restore what the manifest itself knows of an order number; the keys of files that are gone."""
        orders = _orders(self.about())
        for key, entry in self.listed.items():
            slot = slot_of(key)
            if slot is None or entry.order is None or self.tokens[key] is None or entry.file in self.lines:
                continue
            if slot[1] not in orders and order_number(slot[1], orders) != entry.order:
                orders[slot[1]] = self.tokens[order_key(slot[1])] = str(entry.order)
        return [key for key, value in self.tokens.items() if value is None]

    def about(self) -> dict[str, str]:
        """Metadata by name."""
        return {
            name: value
            for key, value in self.tokens.items()
            if value is not None and (name := metadata_name(key)) is not None
        }

    def parts(self) -> dict[str, str]:
        """Text of each slot of the primary family, in document order."""
        slots = {
            slot[1]: value
            for key, value in self.tokens.items()
            if value is not None and (slot := slot_of(key)) is not None and slot[0] == self.primary
        }
        return {slot: slots[slot] for slot in document_order(list(slots), _orders(self.about()))}

    def settle_full(self, may_assemble: bool, missing: list[str]) -> None:
        """The whole text and its parts, each possibly edited since the manifest was written (M-185)."""
        parts = self.parts()
        kept, entry = self.tokens.get(FULL), self.listed.get(FULL)
        if kept is None:
            if may_assemble and parts and (self.manifest is None or entry is not None):
                self.reassemble(parts, entry.digest if entry else "")
                if FULL in missing:
                    missing.remove(FULL)
            return
        if entry is None or not parts:
            return
        full_changed, parts_changed = text_digest(kept) != entry.digest, self.parts_changed(parts)
        if parts_changed and not full_changed:
            if may_assemble:
                self.reassemble(parts, entry.digest)
        elif full_changed and parts_changed:
            sentence = "both the whole text and its parts were edited; the whole text was kept as it is"
            self.warnings.append(("full-conflict", f"{self.place}: {sentence}"))
        elif full_changed:
            sentence = "the whole text was edited; its parts are as they were"
            self.warnings.append(("slots-stale", f"{self.place}: {sentence}"))

    def reassemble(self, parts: Mapping[str, str], digest: str) -> None:
        """Make the whole text of its parts; a digest of it that was right stays right."""
        text = assemble(parts.values())
        if digest and self.tokens.get(DIGEST_OF_FULL) == digest:
            self.tokens[DIGEST_OF_FULL] = text_digest(text)
        self.tokens[FULL] = text

    def parts_changed(self, parts: Mapping[str, str]) -> bool:
        """Whether the parts, or their order, are not what the manifest says."""
        listed = {
            slot[1]: entry
            for key, entry in self.listed.items()
            if (slot := slot_of(key)) is not None and slot[0] == self.primary
        }
        orders = {slot: str(entry.order) for slot, entry in listed.items() if entry.order is not None}
        if list(parts) != document_order(list(listed), orders):
            return True
        return any(text_digest(value) != listed[slot].digest for slot, value in parts.items())

    def capture(self, wanted: Collection[str], facts: Mapping[str, Facts]) -> None:
        """Store what the file system knows as metadata, where there is none of it yet."""
        about = self.about()
        if "lang" in wanted and "lang" not in about:
            whole = self.names.get(FULL)
            names = [whole] if whole else list(self.names.values())
            endings = {name.rpartition(".")[2] for name in names}
            ending = endings.pop() if len(endings) == 1 else ""
            if ending in LANGUAGE_OF and ending != EXTENSIONS.get(self.context):
                self.tokens[metadata_key("lang")] = LANGUAGE_OF[ending]
        if "permissions" in wanted and "permissions" not in about and self.names.get(FULL) in facts:
            self.tokens[metadata_key("permissions")] = f"{facts[self.names[FULL]].mode:04o}"
        if "mtime" in wanted:
            for key, name in self.names.items():
                slot = slot_of(key)
                if slot is not None and name in facts:
                    self.tokens[metadata_key(f"mtime.{slot[1]}")] = str(facts[name].modified)


def _file_of_lines(lines: list[str]) -> str:
    """Lines as a file; a blank one goes first where a key begins with what else is the mark of an editor."""
    text = "".join(f"{line}\n" for line in lines)
    return f"\n{text}" if text.startswith(MARK) else text


def _orders(about: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix("order."): value for name, value in about.items() if name.startswith("order.")}


def _collision(names: list[str], place: str) -> Refused:
    return Refused(
        "case-collision",
        f"{place} {' and '.join(names[:2])} differ only by the case of letters; nothing was written or read",
        hint="rename one of them: many file systems hold only one of the two",
    )
