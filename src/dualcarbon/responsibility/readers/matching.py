"""Parts of a table put together by label: what is missing, unknown, twice or no number is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError, nearest_name

Names: TypeAlias = pd.Index | Sequence[str]


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
        raise InputError(f"industry {_said(index[index.duplicated()][0])} stands twice", where="Z")
    if len(index) != len(regions) * len(sectors):
        have = set(index)
        absent = next((r, s) for r in regions for s in sectors if (r, s) not in have)
        raise InputError(
            f"region '{absent[0]}' has no sector '{absent[1]}'; all regions need the same sectors",
            where="Z",
        )
    return regions, sectors


def texts(frame: pd.DataFrame, where: str = "") -> pd.DataFrame:
    """The frame with texts as labels, blanks around them taken off.

    Raises:
        InputError: it has no rows or no columns.
    """
    for axis in (0, 1):
        index = frame.axes[axis]
        if not len(index):
            raise InputError(f"has no {'columns' if axis else 'rows'}", where=where or None)
        if isinstance(index, pd.MultiIndex):
            keys = [tuple(str(part).strip() for part in key) for key in index]
            frame = frame.set_axis(pd.MultiIndex.from_tuples(keys), axis=axis)
        else:
            frame = frame.set_axis([str(key).strip() for key in index], axis=axis)
    return frame


def cells(
    frame: pd.DataFrame, part: str, rows: Names, columns: Names | None, where: str = ""
) -> np.ndarray:
    """Cells in the wanted order.

    Args:
        frame: with texts as labels, see :func:`texts`.
        part: which part of the table, for messages.
        rows, columns: labels wanted, no more and no fewer; all columns as they stand if None.
        where: folder or file, for messages.

    Raises:
        InputError: a label is missing, unknown or twice, or a cell is empty or no number; names
            part, row and column.
    """
    place = f"{where}, {part}" if where else part
    matched(frame.index, rows, "row", place)
    if columns is not None:
        matched(frame.columns, columns, "column", place)
    placed = frame.loc[rows] if columns is None else frame.loc[rows, columns]
    found = _numbers(placed, place)
    empty = np.isnan(found)
    if empty.any():
        row, column = np.unravel_index(int(np.argmax(empty)), found.shape)
        at = f"row {_said(placed.index[row])}, column {_said(placed.columns[column])}"
        raise InputError("an empty cell; write 0 where there is none", where=f"{place}, {at}")
    return found


def matched(have: pd.Index, wanted: Names, kind: str, place: str) -> None:
    """Check that labels are those that are wanted.

    Raises:
        InputError: one stands twice, is missing or unknown; with what may be meant by it.
    """
    if have.has_duplicates:
        raise InputError(f"{kind} {_said(have[have.duplicated()][0])} twice", where=place)
    known = wanted if isinstance(wanted, pd.Index) else pd.Index(wanted)
    absent, odd = known[~known.isin(have)], have[~have.isin(known)]
    for what, found, others in (("no", absent, odd), ("unknown", odd, known)):
        if len(found):
            near = [_said(label).strip("'") for label in others[:2_000]]
            raise InputError(
                f"{what} {kind} {_said(found[0])}",
                where=place,
                nearest=nearest_name(_said(found[0]).strip("'"), near),
            )


def _numbers(placed: pd.DataFrame, place: str) -> np.ndarray:
    try:
        return placed.to_numpy(dtype=float)
    except (TypeError, ValueError):
        for column in range(placed.shape[1]):
            texts = placed.iloc[:, column]
            wrong = pd.to_numeric(texts, errors="coerce").isna() & texts.notna()
            if wrong.any():
                row = int(np.argmax(wrong.to_numpy()))
                at = f"row {_said(placed.index[row])}, column {_said(placed.columns[column])}"
                text = str(texts.iloc[row])
                what = f"'{text}' is no number" if text else "an empty cell"
                raise InputError(what, where=f"{place}, {at}") from None
        raise InputError("has cells that are no numbers", where=place) from None


def _said(key: object) -> str:
    return ", ".join(f"'{part}'" for part in key) if isinstance(key, tuple) else f"'{key}'"
