"""The five markets on the 31 provinces: they clear, net to zero, and unify to one price."""

from __future__ import annotations

import numpy as np
import pytest

from dualcarbon import datasets
from dualcarbon.equilibrium.audit import spread_table
from dualcarbon.equilibrium.settlement import balances
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.experiments.theses.markets import MARKETS, unified
from dualcarbon.scenario.documents import load_scenario

pytestmark = pytest.mark.slow
FIVE = ("electricity", *MARKETS)


@pytest.fixture(scope="module")
def session() -> Session:
    """One model of the 31 provinces."""
    return Session.open(*load_scenario("five_markets_today").build())


@pytest.fixture(scope="module")
def apart(session: Session) -> Equilibrium:
    """The five markets as they are."""
    return session.solve(load_scenario("five_markets_today").package())


def test_every_market_clears_with_a_price(apart: Equilibrium) -> None:
    apart.check()
    assert set(FIVE) <= set(apart.prices["instrument"])
    assert np.isfinite(apart.prices["price"]).all()
    by_market = apart.prices.groupby("instrument")["region"].nunique()
    assert by_market["electricity"] == len(datasets.provinces())
    assert by_market["white"] == len(datasets.provinces())
    assert by_market["energy_use"] == 6


def test_settlement_nets_to_zero_over_all_five(apart: Equilibrium) -> None:
    net = balances(apart.settlement)
    turnover = apart.settlement["amount"].sum()
    assert abs(net.sum()) <= 1e-9 * turnover
    market = net[net.index.get_level_values("party").str.endswith(" market")]
    assert market.abs().max() <= 1e-6 * turnover


@pytest.mark.parametrize("market", FIVE)
def test_each_market_can_be_switched_off_alone(
    session: Session, apart: Equilibrium, market: str
) -> None:
    without = session.solve(apart.package.changed({market: None}))
    without.check()
    others = set(FIVE) - {market, "electricity"}
    assert others <= set(without.prices["instrument"])
    assert market not in set(without.prices["instrument"])


def test_unified_market_has_one_marginal_cost_and_costs_less(
    session: Session, apart: Equilibrium
) -> None:
    separate = spread_table(apart.regulated)
    assert separate["deviation"].min() > 1.0
    one = session.solve(unified(apart))
    spread = spread_table(one.regulated)
    assert ((spread["highest"] - spread["lowest"]) <= 1e-6 * spread["mean"]).all()
    weight = apart.solution.model.horizon.objective
    assert (one.system_cost * weight).sum() <= (apart.system_cost * weight).sum()


def test_cap_of_the_shipped_scenario_is_what_the_separate_markets_emit(apart: Equilibrium) -> None:
    """Its description says so; the figures in the file are rounded to 10 Mt."""
    shipped = load_scenario("unified").instruments["carbon"].cap
    assert shipped == pytest.approx(unified(apart).instruments["carbon"].cap, abs=5e6)


def test_shipped_scenarios_of_the_five_markets_hold(session: Session) -> None:
    for name in ("merged_efficiency", "unified", "pan_carbon"):
        session.solve(load_scenario(name).package()).check()


def test_completion_on_the_seven_grids_compares_cost_and_emissions() -> None:
    import dualcarbon as dc

    found = dc.run("complete", regions="grids", years=[2025]).tables
    assert set(found["experiments"]["indicator"]) == {
        "discounted_system_cost",
        "co2_power_first_year",
    }
    assert "returns" not in found
