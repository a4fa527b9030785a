"""Limits that a network brings itself: which there are, and in what unit their prices read.

PyPSA writes its global constraints, growth limits and limits by bus as rows of the same program, so
each has a price beside those of the instruments: ``price[y] = |mu| factor[y]``. A limit on amounts
counts ``years[y]`` times what flows in a year of the period, so its yearly price is
``|mu| years[y] / weight[y]``; a limit on capacity is paid for in all periods alike,
``|mu| / sum_y weight[y]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import linopy
import numpy as np
import pandas as pd
import pypsa

from dualcarbon.errors import InputError
from dualcarbon.system.commodities import ATMOSPHERE, commodities_of
from dualcarbon.system.network import Horizon

CO2, ATMOSPHERE_LIMIT = "co2_emissions", "co2_atmosphere"
UNIT = {
    "primary_energy": "CNY/unit",
    "operational_limit": "CNY/MWh",
    ATMOSPHERE_LIMIT: "CNY/t",
    "tech_capacity_expansion_limit": "CNY/MW/a",
    "transmission_volume_expansion_limit": "CNY/MWkm/a",
    "transmission_expansion_cost_limit": "CNY/CNY",
}
AMOUNTS = ("primary_energy", "operational_limit", ATMOSPHERE_LIMIT)
GROWTH, BY_BUS = "Carrier-growth_limit", "Bus-nom_"


@dataclass(frozen=True)
class OwnLimit:
    """A limit of the network's own.

    Attributes:
        name: name of the limit; row: block of rows that holds it.
        unit: unit of its price.
        factor: price by period per unit of the dual; periods that it does not concern are absent.
        carbon: whether it limits CO2.
    """

    name: str
    row: str
    unit: str
    factor: pd.Series
    carbon: bool = False


def check_own_limits(n: pypsa.Network) -> None:
    """Check that every global constraint is one that is written.

    Raises:
        InputError: PyPSA would leave a constraint out without a word, because of its type.
    """
    limits = n.c.global_constraints.static
    for name, kind in limits["type"].items():
        if kind not in UNIT:
            raise InputError(
                f"'{name}' is of the type '{kind}', which PyPSA does not write by itself",
                where="network.global_constraints",
                allowed=[*UNIT, "or remove it"],
            )
        if kind == ATMOSPHERE_LIMIT and n.has_investment_periods:
            raise InputError(
                f"'{name}' limits what has gathered in the atmosphere, in which period is not said",
                where="network.global_constraints",
                allowed=f"primary_energy or a carbon market instead of {ATMOSPHERE_LIMIT} where "
                "there are investment periods",
            )


def define_atmosphere_limits(n: pypsa.Network, m: linopy.Model) -> None:
    """Add what PyPSA-Eur adds to PyPSA: ``sum of stores at the atmosphere, at the end <= limit``.

    Raises:
        InputError: no store holds what is emitted.
    """
    limits = n.c.global_constraints.static
    limits = limits[limits["type"] == ATMOSPHERE_LIMIT]
    if limits.empty:
        return
    static = n.c.stores.static
    gathers = static["bus"].isin(commodities_of(n).buses(ATMOSPHERE))
    stores = static.index[gathers & ~static["e_cyclic"].astype(bool)]
    if not len(stores):
        raise InputError(
            f"'{limits.index[0]}' limits the stores of the atmosphere, and there are none",
            where="network.stores",
            allowed="a store that is not cyclic at the bus of the atmosphere",
        )
    level = m.variables["Store-e"].sel(name=stores).isel(snapshot=-1).sum("name")
    for name, limit in limits.iterrows():
        m.add_constraints(level, limit["sense"], limit["constant"], name=f"GlobalConstraint-{name}")


def own_limits(n: pypsa.Network, m: linopy.Model, horizon: Horizon) -> Iterator[OwnLimit]:
    """Limits of a network in the order in which it names them."""
    for name, limit in n.c.global_constraints.static.iterrows():
        kind, carbon = limit["type"], limit["carrier_attribute"] == CO2
        unit = "CNY/t" if kind == "primary_energy" and carbon else UNIT[kind]
        periods = _periods(horizon, limit["investment_period"])
        carbon &= kind in ("primary_energy", ATMOSPHERE_LIMIT)
        row = f"GlobalConstraint-{name}"
        yield OwnLimit(str(name), row, unit, _factor(horizon, kind, periods), carbon)
    if GROWTH in m.constraints:
        yield OwnLimit("growth limit", GROWTH, "CNY/MW", pd.Series(1.0, horizon.periods))
    for row in [name for name in m.constraints if name.startswith(BY_BUS)]:
        last = row.rpartition("_")[2]
        periods = _periods(horizon, float(last) if last.isdigit() else np.nan)
        factor = _factor(horizon, "tech_capacity_expansion_limit", periods)
        yield OwnLimit(row.removeprefix("Bus-"), row, "CNY/MW/a", factor)


def _periods(horizon: Horizon, period: float) -> pd.Index:
    if np.isnan(period) or int(period) not in horizon.periods:
        return horizon.periods
    return pd.Index([int(period)], name="period")


def _factor(horizon: Horizon, kind: str, periods: pd.Index) -> pd.Series:
    weight = horizon.objective[periods]
    if kind in AMOUNTS:
        return horizon.years[periods] / weight
    if kind == "transmission_expansion_cost_limit":
        return pd.Series(1.0, index=periods)
    return pd.Series(1.0 / weight.sum(), index=periods)
