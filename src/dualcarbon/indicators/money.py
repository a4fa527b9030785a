"""Prices, payments, tokens and double claims of a solved equilibrium, in people's units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.equilibrium.audit.double_claims import token_table
from dualcarbon.equilibrium.check import measured

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

BN_CNY, TWH, MT = 1e-9, 1e-6, 1e-6


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
