"""Stochastic networks: one set of capacities, and a market in every scenario."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pypsa
import pytest

from dualcarbon.equilibrium.solve import solve_equilibrium
from dualcarbon.errors import InputError
from dualcarbon.instruments import CarbonMarket, ElectricityMarket, GreenCertificates
from dualcarbon.system.users import EnergyUsers
from tests.oracle.user_networks import blank, carriers, own_optimum

ODDS = {"dear": 0.3, "cheap": 0.7}


def town(slices: int = 3) -> pypsa.Network:
    n = blank(slices=slices)
    n.add("Bus", "town", carrier="AC")
    n.add("Load", "town", bus="town", p_set=[90.0, 110.0, 100.0])
    n.add("Generator", "gas", bus="town", carrier="gas", p_nom_extendable=True, efficiency=0.5,
          capital_cost=30e3, marginal_cost=50.0)  # fmt: skip
    n.add("Generator", "wind", bus="town", carrier="wind", p_nom_extendable=True,
          capital_cost=150e3, p_max_pu=[0.6, 0.2, 0.4])  # fmt: skip
    carriers(n, renewable=["wind"], gas=0.2)
    return n


def with_fuel_prices() -> pypsa.Network:
    n = town()
    n.set_scenarios(ODDS)
    n.c.generators.static.loc[("dear", "gas"), "marginal_cost"] = 90.0
    return n


def with_weather() -> pypsa.Network:
    """Wind that blows otherwise, and a battery that is not carried from one year to the other."""
    n = town()
    n.add("StorageUnit", "battery", bus="town", carrier="battery", p_nom=20.0, max_hours=4.0,
          efficiency_store=0.9, cyclic_state_of_charge=True)  # fmt: skip
    n.add("Store", "tank", bus="town", carrier="battery", e_nom=5.0, e_initial=5.0)
    n.add("Carrier", "battery", co2_emissions=0.0, renewable=False)
    n.set_scenarios(ODDS)
    n.c.generators.dynamic["p_max_pu"].loc[:, ("dear", "wind")] = [0.1, 0.5, 0.0]
    return n


def with_demand_and_limit() -> pypsa.Network:
    n = town()
    n.add("GlobalConstraint", "limit", type="primary_energy", carrier_attribute="co2_emissions",
          sense="<=", constant=1.5e5)  # fmt: skip
    n.set_scenarios(ODDS)
    n.c.loads.dynamic["p_set"].loc[:, ("dear", "town")] *= 1.3
    return n


BUILDS = [
    pytest.param(with_fuel_prices, marks=pytest.mark.slow),
    pytest.param(with_weather, marks=pytest.mark.slow),
    with_demand_and_limit,
]


@pytest.mark.parametrize("build", BUILDS)
def test_the_expected_cost_is_pypsas_own(build: Callable[[], pypsa.Network]) -> None:
    n = build()
    own = own_optimum(n)
    eq = solve_equilibrium(n, [ElectricityMarket()])
    assert eq.check()["holds"].all()
    assert eq.objective == pytest.approx(float(own.objective), rel=1e-9)
    assert eq.system_cost @ np.array([0.3, 0.7]) == pytest.approx(eq.objective, rel=1e-9)
    assert eq.scenarios["scenario"].to_dict() == {1: "dear", 2: "cheap"}
    assert eq.scenarios["probability"].to_dict() == {1: 0.3, 2: 0.7}
    paid = own.c.buses.dynamic["marginal_price"].T.groupby("scenario").mean().T
    ours = eq.solution.power_price["town"].unstack("period").to_numpy()
    # who pays for a plant that both scenarios need is not determined; the sum is
    assert ours @ [0.3, 0.7] == pytest.approx(paid.sum(axis=1).to_numpy(), rel=1e-6)
    if "limit" in n.c.global_constraints.static.index.get_level_values("name"):
        mu = own.model.constraints["GlobalConstraint-limit"].dual.to_series()
        ours = eq.prices.query("instrument == 'network'").set_index("item")["price"]
        assert ours["limit, 1"] == pytest.approx(-mu["dear"] / 0.3, rel=1e-6)
        assert ours["limit, 2"] == pytest.approx(-mu["cheap"] / 0.7, rel=1e-6, abs=1e-6)
        assert ours["limit, 1"] > 1


def test_a_cap_holds_in_every_scenario() -> None:
    """The same as PyPSA's limit, which holds in each; and a quota is met in each."""
    limited = with_demand_and_limit()
    own = solve_equilibrium(limited, [])
    free = limited.copy()
    free.remove("GlobalConstraint", "limit")
    eq = solve_equilibrium(free, [CarbonMarket(cap=1.5e5)])
    assert eq.check()["holds"].all()
    assert eq.objective == pytest.approx(own.objective, rel=1e-9)
    allowance = eq.prices.query("item == 'allowance'").set_index("period")["price"]
    expected = own.prices.query("instrument == 'network'").set_index("period")["price"]
    assert allowance.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-6, abs=1e-6)
    green = eq.session.solve(eq.package.changed({"carbon": None, "green": GreenCertificates(
        share={2025: 0.6, 2035: 0.8})}))  # fmt: skip
    made = green.solution.energy.loc["wind"] / green.solution.energy.sum()
    assert (made >= 0.7 * (1 - 1e-9)).all()
    assert made.min() == pytest.approx(0.7)


def test_what_scenarios_cannot_hold_is_refused() -> None:
    n = with_fuel_prices()
    with pytest.raises(InputError, match="from one scenario for another"):
        solve_equilibrium(n, [CarbonMarket(cap=1e5, banking=True)])
    baseline = pd.DataFrame({"user": ["works"], "bus": "town", "sector": "steel", "year": 2030,
                             "output": 1.0, "co2_t": 1e3})  # fmt: skip
    steps = pd.DataFrame(columns=["step", "user", "measure", "potential", "cost", "electricity"])
    with pytest.raises(InputError, match="energy users beside scenarios"):
        solve_equilibrium(n, [ElectricityMarket()], users=EnergyUsers(baseline, steps))
    n.c.generators.static.loc[("dear", "gas"), "p_nom_max"] = 5.0
    with pytest.raises(InputError, match="'p_nom_max' of 'gas' differs between scenarios"):
        solve_equilibrium(n, [ElectricityMarket()])
    n = with_fuel_prices()
    n.c.generators.static["e_sum_max"] = 1e5
    with pytest.raises(InputError, match="yearly sum"):
        solve_equilibrium(n, [ElectricityMarket()])
    n = with_fuel_prices()
    n.set_risk_preference(alpha=0.9, omega=0.5)
    with pytest.raises(InputError, match="beside a risk preference"):
        solve_equilibrium(n, [ElectricityMarket()])
    n = with_demand_and_limit()
    n.c.global_constraints.static["type"] = "tech_capacity_expansion_limit"
    n.c.global_constraints.static.loc[("dear", "limit"), "constant"] = 1.0
    with pytest.raises(InputError, match="'constant' of 'limit' differs"):
        solve_equilibrium(n, [ElectricityMarket()])
