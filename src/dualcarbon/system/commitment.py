"""Commitment of coal plants, linear: what is on line in a day, its least output and its cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import linopy
import numpy as np
import pandas as pd
import pypsa
import xarray as xr

from dualcarbon.system.typical_days import DAY_LEVEL

if TYPE_CHECKING:
    from dualcarbon.system.network import Horizon

META = "commitment"
VARIABLE = "commitment-online-band"


def define_commitment(n: pypsa.Network, m: linopy.Model, horizon: Horizon) -> None:
    """Add, for every bus and typical day, capacity on line with its bounds on output.

    ``minimum_load online[b, d] <= sum_i p[i, t] <= online[b, d]`` for the slices t of day d and
    the committed plants i of bus b. Does nothing on networks whose ``meta`` asks for none.
    """
    rule = n.meta.get(META)
    if not rule:
        return
    static = n.c.generators.static
    plants = static[static["carrier"].isin(rule["carriers"])]
    slot = slots(n, horizon)
    buses = pd.Index(sorted(set(plants["bus"])), name="bus")
    online = m.add_variables(
        lower=0.0, coords=[buses, pd.RangeIndex(slot.max() + 1, name="slot")], name=VARIABLE
    )
    power = m.variables["Generator-p"]
    group = xr.DataArray(plants["bus"].to_numpy(), coords={"name": plants.index}, name="bus")
    output = (1.0 * power.sel(name=plants.index)).groupby(group).sum().reindex(bus=buses)
    on = (1.0 * online).isel(slot=xr.DataArray(slot, dims="snapshot"))
    on = on.assign_coords(power.coords["snapshot"].coords)
    m.add_constraints(output - on <= 0, name="commitment-most")
    m.add_constraints(output - rule["minimum_load"] * on >= 0, name="commitment-least")


def slots(n: pypsa.Network, horizon: Horizon) -> np.ndarray:
    """Number of the typical day of each snapshot, counted over all periods."""
    day = np.asarray(n.meta[DAY_LEVEL])
    pair = pd.MultiIndex.from_arrays([horizon.period_of.to_numpy(), day])
    return pd.factorize(pair)[0]


def commitment_cost(
    n: pypsa.Network, m: linopy.Model, horizon: Horizon
) -> linopy.LinearExpression | None:
    """Yearly cost of keeping plants on line, CNY per year by period."""
    rule = n.meta.get(META)
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
    return (m.variables[VARIABLE] * cost).sum(["bus", "slot"])
