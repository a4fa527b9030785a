"""Banking: allowances kept for later earn the discount rate, unless the carry-over rule binds."""

from __future__ import annotations

import pytest

from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.errors import InputError
from dualcarbon.instruments import CarbonMarket
from tests.analytic.conftest import Solver
from tests.analytic.reading import SECTORS, all_emissions, allowance, cost, weights

CAP = {2025: 790e6, 2030: 640e6}


def market(solve: Solver, **more: object) -> Equilibrium:
    return solve(CarbonMarket(cap=CAP, sectors=SECTORS, **more))


def growth(eq: Equilibrium) -> float:
    """Factor by which a price grows from period to period when it earns the discount rate."""
    horizon = eq.solution.model.horizon
    yearly = weights(eq) / horizon.years
    return float(yearly.iloc[0] / yearly.iloc[1])


def test_free_banking_lets_the_price_grow_at_the_discount_rate(solve: Solver) -> None:
    eq = market(solve, banking=True, carry_over=10.0)
    price = allowance(eq)
    assert growth(eq) == pytest.approx(1.05**5, rel=1e-9)
    assert price.iloc[1] / price.iloc[0] == pytest.approx(growth(eq), rel=1e-6)
    kept = eq.solution.value("carbon-bank").to_series()
    assert kept.iloc[0] > 0
    assert kept.iloc[1] == 0


def test_total_allowances_are_kept_over_time(solve: Solver) -> None:
    eq = market(solve, banking=True, carry_over=10.0)
    years = eq.solution.model.horizon.years
    issued = sum(CAP[y] * years[y] for y in CAP)
    assert (all_emissions(eq) * years).sum() == pytest.approx(issued, rel=1e-9)


def test_carry_over_rule_binds_where_banking_would_go_further(solve: Solver) -> None:
    eq = market(solve, banking=True, carry_over=0.10)
    price = allowance(eq)
    assert price.iloc[1] / price.iloc[0] > growth(eq) * 1.001
    kept = eq.solution.value("carbon-bank").to_series()
    assert kept.iloc[0] == pytest.approx(0.10 * all_emissions(eq).iloc[0])


def test_banking_never_costs_more(solve: Solver) -> None:
    steps = [market(solve), market(solve, banking=True, carry_over=0.1)]
    steps.append(market(solve, banking=True, carry_over=10.0))
    costs = [cost(eq) for eq in steps]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[-1]


@pytest.mark.parametrize("kept", [10e6, 60e6])
def test_what_was_kept_before_is_a_higher_first_cap(solve: Solver, kept: float) -> None:
    begun = market(solve, banking=True, carry_over=10.0, starting_bank=kept)
    years = begun.solution.model.horizon.years
    higher = {**CAP, 2025: CAP[2025] + kept / years[2025]}
    other = solve(CarbonMarket(cap=higher, sectors=SECTORS, banking=True, carry_over=10.0))
    assert cost(begun) == pytest.approx(cost(other), rel=1e-9)
    assert allowance(begun).to_numpy() == pytest.approx(allowance(other).to_numpy(), rel=1e-6)
    emitted = (all_emissions(begun) * years).sum()
    assert emitted == pytest.approx(sum(CAP[y] * years[y] for y in CAP) + kept, rel=1e-9)
    assert begun.check()["holds"].all()
    banks = begun.settlement.query("payee == 'allowance banks' or payer == 'allowance banks'")
    received = banks["amount"].where(banks["payee"] == "allowance banks", -banks["amount"])
    taken = (received.groupby(banks["period"]).sum() / allowance(begun) * years).sum()
    assert taken == pytest.approx(kept, rel=1e-6), "the bank ends empty"


def test_a_starting_bank_needs_banking() -> None:
    with pytest.raises(InputError, match=r"starting_bank.*needs 'banking'"):
        CarbonMarket(cap=CAP, starting_bank=1e6)


def test_nothing_is_banked_when_the_price_falls(solve: Solver) -> None:
    eq = solve(
        CarbonMarket(cap={2025: 700e6, 2030: 800e6}, sectors=SECTORS, banking=True, carry_over=10.0)
    )
    assert eq.solution.value("carbon-bank").to_series().iloc[0] == pytest.approx(0.0, abs=1.0)
