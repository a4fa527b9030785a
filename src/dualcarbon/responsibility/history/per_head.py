"""Accounts per head."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.table.units import megatonnes

TONNES = 1e6


def per_head(
    accounts: pd.DataFrame | pd.Series, population: Mapping[str, float], *, unit: str = "Mt"
) -> pd.DataFrame:
    """``E_r / P_r`` in tonnes per head and year.

    Args:
        accounts: index region, one column per principle or stressor, in ``unit``.
        population: persons by region; unit: a unit of mass.

    Raises:
        InputError: a region without population, population not above zero, a unit that is no mass.
    """
    table = accounts.to_frame() if isinstance(accounts, pd.Series) else accounts
    for region in table.index:
        if region not in population:
            raise unknown_name("region", str(region), population, where="population")
        if not population[region] > 0:
            raise InputError("must be above zero", where=f"population of '{region}'")
    people = pd.Series({r: float(population[r]) for r in table.index})
    return table.div(people, axis=0) * (megatonnes(unit) * TONNES)


def ratios(heads: pd.DataFrame, one: str, other: str) -> pd.Series:
    """How many times the emissions per head of one region are those of another, by principle.

    Raises:
        InputError: an unknown region.
    """
    for region in (one, other):
        if region not in heads.index:
            raise unknown_name("region", region, map(str, heads.index))
    return heads.loc[one] / heads.loc[other]
