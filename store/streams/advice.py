"""What people are told when piped content was kept instead of stored (P-070, P-080 to P-083, X-042).

Content is looked at, never executed and never repeated. With streaming off nothing of the stream readers is imported.
"""

from __future__ import annotations

from store.streams.labels import one_line

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal

    from store.errors import StreamError

    Kind = Literal["plain", "stream_like", "stream_ready"]

MARKERS = ("ns=", "meta:", "sec:")
SHOWN = 200
FORMAT = '💡 XStream format: echo "ns=project; key=value;" | prontodb stream'
WITH_META = '💡 With meta: echo "meta:path=project.namespace; key=data;" | prontodb stream'

SHAPES = {
    "xstream": (FORMAT, WITH_META),
    "token": (
        '💡 It was read as a token stream: echo "ns=ui; key=value; ctl:delete=app:ui:old" | prontodb stream --dialect token',
        "💡 XStream is read without --dialect",
    ),
    "meteor": (
        '💡 It was read as a meteor stream: echo "app:ui:key=value; other=value" | prontodb stream --dialect meteor',
        "💡 A token stream is read with --dialect token, XStream without --dialect",
    ),
}


def classify(content: bytes | str) -> Kind:
    """P-080: stream_like by its marks, stream_ready if it also parses to a token, else plain. Bytes that are no UTF-8 are plain."""
    return diagnose(content)[0]


def diagnose(content: bytes | str, *, discreet: bool = False) -> tuple[Kind, str]:
    """The class of P-080 and, for stream_like, why it does not parse; "" otherwise.

    `discreet`: without the name of the token at fault, which may be anything in content that was never meant as a stream (P-082).
    """
    try:
        text = content.decode() if isinstance(content, bytes) else content
    except UnicodeDecodeError:
        return "plain", ""
    if not _is_stream_like(text):
        return "plain", ""
    from store.errors import StreamError
    from store.streams.xstream import scan

    found = False
    try:
        for _ in scan(text):
            found = True
    except StreamError as error:
        return "stream_like", _discreet(error) if discreet else error.message
    return ("stream_ready", "") if found else ("stream_like", "it holds no token")


def _discreet(error: StreamError) -> str:
    """The sentence of `error` with `a token` in place of the token's name, and where the fault is."""
    sentence = error.message.replace(f"'{error.text}='", "a token").replace(f"'{error.text}'", "a token")
    return f"{sentence} (character {(error.position or 0) + 1})"


def _is_stream_like(text: str) -> bool:
    if ";" not in text:
        return False
    if "meta:" in text:
        return True
    equals = text.find("=")
    return equals >= 0 and (text.find("=", equals + 1) >= 0 or any(marker in text for marker in MARKERS))


def messages(
    address: str | None,
    key: str,
    content: bytes | str,
    *,
    quiet: bool = False,
    streaming: bool = True,
    reason: str | None = None,
    missing: bool = False,
) -> list[str]:
    """The lines for standard error after a rescue: the two of P-070, then the advice of P-081 unless `quiet` or not `streaming`.

    `key`: the whole cache address, `pipe.cache.…`. `reason`: what went wrong if it was not the address. `missing`: no address
    was given (so does None or ""). One line each, whatever the address holds.
    """
    if reason is not None:
        problem = _shown(reason)
    elif missing or not address:
        problem = "Missing address"
    else:
        problem = f"Invalid address '{_shown(address)}'"
    lines = [f"⚠️  {problem} - content cached as: {key}", f"💡 Use: prontodb copy {key} <proper.address>"]
    if quiet or not streaming:
        return lines
    kind, fault = diagnose(content, discreet=True)
    if kind == "stream_ready":
        return [*lines, f"🎓 Detected structured data! Try: prontodb get {key} | prontodb stream", WITH_META]
    if kind == "stream_like":
        lines.append(f"🎓 Looks like a token stream, but: {_shown(fault)}")
    return [*lines, FORMAT, WITH_META]


def rejected(reason: str, key: str, *, hint: str = "", quiet: bool = False, dialect: str = "xstream") -> list[str]:
    """The lines for standard error after a rejected stream was rescued (X-042); `hint` is that of the error, if it has one.

    `dialect`: the language it was read as, whose shape is shown (U-06).
    """
    lines = [
        f"⚠️  Malformed stream: {_shown(reason)} - content cached as: {key}",
        f"💡 Look at it: prontodb get {key}",
    ]
    if quiet:
        return lines
    return [*lines, *([f"💡 {one_line(hint)}"] if hint else []), *SHAPES[dialect]]


def _shown(text: str) -> str:
    """`text` cut to what fits a message of one line (P-070)."""
    return one_line(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")
