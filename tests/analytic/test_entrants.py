"""Zero profit: what a new plant earns in all markets is what it costs, no more and no less."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dualcarbon.equilibrium.solve import Equilibrium, solve_equilibrium
from dualcarbon.instruments import (
    CapacityAdequacy,
    CarbonMarket,
    CarbonTax,
    GreenCertificates,
    OperatingReserve,
)
from tests.analytic.conftest import Solver
from tests.analytic.reading import (
    HOURS,
    SECTORS,
    add_plant,
    allowance,
    certificate,
    island,
    price,
    weights,
)

CREDIT = {"coal_usc": 0.95, "coal_sc": 0.95, "coal_small": 0.9, "gas": 0.95,
          "hydro": 0.7, "battery": 0.5, "offwind": 0.15, "onwind": 0.1}  # fmt: skip
RESERVE = OperatingReserve(share=0.35, area="grid")
ADEQUACY = CapacityAdequacy(margin=0.25, area="grid", credit=CREDIT, shortage_price=1e9)
PACKAGES = {
    "power alone": (),
    "cap and quota": (
        CarbonMarket(cap={2025: 720e6, 2030: 691.2e6}, sectors=SECTORS),
        GreenCertificates(share={2025: 0.43, 2030: 0.54}),
    ),
    "all products": (
        CarbonMarket(cap={2025: 720e6, 2030: 691.2e6}, sectors=SECTORS),
        GreenCertificates(share={2025: 0.43, 2030: 0.54}),
        CarbonTax(rate=5.0),
        RESERVE,
        ADEQUACY,
    ),
}


def yearly(eq: Equilibrium, hourly: pd.DataFrame) -> pd.DataFrame:
    """Sum over the hours of each year, rows members, columns periods."""
    horizon = eq.solution.model.horizon
    weighted = hourly.mul(horizon.hours.to_numpy(), axis=0)
    table = weighted.groupby(horizon.period_of.to_numpy()).sum().T
    return table.rename_axis(columns="period")


def energy_margin(eq: Equilibrium) -> pd.DataFrame:
    """Power sales less running cost of every generator, CNY per year."""
    n = eq.solution.model.network
    power = eq.solution.power("Generator")
    bus = n.c.generators.static["bus"][power.columns]
    nodal = eq.solution.power_price[bus].set_axis(power.columns, axis=1)
    running = n.get_switchable_as_dense("Generator", "marginal_cost")[power.columns]
    return yearly(eq, power * (nodal - running.set_axis(power.index)))


def policy_margin(eq: Equilibrium) -> pd.DataFrame:
    """Certificates earned less allowances and taxes paid, CNY per year."""
    units = eq.solution.model.annual.units
    units = units[units["component"] == "Generator"]
    worth = pd.DataFrame(0.0, index=units.index, columns=eq.solution.model.periods)
    package = eq.package.instruments
    if "green" in package:
        worth += np.outer(units["renewable"].astype(float), certificate(eq))
    if "carbon" in package:
        worth -= np.outer(units["rate"], allowance(eq))
    if "tax" in package:
        worth -= np.outer(units["rate"], price(eq, "tax", "tax rate"))
    return worth * eq.solution.energy.loc[units.index]


def reserve_income(eq: Equilibrium) -> pd.DataFrame:
    """Headroom times the reserve price of the area, CNY per year."""
    n, solution = eq.solution.model.network, eq.solution
    static = n.c.generators.static
    if "reserve" not in eq.package.instruments:
        return pd.DataFrame(0.0, index=static.index, columns=solution.model.periods)
    provides = static["carrier"].isin(RESERVE.carriers)
    dual = solution.dual("reserve-spinning").transpose("snapshot", "area")
    horizon = solution.model.horizon
    area = static["bus"].map(n.c.buses.static["grid"])
    value = pd.DataFrame(dual.to_numpy(), columns=dual.coords["area"].to_numpy())[area]
    weight = horizon.objective[horizon.period_of].to_numpy()
    size = solved_size(eq)
    available = n.get_switchable_as_dense("Generator", "p_max_pu").to_numpy() * size.to_numpy()
    alive = np.array([static["build_year"] <= p for p in horizon.period_of])
    headroom = (available * alive - solution.power("Generator")[static.index]) * provides
    money = pd.DataFrame(headroom.to_numpy() * value.to_numpy(), columns=static.index)
    table = money.div(weight, axis=0).groupby(horizon.period_of.to_numpy()).sum().T
    return table.rename_axis(columns="period")


def solved_size(eq: Equilibrium) -> pd.Series:
    static = eq.solution.model.network.c.generators.static
    built = eq.solution.value("Generator-p_nom").to_series()
    return built.reindex(static.index).fillna(static["p_nom"])


def capacity_income(eq: Equilibrium) -> pd.DataFrame:
    """Credited capacity times the capacity price of the area, CNY per year."""
    n, periods = eq.solution.model.network, eq.solution.model.periods
    static = n.c.generators.static
    if "capacity" not in eq.package.instruments:
        return pd.DataFrame(0.0, index=static.index, columns=periods)
    table = eq.prices[eq.prices["instrument"] == "capacity"]
    value = table.pivot_table(index="region", columns="period", values="price")
    area = static["bus"].map(n.c.buses.static["grid"])
    credited = solved_size(eq) * static["carrier"].map(CREDIT).fillna(0.0)
    return value.loc[area].set_axis(static.index).mul(credited, axis=0)


@pytest.mark.parametrize("name", PACKAGES)
def test_new_plants_earn_exactly_their_cost(solve: Solver, name: str) -> None:
    eq = solve(*PACKAGES[name])
    static = eq.solution.model.network.c.generators.static
    size = solved_size(eq)
    inside = static["p_nom_extendable"] & (size > 1.0) & (size < static["p_nom_max"] - 1.0)
    assert inside.sum() >= 1
    parts = (energy_margin(eq), policy_margin(eq), reserve_income(eq), capacity_income(eq))
    profit = sum(part.loc[static.index] for part in parts)
    for plant in static.index[inside]:
        alive = pd.Series(
            [static.at[plant, "build_year"] <= y for y in profit.columns], profit.columns
        )
        worth = weights(eq)[alive]
        earned = float((profit.loc[plant][alive] * worth).sum())
        paid = float(static.at[plant, "capital_cost"] * size[plant] * worth.sum())
        assert earned == pytest.approx(paid, rel=1e-6), plant


def test_products_beside_energy_are_priced(solve: Solver) -> None:
    eq = solve(*PACKAGES["all products"])
    prices = eq.prices.groupby("instrument")["price"].max()
    assert prices["capacity"] > 0
    assert prices["reserve"] > 0


def test_plants_at_their_limit_earn_a_rent(solve: Solver) -> None:
    eq = solve()
    static = eq.solution.model.network.c.generators.static
    size = solved_size(eq)
    full = static.index[static["p_nom_extendable"] & (size > static["p_nom_max"] - 1.0)]
    first = [i for i in full if static.at[i, "build_year"] == 2030]
    assert first
    earned = energy_margin(eq).loc[first, 2030]
    assert (earned >= static.loc[first, "capital_cost"] * size[first] * (1 - 1e-9)).all()


def test_capacity_price_is_the_fixed_cost_of_the_peaker_that_is_missing() -> None:
    n = island(load=100.0)
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9, p_nom=105.0)
    add_plant(
        n, "gas", marginal_cost=430.0, rate=0.37, p_nom=0.0, p_nom_extendable=True,
        capital_cost=260e3,
    )  # fmt: skip
    need = CapacityAdequacy(margin=0.2, credit={"coal": 1.0, "gas": 0.9})
    eq = solve_equilibrium(n, [need])
    eq.check()
    built = eq.solution.value("Generator-p_nom").item()
    assert built == pytest.approx((120.0 - 105.0) / 0.9)
    assert price(eq, "capacity", "firm capacity").item() == pytest.approx(260e3 / 0.9)


def test_capacity_price_is_capped_by_the_price_of_shortage() -> None:
    n = island(load=100.0)
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9, p_nom=105.0)
    need = CapacityAdequacy(margin=0.2, credit={"coal": 1.0}, shortage_price=330e3)
    eq = solve_equilibrium(n, [need])
    eq.check()
    assert price(eq, "capacity", "firm capacity").item() == pytest.approx(330e3)


def test_reserve_price_is_the_cost_of_holding_back_cheap_power() -> None:
    n = island(load=100.0)
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9, p_nom=105.0)
    add_plant(n, "gas", marginal_cost=430.0, rate=0.37, p_nom=10.0)
    eq = solve_equilibrium(n, [OperatingReserve(share=0.10, carriers=("coal",))])
    eq.check()
    assert eq.solution.energy.loc["coal"].item() == pytest.approx(95.0 * HOURS)
    assert price(eq, "reserve", "spinning reserve").item() == pytest.approx(430.0 - 250.0)
    assert eq.solution.power_price.iloc[0, 0] == pytest.approx(430.0)


@pytest.mark.parametrize("area", [None, "grid", "all"])
def test_reserve_and_capacity_are_paid_by_consumers_to_providers(
    solve: Solver, area: str | None
) -> None:
    eq = solve(
        RESERVE.model_copy(update={"area": area}), ADEQUACY.model_copy(update={"area": area})
    )
    table = eq.settlement
    for instrument, market in (("reserve", "reserve market"), ("capacity", "capacity market")):
        rows = table[table["instrument"] == instrument]
        paid = rows[rows["payee"] == market]
        received = rows[rows["payer"] == market]
        assert paid["payer"].str.startswith("consumers").all()
        assert received["payee"].str.contains(" plants, ").all()
        assert received["amount"].sum() == pytest.approx(paid["amount"].sum(), rel=1e-6)
        assert paid["amount"].sum() > 0 or area == "all"


def test_settlement_of_capacity_is_price_times_credit() -> None:
    n = island(load=100.0)
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9, p_nom=105.0)
    need = CapacityAdequacy(margin=0.2, credit={"coal": 1.0}, shortage_price=330e3)
    table = solve_equilibrium(n, [need]).settlement.set_index("payee")["amount"]
    assert table["coal plants, island"] == pytest.approx(105.0 * 330e3)
    assert table["missing capacity"] == pytest.approx(15.0 * 330e3)
    assert table["capacity market"] == pytest.approx(120.0 * 330e3)
