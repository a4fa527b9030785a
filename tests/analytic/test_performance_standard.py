"""A tradable performance standard is a tax on emissions and a subsidy on output."""

from __future__ import annotations

import pandas as pd
import pytest

from dualcarbon.equilibrium.solve import Equilibrium, solve_equilibrium
from dualcarbon.instruments import CarbonMarket, CarbonTax
from dualcarbon.system.teaching import build_teaching
from tests.analytic.conftest import Solver
from tests.analytic.reading import (
    BENCHMARKS,
    HOURS,
    SECTORS,
    add_plant,
    all_emissions,
    allowance,
    cost,
    island,
    mean_power_price,
    present,
)

STANDARD = CarbonMarket(benchmarks=BENCHMARKS, stringency=0.97, sectors=SECTORS)


@pytest.fixture(scope="module")
def standard(solve: Solver) -> Equilibrium:
    return solve(STANDARD)


@pytest.fixture(scope="module")
def subsidised_tax(standard: Equilibrium) -> Equilibrium:
    """A tax at the standard's price, and plants paid price times benchmark per MWh."""
    rate = allowance(standard)
    n, users = build_teaching()
    plants = n.c.generators.static
    benchmark = plants["ets_class"].map(BENCHMARKS).fillna(0.0) * 0.97
    period = n.snapshots.get_level_values("period")
    running = n.get_switchable_as_dense("Generator", "marginal_cost")
    subsidy = pd.DataFrame({i: rate[period].to_numpy() * benchmark[i] for i in plants.index})
    n.c.generators.dynamic["marginal_cost"] = running - subsidy.set_axis(n.snapshots)
    tax = CarbonTax(rate=rate.to_dict(), sectors=SECTORS)
    return solve_equilibrium(n, [tax], users=users)


def test_tax_and_subsidy_give_the_dispatch_of_the_standard(
    standard: Equilibrium, subsidised_tax: Equilibrium
) -> None:
    """Both minimise the same Lagrangian, so the optimal values agree to a constant."""
    base = standard.solution.model.users.baseline.sum()
    freely_given = present(standard, allowance(standard) * 0.97 * base)
    assert subsidised_tax.objective - freely_given == pytest.approx(standard.objective, rel=1e-9)


def test_tax_and_subsidy_give_the_power_prices_of_the_standard(
    standard: Equilibrium, subsidised_tax: Equilibrium
) -> None:
    ours, theirs = standard.solution.power_price, subsidised_tax.solution.power_price
    assert ours.to_numpy() == pytest.approx(theirs.to_numpy(), rel=1e-6)


def test_power_price_rises_less_and_cost_more_than_under_a_cap_with_the_same_emissions(
    solve: Solver, standard: Equilibrium
) -> None:
    none = solve()
    cap = solve(CarbonMarket(cap=all_emissions(standard).to_dict(), sectors=SECTORS))
    rise = mean_power_price(standard) - mean_power_price(none)
    rise_under_cap = mean_power_price(cap) - mean_power_price(none)
    assert (rise < rise_under_cap).all()
    assert cost(standard) > cost(cap)
    assert (allowance(standard) > allowance(cap)).all()


def test_one_benchmark_for_all_plants_costs_less_than_several(solve: Solver) -> None:
    """At equal emissions: with one benchmark the marginal rewards of all plants agree."""
    several = solve(STANDARD)
    single = dict.fromkeys(BENCHMARKS, 0.78)
    loose, tight = 0.9, 1.1
    target = all_emissions(several).sum()
    for _ in range(12):
        middle = (loose + tight) / 2
        one = solve(CarbonMarket(benchmarks=single, stringency=middle, sectors=SECTORS))
        loose, tight = (middle, tight) if all_emissions(one).sum() < target else (loose, middle)
    assert all_emissions(one).sum() == pytest.approx(target, rel=2e-3)
    assert cost(one) < cost(several)


def test_price_of_a_standard_between_coal_and_gas() -> None:
    """With benchmark b the market is balanced when the mean rate equals b."""
    n = island(load=100.0)
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9)
    add_plant(n, "gas", marginal_cost=430.0, rate=0.37)
    eq = solve_equilibrium(n, [CarbonMarket(benchmarks={"coal": 0.6, "gas": 0.6})])
    eq.check()
    switching = (430.0 - 250.0) / (0.9 - 0.37)
    assert allowance(eq).item() == pytest.approx(switching, rel=1e-9)
    power = eq.solution.power_price.iloc[0, 0]
    assert power == pytest.approx(250.0 + (0.9 - 0.6) * switching, rel=1e-9)
    assert eq.solution.emissions.to_numpy().sum() == pytest.approx(0.6 * 100.0 * HOURS)
