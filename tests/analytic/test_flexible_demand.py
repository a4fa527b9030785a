"""Demand that can wait: energy is kept within the day, and only a tariff by the hour moves it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa
import pytest

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.settlement import balances
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.errors import InputError
from dualcarbon.indicators.physical import flexibility
from dualcarbon.instruments import (
    CapacityAdequacy,
    ElectricityMarket,
    Instrument,
    OperatingReserve,
    RetailTariff,
)
from dualcarbon.instruments.electricity.bills import Consumption, hourly_tariff
from dualcarbon.instruments.electricity.response import Windows, fixed_shift, shifting_units
from dualcarbon.system.days import day_hours
from dualcarbon.system.flexibility import DEMAND_SIDE, add_flexible_demand, responsive_load
from dualcarbon.system.network import horizon_of
from dualcarbon.system.teaching import build_teaching
from tests.analytic.conftest import Solver
from tests.analytic.reading import cost

YEARS = (2030,)
TARIFFS = ("flat", "time_of_use", "real_time")


@pytest.fixture(scope="module")
def flexible() -> Session:
    """A session on the teaching world with flexible demand."""
    n, users = build_teaching(YEARS)
    add_flexible_demand(n)
    return Session.open(n, users)


@pytest.fixture(scope="module")
def under(flexible: Session) -> dict[str, Equilibrium]:
    """The equilibrium under each tariff, every invariant checked."""
    return {t: solved(flexible, RetailTariff(tariff=t)) for t in TARIFFS}


def solved(session: Session, *instruments: Instrument) -> Equilibrium:
    eq = session.solve(Package.of([ElectricityMarket(), *instruments]))
    eq.check()
    return eq


def shift(eq: Equilibrium) -> pd.DataFrame:
    """Load withheld less load added, MW, by snapshot and unit."""
    return Consumption.of(eq.solution).shift


def test_shifting_keeps_the_energy_of_every_day(under: dict[str, Equilibrium]) -> None:
    for eq in under.values():
        hours = day_hours(eq.solution.model.network, eq.solution.model.horizon)
        moved = shift(eq)
        most = 1.0 + hours.by_day(moved.abs()).to_numpy().max()
        assert np.abs(hours.by_day(moved).to_numpy()).max() <= 1e-9 * most


def test_a_flat_tariff_moves_nothing(under: dict[str, Equilibrium]) -> None:
    assert shift(under["flat"]).abs().to_numpy().max() <= 1e-6


def test_a_flat_tariff_is_the_world_without_flexible_demand(under: dict[str, Equilibrium]) -> None:
    plain = solved(Session.open(*build_teaching(YEARS)))
    assert cost(under["flat"]) == pytest.approx(cost(plain), rel=1e-9)


def test_demand_that_may_move_never_costs_more(under: dict[str, Equilibrium]) -> None:
    assert cost(under["real_time"]) < cost(under["flat"])
    assert cost(under["real_time"]) <= cost(under["time_of_use"]) * (1 + 1e-9)


def test_real_time_prices_lie_closer_together(under: dict[str, Equilibrium]) -> None:
    spread = {tariff: flexibility(eq)["price_spread"].mean() for tariff, eq in under.items()}
    assert spread["real_time"] < spread["flat"]


def test_no_tariff_is_free_movement(flexible: Session, under: dict[str, Equilibrium]) -> None:
    assert cost(solved(flexible)) == pytest.approx(cost(under["real_time"]), rel=1e-9)


def test_the_fixed_shift_is_what_the_model_moves(under: dict[str, Equilibrium]) -> None:
    eq = under["time_of_use"]
    retail = eq.package.instruments["retail"]
    assert isinstance(retail, RetailTariff)
    n = eq.solution.model.network
    wanted = fixed_shift(n, retail.windows(eq.solution.model), retail.ratio, retail.elasticity)
    assert wanted.abs().to_numpy().max() > 100.0
    assert shift(eq).to_numpy() == pytest.approx(wanted.to_numpy(), abs=1e-6)


def test_the_ratio_of_peak_to_valley_falls_by_the_elasticity() -> None:
    n, _ = build_teaching(YEARS)
    add_flexible_demand(n)
    sigma, ratio = 0.02, 4.0
    horizon = horizon_of(n)
    windows = Windows.of(n, horizon, (16, 17, 18, 19), (0, 1, 2, 3))
    names = shifting_units(n)
    base = responsive_load(n, names)
    after = base - fixed_shift(n, windows, ratio, {"flexible_load": sigma, "ev_load": sigma})
    at = [windows.hours.by_day(x.mul(w, axis=0)) for x in (base, after)
          for w in (windows.peak, windows.valley)]  # fmt: skip
    before, now = at[0] / at[1], at[2] / at[3]
    assert (now / before).to_numpy() == pytest.approx(ratio**-sigma, rel=1e-12)


def test_a_shift_beyond_the_limits_is_scaled_to_them() -> None:
    n, _ = build_teaching(YEARS)
    add_flexible_demand(n)
    windows = Windows.of(n, horizon_of(n), (16, 17, 18, 19), (0, 1, 2, 3))
    moved = fixed_shift(n, windows, 50.0, {"flexible_load": 3.0, "ev_load": 3.0})
    static = n.c.storage_units.static.loc[moved.columns]
    most = n.get_switchable_as_dense("StorageUnit", "p_max_pu")[moved.columns] * static["p_nom"]
    least = n.get_switchable_as_dense("StorageUnit", "p_min_pu")[moved.columns] * static["p_nom"]
    assert (moved <= most * (1 + 1e-12) + 1e-9).to_numpy().all()
    assert (moved >= least * (1 + 1e-12) - 1e-9).to_numpy().all()
    withheld = windows.hours.by_day(moved.clip(lower=0.0))
    assert (withheld <= static["p_nom"] * static["max_hours"] * (1 + 1e-12)).to_numpy().all()


@pytest.mark.parametrize("tariff", TARIFFS)
def test_retailers_keep_nothing(under: dict[str, Equilibrium], tariff: str) -> None:
    table = under[tariff].settlement
    retail = table[table["instrument"] == "retail"]
    net = balances(retail)
    assert net.groupby("period").sum().abs().max() <= 1e-6 * retail["amount"].sum()
    hub = net[net.index.get_level_values("party") == "retail market"]
    assert hub.abs().max() <= 1e-9 * retail["amount"].sum()


@pytest.mark.parametrize("tariff", TARIFFS)
def test_a_tariff_recovers_the_wholesale_bill_of_every_bus(
    under: dict[str, Equilibrium], tariff: str
) -> None:
    eq = under[tariff]
    retail, solution = eq.package.instruments["retail"], eq.solution
    assert isinstance(retail, RetailTariff)
    load = Consumption.of(solution).net
    energy = load.mul(solution.model.horizon.hours.to_numpy(), axis=0)
    period = solution.model.horizon.period_of.to_numpy()
    tariffs = hourly_tariff(solution, retail.factor(solution.model), load)
    charged = (energy * tariffs).groupby(period).sum()
    spent = (energy * solution.power_price).groupby(period).sum()
    assert charged.to_numpy() == pytest.approx(spent.to_numpy(), rel=1e-9)


def test_peak_and_valley_tariffs_stand_in_the_ratio(under: dict[str, Equilibrium]) -> None:
    table = under["time_of_use"].prices
    by_item = table[table["instrument"] == "retail"].pivot_table(
        index=["region", "period"], columns="item", values="price"
    )
    ratio = by_item["tariff, peak hours"] / by_item["tariff, valley hours"]
    assert ratio.to_numpy() == pytest.approx(3.0, rel=1e-12)


def test_waiting_demand_is_no_plant(flexible: Session, under: dict[str, Equilibrium]) -> None:
    eq = under["real_time"]
    assert not eq.solution.model.annual.units["carrier"].isin(DEMAND_SIDE).any()
    plain = solved(flexible, RetailTariff(), OperatingReserve(share=0.05))
    asked = OperatingReserve(
        share=0.05, carriers=(*OperatingReserve().carriers, "flexible_load", "ev_load")
    )
    assert cost(solved(flexible, RetailTariff(), asked)) <= cost(plain) * (1 + 1e-9)
    credit = {"coal_usc": 0.9, "coal_sc": 0.9, "coal_small": 0.9, "gas": 0.9, "hydro": 0.5}
    firm = solved(flexible, RetailTariff(), CapacityAdequacy(credit=credit, area="all"))
    paid = firm.settlement.query("instrument == 'capacity'")["payee"]
    assert not paid.str.startswith(("large users", "electric vehicles")).any()


def test_hours_of_the_day_of_unequal_slices() -> None:
    n, _ = build_teaching(YEARS)
    hours = day_hours(n, horizon_of(n))
    assert hours.covered.sum(axis=0) == pytest.approx([len(set(hours.day))] * 24)
    assert hours.share_in([16, 17]).reshape(3, 6)[0] == pytest.approx([0, 0, 0, 0, 0.5, 0])


def test_wrong_tariffs_say_what_is_allowed(solve: Solver) -> None:
    with pytest.raises(InputError, match=r"flexible_demand: true"):
        solve(ElectricityMarket(), RetailTariff(tariff="real_time"))
    with pytest.raises(InputError, match="both peak and valley"):
        solve(RetailTariff(peak_hours=(1,), valley_hours=(1, 2)))
    with pytest.raises(InputError, match="did you mean 'ev_load'"):
        solve(RetailTariff(elasticity={"ev_loads": 0.1}))
    with pytest.raises(InputError, match="hours run from 0 to 23"):
        RetailTariff(peak_hours=(24,))


def test_a_network_without_a_clock_has_no_peak_hours() -> None:
    n = pypsa.Network()
    n.set_snapshots(range(3))
    n.add("Carrier", "coal", co2_emissions=0.3, renewable=False)
    n.add("Bus", "island")
    n.add("Load", "demand", bus="island", p_set=1.0)
    n.add("Generator", "coal", bus="island", carrier="coal", p_nom=2.0)
    with pytest.raises(InputError, match="hour of the day"):
        add_flexible_demand(n)
