"""Steps of energy users over random tables: more choice never costs more, balances are exact."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon.equilibrium.solve import Equilibrium, solve_equilibrium
from dualcarbon.instruments import CarbonTax, ElectricityMarket
from dualcarbon.system.users import EnergyUsers
from tests.analytic.reading import add_plant, cost, island

START = {"co2_t": 3.6e6, "electricity_mwh": 3e5, "fuel_tce": 1.2e6, "output": 2e6}
TAX = 120.0

steps = st.lists(
    st.fixed_dictionaries(
        {
            "potential": st.floats(1e3, 1e5),
            "cost": st.floats(0.0, 400.0),
            "co2_t": st.floats(0.0, 2.0),
            "electricity": st.floats(-1.5, 1.0),
            "fuel_tce": st.floats(-0.2, 0.5),
        }
    ),
    min_size=1,
    max_size=4,
)


def users(chosen: list[dict[str, float]]) -> EnergyUsers:
    baseline = {"user": "works", "bus": "island", "sector": "steel", "year": 2030, **START}
    rows = [
        {"step": f"s{i}", "user": "works", "measure": f"m{i}", **step}
        for i, step in enumerate(chosen)
    ]
    return EnergyUsers(pd.DataFrame([baseline]), pd.DataFrame(rows))


def solved(chosen: list[dict[str, float]]) -> Equilibrium:
    network = island()
    add_plant(network, "coal", 200.0, rate=0.9)
    tax = CarbonTax(rate=TAX, sectors=("steel",))
    eq = solve_equilibrium(network, [ElectricityMarket(), tax], users=users(chosen))
    eq.check()
    return eq


@settings(max_examples=3, deadline=None)
@given(chosen=steps, more=steps)
def test_additional_steps_never_raise_the_cost(
    chosen: list[dict[str, float]], more: list[dict[str, float]]
) -> None:
    few, many = solved(chosen), solved([*chosen, *more])
    paid = [
        cost(eq) + TAX * float(eq.solution.user_emissions.to_numpy().sum())
        + TAX * float(eq.solution.emissions.to_numpy().sum())
        for eq in (few, many)
    ]  # fmt: skip
    assert paid[1] <= paid[0] * (1 + 1e-9)


@settings(max_examples=3, deadline=None)
@given(chosen=steps)
def test_every_balance_moves_by_exactly_what_steps_save(chosen: list[dict[str, float]]) -> None:
    eq = solved(chosen)
    solution = eq.solution
    model = solution.model.energy_users
    for quantity, rate in (("co2_t", "co2_t"), ("electricity_mwh", "electricity"),
                           ("fuel_tce", "fuel_tce")):  # fmt: skip
        saved = float((solution.activity[2030] * model.steps[rate]).sum())
        left = float(solution.of_users(quantity).to_numpy().sum())
        assert left == pytest.approx(START[quantity] - saved, rel=1e-9, abs=1e-3)
    load = float((solution.model.annual.load - solution.consumption()).to_numpy().sum())
    drawn = float((solution.activity[2030] * model.steps["electricity"]).sum())
    made = float(solution.energy.to_numpy().sum())
    assert load == pytest.approx(drawn, rel=1e-9, abs=1e-3)
    assert made == pytest.approx(solution.consumption().to_numpy().sum(), rel=1e-9)
