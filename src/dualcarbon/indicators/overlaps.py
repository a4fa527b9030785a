"""The overlap audit of a solved equilibrium in people's units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.equilibrium import audit
from dualcarbon.equilibrium.audit.double_claims import saving_table

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

MT, BN_CNY = 1e-6, 1e-9


def regulated(equilibrium: Equilibrium) -> pd.DataFrame:
    """Every user and plant: year, kind, sector, province, instruments, mt, mtce, cny_per_t."""
    table = equilibrium.regulated
    keys = ["period", "kind", "sector", "bus", "instruments"]
    table = table.assign(paid=table["marginal"] * table["t_co2"])
    summed = table.groupby(keys, sort=False)[["t_co2", "tce", "paid"]].sum().reset_index()
    summed["cny_per_t"] = (summed["paid"] / summed["t_co2"].where(summed["t_co2"] > 0)).fillna(0.0)
    summed["mt"], summed["mtce"] = summed["t_co2"] * MT, summed["tce"] * MT
    return summed.rename(columns={"period": "year", "bus": "province"})


def overlap_pairs(equilibrium: Equilibrium) -> pd.DataFrame:
    """What two instruments regulate at once: year, first, second, mt, mtce, worth_bn_cny."""
    table = audit.pair_table(equilibrium.solution, equilibrium.package)
    table["mt"], table["mtce"] = table["t_co2"] * MT, table["tce"] * MT
    table["worth_bn_cny"] = table["worth"] * BN_CNY
    return table.rename(columns={"period": "year"})


def marginal_spread(equilibrium: Equilibrium) -> pd.DataFrame:
    """Spread of marginal costs over all who emit: year, mean, deviation, lowest, highest, mt."""
    table = audit.spread_table(equilibrium.regulated)
    return table.assign(mt=table["t_co2"] * MT).rename(columns={"period": "year"})


def burden(equilibrium: Equilibrium) -> pd.DataFrame:
    """What users and plants pay, net: year, kind, sector, province, instrument, bn_cny."""
    table = audit.burden_table(equilibrium.settlement, equilibrium.package)
    table["bn_cny"] = table["amount"].astype(float) * BN_CNY
    return table.rename(columns={"period": "year", "bus": "province"})


def savings(equilibrium: Equilibrium) -> pd.DataFrame:
    """Where saved energy counts: year, use, mtce."""
    table = saving_table(equilibrium.solution)
    summed = table.groupby(["period", "use"], sort=False)["tce"].sum().reset_index()
    return summed.assign(mtce=summed["tce"] * MT).rename(columns={"period": "year"})
