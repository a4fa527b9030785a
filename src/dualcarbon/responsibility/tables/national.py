"""National series, cumulative emissions per head, budgets by rule and their paths."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dualcarbon.responsibility.history.national import LATEST
from dualcarbon.responsibility.history.per_head import DEFINITIONS, cumulative, cumulative_per_head
from dualcarbon.responsibility.history.series import ACCOUNTS, history, national_series
from dualcarbon.responsibility.rights import RULES, Basis, Budgets, national_paths, share
from dualcarbon.responsibility.rights.embedded import SOURCE, grouped
from dualcarbon.responsibility.table.countries import named

SERIES = "Global Carbon Budget {vintage}, by way of Our World in Data"
STARTS = (1850, 1950, 1990)


def series_table(regions: Sequence[str], start: int = 1990) -> pd.DataFrame:
    """Territorial and consumption emissions by year: region, year, account, value, per_head,
    vintage, unit, source, grade, names."""
    table = national_series(regions, start=start)
    table["unit"] = "Mt"
    table["source"] = table["vintage"].map(lambda v: SERIES.format(vintage=v))
    table["grade"] = table["account"].map({"territorial": "B", "consumption": "C"})
    return named(table)


def cumulative_table(
    regions: Sequence[str], end: int, starts: Sequence[int] = STARTS
) -> pd.DataFrame:
    """Cumulative emissions and three figures per head, by region, basis and start year.

    Consumption emissions are known from 1990; earlier starts are territorial only.

    Returns:
        Tidy: region, basis, start, end, total_gt, definition, value (t per head), names of region
        and definition, source, grade.
    """
    rows = []
    for basis in ACCOUNTS:
        emissions, people = history(regions, basis=basis)
        for start in starts:
            if basis == "consumption" and start < 1990:
                continue
            total = cumulative(emissions, start, end) / 1000.0
            for key, about in DEFINITIONS.items():
                value = cumulative_per_head(emissions, people, key, start, end)
                rows.append(
                    pd.DataFrame(
                        {
                            "region": value.index,
                            "basis": basis,
                            "start": start,
                            "end": end,
                            "total_gt": total.to_numpy(),
                            "definition": key,
                            "definition_en": about.title_en,
                            "definition_zh": about.title_zh,
                            "value": value.to_numpy(),
                        }
                    )
                )
    table = pd.concat(rows, ignore_index=True)
    table["source"], table["grade"] = SERIES.format(vintage=LATEST), "B"
    return named(table)


def all_budgets(basis: Basis, budget: float, rules: Sequence[str] | None = None) -> list[Budgets]:
    """Budgets of every country under every rule."""
    return [share(basis, budget, rule) for rule in (rules or RULES)]


def budgets_table(
    budgets: Sequence[Budgets], basis: Basis, regions: Sequence[str], label: str
) -> pd.DataFrame:
    """Budgets of the regions wanted and of the rest of the world.

    Returns:
        Tidy: rule, region, value (Gt), share (of the whole), per_head (t of the whole budget),
        years_left (at today's emissions), budget (Gt), label (which budget), year, names, unit,
        source, grade.
    """
    people, now = grouped(basis.people, regions), grouped(basis.now, regions)
    rows = []
    for one in budgets:
        value = grouped(one.values, regions)
        rows.append(
            pd.DataFrame(
                {
                    "rule": one.rule,
                    "rule_en": RULES[one.rule].title_en,
                    "rule_zh": RULES[one.rule].title_zh,
                    "region": value.index,
                    "value": value.to_numpy(),
                    "share": (value / one.total).to_numpy(),
                    "per_head": (value / people * 1e9).to_numpy(),
                    "years_left": (value / now).to_numpy(),
                    "budget": one.total,
                }
            )
        )
    table = pd.concat(rows, ignore_index=True)
    table["label"], table["year"], table["unit"] = label, basis.year, "Gt"
    table["source"], table["grade"] = SOURCE, "C"
    return named(table)


def paths_table(
    budgets: Sequence[Budgets], basis: Basis, regions: Sequence[str], horizon: int = 2060
) -> pd.DataFrame:
    """Yearly paths of regions (``EU27`` among them) that use up their budgets.

    Returns:
        Tidy: rule, region, year, value (Gt), shape, names, unit, source, grade; years up to the
        horizon.
    """
    last = basis.year
    whole = Basis.of(
        grouped(basis.now, regions).to_frame(last).T,
        grouped(basis.people, regions).to_frame(last).T,
        source=basis.source,
    )
    rows = [
        national_paths(
            whole,
            Budgets(one.rule, grouped(one.values, regions), one.total, one.year, one.settings),
            horizon=horizon,
            regions=list(regions),
        )
        for one in budgets
    ]
    table = pd.concat(rows, ignore_index=True)
    table = table[table["year"] <= horizon].reset_index(drop=True)
    table["rule_en"] = table["rule"].map({k: r.title_en for k, r in RULES.items()})
    table["rule_zh"] = table["rule"].map({k: r.title_zh for k, r in RULES.items()})
    table["unit"], table["source"], table["grade"] = "Gt", SOURCE, "C"
    return named(table)
