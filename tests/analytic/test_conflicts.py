"""Packages without an outcome: the instruments in conflict are named, and only they."""

from __future__ import annotations

import pypsa
import pytest

from dualcarbon.equilibrium.solve import solve_equilibrium
from dualcarbon.errors import InfeasiblePackage
from dualcarbon.instruments import (
    CapacityPayment,
    CarbonMarket,
    CarbonTax,
    ElectricityMarket,
    GreenCertificates,
    GreenPowerForAllowances,
    Instrument,
)
from tests import worlds
from tests.analytic.reading import HOURS, add_plant, island

TONS = 100.0 * HOURS


def coal_and_wind() -> pypsa.Network:
    """Coal for all of the load, wind for at most 30 % of it."""
    n = island(load=100.0)
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9)
    add_plant(n, "wind", marginal_cost=5.0, p_nom=100.0, p_max_pu=0.3)
    return n


def conflicts(*instruments: Instrument) -> InfeasiblePackage:
    with pytest.raises(InfeasiblePackage) as caught:
        worlds.anew(instruments, coal_and_wind)
    return caught.value


def test_a_cap_that_no_dispatch_meets_is_named_alone() -> None:
    error = conflicts(CarbonMarket(cap=0.5 * TONS), CarbonTax(rate=10.0), CapacityPayment(rate=1e5))
    assert error.conflicts == ["carbon"]
    short = 0.9 * 0.7 * TONS - 0.5 * TONS
    assert f"{short:.4g}" in str(error)


def test_a_quota_above_the_potential_is_named_alone() -> None:
    error = conflicts(GreenCertificates(share=0.4), CarbonMarket(cap=0.8 * TONS))
    assert error.conflicts == ["green"]


def test_two_that_hold_alone_but_not_together_are_both_named() -> None:
    cap, quota = CarbonMarket(cap=0.55 * TONS), GreenCertificates(share=0.25)
    link = GreenPowerForAllowances(limit=0.5)
    worlds.anew([cap, link], coal_and_wind)
    worlds.anew([quota], coal_and_wind)
    spectator = ElectricityMarket(renewables="priority", least_utilisation=0.5)
    assert conflicts(cap, quota, link, spectator).conflicts == ["carbon", "green"]


def test_a_system_that_cannot_meet_demand_is_not_blamed_on_policy() -> None:
    n = island(load=100.0)
    add_plant(n, "wind", marginal_cost=5.0, p_nom=100.0, p_max_pu=0.3)
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9, p_nom=10.0)
    with pytest.raises(
        InfeasiblePackage, match="demand cannot be met without any policy"
    ) as caught:
        solve_equilibrium(n, [CarbonMarket(cap=TONS)])
    assert caught.value.conflicts == []
