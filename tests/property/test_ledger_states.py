"""Random steps of all verbs: after each one every rule of the ledger holds, on both backends."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dualcarbon.ledger import LedgerError
from dualcarbon.ledger.rules import rules as embedded
from tests.ledgers import BACKENDS, Desk, address

WHO = ("alice", "bob", "carol")
KINDS = ("green", "allowance", "ccer", "white")
DAYS = ("2026-06-01", "2026-06-02", "2027-12-31", "2028-02-29", "2028-03-01")
account, small = st.sampled_from(WHO), st.integers(1, 3_000_000)
USES = [u.use for u in embedded().uses.values() if u.when == "claim"]


class Machine(RuleBasedStateMachine):
    """A ledger that is asked for anything, allowed or not; what it refuses changes nothing."""

    backend = "sqlite"
    folder = Path()

    def __init__(self) -> None:
        super().__init__()
        self.place = address(self.backend, self.folder)
        self.desk = Desk(self.place.__enter__(), scenario="random", opened=("X13",))
        self.desk.opened()
        self.desk("register", activity="kiln", account="alice", meter="k", unit="gce")
        self.desk("register", activity="forest", account="alice", meter="f", unit="kg CO2e")
        self.reports: list[int] = []
        self.last: dict[str, Any] = {}
        self.done = self.refused = self.issued = self.month = 0
        for activity, kind in (("wind-1", "green"), ("kiln", "white"), ("forest", "ccer")):
            self.desk.verified("2025-12", 5_000_000, activity)
            self.attempt("issue", account="alice", kind=kind, quantity=4_000_000,
                         report=self.desk.ledger.events()[-2].seq)  # fmt: skip
            self.reports.append(self.desk.ledger.events()[-3].seq)

    def teardown(self) -> None:
        replayed(self)
        self.desk.ledger.close()
        self.place.__exit__(None, None, None)

    def attempt(self, verb: str, actor: str = "registry", **fields: Any) -> None:
        root = self.desk.ledger.root()
        try:
            receipt = self.desk(verb, actor, **fields)
        except LedgerError:
            self.refused += 1
            assert self.desk.ledger.root() == root
            return
        self.done += 1
        self.last = {"verb": verb, "key": f"key {self.desk.count}", "actor": actor, **fields}
        assert receipt.hash == self.desk.ledger.root()

    def lot(self, choice: int) -> int:
        lots = self.desk.ledger.holdings()["lot"]
        return int(lots.iloc[choice % len(lots)])

    @rule(kind=st.sampled_from(["green", "white", "ccer"]), amount=small, which=st.integers(0, 50))
    def issue(self, kind: str, amount: int, which: int) -> None:
        report = self.reports[which % len(self.reports)]
        more = {"source_quantity": amount, "factor": "avg2023"} if kind == "ccer" else {}
        self.attempt("issue", account="alice", kind=kind, report=report,
                     quantity=None if more else amount, **more)  # fmt: skip

    @rule(amount=small)
    def allot(self, amount: int) -> None:
        self.issued += 1
        self.attempt("issue", account="bob", kind="allowance", quantity=amount, vintage=2026,
                     document=f"{self.issued // 2}")  # fmt: skip

    @precondition(lambda self: self.month < 5)
    @rule(amount=small)
    def measure(self, amount: int) -> None:
        self.month += 1
        self.reports.append(self.desk.verified(f"2026-0{self.month}", amount))

    @rule(
        a=account, b=account, kind=st.sampled_from(KINDS), amount=small, day=st.sampled_from(DAYS)
    )
    def transfer(self, a: str, b: str, kind: str, amount: int, day: str) -> None:
        self.attempt("transfer", a, account=a, to=b, kind=kind, quantity=amount, effective=day)

    @rule(choice=st.integers(0, 99), b=account)
    def transfer_lot(self, choice: int, b: str) -> None:
        lot = self.lot(choice)
        lots = self.desk.ledger.holdings().set_index("lot")
        self.attempt("transfer", account=lots.loc[lot, "account"], to=b, lot=lot)

    @rule(a=account, b=account, kind=st.sampled_from(KINDS), amount=small)
    def reserve(self, a: str, b: str, kind: str, amount: int) -> None:
        self.attempt("reserve", a, account=a, to=b, kind=kind, quantity=amount, until="2026-07-01")

    @rule(choice=st.integers(0, 99), part=st.integers(1, 3_000_000))
    def split(self, choice: int, part: int) -> None:
        row = self.desk.ledger.holdings().set_index("lot").loc[self.lot(choice)]
        size = int(row["end"] - row["start"])
        self.attempt("split", account=row["account"], lot=int(row.name), parts=[part, size - part])

    @rule(choice=st.integers(0, 99))
    def merge(self, choice: int) -> None:
        lots = self.desk.ledger.holdings()
        at = choice % len(lots)
        two = [int(n) for n in lots["lot"].iloc[at : at + 2]]
        self.attempt("merge", account=lots["account"].iloc[at], lots=two)

    @rule(a=account, amount=small, use=st.sampled_from(USES), kind=st.sampled_from(KINDS))
    def claim(self, a: str, amount: int, use: str, kind: str) -> None:
        self.attempt("claim", a, account=a, use=use, kind=kind, quantity=amount)

    @rule(which=st.integers(0, 50), first=small, amount=small, use=st.sampled_from(USES))
    def claim_evidence(self, which: int, first: int, amount: int, use: str) -> None:
        report = self.reports[which % len(self.reports)]
        self.attempt("claim", use=use, report=report, first=first, quantity=amount)

    @rule(a=account, amount=small, what=st.sampled_from(["national_ets", "rps", "saving_target"]),
          kind=st.sampled_from(KINDS))  # fmt: skip
    def surrender(self, a: str, amount: int, what: str, kind: str) -> None:
        self.attempt("surrender", a, account=a, obligation=what, period="2025", kind=kind,
                     quantity=amount)  # fmt: skip

    @rule(
        a=account,
        amount=small,
        kind=st.sampled_from(KINDS),
        verb=st.sampled_from(["cancel", "withdraw"]),
    )
    def cancel(self, a: str, amount: int, kind: str, verb: str) -> None:
        self.attempt(verb, account=a, kind=kind, quantity=amount, reason="test")

    @rule(a=account, amount=small, which=st.integers(0, 9))
    def convert(self, a: str, amount: int, which: int) -> None:
        names = sorted(embedded().conversions)
        self.attempt("convert", a, account=a, rule=names[which % len(names)], quantity=amount)

    @rule(choice=st.integers(0, 99))
    def release(self, choice: int) -> None:
        lots = self.desk.ledger.holdings().set_index("lot")
        lot = self.lot(choice)
        self.attempt("release", account=lots.loc[lot, "account"], lot=lot)

    @rule(day=st.sampled_from(DAYS))
    def expire(self, day: str) -> None:
        self.attempt("expire", effective=day)

    @rule(which=st.integers(0, 50), amount=small)
    def correct(self, which: int, amount: int) -> None:
        report = self.reports[which % len(self.reports)]
        self.attempt("correct", "vera", report=report, quantity=amount, reason="test")

    @rule(back=st.integers(0, 12))
    def reverse(self, back: int) -> None:
        events = self.desk.ledger.events()
        self.attempt("reverse", event=events[max(len(events) - 1 - back, 0)].seq, reason="test")

    @precondition(lambda self: self.last)
    @rule()
    def again(self) -> None:
        """The same key once more is the same event."""
        root, last = self.desk.ledger.root(), dict(self.last)
        verb, key, actor = (last.pop(name) for name in ("verb", "key", "actor"))
        self.desk.ledger.submit(verb, key=key, actor=actor, **last)
        assert self.desk.ledger.root() == root

    @invariant()
    def holds(self) -> None:
        check(self.desk)


def check(desk: Desk) -> None:
    """Live ranges cover every issue once; no slot of any evidence is taken twice."""
    lots = desk.ledger.holdings()
    for _, of in lots.groupby("issue"):
        ordered = of.sort_values("start")
        assert ordered["start"].iloc[0] == 0
        assert (ordered["start"].iloc[1:].to_numpy() == ordered["end"].iloc[:-1].to_numpy()).all()
    claims = desk.ledger.claims()
    live = claims[claims["released"].isna()]
    for _, of in live.groupby(["evidence", "slot"]):
        ordered = of.sort_values("start")
        assert (ordered["start"].iloc[1:].to_numpy() >= ordered["end"].iloc[:-1].to_numpy()).all()
    assert (desk.ledger.balances()["quantity"] > 0).all()
    sums = (lots["end"] - lots["start"]).sum()
    assert desk.ledger.balances()["quantity"].sum() == sums


def replayed(machine: Machine) -> None:
    """The same events give the same rows and hashes; entries sum to balances."""
    ledger = machine.desk.ledger
    assert ledger.verify() == len(ledger.events())
    entries = (
        ledger.entries().groupby(["account", "kind", "vintage", "area", "state"])["quantity"].sum()
    )
    balances = ledger.balances().set_index(["account", "kind", "vintage", "area", "state"])[
        "quantity"
    ]
    assert entries[entries != 0].sort_index().to_dict() == balances.sort_index().to_dict()
    with address("sqlite", machine.folder) as url:
        twin = ledger.replay(ledger.events(), into=url)
        assert twin.root() == ledger.root()
        assert twin.balances().equals(ledger.balances())
        assert twin.holdings().equals(ledger.holdings())
        twin.close()


def run(backend: str, folder: Path, examples: int, steps: int) -> None:
    """Run the machine on a backend."""
    from hypothesis.stateful import run_state_machine_as_test

    kind = type("Machine", (Machine,), {"backend": backend, "folder": folder})
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
def test_some_random_steps(backend: str, tmp_path: Path) -> None:
    run(backend, tmp_path, 3, 25)


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_ten_thousand_random_steps(backend: str, tmp_path: Path) -> None:
    run(backend, tmp_path, int(os.environ.get("DUALCARBON_LEDGER_EXAMPLES", "100")), 100)
