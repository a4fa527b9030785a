"""Tables of a run as CSV, Parquet and one workbook, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from dualcarbon.common.tables import described
from dualcarbon.errors import InputError
from dualcarbon.version import __version__

FOLDER, WORKBOOK = "tables", "tables.xlsx"


def write_tables(tables: Mapping[str, pd.DataFrame], folder: str | Path) -> list[Path]:
    """Write every table to ``tables/name.csv`` and ``.parquet``, and all to ``tables.xlsx``.

    Args:
        tables: tidy tables by name; see :mod:`dualcarbon.common.tables` and the first sheet.
        folder: where to write; made if it is missing.

    Returns:
        The files written.

    Raises:
        InputError: the folder cannot be written.
    """
    folder = Path(folder)
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        return [whole(path, write) for path, write in _jobs(tables, folder)]
    except OSError as error:
        raise InputError(f"cannot write tables: {error.strerror}", where=str(folder)) from error


def whole(path: Path, write: Callable[[Path], None]) -> Path:
    """Write a file under another name and move it into place once it is complete.

    Args:
        path: the file.
        write: writes the path that it is given.
    """
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _jobs(
    tables: Mapping[str, pd.DataFrame], folder: Path
) -> Iterator[tuple[Path, Callable[[Path], None]]]:
    for name, table in tables.items():
        yield folder / FOLDER / f"{name}.csv", partial(table.to_csv, index=False)
        yield folder / FOLDER / f"{name}.parquet", parquet_ready(table).to_parquet
    yield folder / WORKBOOK, partial(write_workbook, tables)


def parquet_ready(table: pd.DataFrame) -> pd.DataFrame:
    """The table with text in columns that mix text and numbers, which Parquet cannot hold."""
    mixed = [c for c in table.columns if pd.api.types.infer_dtype(table[c]).startswith("mixed")]
    return table.assign(**{c: table[c].map(str) for c in mixed}).reset_index(drop=True)


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
