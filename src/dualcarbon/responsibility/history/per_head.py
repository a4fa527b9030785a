"""Accounts per head: of one year, and cumulative by three definitions; and the debt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Definition:
    """One way to put cumulative emissions per head, t.

    Attributes:
        of: from yearly emissions (Mt) and people, both index year and columns regions.
        formula, title_en, title_zh: for people.
    """

    of: Callable[[pd.DataFrame, pd.DataFrame], pd.Series]
    formula: str
    title_en: str
    title_zh: str


def per_present_head(emissions: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """``sum_t E_t / P_T``: all emissions over the people of the last year."""
    return emissions.sum() / people.iloc[-1] * TONNES


def sum_per_head(emissions: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """``sum_t (E_t / P_t)``: what one head emitted over all the years."""
    return (emissions / people).sum(min_count=1) * TONNES


def per_person_year(emissions: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """``sum_t E_t / sum_t P_t``: mean emissions of a year of life, t per head and year."""
    return emissions.sum() / people.sum() * TONNES


DEFINITIONS: Mapping[str, Definition] = {
    "per_present_head": Definition(
        per_present_head,
        "Σ_t E_t / P_T",
        "cumulative emissions over present population",
        "累计排放 ÷ 当前人口",
    ),
    "sum_per_head": Definition(
        sum_per_head, "Σ_t (E_t / P_t)", "sum of yearly emissions per head", "逐年人均排放之和"
    ),
    "per_person_year": Definition(
        per_person_year,
        "Σ_t E_t / Σ_t P_t",
        "mean emissions per person-year",
        "累计排放 ÷ 累计人年",
    ),
}


def cumulative(emissions: pd.DataFrame, start: int, end: int | None = None) -> pd.Series:
    """Historical emissions from any start year, in the unit of the series times years.

    Args:
        emissions: index year, columns regions; start, end: first and last year, both included;
            the last year of the series by default.

    Raises:
        InputError: years outside the series or out of order, or a region without a figure in one.
    """
    return _span(emissions, start, end).sum()


def cumulative_per_head(
    emissions: pd.DataFrame,
    population: pd.DataFrame,
    definition: str,
    start: int,
    end: int | None = None,
) -> pd.Series:
    """Cumulative emissions per head under a definition that is named.

    Args:
        emissions: Mt; population: persons; both index year and columns regions.
        definition: key of :data:`DEFINITIONS`; start, end: years, both included.

    Returns:
        t per head (``per_person_year``: t per head and year) by region.

    Raises:
        InputError: an unknown definition, years outside the series, a region or year without
            population.
    """
    if definition not in DEFINITIONS:
        raise unknown_name("definition", definition, DEFINITIONS)
    span = _span(emissions, start, end)
    return DEFINITIONS[definition].of(span, _people(population, span))


def debt(
    emissions: pd.DataFrame, population: pd.DataFrame, start: int, end: int | None = None
) -> pd.Series:
    """``sum_t (E_rt - P_rt / P_t E_t)``: emitted beyond an equal share per head, Mt.

    Regions must be the whole world; debts and credits sum to zero.

    Raises:
        InputError: see :func:`cumulative_per_head`.
    """
    span = _span(emissions, start, end)
    people = _people(population, span)
    fair = people.div(people.sum(axis=1), axis=0).mul(span.sum(axis=1), axis=0)
    return (span - fair).sum()


def _span(emissions: pd.DataFrame, start: int, end: int | None) -> pd.DataFrame:
    first, last = int(emissions.index.min()), int(emissions.index.max())
    stop = last if end is None else end
    for where, year in (("start", start), ("end", stop)):
        if not first <= year <= last:
            raise InputError(
                f"{year} is outside the series", where=where, allowed=f"{first} to {last}"
            )
    if start > stop:
        raise InputError(f"{start} is after {stop}", where="start")
    span = emissions.loc[start:stop]
    missing = span.isna()
    if missing.to_numpy().any():
        region = str(missing.columns[missing.any()][0])
        known = emissions[region].last_valid_index()
        raise InputError(
            f"no emissions of {missing.index[missing[region]][0]}",
            where=f"region '{region}'",
            allowed=f"to {known}",
        )
    return span


def _people(population: pd.DataFrame, span: pd.DataFrame) -> pd.DataFrame:
    for region in span.columns:
        if region not in population.columns:
            raise unknown_name("region", str(region), population.columns, where="population")
    missing = span.index.difference(population.index)
    if len(missing):
        raise InputError(f"no population of {missing[0]}", where="population")
    return population.loc[span.index, span.columns]
