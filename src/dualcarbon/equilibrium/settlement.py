"""The settlement: who pays whom, under every instrument and at its prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.system.parties import party

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.solver.solution import Solution

ABOUT = ("kind", "what", "bus")
COLUMNS = ["instrument", "period", "payer", "payee", "amount", "unit",
           *(f"{end}_{part}" for end in ("payer", "payee") for part in ABOUT)]  # fmt: skip
UNIT = "CNY/a"


def settlement_table(solution: Solution, package: Package) -> pd.DataFrame:
    """List every payment: instrument, period, payer, payee, amount (CNY per year), unit.

    Payer and payee are names for people; ``payer_kind``, ``payer_what`` and ``payer_bus``, and
    the same of the payee, say what they are: see :class:`~dualcarbon.system.parties.Party`.
    """
    rows = []
    for instrument in package.standing.values():
        for payment in instrument.settle(solution):
            a, b = party(payment.payer), party(payment.payee)
            about = (a.kind, a.what, a.bus, b.kind, b.what, b.bus)
            rows += [
                (payment.instrument, period, a.name, b.name, float(amount), UNIT, *about)
                for period, amount in payment.amount.items()
                if amount > 0
            ]
    return pd.DataFrame(rows, columns=COLUMNS)


def net_receipts(settlement: pd.DataFrame) -> pd.DataFrame:
    """What each party receives less what it pays, CNY per year; sums to zero.

    Columns: instrument, period, party, kind, what, bus, amount.
    """
    keys = ["instrument", "period", "party", *ABOUT]
    received, paid = (
        settlement.groupby(["instrument", "period", end, *(f"{end}_{part}" for part in ABOUT)])[
            "amount"
        ]
        .sum()
        .rename_axis(keys)
        for end in ("payee", "payer")
    )
    return received.sub(paid, fill_value=0.0).rename("amount").reset_index()


def balances(settlement: pd.DataFrame) -> pd.Series:
    """Net receipts of every party by instrument and period, CNY per year; sums to zero."""
    keys = ["instrument", "period", "party"]
    return net_receipts(settlement).groupby(keys)["amount"].sum()
