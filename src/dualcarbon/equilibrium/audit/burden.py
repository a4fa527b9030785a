"""Regulatory burden: what users and plants pay, net, under each instrument."""

from __future__ import annotations

import pandas as pd

from dualcarbon.equilibrium.settlement import balances

POLICY = ("carbon", "tax", "green", "white", "energy_use", "merged_efficiency",
          "green_power_for_allowances", "integrated_attributes", "conversion")  # fmt: skip
COLUMNS = ["party", "kind", "sector", "bus", "instrument", "period", "amount"]


def burden_table(settlement: pd.DataFrame) -> pd.DataFrame:
    """What each party pays less what it receives, CNY per year, by policy instrument and period.

    Columns: party, kind (``user``, ``plant`` or ``consumer``), sector (or carrier), bus,
    instrument, period, amount (negative for who earns). Sums to zero with the parties that are
    neither: the state, funds and projects outside the model.
    """
    net = balances(settlement[settlement["instrument"].isin(POLICY)])
    table = (-net).rename("amount").reset_index()
    about = pd.DataFrame([_about(party) for party in table["party"]], index=table.index,
                         columns=["kind", "sector", "bus"])  # fmt: skip
    table = table.join(about)
    return table[table["kind"] != ""][COLUMNS].reset_index(drop=True)


def _about(party: str) -> tuple[str, str, str]:
    name, _, bus = party.rpartition(", ")
    if name.endswith(" users"):
        return "user", name.removesuffix(" users"), bus
    if name.endswith(" plants"):
        return "plant", name.removesuffix(" plants"), bus
    if name == "consumers":
        return "consumer", "electricity consumers", bus
    return "", "", ""
