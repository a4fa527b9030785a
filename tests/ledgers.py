"""Ledgers for tests: a file of SQLite, or a schema of its own on a PostgreSQL server."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dualcarbon.ledger import Ledger, Receipt, open_ledger

SERVER = os.environ.get(
    "DUALCARBON_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test"
).replace("postgresql+psycopg:", "postgresql:")
NONE = (
    "no PostgreSQL answers at DUALCARBON_TEST_POSTGRES; start one, for example: "
    "docker run -d -p 5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust -e POSTGRES_DB=test postgres"
)
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
BACKENDS = ("sqlite", "postgresql")


def server_answers() -> bool:
    try:
        with psycopg.connect(SERVER, connect_timeout=3):
            return True
    except psycopg.Error:
        return False


@contextmanager
def address(backend: str, folder: Path) -> Iterator[str]:
    """URL of an empty ledger that is gone afterwards."""
    name = f"t_{uuid.uuid4().hex[:16]}"
    if backend == "sqlite":
        yield f"sqlite:///{folder / name}.db"
        return
    if not server_answers():
        if os.environ.get("DUALCARBON_NO_SKIP"):
            pytest.fail(NONE)
        pytest.skip(NONE)
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        url = SERVER.replace("postgresql:", "postgresql+psycopg:")
        join = "&" if "?" in url else "?"
        try:
            yield f"{url}{join}options=-csearch_path%3D{name}"
        finally:
            connection.execute(f"DROP SCHEMA {name} CASCADE")


def raw(url: str) -> Any:
    """A connection of the bare driver, past our code."""
    if url.startswith("sqlite"):
        import sqlite3

        return sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    return psycopg.connect(url.replace("postgresql+psycopg:", "postgresql:"), autocommit=True)


class Desk:
    """A ledger with a short way to submit: keys by number, the registry as actor."""

    def __init__(self, url: str, **more: Any) -> None:
        more.setdefault("clock", lambda: NOON)
        self.ledger: Ledger = open_ledger(url, **more)
        self.url = url
        self.count = 0

    def __call__(self, verb: str, actor: str = "registry", **fields: Any) -> Receipt:
        self.count += 1
        return self.ledger.submit(verb, key=f"key {self.count}", actor=actor, **fields)

    def opened(self) -> None:
        """Register alice, bob, carol, a verifier, and a wind farm of alice's."""
        for name in ("alice", "bob", "carol"):
            self("register", account=name)
        self("register", account="vera", role="verifier")
        self("register", activity="wind-1", account="alice", meter="M 001", technology="onwind",
             area="Gansu", capacity="100 MWh")  # fmt: skip

    def reopen(self, **more: Any) -> None:
        """Open the same ledger anew."""
        self.ledger.close()
        self.ledger = open_ledger(self.url, **more)

    def verified(
        self, period: str, quantity: Any, activity: str = "wind-1", owner: str = "alice"
    ) -> int:
        """Report and verify a quantity; number of the report."""
        report = self("report", owner, activity=activity, period=period, quantity=quantity)
        self("verify", "vera", report=report.seq)
        return report.seq

    def certificates(self, period: str = "2026-03", quantity: Any = "1000 MWh") -> Receipt:
        """Certificates of alice's wind farm."""
        report = self.verified(period, quantity)
        return self("issue", account="alice", kind="green", quantity=quantity, report=report)

    def held(self, **where: Any) -> int:
        """Sum of balances, in base units, held if not said otherwise."""
        table = self.ledger.balances()
        for name, value in {"state": "held", **where}.items():
            table = table[table[name] == value]
        return int(table["quantity"].sum())


Make = Callable[..., Desk]
