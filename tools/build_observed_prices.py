"""Observed prices of allowances, offsets and green certificates."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import Column, Table, own

MEE = "MEE, national carbon market, close of 2024"
EXCHANGE = "exchange closes as collected in public tables"


@cache
def build(raw: Path) -> Table:
    """Build the long table instrument, period, price, unit, source."""
    parts = [_allowances(raw), _allowance_months(raw), _offsets(raw), _certificates(raw)]
    frame = pd.concat(parts, ignore_index=True).sort_values(
        ["instrument", "period"], ignore_index=True
    )
    columns = (
        own("instrument", note="cea: allowance; ccer: offset; gec: green certificate"),
        own("period", "period"),
        Column("price", "see unit", "see source of each row", "B", "2021-2026"),
        own("unit", "text"),
        own("what", "text"),
        own("source", "text"),
        own("grade"),
    )
    return Table("observed_prices", frame[[c.name for c in columns]], columns)


def _rows(instrument: str, unit: str, table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(instrument=instrument, unit=unit, grade="B")


def _allowances(raw: Path) -> pd.DataFrame:
    table = pd.read_csv(raw / "policy" / "cea_price_history.csv")
    table = table[~table["date_or_period"].str.startswith("CCER")]
    above = table["source"].str.startswith("same")
    table["source"] = table["source"].mask(above).ffill()
    names = {"date_or_period": "period", "CNY_per_t": "price"}
    close = {"date_or_period": "2024-12-31", "CNY_per_t": 97.49, "what": "close", "source": MEE}
    table = pd.concat([table, pd.DataFrame([close])], ignore_index=True)
    return _rows("cea", "CNY/t", table.rename(columns=names))


def _allowance_months(raw: Path) -> pd.DataFrame:
    table = pd.read_csv(raw / "industry" / "cea_monthly_from_partial.csv")
    table = table.rename(columns={"month": "period", "mean": "price"})
    table["what"] = "mean close of " + table["count"].astype(str) + " days"
    return _rows("cea", "CNY/t", table.assign(source=EXCHANGE))[
        ["instrument", "period", "price", "unit", "what", "source", "grade"]
    ]


def _offsets(raw: Path) -> pd.DataFrame:
    table = pd.read_csv(raw / "industry" / "ccer_monthly_from_partial.csv")
    table = table.rename(columns={"month": "period", "vwap": "price"})
    table["what"] = "volume-weighted mean of " + table["days"].astype(str) + " days"
    return _rows("ccer", "CNY/t", table.assign(source=EXCHANGE))


def _certificates(raw: Path) -> pd.DataFrame:
    table = pd.read_csv(raw / "policy" / "gec_market_monthly.csv")
    table = table.dropna(subset=["avg_price_CNY_per_GEC"])
    table = table.rename(columns={"avg_price_CNY_per_GEC": "price", "note": "what"})
    return _rows("gec", "CNY/MWh", table)
