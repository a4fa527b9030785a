"""A network's own limits: each has its price beside those of the markets, as PyPSA finds it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pypsa
import pytest

from dualcarbon.equilibrium.solve import Equilibrium, solve_equilibrium
from dualcarbon.errors import InputError
from dualcarbon.instruments import CarbonMarket, CarbonTax, ElectricityMarket
from tests.oracle.user_networks import blank, carriers, coal_and_gas, own_optimum, sector_coupled


def two_towns(periods: tuple[int, ...] = ()) -> pypsa.Network:
    """Wind in the north that can be built, gas in the south, a line and a link that can be."""
    n = blank(periods, slices=3)
    old = {"build_year": 2000 if periods else 0, "lifetime": 90.0}
    if periods:
        n.investment_period_weightings["years"] = [5.0, 10.0]
        n.investment_period_weightings["objective"] = [4.0, 5.5]
    n.add("Bus", ["north", "south"], carrier="AC")
    n.add("Load", "south", bus="south", p_set=[90.0, 110.0, 100.0] * max(len(periods), 1))
    n.add("Generator", "gas", bus="south", carrier="gas", p_nom=500.0, marginal_cost=60.0,
          efficiency=0.5)  # fmt: skip
    for year in periods or (0,):
        n.add("Generator", f"wind {year}", bus="north", carrier="wind", p_nom_extendable=True,
              capital_cost=70e3, p_max_pu=[0.6, 0.3, 0.5] * max(len(periods), 1), build_year=year,
              lifetime=30.0)  # fmt: skip
    n.add("Line", "line", bus0="north", bus1="south", x=0.1, carrier="AC", s_nom_extendable=True,
          capital_cost=9e3, length=120.0, **old)  # fmt: skip
    n.add("Link", "cable", bus0="north", bus1="south", carrier="DC", p_nom_extendable=True,
          capital_cost=11e3, length=100.0, **old)  # fmt: skip
    carriers(n, renewable=["wind"], gas=0.2)
    return n


def limited(n: pypsa.Network, kind: str, attribute: str, constant: float, **more: Any) -> None:
    n.add("GlobalConstraint", "limit", type=kind, carrier_attribute=attribute, sense="<=",
          constant=constant, **more)  # fmt: skip


def solved(n: pypsa.Network, *instruments: Any) -> Equilibrium:
    eq = solve_equilibrium(n, [ElectricityMarket(), *instruments])
    assert eq.check()["holds"].all()
    return eq


def own_price(eq: Equilibrium, item: str = "limit") -> pd.Series:
    table = eq.prices.query("instrument == 'network' and item == @item")
    return table.set_index("period")["price"]


LIMITS = {
    "co2": ("primary_energy", "co2_emissions", 4.0e4, "CNY/t"),
    "gas": ("operational_limit", "gas", 1.0e5, "CNY/MWh"),
    "wind": ("tech_capacity_expansion_limit", "wind", 90.0, "CNY/MW/a"),
    "lines": ("transmission_volume_expansion_limit", "AC, DC", 4000.0, "CNY/MWkm/a"),
    "cost of lines": ("transmission_expansion_cost_limit", "AC, DC", 4.0e5, "CNY/CNY"),
}


@pytest.mark.parametrize(
    "name", ["co2", *(pytest.param(k, marks=pytest.mark.slow) for k in LIMITS if k != "co2")]
)
def test_the_price_of_a_limit_is_pypsas_own(name: str) -> None:
    kind, attribute, constant, unit = LIMITS[name]
    n = two_towns()
    limited(n, kind, attribute, constant)
    eq, own = solved(n), own_optimum(n)
    mu = own.c.global_constraints.static.at["limit", "mu"]
    assert abs(mu) > 1e-3
    assert own_price(eq).to_numpy() == pytest.approx([abs(mu)], rel=1e-6)
    assert eq.objective == pytest.approx(float(own.objective), rel=1e-9)
    assert eq.prices.iloc[-1][["instrument", "region", "unit"]].to_list() == [
        "network",
        "all",
        unit,
    ]
    assert eq.network.c.global_constraints.static.at["limit", "mu"] == pytest.approx(mu, rel=1e-6)


@pytest.mark.parametrize("name", ["co2", pytest.param("wind", marks=pytest.mark.slow)])
def test_a_limit_of_one_period_has_a_price_in_it(name: str) -> None:
    """What a ton or a MW is worth in a year of that period; PyPSA's counts all its years."""
    kind, attribute, constant, _ = LIMITS[name]
    n = two_towns((2030, 2040))
    limited(n, kind, attribute, constant * (10 if name == "co2" else 1), investment_period=2040)
    eq, own = solved(n), own_optimum(n)
    mu = -own.c.global_constraints.static.at["limit", "mu"]
    assert mu > 1
    expected = mu * 10.0 / 5.5 if name == "co2" else mu / 5.5
    assert own_price(eq).to_dict() == pytest.approx({2040: expected}, rel=1e-6)


@pytest.mark.slow
def test_a_budget_over_all_periods_has_a_price_in_each() -> None:
    """A tax of these prices gives the same emissions at the same cost."""
    n = two_towns((2030, 2040))
    limited(n, "primary_energy", "co2_emissions", 15 * 4.0e4)
    eq = solved(n)
    price = own_price(eq)
    assert price[2030] * 4.0 / 5.0 == pytest.approx(price[2040] * 5.5 / 10.0)
    n.remove("GlobalConstraint", "limit")
    taxed = solved(n, CarbonTax(rate=price.to_dict()))
    years = np.array([5.0, 10.0])
    worth = float(price[2030] * 4.0 / 5.0 * 15 * 4.0e4)
    assert taxed.objective == pytest.approx(eq.objective + worth, rel=1e-8)
    assert (eq.solution.emissions.sum() * years).sum() == pytest.approx(15 * 4.0e4)


@pytest.mark.slow
def test_limits_by_growth_and_by_bus_are_named() -> None:
    n = two_towns((2030, 2040))
    n.c.carriers.static.loc["wind", "max_growth"] = 40.0
    eq = solved(n)
    growth = eq.prices.query("item == 'growth limit'")
    assert set(growth["region"]) == {"wind"}
    assert (growth["price"] > 0).all()
    assert growth["unit"].unique().tolist() == ["CNY/MW"]
    n = two_towns()
    n.c.buses.static["nom_max_wind"] = [80.0, np.nan]
    eq = solved(n)
    bus = eq.prices.query("item == 'nom_max_wind' and region == 'north'")["price"].item()
    limited(two := two_towns(), "tech_capacity_expansion_limit", "wind", 80.0)
    assert bus == pytest.approx(own_price(solved(two)).item(), rel=1e-6)


@pytest.mark.parametrize(
    "kind", ["co2_atmosphere", pytest.param("primary_energy", marks=pytest.mark.slow)]
)
def test_a_limit_of_the_atmosphere_stands_beside_the_market(kind: str) -> None:
    """The tighter of the two has the price, and it is said that the network has its own."""
    n = sector_coupled()
    limited(n, kind, "co2_emissions", 1.5e6)
    eq = solved(n, CarbonMarket(cap=2.0e6))
    assert eq.prices.query("item == 'allowance'")["price"].item() == 0.0
    n.c.global_constraints.static.loc["limit", "constant"] = 9.0e6
    alone = solved(n, CarbonMarket(cap=1.5e6))
    assert own_price(eq).item() == pytest.approx(
        alone.prices.query("item == 'allowance'")["price"].item(), rel=1e-6
    )
    assert own_price(alone).item() == 0.0
    assert "the network's own limit 'limit' binds at 102.09 CNY/t" in repr(eq)
    assert "网络自带的约束“limit”" in eq.remarks["zh"].item()
    assert alone.remarks.empty


def test_a_limit_on_one_plant_keeps_its_price() -> None:
    """One store alone in the row: it is a row still, and no bound without a price."""
    n = blank()
    coal_and_gas(n)
    carriers(n)
    limited(n, "co2_atmosphere", "co2_emissions", 700_800.0)
    eq = solved(n)
    assert own_price(eq).item() == pytest.approx(80.0)
    assert "one more unit on the right-hand side saves 80.00" in eq.explain(
        "GlobalConstraint-limit"
    )


def test_a_limit_that_pypsa_would_leave_out_is_refused() -> None:
    n = two_towns()
    limited(n, "co2_sequestration", "", 1e6)
    with pytest.raises(InputError, match="'limit' is of the type 'co2_sequestration'"):
        solved(n)
    n = two_towns()
    limited(n, "co2_atmosphere", "co2_emissions", 1e6)
    with pytest.raises(InputError, match="limits the stores of the atmosphere, and there are none"):
        solved(n)
    n = two_towns((2030, 2040))
    limited(n, "co2_atmosphere", "co2_emissions", 1e6)
    with pytest.raises(InputError, match="in which period is not said"):
        solved(n)
    n = two_towns()
    n.add("Generator", "buyer", bus="south", carrier="gas", sign=-1.0, p_nom=1.0)
    n.c.carriers.static.loc["gas", "co2_emissions"] = 0.0
    limited(n, "operational_limit", "gas", 1e6)
    with pytest.raises(InputError, match="limits the output of its carrier"):
        solved(n)
