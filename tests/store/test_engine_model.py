"""The engine against a dict (design.md section 7): whatever is done in whatever order, both hold the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from store.addresses.keys import canonical_key, to_notation
from store.database import MEMORY, Database
from store.engine import Engine
from store.operations.entries import APPEND, append_base
from store.streams.escapes import emit_text

CONTEXTS = st.sampled_from(["app", "user", "doc"])
NAMESPACES = st.sampled_from(["", "main", "ui", "ui.sub", "uix"])
KEYS = st.sampled_from(
    [
        "k",
        "a.b",
        "a",
        "a.b.c",
        "q[]",
        "q[0]",
        "q[5]",
        "q[007]",
        "q[name]",
        "q[1,2]",
        "q__i_1",
        "qq[9]",
        "index",
        ".index",
        "s[a.b]",
    ]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
Cells = dict[tuple[str, str], dict[str, str]]


def numbers(cells: dict[str, str], base: str) -> list[tuple[int, str]]:
    """The single numbers of a list, each with its key."""
    start = f"{base}__i_"
    return [(int(key[len(start) :]), key) for key in cells if key.startswith(start) and key[len(start) :].isdigit()]


class EngineAgainstDict(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.database = Database(MEMORY)
        self.engine = Engine(clock=lambda: 1)
        self.cells: Cells = {}

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()

    def stored_key(self, context: str, namespace: str, key: str) -> str:
        """Where a write to `key` goes."""
        canonical = canonical_key(key)
        if not canonical.endswith(APPEND):
            return canonical
        base = append_base(canonical)
        largest = max(numbers(self.cells.get((context, namespace), {}), base), default=(-1, ""))[0]
        return f"{base}__i_{largest + 1}"

    def meant_key(self, context: str, namespace: str, key: str) -> str | None:
        """What reading `key` means; None if two keys have the same largest number: either will do."""
        canonical = canonical_key(key)
        if not canonical.endswith(APPEND):
            return canonical
        found = sorted(numbers(self.cells.get((context, namespace), {}), append_base(canonical)))
        if len(found) > 1 and found[-1][0] == found[-2][0]:
            return None
        return found[-1][1] if found else canonical

    def put(self, context: str, namespace: str, key: str, value: str) -> str:
        stored = self.stored_key(context, namespace, key)
        self.cells.setdefault((context, namespace), {})[stored] = value
        return f"{context}:{namespace}:{to_notation(stored)}"

    def drop(self, *places: tuple[str, str]) -> int:
        return sum(len(self.cells.pop(place, {})) for place in places)

    @rule(context=CONTEXTS, namespace=NAMESPACES, key=KEYS, value=TEXTS)
    def set(self, context: str, namespace: str, key: str, value: str) -> None:
        path = self.engine.run(self.database, self.engine.set(f"{context}:{namespace}:{key}", value))
        assert path == self.put(context, namespace, key, value)

    @rule(context=CONTEXTS, namespace=NAMESPACES, key=KEYS)
    def delete(self, context: str, namespace: str, key: str) -> None:
        meant = self.meant_key(context, namespace, key)
        if meant is None:
            return
        cells = self.cells.get((context, namespace), {})
        found = self.engine.run(self.database, self.engine.delete(f"{context}:{namespace}:{key}"))
        assert found == (cells.pop(meant, None) is not None)
        if not cells:
            self.cells.pop((context, namespace), None)

    @rule(context=CONTEXTS, namespace=NAMESPACES, key=KEYS)
    def get(self, context: str, namespace: str, key: str) -> None:
        meant = self.meant_key(context, namespace, key)
        if meant is not None:
            found = self.engine.run(self.database, self.engine.get(f"{context}:{namespace}:{key}"))
            assert found == self.cells.get((context, namespace), {}).get(meant)

    @rule(
        context=CONTEXTS, namespace=NAMESPACES, tokens=st.lists(st.tuples(KEYS, TEXTS), max_size=5), clear=st.booleans()
    )
    def stream(self, context: str, namespace: str, tokens: list[tuple[str, str]], clear: bool) -> None:
        pieces = [f"ctx={context}", f"ns={namespace}"]
        for number, (key, value) in enumerate(tokens):
            pieces.append(f"{key}={emit_text(value)}")
            self.put(context, namespace, key, value)
            if clear and number == 2:
                pieces.append(f"ctl:delete={context}:{namespace}:" if namespace else f"ctl:delete={context}::")
                self.drop(*[place for place in self.cells if place[0] == context and namespace in ("", place[1])])
        self.engine.run(self.database, self.engine.token_stream("; ".join(pieces)))
        assert self.engine.position() == f"{context}:{namespace}"

    @rule(context=CONTEXTS, namespace=NAMESPACES)
    def clear_namespace(self, context: str, namespace: str) -> None:
        removed = self.engine.run(self.database, self.engine.clear_namespace(context, namespace))
        assert removed == self.drop((context, namespace))

    @rule(context=CONTEXTS)
    def clear_context(self, context: str) -> None:
        removed = self.engine.run(self.database, self.engine.clear_context(context))
        assert removed == self.drop(*[place for place in self.cells if place[0] == context])

    @precondition(lambda self: len(self.cells) > 3)
    @rule()
    def reset(self) -> None:
        removed = self.engine.run(self.database, self.engine.control("reset", "storage"))
        assert removed == self.drop(*self.cells.copy())

    @rule(context=CONTEXTS, namespace=NAMESPACES, key=KEYS)
    def directories(self, context: str, namespace: str, key: str) -> None:
        """M-126 by definition, over every key."""
        shown = [to_notation(cell) for cell in self.cells.get((context, namespace), {})]
        wanted = to_notation(canonical_key(key))
        below = any(other.partition("[")[0].startswith(f"{wanted}.") for other in shown)
        assert self.engine.run(self.database, self.engine.is_directory(f"{context}:{namespace}:{key}")) is below
        if namespace:
            names = [name for found, name in self.cells if found == context]
            found = any(name == namespace or name.startswith(f"{namespace}.") for name in names)
            assert self.engine.run(self.database, self.engine.is_directory(f"{context}:{namespace}")) is found

    @invariant()
    def both_hold_the_same_in_the_same_order(self) -> None:
        """M-120…M-124, M-132."""
        expected = [
            (context, namespace, to_notation(key), value)
            for (context, namespace), cells in sorted(self.cells.items())
            for key, value in cells.items()
        ]
        snapshot = self.engine.run(self.database, self.engine.entries())
        assert list(snapshot) == expected
        assert self.engine.run(self.database, self.engine.contexts()) == sorted({context for context, _ in self.cells})


TestEngineAgainstDict = EngineAgainstDict.TestCase
TestEngineAgainstDict.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.integers(0, 120).map(str), st.sampled_from(["007", "0099", "9_9", "99x", "5__i_9"])), max_size=30
    )
)
def test_the_largest_index_whatever_is_there(indices: list[str]) -> None:
    """M-123: found by a few point reads, not by reading all."""
    engine = Engine(clock=lambda: 1)
    with Database(MEMORY) as database:
        for index in indices:
            engine.run(database, engine.set(f"app:m:q__i_{index}", index))
        plain = [int(index) for index in indices if index.isdigit()]
        assert engine.run(database, engine.set("app:m:q[]", "new")) == f"app:m:q[{max(plain, default=-1) + 1}]"
