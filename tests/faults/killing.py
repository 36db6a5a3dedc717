"""Writers killed again and again on one database, and whether what they acknowledged is there (T-300, T-301)."""

from __future__ import annotations

import os
from collections.abc import Mapping

from tests.faults.audit import faults_in
from tests.faults.harness import Child, Window, chance, rounds
from tests.faults.ledger import Promises, entries_of

AUDIT_EVERY = 25
"""Seldom: opening the database for an audit clears the WAL, and the next writer shall find one to recover."""


def kill_writers(
    name: str, program: str, how: str, kills: int, *, path: str, ledger: str, env: Mapping[str, str] | None = None
) -> None:
    """Start `program` `kills` times, each on what the one before left, and kill it at a random moment. `name`: in reports.

    More often where few of them got as far as to acknowledge anything: on a slow disk each comes to one write at most.
    """
    window = Window(chance(name), 0.05, least_s=0.05)
    told = 0
    for kill in rounds(kills, lambda: len(Promises(ledger)) > kills):
        with Child(program, path, ledger, f"w{kill}", how, env=env) as child:
            child.hear("ready")
            assert child.kill(window.moment()) == -9, "it ended by itself"
        before, told = told, os.path.getsize(ledger)
        window.learn(too_early=told == before)
        if kill % AUDIT_EVERY == 0 or kill >= kills:
            promises, found = Promises(ledger), entries_of(path)
            verdict = (promises.lost(found), promises.torn(found), faults_in(path))
            assert verdict == ([], [], []), verdict
    assert len(promises) > kills, "most writers were killed before they wrote anything: nothing is proved"
    print(f"{name}: {kill} kills, {len(promises)} acknowledged, 0 lost, 0 torn")


def kill_one_that_tells_early(program: str, *, path: str, ledger: str) -> None:
    """The control: a writer that notes its write before COMMIT, killed in between, is found to have lost it."""
    kill_when_stopped(program, "early", path=path, ledger=ledger)
    promises, found = Promises(ledger), entries_of(path)
    verdict = (promises.lost(found), faults_in(path))
    assert verdict == (["sx"], []), verdict


def kill_when_stopped(program: str, how: str, *, path: str, ledger: str) -> None:
    """Kill a writer where it has stopped by itself."""
    with Child(program, path, ledger, "x", how) as child:
        child.hear("ready")
        child.hear("stopped")
        child.kill()
