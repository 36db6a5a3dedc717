"""The functions that know how bytes are bound and read back (T-130), under the name that says what they are."""

from __future__ import annotations

from store.operation import bind as bind
from store.operation import unbind as unbind
