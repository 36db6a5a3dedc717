"""Meteors and showers as values: all tokens of one context and namespace, and lists of such (M-007, M-008, M-080…M-087).

Made for what is typed and shown; streams that are to be stored go through the events of the stream readers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from store.addresses.colon import check_context, check_namespace
from store.addresses.faults import visible
from store.addresses.keys import canonical_key
from store.errors import AddressError, LimitError, StoreError, StreamError
from store.streams.labels import make_label
from store.streams.splitter import METEORS, refuse_double, split_pieces
from store.streams.tokens import Addresses, Token, address_of, bare_equals, fault_at, read_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.profiles import Profile
    from store.streams.splitter import Piece

JOIN = " :;: "


class MismatchError(StreamError):
    """Tokens that belong elsewhere (M-081, M-082). `key` and `namespace` of the first; `meteor`: where it was to go.

    `namespaces`: all foreign addresses in order of appearance, `context:namespace` each.
    """

    def __init__(self, code: str, message: str, *, hint: str, token: Token, meteor: str, namespaces: list[str]) -> None:
        super().__init__(
            code, message, hint=hint, text=make_label(token.key), position=token.offset, segment="namespace"
        )
        self.key = token.key
        self.namespace = namespaces[0]
        self.meteor = meteor
        self.namespaces = namespaces


@dataclass(frozen=True, slots=True)
class Meteor:
    """One context, one namespace ("" is the root) and at least one token, in input order.

    Tokens may state an address that agrees; they are kept without it. Raises `empty-tokens`, `namespace-mismatch` for one
    foreign address, `mixed-namespaces` for several, and M-020's codes for the names (M-082).
    """

    context: str
    namespace: str
    tokens: tuple[Token, ...]

    def __init__(self, context: str, namespace: str, tokens: Iterable[Token]) -> None:
        given = tuple(tokens)
        _check_names(context, namespace)
        if not given:
            raise StreamError("empty-tokens", "a meteor has at least one token", hint="write key=value")
        _check_belonging(context, namespace, given)
        object.__setattr__(self, "context", context)
        object.__setattr__(self, "namespace", namespace)
        object.__setattr__(self, "tokens", tuple(_bare(token) for token in given))

    def to_text(self) -> str:
        """M-083: `context:namespace:` and the tokens joined by `;`, keys in notation, values so that they read back."""
        tokens = ";".join(token.to_stream() for token in self.tokens)
        return f"{self.context}:{self.namespace}:{tokens}"

    def to_json(self) -> dict[str, object]:
        """M-084, values raw."""
        tokens = [{"key": token.key, "canonical": token.canonical, "value": token.value} for token in self.tokens]
        return {"context": self.context, "namespace": self.namespace, "tokens": tokens}

    def has_key(self, key: str) -> bool:
        """Whether any token has this key, in whatever spelling."""
        canonical = canonical_key(key)
        return any(token.canonical == canonical for token in self.tokens)


@dataclass(frozen=True, slots=True)
class Shower:
    """Meteors in input order; `len` counts meteors (M-008)."""

    meteors: tuple[Meteor, ...]

    def __len__(self) -> int:
        return len(self.meteors)

    def __iter__(self) -> Iterator[Meteor]:
        return iter(self.meteors)

    def to_text(self) -> str:
        """M-083: the meteors joined by ` :;: `."""
        return JOIN.join(meteor.to_text() for meteor in self.meteors)

    def by_context(self, context: str) -> list[Meteor]:
        """The meteors of a context, in input order (M-087)."""
        return [meteor for meteor in self.meteors if meteor.context == context]

    def by_context_namespace(self, context: str, namespace: str) -> list[Meteor]:
        """The meteors of a namespace, in input order."""
        return [meteor for meteor in self.by_context(context) if meteor.namespace == namespace]

    def find(self, context: str, namespace: str, key: str) -> Meteor | None:
        """The first meteor there with any token of that key, in either spelling."""
        found = (meteor for meteor in self.by_context_namespace(context, namespace) if meteor.has_key(key))
        return next(found, None)

    def contexts(self) -> list[str]:
        """The contexts, sorted by code point."""
        return sorted({meteor.context for meteor in self.meteors})

    def namespaces_in_context(self, context: str) -> list[str]:
        """The namespaces of a context, sorted by code point."""
        return sorted({meteor.namespace for meteor in self.by_context(context)})


def parse_meteor(text: str) -> Meteor:
    """The meteor of a token list; its first token's address decides, missing parts are `app` and `main` (M-080, M-081).

    Raises like `parse_tokens` and like `Meteor`.
    """
    refuse_double(text)
    return _meteor(split_pieces(text))


def parse_shower(text: str, profile: Profile | None = None) -> Shower:
    """The meteors of a text, joined by `:;:` outside quotes; each like `parse_meteor` (M-086).

    Raises `empty-input` for blank text, `no-meteors` if there is nothing between the delimiters, and LimitError
    `limit-meteors` for more than `profile` allows (None: the default profile).
    """
    if not text.strip():
        raise StreamError("empty-input", "nothing was given", hint="write context:namespace:key=value", position=0)
    refuse_double(text)
    segments = split_pieces(text, METEORS)
    if not segments:
        hint = "write context:namespace:key=value between the delimiters"
        raise StreamError("no-meteors", "there is no meteor between the delimiters", hint=hint, position=0)
    _check_number(segments, profile)
    return Shower(tuple(_meteor(split_pieces(segment, base=offset), offset) for segment, offset in segments))


def group(tokens: Iterable[Token]) -> list[Meteor]:
    """Tokens by address, missing parts `app` and `main`, in order of first appearance (M-112)."""
    places: dict[tuple[str, str], list[Token]] = {}
    for token in tokens:
        places.setdefault(address_of((token.context, token.namespace)), []).append(token)
    return [Meteor(context, namespace, found) for (context, namespace), found in places.items()]


def is_valid_meteor(text: str) -> bool:
    """M-085: it parses, and no value holds a bare `=`."""
    try:
        meteor = parse_meteor(text)
    except StoreError:
        return False
    return _plain(meteor)


def is_valid_shower(text: str, profile: Profile | None = None) -> bool:
    """The same for a shower."""
    try:
        shower = parse_shower(text, profile)
    except StoreError:
        return False
    return all(_plain(meteor) for meteor in shower)


def _plain(meteor: Meteor) -> bool:
    return all(bare_equals(token.value) < 0 for token in meteor.tokens)


def _meteor(pieces: list[Piece], start: int = 0) -> Meteor:
    """The meteor of these tokens, whose text begins at `start`."""
    if not pieces:
        raise StreamError("no-tokens", "there is no token", hint="write key=value", position=start, segment="token")
    tokens = list(read_tokens(pieces, Addresses()))
    context, namespace = address_of((tokens[0].context, tokens[0].namespace))
    return Meteor(context, namespace, tokens)


def _check_names(context: str, namespace: str) -> None:
    try:
        check_context(context, context, 0)
        check_namespace(namespace, namespace, 0)
    except AddressError as error:
        raise fault_at(error, error.text, 0) from None


def _check_belonging(context: str, namespace: str, tokens: tuple[Token, ...]) -> None:
    """What a token does not state it takes from the meteor; what it states must agree."""
    foreign: dict[str, Token] = {}
    for token in tokens:
        stated = (
            context if token.context is None else token.context,
            namespace if token.namespace is None else token.namespace,
        )
        if stated != (context, namespace):
            foreign.setdefault(":".join(stated), token)
    if not foreign:
        return
    meteor = f"{context}:{namespace}"
    names = list(foreign)
    token = foreign[names[0]]
    if len(names) == 1:
        raise MismatchError(
            "namespace-mismatch",
            f"the token '{visible(token.key)}' belongs to '{visible(names[0])}', the meteor is '{visible(meteor)}'",
            hint=f"write it without its address, or as a meteor of its own after ':;:': {visible(names[0])}:…",
            token=token,
            meteor=meteor,
            namespaces=names,
        )
    shown = ", ".join(visible(name) for name in names)
    raise MismatchError(
        "mixed-namespaces",
        f"tokens of several namespaces in the meteor '{visible(meteor)}': {shown}",
        hint="one meteor has one context and namespace; separate meteors by ':;:'",
        token=token,
        meteor=meteor,
        namespaces=names,
    )


def _check_number(meteors: list[Piece], profile: Profile | None) -> None:
    if profile is None:
        from store.profiles import DEFAULT

        profile = DEFAULT
    most = profile.max_meteors_per_shower
    if len(meteors) > most:
        raise LimitError(
            "limit-meteors",
            f"{len(meteors)} meteors in a shower, at most {most}",
            hint=f"the profile '{profile.name}' allows {most}: split the shower",
            position=meteors[most].offset,
        )


def _bare(token: Token) -> Token:
    if token.namespace is None and token.context is None:
        return token
    return replace(token, namespace=None, context=None)
