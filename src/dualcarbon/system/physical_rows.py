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

from dualcarbon.errors import InputError
from dualcarbon.system.days import DAY_LEVEL, slots
from dualcarbon.system.network import Horizon

COMMITMENT, COMMITTED = "commitment", "condensing"
ONLINE, START = "commitment-online-band", "commitment-start-band"
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
    """Add, for every bus and typical day, capacity on line with its bounds on output, and starts.

    ``least[y] online[b, d] <= sum_i p[i, t] <= online[b, d] <= capacity[b, d]`` for the slices
    t of day d and the committed plants i of bus b (column ``kind`` is ``condensing``), and
    ``start[b, d, d'] >= online[b, d'] - online[b, d]`` for the days d' that follow d in a year.
    Does nothing on networks whose ``meta`` asks for none.
    """
    rule = n.meta.get(COMMITMENT)
    if not rule:
        return
    plants = committed(n)
    slot = slots(n, horizon)
    period = horizon.period_of.to_numpy()
    buses = pd.Index(sorted(set(plants["bus"])), name="bus")
    days = pd.RangeIndex(slot.max() + 1, name="slot")
    online = m.add_variables(lower=0.0, coords=[buses, days], name=ONLINE)
    power = m.variables["Generator-p"]
    group = xr.DataArray(plants["bus"].to_numpy(), coords={"name": plants.index}, name="bus")
    output = (1.0 * power.sel(name=plants.index)).groupby(group).sum().reindex(bus=buses)
    on = (1.0 * online).isel(slot=xr.DataArray(slot, dims="snapshot"))
    on = on.assign_coords(power.coords["snapshot"].coords)
    share = {int(year): value for year, value in rule["minimum_load"].items()}
    least = xr.DataArray([share[int(y)] for y in period], dims="snapshot")
    least = least.assign_coords(power.coords["snapshot"].coords)
    m.add_constraints(output - on <= 0, name="commitment-most")
    m.add_constraints(output - least * on >= 0, name="commitment-least")
    capacity = _standing(n, plants, buses, slot)
    m.add_constraints(online <= capacity, name="commitment-capacity")
    changes = day_changes(n, horizon)
    if rule["start_cost"] and len(changes):
        index = pd.RangeIndex(len(changes), name="change")
        start = m.add_variables(lower=0.0, coords=[buses, index], name=START)
        before, after = (
            (1.0 * online).isel(slot=xr.DataArray(changes[c].to_numpy(), dims="change"))
            for c in ("before", "after")
        )
        rise = (after.drop_vars("slot") - before.drop_vars("slot")).assign_coords(change=index)
        m.add_constraints(start - rise >= 0, name="commitment-start")


def committed(n: pypsa.Network) -> pd.DataFrame:
    """Plants that are on line or not by the day; none on networks that ask for no commitment.

    Plants that can be built are none of them: new ones turn down below 20 %, and what a plant that
    shares a bus's capacity on line earns would not be its own.

    Raises:
        InputError: the network asks for commitment and its generators have no column ``kind``.
    """
    static = n.c.generators.static
    if COMMITMENT not in n.meta:
        return static.iloc[:0]
    if "kind" not in static:
        raise InputError(
            f"meta['{COMMITMENT}'] asks for commitment, and no generator says whether it has any",
            where="network.generators",
            allowed=f"a column 'kind', '{COMMITTED}' where a plant is on line or not by the day",
        )
    return static[(static["kind"] == COMMITTED) & ~static["p_nom_extendable"].astype(bool)]


def _available(n: pypsa.Network, names: pd.Index, slot: np.ndarray) -> pd.DataFrame:
    """Availability of plants in their lifetime, rows days: what it is in a day's first slice."""
    first = np.unique(slot, return_index=True)[1]
    share = n.get_switchable_as_dense("Generator", "p_max_pu")[names].iloc[first]
    if n.has_investment_periods:
        static = n.c.generators.static.loc[names]
        year = n.snapshots.get_level_values("period").to_numpy()[first][:, None]
        start, end = static["build_year"].to_numpy(), (static["build_year"] + static["lifetime"])
        share = share.where((start <= year) & (year < end.to_numpy()), 0.0)
    return share.reset_index(drop=True)


def _standing(
    n: pypsa.Network, plants: pd.DataFrame, buses: pd.Index, slot: np.ndarray
) -> xr.DataArray:
    """Available capacity of committed plants, MW, dims (bus, slot)."""
    mw = _available(n, plants.index, slot) * plants["p_nom"]
    by_bus = mw.T.groupby(plants["bus"]).sum().reindex(buses, fill_value=0.0)
    return xr.DataArray(by_bus.to_numpy(), coords={"bus": buses, "slot": by_bus.columns.to_numpy()})


def day_changes(n: pypsa.Network, horizon: Horizon) -> pd.DataFrame:
    """Days that follow one another in a year: slot before, slot after, times a year, period."""
    follows = np.asarray(n.meta[COMMITMENT]["follows"])
    one, other = np.nonzero(follows - np.diag(np.diag(follows)))
    blocks = [
        pd.DataFrame({"before": one + k * len(follows), "after": other + k * len(follows),
                      "times": follows[one, other], "period": period})
        for k, period in enumerate(horizon.periods)
    ]  # fmt: skip
    return pd.concat(blocks, ignore_index=True)


def commitment_cost(
    n: pypsa.Network, m: linopy.Model, horizon: Horizon
) -> linopy.LinearExpression | None:
    """Yearly cost of starting plants, CNY per year by period."""
    rule = n.meta.get(COMMITMENT)
    if not rule or START not in m.variables:
        return None
    changes = day_changes(n, horizon)
    times = {y: changes["times"] * (changes["period"] == y) for y in horizon.periods}
    cost = xr.DataArray(
        rule["start_cost"] * pd.DataFrame(times).to_numpy(),
        coords={"change": changes.index.to_numpy(), "period": horizon.periods.to_numpy()},
    )
    return (m.variables[START] * cost).sum(["bus", "change"])


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
