"""A table of labelled frames: cells are matched by label, whatever their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.readers import emissions as em
from dualcarbon.responsibility.readers.iosystem_parts import labels
from dualcarbon.responsibility.table.table import InputOutputTable

NEEDED = ("Z", "Y", "F")


@dataclass(frozen=True, eq=False)
class Frames:
    """Parts of a table by name, where they stand and what is expected there."""

    parts: Mapping[str, pd.DataFrame]
    where: str
    expects: str


def table_of(
    frames: Frames, *, year: int | None, name: str, currency: str, source: str, zero: str
) -> InputOutputTable:
    """Put labelled frames together.

    Args:
        frames: Z, Y, F and, as wanted, F_Y, x, v.
        year, name, currency, source: as for the table.
        zero: treatment of emissions on industries without output.

    Raises:
        InputError: a part is missing, a label is in one part and not in another, or a cell is no
            number.
    """
    for part in NEEDED:
        if part not in frames.parts:
            raise InputError(f"no {part}", where=frames.where, allowed=frames.expects)
    flows = _texts(frames.parts["Z"])
    regions, sectors = labels(flows.index)
    industries = pd.MultiIndex.from_product([regions, sectors])
    final = _texts(frames.parts["Y"])
    categories = [str(label) for label in dict.fromkeys(final.columns.get_level_values(1))]
    uses = pd.MultiIndex.from_product([regions, categories])
    F = _texts(frames.parts["F"])
    direct = _texts(frames.parts["F_Y"]) if "F_Y" in frames.parts else None
    vectors: dict[str, Any] = {
        part: _cells(_texts(frames.parts[part]), part, industries, None, frames.where)[:, 0]
        for part in ("x", "v")
        if part in frames.parts
    }
    table = InputOutputTable.of(
        _cells(flows, "Z", industries, industries, frames.where),
        _cells(final, "Y", industries, uses, frames.where),
        _cells(F, "F", F.index, industries, frames.where),
        F_Y=None if direct is None else _cells(direct, "F_Y", F.index, regions, frames.where),
        regions=regions,
        sectors=sectors,
        categories=categories,
        stressors=[str(key[0]) for key in F.index],
        stressor_units=[str(key[1]) for key in F.index],
        currency=currency,
        year=year or 0,
        name=name,
        source=source,
        **vectors,
    )
    return em.treated(table, zero)


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


def years(path: Path) -> tuple[int, ...]:
    """Labelled files say no year."""
    return ()
