"""Events of the ledger beside PostgreSQL's own benchmark on the same server, in the same run.

Ratios, for the machine's other work weighs on both sides: durable events over transactions of
``pgbench`` (TPC-B-like, one client, same server), batches over single writes, the rate at a million
events over that at ten thousand.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg

from dualcarbon.ledger import Ledger, open_ledger

RESULTS = Path(__file__).with_name("results")
SERVER = os.environ.get(
    "DUALCARBON_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test"
).replace("postgresql+psycopg:", "postgresql:")
ACCOUNTS, HOLDING = 200, 10**12
SINGLES, BATCH, BATCHES, ROUNDS, SECONDS = 300, 1_000, 5, 3, 5
SIZES = (10_000, 100_000, int(os.environ.get("DUALCARBON_BENCH_EVENTS", "1000000")))


class Movements:
    """Transfers that each cut one lot in two: one lot ends, two begin."""

    def __init__(self, ledger: Ledger) -> None:
        rows: list[dict[str, Any]] = []
        for k in range(ACCOUNTS):
            rows.append(
                {"verb": "register", "key": f"a{k}", "actor": "registry", "account": f"acc{k}"}
            )
        for k in range(ACCOUNTS):
            rows.append(
                {"verb": "issue", "key": f"i{k}", "actor": "registry", "account": f"acc{k}",
                 "kind": "allowance", "quantity": HOLDING, "vintage": 2026, "document": f"d{k}"}
            )  # fmt: skip
        done = ledger.submit_many(rows)
        self.issues = [receipt.seq for receipt in done.receipts[ACCOUNTS:]]
        self.ledger, self.count, self.at = ledger, 0, [0] * ACCOUNTS

    def rows(self, number: int) -> Iterator[dict[str, Any]]:
        """The next transfers, account after account."""
        for _ in range(number):
            k = self.count % ACCOUNTS
            to = (k + 1 + self.count // ACCOUNTS % (ACCOUNTS - 1)) % ACCOUNTS
            lo = self.at[k]
            self.at[k] += 1_000
            yield {
                "verb": "transfer", "key": f"t{self.count}", "actor": f"acc{k}",
                "account": f"acc{k}",
                "to": f"acc{to}", "serial": f"allowance-{self.issues[k]}:{lo}-{lo + 1_000}",
            }  # fmt: skip
            self.count += 1

    def singles(self, number: int) -> float:
        """Events a second, each durable before the next one."""
        rows = list(self.rows(number))
        begun = time.perf_counter()
        for row in rows:
            given = {k: v for k, v in row.items() if k not in ("verb", "key", "actor")}
            self.ledger.submit(row["verb"], key=row["key"], actor=row["actor"], **given)
        return number / (time.perf_counter() - begun)

    def batch(self, number: int = BATCH) -> float:
        """Events a second, one thousand to a commit."""
        rows = list(self.rows(number))
        begun = time.perf_counter()
        self.ledger.submit_many(rows)
        return number / (time.perf_counter() - begun)


def pgbench() -> float:
    """Transactions a second of pgbench, TPC-B-like, one client, in a base of its own."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        info = connection.info
        place = ["-h", info.host, "-p", str(info.port), "-U", info.user]
        try:
            run = [shutil.which("pgbench") or "pgbench", *place]
            subprocess.run([*run, "-i", "-q", "-s", "1", name], check=True, capture_output=True)
            out = subprocess.run(
                [*run, "-c", "1", "-T", str(SECONDS), "-n", name], check=True, capture_output=True,
                text=True,
            ).stdout  # fmt: skip
        finally:
            connection.execute(f"DROP DATABASE {name}")
    return float(next(line.split()[2] for line in out.splitlines() if line.startswith("tps = ")))


def beside_pgbench() -> list[tuple[str, float, str]]:
    """Durable events and pgbench by turns, so that both meet the same machine."""
    schema = f"bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        url = SERVER.replace("postgresql:", "postgresql+psycopg:")
        url += f"{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"
        try:
            with open_ledger(url) as ledger:
                moves = Movements(ledger)
                moves.singles(50)
                pairs = [(moves.singles(SINGLES), pgbench()) for _ in range(ROUNDS)]
                batches = statistics.median(moves.batch() for _ in range(2))
        finally:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
    return [
        ("postgresql_single", statistics.median(p[0] for p in pairs), "events/s"),
        ("pgbench", statistics.median(p[1] for p in pairs), "transactions/s"),
        ("single_over_pgbench", statistics.median(a / b for a, b in pairs), "1"),
        ("postgresql_batch", batches, "events/s"),
    ]


def on_sqlite(folder: Path) -> list[tuple[str, float, str]]:
    """Single and batched writes by turns, then growth to the largest size."""
    found: list[tuple[str, float, str]] = []
    with open_ledger(folder / "bench.db") as ledger:
        moves = Movements(ledger)
        pairs = []
        for _ in range(ROUNDS):
            single = moves.singles(SINGLES)
            pairs.append((single, statistics.median(moves.batch() for _ in range(BATCHES))))
        found += [
            ("sqlite_single", statistics.median(p[0] for p in pairs), "events/s"),
            ("sqlite_batch", statistics.median(p[1] for p in pairs), "events/s"),
            ("batch_over_single", statistics.median(b / a for a, b in pairs), "1"),
        ]
        for size in SIZES:
            found += _at(moves, size)
    return found


def _at(moves: Movements, size: int) -> list[tuple[str, float, str]]:
    """Rate, statement and verification at a size."""
    while moves.count < size - 5 * BATCH:
        moves.batch(min(5 * BATCH, size - moves.count))
    cpu = time.process_time()
    rate = statistics.median(moves.batch() for _ in range(5))
    per_event = (time.process_time() - cpu) / (5 * BATCH)
    reading = _seconds(lambda: moves.ledger.statement("acc7", "2026"))
    verifying = _seconds(moves.ledger.verify)
    return [
        (f"rate_at_{size}", rate, "events/s"),
        (f"cpu_at_{size}", per_event * 1e6, "µs of processor per event"),
        (f"statement_at_{size}", reading, "s"),
        (f"verified_at_{size}", (moves.count + 2 * ACCOUNTS) / verifying, "events/s"),
    ]


def _seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def run() -> None:
    """Measure and write ``results/ledger.csv``."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [*beside_pgbench(), *on_sqlite(Path(folder))]
    table = pd.DataFrame(rows, columns=["what", "value", "unit"])
    RESULTS.mkdir(exist_ok=True)
    table.to_csv(RESULTS / "ledger.csv", index=False, float_format="%.4g", lineterminator="\n")
    print(table.to_string(index=False), flush=True)
