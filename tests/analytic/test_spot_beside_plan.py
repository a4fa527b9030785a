"""Inter-provincial spot beside the plan: contracts stay, spot adds, and the rent has an owner."""

from __future__ import annotations

import pandas as pd
import pypsa
import pytest

from dualcarbon.equilibrium.settlement import balances
from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.instruments import ElectricityMarket
from tests import worlds
from tests.analytic.conftest import Solver
from tests.analytic.reading import HOURS, cost

CHEAP, DEAR, CAPACITY = 100.0, 300.0, 60.0


def two_provinces(planned: float = 20.0) -> pypsa.Network:
    """Cheap power in the west, dear power in the east, a line of 60 MW, a plan in MW."""
    n = pypsa.Network()
    n.set_snapshots(pd.date_range("2030-01-01", periods=1, freq="h"))
    n.snapshot_weightings.loc[:, ["objective", "generators", "stores"]] = HOURS
    n.add("Carrier", ["coal", "transmission"], co2_emissions=0.0, renewable=False)
    n.add("Bus", ["west", "east"])
    n.add("Load", ["west load", "east load"], bus=["west", "east"], p_set=100.0)
    n.add("Generator", ["west coal", "east coal"], bus=["west", "east"], carrier="coal",
          p_nom=300.0, marginal_cost=[CHEAP, DEAR])  # fmt: skip
    n.add("Link", "line", bus0="west", bus1="east", carrier="transmission", p_nom=CAPACITY,
          p_min_pu=-1.0)  # fmt: skip
    n.c.links.static["planned_mwh"] = planned * HOURS
    return n


def flow(eq: Equilibrium) -> float:
    return float(eq.solution.value("Link-p").to_numpy().ravel()[0])


def spot(hurdle: float) -> ElectricityMarket:
    return ElectricityMarket(trade="spot_beside_plan", plan_tolerance=0.0, spot_hurdle=hurdle)


@pytest.mark.parametrize("hurdle", [0.0, 150.0, 250.0])
def test_spot_fills_the_line_where_the_price_gap_exceeds_the_charge(hurdle: float) -> None:
    eq = worlds.anew([spot(hurdle)], two_provinces)
    eq.check()
    expected = CAPACITY if hurdle < DEAR - CHEAP else 20.0
    assert flow(eq) == pytest.approx(expected, abs=1e-3)


def test_a_contract_is_kept_though_spot_would_turn_it() -> None:
    eq = worlds.anew([spot(0.0)], two_provinces, -20.0)
    assert flow(eq) == pytest.approx(-20.0, abs=1e-3)


def test_the_charge_is_no_resource() -> None:
    free, charged = (worlds.anew([spot(h)], two_provinces) for h in (0.0, 100.0))
    assert cost(charged) == pytest.approx(cost(free), rel=1e-9)


def test_rent_of_spot_trade_has_its_own_owner() -> None:
    eq = worlds.anew([spot(10.0)], two_provinces)
    net = balances(eq.settlement).loc["electricity"].groupby("party").sum()
    rent = (DEAR - CHEAP) * HOURS
    assert net["grid owners, inter-provincial spot"] == pytest.approx(40.0 * rent, rel=1e-4)
    assert net["grid owners"] == pytest.approx(20.0 * rent, rel=1e-4)
    assert net.sum() == pytest.approx(0.0, abs=1e-3)


def test_spot_lies_between_the_plan_and_free_trade(solve: Solver) -> None:
    kinds = ("free", "spot_beside_plan", "planned")
    free, beside, planned = (cost(solve(ElectricityMarket(trade=k))) for k in kinds)
    assert free <= beside * (1 + 1e-9)
    assert beside <= planned * (1 + 1e-9)
    assert beside < planned * (1 - 1e-6)
