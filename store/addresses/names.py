"""What a name may look like: address parts (P-011, M-020), users, metas, databases, cursors (P-098, P-105…P-107).

The `bad_…` functions answer None or `(code, offset)`: what is wrong and the 0-based offset of the first character at
fault. The `…_name` functions return the name or raise `InputError` with that code and position. No pattern language:
`$` would let a final newline through, and importing it costs more than a `get`.
"""

from __future__ import annotations

from store.errors import InputError, Refused

NAME_LIMIT = 64  # P-011: project, namespace, variant
KEY_LIMIT = 128  # P-011: key; P-021: cache key
USER_LIMIT = 32  # P-105
BAD_DELIMITERS = "_-+@=;\"'\\*?"  # P-013

RESERVED_USERS = frozenset(
    "default pronto prontodb pdb main rust user name config cache data temp tmp system admin root database db storage"
    " cursor meta namespace project".split()
)
RESERVED_METAS = RESERVED_USERS | {"pipe"}
RESERVED_CURSORS = frozenset(("set", "use", "list", "active", "delete", "clear", "help"))

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Problem = tuple[str, int] | None


def _is_ascii(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "_-")


def _is_letter(char: str) -> bool:
    return char.isalnum() or char in "_-@+"


def _first(text: str, good: Callable[[str], bool]) -> Problem:
    for offset, char in enumerate(text):
        if not good(char):
            return "bad_char", offset
    return None


def bad_ascii(text: str) -> Problem:
    """Whether every character is one of `A-Z a-z 0-9 _ -`."""
    if text.isascii() and text.replace("_", "a").replace("-", "a").isalnum():
        return None
    return _first(text, _is_ascii)


def bad_letters(text: str) -> Problem:
    """Whether every character is a letter or digit of any script or one of `_ - @ +` (P-011).

    Read character by character with `str.isalnum`: letters of every script, digits and other numbers (`²`, `½`). A
    combining mark is neither letter nor digit: text in decomposed form is refused, so that two keys that look the same
    are not easily two keys; so are spaces, controls, joiners, bidi marks, emoji and lone surrogates.
    """
    if text.isalnum() or text.replace("_", "a").replace("-", "a").replace("@", "a").replace("+", "a").isalnum():
        return None
    return _first(text, _is_letter)


def bad_name(name: str) -> Problem:
    """P-011 for a project (context) or a namespace. A `__` inside is `bad_char` at the `__`."""
    if not name:
        return "empty_part", 0
    if len(name) > NAME_LIMIT:
        return "too_long", NAME_LIMIT
    problem = bad_ascii(name)
    double = name.find("__")
    if double >= 0 and (problem is None or double < problem[1]):
        return "bad_char", double
    return problem


def bad_key(key: str) -> Problem:
    """P-011 for a key without its variant; the empty key is the caller's to name."""
    return ("too_long", KEY_LIMIT) if len(key) > KEY_LIMIT else bad_letters(key)


def bad_variant(variant: str) -> Problem:
    """P-011 for a variant: the key's alphabet, 1–64, no `__`."""
    if not variant:
        return "empty_context", 0
    if len(variant) > NAME_LIMIT:
        return "too_long", NAME_LIMIT
    problem = bad_letters(variant)
    double = variant.find("__")
    if double >= 0 and (problem is None or double < problem[1]):
        return "bad_char", double
    return problem


def bad_cache_key(key: str) -> Problem:
    """P-021: 1–128 of `A-Z a-z 0-9 _ -`, nothing split off."""
    if not key:
        return "empty_part", 0
    return ("too_long", KEY_LIMIT) if len(key) > KEY_LIMIT else bad_ascii(key)


def bad_visible(text: str) -> int:
    """M-020: offset of the first whitespace, control character, `:`, `;`, `=` or `"`; -1 if there is none.

    Lone surrogates (undecodable bytes of a command line) count as controls: no database could take them.
    """
    if text.isprintable() and not any(char in text for char in ' :;="'):
        return -1
    for offset, char in enumerate(text):
        if char.isspace() or char in ':;="' or char < " " or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff":
            return offset
    return -1


def bad_delimiter(delimiter: str) -> bool:
    """P-013: whether it is anything but one printable ASCII punctuation character outside `BAD_DELIMITERS`."""
    one = len(delimiter) == 1 and "!" <= delimiter <= "~"
    return not one or delimiter.isalnum() or delimiter in BAD_DELIMITERS


def _bad_word(name: str, limit: int, reserved: bool, extra: str = "") -> Problem:
    """P-105, P-106, P-098 in their order: empty, too_long, reserved, starts_with_digit, bad_char.

    ASCII letters and digits; the characters of `extra` too, but not first.
    """
    if not name:
        return "empty", 0
    if len(name) > limit:
        return "too_long", limit
    if reserved:
        return "reserved", 0
    if "0" <= name[0] <= "9":
        return "starts_with_digit", 0
    if name[0] in extra:
        return "bad_char", 0
    return _first(name, lambda char: char.isascii() and (char.isalnum() or char in extra))


def bad_meta(name: str) -> Problem:
    """P-106."""
    return _bad_word(name, NAME_LIMIT, name.lower() in RESERVED_METAS, "_")


def user_name(name: str) -> str:
    """`name` if P-105 allows it as a user name."""
    problem = _bad_word(name, USER_LIMIT, name.lower() in RESERVED_USERS)
    return _checked(name, problem, "user", "is alphanumeric: 1 to 32 ASCII letters and digits")


def meta_name(name: str) -> str:
    """`name` if P-106 allows it as a meta name."""
    return _checked(name, bad_meta(name), "meta", "is 1 to 64 ASCII letters, digits and _")


def cursor_name(name: str) -> str:
    """`name` if P-098 allows it as a cursor name; reserved are the words of the `cursor` command, in lower case."""
    problem = _bad_word(name, NAME_LIMIT, name in RESERVED_CURSORS, "_-")
    return _checked(name, problem, "cursor", "is 1 to 64 ASCII letters, digits, _ and -")


def database_name(text: str) -> str:
    """The database's name, a final `.db` dropped, if P-107 allows it. Codes: empty, too_long, traversal, bad_char.

    Text with a `/` is a file path for P-107: the caller tells the two apart; as a name it is refused here.
    """
    name = text.removesuffix(".db") or text
    problem: Problem = None
    if not name:
        problem = "empty", 0
    elif len(name) > NAME_LIMIT:
        problem = "too_long", NAME_LIMIT
    elif ".." in name:
        problem = "traversal", name.index("..")
    elif name[0] in "._-":
        problem = "bad_char", 0
    else:
        problem = _first(name, lambda char: _is_ascii(char) or char == ".")
    rule = "is 1 to 64 ASCII letters, digits, '.', _ and -, without '..'"
    return _checked(text, problem, "database", rule, start="a letter or digit") and name


def isolated_file(base: str, user: str) -> str:
    """P-113: the file name of `user`'s own database beside `base`; "" and `default` are the default user."""
    stem = base.removesuffix(".db")
    if user in ("", "default") or stem.endswith(f"_{user}"):
        return f"{stem}.db"
    return f"{stem}_{user}.db"


def effective_meta(
    forced: str | None = None, flag: str | None = None, cursor: str | None = None, *, database_flag: bool = False
) -> str:
    """P-100: the meta in effect, "" for none: lock, else `--meta`, else the cursor's unless `--database` bypasses it.

    `forced` is PRONTO_FORCE_META (P-111; "" means unset). Raises `Refused` with code `locked` when another meta is asked
    for under a lock, `InputError` when a name is bad. Four-part addresses are judged against the result by
    `read_address` (P-018).
    """
    own = None if database_flag else cursor
    if forced:
        meta_name(forced)
        for other, origin in ((flag, "--meta"), (own, "the cursor")):
            if other is not None and other != "" and other != forced:
                hint = f"{origin} asks for '{other}'; leave it out or use '{forced}'"
                raise Refused("locked", f"meta context is locked to '{forced}'", hint=hint, text=other)
        if flag == "":
            meta_name(flag)
        return forced
    if flag is not None:
        return meta_name(flag)
    return meta_name(own) if own else ""


def _checked(name: str, problem: Problem, kind: str, rule: str, start: str = "a letter") -> str:
    if problem is None:
        return name
    code, position = problem
    shown = f"'{name[:64]}'" if name.isprintable() else ascii(name[:64])
    sentences = {
        "empty": "it is empty",
        "too_long": "it is too long",
        "reserved": "the word is reserved",
        "starts_with_digit": "it starts with a digit",
        "traversal": "'..' may not stand in it",
        "bad_char": f"{name[position : position + 1]!a} may not stand there",
    }
    rule = f"a {kind} name {rule}, starting with {start}"
    hint = "leave the '..' out" if code == "traversal" else f"choose another {kind} name"
    message = f"invalid {kind} name {shown}: {sentences[code]}" + ("" if code == "reserved" else f"; {rule}")
    raise InputError(code, message, hint=hint, text=name, position=position, segment=kind)
