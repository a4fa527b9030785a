"""What every builder of the report works from: the tables of a run, seen in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.colour import SERIES
from dualcarbon.charts.specs import Series
from dualcarbon.report.text import Text

TELLING = (
    "indicators",
    "generation",
    "capacity",
    "emissions",
    "prices",
    "all_in_prices",
    "settlement",
    "tokens",
    "flows",
    "checks",
    "double_claims",
)
"""Tables that tell which scenarios and years a run has, the surest first."""


FOLDED = "folded"
"""What is known of a run beside its tables: scenarios that equal another; see View.folded."""
OF_SCENARIO = (*TELLING, "all_in_prices", "savings", "regulated", "overlap_pairs",
               "marginal_spread", "burden", "user_steps")  # fmt: skip
"""Tables that hold every scenario of a run."""
SAME, SAME_MONEY = 1e-7, 1e-3
"""Relative difference of indicators, and bn CNY, below which two scenarios are one."""


@dataclass(frozen=True)
class View:
    """Tables of a run with the words to speak of them.

    Attributes:
        tables: tidy tables of the run; any may be missing.
        text: the catalogue.
        meta: what is known of the run beside its tables.
    """

    tables: Mapping[str, pd.DataFrame]
    text: Text
    meta: Mapping[str, Any]

    def table(self, name: str, *columns: str) -> pd.DataFrame | None:
        """A table with all the columns named, or None: then what needs it is left out."""
        table = self.tables.get(name)
        if table is None or table.empty or not set(columns) <= set(table.columns):
            return None
        return table

    @cached_property
    def scenarios(self) -> list[str]:
        """Scenarios in the order in which the run lists them."""
        for name in TELLING:
            table = self.table(name, "scenario")
            if table is not None:
                return list(dict.fromkeys(table["scenario"].astype(str)))
        return []

    @cached_property
    def folded(self) -> dict[str, tuple[str, bool]]:
        """Scenarios all of whose indicators equal those of an earlier one.

        Name to the earlier one, and whether money moves otherwise under the two.
        """
        found: dict[str, tuple[str, bool]] = {}
        for name in self.scenarios[1:]:
            for earlier in self.scenarios[: self.scenarios.index(name)]:
                if earlier not in found and self._equal(name, earlier):
                    found[name] = earlier, not self._same_money(name, earlier)
                    break
        return found

    def _equal(self, one: str, other: str) -> bool:
        tables = self._indicators.values()
        pairs = [(t.loc[one], t.loc[other]) for t in tables if {one, other} <= set(t.index)]
        lacking = any(len({one, other} & set(t.index)) == 1 for t in tables)
        apart = [(a - b).abs() > SAME * (1 + b.abs()) for a, b in pairs]
        return bool(pairs) and not lacking and not any(bool(a.any()) for a in apart)

    def _same_money(self, one: str, other: str) -> bool:
        table = self.table("settlement", "scenario", "year", "instrument", "bn_cny")
        if table is None:
            return True
        keys = ["year", "instrument", *(c for c in ("payer_kind", "payee_kind") if c in table)]
        sums = table.groupby(["scenario", *keys])["bn_cny"].sum()
        a, b = (
            sums.loc[s] if s in sums.index.get_level_values(0) else sums.iloc[:0].droplevel(0)
            for s in (one, other)
        )
        return bool((a.sub(b, fill_value=0.0).abs() < SAME_MONEY).all())

    def without(self, scenarios: Iterable[str]) -> View:
        """The view without some scenarios."""
        gone = set(scenarios)
        tables = {
            name: t[~t["scenario"].isin(gone)] if name in OF_SCENARIO and "scenario" in t else t
            for name, t in self.tables.items()
        }
        return View(tables, self.text, self.meta)

    @cached_property
    def years(self) -> list[int]:
        """Years of the run."""
        for name in TELLING:
            table = self.table(name, "year")
            if table is not None:
                return sorted({int(year) for year in table["year"]})
        return []

    @property
    def base(self) -> str:
        """The scenario that the others are compared with: the first."""
        return self.scenarios[0]

    @property
    def last(self) -> int:
        """The last year."""
        return self.years[-1]

    @property
    def period(self) -> str:
        """The years of the run, as a range."""
        return as_range(self.years) if self.years else ""

    def span(self, table: pd.DataFrame) -> str:
        """The years of a table, as a range."""
        return as_range(table["year"])

    def scenario_series(self, scenarios: list[str] | None = None) -> list[Series]:
        """Names and colours of the scenarios; the first is drawn as the base."""
        shown = self.scenarios if scenarios is None else scenarios
        return [
            Series(s, self.text.scenario(s), colour(i), base=i == 0)
            for i, s in enumerate(self.scenarios)
            if s in shown
        ]

    def indicator(self, name: str) -> pd.DataFrame | None:
        """Values of one indicator, rows scenarios, columns years."""
        found = self._indicators.get(name)
        return None if found is None else found.copy()

    @cached_property
    def _indicators(self) -> dict[str, pd.DataFrame]:
        """Values of every indicator, rows scenarios, columns years."""
        table = self.table("indicators", "scenario", "year", "indicator", "value")
        if table is None:
            return {}
        known = table[table["value"].notna()]
        mean = known.groupby(["indicator", "scenario", "year"], observed=True)["value"].mean()
        found = {}
        for name in mean.index.unique("indicator"):
            wide = mean.loc[name].unstack("year").sort_index(axis=1)
            found[str(name)] = wide.reindex([s for s in self.scenarios if s in wide.index])
        return found

    @cached_property
    def illustrative(self) -> bool:
        """Whether the run is of an invented world rather than of China."""
        china = set(datasets.provinces()) | set(datasets.load("regions")["grid"])
        return self.meta.get("world") == "teaching" or not set(self.regions) <= china

    @property
    def by_province(self) -> bool:
        """Whether the regions of the run are provinces, which have cells on the tile map."""
        return set(self.regions) <= set(datasets.provinces())

    @cached_property
    def regions(self) -> list[str]:
        """Regions of the run: provinces, regional grids, or those of an invented world."""
        for name in ("generation", "emissions", "capacity"):
            table = self.table(name, "province")
            if table is not None:
                return list(dict.fromkeys(table["province"].astype(str)))
        return list(datasets.provinces())


def as_range(years: Iterable[int]) -> str:
    """The first and the last of some years, or the only one."""
    known = [int(year) for year in years]
    first, last = min(known), max(known)
    return str(first) if first == last else f"{first}–{last}"


def colour(index: int) -> str:
    """Colour of the series of an index."""
    return SERIES[index % len(SERIES)]
