"""Searching while somebody types: extend, retract, results (S-311 … S-315)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from search.corpus import searching
from search.folding import fold
from search.history import History
from search.hits import Found, Gathered, Options, found_in
from search.stopping import Stop
from store.operation import reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from search.corpus import Corpus
    from search.rows import Row
    from search.source import Revision
    from store.operation import Operation, Steps

MOST_ROWS = 10_000
MOST_ATOMS = 8_000_000
"""Of all texts of one step together; more are "too many" as well."""
CHECK_EVERY = 1024
NOTHING = Found(0, "", 0, (), None)


@dataclass(frozen=True, slots=True)
class Step:
    """What is known after so many typed atoms. rows: all that hold the first `checkpoint` of them, sorted; None: too many to keep.

    answer: kept instead of too many rows, unless it is as long itself. until: when one of the hits expires, in ms.
    """

    checkpoint: int
    rows: tuple[Row, ...] | None
    answer: Found | None
    until: int | None


class SearchSession:
    """The text typed so far, and one step per length of it at which results were asked for.

    Every answer equals that of a fresh search for the same text (S-064). Once some text remains, further typing makes that longer
    and searches nothing; after a step that holds few rows only these are looked at; taking text back searches nothing. When the
    store has changed, or a hit has expired, the next answer is a fresh search and the history begins anew (S-314).
    """

    def __init__(self, corpus: Corpus, meta: str = "", options: Options | None = None) -> None:
        self._corpus = corpus
        self._meta = meta
        self._options = options or Options()
        self._text = ""
        self._history: History[Step] = History()
        self._revision: Revision | None = None
        self._asked_at = 0
        self._lock = Lock()  # somebody types while a driver's thread searches

    @property
    def text(self) -> str:
        """What has been typed."""
        return self._text

    @property
    def options(self) -> Options:
        """How it searches."""
        return self._options

    def choose(self, options: Options) -> None:
        """Search in another way from now on; the text stays."""
        with self._lock:
            if options != self._options:
                self._options = options
                self._history = History()

    def extend(self, text: str) -> None:
        """Type `text` behind what is there."""
        with self._lock:
            self._text += text

    def retract(self, count: int) -> None:
        """Take `count` atoms back, at most all there are."""
        with self._lock:
            self._text = self._text[: max(len(self._text) - max(count, 0), 0)]
            self._history.cut(len(self._text))

    def results(self, *, now_ms: int, stop: Stop | None = None) -> Operation[Found]:
        """The answer for the text as it is now; checkpoint 0 and no hits for no text.

        Giving it up leaves the session as it was, and typing may go on meanwhile.
        """
        return _results(self._corpus, _Task(self, self._meta, self._text, self._options, now_ms, stop or Stop()))

    def known(self, task: _Task, now: Revision) -> tuple[int, Step | None]:
        """The best step there is for a task, and after how many atoms; none once the store has changed.

        Nor after a hit has expired, or when the clock went back, which may have brought entries back.
        """
        with self._lock:
            newest = self._history.newest()
            if newest is None or self._revision != now or task.now_ms < self._asked_at or not self._wants(task):
                return 0, None
            expired = newest[1].until is not None and task.now_ms >= newest[1].until
            return (0, None) if expired else newest

    def learn(self, task: _Task, now: Revision, step: Step, *, fresh: bool) -> None:
        """Keep what a task found, if the text still begins as it did. fresh: nothing that was known before is true any more."""
        with self._lock:
            if self._wants(task):
                if fresh:
                    self._history = History()
                self._revision, self._asked_at = now, task.now_ms
                self._history.add(len(task.text), step)

    def _wants(self, task: _Task) -> bool:
        return self._options is task.options and self._text.startswith(task.text)


@dataclass(frozen=True, slots=True)
class _Task:
    """One answer that is wanted."""

    session: SearchSession
    meta: str
    text: str
    options: Options
    now_ms: int
    stop: Stop


@reading
def _results(corpus: Corpus, task: _Task) -> Steps[Found]:
    if not task.text:
        return NOTHING

    def steps(now: Revision, index: bool) -> Steps[Found]:
        length, known = task.session.known(task, now)
        if known is None:
            step = yield from _searched(corpus, task, 0, now, index)
        elif known.checkpoint < length or length == len(task.text):
            step = known
        elif known.rows is not None:
            step = _narrowed(known.rows, known.checkpoint, task)
        else:
            step = yield from _searched(corpus, task, known.checkpoint, now, index)
        if step.rows is None and step.answer is None:
            step = yield from _searched(corpus, task, step.checkpoint, now, index)
        # Nothing is changed before the last statement: a driver may begin again (T-045).
        kept = step if step.answer is None or len(step.answer.hits) <= MOST_ROWS else replace(step, answer=None)
        task.session.learn(task, now, kept, fresh=known is None)
        return _answer(step, task)

    return (yield from searching(corpus, steps))


def _searched(corpus: Corpus, task: _Task, least: int, now: Revision, index: bool) -> Steps[Step]:
    """The step for the whole text, `least` atoms of which are known to occur."""
    sources = yield from corpus.sources(task.meta, task.options, now, now_ms=task.now_ms, stop=task.stop, index=index)
    checkpoint, gathered = sources.search(task.text, least, MOST_ROWS)
    rows = gathered.rows
    few = gathered.is_complete and len(rows) <= MOST_ROWS and sum(row.width for row in rows) <= MOST_ATOMS
    if not few:
        return Step(checkpoint, None, found_in(gathered, task.text, checkpoint, task.options), gathered.until)
    return Step(checkpoint, tuple(sorted(rows)), None, gathered.until)


def _narrowed(rows: tuple[Row, ...], checkpoint: int, task: _Task) -> Step:
    """The step for a longer text, of which only `rows` hold the first `checkpoint` atoms: no others can hold more (S-311)."""
    query = fold(task.text) if task.options.ignore_case else task.text
    best = checkpoint
    kept: list[Row] = []
    for number, row in enumerate(rows):
        if number % CHECK_EVERY == 0:
            task.stop.check()
        text = fold(row.text) if task.options.ignore_case else row.text
        reached = _longest_in(text, query, best)
        if reached > best:
            best = reached
            kept = [row]
        elif best == checkpoint or query[:best] in text:
            kept.append(row)
    same = tuple(kept) if len(kept) < len(rows) else rows
    return Step(best, same, None, _until(same))


def _longest_in(text: str, query: str, least: int) -> int:
    """The length of the longest prefix of `query` in `text`, `least` if none is longer."""
    at = 0
    while least < len(query):
        at = text.find(query[: least + 1], at)
        if at < 0:
            break
        least += 1
        while least < len(query) and text.startswith(query[least], at + least):
            least += 1
        at += 1
    return least


def _answer(step: Step, task: _Task) -> Found:
    """The answer to a task; `step` may be that of a shorter text, behind whose checkpoint more was typed."""
    if step.rows is not None:
        return found_in(Gathered(len(step.rows), step.rows, step.until), task.text, step.checkpoint, task.options)
    assert step.answer is not None, "searched anew if it was not kept"
    return replace(step.answer, remaining=task.text[step.checkpoint :])


def _until(rows: Iterable[Row]) -> int | None:
    return min((row.until for row in rows if row.until is not None), default=None)
