"""Numbers by region, and trade areas: which buses form one market for units of energy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import pandas as pd
import xarray as xr
from pydantic import AfterValidator

from dualcarbon.errors import unknown_name
from dualcarbon.instruments.base import Share, in_years, not_negative, within_one
from dualcarbon.system.network import Horizon

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution

Number = float | dict[int, float] | dict[str, float]

Regional = Annotated[Number, AfterValidator(not_negative), AfterValidator(in_years)]
"""A non-negative number, numbers by year (interpolated), or numbers by region."""

RegionalShare = Annotated[
    float | dict[int, float] | dict[str, Share],
    AfterValidator(within_one),
    AfterValidator(in_years),
]
"""A share between 0 and 1, shares by year (interpolated), or shares by region."""

AREA = "area"
NATIONAL: Final = "national"
PROVINCE: Final = "province"


def _disjoint(value: str | dict[str, tuple[str, ...]]) -> str | dict[str, tuple[str, ...]]:
    """Check that no bus is a member of two areas."""
    if isinstance(value, str):
        return value
    seen: dict[str, str] = {}
    for area, members in value.items():
        for bus in members:
            if bus in seen:
                raise ValueError(f"'{bus}' is in '{seen[bus]}' and in '{area}'")
            seen[bus] = area
    return value


TradeAreas = Annotated[
    Literal["national", "province"] | dict[str, tuple[str, ...]], AfterValidator(_disjoint)
]
"""One market for all, one per bus, or named markets with the buses that belong to each."""


def area_of_buses(areas: TradeAreas, buses: pd.Index, where: str) -> pd.Series:
    """Area of each bus; buses outside every named area are left out.

    Args:
        areas: how buses are grouped.
        buses: buses of the network.
        where: field to name in an error.

    Raises:
        InputError: an area names a bus that does not exist.
    """
    if areas == NATIONAL:
        return pd.Series(NATIONAL, index=buses)
    if areas == PROVINCE:
        return pd.Series(buses, index=buses)
    assert isinstance(areas, dict)
    found = {}
    for area, members in areas.items():
        for bus in members:
            if bus not in buses:
                raise unknown_name("region", bus, buses, where=f"{where}.{area}")
            found[bus] = area
    return pd.Series(found, dtype=object).reindex(buses).dropna()


def as_array(table: pd.DataFrame) -> xr.DataArray:
    """A table of areas (rows) by periods as an array."""
    return xr.DataArray(table.to_numpy(float), coords={AREA: table.index, "period": table.columns})


def price_by_area(solution: Solution, row: str) -> pd.DataFrame:
    """Duals of a block of rows as prices, rows areas, columns periods."""
    return solution.price(row).unstack("period")[list(solution.model.periods)]


def over_regions(value: Number, regions: pd.Index, horizon: Horizon) -> pd.DataFrame:
    """Spread numbers over regions (rows) and periods; NaN for regions that are not named."""
    named = by_region(value)
    if named:
        column = pd.Series(named, dtype=float).reindex(regions)
        return pd.DataFrame({period: column for period in horizon.periods})
    by_year = horizon.spread(everywhere(value))
    return pd.DataFrame({p: pd.Series(by_year[p], index=regions) for p in horizon.periods})


def by_region(value: Number) -> dict[str, float]:
    """Numbers by region; empty where the number holds everywhere."""
    return {k: v for k, v in value.items() if isinstance(k, str)} if isinstance(value, dict) else {}


def everywhere(value: Number) -> float | dict[int, float]:
    """Number, or numbers by year, that hold in every region."""
    if isinstance(value, dict):
        return {k: v for k, v in value.items() if isinstance(k, int)}
    return value
