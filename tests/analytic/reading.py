"""Read single figures off an equilibrium."""

from __future__ import annotations

import pandas as pd
import pypsa

from dualcarbon.equilibrium.solve import Equilibrium

SECTORS = ("steel", "cement", "aluminium")
BENCHMARKS = {"coal_over_300": 0.80, "coal_upto_300": 0.86, "gas": 0.39}
HOURS = 8760.0


def price(eq: Equilibrium, instrument: str, item: str) -> pd.Series:
    """Price of an item by period."""
    table = eq.prices
    rows = table[(table["instrument"] == instrument) & (table["item"] == item)]
    assert len(rows) == len(eq.solution.model.periods), f"no single price of {item}"
    return rows.set_index("period")["price"]


def allowance(eq: Equilibrium) -> pd.Series:
    """Allowance price, CNY/t."""
    return price(eq, "carbon", "allowance")


def certificate(eq: Equilibrium, kind: str = "total") -> pd.Series:
    """Certificate price, CNY/MWh."""
    return price(eq, "green", f"certificate, {kind}")


def weights(eq: Equilibrium) -> pd.Series:
    """Discounted years of each period."""
    return eq.solution.model.horizon.objective


def present(eq: Equilibrium, yearly: pd.Series | float) -> float:
    """Present value of a yearly amount."""
    return float((weights(eq) * yearly).sum())


def cost(eq: Equilibrium) -> float:
    """Present value of the resource cost, CNY."""
    return present(eq, eq.system_cost)


def power_emissions(eq: Equilibrium) -> pd.Series:
    """Emissions of plants, t per year by period."""
    return eq.solution.emissions.sum()


def all_emissions(eq: Equilibrium) -> pd.Series:
    """Emissions of plants and energy users, t per year by period."""
    return power_emissions(eq) + eq.solution.user_emissions.sum()


def renewable_share(eq: Equilibrium) -> pd.Series:
    """Renewable output over consumption, by period."""
    units = eq.solution.model.annual.units
    made = eq.solution.energy[units["renewable"]].sum()
    return made / eq.solution.consumption().sum()


def mean_power_price(eq: Equilibrium) -> pd.Series:
    """Load-weighted mean price over all buses, CNY/MWh by period."""
    load = eq.solution.consumption()
    return (eq.solution.mean_power_price() * load).sum() / load.sum()


def island(load: float = 100.0, snapshots: int = 1, bus: str = "island") -> pypsa.Network:
    """One bus, one year of flat demand (MW), carriers coal, gas, wind; no plants yet."""
    n = pypsa.Network()
    n.set_snapshots(pd.date_range("2030-01-01", periods=snapshots, freq="h"))
    n.snapshot_weightings.loc[:, ["objective", "generators", "stores"]] = HOURS / snapshots
    n.add(
        "Carrier",
        ["coal", "gas", "wind", "battery"],
        co2_emissions=[0.36, 0.20, 0.0, 0.0],
        renewable=[False, False, True, False],
    )
    n.add("Bus", bus)
    n.add("Load", "demand", bus=bus, p_set=load)
    return n


def add_plant(
    n: pypsa.Network, carrier: str, marginal_cost: float, rate: float = 0.0, **more: object
) -> None:
    """Add a plant with running cost (CNY/MWh) and emission rate (t per MWh of electricity)."""
    factor = n.c.carriers.static.at[carrier, "co2_emissions"]
    fields = {"bus": "island", "carrier": carrier, "marginal_cost": marginal_cost, "p_nom": 1000.0}
    efficiency = factor / rate if rate else 1.0
    n.add("Generator", carrier, **{**fields, "efficiency": efficiency, **more})
