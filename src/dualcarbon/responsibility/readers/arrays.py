"""A table in plain csv files with labels: ``Z.csv``, ``Y.csv``, ``F.csv`` and what else there is.

Labels are matched by name, not by place:

========== ============================= ==============================
file       first columns                 heads
========== ============================= ==============================
Z          region, sector                two rows: region, sector
Y          region, sector                two rows: region, category
F          stressor, unit                two rows: region, sector
F_Y        stressor, unit (optional)     one row: region
x, v       region, sector (optional)     one row: value
========== ============================= ==============================
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.readers.frames import Frames, table_of, years
from dualcarbon.responsibility.table.table import InputOutputTable

__all__ = ["read", "years"]

EXPECTS = "a folder with Z.csv, Y.csv, F.csv and, as wanted, F_Y.csv, x.csv, v.csv"
HEADS = {"Z": 2, "Y": 2, "F": 2, "F_Y": 1, "x": 1, "v": 1}


def read(
    path: Path,
    year: int | None,
    *,
    currency: str = "MUSD",
    source: str = "user",
    zero_output: str = "keep",
) -> InputOutputTable:
    """Read the files of a folder.

    Args:
        path: the folder.
        year: year of the table, 0 if it has none.
        currency: unit of money.
        source: what to cite.
        zero_output: treatment of emissions on industries without output.

    Raises:
        InputError: a file is missing, labels do not fit, or a cell is no number.
    """
    if not path.is_dir():
        raise InputError("is no folder", where=str(path), allowed=EXPECTS)
    found: dict[str, pd.DataFrame] = {}
    for name, heads in HEADS.items():
        file = path / f"{name}.csv"
        if file.is_file():
            found[name] = _csv(file, heads)
    frames = Frames(found, str(path), EXPECTS)
    return table_of(
        frames, year=year, name=path.name, currency=currency, source=source, zero=zero_output
    )


def _csv(file: Path, heads: int) -> pd.DataFrame:
    header = [0, 1] if heads == 2 else 0
    try:
        frame = pd.read_csv(file, header=header, index_col=[0, 1])
    except (ValueError, IndexError, pd.errors.ParserError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"cannot be read: {reason}", where=str(file)) from None
    return frame
