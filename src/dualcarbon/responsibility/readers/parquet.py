"""A table in parquet files in long form: ``Z``, ``Y``, ``F`` and what else there is.

=========== ==============================================================
file        columns
=========== ==============================================================
Z.parquet   region, sector, to_region, to_sector, value
Y.parquet   region, sector, to_region, category, value
F.parquet   stressor, unit, region, sector, value
F_Y.parquet stressor, unit, region, value (optional)
x.parquet   region, sector, value (optional; v.parquet alike)
=========== ==============================================================

A cell that is not listed is 0.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.readers.frames import Frames, table_of, years
from dualcarbon.responsibility.table.table import InputOutputTable

__all__ = ["read", "years"]

EXPECTS = "a folder with Z.parquet, Y.parquet, F.parquet and, as wanted, F_Y, x, v"
KEYS = {
    "Z": (("region", "sector"), ("to_region", "to_sector")),
    "Y": (("region", "sector"), ("to_region", "category")),
    "F": (("stressor", "unit"), ("region", "sector")),
    "F_Y": (("stressor", "unit"), ("region",)),
    "x": (("region", "sector"), ()),
    "v": (("region", "sector"), ()),
}


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
        InputError: a file or column is missing, a cell stands twice, or labels do not fit.
    """
    if not path.is_dir():
        raise InputError("is no folder", where=str(path), allowed=EXPECTS)
    found = {
        name: _wide(path / f"{name}.parquet", *keys)
        for name, keys in KEYS.items()
        if (path / f"{name}.parquet").is_file()
    }
    frames = Frames(found, str(path), EXPECTS)
    return table_of(
        frames, year=year, name=path.name, currency=currency, source=source, zero=zero_output
    )


def _wide(file: Path, rows: tuple[str, ...], columns: tuple[str, ...]) -> pd.DataFrame:
    """The long table of one file as a matrix."""
    try:
        long = pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise InputError(f"is no parquet file: {error}", where=str(file)) from None
    keys = [*rows, *columns]
    for name in (*keys, "value"):
        if name not in long:
            raise InputError(f"no column '{name}'", where=str(file), allowed=[*keys, "value"])
    twice = long.duplicated(keys)
    if twice.any():
        cell = ", ".join(str(v) for v in long.loc[twice.idxmax(), keys])
        raise InputError(f"{cell} stands twice", where=str(file))
    if not columns:
        return long.set_index(list(rows))[["value"]]
    down, right = (pd.MultiIndex.from_frame(long[list(axis)]) for axis in (rows, columns))
    row_codes, row_labels = down.factorize()
    column_codes, column_labels = right.factorize()
    cells = np.zeros((len(row_labels), len(column_labels)))
    cells[row_codes, column_codes] = long["value"].to_numpy(dtype=float)
    if len(columns) == 1:
        column_labels = column_labels.get_level_values(0)
    return pd.DataFrame(cells, index=row_labels, columns=column_labels)
