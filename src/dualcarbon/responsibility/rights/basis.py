"""What a claim to the remaining budget can rest on, and the national budgets that a rule gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dualcarbon.errors import CheckFailed, InputError, unknown_name


@dataclass(frozen=True, eq=False)
class Basis:
    """Regions that together are the world, up to the last year before the budget starts.

    Attributes:
        emissions: Gt CO2 per year; index years without gaps, columns regions.
        population: persons; same columns, the years that are known. A region without people
            (international bunkers) has 0.
        gdp_per_head: in one currency per person, by region; None where it is not known.
        source: where the figures come from.
    """

    emissions: pd.DataFrame
    population: pd.DataFrame
    gdp_per_head: pd.Series | None = None
    source: str = "user"

    @classmethod
    def of(
        cls,
        emissions: pd.DataFrame,
        population: pd.DataFrame,
        gdp_per_head: pd.Series | None = None,
        *,
        source: str = "user",
    ) -> Basis:
        """Check the figures and put regions and years in one order.

        Raises:
            InputError: a region is missing in one of the tables, years have a gap, a figure is
                missing or negative, the last year has no population.
        """
        emissions, population = emissions.sort_index().astype(float), population.sort_index()
        regions = list(map(str, emissions.columns))
        emissions.columns = pd.Index(regions)
        _known(population.columns, regions, "population")
        years = emissions.index.astype(int)
        if list(years) != list(range(years[0], years[-1] + 1)):
            raise InputError("years of emissions have a gap", where="emissions")
        if years[-1] not in population.index:
            raise InputError(f"no population of {years[-1]}", where="population")
        people = population[regions].astype(float)
        for name, table in (("emissions", emissions), ("population", people)):
            _figures(table, name)
        if gdp_per_head is not None:
            _known(gdp_per_head.index, regions, "gdp_per_head")
            gdp_per_head = gdp_per_head[regions].astype(float)
            inhabited = people.loc[years[-1]] > 0
            wrong = gdp_per_head[inhabited & ~(gdp_per_head > 0)]
            if len(wrong):
                raise InputError("must be above zero", where=f"gdp_per_head of '{wrong.index[0]}'")
        return cls(emissions, people, gdp_per_head, source)

    @property
    def regions(self) -> list[str]:
        """Regions in the order of the tables."""
        return list(self.emissions.columns)

    @property
    def year(self) -> int:
        """Last year of history; the budget counts from the year after."""
        return int(self.emissions.index[-1])

    @property
    def now(self) -> pd.Series:
        """Emissions of the last year, Gt."""
        return self.emissions.iloc[-1]

    @property
    def people(self) -> pd.Series:
        """Population of the last year."""
        return self.population.loc[self.year]

    def since(self, start: int) -> pd.DataFrame:
        """Emissions from a year on.

        Raises:
            InputError: the year is outside the series.
        """
        first = int(self.emissions.index[0])
        if not first <= start <= self.year:
            raise InputError(
                f"{start} is outside the series", where="start", allowed=f"{first} to {self.year}"
            )
        return self.emissions.loc[start:]

    def grouped(self, groups: Mapping[str, Sequence[str]]) -> Basis:
        """The same world in other regions: sums, with GDP per head weighted by people.

        Args:
            groups: members of each new region; together all regions, none of them twice.

        Raises:
            InputError: a member that is no region, one that is in two groups or in none.
        """
        listed = [code for codes in groups.values() for code in codes]
        for code in listed:
            if code not in self.regions:
                raise unknown_name("region", code, self.regions, where="groups")
        twice = [code for code in self.regions if listed.count(code) != 1]
        if twice:
            raise InputError(f"'{twice[0]}' is in {listed.count(twice[0])} groups", where="groups")
        sums = [
            pd.DataFrame({name: table[list(codes)].sum(axis=1) for name, codes in groups.items()})
            for table in (self.emissions, self.population)
        ]
        income = None
        if self.gdp_per_head is not None:
            whole = self.gdp_per_head.where(self.people > 0, 0.0) * self.people
            income = pd.Series({n: float(whole[list(c)].sum()) for n, c in groups.items()})
            income = income / sums[1].loc[self.year].where(lambda p: p > 0)
        return Basis.of(sums[0], sums[1], income, source=self.source)

    def income(self) -> pd.Series:
        """GDP per head.

        Raises:
            InputError: it is not known.
        """
        if self.gdp_per_head is None:
            raise InputError("this rule needs GDP per head", where="gdp_per_head")
        return self.gdp_per_head


def checked_budget(budget: float) -> float:
    """A budget that can be shared.

    Raises:
        InputError: it is not a figure above zero.
    """
    if not np.isfinite(budget) or budget <= 0:
        raise InputError(
            f"a remaining budget must be above zero, got {budget:g} Gt CO2", where="budget"
        )
    return float(budget)


def _known(found: pd.Index, regions: list[str], where: str) -> None:
    names = [str(n) for n in found]
    for region in regions:
        if region not in names:
            raise unknown_name("region", region, names, where=where)


def _figures(table: pd.DataFrame, name: str) -> None:
    values = table.to_numpy()
    for problem, mask in (("missing", ~np.isfinite(values)), ("negative", values < 0)):
        if mask.any():
            row, column = np.argwhere(mask)[0]
            where = f"{name} of '{table.columns[column]}' in {table.index[row]}"
            raise InputError(f"a figure is {problem}", where=where)


@dataclass(frozen=True, eq=False)
class Budgets:
    """What each region may still emit under one rule.

    Attributes:
        rule: key of the rule.
        values: Gt CO2 by region from the year after ``year`` on; negative for a region that has
            used more than its share.
        total: the budget shared, Gt CO2.
        year: last year of history.
        settings: parameters of the rule.
    """

    rule: str
    values: pd.Series
    total: float
    year: int
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Difference of the sum to the whole, relative to the sum of sizes."""
        size = max(float(self.values.abs().sum()), self.total)
        return abs(float(self.values.sum()) - self.total) / size

    @property
    def shares(self) -> pd.Series:
        """Shares of the whole."""
        return self.values / self.total

    def check(self, tolerance: float = 1e-12) -> Budgets:
        """Return the budgets if they sum to the whole.

        Raises:
            CheckFailed: they do not.
        """
        if not self.gap <= tolerance:
            raise CheckFailed(
                f"budgets of rule '{self.rule}' sum to {self.values.sum():.9g} Gt, "
                f"the whole is {self.total:.9g} Gt"
            )
        return self
