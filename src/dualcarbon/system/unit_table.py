"""The units of a network: what emits, and what makes renewable electricity."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa

from dualcarbon.errors import InputError
from dualcarbon.system.commodities import ATMOSPHERE, ELECTRICITY, Commodities
from dualcarbon.system.flexibility import DEMAND_SIDE
from dualcarbon.system.network import Horizon
from dualcarbon.system.network_checks import emission_factor
from dualcarbon.system.ports import bounds_of

UNIT_COLUMNS = ["component", "bus", "carrier", "ets_class", "rate", "renewable", "vintage",
                "electric", "output", "measured"]  # fmt: skip


def unit_table(n: pypsa.Network, horizon: Horizon, commodities: Commodities) -> pd.DataFrame:
    """List what emits, and what makes renewable electricity, with its attributes.

    Generators, renewable storage with inflow, links, and loads by which carbon enters the
    atmosphere. Load that is interrupted against payment, or that is a generator of negative
    output, is no generation.
    """
    parts = [
        _generators(n, horizon, commodities),
        _renewable_inflow(n, horizon, commodities),
        _links(n, horizon, commodities),
        _loads(n, horizon, commodities),
    ]
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(columns=[*UNIT_COLUMNS, "name"], index=pd.Index([], name="unit"))
    units = pd.concat(filled)
    clash = units.index.duplicated(keep=False) & (units["component"] != "Generator")
    units.index = pd.Index(
        np.where(clash, units["component"] + ":" + units["name"], units["name"]), name="unit"
    )
    return units


def _generators(n: pypsa.Network, horizon: Horizon, commodities: Commodities) -> pd.DataFrame:
    static = n.c.generators.static
    static = static[~static["carrier"].isin(DEMAND_SIDE) & ~_pure_demand(n)]
    left = static["bus"].isin(commodities.buses(ATMOSPHERE)).astype(float)
    rate = emission_factor(n, "generators")[static.index] / static["efficiency"] + left
    fuel = {str(port.bus[link]) for link in commodities.makers for port in commodities.ports
            if link in port.bus.index}  # fmt: skip
    fuel -= set(commodities.buses(ELECTRICITY))
    return _units(n, "Generator", static, horizon, commodities, rate=rate,
                  measured=~static["bus"].isin(fuel))  # fmt: skip


def _renewable_inflow(n: pypsa.Network, horizon: Horizon, commodities: Commodities) -> pd.DataFrame:
    static = n.c.storage_units.static
    table = _units(n, "StorageUnit", static, horizon, commodities, rate=0.0, measured=True)
    return table[table["renewable"]]


def _links(n: pypsa.Network, horizon: Horizon, commodities: Commodities) -> pd.DataFrame:
    """Links that emit or take carbon out of the atmosphere, and those of renewable electricity.

    Their energy is the electricity that they make, or else what they deliver to ``bus1``, or
    else what they draw from ``bus0``.
    """
    static = n.c.links.static
    if static.empty:
        return pd.DataFrame()
    bus1 = static["bus1"]
    atmosphere = bus1.isin(commodities.buses(ATMOSPHERE))
    makes = static.index.isin(commodities.makers)
    made = commodities.received(ELECTRICITY).reindex(static.index).where(makes)
    first = commodities.ports[1].constant.reindex(static.index)
    delivered = first.where(~atmosphere & (first > 0) & ~makes)
    output = made.fillna(delivered).fillna(1.0)
    left = commodities.received(ATMOSPHERE).reindex(static.index).fillna(0.0)
    carbon = emission_factor(n, "links") + left
    bus = bus1.where(~atmosphere, static["bus0"])
    for port in commodities.ports[:0:-1]:
        at = port.bus.index[port.bus.isin(commodities.buses(ELECTRICITY))]
        bus.loc[at.intersection(static.index[makes])] = port.bus[
            at.intersection(static.index[makes])
        ]
    table = _units(n, "Link", static.assign(bus=bus), horizon, commodities, rate=carbon / output,
                   measured=made.notna() | delivered.notna())  # fmt: skip
    table["output"] = output
    table["renewable"] &= makes
    table["electric"] = makes & made.notna()
    varying = table.index[table["renewable"] & made.isna()]
    if len(varying):
        raise InputError(
            f"'{varying[0]}' makes renewable electricity with an efficiency that varies over time",
            where="network.links",
            allowed="a constant efficiency of what earns certificates",
        )
    return table[(carbon != 0) | table["renewable"]]


def _loads(n: pypsa.Network, horizon: Horizon, commodities: Commodities) -> pd.DataFrame:
    """Emissions that are given: negative loads at the atmosphere, t."""
    static = n.c.loads.static
    static = static[static["bus"].isin(commodities.buses(ATMOSPHERE))]
    table = _units(n, "Load", static, horizon, commodities, rate=1.0, measured=False)
    return table.assign(renewable=False)


def _pure_demand(n: pypsa.Network) -> pd.Series:
    """Whether each generator can only take power."""
    bounds = bounds_of(n, "Generator")
    return (bounds["low"] < 0) & (bounds["high"] <= 0)


def _units(
    n: pypsa.Network,
    component: str,
    static: pd.DataFrame,
    horizon: Horizon,
    commodities: Commodities,
    *,
    rate: pd.Series | float,
    measured: pd.Series | bool,
) -> pd.DataFrame:
    carrier = static["carrier"]
    renewable = carrier.map(n.c.carriers.static["renewable"]).fillna(False).astype(bool)
    electric = static["bus"].isin(commodities.buses(ELECTRICITY))
    new = pd.Series(False, index=static.index)
    if "p_nom_extendable" in static:
        new = static["p_nom_extendable"] & (static["build_year"] >= horizon.periods[0])
    table = pd.DataFrame(
        {
            "component": component,
            "bus": static["bus"],
            "carrier": carrier,
            "ets_class": static.get("ets_class", ""),
            "rate": rate,
            "renewable": renewable & electric,
            "vintage": np.where(new, "new", "existing"),
            "electric": electric,
            "output": 1.0,
            "measured": measured,
            "name": static.index,
        },
        index=static.index,
    )
    table["ets_class"] = table["ets_class"].fillna("")
    return table
