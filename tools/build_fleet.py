"""Existing plants by province and carrier at the ends of 2024 and 2025; coal plants by class."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools import fleet
from tools.coal import SIZES, SMALLEST, UPTO_300, constant, plants
from tools.common import CC_BY, CEC, GEM, NEA, Column, Table, inputs, own, province_names

SOURCE = {
    "wind": "NEA/CEC by province to November 2024, ends of year; additions of 2025 estimated",
    "sun": "NEA, photovoltaics by province, utility and distributed",
    "coal": "NEA/CEC thermal by province; coal classes and units started in 2025 after GEM",
    "thermal": "NEA/CEC thermal by province; split by GEM and national totals",
    "water": "NEA/CEC hydropower by province; pumped storage counted by plant",
    "nuclear": "NEA/CEC by province",
    "battery": "NEA: five largest provinces and national total; rest estimated",
}
KIND = {"onwind": "wind", "offwind": "wind", "solar": "sun", "solar_dist": "sun"}
KIND |= {"hydro": "water", "phs": "water", "nuclear": "nuclear", "battery": "battery"}
GRADE = {"wind": "C", "sun": "A", "coal": "C", "thermal": "C", "water": "C", "nuclear": "B"}


@cache
def build(raw: Path) -> Table:
    """Build capacity by province and carrier, national sums equal to the official figures."""
    now, past = fleet.end_2024(raw) * 1000, fleet.growth(raw)
    mean, then = now * (1 + past) / 2, fleet.end_2025(raw) * 1000
    storage = fleet.battery()["energy"] * 1000
    reported = set(inputs("battery").query("grade == 'B'")["province"])
    rows = []
    for province in province_names():
        for carrier in now.columns:
            if then.at[province, carrier] < 0.5:
                continue
            kind = KIND.get(carrier, "coal" if carrier.startswith("coal") else "thermal")
            grade = GRADE.get(kind, "B" if province in reported else "D")
            energy = storage[province] if carrier == "battery" else 0.0
            cell = (province, carrier)
            values = (now.at[cell], mean.at[cell], then.at[cell], energy)
            rows.append((province, carrier, *(round(v, 1) for v in values), SOURCE[kind], grade))
    columns = _columns()
    return Table("fleet", pd.DataFrame(rows, columns=[c.name for c in columns]), columns)


def _columns() -> tuple[Column, ...]:
    source = f"{NEA}; {CEC}; {GEM}"
    note = "national sums per kind of plant are official; see source and grade of each row"
    return (
        own("province"),
        own("carrier"),
        Column("p_nom_mw", "MW", source, "C", "end of 2024", CC_BY, note),
        Column(
            "p_nom_mid2024_mw", "MW", source, "C", "2024", CC_BY, "mean of end-2023 and end-2024"
        ),
        Column("p_nom_end2025_mw", "MW", source, "C", "end of 2025", CC_BY, note),
        Column("energy_mwh", "MWh", NEA, "D", "end of 2024", note="storage content of batteries"),
        own("source", "text"),
        own("grade"),
    )


@cache
def coal(raw: Path) -> Table:
    """Build coal plants by province, class and cogeneration; captive plants stand apart.

    GEM's capacity of a cell is scaled so that the cells of a province and carrier add up to the
    official figures of the fleet table at both ends of 2025. Plants that GEM lists as owned by a
    factory follow it and not the market. Cells under 20 MW join the largest of their carrier.
    """
    fitted = build(raw).frame.set_index(["province", "carrier"])
    cells = plants(raw).assign(captive=False)
    own_use = cells.assign(captive=True)
    for size in ("operating_2024_07_mw",):
        cells[size] = (cells[size] - cells["captive_mw"]).clip(lower=0.0)
        own_use[size] = own_use["captive_mw"]
    own_use[["construction_start_to_2025_mw", "construction_later_mw", "permitted_mw"]] = 0.0
    own_use["class"], own_use["chp"] = "captive", False
    keys = ["province", "carrier", "class", "chp", "captive"]
    table = pd.concat([_one_plant(own_use, keys), _one_plant(cells, keys)], ignore_index=True)
    table = _without_crumbs(table, keys)
    group = [table["province"], table["carrier"]]
    at = pd.MultiIndex.from_arrays(group)
    known = fitted.reindex(at).fillna(0.0).reset_index(drop=True)
    now = _spread(table["operating_2024_07_mw"], group)
    new = _spread(table["construction_start_to_2025_mw"], group)
    table["p_nom_mid2024_mw"] = (now * known["p_nom_mid2024_mw"]).round(1)
    table["p_nom_mw"] = (now * known["p_nom_mw"]).round(1)
    added = known["p_nom_end2025_mw"] - known["p_nom_mw"]
    table["p_nom_end2025_mw"] = (now * known["p_nom_mw"] + new * added).round(1)
    table["pipeline_mw"] = table["construction_later_mw"].round(1)
    table["permitted_mw"] = table["permitted_mw"].round(1)
    table["efficiency"] = table["efficiency"].round(4)
    table["net_gce_per_kwh"] = table["net"].round(1)
    of_carrier = inputs("carriers").set_index("carrier")["ets_class"]
    small = table["class"].isin(UPTO_300)
    table["ets_class"] = table["carrier"].map(of_carrier).where(~small, "coal_upto_300")
    columns = (
        own("province"),
        own("carrier"),
        own("class", "key", "technology, size and age of the units; captive: owned by a factory"),
        own("chp", "bool", "heat and power"),
        own("captive", "bool", "follows its factory"),
        Column("ets_class", "key", "MEE, classes of the national market: 300 MW and below is under "
               "400 MW", "C", "2024", note="by the class of units; captive: by carrier"),
        Column("p_nom_mid2024_mw", "MW", f"{NEA}; {GEM}", "C", "2024", CC_BY, "mean of the ends"),
        Column("p_nom_mw", "MW", f"{NEA}; {GEM}", "C", "end of 2024", CC_BY),
        Column("p_nom_end2025_mw", "MW", f"{NEA}; {GEM}", "C", "end of 2025", CC_BY),
        Column("pipeline_mw", "MW", GEM, "B", "2026-2028", CC_BY, "under construction, July 2024"),
        Column("permitted_mw", "MW", GEM, "B", "2024", CC_BY, "permitted, not begun"),
        Column("net_gce_per_kwh", "gce/kWh", f"{GEM}; {CEC}", "C", "2024", CC_BY,
               "GEM's rate by unit, spread and level as in tools/coal.py"),
        Column("efficiency", "MWh/MWh_th", f"{GEM}; {CEC}", "C", "2024", CC_BY,
               "of gross generation"),
    )  # fmt: skip
    frame = table[[c.name for c in columns]].sort_values(keys[:4], ignore_index=True)
    return Table("coal_fleet", frame, columns)


def _spread(size: pd.Series, group: list[pd.Series]) -> pd.Series:
    """Share of each cell in its province and carrier; nothing where there is none."""
    total = size.groupby(group).transform("sum")
    return (size / total.where(total > 0)).fillna(0.0)


def _one_plant(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row per key; sizes add up, rates are means weighted by what stands."""
    sizes = [c for c in SIZES if c in table]
    weight = table["operating_2024_07_mw"] + 1e-6 * table[sizes].sum(axis=1) + 1e-9
    rates = table[["net", "gross"]].mul(weight, axis=0)
    grouped = pd.concat([table[[*keys, *sizes]], rates, weight.rename("weight")], axis=1)
    grouped = grouped.groupby(keys, as_index=False, sort=False).sum()
    grouped[["net", "gross"]] = grouped[["net", "gross"]].div(grouped.pop("weight"), axis=0)
    grouped["efficiency"] = 3600 / (grouped["gross"] * constant("gj_per_tce"))
    return grouped[grouped[sizes].sum(axis=1) > 0]


def _without_crumbs(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Cells under the smallest size join the largest of their province and carrier."""
    total = table[SIZES[:4]].sum(axis=1)
    largest = total.groupby([table["province"], table["carrier"]]).transform("idxmax")
    small = (total < SMALLEST) & (largest != table.index)
    for key in keys[2:]:
        table.loc[small, key] = table.loc[largest[small], key].to_numpy()
    return _one_plant(table, keys)
