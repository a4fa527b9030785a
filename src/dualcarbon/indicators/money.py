"""Prices, payments, tokens, double claims and overlaps of an equilibrium, in people's units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.equilibrium import audit
from dualcarbon.equilibrium.audit import saving_table, token_table
from dualcarbon.equilibrium.check import measured

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

TWH = 1e-6
MT, BN_CNY = 1e-6, 1e-9


def prices(equilibrium: Equilibrium) -> pd.DataFrame:
    """Prices of all instruments, and of electricity under any: year, instrument, item, region."""
    table = equilibrium.prices.rename(columns={"period": "year"})
    if not (table["instrument"] == "electricity").any():
        mean = equilibrium.solution.mean_power_price().rename_axis(index="region", columns="year")
        power = mean.stack().rename("price").reset_index()
        power = power.assign(instrument="electricity", item="electricity", unit="CNY/MWh")
        table = pd.concat([table, power], ignore_index=True)
    return table[["year", "instrument", "item", "region", "price", "unit"]]


def settlement(equilibrium: Equilibrium) -> pd.DataFrame:
    """Who pays whom: year, instrument, payer, payee, bn_cny, and what payer and payee are."""
    table = equilibrium.settlement.rename(columns={
        "period": "year", "payer_bus": "payer_province", "payee_bus": "payee_province"
    })  # fmt: skip
    return table.assign(bn_cny=table["amount"] * BN_CNY)


def tokens(equilibrium: Equilibrium) -> pd.DataFrame:
    """Where certificates of renewable output go: year, group, use, twh."""
    table = token_table(equilibrium.solution).rename(columns={"period": "year"})
    table["twh"] = table["mwh"] * TWH
    return table[["year", "group", "use", "twh"]]


def double_claims(equilibrium: Equilibrium) -> pd.DataFrame:
    """What two instruments counted: year, first, second, group, twh, mtce, mt, worth_bn_cny."""
    table = equilibrium.double_claims.rename(columns={"period": "year"})
    table["twh"], table["mt"] = table["mwh"] * TWH, table["t_co2"] * MT
    table["mtce"], table["worth_bn_cny"] = table["tce"] * MT, table["worth"] * BN_CNY
    return table[["year", "first", "second", "group", "twh", "mtce", "mt", "worth_bn_cny"]]


def checks(equilibrium: Equilibrium) -> pd.DataFrame:
    """Every invariant with what was measured: invariant, violation, holds."""
    return measured(equilibrium.solution, equilibrium.settlement)


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
