"""Rules of dispatch and trade: what they force, and that they cannot lower the cost."""

from __future__ import annotations

import pandas as pd
import pytest

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Session
from dualcarbon.instruments import ElectricityMarket
from dualcarbon.instruments.electricity.trade import between_grids, hourly_flow, planned_flows
from dualcarbon.system.days import slots
from dualcarbon.system.teaching import build_teaching
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


def test_contracts_flow_evenly_through_the_day(solve: Solver) -> None:
    swing = 0.1
    eq = solve(ElectricityMarket(trade="planned", plan_swing=swing))
    model = eq.solution.model
    plan = planned_flows(model)
    net = eq.solution.evaluate(hourly_flow(model, plan.index))
    bound = between_grids(model, plan.index)
    net = net.transpose("snapshot", "pair").to_pandas()[bound]
    assert len(bound)
    day = slots(model.network, model.horizon)
    reach = net.groupby(day).max() - net.groupby(day).min()
    period = pd.Series(model.horizon.period_of.to_numpy()).groupby(day).first()
    allowed = 2 * swing * plan.loc[bound].abs().T.loc[period] / 8760.0
    assert (reach.to_numpy() <= allowed.to_numpy() + 1e-6).all()
    assert cost(eq) >= cost(solve(ElectricityMarket(trade="planned"))) * (1 - 1e-9)


def test_a_guarantee_that_cannot_be_kept_is_paid_for() -> None:
    """A sun that outshines its bus by far: what is missing is owed, on top of the power price."""
    network, users = build_teaching()
    static = network.c.generators.static
    sun = static.index[static["carrier"].eq("solar") & ~static["p_nom_extendable"]][0]
    network.c.generators.static.loc[sun, "p_nom"] *= 30.0
    market = ElectricityMarket(renewables="priority", least_utilisation=1.0, compensation=7.0)
    eq = Session.open(network, users).solve(Package.of([market]))
    assert eq.check()["holds"].all()
    bus, horizon = static.at[sun, "bus"], eq.solution.model.horizon
    missing = eq.solution.value("electricity-guarantee_missing").sel(bus=bus).to_series()
    assert (missing > 1e3).all()
    weather = ["solar", "onwind", "offwind"]
    plants = static.index[static["bus"].eq(bus) & static["carrier"].isin(weather)]
    worth = eq.solution.power("Generator")[plants].sum(axis=1) * eq.solution.power_price[bus]
    sold = (worth * horizon.paid_hours.to_numpy()).groupby(horizon.period_of.to_numpy()).sum()
    money = eq.settlement.query("payee_what in @weather and payee_bus == @bus")
    paid = money.groupby("period")["amount"].sum()
    spent = eq.settlement.query("payer_what in @weather and payer_bus == @bus")
    paid = paid.sub(spent.groupby("period")["amount"].sum(), fill_value=0.0)
    assert (paid - sold).to_numpy() == pytest.approx(7.0 * missing.to_numpy(), rel=1e-6)


def test_equal_hours_hold_above_a_floor() -> None:
    network, users = build_teaching()
    static = network.c.generators.static
    coal = static.index[static["carrier"].str.startswith("coal") & ~static["p_nom_extendable"]]
    network.c.generators.static.loc[coal[0], "p_min_pu"] = 0.5
    eq = Session.open(network, users).solve(
        Package.of([ElectricityMarket(dispatch="equal_shares")])
    )
    static = eq.solution.model.network.c.generators.static.loc[coal]
    full, floor = (static["p_nom"] * static[c] * 8760.0 for c in ("p_max_pu", "p_min_pu"))
    above = eq.solution.energy.loc[coal].sub(floor, axis=0).div(full - floor, axis=0)
    for _, group in above.groupby(static["bus"]):
        assert group.max().to_numpy() == pytest.approx(group.min().to_numpy(), rel=1e-6, abs=1e-9)
