"""The pace of building: what is built of a carrier in a vintage passes through tiers of cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import linopy
import pandas as pd
import pypsa
import xarray as xr

if TYPE_CHECKING:
    from dualcarbon.system.network import Horizon

META = "build_pace"
VARIABLE = "pace-built-band"


def define_build_pace(n: pypsa.Network, m: linopy.Model) -> None:
    """Add ``sum_p p_nom[p] = sum_tier built[tier]`` for each carrier and vintage.

    Does nothing on networks whose ``meta`` holds no table of tiers.
    """
    table = pace_of(n)
    if table.empty:
        return
    tiers = table.index
    upper = xr.DataArray(table["limit"].to_numpy(), coords={"tier": tiers})
    built = m.add_variables(lower=0.0, upper=upper, name=VARIABLE)
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
    records = n.meta.get(META, [])
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
    return (m.variables[VARIABLE] * cost).sum("tier")
