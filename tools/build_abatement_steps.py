"""Abatement measures of the industrial sectors as steps of a supply curve."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import Column, Table, inputs, own

BASIS = {"[S]": "C", "[D]": "C", "[M]": "D"}


@cache
def build(raw: Path) -> Table:
    """Build the steps; check rows of the raw table are left out, negative costs are flagged."""
    table = pd.read_csv(raw / "industry" / "industry_mac_steps_STARTER.csv")
    rows = []
    for _, key in inputs("abatement_keys").iterrows():
        same = table["sector"] == key["raw_sector"]
        step = table[same & table["measure"].str.startswith(key["raw_start"])].iloc[0]
        rows.append(_row(key, step))
    note = "annual, above a reference without carbon price"
    usd = "public technology parameters and studies, see source of each row"
    columns = (
        own("sector"),
        own("measure"),
        own("name_zh", "text"),
        Column("potential_mt_low", "Mt/year", usd, "D", "2030", note=note),
        Column("potential_mt", "Mt/year", usd, "D", "2030", note=note),
        Column("potential_mt_high", "Mt/year", usd, "D", "2030", note=note),
        Column("cost_cny_per_t_low", "CNY/t", usd, "D", "CNY of 2024"),
        Column("cost_cny_per_t", "CNY/t", usd, "D", "CNY of 2024"),
        Column("cost_cny_per_t_high", "CNY/t", usd, "D", "CNY of 2024"),
        Column("electricity_mwh_per_t", "MWh/t", "order of magnitude", "D", note="saved +, used -"),
        Column("available_from", "year", "own judgement", "D"),
        own("negative_cost", "bool", "the low cost is below zero: needs an adoption hurdle"),
        own("scope2", "bool", "saves grid emissions only: not a direct reduction"),
        own("source", "text"),
        own("grade"),
    )
    frame = pd.DataFrame(rows)[[c.name for c in columns]]
    return Table("abatement_steps", frame, columns)


def _row(key: pd.Series, step: pd.Series) -> dict[str, object]:
    basis = str(step["basis"])
    grade = next((g for mark, g in BASIS.items() if mark in basis), "D")
    for mark in BASIS:
        basis = basis.replace(f"{mark} ", "").replace(f" {mark}", "")
    return {
        "sector": key["sector"],
        "measure": key["measure"],
        "name_zh": key["name_zh"],
        "potential_mt_low": step["potential_low_Mt"],
        "potential_mt": step["potential_central_Mt"],
        "potential_mt_high": step["potential_high_Mt"],
        "cost_cny_per_t_low": step["cost_low_CNY_t"],
        "cost_cny_per_t": step["cost_central"],
        "cost_cny_per_t_high": step["cost_high"],
        "electricity_mwh_per_t": key["electricity_mwh_per_t"],
        "available_from": key["available_from"],
        "negative_cost": bool(step["cost_low_CNY_t"] < 0),
        "scope2": bool(key["scope2"]),
        "source": basis.strip() or "order of magnitude",
        "grade": grade,
    }
