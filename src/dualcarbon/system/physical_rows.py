"""Rows of the physical system that PyPSA does not write.

Each is asked for by an entry of the network's ``meta`` and absent without it: typical days that end
as they began, coal plants on line by the day, and a pace of building whose tiers rise in cost.
"""

from __future__ import annotations

from itertools import pairwise

import linopy
import numpy as np
import pandas as pd
import pypsa
import xarray as xr

from dualcarbon.system.days import DAY_LEVEL, slots
from dualcarbon.system.network import Horizon

COMMITMENT, ONLINE = "commitment", "commitment-online-band"
PACE, BUILT = "build_pace", "pace-built-band"


def close_typical_days(n: pypsa.Network, m: linopy.Model) -> None:
    """Let every typical day begin and end at the same state of charge.

    PyPSA chains all snapshots of a period; without these rows energy could move between days
    that stand for different numbers of days. ``soc[last slice of d] = soc[last slice of d-1]``.
    Does nothing on networks whose ``snapshot_weightings`` name no typical days.
    """
    days = n.meta.get(DAY_LEVEL)
    if not days or "StorageUnit-state_of_charge" not in m.variables:
        return
    soc = m.variables["StorageUnit-state_of_charge"]
    for period, first, last in _day_ends(n, pd.Series(days)):
        a, b = soc.isel(snapshot=first), soc.isel(snapshot=last)
        both = (1 * a).drop_vars("snapshot") - (1 * b).drop_vars("snapshot")
        m.add_constraints(both == 0, name=f"StorageUnit-typical_day-{period}-{last}")


def _day_ends(n: pypsa.Network, day: pd.Series) -> list[tuple[int, int, int]]:
    """Positions of the last slices of consecutive typical days, by period."""
    if n.has_investment_periods:
        period_of = n.snapshots.get_level_values("period").to_numpy()
    else:
        period_of = np.zeros(len(n.snapshots), dtype=int)
    pairs = []
    for period in dict.fromkeys(period_of):
        at = np.flatnonzero(period_of == period)
        day_of = day.to_numpy()
        ends = [at[i] for i in range(len(at)) if i + 1 == len(at) or day_of[i] != day_of[i + 1]]
        pairs += [(int(period), int(a), int(b)) for a, b in pairwise(ends)]
    return pairs


def define_commitment(n: pypsa.Network, m: linopy.Model, horizon: Horizon) -> None:
    """Add, for every bus and typical day, capacity on line with its bounds on output.

    ``minimum_load online[b, d] <= sum_i p[i, t] <= online[b, d]`` for the slices t of day d and
    the committed plants i of bus b. Does nothing on networks whose ``meta`` asks for none.
    """
    rule = n.meta.get(COMMITMENT)
    if not rule:
        return
    static = n.c.generators.static
    plants = static[static["carrier"].isin(rule["carriers"])]
    slot = slots(n, horizon)
    buses = pd.Index(sorted(set(plants["bus"])), name="bus")
    online = m.add_variables(
        lower=0.0, coords=[buses, pd.RangeIndex(slot.max() + 1, name="slot")], name=ONLINE
    )
    power = m.variables["Generator-p"]
    group = xr.DataArray(plants["bus"].to_numpy(), coords={"name": plants.index}, name="bus")
    output = (1.0 * power.sel(name=plants.index)).groupby(group).sum().reindex(bus=buses)
    on = (1.0 * online).isel(slot=xr.DataArray(slot, dims="snapshot"))
    on = on.assign_coords(power.coords["snapshot"].coords)
    m.add_constraints(output - on <= 0, name="commitment-most")
    m.add_constraints(output - rule["minimum_load"] * on >= 0, name="commitment-least")


def commitment_cost(
    n: pypsa.Network, m: linopy.Model, horizon: Horizon
) -> linopy.LinearExpression | None:
    """Yearly cost of keeping plants on line, CNY per year by period."""
    rule = n.meta.get(COMMITMENT)
    if not rule or not rule["start_cost"]:
        return None
    slot = slots(n, horizon)
    hours = pd.Series(horizon.hours.to_numpy()).groupby(slot).sum()
    period = pd.Series(horizon.period_of.to_numpy()).groupby(slot).first()
    days = pd.DataFrame({y: hours / 24.0 * (period == y) for y in horizon.periods})
    cost = xr.DataArray(
        rule["start_cost"] * days.to_numpy(),
        coords={"slot": days.index.to_numpy(), "period": horizon.periods.to_numpy()},
    )
    return (m.variables[ONLINE] * cost).sum(["bus", "slot"])


def define_build_pace(n: pypsa.Network, m: linopy.Model) -> None:
    """Add ``sum_p p_nom[p] = sum_tier built[tier]`` for each carrier and vintage.

    Does nothing on networks whose ``meta`` holds no table of tiers.
    """
    table = pace_of(n)
    if table.empty:
        return
    tiers = table.index
    upper = xr.DataArray(table["limit"].to_numpy(), coords={"tier": tiers})
    built = m.add_variables(lower=0.0, upper=upper, name=BUILT)
    for component in ("Generator", "StorageUnit"):
        static = n.c[component].static.query("p_nom_extendable")
        for (carrier, year), rows in static.groupby(["carrier", "build_year"]):
            members = tiers[(table["carrier"] == carrier) & (table["build_year"] == year)]
            if len(members):
                total = m.variables[f"{component}-p_nom"].sel(name=rows.index).sum("name")
                m.add_constraints(
                    total - built.sel(tier=members).sum("tier") == 0,
                    name=f"pace-{component}-{carrier}-{year}",
                )


def pace_of(n: pypsa.Network) -> pd.DataFrame:
    """Tiers of a network, indexed by name."""
    records = n.meta.get(PACE, [])
    if not records:
        return pd.DataFrame()
    table = pd.DataFrame(records)
    words = (table[column].astype(str) for column in ("carrier", "build_year", "tier"))
    return table.set_index(pd.Index([" ".join(w) for w in zip(*words, strict=True)], name="tier"))


def pace_cost(
    n: pypsa.Network, m: linopy.Model, horizon: Horizon
) -> linopy.LinearExpression | None:
    """Yearly surcharges of what is built faster than ever before, CNY per year by period."""
    table = pace_of(n)
    if table.empty:
        return None
    alive = pd.DataFrame(
        {
            y: (table["build_year"] <= y) & (y < table["build_year"] + table["lifetime"])
            for y in horizon.periods
        }
    )
    cost = xr.DataArray(
        alive.mul(table["cost"], axis=0).to_numpy(float),
        coords={"tier": table.index, "period": horizon.periods.to_numpy()},
    )
    return (m.variables[BUILT] * cost).sum("tier")
