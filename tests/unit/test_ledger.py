"""The ledger's verbs: what each does, what each refuses, and that nothing is written then."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dualcarbon.errors import InputError
from dualcarbon.ledger import (
    KINDS,
    ClaimTaken,
    InsufficientUnits,
    KeyReused,
    LedgerError,
    RightsError,
    RuleError,
    SerialTaken,
    StateError,
    TamperFound,
    open_ledger,
    parse_foreign,
)
from tests.ledgers import BACKENDS, Desk, address

MWH = 10**6


@pytest.fixture(params=BACKENDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with address(request.param, tmp_path) as url:
        found = Desk(url)
        found.opened()
        yield found
        found.ledger.close()


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Desk]:
    """A ledger on SQLite alone, of a scenario, where the backend makes no difference."""
    with address("sqlite", tmp_path) as url:
        found = Desk(url, scenario="test", opened=("X13",))
        found.opened()
        yield found
        found.ledger.close()


def test_units_are_counted_in_whole_base_units() -> None:
    carbon, energy = {"allowance", "ccer"}, {"white", "energy_use"}
    assert {
        **dict.fromkeys(carbon, "kg CO2e"),
        **dict.fromkeys(energy, "gce"),
        "green": "Wh",
    } == KINDS


def test_a_certificate_lives_from_report_to_claim(desk: Desk) -> None:
    issued = desk.certificates()
    sold = desk("transfer", "alice", account="alice", to="bob", kind="green", quantity="400 MWh")
    used = desk("claim", "bob", account="bob", use="voluntary_green", kind="green",
                quantity="150 MWh", period="2026")  # fmt: skip
    assert desk.held(account="alice") == 600 * MWH
    assert desk.held(account="bob") == 250 * MWH
    assert desk.held(account="bob", state="claimed") == 150 * MWH
    assert desk.ledger.balances()["quantity"].sum() == 1000 * MWH
    life = desk.ledger.trace(f"green-{issued.seq}:0-{150 * MWH}")
    assert life["seq"].tolist() == [issued.seq, sold.seq, used.seq]
    assert life["state"].tolist() == ["held", "held", "claimed"]
    before = desk.ledger.balances(at=issued.seq)
    assert before["account"].tolist() == ["alice"]
    assert desk.ledger.verify() == used.seq
    assert desk.ledger.root(used.seq) == desk.ledger.root() == used.hash
    assert desk.ledger.entries().groupby("seq")["quantity"].sum().loc[sold.seq] == 0


def test_holdings_are_half_open_and_cover_every_issue(desk: Desk) -> None:
    issued = desk.certificates()
    desk("transfer", "alice", account="alice", to="bob", kind="green", quantity=3)
    lots = desk.ledger.holdings()
    assert lots[["start", "end", "account"]].to_numpy().tolist() == [
        [0, 3, "bob"], [3, 1000 * MWH, "alice"]
    ]  # fmt: skip
    assert lots["parent"].tolist() == [issued.lots[0]] * 2
    assert lots["evidence"].str.startswith("m001/2026-02-28T16:00:00Z/").all()


def test_serials_name_a_part_one_unit_or_all_of_an_issue(desk: Desk) -> None:
    number = desk.certificates(quantity=1000).seq
    for serial, left in ((f"green-{number}:5", 999), (f"green-{number}:10-20", 989)):
        desk("transfer", "alice", account="alice", to="bob", serial=serial)
        assert desk.held(account="alice") == left
    for wrong in (f"green-{number}", f"green-{number}:0-1001", f"white-{number}:0-5", "green-99",
                  f"green-{number}:7-7", "green", f"green-{number}:5"):  # fmt: skip
        with pytest.raises(LedgerError):
            desk("transfer", "alice", account="alice", to="bob", serial=wrong)
    other = desk.certificates("2026-04", 7).seq
    desk("transfer", "alice", account="alice", to="bob", serial=f"green-{other}")
    assert desk.held(account="bob") == 18


def test_a_key_is_one_event(desk: Desk) -> None:
    desk.certificates()
    asked = {"account": "alice", "to": "bob", "kind": "green", "quantity": 5}
    first = desk.ledger.submit("transfer", key="once", actor="alice", **asked)
    assert desk.ledger.submit("transfer", key="once", actor="alice", **asked) == first
    assert desk.held(account="bob") == 5
    for change in ({"quantity": 6}, {"to": "carol"}, {"effective": "2026-06-01"}):
        with pytest.raises(KeyReused):
            desk.ledger.submit("transfer", key="once", actor="alice", **{**asked, **change})
    with pytest.raises(KeyReused):
        desk.ledger.submit("transfer", key="once", actor="registry", **asked)


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    desk.certificates()
    root = desk.ledger.root()
    asked = {"account": "alice", "to": "bob", "kind": "green", "quantity": 5}
    tried = desk.ledger.submit("transfer", key="dry", actor="alice", dry_run=True, **asked)
    assert desk.ledger.root() == root
    assert desk.ledger.submit("transfer", key="dry", actor="alice", **asked).seq == tried.seq


BAD = {
    "more than is held": (InsufficientUnits, "transfer", {"quantity": "1001 MWh"}),
    "nothing": (LedgerError, "transfer", {"quantity": 0}),
    "a negative quantity": (LedgerError, "transfer", {"quantity": -5}),
    "a fraction": (LedgerError, "transfer", {"quantity": 1.5}),
    "not a number": (LedgerError, "transfer", {"quantity": float("nan")}),
    "a fraction of a base unit": (LedgerError, "transfer", {"quantity": "0.0000001 MWh"}),
    "another unit": (LedgerError, "transfer", {"quantity": "5 tce"}),
    "yes": (LedgerError, "transfer", {"quantity": True}),
    "an unknown account": (LedgerError, "transfer", {"to": "bobb"}),
    "an unknown field": (LedgerError, "transfer", {"quantitty": 5}),
    "an unknown kind": (LedgerError, "transfer", {"kind": "grene"}),
    "another's units": (RightsError, "transfer", {"account": "bob", "to": "alice"}),
    "a list for a kind": (LedgerError, "transfer", {"kind": ["green"]}),
    "a mapping for a vintage": (LedgerError, "transfer", {"vintage": {"from": 2026}}),
    "another vintage": (InsufficientUnits, "transfer", {"vintage": 2025}),
    "another area": (InsufficientUnits, "transfer", {"area": "Henan"}),
    "to oneself": (LedgerError, "transfer", {"to": "alice"}),
    "a use that is none": (RuleError, "claim", {"use": "volunary_green"}),
    "a certificate for the carbon market":
        (RuleError, "surrender", {"obligation": "national_ets", "period": "2025"}),
    "no reason": (LedgerError, "cancel", {}),
    "a conversion that is not law": (RuleError, "convert", {"rule": "green-allowance"}),
    "an event before its units": (StateError, "transfer", {"effective": "2026-05-31"}),
    "a verb that is none": (LedgerError, "transfr", {}),
}  # fmt: skip


def test_what_cannot_be_done_is_one_error_and_nothing_written(desk: Desk) -> None:
    desk.certificates()
    root = desk.ledger.root()
    base = {"account": "alice", "kind": "green", "quantity": 5}
    for what, (error, verb, fields) in BAD.items():
        to = {"to": "bob"} if verb == "transfer" else {}
        with pytest.raises(error) as found:
            desk(verb, "alice", **{**base, **to, **fields})
        assert len(str(found.value).splitlines()) == 1, what
        assert desk.ledger.root() == root, what
    assert desk.ledger.verify() > 0


def test_units_end_their_life(desk: Desk) -> None:
    desk.certificates()
    for day, fine in (("2028-02-29", True), ("2028-03-01", False)):
        asked = {"account": "alice", "to": "bob", "kind": "green", "quantity": 1}
        if fine:
            desk("transfer", "alice", effective=day, **asked)
        else:
            with pytest.raises(StateError, match="2028-02-29"):
                desk("transfer", "alice", effective=day, **asked)
    with pytest.raises(StateError, match="2025-12-31"):
        desk.certificates("2023-12", "10 MWh")
    with pytest.raises(StateError):
        desk("expire", effective="2028-02-29")
    desk("expire", effective="2028-03-01")
    assert desk.held(state="expired") == 1000 * MWH
    assert desk.held() == 0


def test_a_reservation_is_for_one_account_until_a_day(desk: Desk) -> None:
    desk.certificates()
    kept = desk("reserve", "alice", account="alice", to="bob", until="2026-07-01", kind="green",
                quantity="10 MWh")  # fmt: skip
    lot = kept.lots[0]
    for verb, fields in (
        ("claim", {"use": "voluntary_green"}),
        ("transfer", {"to": "carol"}),
        ("release", {}),
    ):
        with pytest.raises(StateError):
            desk(verb, "alice", account="alice", lot=lot, **fields)
    desk("transfer", "alice", account="alice", to="bob", lot=lot)
    assert desk.held(account="bob") == 10 * MWH
    other = desk("reserve", "alice", account="alice", to="bob", until="2026-07-01", kind="green",
                 quantity="10 MWh")  # fmt: skip
    desk("release", "alice", account="alice", lot=other.lots[0], effective="2026-07-02")
    assert desk.held(account="alice") == 990 * MWH


def test_split_and_merge_leave_the_statement_as_it_was(desk: Desk) -> None:
    desk.certificates()
    desk("transfer", "alice", account="alice", to="bob", kind="green", quantity="10 MWh")
    before = desk.ledger.statement("bob", "2026")
    lot = int(desk.ledger.holdings().query("account == 'bob'")["lot"].iloc[0])
    for wrong in ([4 * MWH, 5 * MWH], [-5 * MWH, 15 * MWH], [10 * MWH, 0], [10 * MWH]):
        with pytest.raises(LedgerError):
            desk("split", "bob", account="bob", lot=lot, parts=wrong)
    cut = desk("split", "bob", account="bob", lot=lot, parts=[1, 10 * MWH - 3, 2])
    assert desk.ledger.statement("bob", "2026") == before
    with pytest.raises(StateError, match="adjoin"):
        desk("merge", "bob", account="bob", lots=[cut.lots[0], cut.lots[2]])
    desk("merge", "bob", account="bob", lots=list(cut.lots))
    after = desk.ledger.statement("bob", "2026")
    assert after == before
    assert after.head != before.head
    assert after.closing["serials"].tolist() == before.closing["serials"].tolist()
    assert desk.ledger.verify(before.head) == desk.ledger.verify(after.head)


def test_lots_may_be_merged_whatever_their_numbers(desk: Desk) -> None:
    """The first serials came back last: their lot has the larger number."""
    desk.certificates(quantity=100)
    there = desk("transfer", "alice", account="alice", to="bob", kind="green", quantity=10)
    back = desk("transfer", "bob", account="bob", to="alice", kind="green", quantity=10)
    with pytest.raises(StateError, match="alike"):
        desk("merge", "alice", account="alice", lots=[back.lots[0], there.lots[1]])
    desk("transfer", "alice", account="alice", to="bob", kind="green", quantity=100)
    lots = desk.ledger.holdings().sort_values("start", ascending=False)["lot"].tolist()
    desk("merge", "bob", account="bob", lots=[int(n) for n in lots])
    assert len(desk.ledger.holdings()) == 1
    assert desk.ledger.verify() == desk.count - 1


def test_a_correction_shows_what_was_known_when(desk: Desk) -> None:
    now = [datetime(2026, 6, 1, tzinfo=UTC)]
    desk.reopen(clock=lambda: now[0])
    issued = desk.certificates()
    report = issued.seq - 2
    desk("transfer", "alice", account="alice", to="bob", kind="green", quantity="900 MWh")
    now[0] += timedelta(days=30)
    fixed = desk("correct", "vera", report=report, quantity="850 MWh", reason="meter recalibrated",
                 effective="2026-06-01")  # fmt: skip
    assert desk.held(account="alice") == 0
    assert desk.held(account="alice", state="withdrawn") == 100 * MWH
    assert desk.held(account="bob") == 900 * MWH  # bought in good faith
    owed = desk.ledger.debts()
    assert owed[["account", "kind", "quantity"]].to_numpy().tolist() == [
        ["alice", "green", 50 * MWH]
    ]
    then = desk.ledger.balances(known_at="2026-06-15")
    assert then.query("account == 'alice'")["quantity"].tolist() == [100 * MWH]
    assert set(then["state"]) == {"held"}
    today = desk.ledger.balances(valid_at="2026-06-02")
    assert set(today.query("account == 'alice'")["state"]) == {"withdrawn"}
    assert desk.ledger.balances(at=fixed.seq - 1)["state"].unique().tolist() == ["held"]
    assert desk.ledger.verify() == fixed.seq


def test_order_is_by_number_and_not_by_clock(desk: Desk) -> None:
    times = iter([datetime(2026, 6, 3, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)])
    desk.reopen(clock=lambda: next(times))
    first = desk("register", account="later")
    second = desk("register", account="earlier")
    assert second.seq == first.seq + 1
    assert [e.seq for e in desk.ledger.events(after=first.seq - 1)] == [first.seq, second.seq]
    assert desk.ledger.verify() == second.seq


def test_an_event_is_taken_back_by_another_one(desk: Desk) -> None:
    desk.certificates()
    sold = desk("transfer", "alice", account="alice", to="bob", kind="green", quantity="10 MWh")
    used = desk("claim", "bob", account="bob", use="voluntary_green", kind="green", quantity=MWH)
    with pytest.raises(StateError):
        desk("reverse", event=sold.seq, reason="wrong buyer")
    with pytest.raises(RightsError):
        desk("reverse", "bob", event=used.seq, reason="changed my mind")
    desk("reverse", event=used.seq, reason="wrong year")
    with pytest.raises(StateError, match="already"):
        desk("reverse", event=used.seq, reason="again")
    desk("reverse", event=sold.seq, reason="wrong buyer")
    assert desk.held(account="alice") == 1000 * MWH
    desk("transfer", "alice", account="alice", to="carol", kind="green", quantity="10 MWh")
    assert desk.ledger.verify() > 0


def test_foreign_serials_say_how_many_they_are() -> None:
    assert parse_foreign("1..29251", 29251) == ("", 1, 29252)
    assert parse_foreign("ABC-100 to 199", 100) == ("ABC-", 100, 200)
    assert parse_foreign("0-100", 100, inclusive=False) == ("", 0, 100)
    for declared in (29250, 29252):
        with pytest.raises(SerialTaken, match="29251"):
            parse_foreign("1..29251", declared)


def test_threads_of_one_ledger_spend_every_unit_once(desk: Desk) -> None:
    desk.certificates(quantity=20)

    def spend(k: int) -> str:
        asked = {"account": "alice", "to": "bob", "kind": "green", "quantity": 3}
        try:
            return desk.ledger.submit("transfer", key=f"t{k}", actor="alice", **asked).hash
        except InsufficientUnits:
            return ""

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(spend, range(10)))
    assert len({h for h in done if h}) == 6
    assert (desk.held(account="alice"), desk.held(account="bob")) == (2, 18)
    assert desk.ledger.verify() > 0


def test_more_than_the_capacity_is_refused(desk: Desk) -> None:
    hour = "2026-03-01T00:00+08:00/2026-03-01T01:00+08:00"
    with pytest.raises(RuleError, match="capacity"):
        desk("report", "alice", activity="wind-1", period=hour, quantity="101 MWh")
    assert desk("report", "alice", activity="wind-1", period=hour, quantity="100 MWh").seq


def test_agents_are_a_list_and_may_act(desk: Desk) -> None:
    desk.certificates()
    with pytest.raises(LedgerError, match="agents"):
        desk("register", account="fund", agents="bob")
    desk("register", account="fund", agents=["bob", "carol"])
    desk("transfer", "alice", account="alice", to="fund", kind="green", quantity=5)
    desk("transfer", "carol", account="fund", to="bob", kind="green", quantity=5)
    assert desk.held(account="bob") == 5
    with pytest.raises(RightsError):
        desk("transfer", "alice", account="fund", to="alice", kind="green", quantity=1)


def test_nobody_verifies_an_own_report(desk: Desk) -> None:
    desk("register", account="both", role="verifier")
    desk("register", activity="pv", account="both", meter="pv")
    report = desk("report", "both", activity="pv", period="2026-03", quantity=5)
    with pytest.raises(RightsError):
        desk("verify", "both", report=report.seq)
    with pytest.raises(RightsError):
        desk("verify", "alice", report=report.seq)
    with pytest.raises(StateError):
        desk("issue", account="both", kind="green", quantity=5, report=report.seq)


def test_there_is_no_ledger_where_none_was_made(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no ledger"):
        open_ledger(f"sqlite:///{tmp_path}/none.db", create=False)
    with pytest.raises(InputError, match="mysql"):
        open_ledger("mysql://x")
    with pytest.raises(InputError, match="address"):
        open_ledger("://")


def test_errors_are_below_one_and_tampering_has_a_number() -> None:
    for error in (ClaimTaken, InsufficientUnits, KeyReused, RightsError, RuleError, SerialTaken):
        assert issubclass(error, LedgerError)
    assert TamperFound("x", seq=7).seq == 7
    assert TamperFound("x", seq=7).within("file").seq == 7
