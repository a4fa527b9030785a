"""Tables of labelled parts, one file each; cells are matched by label, whatever their order.

Csv files with labels (``arrays``):

========== ============================= ==============================
file       first columns                 heads
========== ============================= ==============================
Z          region, sector                two rows: region, sector
Y          region, sector                two rows: region, category
F          stressor, unit                two rows: region, sector
F_Y        stressor, unit (optional)     one row: region
x, v       region, sector (optional)     one row: value
========== ============================= ==============================

Parquet files in long form, where a cell that is not listed is 0 (``parquet``):

=========== ==============================================================
file        columns
=========== ==============================================================
Z.parquet   region, sector, to_region, to_sector, value
Y.parquet   region, sector, to_region, category, value
F.parquet   stressor, unit, region, sector, value
F_Y.parquet stressor, unit, region, value (optional)
x.parquet   region, sector, value (optional; v.parquet alike)
=========== ==============================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.readers import emissions as em
from dualcarbon.responsibility.readers.files import Reader
from dualcarbon.responsibility.table.table import InputOutputTable

NEEDED = ("Z", "Y", "F")
EXPECTS = "a folder with Z, Y and F.{form}"
HEADS = {"Z": 2, "Y": 2, "F": 2, "F_Y": 1, "x": 1, "v": 1}
KEYS = {
    "Z": (("region", "sector"), ("to_region", "to_sector")),
    "Y": (("region", "sector"), ("to_region", "category")),
    "F": (("stressor", "unit"), ("region", "sector")),
    "F_Y": (("stressor", "unit"), ("region",)),
    "x": (("region", "sector"), ()),
    "v": (("region", "sector"), ()),
}


def folder(
    form: str,
    path: Path,
    year: int | None,
    *,
    currency: str = "MUSD",
    source: str = "user",
    zero_output: str = "keep",
) -> InputOutputTable:
    """Read the files of a folder, one for each part of the table.

    Args:
        form: ``csv`` with labels along both axes, or ``parquet`` with one row a cell.
        path: the folder.
        year: year of the table, 0 if it has none.
        currency: unit of money.
        source: what to cite.
        zero_output: treatment of emissions on industries without output.

    Raises:
        InputError: a file or column is missing, labels do not fit, a cell stands twice or is no
            number.
    """
    expects = EXPECTS.format(form=form)
    if not path.is_dir():
        raise InputError("is no folder", where=str(path), allowed=expects)
    given = {name: path / f"{name}.{form}" for name in HEADS}
    found = {
        name: _csv(file, HEADS[name]) if form == "csv" else _wide(file, *KEYS[name])
        for name, file in given.items()
        if file.is_file()
    }
    said = {"currency": currency, "source": source, "zero_output": zero_output}
    return _table(found, path, year, expects, **said)


def labels(index: pd.MultiIndex) -> tuple[list[str], list[str]]:
    """Regions and sectors in the order in which they appear.

    Raises:
        InputError: a region has other sectors than the first, or an industry stands twice.
    """
    if index.nlevels != 2:
        raise InputError("rows need two labels, region and sector", where="Z")
    regions = [str(label) for label in dict.fromkeys(index.get_level_values(0))]
    sectors = [str(label) for label in dict.fromkeys(index.get_level_values(1))]
    if index.has_duplicates:
        twice = index[index.duplicated()][0]
        raise InputError(f"industry {twice} stands twice", where="Z")
    if len(index) != len(regions) * len(sectors):
        have = set(index)
        absent = next((r, s) for r in regions for s in sectors if (r, s) not in have)
        raise InputError(
            f"region '{absent[0]}' has no sector '{absent[1]}'; all regions need the same sectors",
            where="Z",
        )
    return regions, sectors


def _table(
    parts: Mapping[str, pd.DataFrame],
    folder: Path,
    year: int | None,
    expects: str,
    *,
    currency: str,
    source: str,
    zero_output: str,
) -> InputOutputTable:
    """Put labelled frames together: Z, Y, F and, as wanted, F_Y, x, v.

    Raises:
        InputError: a part is missing, a label is in one part and not in another, or a cell is no
            number.
    """
    where = str(folder)
    for part in NEEDED:
        if part not in parts:
            raise InputError(f"no {part}", where=where, allowed=expects)
    flows = _texts(parts["Z"])
    regions, sectors = labels(flows.index)
    industries = pd.MultiIndex.from_product([regions, sectors])
    final = _texts(parts["Y"])
    categories = [str(label) for label in dict.fromkeys(final.columns.get_level_values(1))]
    uses = pd.MultiIndex.from_product([regions, categories])
    F = _texts(parts["F"])
    direct = _texts(parts["F_Y"]) if "F_Y" in parts else None
    vectors: dict[str, Any] = {
        part: _cells(_texts(parts[part]), part, industries, None, where)[:, 0]
        for part in ("x", "v")
        if part in parts
    }
    table = InputOutputTable.of(
        _cells(flows, "Z", industries, industries, where),
        _cells(final, "Y", industries, uses, where),
        _cells(F, "F", F.index, industries, where),
        F_Y=None if direct is None else _cells(direct, "F_Y", F.index, regions, where),
        regions=regions,
        sectors=sectors,
        categories=categories,
        stressors=[str(key[0]) for key in F.index],
        stressor_units=[str(key[1]) for key in F.index],
        currency=currency,
        year=year or 0,
        name=folder.name,
        source=source,
        **vectors,
    )
    return em.treated(table, zero_output)


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with texts as labels."""
    for axis in (0, 1):
        index = frame.axes[axis]
        if isinstance(index, pd.MultiIndex):
            keys = [tuple(str(part).strip() for part in key) for key in index]
            frame = frame.set_axis(pd.MultiIndex.from_tuples(keys), axis=axis)
        else:
            frame = frame.set_axis([str(key).strip() for key in index], axis=axis)
    return frame


def _cells(
    frame: pd.DataFrame,
    part: str,
    rows: pd.MultiIndex,
    columns: pd.MultiIndex | list[str] | None,
    where: str,
) -> np.ndarray:
    """Cells in the wanted order.

    Raises:
        InputError: a label is missing, unknown or twice, or a cell is no number.
    """
    place = f"{where}, {part}"
    wanted = [("row", rows, frame.index)]
    if columns is not None:
        wanted.append(("column", columns, frame.columns))
    for kind, names, have in wanted:
        if have.has_duplicates:
            raise InputError(f"{kind} {_said(have[have.duplicated()][0])} twice", where=place)
        known = pd.Index(names) if isinstance(names, list) else names
        for what, odd in (("no", known.difference(have)), ("unknown", have.difference(known))):
            if len(odd):
                raise InputError(f"{what} {kind} {_said(odd[0])}", where=place)
    placed = frame.loc[rows] if columns is None else frame.loc[rows, columns]
    try:
        return placed.to_numpy(dtype=float)
    except (TypeError, ValueError):
        raise InputError("has cells that are no numbers", where=place) from None


def _said(key: object) -> str:
    return ", ".join(f"'{part}'" for part in key) if isinstance(key, tuple) else f"'{key}'"


def _csv(file: Path, heads: int) -> pd.DataFrame:
    try:
        return pd.read_csv(file, header=[0, 1] if heads == 2 else 0, index_col=[0, 1])
    except (ValueError, IndexError, pd.errors.ParserError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"cannot be read: {reason}", where=str(file)) from None


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


def _no_years(path: Path) -> tuple[int, ...]:
    """Labelled files say no year."""
    return ()


OWN = ("made by yourself", "made by yourself", "in F and F_Y")
PARQUET, ARRAYS = (
    Reader(kind, title, EXPECTS.format(form=form), *OWN, partial(folder, form), _no_years)
    for kind, title, form in (
        ("parquet", "long parquet files", "parquet"),
        ("arrays", "csv files with labels", "csv"),
    )
)
