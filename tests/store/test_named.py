"""Our NamedTuple means what `typing.NamedTuple` means."""

from __future__ import annotations

import copy
import pickle
from typing import NamedTuple as Real

import pytest

from store.named import NamedTuple


class Ours(NamedTuple):
    a: int
    b: str = "b"
    c: int | None = None

    @property
    def double(self) -> int:
        return self.a * 2


class Theirs(Real):
    a: int
    b: str = "b"
    c: int | None = None

    @property
    def double(self) -> int:
        return self.a * 2


CALLS = [((1,), {}), ((1, "x"), {"c": 3}), ((1, "x", 3), {}), ((), {"c": 1, "a": 2}), ((1,), {"b": "y"})]
BAD = [((), {}), ((1, 2, 3, 4), {}), ((1,), {"a": 2}), ((1,), {"d": 2}), ((1, "x", 3), {"c": 3})]


@pytest.mark.parametrize(("values", "named"), CALLS)
def test_construction_repr_and_equality(values: tuple[object, ...], named: dict[str, object]) -> None:
    ours, theirs = Ours(*values, **named), Theirs(*values, **named)  # type: ignore[arg-type]  # all ways to call
    assert tuple(ours) == tuple(theirs)
    assert hash(ours) == hash(theirs)
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert (ours.a, ours.b, ours.c, ours.double) == (theirs.a, theirs.b, theirs.c, theirs.double)
    assert ours._asdict() == theirs._asdict()
    assert tuple(ours._replace(b="z")) == tuple(theirs._replace(b="z"))
    assert ours._fields == theirs._fields
    assert tuple(Ours._make(ours)) == tuple(Theirs._make(theirs))
    assert copy.copy(ours) == pickle.loads(pickle.dumps(ours)) == ours
    assert type(pickle.loads(pickle.dumps(ours))) is Ours


@pytest.mark.parametrize(("values", "named"), BAD)
def test_wrong_calls_are_type_errors(values: tuple[object, ...], named: dict[str, object]) -> None:
    for kind in (Ours, Theirs):
        with pytest.raises(TypeError):
            kind(*values, **named)  # type: ignore[arg-type]  # wrong on purpose


def test_it_cannot_be_changed() -> None:
    ours = Ours(1)
    with pytest.raises(AttributeError):
        ours.a = 2  # type: ignore[misc]  # refused at run time too
    with pytest.raises(AttributeError):
        ours.d = 2  # type: ignore[attr-defined]  # no room for more
    with pytest.raises((TypeError, ValueError)):
        ours._replace(d=2)  # type: ignore[call-arg]  # no such field
