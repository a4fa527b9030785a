"""Tables that users give as CSV or xlsx: cells as they stand, whatever program wrote them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from dualcarbon.common.outgoing import QUOTE, as_written
from dualcarbon.errors import InputError, unreadable

EMPTY = ""
SEPARATORS = (",", ";", "\t", "|")
SHOWN = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Grid:
    """Cells of one sheet.

    Attributes:
        name: of the sheet; empty for CSV.
        rows: number of the row in the file, and its cells; empty rows are left out.
        reading: how the file was read, such as encoding and separator.
        doubts: what about that is not sure.
    """

    name: str
    rows: Sequence[tuple[int, list[Any]]]
    reading: dict[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


def read_sheet(path: Path) -> pd.DataFrame:
    """The first filled sheet of a workbook, or a CSV file, with its first filled row as heads.

    Cells of CSV are text, those of xlsx the values stored; an empty one is an empty text. Empty
    rows are left out. CSV may be in UTF-8, UTF-16, GBK or Western letters, parted by comma,
    semicolon, tab or bar.

    Raises:
        InputError: it cannot be read, a head stands twice or is missing over cells, or a cell
            holds a formula whose value was never stored.
    """
    rows = [cells for _, cells in next((g.rows for g in grids(path) if g.rows), [])]
    if not rows:
        raise InputError("holds no cells", where=str(path))
    return _headed(pd.DataFrame(rows, dtype=object), path)


def grids(path: Path) -> list[Grid]:
    """All sheets of a workbook, or the one of a CSV file.

    Raises:
        InputError: it cannot be read, or a cell holds a formula whose value was never stored.
    """
    try:
        return _workbook(path) if path.suffix.lower() == ".xlsx" else [_csv(path.read_bytes())]
    except OSError as error:
        raise unreadable(error, path) from error
    except InputError as error:
        raise error.within(str(path)) if error.where is None else error from None
    except Exception as error:
        why = (str(error).splitlines() or [type(error).__name__])[0]
        what = f"cannot be read as {path.suffix[1:] or 'csv'}: {why}"
        raise InputError(what, where=str(path)) from error


def decoded(content: bytes) -> tuple[str, str, str]:
    """Text of a file, its encoding, and the doubt about it, if there is one.

    Marks at the beginning decide, then whether it is UTF-8. Of other files, those whose high bytes
    stand in pairs are GBK, those in which each stands alone are in Western letters (cp1252).

    Raises:
        InputError: in none of them.
    """
    for mark, name in MARKS:
        if content.startswith(mark):
            return _as(content, name), name.removesuffix("-sig").upper(), ""
    if content.count(0) > len(content) // 4:
        name = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        return _as(content, name), "UTF-16", ""
    try:
        return content.decode("utf-8"), "UTF-8", ""
    except UnicodeDecodeError:
        runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", content)]
    paired = all(n % 2 == 0 for n in runs)
    single = all(n == 1 for n in runs)
    try:
        chinese = content.decode("gb18030")
    except UnicodeDecodeError:
        return _as(content, "cp1252"), "Windows-1252", ""
    if single and not paired:
        return _as(content, "cp1252"), "Windows-1252", ""
    doubt = "" if paired else "encoding taken for GBK; if names look odd, save the file as UTF-8"
    return chinese, "GBK", doubt


def _as(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        raise InputError(
            "is in no encoding that is known here", allowed="UTF-8, UTF-16, GBK, Windows-1252"
        ) from None


def _csv(content: bytes) -> Grid:
    text, encoding, doubt = decoded(content)
    if "\0" in text:
        raise InputError("is no text: it holds zero bytes")
    separator = _separator(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    rows, begin = [], 1
    for cells in lines:
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            if QUOTE in text:
                stripped = [str(as_written(cell)) for cell in stripped]
            rows.append((begin, stripped))
        begin = lines.line_num + 1
    reading = {"encoding": encoding, "separator": SHOWN[separator]}
    return Grid("", _widened(rows), reading, (doubt,) if doubt else ())


def _separator(text: str) -> str:
    """The sign that parts most lines of the beginning into the same number of cells, above one."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]

    def fit(sign: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=sign)]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    found = {sign: fit(sign) for sign in SEPARATORS}
    return max(SEPARATORS, key=lambda sign: (found[sign], -SEPARATORS.index(sign)))


def _widened(rows: list[tuple[int, list[Any]]]) -> list[tuple[int, list[Any]]]:
    """Rows of one width; cells that a row lacks at its end are empty."""
    width = max((len(cells) for _, cells in rows), default=0)
    for _, cells in rows:
        cells.extend([EMPTY] * (width - len(cells)))
    return rows


def _workbook(path: Path) -> list[Grid]:
    from openpyxl import load_workbook

    shown, written = load_workbook(path, data_only=True), load_workbook(path)
    found = []
    for sheet in shown.worksheets:
        for row in written[sheet.title].iter_rows():
            for cell in row:
                if cell.data_type == "f" and sheet[cell.coordinate].value is None:
                    raise InputError(
                        "holds a formula without a stored value; save the file in a spreadsheet "
                        "program first",
                        where=f"{path}, cell {cell.coordinate}",
                    )
        values = [list(row) for row in sheet.iter_rows(values_only=True)]
        for area in sheet.merged_cells.ranges:
            first = values[area.min_row - 1][area.min_col - 1]
            if area.min_col == area.max_col:
                for n in range(area.min_row, area.max_row):
                    values[n][area.min_col - 1] = first
        rows = [
            (n, [EMPTY if v is None else v for v in row])
            for n, row in enumerate(values, start=1)
            if any(v is not None and str(v).strip() for v in row)
        ]
        found.append(Grid(sheet.title, rows))
    return found or [Grid("", [])]


def _headed(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    cells = table.astype(object).where(table.notna(), EMPTY)
    heads = [str(head).strip() for head in cells.iloc[0]]
    body = cells.iloc[1:].reset_index(drop=True)
    kept: dict[str, Any] = {}
    for position, head in enumerate(heads):
        column = body.iloc[:, position]
        if head == EMPTY and (column == EMPTY).all():
            continue
        if head == EMPTY or head in kept:
            what = f"column '{head}' stands twice" if head else "a column without a name"
            raise InputError(what, where=f"{path}, line 1")
        kept[head] = column
    return pd.DataFrame(kept, columns=list(kept), dtype=object)
