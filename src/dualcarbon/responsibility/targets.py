"""Paths of regions' CO2: observed, then through the targets that they have submitted.

Targets speak of all gases as a rule; the same share is taken of CO2 from fuels and industry. A
range is taken at its middle, the line between two targets is straight, and what a target leaves
above the level already reached does not raise the path. Grades are in the table ``ndc_paths``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.datasets.countries import alpha3
from dualcarbon.errors import InputError
from dualcarbon.responsibility.history import national
from dualcarbon.responsibility.rights.embedded import EU27
from dualcarbon.responsibility.table.countries import REST, WORLD

HORIZON = 2080
UNION = ("EU", "EU27")
PEAK = "peak"
SOURCE = "NDCs as submitted; Global Carbon Budget 2025"


def index_of(
    region: str,
    base: int,
    *,
    given: pd.Series | None = None,
    net_zero: int | None = None,
    horizon: int = HORIZON,
    others: Sequence[str] = (),
) -> pd.Series:
    """Emissions of a region by year relative to a base year.

    Args:
        region: label of a table, or the rest of the world beside ``others``.
        base: year in which the index is 1.
        given: emissions by year whose changes are followed after the last observed year.
        net_zero: year from which it is 0; by default the party's own.
        horizon: last year.
        others: all regions of the table.

    Raises:
        InputError: no national series or no target of the region, a base year outside the series,
            or years that do not follow one another.
    """
    seen = observed(region, tuple(others))
    last = int(seen.index[-1])
    if base not in seen.index:
        raise InputError(
            f"{base} is outside the series", where=f"region '{region}'",
            allowed=f"{int(seen.index[0])} to {last}",
        )  # fmt: skip
    points = {last: float(seen.iloc[-1])}
    rows = targets_of(region)
    zero = int(rows["net_zero"].iloc[0]) if net_zero is None else net_zero
    points |= _given(given, region, points) if given is not None else _targets(rows, seen, points)
    if zero <= max(points):
        points = {year: value for year, value in points.items() if year < zero}
        if not points:
            raise InputError(f"{zero} is not after {last}", where=f"net zero of '{region}'")
    points[zero] = 0.0
    years = np.arange(last, max(horizon, zero) + 1)
    line = np.interp(years, sorted(points), [points[year] for year in sorted(points)])
    whole = pd.concat([seen.loc[base : last - 1], pd.Series(line, years)])
    return (whole / float(seen[base])).loc[:horizon].rename_axis("year")


@cache
def observed(region: str, others: tuple[str, ...] = ()) -> pd.Series:
    """Territorial CO2 of a region of a table by year, Mt; the rest is the world less the others.

    Raises:
        InputError: no national series of the region.
    """
    if region in REST:
        rest = [r for r in others if r not in REST]
        known = [observed(r) for r in rest]
        return (_series(WORLD) - sum(known)).dropna()
    return _series("EU27" if region in UNION else alpha3(region))


def targets_of(region: str) -> pd.DataFrame:
    """Rows of ``ndc_paths`` of a region: those of its union where it is a member of EU27.

    Raises:
        InputError: there are none.
    """
    table = datasets.load("ndc_paths")
    code = "ROW" if region in REST else alpha3(region)
    if region in UNION or code in EU27:
        code = "EU"
    rows = table[table["region"] == code]
    if rows.empty:
        raise InputError(
            "no target is known", where=f"region '{region}'", allowed=dict.fromkeys(table["region"])
        )
    return rows.reset_index(drop=True)


def _series(code: str) -> pd.Series:
    table = national.territorial(regions=[code])
    return table.set_index("year")["value"].sort_index().astype(float)


def _targets(rows: pd.DataFrame, seen: pd.Series, points: dict[int, float]) -> dict[int, float]:
    """Levels in the years of the targets, never above the level before."""
    level = next(iter(points.values()))
    found: dict[int, float] = {}
    for row in rows.dropna(subset=["target_year"]).itertuples():
        base = str(row.base).removesuffix(".0")
        if base in ("nan", "<NA>", ""):
            found[int(row.target_year)] = level
            continue
        whole = float(seen.max()) if base == PEAK else float(seen[int(base)])
        level = min(level, whole * (float(row.left_low) + float(row.left_high)) / 2)
        found[int(row.target_year)] = level
    return found


def _given(path: pd.Series, region: str, points: dict[int, float]) -> dict[int, float]:
    """Levels of a path of one's own, tied to the last observed one at its first year."""
    (last, level), years = next(iter(points.items())), [int(year) for year in path.index]
    if years != sorted(set(years)) or not years or years[0] < last:
        raise InputError(
            f"years must rise from {last} on", where=f"path of '{region}'", allowed=f">= {last}"
        )
    first = float(path.iloc[0])
    if not first > 0:
        raise InputError("must start above zero", where=f"path of '{region}'")
    return {year: level * float(value) / first for year, value in zip(years, path, strict=True)}
