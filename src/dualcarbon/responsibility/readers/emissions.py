"""Emissions in a file of their own: for tables that come without, such as ICIO and FIGARO.

The file is ``co2_YYYY.csv`` beside the table, or the one that is named: a csv with the columns
``region``, ``sector``, ``value`` and, as wanted, ``stressor`` (by default CO2) and ``unit`` (by
default Mt). Rows whose sector is ``households`` are the direct emissions of final users. Emissions
on industries without output have a treatment of their own, see :func:`on_zero_output`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.readers.csvfiles import numbers_of, read_rows
from dualcarbon.responsibility.table.checks import locked
from dualcarbon.responsibility.table.table import InputOutputTable

Array = npt.NDArray[np.floating[Any]]
HOUSEHOLDS = "households"
TREATMENTS = ("drop", "spread", "keep")
EXPECTS = f"co2_YYYY.csv with region, sector, value[, unit]; sector '{HOUSEHOLDS}' for direct ones"
NO_EMISSIONS = "none: co2_YYYY.csv beside the table"
NO_DIRECT = "no direct emissions of final users are given"
log = logging.getLogger(__name__)


class MissingEmissions(InputError):
    """The table is there, its emissions are not; ``co2="none"`` opens it all the same."""


@dataclass(frozen=True, eq=False)
class Emissions:
    """Stressors of production (P, N), of final users (P, R), their labels and units.

    ``note`` says what of them is not as one would expect; it goes into the source of the table.
    """

    F: Array
    F_Y: Array
    stressors: tuple[str, ...]
    units: tuple[str, ...]
    note: str = ""

    def noted(self, source: str) -> str:
        """The source of the table with the note."""
        return f"{source}; {self.note}" if self.note else source


def none(regions: Sequence[str], sectors: Sequence[str]) -> Emissions:
    """CO2 of 0 everywhere, for tables that are opened without emissions."""
    industries = len(regions) * len(sectors)
    return Emissions(np.zeros((1, industries)), np.zeros((1, len(regions))), ("CO2",), ("Mt",))


def beside(path: Path, year: int) -> Path | None:
    """The file ``co2_YYYY.csv`` in the folder of a table, if there is one."""
    file = (path if path.is_dir() else path.parent) / f"co2_{year}.csv"
    return file if file.is_file() else None


def needed(path: Path, year: int) -> Path:
    """The file of :func:`beside`.

    Raises:
        MissingEmissions: there is none.
    """
    file = beside(path, year)
    if file is None:
        raise MissingEmissions(
            "these tables bring no emissions: give them with emissions=, or co2='none'",
            where=str(path),
            allowed=EXPECTS,
        )
    return file


def read(path: str | Path, regions: Sequence[str], sectors: Sequence[str]) -> Emissions:
    """Read emissions by region and sector.

    Args:
        path: the csv file.
        regions, sectors: labels of the table. Each industry needs a row, with 0 where it emits
            nothing; so do the households of each region, or of none.

    Raises:
        InputError: no such file, a column or an industry is missing, an unknown label, a label
            twice, or a figure that is no number; names the row.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError("no such file", where=str(path), allowed=EXPECTS)
    frame = read_rows(file)
    for column in ("region", "sector", "value"):
        if column not in frame:
            raise InputError(f"no column '{column}'", where=str(path), allowed=EXPECTS)
    for column, default in (("stressor", "CO2"), ("unit", "Mt")):
        frame[column] = frame.get(column, default)
    for column in ("region", "sector", "stressor", "unit"):
        frame[column] = frame[column].str.strip()
    values = numbers_of(frame["value"], frame.attrs["mark"])
    if values.isna().any():
        row = int(values.isna().to_numpy().argmax())
        raise InputError(
            f"'{frame['value'].iloc[row]}' is no number", where=f"{path}, row {row + 2}"
        )
    return _placed(frame.assign(value=values), regions, sectors, str(path))


def _placed(
    frame: pd.DataFrame, regions: Sequence[str], sectors: Sequence[str], where: str
) -> Emissions:
    """Put every row of the file in its cell."""
    at = {
        kind: {name: position for position, name in enumerate(names)}
        for kind, names in (("region", regions), ("sector", [*sectors, HOUSEHOLDS]))
    }
    for kind, known in at.items():
        wrong = ~frame[kind].isin(list(known))
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise unknown_name(kind, frame[kind].iloc[row], known, where=f"{where}, row {row + 2}")
    keys = ["stressor", "region", "sector"]
    twice = frame.duplicated(keys)
    if twice.any():
        row = int(twice.to_numpy().argmax())
        cell = ", ".join(frame[keys].iloc[row])
        raise InputError(f"{cell} stands twice", where=f"{where}, row {row + 2}")
    units = frame.groupby("stressor", sort=False)["unit"].agg(["first", "nunique"])
    if (units["nunique"] > 1).any():
        name = str(units.index[units["nunique"] > 1][0])
        raise InputError(f"stressor '{name}' has more than one unit", where=where)
    stressors = {name: position for position, name in enumerate(units.index)}
    cells = np.zeros((len(stressors), len(regions), len(sectors) + 1))
    places = (
        frame["stressor"].map(stressors).to_numpy(),
        frame["region"].map(at["region"]).to_numpy(),
        frame["sector"].map(at["sector"]).to_numpy(),
    )
    cells[places] = frame["value"].to_numpy(dtype=float)
    listed = np.zeros(cells.shape, dtype=bool)
    listed[places] = True
    note = ""
    if not listed[:, :, -1].any():
        note, listed[:, :, -1] = NO_DIRECT, True
    if not listed.all():
        p, r, s = map(int, np.unravel_index(int(np.argmin(listed)), listed.shape))
        raise InputError(
            f"no row of {list(stressors)[p]}, {regions[r]}, {[*sectors, HOUSEHOLDS][s]} "
            f"({int((~listed).sum())} are missing); write 0 where nothing is emitted",
            where=where,
        )
    F = cells[:, :, :-1].reshape(len(stressors), -1)
    return Emissions(F, cells[:, :, -1].copy(), tuple(stressors), tuple(units["first"]), note)


def on_zero_output(
    emissions: Emissions, x: Array, regions: int, treatment: str
) -> tuple[Emissions, Array]:
    """Treat emissions on industries without output, which no intensity can carry.

    With f = F / x and f = 0 where x = 0, no chain can carry such emissions: where they are kept,
    every account leaves them with the region that emits them.

    Args:
        emissions: as read.
        x: (N,) output.
        regions: number of regions.
        treatment: ``drop`` leaves them out; ``spread`` gives them to the other industries of
            their region in proportion to what those emit; ``keep`` changes nothing.

    Returns:
        The emissions, and (P,) what was on industries without output.

    Raises:
        InputError: unknown treatment.
    """
    if treatment not in TREATMENTS:
        raise unknown_name("treatment", treatment, TREATMENTS, where="zero_output")
    idle = (x == 0).reshape(regions, -1)
    F = emissions.F.reshape(len(emissions.F), regions, -1)
    lost = np.where(idle, F, 0.0).sum(axis=2)
    total = lost.sum(axis=1)
    if treatment == "keep" or not total.any():
        return emissions, total
    left = np.where(idle, 0.0, F)
    if treatment == "spread":
        sums = left.sum(axis=2)
        left *= 1.0 + np.divide(lost, sums, out=np.zeros_like(lost), where=sums > 0)[:, :, None]
    for name, unit, value in zip(emissions.stressors, emissions.units, total, strict=True):
        if value:
            log.info("%.4g %s of %s on industries without output: %s", value, unit, name, treatment)
    kept = left.reshape(emissions.F.shape)
    return replace(emissions, F=kept), total


def treated(table: InputOutputTable, treatment: str) -> InputOutputTable:
    """The table after :func:`on_zero_output`; its source says what was done to how much.

    An industry that sells nothing counts as one without output: in rounded tables both occur.

    Raises:
        InputError: unknown treatment.
    """
    given = Emissions(table.F, table.F_Y, table.stressors, table.stressor_units)
    output = np.where(table.sales == 0, 0.0, table.x)
    found, lost = on_zero_output(given, output, table.R, treatment)
    if not lost.any():
        return table
    said = ", ".join(
        f"{value:.3g} {unit} of {name}"
        for name, unit, value in zip(table.stressors, table.stressor_units, lost, strict=True)
        if value
    )
    source = f"{table.source}; {said} on industries without output: {treatment}"
    return replace(table, F=locked(found.F), source=source)
