"""How the configuration is written: the profile, its limits and switches, then every setting and its origin (M-252)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from store import settings as known
from store.profiles import LIMITS, features_of, profiles_of

if TYPE_CHECKING:
    from store.profiles import Profile
    from store.settings import Settings

BUILT_IN = "built in"
SWITCHES = {
    "prevent_runtime_tampering": "Runtime tampering prevention",
    "validate_namespace_characters": "Namespace character validation",
    "enforce_reserved_words": "Reserved word enforcement",
    "enable_command_audit_trail": "Command audit trail",
}


class Setting(NamedTuple):
    """One setting in effect. key, variable: where it can be set, "" for nowhere. source: what set it: `file:line` or a variable."""

    key: str
    variable: str
    value: str | int | bool
    source: str = BUILT_IN

    @property
    def name(self) -> str:
        """What it is called where it can be set."""
        return self.key or self.variable


def every_setting(settings: Settings, profile: Profile, sources: dict[str, str]) -> list[Setting]:
    """All settings in the order of `Settings`, then limits and features as the file has them.

    sources: what `store.settings.sources` says.
    """
    keys = {field: key for key, (field, _) in known.KEYS.items()}
    variables = {field: variable for variable, (field, _) in known.VARIABLES.items()}
    values = {**settings._asdict(), "profile": settings.profile or profile.name}
    more = values.pop(known.MORE)
    found = [
        Setting(keys.get(field, ""), variables.get(field, ""), value, sources.get(field, BUILT_IN))
        for field, value in values.items()
    ]
    return found + [Setting(key, "", value, sources.get(key, BUILT_IN)) for key, value in more]


def summary(profile: Profile, source: str) -> list[str]:
    """M-252: the profile in effect, its limits, its switches."""
    return [
        f"Meteor Configuration Profile: {profile.name} (from {source})",
        *(f"- {limit.replace('_', ' ').capitalize()}: {getattr(profile, limit)}" for limit in LIMITS),
        *(f"- {label}: {word(getattr(profile, switch))}" for switch, label in SWITCHES.items()),
    ]


def table(settings: list[Setting]) -> list[str]:
    """One line for each setting: `name = value (source)`."""
    return [f"{setting.name} = {word(setting.value)} ({setting.source})" for setting in settings]


def data(settings: Settings, profile: Profile, source: str, shown: list[Setting]) -> dict[str, Any]:
    """The same facts for machines."""
    return {
        "profile": profile.name,
        "source": source,
        "profiles": list(profiles_of(settings)),
        "limits": {limit: getattr(profile, limit) for limit in LIMITS},
        "switches": {switch: getattr(profile, switch) for switch in SWITCHES},
        "features": features_of(settings),
        "settings": [
            {
                "key": setting.key or None,
                "variable": setting.variable or None,
                "value": setting.value,
                "source": setting.source,
            }
            for setting in shown
        ],
    }


def word(value: object) -> str:
    """A value as it is shown: booleans in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)
