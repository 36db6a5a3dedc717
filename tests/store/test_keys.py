"""Brackets and canonical keys (M-030…M-043, M-125)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.addresses.keys import base_name, canonical_key, has_brackets, join_variant, to_notation, transform_key
from store.errors import AddressError


@pytest.mark.parametrize(
    ("key", "code", "position", "repaired"),
    [
        ("list[", "bracket-mismatch", 4, "list[]"),
        ("list[0", "bracket-mismatch", 4, "list[0]"),
        ("list]", "bracket-mismatch", 4, "list[]"),
        ("list]0[", "bracket-order", 4, "list0[]"),
        ("a]b[c]", "bracket-order", 1, "ab[c]"),
        ("a[b[0]]", "bracket-nested", 3, "a[b,0]"),
        ("a[x][y]", "bracket-nested", 3, "a[x,y]"),
        ("list[0]tail", "bracket-trailing", 7, "list[0,tail]"),
        ("[0]", "bracket-empty-base", 0, "key[0]"),
        ("my__list[0]", "bracket-ambiguous", 2, "my_list[0]"),
        ("list_[0]", "bracket-ambiguous", 4, "list[0]"),
        ("list[,]", "bracket-empty-index", 5, "list[]"),
        ("list[1,]", "bracket-empty-index", 7, "list[1]"),
        ("list[1,,2]", "bracket-empty-index", 7, "list[1,2]"),
        ('c["k"]', "bracket-bad-char", 2, "c[k]"),
        ("list[a b]", "bracket-bad-char", 6, "list[a-b]"),
        ("list[ *]", "bracket-bad-char", 6, "list[name]"),
        ("list[٣]", "bracket-bad-char", 5, "list[name]"),
        ("grid[a_b,c]", "bracket-ambiguous", 6, "grid[a-b,c]"),
        ("grid[a, b_c]", "bracket-ambiguous", 9, "grid[a,b-c]"),
    ],
)
def test_malformed_brackets(key: str, code: str, position: int, repaired: str) -> None:
    """M-037 with place and repair; M-041: elsewhere the text is its own canonical key; M-043."""
    for function in (transform_key, base_name):
        with pytest.raises(AddressError) as raised:
            function(key)
        assert (raised.value.code, raised.value.position, raised.value.text) == (code, position, key)
        assert raised.value.hint.endswith(f"try {repaired}")
    assert transform_key(repaired)
    assert canonical_key(key) == key


@pytest.mark.parametrize(
    ("legacy", "canonical", "notation"),
    [
        ("coords__i_x", "coords__x", "coords[x]"),
        ("list__i__x", "list___x", "list[_x]"),
        ("list__0", "list__i_0", "list[0]"),
        ("section__i_10_setup", "section__i_10_setup", "section[10,setup]"),
        ("x__i_", "x__i_", "x__i_"),
        ("__init__", "__init__", "__init__"),
        ("a__", "a__", "a__"),
        ("a.b__c", "a.b__c", "a.b[c]"),
        ("key__b@d", "key__b@d", "key__b@d"),
        ("list__i__i_APPEND", "list__i__i_APPEND", "list[i_APPEND]"),
        ("q__i_APPEND", "q__i_APPEND", "q[]"),
        ("q[ ]", "q__i_APPEND", "q[]"),
        (".index", "index", "index"),
        ("a.index", "a.index", "a.index"),
    ],
)
def test_legacy_and_odd_spellings(legacy: str, canonical: str, notation: str) -> None:
    """M-038…M-040, M-125."""
    assert canonical_key(legacy) == canonical
    assert to_notation(canonical) == notation
    assert canonical_key(notation) == canonical


def test_brackets_and_base() -> None:
    """M-043."""
    assert has_brackets("]x[")
    assert not has_brackets("x[")
    assert base_name("grid[ 2 , 3 ]") == "grid"


INDEX = st.text(st.sampled_from("aiAPEND019_-."), min_size=1, max_size=8)
COORDINATE = INDEX.map(lambda text: text.replace("_", "-"))
BASE = st.text(st.sampled_from("abié._-@"), min_size=1, max_size=8).filter(
    lambda text: "__" not in text and not text.endswith("_")
)
INDICES: st.SearchStrategy[list[str]] = (
    st.just([]) | INDEX.map(lambda text: [text]) | st.lists(COORDINATE, min_size=2, max_size=4)
)


@given(BASE, INDICES)
def test_bracket_keys_and_canonical_keys_are_mutual_inverses(base: str, indices: list[str]) -> None:
    """M-040; so no two well-formed keys share a canonical form."""
    key = f"{base}[{','.join(indices)}]"
    canonical = transform_key(key)
    assert to_notation(canonical) == key
    assert transform_key(to_notation(canonical)) == canonical_key(canonical) == canonical
    assert transform_key(f"{base}[ {' , '.join(indices)}\t]") == canonical


@given(st.text(st.sampled_from("aiAPEND01_-.@é[], "), max_size=16) | st.text(max_size=16))
def test_canonical_is_idempotent_and_nothing_fails(text: str) -> None:
    """M-038, M-040."""
    canonical = canonical_key(text)
    assert canonical_key(canonical) == canonical
    assert canonical_key(to_notation(canonical)) == canonical


@given(BASE, INDEX)
def test_a_dotted_variant_is_a_named_or_numeric_bracket(base: str, variant: str) -> None:
    """U-01."""
    assert join_variant(base, variant) == transform_key(f"{base}[{variant}]")
