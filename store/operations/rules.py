"""What a write into the engine must satisfy: options, and the checks in their order (M-128, M-129, M-127)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from store.addresses.faults import invalid_name
from store.addresses.keys import transform_key
from store.addresses.namespaces import bad_part, parse_namespace, refuse_deep, unchecked
from store.errors import LimitError, Refused, StoreError
from store.operations.directories import has_cell, has_keys_below, parents
from store.operations.entries import append_base
from store.operations.views import contexts

if TYPE_CHECKING:
    from store.model import Address
    from store.operation import Steps
    from store.profiles import Profile
    from store.streams.events import Origin


@dataclass(frozen=True, slots=True)
class SetOptions:
    """What a write is held to (M-128). None means: not said here, see the layer below."""

    permit_append: bool | None = None
    enforce_namespace_depth: bool | None = None
    enforce_names: bool | None = None
    enforce_limits: bool | None = None
    origin: Origin | None = None

    @classmethod
    def strict(cls) -> SetOptions:
        """All three `enforce_…` on, appending off."""
        return cls(False, True, True, True)

    def over(self, below: SetOptions) -> SetOptions:
        """What is said here, and where nothing is, what `below` says."""
        names = [field.name for field in fields(self)]
        return SetOptions(
            *[mine if (mine := getattr(self, name)) is not None else getattr(below, name) for name in names]
        )


DIRECT = SetOptions(True, False, False, False)
IN_STREAMS = SetOptions(True, False, False, True)


@dataclass(frozen=True, slots=True)
class Advice:
    """A remark about what was stored all the same: `code` is ns-deep, ns-too-deep, ns-…, invalid-name or bracket-…."""

    code: str
    message: str
    hint: str


class Judge:
    """Checks the writes of one transaction in their order; knows what those before it will have added.

    One per run of an operation. After something else has changed the store, `forget()`.
    """

    def __init__(self, options: SetOptions, profile: Profile, *, now_ms: int) -> None:
        self.options = options
        self.profile = profile
        self.now_ms = now_ms
        self._lenient = bool(
            options.permit_append and not options.enforce_names and not options.enforce_namespace_depth
        )
        self._contexts: set[tuple[str, str]] | None = None
        self._keys: set[Address] = set()
        self._directories: set[Address] = set()

    def forget(self) -> None:
        """From here on only what is stored counts."""
        self._contexts = None
        self._keys.clear()
        self._directories.clear()

    def passes(self, address: Address, value: bytes) -> bool:
        """Whether a write is good for certain, at a glance: what nearly all writes of a large stream are."""
        if not (self._lenient and self.options.enforce_limits):
            return self._lenient
        return (
            address[:2] in (self._contexts or ())
            and len(address.key) <= self.profile.max_token_key_length
            and len(value) <= self.profile.max_token_value_length
        )

    def check_address(self, address: Address, origin: Origin | None = None) -> None:
        """Names, depth, append: what can be judged before an append key has become an index.

        Raises `invalid-name`, the `ns-…` and `bracket-…` codes, `append-not-permitted`.
        """
        options = self.options
        try:
            if options.enforce_names:
                _check_names(address, self.profile)
            if options.enforce_namespace_depth:
                _check_depth(address, self.profile)
            if not options.permit_append and append_base(address.key):
                raise Refused("append-not-permitted", "appending is switched off here", hint="give an explicit index")
        except StoreError as error:
            raise self._from(error, origin) from None

    def check_write(self, address: Address, value: bytes, origin: Origin | None = None) -> Steps[None]:
        """Limits and conflict, for an address that is no append key (any more).

        Raises `limit-key-length`, `limit-value-length`, `limit-contexts`, `file-directory-conflict`.
        """
        options = self.options
        try:
            if options.enforce_limits:
                yield from self._check_limits(address, value)
            if options.enforce_names:
                yield from self._check_conflict(address)
        except StoreError as error:
            raise self._from(error, origin) from None

    def _from(self, error: StoreError, origin: Origin | None) -> StoreError:
        error.origin = origin or self.options.origin
        return error

    def _check_limits(self, address: Address, value: bytes) -> Steps[None]:
        profile = self.profile
        if len(address.key) > profile.max_token_key_length:
            raise _limit_fault("limit-key-length", "key", len(address.key), profile.max_token_key_length, profile)
        if len(value) > profile.max_token_value_length:  # bytes: characters are never more
            length = len(value.decode("utf-8", "replace"))
            if length > profile.max_token_value_length:
                raise _limit_fault("limit-value-length", "value", length, profile.max_token_value_length, profile)
        if self._contexts is None:
            found = yield from contexts(address.meta, now_ms=self.now_ms)
            self._contexts = {(address.meta, name) for name in found}
        here = address[:2]
        if here not in self._contexts:
            if len(self._contexts) >= profile.max_contexts:
                raise LimitError(
                    "limit-contexts",
                    f"there are {len(self._contexts)} contexts, the profile '{profile.name}' allows no more",
                    hint="use one of them, remove one, or choose a profile that allows more",
                    text=address.context,
                    segment="context",
                )
            self._contexts.add(here)

    def _check_conflict(self, address: Address) -> Steps[None]:
        above = [address._replace(key=key) for key in parents(address.key)]
        if address not in self._keys and not (yield from has_cell(address, now_ms=self.now_ms)):
            if address in self._directories or (yield from has_keys_below(address, now_ms=self.now_ms)):
                raise _conflict(address, "other keys lie below it")
            for parent in above:
                if parent in self._keys or (yield from has_cell(parent, now_ms=self.now_ms)):
                    raise _conflict(address, f"'{parent.key}' is a value itself")
        self._keys.add(address)
        self._directories.update(above)


def advice(address: Address, profile: Profile) -> list[Advice]:
    """What strict options would refuse about an address, and a namespace that is deep (M-024, M-128)."""
    found = []
    for check in (_check_names, _check_depth):
        try:
            check(address, profile)
        except StoreError as error:
            found.append(Advice(error.code, error.message, error.hint))
    depth = unchecked(address.namespace).depth
    if profile.namespace_warning_depth <= depth < profile.namespace_error_depth:
        most = profile.namespace_warning_depth
        message = f"the namespace has {depth} parts, the profile '{profile.name}' warns from {most} on"
        found.append(Advice("ns-deep", message, "use fewer parts"))
    return found


def _check_names(address: Address, profile: Profile) -> None:
    """M-128 `enforce_names`: the context after M-021, the namespace after M-021…M-023, brackets well formed."""
    offset = bad_part(address.context) if profile.validate_namespace_characters else -1
    if offset >= 0:
        raise invalid_name(address.context, offset, "context")
    parse_namespace(address.namespace, profile, check_depth=False)
    transform_key(address.key)  # what is well formed has no brackets any more


def _check_depth(address: Address, profile: Profile) -> None:
    refuse_deep(unchecked(address.namespace), profile)


def _limit_fault(code: str, what: str, length: int, most: int, profile: Profile) -> LimitError:
    return LimitError(
        code,
        f"a {what} of {length} characters, the profile '{profile.name}' allows {most}",
        hint=f"shorten the {what} to {most} characters, or choose a profile that allows more",
        segment="key" if what == "key" else "token",
    )


def _conflict(address: Address, reason: str) -> Refused:
    return Refused(
        "file-directory-conflict",
        f"the key '{address.key}' would be both a value and a directory: {reason}",
        hint=f"choose another key; a directory's own value is kept at '{address.key}.index'",
        text=address.key,
        position=0,
        segment="key",
    )
