"""Rules of dispatch and trade: what they force, and that they cannot lower the cost."""

from __future__ import annotations

import pytest

from dualcarbon.instruments import ElectricityMarket
from tests.analytic.conftest import Solver
from tests.analytic.reading import cost, power_emissions


def test_equal_shares_run_equal_hours_of_availability(solve: Solver) -> None:
    eq = solve(ElectricityMarket(dispatch="equal_shares"))
    static = eq.solution.model.network.c.generators.static
    coal = static.index[static["carrier"].str.startswith("coal")]
    full = static.loc[coal, "p_nom"] * static.loc[coal, "p_max_pu"] * 8760.0
    hours = eq.solution.energy.loc[coal].div(full, axis=0)
    for _, group in hours.groupby(static.loc[coal, "bus"]):
        assert group.max().to_numpy() == pytest.approx(group.min().to_numpy(), rel=1e-6)


def test_equal_shares_cost_and_emit_more_than_merit_order(solve: Solver) -> None:
    merit, equal = solve(ElectricityMarket()), solve(ElectricityMarket(dispatch="equal_shares"))
    assert cost(equal) > cost(merit) * 1.001
    assert power_emissions(equal).sum() > power_emissions(merit).sum()


def test_planned_trade_keeps_to_the_plan_and_costs_at_least_free_trade(solve: Solver) -> None:
    free, planned = solve(ElectricityMarket()), solve(ElectricityMarket(trade="planned"))
    assert cost(planned) > cost(free)
    tighter = solve(ElectricityMarket(trade="planned", plan_tolerance=0.02))
    assert cost(tighter) >= cost(planned) * (1 - 1e-9)


def test_priority_takes_the_guaranteed_share(solve: Solver) -> None:
    spot = solve(ElectricityMarket())
    priority = solve(ElectricityMarket(renewables="priority", least_utilisation=1.0))
    assert cost(priority) >= cost(spot) * (1 - 1e-9)
    n = priority.solution.model.network
    static = n.c.generators.static
    existing = static.index[static["carrier"].isin(["onwind", "offwind", "solar"])]
    existing = existing[~static.loc[existing, "p_nom_extendable"]]
    hours = n.snapshot_weightings["generators"]
    available = n.get_switchable_as_dense("Generator", "p_max_pu")[existing].mul(hours, axis=0)
    full = available.groupby(level="period").sum().T.mul(static.loc[existing, "p_nom"], axis=0)
    taken = priority.solution.energy.loc[existing]
    assert taken.to_numpy() == pytest.approx(full.to_numpy(), rel=1e-6)
