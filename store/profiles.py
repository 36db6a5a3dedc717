"""Profiles: the limits and switches an engine is held to, chosen once at its start (M-250…M-255). The only table of them.

Not on the path of `get`: only what reads strictly, streams of the engine and `prontodb config` ask for a profile.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, replace
from typing import TYPE_CHECKING, Any

from store.settings import LIMITS, Settings

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True, unsafe_hash=True)
class Profile:
    """Limits of M-251, lengths in characters, and the switches of M-254. Cannot be changed once made (M-253).

    Only the setting `security.prevent_runtime_tampering=false` gives one that can: it is the last field, and once it is
    set to true every assignment raises FrozenInstanceError.
    """

    name: str
    max_namespace_part_length: int
    namespace_warning_depth: int
    namespace_error_depth: int
    max_meteors_per_shower: int
    max_command_history: int
    max_contexts: int
    max_token_key_length: int
    max_token_value_length: int
    validate_namespace_characters: bool = True
    enforce_reserved_words: bool = True
    enable_command_audit_trail: bool = True
    prevent_runtime_tampering: bool = True

    def __setattr__(self, name: str, value: object) -> None:
        if getattr(self, "prevent_runtime_tampering", False):  # not there yet while the object is being made
            raise FrozenInstanceError(f"a profile cannot be changed: {name}")
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"a profile cannot be changed: {name}")


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("default", 64, 5, 6, 1000, 1000, 100, 128, 2048),
        Profile("enterprise", 128, 6, 8, 10000, 10000, 1000, 256, 8192),
        Profile("embedded", 32, 3, 4, 100, 100, 10, 32, 256),
        Profile("strict", 16, 3, 4, 50, 500, 5, 16, 128),
    )
}
DEFAULT = PROFILES["default"]


def profile_of(settings: Settings, warn: Callable[[str, str], object] | None = None) -> Profile:
    """The profile the settings ask for, its limits from `limits.NAME.…` where they say something (M-253).

    A name that is neither built in nor has limits of its own gives the default profile, and `warn` a sentence and its code (M-250).
    What a profile of one's own leaves unsaid is as in `default`.
    """
    name = settings.profile or DEFAULT.name
    known = profiles_of(settings)
    if name not in known:
        if warn is not None:
            sentence = f"there is no profile '{name}': the profile 'default' is used; known are {', '.join(known)}"
            warn(sentence, "unknown-profile")
        name = DEFAULT.name
    return known[name]


def profiles_of(settings: Settings) -> dict[str, Profile]:
    """Every profile by name: the built-in ones, then those that only the settings know, in their order."""
    switches: dict[str, Any] = {
        switch: getattr(settings, switch)
        for switch in ("validate_namespace_characters", "enforce_reserved_words", "enable_command_audit_trail")
    }
    said: dict[str, dict[str, int]] = {name: {} for name in PROFILES}
    for key, value in settings.more:
        table, name, limit = (*key.split("."), "")[:3]
        if table == "limits":
            said.setdefault(name, {})[limit] = value
    sealed = settings.prevent_runtime_tampering
    return {
        name: replace(
            PROFILES.get(name, DEFAULT), name=name, prevent_runtime_tampering=sealed, **{**switches, **limits}
        )
        for name, limits in said.items()
    }


def features_of(settings: Settings) -> dict[str, bool]:
    """The `features.NAME` flags of the settings, by name; they change nothing (M-256). `features.streaming` is none of them."""
    return {key.removeprefix("features."): bool(value) for key, value in settings.more if key.startswith("features.")}


__all__ = ["DEFAULT", "LIMITS", "PROFILES", "Profile", "features_of", "profile_of", "profiles_of"]
