"""Writers killed at any moment, several at once: each event is there whole or not at all."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dualcarbon.ledger import open_ledger
from tests.ledgers import BACKENDS, Desk, address

WRITER = """
import json, sys
from dualcarbon.ledger import InsufficientUnits, open_ledger
url, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open_ledger(url, create=False) as ledger:
    for k in range(count):
        key = f"{name}-{k}"
        try:
            got = ledger.submit("transfer", key=key, actor="alice", account="alice", to="bob",
                                kind="green", quantity=3)
            print(json.dumps([key, got.seq, got.hash]), flush=True)
        except InsufficientUnits:
            print(json.dumps([key, 0, ""]), flush=True)
"""


def start(url: str, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, url, name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def crash(url: str, writers: int, writes: int, kills: int, share: float) -> None:
    """Kill writers at random and start them anew, until all have asked for all their writes.

    Args:
        share: of the writes that the units are enough for; the others must be refused.
    """
    rng = random.Random(1)
    desk = Desk(url)
    desk.opened()
    enough = int(writers * writes * share)
    desk.certificates(quantity=3 * enough + 2)
    before = desk.ledger.root(), len(desk.ledger.events())
    desk.ledger.close()
    names = [f"w{k}" for k in range(writers)]
    running = {name: start(url, name, writes) for name in names}
    said: list[list[object]] = []

    def ended(process: subprocess.Popen[str], *, whole: bool) -> None:
        out, _ = process.communicate(timeout=600)
        lines = out.splitlines() if whole else out.splitlines(keepends=True)
        said.extend(json.loads(line) for line in lines if whole or line.endswith("\n"))

    for _ in range(kills):
        time.sleep(rng.uniform(0.2, 1.5))
        name = rng.choice(names)
        running[name].send_signal(signal.SIGKILL)
        ended(running[name], whole=False)
        running[name] = start(url, name, writes)
    for process in running.values():
        ended(process, whole=True)
        assert process.returncode == 0
    with open_ledger(url) as ledger:
        events = ledger.events(after=before[1])
        assert [e.seq for e in events] == list(range(before[1] + 1, before[1] + 1 + enough))
        assert len({e.key for e in events}) == enough
        found = {e.key: (e.seq, e.hash) for e in events}
        receipts = {str(key): (seq, digest) for key, seq, digest in said if seq}
        assert receipts == found  # who has a receipt has an event, also after a repetition
        assert ledger.verify(before[0]) == before[1] + enough
        held = ledger.balances().set_index("account")["quantity"]
        assert (held["bob"], held["alice"]) == (3 * enough, 2)


@pytest.mark.parametrize("backend", BACKENDS)
def test_two_writers_and_a_kill(backend: str, tmp_path: Path) -> None:
    with address(backend, tmp_path) as url:
        crash(url, writers=2, writes=10, kills=1, share=0.7)


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_eight_writers_and_a_thousand_writes(backend: str, tmp_path: Path) -> None:
    with address(backend, tmp_path) as url:
        crash(url, writers=8, writes=125, kills=40, share=0.8)
