"""One workbook of all tables: a sheet that explains, then one sheet per table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from dualcarbon.version import __version__

ABOUT = "about"
NARROWEST, WIDEST, SAMPLE = 9, 60, 200

UNITS = {
    "twh": "TWh per year",
    "gw": "GW",
    "new_gw": "GW built by the model up to the year",
    "mt": "Mt CO2 per year",
    "bn_cny": "bn CNY per year",
    "price": "see column unit",
    "value": "see column unit",
    "ours": "see column unit",
    "observed": "see column unit",
    "base": "what 100 % stands for",
    "published_low": "see column unit",
    "published_high": "see column unit",
    "error_pct": "% of the observed figure",
    "tolerance_pct": "% of the observed figure",
    "irr": "1 per year",
    "npv_per_cny": "CNY per CNY invested",
    "revenue_cny_per_mwh": "CNY/MWh",
    "full_load_hours": "h per year",
    "revenue_sd": "CNY/MWh, standard deviation over a year's cases",
    "gearing": "1, debt over outlay",
    "wacc": "1 per year, real",
    "subsidy_cny_per_mwh": "CNY/MWh",
    "certificate_price_needed": "CNY/MWh",
    "certificate_price": "CNY/MWh",
    "covered": "1, share of the subsidy",
    "without_reforms": "see column unit",
    "alone": "see column unit",
    "last": "see column unit",
    "shapley": "see column unit",
    "total": "see column unit",
    "seconds": "s",
    "abatement_mt": "Mt CO2 per year",
    "marginal_cost_cny_per_t": "CNY/t",
    "discounted_cost_bn_cny": "bn CNY, discounted",
    "violation": "1, relative",
    "year": "calendar year",
    "grade": "A measured, B reported, C estimated, D illustrative",
}


def write_workbook(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write the workbook.

    Args:
        tables: tables by name.
        path: the file; its folder must exist.
    """
    book = Workbook(write_only=True)
    _sheet(book, ABOUT, about(tables))
    for name, table in tables.items():
        _sheet(book, name[:31], table)
    book.save(path)


def about(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per column of each table: its unit and the rows of its table."""
    rows = [
        ("", "", f"dualcarbon {__version__}, tables of one run", None),
        *(
            (name, str(column), UNITS.get(str(column), "text"), len(table))
            for name, table in tables.items()
            for column in table.columns
        ),
    ]
    return pd.DataFrame(rows, columns=["table", "column", "unit", "rows"])


def _sheet(book: Workbook, name: str, table: pd.DataFrame) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for i, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(i)].width = _width(table[column])
    sheet.append([_bold(sheet, str(column)) for column in table.columns])
    for row in table.astype(object).itertuples(index=False):
        sheet.append([_cell(sheet, value) for value in row])


def _width(column: pd.Series) -> int:
    longest = max([len(str(column.name)), *(len(str(v)) for v in column.head(SAMPLE))])
    return min(max(longest + 2, NARROWEST), WIDEST)


def _bold(sheet: WriteOnlyWorksheet, words: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=words)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Any) -> Any:
    """A plain value; text stays text even where it looks like a formula."""
    if value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NA:
        return None
    if isinstance(value, bool | int | float):
        return value
    words = str(value)
    if not words.startswith("="):
        return words
    cell = WriteOnlyCell(sheet, value=words)
    cell.data_type = "s"
    return cell
