"""XStream tokens to events: where each one goes and who may say so (X-030 to X-039). No store is asked, nothing is written.

Everything that can be judged without the store is judged here, before the applier begins. What is left to the applier: whether
a namespace takes a lifetime (X-036).
"""

from __future__ import annotations

from store.addresses.dotted import Reading, read_dotted
from store.addresses.names import bad_delimiter, bad_key, bad_name
from store.errors import AddressError, Refused, StreamError
from store.model import Address, Position
from store.named import NamedTuple
from store.streams.events import IGNORED, SECURITY, Control, Directive, Write
from store.streams.labels import one_line
from store.streams.xstream import MASK, Token, dialect_hint, parse

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.errors import StoreError
    from store.streams.events import Event

ADMIN = "admin"
GLOBAL = "global"
LONGEST_TTL_S = 2**31 - 1
POSITIONAL = ("path", "ns", "p", "project", "namespace")
RESERVED_CREDENTIALS = ("apikey", "sess")
UNKEPT = frozenset(("auth", "no_input", "no_tokens"))


class Security(NamedTuple):
    """What a stream must prove: `required` asks for the preamble of X-039, `locked_user` is PRONTO_FORCE_USER or None."""

    required: bool = False
    admin_password: str | None = None
    locked_user: str | None = None


OPEN = Security()


def read_stream(content: bytes, reading: Reading, *, security: Security = OPEN) -> list[Event]:
    """The events of a whole input of `prontodb stream`, in token order.

    Raises InputError (`no_input`, `no_tokens`, `not_utf8`, the codes of section 14 and of P-016, `reserved`, `bad_ttl`) or
    Refused `auth`; ask `is_kept` whether such an input may be rescued. No error holds a value.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        offset = len(content[: error.start].decode())
        message = f"the input is not UTF-8 text: byte {error.start} cannot be read"
        hint = "streams carry text; store other bytes with `prontodb set <address> --stdin`, or as base64 with --b64"
        raise StreamError("not_utf8", message, hint=hint, position=offset) from None
    if not text.strip():
        raise StreamError("no_input", "No input", hint='try: echo "ns=project; key=value;" | prontodb stream')
    tokens = parse(text)
    if not tokens:
        raise StreamError("no_tokens", "No valid tokens", hint='try: echo "key=value;" | prontodb stream')
    try:
        return place(tokens, reading, security=security)
    except StreamError as error:
        error.hint = dialect_hint(text) or error.hint
        raise


def is_kept(error: StoreError) -> bool:
    """Whether an input rejected with `error` is to be rescued (X-042): not if it was empty, nor refused for credentials (P-078)."""
    return error.code not in UNKEPT


def place(tokens: Sequence[Token], reading: Reading, *, security: Security = OPEN) -> list[Event]:
    """One event per token, except that `ns=` gives none; the addresses are complete, the meta is that of `reading`.

    Tokens act from left to right (X-031). Credentials are judged first of all. Raises like `read_stream`.
    """
    authenticate(tokens, security)
    placer = _Placer(reading)
    for token in tokens:
        placer.take(token)
    return placer.events


def authenticate(tokens: Sequence[Token], security: Security) -> None:
    """Raise Refused `auth` unless `tokens` prove what `security` asks for (X-038, X-039).

    Without `required` the only demand is that a `sec:user` is the locked user.
    """
    if not security.required and security.locked_user is None:
        return
    password: str | None = None
    proven = False
    for token in tokens:
        name = _credential(token)
        if name is None:
            if security.required and not proven and not _is_directive(token):
                raise _auth("sec:pass and sec:user must come before the first data token", token)
            continue
        if name == "user" and security.locked_user and token.value != security.locked_user:
            raise _auth(f"user context is locked to '{security.locked_user}'", token)
        if not security.required:
            continue
        if name in RESERVED_CREDENTIALS:
            raise _auth(f"sec:{name} is reserved", token)
        if name == "pass":
            password = token.value
        elif name == "user":
            if password is None:
                raise _auth("sec:pass must come before sec:user", token)
            if not _is_admin(token.value, password, security):
                raise _auth("the credentials of this stream are not accepted", token)
            proven = True
    if security.required and not proven:
        raise _auth("this store takes streams only with sec:pass and sec:user", None)


def _is_admin(user: str, password: str, security: Security) -> bool:
    from hmac import compare_digest  # loads OpenSSL: only for those who need it

    if not security.admin_password:
        return False
    equal = compare_digest(_bytes(password), _bytes(security.admin_password))
    return equal and user == ADMIN


def _auth(reason: str, token: Token | None) -> Refused:
    position = None if token is None else token.offset
    return Refused("auth", f"stream authentication failed: {reason}", position=position)


def _credential(token: Token) -> str | None:
    """The name of a `sec:` token (X-038), None for any other."""
    if token.ns == "sec":
        return token.key
    if token.ns == "meta" and token.key.startswith("sec:"):
        return token.key[4:]
    return None


def _is_directive(token: Token) -> bool:
    return token.ns == "meta" or (token.ns is None and token.key == "ns")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class _Placer:
    """The state that tokens change for those after them: base, active namespace, delimiter, lifetime."""

    def __init__(self, reading: Reading) -> None:
        # An address of one part names the base itself: options, cursor and built-in position in their order.
        base = read_dotted("x", reading._replace(whole=False, variant=None))
        self.events: list[Event] = []
        self.meta = base.meta
        self.base = Position(base.context, base.namespace)
        self.delimiter = reading.delimiter
        self.active = ""
        self.ttl_s: int | None = None
        self.known: dict[str, Reading] = {}  # what precedes the last delimiter: how to read what follows

    def take(self, token: Token) -> None:
        """Append the event of one token, or change how the following ones are read."""
        ns = token.ns
        if ns is None and token.key == "ns":
            self.active = token.value
        elif ns == "sec" or ns == "meta":
            self.direct(token)
        else:
            address = self.address(token)
            try:
                value = token.value.encode()
            except UnicodeEncodeError:
                raise _fault("not_utf8", f"the value of '{token.label}' is not text", token) from None
            self.events.append(Write(address, value, self.ttl_s, token.label))

    def address(self, token: Token) -> Address:
        """X-032: the address of a data token."""
        delimiter, key = self.delimiter, token.key
        head = self.active if token.ns is None else token.ns
        if head == GLOBAL:
            head = ""
        dotted = delimiter in key
        if dotted:
            whole = key if not head or key.count(delimiter) == 2 else head + delimiter + key
            head, _, key = whole.rpartition(delimiter)
        near = self.known.get(head)
        if near is None or not key or (dotted and not head):
            address = self.read(head + delimiter + key if head or dotted else key, self.near(self.base), token)
            self.known[head] = self.near(Position(address.context, address.namespace))
            return address
        if "__" in key or bad_key(key) is not None:
            return self.read(key, near, token)
        context, namespace = near.position
        return Address(self.meta, context, namespace, key)

    def near(self, position: Position) -> Reading:
        """How to read what is said relative to `position`."""
        return Reading(position, self.meta, self.delimiter)

    def read(self, text: str, near: Reading, token: Token) -> Address:
        """The address `text`, up to three parts."""
        delimiter = self.delimiter
        if text.count(delimiter) > 2:
            message = f"'{token.label}': too many parts for project, namespace and key"
            hint = f"write project{delimiter}namespace{delimiter}key as the key of the token"
            raise _fault("too_many_parts", message, token, hint)
        try:
            address = read_dotted(text, near)
        except AddressError as error:
            raise _fault(error.code, f"'{token.label}': {error.message}", token, error.hint) from None
        if address.is_cache:
            raise _reserved(token)
        return address

    def direct(self, token: Token) -> None:
        """X-033 to X-038: a `meta:` or `sec:` token."""
        name, value = token.key, token.value
        credential = _credential(token)
        if credential is not None:
            self.events.append(Directive(credential, value if credential == "user" else MASK, SECURITY))
            return
        if name in POSITIONAL:
            self.move(token)
        elif name == "delim":
            if bad_delimiter(value):
                message = "'meta:delim' must be one ASCII punctuation character that no name can hold"
                raise _fault("bad_delim", message, token)
            self.delimiter = value
        elif name == "ttl":
            self.ttl_s = _ttl(token)
        else:
            self.events.append(Directive(name, value, IGNORED))
            return
        self.known.clear()
        self.events.append(Directive(name, value))

    def move(self, token: Token) -> None:
        """X-033, X-034: a new base. A half that stays the same came from the session and is not judged here."""
        name, value = token.key, token.value
        parts = value.split(self.delimiter)
        if name == "path" or (name in ("ns", "p") and len(parts) != 1):
            if len(parts) != 2:
                code = "too_many_parts" if len(parts) > 2 else "incomplete" if value else "empty"
                many = "too many parts: " if len(parts) > 2 else ""
                raise _fault(code, f"'meta:{name}': {many}expected project.namespace", token)
            context, namespace = parts
        elif name in ("p", "project"):
            context, namespace = value, self.base.namespace
        else:
            context, namespace = self.base.context, value
        for word, part, changed in (
            ("project", context, context != self.base.context),
            ("namespace", namespace, namespace != self.base.namespace),
        ):
            problem = bad_name(part) if changed else None
            if problem is not None:
                reason = {"too_long": "too long", "empty_part": "empty"}.get(problem[0], "no valid name")
                raise _fault(problem[0], f"invalid address in 'meta:{name}': the {word} is {reason}", token)
        if Address("", context, namespace, "").is_cache:
            raise _reserved(token)
        self.base = Position(context, namespace)
        if name not in ("p", "project") or len(parts) == 2:
            self.active = ""


def _ttl(token: Token) -> int | None:
    """X-036: whole seconds, at least 1 and at most what P-040 allows; None ends it."""
    digits = token.value.lstrip("0")
    if not token.value:
        return None
    whole = token.value.isascii() and token.value.isdigit()
    if not whole or not 0 < len(digits) <= len(str(LONGEST_TTL_S)) or int(digits) > LONGEST_TTL_S:
        message = f"'meta:ttl' must be a positive whole number of seconds, at most {LONGEST_TTL_S}"
        raise _fault("bad_ttl", message, token)
    return int(digits)


def _fault(code: str, message: str, token: Token, hint: str = "") -> StreamError:
    return StreamError(code, message, hint=hint, text=token.label, position=token.offset)


def _reserved(token: Token) -> StreamError:
    message = f"'{token.label}': pipe.cache is reserved, only a rescue writes there"
    return _fault("reserved", message, token, "choose another project or namespace")


# What is said about it -----------------------------------------------------------------------------------------------


def report(events: Sequence[Event], addresses: Sequence[Address], *, verbose: bool = False) -> list[str]:
    """The lines of X-041 for standard output. `addresses`: where the applier put each Write, in order.

    Values appear only with `verbose`, passwords never. Each line is one line whatever the value holds.
    """
    from store.addresses import print_address

    lines = []
    stored = iter(addresses)
    for event in events:
        if isinstance(event, Write):
            shown = f" = {_visible(event.value.decode('utf-8', 'backslashreplace'))}" if verbose else ""
            lines.append(f"✅ Stored: {print_address(next(stored))}{shown}")
        elif isinstance(event, Control):
            lines.append(f"📋 Control: {_visible(event.command)} = {_visible(event.target)}")
        elif isinstance(event, Directive) and event.note == SECURITY:
            lines.append(f"🔒 Security: {_visible(event.name)} = {_visible(event.value)}")
        elif isinstance(event, Directive) and event.note != IGNORED:
            lines.append(f"📋 Meta directive: {_visible(event.name)} = {_visible(event.value)}")
    lines.append(f"⚡ Stream processing complete: {len(addresses)} items stored")
    return lines


def ignored(events: Sequence[Event]) -> list[str]:
    """The lines of X-037 for standard error."""
    directives = (event for event in events if isinstance(event, Directive) and event.note == IGNORED)
    return [f"ignored meta directive: {_visible(event.name)}" for event in directives]


def _visible(text: str) -> str:
    return one_line(text.replace("\n", "\\n").replace("\r", "\\r"))
