"""Abatement and conservation measures of the energy users as steps of supply curves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import Column, Table, inputs, own


@cache
def build(raw: Path) -> Table:
    """Build the steps; check rows of the raw table are left out, negative costs are flagged."""
    table = pd.read_csv(raw / "industry" / "industry_mac_steps_STARTER.csv")
    rows = []
    for _, key in inputs("abatement_keys").fillna({"route": ""}).iterrows():
        same = table["sector"] == key["raw_sector"]
        step = table[same & table["measure"].str.startswith(key["raw_start"])].iloc[0]
        rows.append(_row(key, step))
    frame = pd.concat([pd.DataFrame(rows), inputs("saving_steps").fillna({"route": ""})])
    frame["co2_t"] = (frame["unit"] == "t").astype(float)
    frame["negative_cost"] = frame["cost_low"] < 0
    columns = _columns()
    return Table("abatement_steps", frame[[c.name for c in columns]], columns)


def _columns() -> tuple[Column, ...]:
    studies = "public technology parameters and studies, see source of each row"
    note = "annual, above a reference without carbon price"
    net = "net of the energy saved"
    return (
        own("sector"),
        own("route"),
        own("measure"),
        own("name_zh", "text"),
        own("kind", note="abatement of CO2 or conservation of energy"),
        own("unit", note="t of direct CO2 avoided or MWh of electricity saved"),
        Column("potential_low", "million units/year", studies, "D", "2030", note=note),
        Column("potential", "million units/year", studies, "D", "2030", note=note),
        Column("potential_high", "million units/year", studies, "D", "2030", note=note),
        Column("cost_low", "CNY/unit", studies, "D", "CNY of 2024", note=net),
        Column("cost", "CNY/unit", studies, "D", "CNY of 2024", note=net),
        Column("cost_high", "CNY/unit", studies, "D", "CNY of 2024", note=net),
        Column("co2_t", "t/unit", "by definition", "A", note="direct CO2 avoided"),
        Column("electricity_mwh", "MWh/unit", "order of magnitude", "D", note="saved +, used -"),
        Column("fuel_tce", "tce/unit", "CO2 over 2.66 t/tce, process share out", "D",
               note="saved +, used -"),
        Column("available_from", "year", "own judgement", "D"),
        own("negative_cost", "bool", "the low cost is below zero: needs an adoption hurdle"),
        own("source", "text"),
        own("grade"),
    )  # fmt: skip


def _row(key: pd.Series, step: pd.Series) -> dict[str, object]:
    """One step in its own unit: a raw t of bought electricity's CO2 is ``mwh_per_t`` MWh."""
    per_t = float(key["mwh_per_t"]) if key["unit"] == "MWh" else 1.0
    potential = [step[f"potential_{c}_Mt"] * per_t for c in ("low", "central", "high")]
    cost = [step[c] / per_t for c in ("cost_low_CNY_t", "cost_central", "cost_high")]
    names = ["potential_low", "potential", "potential_high", "cost_low", "cost", "cost_high"]
    kept = ["sector", "route", "measure", "name_zh", "kind", "unit", "electricity_mwh", "fuel_tce",
            "available_from", "source", "grade"]  # fmt: skip
    return {
        **{c: key[c] for c in kept},
        **{n: round(float(v), 3) for n, v in zip(names, [*potential, *cost], strict=True)},
    }
