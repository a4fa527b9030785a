"""No MWh and no tonne is claimed twice: uses, levels, names, time zones, conversion."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction as F
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon.ledger import (
    ClaimTaken,
    ConversionRule,
    InsufficientUnits,
    LedgerError,
    RuleError,
    StateError,
    check_paths,
    open_ledger,
    rate,
    rules,
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
def scenario(tmp_path: Path) -> Iterator[Desk]:
    with address("sqlite", tmp_path) as url:
        found = Desk(url, scenario="reform", opened=("X13",))
        found.opened()
        yield found
        found.ledger.close()


@pytest.mark.parametrize("period", ["2024-09", "2026-09", "2026-10"])
def test_a_certificate_sold_blocks_a_credit_on_the_same_output(desk: Desk, period: str) -> None:
    report = desk.verified(period, "100 MWh")
    day = "2026-11-01" if period > "2026" else "2026-08-31"
    desk("issue", account="alice", kind="green", quantity="60 MWh", report=report, effective=day)
    desk(
        "transfer",
        "alice",
        account="alice",
        to="bob",
        kind="green",
        quantity="40 MWh",
        effective=day,
    )
    credit = {"account": "alice", "kind": "ccer", "report": report, "factor": "cm7525_North",
              "effective": day}  # fmt: skip
    for first, amount in ((0, 100), (39, 1), (0, 40)):
        with pytest.raises(ClaimTaken, match="gec_trade"):
            desk("issue", first=first * MWH, source_quantity=f"{amount} MWh", **credit)
    desk("issue", first=40 * MWH, source_quantity="30 MWh", **credit)
    assert desk.held(kind="ccer") == 30 * MWH * rate("cm7525_North") // 1000
    with pytest.raises(ClaimTaken, match="ccer_issue"):  # the other way round
        desk(
            "transfer",
            "alice",
            account="alice",
            to="bob",
            kind="green",
            quantity=MWH,
            effective=day,
        )
    with pytest.raises(ClaimTaken, match="ccer_issue"):
        desk("claim", "alice", account="alice", use="voluntary_green", kind="green", quantity=MWH,
             effective=day)  # fmt: skip
    assert desk.ledger.rules(day).exclusions["X01"].status(desk.ledger.rules(day).at) == (
        "run out" if period > "2026" else "in force"
    )


def test_a_user_and_its_province_may_both_count_it_and_two_users_may_not(desk: Desk) -> None:
    desk.certificates()
    desk("transfer", "alice", account="alice", to="bob", kind="green", quantity="10 MWh")
    used = desk("claim", "bob", account="bob", use="rps_user", kind="green", quantity="10 MWh")
    lot = {"account": "bob", "lot": used.lots[0]}
    desk("claim", use="rps_province", beneficiary="government:province@Henan", **lot)
    for use in ("rps_province", "renewable_use_of_sending_province"):
        with pytest.raises(ClaimTaken, match="rps_province"):
            desk("claim", use=use, beneficiary="government:province@Gansu", **lot)
    with pytest.raises(StateError, match="claimed"):
        desk("claim", "bob", use="voluntary_green", **lot)
    desk("claim", use="energy_intensity", beneficiary="government:province@Henan", **lot)
    for use in ("i_rec", "mechanism_price_volume", "storage_discharge"):
        with pytest.raises(ClaimTaken):
            desk("claim", use=use, **lot)


SAME_HOUR = (
    "2026-03-05T08:00:00+08:00/2026-03-05T09:00:00+08:00",
    "2026-03-05T00:00:00Z/2026-03-05T01:00:00Z",
    "2026-03-04T19:00:00-05:00/2026-03-04T20:00:00-05:00",
    "2026-03-05T08:00:00/2026-03-05T09:00:00",
)


def test_a_claim_is_one_over_time_zones_shifted_intervals_and_names(desk: Desk) -> None:
    desk.verified(SAME_HOUR[0], "5 MWh")
    for period in (*SAME_HOUR[1:], "2026-03", "2026", "2026-03-05",
                   "2026-03-05T08:30:00+08:00/2026-03-05T08:31:00+08:00"):  # fmt: skip
        report = desk("report", "alice", activity="wind-1", period=period, quantity="1 Wh")
        with pytest.raises((ClaimTaken, StateError)):
            desk("verify", "vera", report=report.seq)
    desk.verified("2026-03-05T09:00:00+08:00/2026-03-05T10:00:00+08:00", "5 MWh")
    for meter in ("M 001", "m-001", "M001", "m_001", "Ｍ００１"):
        with pytest.raises(ClaimTaken, match="wind-1"):
            desk("register", activity="renamed", account="bob", meter=meter)


def test_units_of_a_report_are_at_most_what_was_verified(desk: Desk) -> None:
    report = desk.verified("2026-03", 100)
    desk("issue", account="alice", kind="green", quantity=70, report=report)
    with pytest.raises(ClaimTaken, match="30 Wh"):
        desk("issue", account="alice", kind="green", quantity=31, report=report)
    with pytest.raises(ClaimTaken):
        desk("issue", account="alice", kind="green", quantity=10, first=65, report=report)
    desk("issue", account="bob", kind="green", quantity=30, report=report)
    with pytest.raises(ClaimTaken):
        desk("issue", account="alice", kind="green", quantity=1, report=report)


def test_a_quota_is_allotted_once(desk: Desk) -> None:
    quota = {"account": "alice", "kind": "allowance", "quantity": 5, "vintage": 2026}
    desk("issue", document="notice 1", **quota)
    with pytest.raises(ClaimTaken):
        desk("issue", document="notice 1", **quota)
    desk("issue", document="notice 2", **quota)
    with pytest.raises(LedgerError, match="document"):
        desk("issue", **quota)


def test_storage_earns_no_certificate(desk: Desk) -> None:
    desk("register", activity="battery", account="alice", meter="b", technology="storage")
    report = desk.verified("2026-03", 5, "battery")
    with pytest.raises(RuleError, match="X09"):
        desk("issue", account="alice", kind="green", quantity=5, report=report)


def test_a_saving_serves_once_unless_a_scenario_opens_the_pair(desk: Desk, scenario: Desk) -> None:
    for one, opened in ((desk, False), (scenario, True)):
        one("register", activity="kiln", account="alice", meter="k", unit="gce")
        report = one.verified("2026-03", 1000, "kiln")
        lot = one("issue", account="alice", kind="white", quantity=1000, report=report).lots[0]
        asked = {"account": "alice", "lot": lot, "use": "energy_use_right_freed"}
        if opened:
            one("claim", **asked)
            overlap = one.ledger.overlaps()
            assert overlap["quantity"].tolist() == [1000]
            assert overlap["slot"].tolist() == ["saving:freed"]
        else:
            with pytest.raises(ClaimTaken, match="white_issue"):
                one("claim", **asked)
        with pytest.raises(ClaimTaken):  # X14 stays shut
            one("claim", account="alice", lot=lot, use="cea_lower_emissions")


def test_only_what_has_no_rule_can_be_opened_and_by_a_scenario_alone(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="X03"):
        open_ledger(tmp_path / "a.db", scenario="x", opened=("X03",))
    with pytest.raises(LedgerError, match="scenario"):
        open_ledger(tmp_path / "b.db", opened=("X13",))
    assert not list(tmp_path.iterdir())


def test_credits_meet_a_twentieth_of_verified_emissions(desk: Desk) -> None:
    desk("register", activity="stack", account="bob", meter="s", unit="kg CO2e")
    desk("register", activity="forest", account="alice", meter="f", unit="kg CO2e")
    emitted = desk.verified("2025", "2900 kt", "stack", "bob")
    saved = desk.verified("2025", "500 kt", "forest")
    desk("issue", account="alice", kind="ccer", quantity="500 kt", report=saved)
    desk("transfer", "alice", account="alice", to="bob", kind="ccer", quantity="400 kt")
    asked = {"account": "bob", "kind": "ccer", "obligation": "national_ets", "period": "2025"}
    with pytest.raises(LedgerError, match="report"):
        desk("surrender", "bob", quantity="1 kt", **asked)
    desk("surrender", "bob", quantity="100 kt", report=emitted, **asked)
    with pytest.raises(RuleError, match="45000000"):  # 5 % are 145 kt: case D02
        desk("surrender", "bob", quantity="45001 t", report=emitted, **asked)
    desk("surrender", "bob", quantity="45 kt", report=emitted, **asked)
    assert desk.held(kind="ccer", state="surrendered") == 145_000_000


# conversion


def converted(desk: Desk, mwh: int, times: int = 1, rule: str = "green-allowance") -> None:
    for _ in range(times):
        desk("convert", "alice", account="alice", rule=rule, quantity=f"{mwh} MWh")


def dust(desk: Desk, part: str = "holder") -> F:
    table = desk.ledger.dust()
    rows = table[table["part"] == part]
    return F(rows["dust_units"].iloc[0]) if len(rows) else F(0)


def test_golden_conversions(scenario: Desk) -> None:
    """C01 10 000 MWh: 5306 t. C02 7 MWh: 3 t and 3571/5000. C04: 4775 + 2/5 and 530 + 3/5."""
    scenario.certificates(quantity="30000 MWh")
    converted(scenario, 10_000)
    assert (scenario.held(kind="allowance"), dust(scenario)) == (5_306_000, 0)
    converted(scenario, 7)
    assert (scenario.held(kind="allowance"), dust(scenario)) == (5_309_000, F(3571, 5000))
    converted(scenario, 10_000, rule="green-allowance-buffer")
    of_buffer = scenario.ledger.dust().query("rule == 'green-allowance-buffer@1'")
    rest = dict(zip(of_buffer["part"], map(F, of_buffer["dust_units"]), strict=True))
    assert rest == {"holder": F(2, 5), "buffer": F(3, 5)}
    assert scenario.held(kind="allowance", account="buffer") == 530_000
    assert scenario.held(kind="allowance", account="alice") == 5_309_000 + 4_775_000


@settings(max_examples=12)
@given(cuts=st.lists(st.integers(1, 2 * 10**6), min_size=1, max_size=6))
def test_what_is_minted_depends_on_the_total_alone(
    cuts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with address("sqlite", tmp_path_factory.mktemp("cuts")) as url:
        desk = Desk(url, scenario="x")
        desk.opened()
        desk.certificates()
        for cut in cuts:
            desk("convert", "alice", account="alice", rule="green-allowance", quantity=cut)
        total = F(sum(cuts), MWH) * F(2653, 5000)
        assert desk.held(kind="allowance") == total.__floor__() * 1000
        assert dust(desk) == total - total.__floor__()
        desk.ledger.verify()
        desk.ledger.close()


def test_a_thousand_small_conversions_are_one_large(scenario: Desk) -> None:
    """C03 in small: floor at each call would mint 0, rounding 1000; dust mints 530."""
    scenario.certificates()
    rows = [
        {"verb": "convert", "key": f"c{k}", "actor": "alice", "account": "alice",
         "rule": "green-allowance", "quantity": MWH}
        for k in range(1000)
    ]  # fmt: skip
    scenario.ledger.submit_many(rows)
    assert (scenario.held(kind="allowance"), dust(scenario)) == (530_000, F(3, 5))


def test_a_unit_is_converted_once_and_keeps_its_age(scenario: Desk) -> None:
    scenario.certificates()
    converted(scenario, 10)
    lots = scenario.ledger.holdings().query("kind == 'allowance'")
    assert lots["due"].tolist() == ["2028-02-29"]
    assert lots["converted"].tolist() == [1]
    scenario("convert", "alice", account="alice", rule="green-energy_use", quantity="100 MWh")
    tce = scenario.held(kind="energy_use")
    assert tce == 12 * 10**6
    with pytest.raises(RuleError, match="once"):
        scenario("convert", "alice", account="alice", rule="energy_use-allowance", quantity=tce)
    with pytest.raises(StateError, match="2028-02-29"):
        scenario("transfer", "alice", account="alice", to="bob", kind="allowance", quantity=1,
                 effective="2028-03-01")  # fmt: skip


def test_converted_certificates_are_claimed(scenario: Desk) -> None:
    report = scenario.certificates().seq - 2
    converted(scenario, 10)
    with pytest.raises(ClaimTaken, match="converted"):
        scenario("issue", account="alice", kind="ccer", report=report, first=0,
                 source_quantity="10 MWh", factor="avg2023")  # fmt: skip


def test_a_conversion_is_taken_back_exactly_or_not_at_all(scenario: Desk) -> None:
    scenario.certificates()
    scenario("convert", "alice", account="alice", rule="green-allowance", quantity="7 MWh")
    first = scenario.count
    scenario("convert", "alice", account="alice", rule="green-allowance", quantity="1 MWh")
    seq = scenario.ledger.events()[-2].seq
    assert scenario.held(kind="allowance") == 4_000
    scenario("transfer", "alice", account="alice", to="bob", kind="allowance", quantity=1)
    with pytest.raises(InsufficientUnits):
        scenario("reverse", event=seq, reason="void")
    scenario("transfer", "bob", account="bob", to="alice", kind="allowance", quantity=1)
    scenario("reverse", event=seq, reason="void")
    assert first > 0
    assert scenario.held(kind="allowance") == 0
    assert dust(scenario) == F(2653, 5000)
    assert scenario.held(kind="green") == 999 * MWH
    scenario.ledger.verify()


def test_a_rule_out_of_date_is_refused(tmp_path: Path) -> None:
    old = ConversionRule("g", "1", "green", "allowance", F(1, 2), valid_to="2026-05-31")
    desk = Desk(f"sqlite:///{tmp_path}/x.db", scenario="x", conversions=[old])
    desk.opened()
    desk.certificates()
    with pytest.raises(RuleError, match="run out"):
        desk("convert", "alice", account="alice", rule="g", quantity=MWH)
    with pytest.raises(RuleError, match="green-allowance"):
        desk("convert", "alice", account="alice", rule="green-allowance", quantity=MWH)
    desk.ledger.close()
    with pytest.raises(LedgerError, match="made with another"):
        open_ledger(f"sqlite:///{tmp_path}/x.db", scenario="y")


def test_a_set_of_rules_with_a_detour_is_refused(tmp_path: Path) -> None:
    rows = (("green", "energy_use", F("0.3")), ("green", "allowance", F("0.5306")),
            ("energy_use", "allowance", F("2.66")))  # fmt: skip
    table = [ConversionRule(f"{a}-{b}", "1", a, b, r) for a, b, r in rows]
    with pytest.raises(RuleError, match="2653/1500") as found:
        open_ledger(tmp_path / "x.db", scenario="x", conversions=table)
    assert "50.4% more" in str(found.value)
    check_paths([*table[:2], ConversionRule("e", "1", "energy_use", "allowance", F(2653, 1500))])
    check_paths(rules().conversions.values())


def test_golden_rates_are_exact() -> None:
    """C05 and C06: the detour by the generation equivalent and by the calorific figure; C08."""
    assert rate("gen300") * rate("coal266") == F(399, 500)
    assert rate("cal") * rate("coal266") == F(163457, 500000)
    assert 1000 * rate("coal266") == 2660
    assert F("5.51") / rate("avg2023") == F(27550, 2653)
    table = rules().tables()["rates"]
    assert len(table) == 48
    for row in table.itertuples():
        assert F(row.numerator, row.denominator) == rate(row.id)


def test_rules_are_versions_with_dates_and_grades() -> None:
    found = rules("2026-11-28")
    assert len(found.units) == 19
    assert len(found.exclusions) == 21
    assert found.exclusions["X01"].status(found.at) == "run out"
    assert "forbid" in found.exclusions["X01"].after
    assert rules("2024-01-01").exclusions["X01"].status(rules("2024-01-01").at) == "not yet"
    for use in found.uses.values():
        assert set(use.exclusions) <= set(found.exclusions)
        for x in use.exclusions:
            slots = found.exclusions[x].slots
            assert found.exclusions[x].effect != "exclusive" or set(use.slots) & set(slots)
