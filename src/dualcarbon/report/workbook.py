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

from dualcarbon.common.tables import described
from dualcarbon.version import __version__

ABOUT = "about"
NARROWEST, WIDEST, SAMPLE = 9, 60, 200


def write_workbook(tables: Mapping[str, pd.DataFrame], path: Path, *, first: bool = True) -> None:
    """Write the workbook.

    Args:
        tables: tables by name.
        path: the file; its folder must exist.
        first: whether a first sheet says what every column is.
    """
    book = Workbook(write_only=True)
    if first:
        _sheet(book, ABOUT, about(tables))
    for name, table in tables.items():
        _sheet(book, name[:31], table)
    book.save(path)


def about(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per column of each table: type, unit, labels, and the rows of its table."""
    known = described(tables)
    head = pd.DataFrame([("", f"dualcarbon {__version__}, tables of one run")],
                        columns=list(known.columns[:2]))  # fmt: skip
    return pd.concat([head, known], ignore_index=True)


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
