"""Tables from CSV and xlsx files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dualcarbon.errors import InputError, unreadable


def read_sheet(path: Path) -> pd.DataFrame:
    """The first sheet of a workbook, or a CSV file, with its first row as heads.

    Raises:
        InputError: it cannot be read, or a cell holds a formula whose value was never stored.
    """
    try:
        if path.suffix.lower() == ".csv":
            table = pd.read_csv(path, encoding="utf-8-sig", dtype=object, skipinitialspace=True)
        else:
            table = _workbook(path)
    except OSError as error:
        raise unreadable(error, path) from error
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"cannot be read as {path.suffix[1:]}", where=str(path)) from error
    table.columns = [str(name).strip() for name in table.columns]
    return table


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
    return pd.DataFrame(filled[1:], columns=filled[0], dtype=object)
