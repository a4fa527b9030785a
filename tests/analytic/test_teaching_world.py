"""The teaching world: what it holds, and that the plain market solves on it."""

from __future__ import annotations

import pytest

from dualcarbon.equilibrium.solve import solve_equilibrium
from dualcarbon.instruments import ElectricityMarket
from dualcarbon.system.teaching import build_teaching


def test_world_has_three_provinces_and_a_full_year() -> None:
    network, users = build_teaching()
    assert list(network.c.buses.static.index) == ["Westland", "Southland", "Eastland"]
    hours = network.snapshot_weightings["generators"].groupby(level="period").sum()
    assert hours.to_list() == [8760.0, 8760.0]
    assert set(users.baseline["bus"]) <= set(network.c.buses.static.index)


@pytest.mark.parametrize("years", [(2025,), (2030, 2060)])
def test_any_list_of_years_solves(years: tuple[int, ...]) -> None:
    network, users = build_teaching(years)
    equilibrium = solve_equilibrium(network, [ElectricityMarket()], users=users)
    equilibrium.check()
    assert (equilibrium.system_cost > 0).all()
