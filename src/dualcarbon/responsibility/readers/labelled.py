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
from dualcarbon.responsibility.readers.csvfiles import ENCODING, read_labelled
from dualcarbon.responsibility.readers.files import Reader
from dualcarbon.responsibility.readers.matching import cells, labels, texts
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
    unit: str = "",
    encoding: str = ENCODING,
    zero_output: str = "keep",
) -> InputOutputTable:
    """Read the files of a folder, one for each part of the table.

    Args:
        form: ``csv`` with labels along both axes, or ``parquet`` with one row a cell.
        path: the folder.
        year: year of the table, 0 if it has none.
        currency: unit of money.
        source: what to cite.
        unit: of the stressors, where F has no column of units.
        encoding: of csv files, such as ``latin-1`` or ``gb18030``.
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
        name: read_labelled(file, HEADS[name], encoding)
        if form == "csv"
        else _wide(file, *KEYS[name])
        for name, file in given.items()
        if file.is_file()
    }
    unlisted = sum(int(part.attrs.get("unlisted", 0)) for part in found.values())
    if unlisted:
        source += f"; {unlisted} cells that are not listed read as 0"
    said = {"currency": currency, "source": source, "unit": unit, "zero_output": zero_output}
    return _table(found, path, year, expects, **said)


def _table(
    parts: Mapping[str, pd.DataFrame],
    folder: Path,
    year: int | None,
    expects: str,
    *,
    currency: str,
    source: str,
    unit: str,
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
    flows = texts(parts["Z"], f"{where}, Z")
    regions, sectors = labels(flows.index)
    industries = pd.MultiIndex.from_product([regions, sectors])
    final = texts(parts["Y"], f"{where}, Y")
    if final.columns.nlevels == 1:
        final.columns = pd.MultiIndex.from_product([final.columns, ["final demand"]])
    categories = [str(label) for label in dict.fromkeys(final.columns.get_level_values(1))]
    uses = pd.MultiIndex.from_product([regions, categories])
    F = _with_units(texts(parts["F"], f"{where}, F"), unit, where)
    direct = parts.get("F_Y")
    if direct is None:
        source += f"; {em.NO_DIRECT}"
    else:
        direct = _by_region(
            _with_units(texts(direct, f"{where}, F_Y"), unit, where), regions, where
        )
    vectors: dict[str, Any] = {
        part: cells(texts(parts[part], f"{where}, {part}"), part, industries, None, where)[:, 0]
        for part in ("x", "v")
        if part in parts
    }
    table = InputOutputTable.of(
        cells(flows, "Z", industries, industries, where),
        cells(final, "Y", industries, uses, where),
        cells(F, "F", F.index, industries, where),
        F_Y=None if direct is None else cells(direct, "F_Y", F.index, regions, where),
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


def _with_units(frame: pd.DataFrame, unit: str, where: str) -> pd.DataFrame:
    """Stressors with their units, which may stand in the file or be given for all.

    Raises:
        InputError: neither.
    """
    if frame.index.nlevels == 2:
        return frame
    if not unit:
        raise InputError(
            "no column of units behind the stressors", where=f"{where}, F",
            allowed="a second column 'unit', or the option unit=Mt",
        )  # fmt: skip
    return frame.set_axis(pd.MultiIndex.from_product([frame.index, [unit]]), axis=0)


def _by_region(direct: pd.DataFrame, regions: list[str], where: str) -> pd.DataFrame:
    """Direct stressors of final users by region, summed over categories where these are given.

    Raises:
        InputError: a region without a column, a column of no region, or a cell that is no number.
    """
    if direct.columns.nlevels == 1:
        return direct
    uses = pd.MultiIndex.from_product([regions, dict.fromkeys(direct.columns.get_level_values(1))])
    figures = cells(direct, "F_Y", direct.index, uses, where)
    sums = figures.reshape(len(direct), len(regions), -1).sum(axis=2)
    return pd.DataFrame(sums, index=direct.index, columns=regions)


def _wide(file: Path, rows: tuple[str, ...], columns: tuple[str, ...]) -> pd.DataFrame:
    """The long table of one file as a matrix."""
    try:
        long = pd.read_parquet(file)
    except (OSError, ValueError, ArithmeticError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"is no parquet file: {reason}", where=str(file)) from None
    keys = [*rows, *columns]
    for name in (*keys, "value"):
        if name not in long:
            raise InputError(f"no column '{name}'", where=str(file), allowed=[*keys, "value"])
    twice = long.duplicated(keys)
    if twice.any():
        cell = ", ".join(str(v) for v in long.loc[twice.idxmax(), keys])
        raise InputError(f"{cell} stands twice", where=str(file))
    bare = long[keys].isna().any(axis=1)
    if bare.any():
        raise InputError(
            "a label is missing", where=f"{file}, row {int(bare.to_numpy().argmax()) + 1}"
        )
    figures = pd.to_numeric(long["value"], errors="coerce")
    if figures.isna().any():
        at = int(figures.isna().to_numpy().argmax())
        cell = ", ".join(f"'{v}'" for v in long.iloc[at][keys])
        raise InputError(f"'{long['value'].iloc[at]}' is no number", where=f"{file}, {cell}")
    if not columns:
        return long.set_index(list(rows))[["value"]]
    down, right = (pd.MultiIndex.from_frame(long[list(axis)]) for axis in (rows, columns))
    row_codes, row_labels = down.factorize()
    column_codes, column_labels = right.factorize()
    placed = np.zeros((len(row_labels), len(column_labels)))
    placed[row_codes, column_codes] = figures.to_numpy(dtype=float)
    if len(columns) == 1:
        column_labels = column_labels.get_level_values(0)
    found = pd.DataFrame(placed, index=row_labels, columns=column_labels)
    found.attrs["unlisted"] = placed.size - len(long)
    return found


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
