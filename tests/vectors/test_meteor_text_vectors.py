"""Areas split, escape, token and meteor_stream of meteor.jsonl, as far as text alone decides (op `process` needs a store)."""

from __future__ import annotations

from typing import Any

import pytest

from store.profiles import PROFILES
from store.streams import escapes
from store.streams.explain import explain
from store.streams.meteor_stream import validate
from store.streams.meteors import is_valid_meteor, is_valid_shower, parse_meteor, parse_shower
from store.streams.splitter import split
from store.streams.tokens import Token, is_valid_token, parse_tokens
from vector_files import Vector, cases, check


def parts(given: dict[str, Any]) -> dict[str, Any]:
    return {"parts": split(given["text"], given.get("delimiter", ";"), given.get("trim", True))}


def escape(given: dict[str, Any]) -> dict[str, Any]:
    text = given["text"]
    match given["op"]:
        case "decode":
            return {"text": escapes.decode_escapes(text)}
        case "valid":
            return {"valid": escapes.validate_escapes(text)}
        case "text":
            return {"text": escapes.text_of(text)}
        case "is_quoted":
            return {"result": escapes.is_quoted(text)}
        case "unescaped_quotes":
            return {"result": escapes.has_unescaped_quotes(text)}
        case "emit":
            return {"text": escapes.emit(text)}
    raise AssertionError(given["op"])


def facts(token: Token) -> dict[str, Any]:
    stated = {} if token.context is None else {"context": token.context}
    return {
        "namespace": token.namespace,
        "key": token.key,
        "canonical": token.canonical,
        "value": token.value,
        **stated,
    }


def token(given: dict[str, Any]) -> dict[str, Any]:
    if given["op"] == "valid":
        return {"valid": is_valid_token(given["text"])}
    assert given["op"] == "parse"
    return {"tokens": [facts(found) for found in parse_tokens(given["text"])]}


def meteor_stream(given: dict[str, Any]) -> dict[str, Any]:
    text = given["text"]
    profile = PROFILES[given.get("profile", "default")]
    match given["op"]:
        case "meteor":
            return parse_meteor(text).to_json()
        case "meteor_text":
            return {"text": parse_meteor(text).to_text()}
        case "shower":
            return {"meteors": [meteor.to_json() for meteor in parse_shower(text, profile)]}
        case "shower_text":
            return {"text": parse_shower(text, profile).to_text()}
        case "valid_meteor":
            return {"valid": is_valid_meteor(text)}
        case "valid_shower":
            return {"valid": is_valid_shower(text, profile)}
        case "validate":
            return {"valid": validate(text)}
        case "explain":
            found = explain(text, given.get("strict", False), profile)
            codes = [diagnostic.code for diagnostic in found.errors]
            return {"valid": found.valid, "codes": codes, "warnings": [each.code for each in found.warnings]}
    raise AssertionError(given["op"])


def needs_no_store(vector: Vector) -> bool:
    return bool(vector["input"]["op"] != "process")


@pytest.mark.parametrize("vector", cases("meteor", "split"))
def test_split(vector: Vector) -> None:
    check(vector, parts)


@pytest.mark.parametrize("vector", cases("meteor", "escape"))
def test_escape(vector: Vector) -> None:
    check(vector, escape)


@pytest.mark.parametrize("vector", cases("meteor", "token"))
def test_token(vector: Vector) -> None:
    check(vector, token)


@pytest.mark.parametrize("vector", cases("meteor", "meteor_stream", needs_no_store))
def test_meteor_stream(vector: Vector) -> None:
    check(vector, meteor_stream)
