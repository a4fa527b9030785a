"""Taxes, price floors and ceilings: the same emissions and cost as the cap they match."""

from __future__ import annotations

import pytest

from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.instruments import CarbonMarket, CarbonTax
from tests.analytic.conftest import Solver
from tests.analytic.reading import SECTORS, all_emissions, allowance, power_emissions, present

CAP = {2025: 735e6, 2030: 700e6}
ABUNDANT = 5e9


@pytest.fixture(scope="module")
def capped(solve: Solver) -> Equilibrium:
    return solve(CarbonMarket(cap=CAP, sectors=SECTORS))


def taxed(solve: Solver, capped: Equilibrium, factor: float) -> Equilibrium:
    rate = {year: factor * price for year, price in allowance(capped).items()}
    return solve(CarbonTax(rate=rate, sectors=SECTORS))


def test_tax_at_the_dual_of_the_cap_has_the_cost_of_the_cap(
    solve: Solver, capped: Equilibrium
) -> None:
    paid = present(capped, allowance(capped) * all_emissions(capped))
    equal = taxed(solve, capped, 1.0)
    assert equal.objective - paid == pytest.approx(capped.objective, rel=1e-9)


def test_tax_around_the_dual_brackets_the_emissions_of_the_cap(
    solve: Solver, capped: Equilibrium
) -> None:
    lower, higher = (all_emissions(taxed(solve, capped, f)) for f in (0.999, 1.001))
    target = all_emissions(capped)
    tons = 1.0
    assert (lower >= target - tons).all()
    assert (higher <= target + tons).all()


def test_tax_revenue_is_rate_times_emissions(solve: Solver) -> None:
    eq = solve(CarbonTax(rate=40.0, sectors=SECTORS))
    table = eq.settlement
    revenue = table[table["payee"] == "government"].groupby("period")["amount"].sum()
    assert revenue.to_numpy() == pytest.approx((40.0 * all_emissions(eq)).to_numpy())


def test_covered_emissions_can_be_exempt_from_the_tax(solve: Solver) -> None:
    market = CarbonMarket(cap=CAP, sectors=("steel",))
    eq = solve(market, CarbonTax(rate=40.0, sectors=SECTORS, exempt_covered=True))
    paid = eq.settlement[eq.settlement["instrument"] == "tax"]
    assert {p.split()[0] for p in paid["payer"]} == {"cement", "aluminium", "tax"}


def test_tax_beside_a_binding_cap_lowers_the_allowance_price_by_its_rate(
    solve: Solver, capped: Equilibrium
) -> None:
    both = solve(CarbonMarket(cap=CAP, sectors=SECTORS), CarbonTax(rate=15.0, sectors=SECTORS))
    assert allowance(both).to_numpy() == pytest.approx((allowance(capped) - 15.0).to_numpy())


def test_ceiling_sells_allowances_at_its_price(solve: Solver, capped: Equilibrium) -> None:
    ceiling = 0.6 * allowance(capped).min()
    eq = solve(CarbonMarket(cap=CAP, sectors=SECTORS, ceiling=ceiling))
    assert allowance(eq).to_numpy() == pytest.approx(ceiling)
    sold = eq.solution.value("carbon-sold_at_ceiling").to_series()
    assert (all_emissions(eq) - sold).to_numpy() == pytest.approx(list(CAP.values()))


def test_a_ceiling_above_the_price_changes_nothing(solve: Solver, capped: Equilibrium) -> None:
    eq = solve(CarbonMarket(cap=CAP, sectors=SECTORS, ceiling=2 * allowance(capped).max()))
    assert allowance(eq).to_numpy() == pytest.approx(allowance(capped).to_numpy())


def test_floor_buys_allowances_back(solve: Solver) -> None:
    eq = solve(CarbonMarket(cap=8e8, sectors=SECTORS, floor=30.0))
    assert allowance(eq).to_numpy() == pytest.approx(30.0)
    bought = eq.solution.value("carbon-bought_at_floor").to_series()
    assert (all_emissions(eq) + bought).to_numpy() == pytest.approx(8e8)
    assert (bought > 0).all()


def test_floor_equal_to_ceiling_is_a_tax(solve: Solver) -> None:
    fixed = solve(CarbonMarket(cap=7e8, sectors=SECTORS, floor=55.0, ceiling=55.0))
    tax = solve(CarbonTax(rate=55.0, sectors=SECTORS))
    assert allowance(fixed).to_numpy() == pytest.approx(55.0)
    assert fixed.objective + present(fixed, 55.0 * 7e8) == pytest.approx(tax.objective, rel=1e-9)


def test_coverage_leaves_other_emitters_out(solve: Solver) -> None:
    eq = solve(CarbonMarket(cap=ABUNDANT, carriers=("coal_usc", "coal_sc")))
    market = eq.package.instruments["carbon"]
    units = eq.solution.model.annual.units
    covered = market.covered(eq.solution.model)
    assert set(units.loc[covered, "carrier"]) == {"coal_usc", "coal_sc"}
    assert power_emissions(eq).sum() > eq.solution.emissions.loc[covered].sum().sum()
