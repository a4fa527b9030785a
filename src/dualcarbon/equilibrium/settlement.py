"""The settlement: who pays whom, under every instrument and at its prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.solver.solution import Solution

COLUMNS = ["instrument", "period", "payer", "payee", "amount", "unit"]
UNIT = "CNY/a"


def settlement_table(solution: Solution, package: Package) -> pd.DataFrame:
    """List every payment: instrument, period, payer, payee, amount (CNY per year), unit."""
    rows = [
        (payment.instrument, period, payment.payer, payment.payee, float(amount), UNIT)
        for instrument in package.instruments.values()
        for payment in instrument.settle(solution)
        for period, amount in payment.amount.items()
        if amount > 0
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def balances(settlement: pd.DataFrame) -> pd.Series:
    """Net receipts of every party by instrument and period, CNY per year; sums to zero."""
    received = settlement.groupby(["instrument", "period", "payee"])["amount"].sum()
    paid = settlement.groupby(["instrument", "period", "payer"])["amount"].sum()
    names = ["instrument", "period", "party"]
    return received.rename_axis(names).sub(paid.rename_axis(names), fill_value=0.0)
