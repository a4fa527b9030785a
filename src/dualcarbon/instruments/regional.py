"""Numbers that hold everywhere, by year, or by region."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
from pydantic import AfterValidator

from dualcarbon.instruments.base import Share, not_negative, within_one
from dualcarbon.system.network import Horizon

Number = float | dict[int, float] | dict[str, float]

Regional = Annotated[Number, AfterValidator(not_negative)]
"""A non-negative number, numbers by year (interpolated), or numbers by region."""

RegionalShare = Annotated[float | dict[int, float] | dict[str, Share], AfterValidator(within_one)]
"""A share between 0 and 1, shares by year (interpolated), or shares by region."""


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
