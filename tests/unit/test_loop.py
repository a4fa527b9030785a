"""The loop: accounts, budgets, markets, border, clubs."""

from __future__ import annotations

import pandas as pd
import pytest

from dualcarbon import loop
from dualcarbon.errors import InputError
from dualcarbon.international.cbam import Shipment, assess, price_path
from dualcarbon.international.pricing import exchange_rate
from dualcarbon.loop.border import emitted_per_tonne
from dualcarbon.responsibility.rights.embedded import embedded_basis, remaining_budget
from dualcarbon.responsibility.rights.rules import RULES, share
from dualcarbon.scenario.documents import load_scenario


def run_of(prices: dict[int, float], emitted: float = 11_000.0) -> pd.DataFrame:
    """Indicators of an imagined run."""
    rows = [("today", y, "cea_cny_per_t", p) for y, p in prices.items()]
    rows += [("today", y, "co2_mt", emitted) for y in prices]
    return pd.DataFrame(rows, columns=["scenario", "year", "indicator", "value"])


def test_domestic_price_lowers_the_bill_by_the_deduction_rule() -> None:
    price = 120.0
    table = loop.at_the_border(run_of({2025: price, 2030: price}), ["72083900"])
    paid = table[(table["allocation"] == "auctioned") & (table["year"] == 2030)].iloc[0]
    certificate = float(price_path()[2030])
    bare = assess(Shipment(cn="72083900", origin="CN", tonnes=1000.0, year=2030), certificate)
    share_paid = min(1.0, price / exchange_rate("EUR", "CNY", 2024) / certificate)
    due = max(0.0, bare.embedded_t * (1 - share_paid) - bare.free_allocation_t)
    assert paid["bill_eur_per_t"] == pytest.approx(due * certificate / 1000.0, rel=1e-4)
    assert paid["saved_eur_per_t"] > 0


def test_allowances_given_for_free_save_nothing() -> None:
    table = loop.at_the_border(run_of({2025: 80.0, 2030: 200.0}))
    free = table[table["allocation"] == "free"]
    assert (free["saved_eur_per_t"] == 0).all()
    assert (free["home_eur_per_t"] == 0).all()
    assert set(table["year"]) == {2026, 2030}


def test_higher_price_at_home_never_raises_the_bill() -> None:
    low, high = (loop.at_the_border(run_of({2030: p})) for p in (50.0, 300.0))
    assert (high["bill_eur_per_t"] <= low["bill_eur_per_t"] + 1e-9).all()


def test_budget_is_that_of_the_rules_and_use_is_the_sum_of_years() -> None:
    table = loop.of_the_budget(run_of({2025: 1.0, 2030: 1.0, 2035: 1.0})).set_index("rule")
    basis = embedded_basis()
    whole = remaining_budget(*loop.BUDGET, basis.year)
    assert set(table.index) == set(RULES)
    for rule in RULES:
        assert table.loc[rule, "budget_gt"] == share(basis, whole, rule).values["CHN"]
    before = float(table["before_gt"].iloc[0])
    assert table["used_gt"].to_numpy() == pytest.approx(before + 11 * 11.0)
    assert set(table["first_year"]) == {basis.year + 1}
    missing = max(2025 - basis.year - 1, 0)  # years that the budget counts too
    assert missing * 9.0 <= before <= missing * 14.0


def test_cap_from_a_budget_can_be_a_carbon_market() -> None:
    cap = loop.cap_from_budget("equal_per_capita", (2025, 2030, 2035))
    assert list(cap) == [2025, 2030, 2035]
    assert cap[2025] >= cap[2030] >= cap[2035] >= 0
    scenario = load_scenario("today_cap").changed([f"carbon.cap={cap}"])
    assert scenario.instruments["carbon"].cap == pytest.approx(cap)
    with pytest.raises(InputError, match="outside the path"):
        loop.cap_from_budget("equal_per_capita", (1900,))


def test_club_gives_its_border_price_back_to_the_scenario() -> None:
    from dualcarbon.international import clubs
    from dualcarbon.international.clubs.outcomes import ClubResult, border_price

    world = clubs.cdice()
    club = clubs.build(world, clubs.Policy(price=25.0, rules=("carbon_tariff",)))
    state = sum(1 << i for i, name in enumerate(world.regions) if name in ("EU", "US"))
    result = ClubResult(club, state)
    today = load_scenario("today")
    answered = loop.answer_to_club(today, result)
    expected = border_price(result, "China") * exchange_rate("USD", "CNY", 2024)
    assert expected > 0
    assert answered.instruments["carbon"].floor == pytest.approx(expected)
    member = ClubResult(club, (1 << len(world.regions)) - 1)
    assert loop.answer_to_club(today, member).instruments["carbon"].floor is None


def test_no_floor_answers_a_tariff_that_does_not_fall_when_a_price_is_paid_at_home() -> None:
    from dualcarbon.international import clubs
    from dualcarbon.international.clubs.outcomes import ClubResult, border_price

    world = clubs.cdice()
    state = sum(1 << i for i, name in enumerate(world.regions) if name in ("EU", "US"))
    today = load_scenario("today")
    for rules, falls in (
        (("uniform_tariff",), False),
        (("carbon_tariff",), True),
        (("cbam",), True),
    ):
        built = clubs.build(world, clubs.Policy(price=50.0, tariff=0.05, rules=rules))
        result = ClubResult(built, state)
        assert border_price(result, "China") > 0
        assert loop.falls_when_paid_at_home(result) is falls
        floor = loop.answer_to_club(today, result).instruments["carbon"].floor
        assert (floor is not None) is falls


def test_at_home_the_price_falls_on_what_is_emitted() -> None:
    price = 120.0
    table = loop.at_the_border(run_of({2030: price}), ["72083900", "31021019"])
    paid = table[table["allocation"] == "auctioned"].set_index("good")
    rate = exchange_rate("EUR", "CNY", 2024)
    steel = paid["home_eur_per_t"].iloc[0]
    assert steel == pytest.approx(price / rate * emitted_per_tonne("72083900"))
    bare = assess(Shipment(cn="72083900", origin="CN", tonnes=1000.0, year=2030), 1.0)
    assert steel < price / rate * bare.embedded_t / 1000.0
    assert emitted_per_tonne("31021019") is None
    assert paid["home_eur_per_t"].iloc[1] > 0


def test_run_without_a_carbon_market_has_no_border_price() -> None:
    table = run_of({2030: 50.0})
    with pytest.raises(InputError, match="no allowance price"):
        loop.allowance_prices(table, "tomorrow")
    assert loop.at_the_border(table[table["indicator"] == "co2_mt"]).empty


@pytest.mark.parametrize("since", [2021, 2022])
def test_what_was_emitted_before_a_run_is_observed_then_on_a_line_to_it(since: int) -> None:
    from dualcarbon.loop.budget import emitted_before
    from dualcarbon.responsibility.history.national import territorial

    basis = embedded_basis(since)
    seen = territorial(regions=["CHN"]).set_index("year")["value"] / 1000
    last = int(seen.index.max())
    now, first = 11.0, last + 3
    known = float(seen[(seen.index > since)].sum())
    step = (now - float(seen[last])) / 3
    between = 2 * float(seen[last]) + 3 * step
    assert emitted_before(basis, first, now) == pytest.approx(known + between)
    assert emitted_before(basis, since + 1, now) == 0.0
