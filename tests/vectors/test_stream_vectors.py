"""Areas stream_tokens, stream_bucket and education of pronto.jsonl, and the masking of area security."""

from __future__ import annotations

import re
from typing import Any

import pytest

from store.errors import StreamError
from store.streams.advice import classify, messages
from store.streams.bucket import collect
from store.streams.xstream import Token, mask, parse, render
from vector_files import HERE, Vector, cases, vectors

OPTIONAL = re.compile(r"X-06\d")
"""Section 17 of pronto.md is built "only if a later task asks"; its vectors say so themselves."""


def is_core(vector: Vector) -> bool:
    return not vector["input"].get("optional")


def is_mask(vector: Vector) -> bool:
    return bool(vector["input"].get("op") == "mask")


def facts(tokens: list[Token]) -> list[dict[str, Any]]:
    return [{"ns": token.ns, "key": token.key, "value": token.value} for token in tokens]


@pytest.mark.parametrize("vector", cases("pronto", "stream_tokens"))
def test_tokens(vector: Vector) -> None:
    given, expect = vector["input"], vector["expect"]
    if given.get("op") == "render":
        tokens = [Token(token["ns"], token["key"], token["value"]) for token in given["tokens"]]
        assert render(tokens) == expect["text"]
        assert facts(parse(render(tokens))) == facts(tokens)
    elif "error" in expect:
        with pytest.raises(StreamError) as caught:
            parse(given["text"])
        assert caught.value.code == expect["error"]
    else:
        assert facts(parse(given["text"])) == expect["tokens"]


@pytest.mark.parametrize("vector", cases("pronto", "stream_bucket", is_core))
def test_bucket(vector: Vector) -> None:
    given, expect = vector["input"], vector["expect"]
    bucket = collect(parse(given["text"]), given["mode"])
    if given["op"] == "collect":
        assert bucket.tree == expect["tree"]
        assert bucket.to_dict() == expect["data"]
        assert [(ns, list(pairs)) for ns, pairs in bucket.data.items()] == [
            (ns, list(pairs)) for ns, pairs in expect["data"].items()
        ], "order of first appearance"
    else:
        found = getattr(bucket, given["query"])(given["arg"])
        assert sorted(found) == sorted(expect["set"])


def test_only_the_filters_of_section_17_are_left_out() -> None:
    """No other vector of the area hides behind the word `optional`."""
    left_out = [vector for vector in vectors("pronto", HERE) if not is_core(vector)]
    assert {vector["area"] for vector in left_out} == {"stream_bucket"}
    assert all(OPTIONAL.fullmatch(vector["rule"]) for vector in left_out)


@pytest.mark.parametrize("vector", cases("pronto", "education"))
def test_education(vector: Vector) -> None:
    given, expect = vector["input"], vector["expect"]
    if given["op"] == "classify":
        assert classify(given["content"]) == expect["class"]
        assert classify(given["content"].encode()) == expect["class"]
        return
    options = {name: given[name] for name in ("quiet", "streaming", "reason", "missing") if name in given}
    text = "\n".join(messages(given.get("address"), given["key"], given["content"], **options))
    for pattern in expect.get("lines_re", ()):
        assert re.search(pattern, text, re.MULTILINE), pattern
    for pattern in expect.get("not_re", ()):
        assert not re.search(pattern, text, re.MULTILINE), pattern


@pytest.mark.parametrize("vector", cases("pronto", "security", is_mask))
def test_mask(vector: Vector) -> None:
    assert mask(vector["input"]["text"]) == vector["expect"]["text"]
    assert mask(vector["input"]["text"].encode()) == vector["expect"]["text"].encode()
