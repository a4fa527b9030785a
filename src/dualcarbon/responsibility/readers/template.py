"""A table of one's own to fill in: the csv files of the reader ``arrays`` with example figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.readers.labelled import HEADS
from dualcarbon.responsibility.table import checks

REGIONS, SECTORS = ("CHN", "USA", "ROW"), ("agriculture", "industry", "electricity", "services")
CATEGORIES, STRESSOR = ("households", "government", "fixed_capital"), ("CO2", "Mt")
FILES = tuple(f"{name}.csv" for name in ("Z", "Y", "F", "F_Y", "v"))


def write_template(
    folder: str | Path,
    regions: Sequence[str] = REGIONS,
    sectors: Sequence[str] = SECTORS,
    categories: Sequence[str] = CATEGORIES,
) -> list[Path]:
    """Write ``Z``, ``Y``, ``F``, ``F_Y`` and ``v`` with labels and example figures that balance.

    Args:
        folder: made if it is not there.
        regions, sectors, categories: labels of the table.

    Returns:
        The files.

    Raises:
        InputError: labels that stand twice or are empty, a file that is there already, or a folder
            that cannot be written.
    """
    regions, sectors = checks.labels("region", regions), checks.labels("sector", sectors)
    categories = checks.labels("category", categories)
    rows = pd.MultiIndex.from_product([regions, sectors], names=["region", "sector"])
    uses = pd.MultiIndex.from_product([regions, categories], names=["region", "category"])
    stressors = pd.MultiIndex.from_tuples([STRESSOR], names=["stressor", "unit"])
    Z = pd.DataFrame(1.0, rows, rows)
    Y = pd.DataFrame(10.0, rows, uses)
    frames = {
        "Z": Z,
        "Y": Y,
        "F": pd.DataFrame(5.0, stressors, rows),
        "F_Y": pd.DataFrame(2.0, stressors, pd.Index(regions)),
        "v": (Y.sum(axis=1) + Z.sum(axis=1) - Z.sum(axis=0)).to_frame("value"),
    }
    target = Path(folder)
    for name in HEADS:
        if (target / f"{name}.csv").exists():
            raise InputError("is there already", where=str(target / f"{name}.csv"))
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, frame in frames.items():
            frame.to_csv(target / f"{name}.csv")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(target)) from None
    return [target / name for name in FILES]
