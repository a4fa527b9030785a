"""Regulatory burden: what users and plants pay, net, under each instrument."""

from __future__ import annotations

import pandas as pd

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.settlement import net_receipts

REGULATED = ("user", "plant", "consumer")
COLUMNS = ["party", "kind", "sector", "bus", "instrument", "period", "amount"]


def burden_table(settlement: pd.DataFrame, package: Package) -> pd.DataFrame:
    """What each party pays less what it receives, CNY per year, by policy instrument and period.

    Columns: party, kind (``user``, ``plant`` or ``consumer``), sector (or carrier), bus,
    instrument, period, amount (negative for who earns). Sums to zero with the parties that are
    neither: the state, funds and projects outside the model.
    """
    policies = [key for key, instrument in package.instruments.items() if instrument.policy]
    net = net_receipts(settlement[settlement["instrument"].isin(policies)])
    table = net[net["kind"].isin(REGULATED)].rename(columns={"what": "sector"})
    return table.assign(amount=-table["amount"])[COLUMNS].reset_index(drop=True)
