"""The base of a quota on networks that users bring: electricity, all of it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pypsa
import pytest

from dualcarbon.equilibrium.solve import Equilibrium, solve_equilibrium
from dualcarbon.errors import InputError
from dualcarbon.instruments import (
    CapacityAdequacy,
    ElectricityMarket,
    GreenCertificates,
    OperatingReserve,
)
from tests.oracle.user_networks import YEAR, blank, carriers, sector_coupled


def town(periods: tuple[int, ...] = (), slices: int = 1, load: float = 100.0) -> pypsa.Network:
    """Wind at 30 and coal at 10 per MWh without limit: a certificate costs 20."""
    n = blank(periods, slices)
    n.add("Bus", "town", carrier="AC")
    n.add("Load", "town", bus="town", p_set=load)
    n.add("Generator", ["wind", "coal"], bus="town", carrier=["wind", "coal"], p_nom=1e4,
          marginal_cost=[30.0, 10.0])  # fmt: skip
    return n


def quota(n: pypsa.Network, share: float = 0.5) -> Equilibrium:
    if not len(n.c.carriers.static):
        carriers(n, renewable=["wind"])
    eq = solve_equilibrium(n, [ElectricityMarket(), GreenCertificates(share=share)])
    assert eq.check()["holds"].all()
    return eq


def certificate(eq: Equilibrium) -> float:
    prices = eq.prices.query("item == 'certificate, total'")["price"]
    assert prices.nunique() == 1
    return float(prices.iloc[0])


def consumed(eq: Equilibrium, bus: str = "town") -> float:
    """Mean power consumed at a bus in every period, MW."""
    power = eq.solution.consumption().loc[bus] / YEAR
    assert power.to_numpy() == pytest.approx(power.iloc[0])
    return float(power.iloc[0])


def with_heat_pump() -> pypsa.Network:
    """60 MW of heat from a pump with a coefficient of 3, and the sun that helps with 15."""
    n = town()
    n.add("Bus", "heat", carrier="heat")
    n.add("Load", "heat", bus="heat", p_set=75.0)
    n.add("Generator", "sun", bus="heat", carrier="solar thermal", p_nom=15.0)
    n.add("Link", "pump", bus0="town", bus1="heat", carrier="pump", p_nom=100.0, efficiency=3.0)
    carriers(n, renewable=["wind", "solar thermal"])
    return n


def with_pump_turned_round() -> pypsa.Network:
    """The same pump as newer networks write it: it runs from heat to power with negative flow."""
    n = town(periods=(2030, 2035), slices=2)
    n.add("Bus", "heat", carrier="heat")
    n.add("Load", "heat", bus="heat", p_set=60.0)
    n.add("Link", "pump", bus0="heat", bus1="town", carrier="pump", p_nom=100.0, p_min_pu=-1.0,
          p_max_pu=0.0)  # fmt: skip
    n.c.links.dynamic["efficiency"] = pd.DataFrame({"pump": 1 / 3}, index=n.snapshots)
    return n


def with_hydrogen() -> pypsa.Network:
    """12 MW of hydrogen; what is stored above it comes back by a fuel cell; an electric line."""
    n = town(load=70.0)
    n.add("Bus", "port", carrier="low voltage")
    n.add("Load", "port", bus="port", p_set=27.0)
    n.add("Link", "grid", bus0="town", bus1="port", carrier="AC", p_nom=1e3, efficiency=0.9)
    n.add("Bus", "H2", carrier="H2")
    n.add("Load", "H2", bus="H2", p_set=12.0)
    n.add("Link", "electrolyser", bus0="town", bus1="H2", carrier="electrolyser", p_nom=1e3,
          efficiency=0.6)  # fmt: skip
    n.add("Link", "cell", bus0="H2", bus1="port", carrier="cell", p_nom=6.0, p_min_pu=1.0,
          efficiency=0.5)  # fmt: skip
    return n


@pytest.mark.parametrize(
    ("build", "power"), [(with_heat_pump, 120.0), (with_pump_turned_round, 120.0)]
)
def test_power_for_heat_is_electricity_and_heat_is_not(
    build: Callable[[], pypsa.Network], power: float
) -> None:
    eq = quota(build())
    assert consumed(eq) == pytest.approx(power)
    assert consumed(eq, "heat") == 0.0
    assert certificate(eq) == pytest.approx(20.0)
    made = eq.solution.energy.loc["wind"] / YEAR
    assert made.to_numpy() == pytest.approx(power / 2)
    assert set(eq.prices.query("instrument == 'electricity'")["item"]) == {"electricity", "heat"}


def test_what_comes_back_from_hydrogen_is_not_consumed() -> None:
    """(12 + 6) / 0.6 = 30 MW drawn, 3 MW given back; losses of the line are no consumption."""
    eq = quota(with_hydrogen())
    assert consumed(eq) == pytest.approx(70 + 30)
    assert consumed(eq, "port") == pytest.approx(27 - 3)
    assert eq.solution.energy.loc["wind"].item() / YEAR == pytest.approx((100 + 24) / 2)


def test_a_battery_of_a_bus_and_two_links_uses_nothing() -> None:
    """Wind in two of four slices, a share of 1: the battery shifts it as a storage unit does."""
    n = town(slices=4, load=60.0)
    n.add("Bus", "battery", carrier="battery")
    n.add("Store", "battery", bus="battery", carrier="battery", e_nom=1e6, e_cyclic=True)
    n.add("Link", "charge", bus0="town", bus1="battery", carrier="charge", p_nom=1e3,
          efficiency=0.8)  # fmt: skip
    n.add("Link", "discharge", bus0="battery", bus1="town", carrier="charge", p_nom=1e3,
          efficiency=0.8)  # fmt: skip
    n.c.generators.dynamic["p_max_pu"] = pd.DataFrame({"wind": [1.0, 1, 0, 0]}, index=n.snapshots)
    eq = quota(n, share=1.0)
    assert consumed(eq) == pytest.approx(60.0)
    assert eq.solution.energy.loc["wind"].item() == pytest.approx(60.0 * YEAR)


def as_negative_output() -> pypsa.Network:
    n = town()
    n.add("Generator", "buyer", bus="town", p_nom=50.0, p_min_pu=-1.0, p_max_pu=0.0,
          marginal_cost=45.0)  # fmt: skip
    return n


def as_sign() -> pypsa.Network:
    n = town(periods=(2030, 2035))
    n.add("Generator", "buyer", bus="town", sign=-1.0, p_nom=50.0, marginal_cost=-45.0)
    return n


def as_two_loads() -> pypsa.Network:
    """A load of sign 1 feeds in: 170 MW less 20."""
    n = town(slices=2, load=170.0)
    n.add("Load", "own plant", bus="town", sign=1.0, p_set=20.0)
    return n


@pytest.mark.parametrize(
    "build", [as_negative_output, pytest.param(as_sign, marks=pytest.mark.slow), as_two_loads]
)
def test_flexible_demand_is_consumption(build: Callable[[], pypsa.Network]) -> None:
    """Load 100 and 50 MW that are worth 45 per MWh: half of 1,314,000 MWh is owed."""
    eq = quota(build())
    assert consumed(eq) * YEAR == pytest.approx(1_314_000)
    assert certificate(eq) == pytest.approx(20.0)
    assert eq.solution.energy.loc["wind"].to_numpy() == pytest.approx(657_000)


def test_renewable_power_from_a_fuel_earns_certificates_at_the_plant() -> None:
    """Straw at 10 per MWh in a plant of 0.4 costs 25 per MWh: it runs before wind."""
    n = town()
    n.add("Bus", "straw", carrier="straw")
    n.add("Generator", "straw", bus="straw", carrier="straw", p_nom=1e4, marginal_cost=10.0)
    n.add("Link", "plant", bus0="straw", bus1="town", carrier="straw plant", p_nom=100.0,
          efficiency=0.4)  # fmt: skip
    carriers(n, renewable=["wind", "straw", "straw plant"])
    eq = quota(n)
    assert eq.solution.energy.loc["plant"].item() / YEAR == pytest.approx(40.0)
    assert certificate(eq) == pytest.approx(20.0)
    assert not eq.solution.model.annual.units.at["straw", "renewable"]


def test_without_losses_what_is_consumed_is_what_was_made() -> None:
    eq = solve_equilibrium(sector_coupled(), [GreenCertificates(share=0.9)])
    assert eq.check()["holds"].all()
    electric = eq.solution.model.annual.units["electric"].to_numpy(bool)
    made = eq.solution.energy[electric].sum().item()
    assert eq.solution.consumption().sum().sum() == pytest.approx(made, rel=1e-9)
    assert eq.solution.energy.loc["wind"].item() >= 0.9 * made * (1 - 1e-9)


def test_what_cannot_be_said_is_refused() -> None:
    """Exchange with abroad, a link that runs both ways, heat that owes, no electricity at all."""
    n = town()
    n.add("Generator", "abroad", bus="town", p_nom=50.0, p_min_pu=-1.0, marginal_cost=15.0)
    with pytest.raises(InputError, match="may take electricity or make it"):
        quota(n)
    n = with_heat_pump()
    n.c.links.static["p_min_pu"] = -1.0
    with pytest.raises(InputError, match="may draw electricity or make it"):
        quota(n)
    with pytest.raises(InputError, match="region with electricity 'heat'"):
        solve_equilibrium(with_heat_pump(), [GreenCertificates(share={"heat": 0.3})])
    n = town()
    n.c.buses.static["carrier"] = "heat"
    with pytest.raises(InputError, match="no bus of the network is one of electricity"):
        quota(n)
    n = town()
    n.c.generators.static.loc["wind", "p_min_pu"] = -0.1
    with pytest.raises(InputError, match="renewable and can take power"):
        quota(n)
    n = town()
    n.c.generators.static.loc["coal", "sign"] = 2.0
    with pytest.raises(InputError, match="has the sign 2"):
        quota(n)


def test_reserve_is_kept_where_load_is() -> None:
    """A plant at a bus without load keeps none for it; a load without plants is named."""
    n = town()
    n.add("Bus", "mine", carrier="AC")
    n.add("Link", "line", bus0="mine", bus1="town", carrier="AC", p_nom=50.0)
    n.add("Generator", "far coal", bus="mine", carrier="coal", p_nom=500.0, marginal_cost=5.0)
    carriers(n, renewable=["wind"])
    reserve = OperatingReserve(share=0.05, area=None)
    eq = solve_equilibrium(n, [ElectricityMarket(), reserve])
    assert eq.check()["holds"].all()
    assert set(eq.prices.query("instrument == 'reserve'")["region"]) == {"town"}
    n.add("Load", "mine", bus="mine", p_set=5.0)
    n.remove("Generator", "far coal")
    n.c.links.static["p_min_pu"] = -1.0
    with pytest.raises(InputError, match="'mine' has load and nothing that can keep reserve"):
        solve_equilibrium(n, [ElectricityMarket(), reserve])


def test_reserves_and_capacity_are_kept_for_electricity() -> None:
    """120 MW run, a twentieth of the load of 100 MW is kept free, and heat needs neither."""
    n = with_heat_pump()
    coal = {"p_nom": 0.0, "p_nom_extendable": True, "capital_cost": 50.0}
    for column, value in coal.items():
        n.c.generators.static.loc["coal", column] = value
    services = [
        OperatingReserve(share=0.05, area=None),
        CapacityAdequacy(margin=0.1, credit={"coal": 1.0}),
    ]
    eq = solve_equilibrium(n, [ElectricityMarket(), *services])
    assert eq.check()["holds"].all()
    built = eq.solution.value("Generator-p_nom").to_series()["coal"]
    assert built == pytest.approx(120.0 + 0.05 * 100.0)
    assert set(eq.prices.query("instrument == 'reserve'")["region"]) == {"town"}
    paid = eq.settlement.query("instrument in ['reserve', 'capacity'] and payer_kind == 'consumer'")
    assert set(paid["payer_bus"]) == {"town"}
