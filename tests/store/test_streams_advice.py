"""What people are told after a rescue (P-070, P-080 to P-083, X-042), and tokens as a bucket (X-020 to X-025)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import StreamError
from store.streams.advice import FORMAT, WITH_META, classify, messages, rejected
from store.streams.bucket import collect
from store.streams.xstream import Token, dialect_hint, parse

KEY = "pipe.cache.1725982345_a1b2c3d4_x"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("a=1; b=2;", "stream_ready"),
        ("meta:ttl=300; data=test;", "stream_ready"),
        ("sec:a=1;", "stream_ready"),
        ("int x = 5; int y = 6;", "stream_like"),
        ("meta: hello; bye", "stream_like"),
        ("meta:;", "stream_like"),
        ("a=1; b=2", "stream_ready"),
        ("a=1, b=2", "plain"),
        ("a=1;", "plain"),
        ("ns=x;", "stream_ready"),
        ("ns=; a=1", "stream_like"),
        (";;;", "plain"),
        (b"a=\xff; b=2;", "plain"),
        (b"", "plain"),
    ],
)
def test_classes(content: str | bytes, kind: str) -> None:
    """P-080: the marks first, then whether it parses; bytes that are no text are plain."""
    assert classify(content) == kind


@given(st.text(st.sampled_from("ans=;: \"'meta"), max_size=20))
def test_ready_is_what_parses(text: str) -> None:
    """P-080: stream_ready content is accepted by the parser, stream_like content is not."""
    kind = classify(text)
    if kind == "plain":
        return
    try:
        ready = bool(parse(text))
    except StreamError:
        ready = False
    assert (kind == "stream_ready") == ready


def test_the_advice_for_each_class() -> None:
    """P-081: line for line."""
    common = [f"⚠️  Invalid address 'a..b' - content cached as: {KEY}", f"💡 Use: prontodb copy {KEY} <proper.address>"]
    assert messages("a..b", KEY, "notes") == [*common, FORMAT, WITH_META]
    assert messages("a..b", KEY, "ns=a; oops; k=v;") == [
        *common,
        "🎓 Looks like a token stream, but: a token has no '=' (character 7)",
        FORMAT,
        WITH_META,
    ]
    assert messages("a..b", KEY, "ns=a; k=v;") == [
        *common,
        f"🎓 Detected structured data! Try: prontodb get {KEY} | prontodb stream",
        WITH_META,
    ]
    assert messages("a..b", KEY, "ns=a; k=v;", quiet=True) == common
    assert messages("a..b", KEY, "ns=a; k=v;", streaming=False) == common


def test_the_first_line_says_what_went_wrong() -> None:
    """P-070: the reason, a missing address, or the address with control characters as `_`."""
    assert messages(None, KEY, "x")[0] == f"⚠️  Missing address - content cached as: {KEY}"
    assert messages("", KEY, "x", missing=True)[0] == f"⚠️  Missing address - content cached as: {KEY}"
    assert (
        messages("a.b.c", KEY, "x", reason="not JSON:\nline 1")[0] == f"⚠️  not JSON:_line 1 - content cached as: {KEY}"
    )
    hostile = "a\n\x1b[31m\u202eb\u2028\x9b\udcff"
    assert messages(hostile, KEY, "x")[0] == f"⚠️  Invalid address 'a__[31m_b___' - content cached as: {KEY}"
    assert len(messages("x" * 10_000, KEY, "x")[0]) < 400


@given(st.text(st.sampled_from("ns=;: \"'\n"), max_size=10))
def test_advice_never_repeats_values(noise: str) -> None:
    """P-082: of the content only a token's name can appear."""
    content = f"sec:pass=v4lue;k=v4lue;{noise};ns=x;j='v4lue'"
    assert "v4lue" not in "\n".join(messages("a..b", KEY, content))


def test_a_rejected_stream() -> None:
    """X-042: the reason, how to look at it, the formats; --quiet keeps the first two; U-06's hint is among them."""
    first = [f"⚠️  Malformed stream: 'oops' has no '=' - content cached as: {KEY}", f"💡 Look at it: prontodb get {KEY}"]
    assert rejected("'oops' has no '='", KEY) == [*first, FORMAT, WITH_META]
    assert rejected("'oops' has no '='", KEY, hint="try") == [*first, "💡 try", FORMAT, WITH_META]
    hint = dialect_hint("a :;: b")
    assert f"💡 {hint}" in rejected("'a' has no '='", KEY, hint=hint), "whole, however long"
    assert rejected("'oops' has no '='", KEY, hint="try", quiet=True) == first


def test_with_streaming_off_no_reader_is_imported(repository: Path) -> None:
    """P-083, P-150: the stream part may be missing; and the rescue path stays light."""
    script = (
        f"import sys; sys.path.insert(0, {str(repository)!r})\n"
        "from store.streams.advice import classify, messages\n"
        "messages('a..b', 'pipe.cache.x', b'a=1; b=2;', streaming=False)\n"
        "early = set(sys.modules)\n"
        "classify(b'a=1; b=2;')\n"
        "import store.streams.placing\n"
        "heavy = set(sys.modules) & {'typing', 're', 'json', 'dataclasses', 'enum', 'hashlib', 'hmac', 'asyncio'}\n"
        "print('store.streams.xstream' in early, 'store.streams.xstream' in sys.modules, sorted(heavy))\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split(None, 2)[:2] == ["False", "True"]
    assert done.stdout.strip().endswith("[]")


# X-020 to X-025 -------------------------------------------------------------------------------------------------------


def test_a_bucket_switches_and_prefixes() -> None:
    """X-020, X-021, X-023, X-025."""
    bucket = collect(parse("item=1; work:task=2; ns=me; note=3; x:ns=4; ns=global; item=5;"))
    assert list(bucket.to_dict().items()) == [
        ("global", {"item": "5"}),
        ("work", {"task": "2"}),
        ("me", {"note": "3"}),
        ("x", {"ns": "4"}),
    ]
    assert bucket.tree is None


def test_a_bucket_refuses_what_it_cannot_mean() -> None:
    with pytest.raises(StreamError) as caught:
        collect([Token(None, "ns", "", 7)])
    assert (caught.value.code, caught.value.position) == ("empty_namespace", 7)
    with pytest.raises(ValueError, match="mode"):
        collect([], "round")  # type: ignore[arg-type]  # what a caller without a type checker could do


def test_questions_to_a_bucket() -> None:
    """X-022, X-024: direct children, siblings, everything below; cut at dots only."""
    bucket = collect(parse("a:k=1; a.b.c:k=2; ab:k=3; a.d:k=4;"), "tree")
    assert bucket.tree == {"": ["a", "ab"], "a": ["a.b", "a.d"], "a.b": ["a.b.c"]}
    assert bucket.children("") == ["a", "ab"]
    assert bucket.siblings("a.b") == ["a.d"]
    assert bucket.siblings("a.b.c") == []
    assert bucket.siblings("") == []
    assert bucket.all_under("a") == ["a.b.c", "a.d"]
    assert bucket.all_under("") == ["a", "a.b.c", "ab", "a.d"]
    flat = collect(parse("a.b:k=1; a.c:k=2;"))
    assert flat.children("a") == flat.siblings("a.b") == []
    assert flat.all_under("a") == ["a.b", "a.c"]


NAMESPACE = st.text(st.sampled_from("ab."), min_size=1, max_size=8)


@given(st.lists(st.tuples(NAMESPACE, st.sampled_from("xy"), st.text(max_size=3)), max_size=12))
def test_a_tree_holds_each_path_once(tokens: list[tuple[str, str, str]]) -> None:
    """X-022: every namespace with data hangs on the root by one chain of direct children."""
    bucket = collect([Token(*token) for token in tokens], "hybrid")
    assert bucket.tree is not None
    below = [child for children in bucket.tree.values() for child in children]
    assert len(below) == len(set(below))
    assert set(bucket.data) <= set(below)
    for parent, children in bucket.tree.items():
        for child in children:
            start = f"{parent}." if parent else ""
            assert child.startswith(start)
            assert "." not in child[len(start) + 1 :]
    last = {(ns, key): value for ns, key, value in tokens}
    assert {(ns, key): value for ns, pairs in bucket.data.items() for key, value in pairs.items()} == last
