"""The XStream language: text to tokens (X-001 to X-009), tokens to text (X-010), and what must not be kept of it (P-078).

It knows nothing of addresses: `placing` says where a token goes. Time is linear in the size of the text (P-142).
"""

from __future__ import annotations

from store.errors import StreamError
from store.named import NamedTuple
from store.streams.labels import LABEL_LENGTH, make_label, one_line

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import AnyStr

MASK = "***"
NAME_MARKS = "_-.@+"
QUOTES = ('"', "'")


class Token(NamedTuple):
    """`ns` is None without a prefix; `value` is decoded (U-05). `offset`: where the token begins, in characters."""

    ns: str | None
    key: str
    value: str
    offset: int = 0

    @property
    def label(self) -> str:
        """What messages call it (X-009)."""
        head = self.key if self.ns is None else f"{self.ns}:{self.key}"
        return one_line(head[:LABEL_LENGTH])


def parse(text: str) -> list[Token]:
    """The tokens of `text`, in order; none for separators and whitespace alone.

    Raises StreamError at the first fault, which rejects the whole (X-009): `code` of section 14, `text` the token's label,
    `position` the character at fault, `hint` that of U-06 if the text looks like another language.
    """
    return list(scan(text))


def scan(text: str) -> Iterator[Token]:
    """`parse`, one token at a time: what stands before a fault is given before the fault is raised."""
    end = len(text.rstrip())
    find = text.find
    at = 0
    while True:
        while at < end and (text[at] == ";" or text[at].isspace()):
            at += 1
        if at >= end:
            return
        stop = find(";", at, end)
        if stop < 0:
            stop = end
        equals = find("=", at, stop)
        head = text[at:equals]
        ns = None
        key = head
        if equals < 0 or not head.isidentifier():
            ns, key = _split_head(text, at, equals, stop)
        begin = equals + 1
        if text.startswith(QUOTES, begin, end):
            close = closing_quote(text, begin, end)
            stop = close + 1
            if close < 0 or (stop < end and text[stop] != ";"):
                raise _bad_quotes(text, head, begin, close, end)
            value = text[begin + 1 : close]
            if "\\" in value and text[begin] == '"':
                value = "\\".join(piece.replace('\\"', '"') for piece in value.split("\\\\"))
        else:
            value = text[begin:stop]
            if value and not value.isalnum():
                _check_bare(text, head, value, begin)
        if not value and ns is None and key == "ns":
            raise _fault("empty_namespace", "'ns=' names no namespace", head, begin, text)
        yield Token(ns, key, value, at)
        at = stop + 1


def closing_quote(text: str, start: int, end: int) -> int:
    """Where the quote opened at `start` closes before `end`, or -1. Only in double quotes does a backslash protect (X-006)."""
    quote = text[start]
    close = text.find(quote, start + 1, end)
    if quote == "'":
        return close
    while close >= 0:
        before = close - 1
        while before > start and text[before] == "\\":
            before -= 1
        if (close - before) % 2:
            return close
        close = text.find(quote, close + 1, end)
    return -1


def dialect_hint(text: str) -> str:
    """What to tell someone whose rejected stream looks like one of the other two languages (U-06); "" if it does not."""
    if ":;:" in text:
        return (
            "`:;:` belongs to a Meteor stream (dialect meteor), another language, which `prontodb stream --dialect meteor` "
            "reads. In XStream a `;` ends every token, "
            'an address is written context.namespace.key=value; and a value holding `;` stands in quotes: key="a;b";'
        )
    if "ctl:" in text:
        return (
            "`ctl:` belongs to a Meteor token stream (dialect token), another language, which `prontodb stream --dialect "
            "token` reads. XStream only stores: write "
            "ns=namespace; key=value; and delete with `prontodb del`"
        )
    return ""


def _split_head(text: str, at: int, equals: int, stop: int) -> tuple[str | None, str]:
    """Prefix and key of the token at `at` whose first `=` is at `equals`, -1 if it has none before `stop`."""
    if equals < 0:
        raise _fault("missing_equals", "'{}' has no '='", text[at:stop].split(None, 1)[0], at, text)
    head = text[at:equals]
    ns, colon, key = head.partition(":")
    if ns.isalnum() and key.isalnum():
        return ns, key
    if not head:
        raise _fault("empty_key", "a token begins with '=': no key before it", head, at, text)
    if head[-1].isspace():
        raise _fault("space_before_equals", "blank before the '=' of '{}'", head, len(head.rstrip()) + at, text)
    if not colon:
        ns, key = "", head
    elif not ns:
        raise _fault("empty_namespace", "no namespace before the ':' of '{}'", head, at, text)
    elif ns.split() != [ns]:
        raise _fault("space_in_namespace", "blank in the namespace of '{}'", head, _blank(text, at), text)
    if not key:
        raise _fault("empty_key", "no key after the ':' of '{}'", head, equals, text)
    if key.split() != [key]:
        raise _fault("space_in_key", "blank in the key of '{}'", head, _blank(text, equals - len(key)), text)
    return (ns if colon else None), key


def _check_bare(text: str, head: str, value: str, begin: int) -> None:
    """Raise what is wrong with a value without quotes, if anything is: X-004, X-008."""
    if value[0].isspace():
        raise _fault("space_after_equals", "blank after the '=' of '{}'", head, begin, text)
    core = value.rstrip()
    breaks = [place for place in (core.find("\n"), core.find("\r")) if place >= 0]
    if breaks:
        sentence = "line break in the unquoted value of '{}' (is a ';' missing?)"
        raise _fault("newline_in_value", sentence, head, begin + min(breaks), text)
    if core != value:
        raise _fault("trailing_space", "blank before the ';' after '{}'", head, begin + len(core), text)


def _bad_quotes(text: str, head: str, begin: int, close: int, end: int) -> StreamError:
    """What is wrong with the quoted value at `begin`, closed at `close` (-1: never) but not followed by `;` (X-005, X-004)."""
    if close < 0:
        return _fault("unterminated_quote", "the quote after '{}=' is never closed", head, begin, text)
    stop = text.find(";", close, end)
    if text[close + 1 : stop if stop >= 0 else end].isspace():
        return _fault("trailing_space", "blank before the ';' after '{}'", head, close + 1, text)
    return _fault("text_after_quote", "text after the closing quote of '{}'", head, close + 1, text)


def _blank(text: str, at: int) -> int:
    while not text[at].isspace():
        at += 1
    return at


def _fault(code: str, sentence: str, head: str, position: int, text: str) -> StreamError:
    label = make_label(head)
    return StreamError(code, sentence.format(label), hint=dialect_hint(text), text=label, position=position)


# Tokens to text ------------------------------------------------------------------------------------------------------


def render(tokens: Iterable[tuple[str | None, str, str]] | Iterable[Token], *, stored: bool = False) -> str:
    """One line that parses back to the same tokens, `ns:key=value; …;`; "" for none (X-010).

    Names must be such as `parse` gives. `stored`: the values come out of the store, so the wider rule of U-05 says what is
    quoted; X-010 quotes only where parsing would go wrong.
    """
    needs_quotes = _ambiguous if stored else _unsafe
    pieces = []
    for token in tokens:
        ns, key, value = token[0], token[1], token[2]
        if needs_quotes(value):
            value = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        pieces.append(f"{key}={value};" if ns is None else f"{ns}:{key}={value};")
    return " ".join(pieces)


def _unsafe(value: str) -> bool:
    """X-010: without quotes it would not parse back."""
    if not value or value.isalnum():
        return False
    edges = value[0].isspace() or value[-1].isspace() or value.startswith(QUOTES)
    return edges or ";" in value or "\n" in value or "\r" in value


def _ambiguous(value: str) -> bool:
    """U-05: some reader of some stream language could take it for more than text."""
    if _unsafe(value) or '"' in value or "=" in value:
        return True
    return not value.isprintable() and any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in value)


# What must not be kept -----------------------------------------------------------------------------------------------


def mask(content: AnyStr) -> AnyStr:
    """`content` with the value of every `sec:…=` and `meta:sec:…=` replaced by `***`, every other byte unchanged (P-078).

    Made for rejected streams, so nothing is expected of the input. Where it is broken, the doubt goes to secrecy: a credential
    is one wherever its name can begin (after a forgotten `;`, inside a quote that never closes), and its value runs on to
    the next `;`, a line that looks like a token, or the end. A quoted value of another token is data and stays whole.
    """
    if isinstance(content, bytes):
        return _mask(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    return _mask(content)


def _mask(text: str) -> str:
    if "sec" not in text:
        return text
    lines = text.replace("\r", "\n")  # same offsets, one kind of line break
    end = len(text)
    pieces: list[str] = []
    kept = at = 0
    while at < end:
        if text[at] in ";=" or text[at].isspace():
            at += 1
            continue
        stop = lines.find(";", at)
        if stop < 0:
            stop = end
        equals = lines.find("=", at, stop)
        if equals < 0:
            at = stop
            continue
        value = _credential(lines, at, equals + 1)
        if value < 0:
            after = _after_quoted(lines, equals + 1, end)
            if after > 0:
                at = after
                continue
            value = _credential(lines, equals, stop)
        if value < 0:
            at = stop
            continue
        begin, at = _credential_span(lines, value, end)
        pieces += (text[kept:begin], MASK)
        kept = at
    return "".join(pieces) + text[kept:]


def _credential(lines: str, at: int, stop: int) -> int:
    """Where the value of the first credential named in `lines[at:stop]` begins: just behind its `=`; -1 without one.

    Directly behind another `=` it is the value of that token, not a name.
    """
    equals = -1
    name = lines.find("sec", at, stop)
    while name >= 0:
        colon = _skip_blanks(lines, name + 3, stop)
        before = lines[name - 1] if name > at else " "
        if colon < stop and lines[colon] == ":" and before != "=" and not (before.isalnum() or before in NAME_MARKS):
            if equals < colon:
                equals = lines.find("=", colon, stop)
                if equals < 0:
                    return -1
                key_end = equals
                while lines[key_end - 1].isspace():
                    key_end -= 1
            if lines.find("\n", _skip_blanks(lines, colon + 1, equals), key_end) < 0:
                return equals + 1
        name = lines.find("sec", name + 3, stop)
    return -1


def _after_quoted(lines: str, begin: int, end: int) -> int:
    """Where a properly quoted value at `begin` is over, its token with it; -1 if there is none."""
    if not lines.startswith(QUOTES, begin):
        return -1
    close = closing_quote(lines, begin, end)
    after = _skip_blanks(lines, close + 1, end)
    return after if close >= 0 and (after == end or lines[after] == ";") else -1


def _credential_span(lines: str, begin: int, end: int) -> tuple[int, int]:
    """First and last+1 offset of the secret whose `=` stands just before `begin`; edge blanks are not part of it."""
    first = _skip_blanks(lines, begin, end)
    bare = begin
    if lines.startswith(QUOTES, first):
        bare = closing_quote(lines, first, end) + 1
        if not bare:
            return first, len(lines.rstrip())
    stop = lines.find(";", bare)
    if stop < 0:
        stop = end
    at = lines.find("\n", bare, stop)
    while at >= 0:
        following = lines.find("\n", at + 1, stop)
        head, equals, value = lines[at + 1 : following if following >= 0 else stop].partition("=")
        if equals and value.strip() and value[0] != "=" and len(head.split()) == 1:
            stop = at  # base64 ends its lines with "=", tokens do not
            break
        at = following
    while stop > bare and lines[stop - 1].isspace():
        stop -= 1
    return min(first, stop), stop


def _skip_blanks(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at
