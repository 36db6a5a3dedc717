"""The Meteor languages: `parse`, `validate`, `token` look and store nothing (M-200…M-208); `stream --dialect` stores (U-06)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from store.addresses.dotted import read_dotted
from store.errors import Refused, StoreError, StreamError, UsageError
from store.model import Position
from store.settings import read_settings
from store.streams.events import Write
from store.workspace import find_workspace
from tui import meteor_text
from tui.headless.failing import Told, lines
from tui.headless.output import STDIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from store.addresses.dotted import Reading
    from store.model import Address
    from store.profiles import Profile
    from store.settings import Settings
    from store.streams.events import Event
    from tui.headless.main import Call

    T = TypeVar("T")

FORMATS = ("text", "json", "debug")


def parse(call: Call) -> int:
    """What a store would hold after a meteor stream (M-203…M-205). The stream is stored in one that is gone afterwards."""
    from store.database import MEMORY, Database
    from store.engine import Engine
    from store.operations.rules import SetOptions

    settings = _settings(call)
    text = _input(call, settings)
    engine = Engine(_profile(call, settings), SetOptions.strict() if call.has("strict") else None)
    with Database(MEMORY) as database:
        _read(call, lambda: engine.run(database, engine.meteor_stream(text)))
        cells = meteor_text.cells_of(database.run(engine.entries()).views)
        done = database.run(engine.command_history())
    if call.output.json and not call.has("format"):
        call.output.object(**meteor_text.parsed_data(engine.where(), cells, flat=True))
        return 0
    form = _format(call)
    if form == "json":
        _print_json(call, meteor_text.parsed_data(engine.where(), cells))
    elif form == "debug":
        _print(call, meteor_text.parsed_debug(text, engine.where(), cells, done))
    else:
        _print(call, meteor_text.parsed(engine.where(), cells, text=text if call.has("verbose") else None))
    return 0


def validate(call: Call) -> int:
    """Whether a meteor stream is one; with --explain, all that is wrong with it (M-206, M-207). Exit code 1 if not."""
    from store.streams.explain import explain

    settings = _settings(call)
    text = _input(call, settings)
    found = explain(text, strict=call.has("strict"), profile=_profile(call, settings))
    form = _format(call)
    if call.output.json and not call.has("format"):
        call.output.object(**found.to_dict())
    elif form == "json":
        _print_json(call, found.to_dict())
    elif form == "debug":
        _print(call, meteor_text.explained_debug(text, found))
    elif call.has("explain"):
        _print(call, meteor_text.explained(found))
    else:
        _print(call, meteor_text.verdict(found, verbose=call.has("verbose")))
    return 0 if found.valid else 1


def token(call: Call) -> int:
    """The parts of one token or several (M-208)."""
    from store.streams.tokens import parse_tokens, warnings

    text = _input(call, _settings(call))
    found = _read(call, lambda: parse_tokens(text))
    for one in found:
        for remark in warnings(one):
            call.output.warn(f"{remark.message}; {remark.hint}" if remark.hint else remark.message, remark.code)
    form = _format(call)
    if call.output.json and not call.has("format"):
        call.output.object(tokens=meteor_text.tokens_data(found))
    elif form == "json":
        _print_json(call, meteor_text.tokens_data(found))
    elif form == "debug":
        _print(call, meteor_text.tokens_debug(text, found))
    else:
        _print(call, meteor_text.tokens(found, verbose=call.has("verbose")))
    return 0


def store_stream(call: Call, content: bytes, dialect: str) -> tuple[list[Event], list[Address]]:
    """Apply a token or meteor stream, all or nothing; its events, and where each write went.

    Bare tokens of a token stream go to the position of this call. Raises Refused `auth` where streams need credentials, which
    only XStream can show (X-039); StreamError and what the engine raises.
    """
    from store.engine import Engine
    from store.streams.meteor_stream import read_meteor_stream
    from store.streams.token_stream import read_token_stream
    from tui.headless.streaming import refuse_if_off

    refuse_if_off(call)
    session = call.session
    if session.settings.security_required:
        raise Refused(
            "auth",
            f"the {dialect} dialect has no credentials, and streams need them here",
            hint="send XStream, without --dialect, that begins with sec:user=…; sec:pass=…;",
        )
    text = as_text(content)
    engine = Engine(_profile(call, session.settings), meta=session.meta, actor=call.by, clock=lambda: call.now_ms)
    position = position_of(session.reading)
    engine.move(position)
    if dialect == "token":
        events = read_token_stream(text, position, session.meta)
        operation = engine.token_stream(text)
    else:
        events = read_meteor_stream(text, session.meta)
        operation = engine.meteor_stream(text)
    call.target = f"{sum(isinstance(event, Write) for event in events)} tokens"
    return events, engine.run(call.database, operation)


def position_of(reading: Reading) -> Position:
    """Where an address of one part would lead: options, cursor and built-in position in their order (U-04, X-032)."""
    base = read_dotted("x", reading._replace(whole=False, variant=None))
    return Position(base.context, base.namespace)


def as_text(content: bytes) -> str:
    """Input as text. Raises StreamError `not_utf8`."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        place = len(content[: error.start].decode())
        raise StreamError("not_utf8", f"the input is not UTF-8 text (character {place + 1})", position=place) from None


def _input(call: Call, settings: Settings) -> str:
    """The operands joined by a space, or standard input for a lone `-` (M-200). Raises UsageError, StreamError `not_utf8`."""
    words = call.line.arguments
    if not words:
        usage = call.line.command.usage
        missing = UsageError("Error: No input provided", hint=f"usage: {usage}")
        raise Told(missing, [missing.message, f"Usage: {usage}"])  # M-202
    if words == ["-"]:
        from store.stdin import receive_in_memory

        content = receive_in_memory(STDIN, limit=settings.max_input)
    else:
        content = " ".join(words).encode("utf-8", "surrogateescape")
    return as_text(content)


def _settings(call: Call) -> Settings:
    """The settings alone: these commands work whatever is wrong with cursors and databases."""
    return read_settings(find_workspace(call.environ, call.cwd), call.environ)


def _profile(call: Call, settings: Settings) -> Profile:
    from store.profiles import profile_of

    return profile_of(settings, call.output.warn)


def _format(call: Call) -> str:
    """M-200: in any case; an unknown one is text."""
    form = (call.option("format") or "").lower()
    return form if form in FORMATS else "text"


def _read(call: Call, reading: Callable[[], T]) -> T:
    """Do it; an error becomes one that says `Parse error` to people (M-203, M-208)."""
    try:
        return reading()
    except StoreError as error:
        if call.output.json and not call.has("format"):
            raise
        sentence, *more = lines(error)
        raise Told(error, [f"Parse error: {sentence}", *more]) from None


def _print(call: Call, shown: list[str]) -> None:
    for line in shown:
        call.output.line(line)


def _print_json(call: Call, data: Any) -> None:
    """JSON as meteor.md has it, without a schema number; that one comes with --output json."""
    text = json.dumps(data, ensure_ascii=call.output.terminal, separators=(",", ":"))
    call.output.line(text.replace("\x7f", "\\u007f"))
