"""Tables that users give as CSV or xlsx: cells as they stand, no head twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from dualcarbon.errors import InputError, unreadable

EMPTY = ""


def read_sheet(path: Path) -> pd.DataFrame:
    """The first sheet of a workbook, or a CSV file in UTF-8, with its first row as heads.

    Cells of CSV are text, those of xlsx the values stored; an empty one is an empty text. Empty
    rows are left out.

    Raises:
        InputError: it cannot be read, a head stands twice or is missing over cells, or a cell
            holds a formula whose value was never stored.
    """
    try:
        table = _workbook(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    except OSError as error:
        raise unreadable(error, path) from error
    except InputError:
        raise
    except Exception as error:
        why = (str(error).splitlines() or [type(error).__name__])[0]
        what = f"cannot be read as {path.suffix[1:] or 'csv'}: {why}"
        raise InputError(what, where=str(path)) from error
    return _headed(table, path)


def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(
        path,
        header=None,
        dtype=str,
        keep_default_na=False,
        encoding="utf-8-sig",
        skipinitialspace=True,
    )


def _workbook(path: Path) -> pd.DataFrame:
    from openpyxl import load_workbook

    shown = load_workbook(path, data_only=True).worksheets[0]
    written = load_workbook(path).worksheets[0]
    for row in written.iter_rows():
        for cell in row:
            if cell.data_type == "f" and shown[cell.coordinate].value is None:
                raise InputError(
                    "holds a formula without a stored value; save the file in a spreadsheet "
                    "program first",
                    where=f"{path}, cell {cell.coordinate}",
                )
    rows = [list(row) for row in shown.iter_rows(values_only=True)]
    filled = [row for row in rows if any(value is not None for value in row)]
    if not filled:
        raise InputError("holds no cells", where=str(path))
    return pd.DataFrame(filled, dtype=object)


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
