"""What to say about a bad address: sentence, place and repair. Imported only when there is something to say.

Every sentence contains `invalid address` in some case (P-002); every hint names the repair and, where one can be
guessed, the corrected text (M-099). `position` is the 0-based offset of the fault in `text`: where the caret goes.
"""

from __future__ import annotations

from store.errors import AddressError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.addresses.dotted import Reading

SHOWN = 80  # characters of a bad address worth repeating in a sentence
ALPHABETS = {
    "context": "ASCII letters, digits, _ and -, no __",
    "namespace": "ASCII letters, digits, _ and -, no __",
    "meta": "ASCII letters, digits and _, starting with a letter",
    "key": "letters and digits of any script, _ - @ and +",
    "variant": "letters and digits of any script, _ - @ and +, no __",
    "cache": "ASCII letters, digits, _ and -",
}
LIMITS = {"key": 128, "cache": 128}


def visible(text: str) -> str:
    """`text` fit for one line: cut to `SHOWN` characters, unprintable ones as escapes."""
    cut = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in cut)


def _char(text: str, position: int) -> str:
    """The offending character with its code point when it cannot be seen."""
    char = text[position : position + 1]
    if text[position : position + 2] == "__":
        return "'__'"
    return f"'{char}'" if char.isprintable() and not char.isspace() else f"{char!a} (U+{ord(char):04X})"


def dotted_fault(
    code: str, text: str | None, position: int, segment: str, reading: Reading, detail: str = ""
) -> AddressError:
    """The error of P-016 `code`. `detail`: what a sentence cannot find in the text, a count, an option, a meta."""
    given = text or ""
    word = "key" if segment in ("", "cache") else segment
    sentence = {
        "empty": "nothing was given",
        "too_many_parts": f"too many parts, {detail} instead of at most four",
        "empty_part": f"the {word} is empty",
        "bad_char": f"{_char(given, position)} may not stand in a {word}",
        "too_long": f"the {word} is longer than {LIMITS.get(segment, 64)} characters",
        "empty_key": "there is no key before the '__'",
        "empty_context": "there is no variant after the '__'" if "__" in given else "the variant is empty",
        "key_has_delim": f"with {detail} the argument is a key, but it holds the delimiter '{reading.delimiter}'",
        "conflict": detail,
        "bad_delim": f"'{visible(reading.delimiter)}' cannot be the delimiter",
        "meta_conflict": _other_meta(reading),
        "reserved": f"'{visible(detail)}' is reserved and cannot be a meta",
        "starts_with_digit": "a meta starts with a letter",
        "incomplete": detail,
    }[code]
    shown = f" '{visible(given)}'" if given.strip() else ""
    return AddressError(
        code,
        f"Invalid address{shown}: {sentence}",
        hint=_dotted_hint(code, text, segment, reading),
        text=given,
        position=position,
        segment="key" if segment in ("variant", "cache") else segment,
    )


def _other_meta(reading: Reading) -> str:
    """P-018 and, where the environment has locked the meta, the words of P-111."""
    if reading.locked:
        return f"it names another meta, but the meta context is locked to '{reading.meta}'"
    return f"it names another meta than the one in effect, '{reading.meta}'"


def _dotted_hint(code: str, text: str | None, segment: str, reading: Reading) -> str:
    alphabet = ALPHABETS.get(segment, "")
    repair = {
        "empty": "write context.namespace.key",
        "too_many_parts": "write context.namespace.key, or meta.context.namespace.key",
        "empty_part": "write a name between all delimiters, or remove the surplus one",
        "bad_char": f"allowed are {alphabet}",
        "too_long": f"shorten it to {LIMITS.get(segment, 64)} characters",
        "empty_key": "write a key before the '__'",
        "empty_context": "write the variant, or remove the '__'",
        "key_has_delim": "give the key alone, or the whole address without options",
        "conflict": "say it once",
        "bad_delim": "one ASCII punctuation character, but none of _ - + @ = ; \" ' \\ * ?",
        "meta_conflict": "leave the meta out" + ("" if reading.locked else ", or choose it with --meta"),
        "reserved": "use another meta name",
        "starts_with_digit": "use another meta name",
        "incomplete": "write context.namespace.key, or give -p and -n",
    }[code]
    if code == "bad_char" and text and not text.isascii() and segment in ("key", "variant") and _composed(text) != text:
        repair += "; type accented letters as one character each"
    if code in ("bad_delim", "conflict", "meta_conflict") or segment == "cache":
        return repair
    from store.addresses.suggest import nearest

    better = nearest(text, reading)
    return f"{repair}; try {better}" if better and better != text else repair


def _composed(text: str) -> str:
    from unicodedata import normalize

    return normalize("NFC", text)


def namespace_fault(text: str | None, cause: AddressError | None, reading: Reading, count: int = 0) -> AddressError:
    """A bad `p.n` argument: the cause if a part is bad, else the wrong number of parts."""
    given = text or ""
    if cause is not None:
        message = f"{cause.message}; expected project.namespace"
        return AddressError(
            cause.code,
            message,
            hint=cause.hint.partition("; try ")[0],
            text=given,
            position=cause.position,
            segment=cause.segment,
        )
    code, said, position = "too_many_parts", f"too many parts, {count} instead of two", 0
    if not given.strip():
        code, said, shown = "empty", "nothing was given", ""
    else:
        shown = f" '{visible(given)}'"
    if count == 1:
        code, said, position = "incomplete", "one part only", len(given)
    elif count > 2:
        position = len(reading.delimiter.join(given.split(reading.delimiter)[:2]))
    message = f"Invalid address{shown}: expected project.namespace, {said}"
    return AddressError(
        code, message, hint="write project.namespace", text=given, position=position, segment="namespace"
    )


BRACKETS = {
    "bracket-mismatch": ("a bracket is missing", "close what is open"),
    "bracket-order": ("']' comes before '['", "open before closing"),
    "bracket-nested": ("brackets inside or after brackets", "separate coordinates by commas in one pair of brackets"),
    "bracket-trailing": ("text after the closing bracket", "the brackets come last"),
    "bracket-empty-base": ("nothing before the bracket", "write a key before the bracket"),
    "bracket-ambiguous": ("'_' stands where brackets could not be told apart from it", "use - instead of _ there"),
    "bracket-empty-index": ("an empty coordinate", "write all coordinates, or none for append"),
    "bracket-bad-char": ("a character that an index may not have", "allowed are ASCII letters, digits, _ - and ."),
}


def bracket_fault(code: str, text: str, position: int, segment: str) -> AddressError:
    """The error of M-037 `code` for a key; the hint shows the nearest valid form."""
    sentence, repair = BRACKETS[code]
    hint = f"{repair}; try {nearest_key(text)}"
    message = f"Invalid address, key '{visible(text)}': {sentence}"
    return AddressError(code, message, hint=hint, text=text, position=position, segment=segment)


def nearest_key(text: str) -> str:
    """A well-formed bracket key close to a malformed one: `a[x,y]` for `a[x][y]`, `list[0]` for `list[0`."""
    head, _, rest = text.partition("[") if "[" in text else text.partition("]")
    base = head.replace("]", "")
    while "__" in base:
        base = base.replace("__", "_")
    base = base.rstrip("_") or "key"
    for bracket in "[]":
        rest = rest.replace(bracket, ",")
    words = [
        "".join(char if (char.isascii() and char.isalnum()) or char in "_-." else "-" for char in word.strip())
        for word in rest.split(",")
    ]
    indices = [word.strip("-") or "name" for word in words if word]
    if len(indices) > 1:
        indices = [index.replace("_", "-") for index in indices]
    return f"{base}[{','.join(indices)}]"


def colon_fault(code: str, text: str, position: int, segment: str, sentence: str, hint: str) -> AddressError:
    """An error of M-098 `code` with the sentence and repair its finder knows best."""
    shown = f" '{visible(text)}'" if text.strip() else ""
    return AddressError(
        code, f"Invalid address{shown}: {sentence}", hint=hint, text=text, position=position, segment=segment
    )


def invalid_name(text: str, position: int, segment: str) -> AddressError:
    """M-020's `invalid-name`: the offending character and its offset."""
    if text[position : position + 1] == "#":
        sentence, hint = "a key may not begin with '#'", f"remove the '#' at offset {position}"
    else:
        sentence = f"{_char(text, position)} at offset {position} may not stand in a {segment}"
        hint = f'remove it: no whitespace, control character or any of : ; = " in a {segment}'
    return colon_fault("invalid-name", text, position, segment, sentence, hint)
