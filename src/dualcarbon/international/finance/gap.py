"""Need, supply and gap of climate finance by region and year."""

from __future__ import annotations

import math

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import conformed
from dualcarbon.errors import unknown_name

TABLE = "climate_finance"


def figures() -> pd.DataFrame:
    """All published figures: region, kind (need, supply, goal), year, bn USD a year, source."""
    return datasets.load(TABLE)


def finance_gap(region: str | None = None, year: int | None = None) -> pd.DataFrame:
    """Need less supply by region: the need of a year against the latest supply before it.

    Args:
        region: one region; all by default.
        year: only supply up to this year; all by default.

    Returns:
        Columns region, name_zh, need_year, need_low, need_high, supply_year, supply, gap_low,
        gap_high, covered_low, covered_high (shares of the need), what each figure covers, sources
        and the worse of their grades. Where no supply is known, the need itself is a gap beyond
        flows and stands as such. Bn USD a year.

    Raises:
        InputError: an unknown region or a year before the first figure.
    """
    table = figures()
    regions = list(dict.fromkeys(table["region"]))
    if region is not None and region not in regions:
        raise unknown_name("region", region, regions, where="region")
    years = sorted({int(y) for y in table.loc[table["kind"] == "supply", "year"]})
    if year is not None and year < years[0]:
        raise unknown_name("year", str(year), [str(y) for y in years], where="year")
    shown = regions if region is None else [region]
    rows = [_row(table[table["region"] == name], year) for name in shown]
    return conformed("finance_gap", pd.DataFrame(rows))


def share_of_need(supply_key: str, need_key: str) -> tuple[float, float]:
    """What a supply or goal covers of a need: shares of its high and low estimate.

    The goal of 300 bn against the need of 2 400 bn USD a year is the eighth that the literature
    quotes for developed countries; the quarter quoted for developing countries is not found again
    in the flows counted here, which cover a tenth.

    Raises:
        InputError: a key that does not exist.
    """
    table = figures().set_index("key")
    for key in (supply_key, need_key):
        if key not in table.index:
            raise unknown_name("key", key, table.index)
    supply, need = table.loc[supply_key], table.loc[need_key]
    return float(supply["low"] / need["high"]), float(supply["high"] / need["low"])


def bri_examples() -> pd.DataFrame:
    """Figures of Belt-and-Road engagement and South-South climate finance, with sources."""
    return datasets.load("bri_finance")


def _row(rows: pd.DataFrame, year: int | None) -> dict[str, object]:
    need = rows[rows["kind"] == "need"].iloc[0]
    supplies = rows[rows["kind"] == "supply"]
    if year is not None:
        supplies = supplies[supplies["year"] <= year]
    found = None if supplies.empty else supplies.sort_values("year").iloc[-1]
    supply = math.nan if found is None else float(found["low"])
    low, high = float(need["low"]), float(need["high"])
    less = 0.0 if found is None else supply
    grades = [str(need["grade"])] + ([] if found is None else [str(found["grade"])])
    return {
        "region": need["region"],
        "name_zh": need["name_zh"],
        "need_year": int(need["year"]),
        "need_low": low,
        "need_high": high,
        "supply_year": None if found is None else int(found["year"]),
        "supply": supply,
        "gap_low": low - less,
        "gap_high": high - less,
        "covered_low": supply / high,
        "covered_high": supply / low,
        "need_scope_en": need["scope_en"],
        "need_scope_zh": need["scope_zh"],
        "supply_scope_en": "" if found is None else found["scope_en"],
        "supply_scope_zh": "" if found is None else found["scope_zh"],
        "source": "; ".join(
            dict.fromkeys([need["source"], *([] if found is None else [found["source"]])])
        ),
        "grade": max(grades),
    }
