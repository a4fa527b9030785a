"""Tables of a run as CSV, Parquet and one workbook, whole or not at all."""

from __future__ import annotations

import math
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

from dualcarbon.common.outgoing import cell_text, write_csv
from dualcarbon.common.tables import contract, described
from dualcarbon.common.whole import whole
from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError
from dualcarbon.report.text import Text, plain
from dualcarbon.version import __version__

FOLDER, WORKBOOK = "tables", "tables.xlsx"


def write_tables(
    tables: Mapping[str, pd.DataFrame], folder: str | Path, lang: str = "en"
) -> list[Path]:
    """Write every table to ``tables/name.csv`` and ``.parquet``, and all to ``tables.xlsx``.

    Args:
        tables: tidy tables by name; see :mod:`dualcarbon.common.tables` and the first sheet.
        folder: where to write; made if it is missing.
        lang: of the workbook.

    Returns:
        The files written.

    Raises:
        InputError: the folder cannot be written.
    """
    folder = Path(folder)
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        return [whole(path, write) for path, write in _jobs(tables, folder, lang)]
    except OSError as error:
        raise InputError(f"cannot write tables: {error.strerror}", where=str(folder)) from error


def _jobs(
    tables: Mapping[str, pd.DataFrame], folder: Path, lang: str
) -> Iterator[tuple[Path, Callable[[Path], None]]]:
    for name, table in tables.items():
        yield folder / FOLDER / f"{name}.csv", partial(write_csv, table)
        yield folder / FOLDER / f"{name}.parquet", parquet_ready(table).to_parquet
    yield folder / WORKBOOK, partial(write_workbook, tables, lang=lang)


def parquet_ready(table: pd.DataFrame) -> pd.DataFrame:
    """The table with text in columns that mix text and numbers, which Parquet cannot hold."""
    mixed = [c for c in table.columns if pd.api.types.infer_dtype(table[c]).startswith("mixed")]
    return table.assign(**{c: table[c].map(str) for c in mixed}).reset_index(drop=True)


ABOUT = "about"
NARROWEST, WIDEST, SAMPLE = 9, 60, 200


def write_workbook(
    tables: Mapping[str, pd.DataFrame], path: Path, *, first: bool = True, lang: str = "en"
) -> None:
    """Write the workbook.

    Args:
        tables: tables by name.
        path: the file; its folder must exist.
        first: whether a first sheet says what every column is.
        lang: in ``zh`` sheets, heads, names and units are Chinese; in ``en`` they are the keys that
            programs read.
    """
    book = Workbook(write_only=True)
    if first:
        _sheet(book, ABOUT if lang == "en" else _ABOUT_ZH, about(tables, lang))
    for name, table in tables.items():
        if lang == "en":
            _sheet(book, name[:31], table)
        else:
            _sheet(book, *in_words(name, table, lang))
    book.save(path)


def in_words(name: str, table: pd.DataFrame, lang: str) -> tuple[str, pd.DataFrame]:
    """Title and content of a table for people: heads with units, names instead of keys.

    Columns that hold the same in another language are left out.
    """
    known, text = contract().get(name), Text(lang)
    other = tuple(f"_{code}" for code in LANGUAGES if code != lang)
    kept = [c for c in map(str, table.columns) if not c.endswith(other)]
    heads, columns = [], []
    for column in kept:
        about_ = known.column(column) if known else None
        unit = about_.unit if about_ else ""
        label = about_.label(lang) if about_ else column
        amount = about_ is not None and about_.type == "number" and unit not in ("", "1")
        between = "（{}）" if lang == "zh" else " ({})"
        heads.append(label + between.format(text.unit(unit).label) if amount else label)
        values = table[column]
        if amount:
            values = values * text.unit(unit).factor
        elif about_ is not None and about_.type in ("key", "text"):
            values = values.map(lambda value, kind=column: _word(text, kind, value))
        columns.append(values)
    shown = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    shown.columns = pd.Index(_apart(heads))
    title = (getattr(known, lang) if known else name).translate(_NOT_IN_TITLES)
    return title[:31], shown


_NOT_IN_TITLES = str.maketrans("[]:*?/\\", "（）：·？－－")
_ABOUT_ZH = "说明"
_KINDS = {
    "province": "province", "region": "province", "bus": "province", "from": "province",
    "to": "province", "carrier": "carrier", "scenario": "scenario", "group": "group",
    "payer_bus": "province", "payee_bus": "province",
}  # fmt: skip


def _word(text: Text, column: str, value: Any) -> Any:
    """A key in words, as far as the catalogue has one; other values as they are."""
    if not isinstance(value, str):
        return value
    kind = _KINDS.get(column, column)
    if kind == "province":
        return text.province(value)
    if kind == "carrier":
        return text.carrier(value)
    if kind == "scenario":
        return text.scenario(value)
    if kind == "unit":
        return text.unit(value).label
    named = text.name(kind, value)
    return value if named == plain(value) else named


def _apart(heads: list[str]) -> list[str]:
    """Heads with a number behind those that stand there already."""
    seen: dict[str, int] = {}
    found = []
    for head in heads:
        seen[head] = seen.get(head, 0) + 1
        found.append(head if seen[head] == 1 else f"{head} {seen[head]}")
    return found


def about(tables: Mapping[str, pd.DataFrame], lang: str = "en") -> pd.DataFrame:
    """One row per column of each table: type, unit, labels, and the rows of its table."""
    known = described(tables)
    if lang == "zh":
        text = Text(lang)
        titles = {name: found.zh for name, found in contract().items()}
        known = pd.DataFrame(
            {
                "表": [titles.get(t, t) for t in known["table"]],
                "列": known["zh"],
                "单位": [text.unit(str(u)).label for u in known["unit"]],
                "行数": known["rows"],
            }
        )
        head = pd.DataFrame([("", f"dualcarbon {__version__}，一次运行的全部数据表")],
                            columns=["表", "列"])  # fmt: skip
        return pd.concat([head, known], ignore_index=True)
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
    cell = WriteOnlyCell(sheet, value=cell_text(words))
    cell.data_type = "s"
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Any) -> Any:
    """A plain value; text stays text even where it looks like a formula."""
    if value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NA:
        return None
    if isinstance(value, bool | int | float):
        return value if math.isfinite(value) else str(value)
    words = cell_text(value)
    if not words.startswith("="):
        return words
    cell = WriteOnlyCell(sheet, value=words)
    cell.data_type = "s"
    return cell
