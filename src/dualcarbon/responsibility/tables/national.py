"""National series, budgets and people's emissions as tidy tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.history import national
from dualcarbon.responsibility.history.per_head import DEFINITIONS, cumulative, cumulative_per_head
from dualcarbon.responsibility.history.series import ACCOUNTS, history, national_series
from dualcarbon.responsibility.households import (
    TIERS,
    IncomeGroups,
    Thresholds,
    TieredTax,
    gini,
    incidence,
    tiers,
)
from dualcarbon.responsibility.rights import RULES, Basis, Budgets, national_paths, share
from dualcarbon.responsibility.rights.embedded import grouped
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

    Consumption emissions are known from 1990 and end earlier than territorial ones; earlier starts
    are territorial only.

    Returns:
        Tidy: region, basis, start, end, total_gt, definition, value (t per head), names of region
        and definition, source, grade.
    """
    rows = []
    for basis in ACCOUNTS:
        emissions, people = history(regions, basis=basis)
        last = min(end, int(emissions.dropna().index.max()))
        for start in starts:
            if basis == "consumption" and start < 1990:
                continue
            total = cumulative(emissions, start, last) / 1000.0
            for key, about in DEFINITIONS.items():
                value = cumulative_per_head(emissions, people, key, start, last)
                rows.append(
                    pd.DataFrame(
                        {
                            "region": value.index,
                            "basis": basis,
                            "start": start,
                            "end": last,
                            "total_gt": total.to_numpy(),
                            "definition": key,
                            "definition_en": about.title_en,
                            "definition_zh": about.title_zh,
                            "value": value.to_numpy(),
                            "source": SERIES.format(vintage=national.NEWEST[basis]),
                        }
                    )
                )
    table = pd.concat(rows, ignore_index=True)
    table["grade"] = "B"
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
    table["source"], table["grade"] = basis.source, "C"
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
    table["unit"], table["source"], table["grade"] = "Gt", basis.source, "C"
    return named(table)


TIERS_SOURCE = "WID.world (Chancel 2022), carbon footprint by income decile"


def decile_groups(region: str) -> IncomeGroups:
    """Income deciles of a country with their mean footprint, t CO2e per head.

    Raises:
        InputError: no deciles of the country.
    """
    table = national.footprint_deciles([region]).sort_values("decile")
    year = int(table["year"].iloc[0])
    people = national.population([region])
    persons = float(people.loc[people["year"] == year, "value"].iloc[0])
    return IncomeGroups.of(
        table["t_per_head"].to_numpy(),
        persons / len(table),
        labels=[f"D{d}" for d in table["decile"]],
        region=region,
        year=year,
        source=TIERS_SOURCE,
    )


def tiers_table(
    regions: Sequence[str], bounds: Thresholds, tax: TieredTax | None = None
) -> pd.DataFrame:
    """Tiers, payments and dividends of every income decile.

    Returns:
        Tidy by region and group: ``group``, ``people``, ``per_head`` (t CO2e), one column per
        tier (t per head), ``gini`` of the region and, with a tax, ``payment``, ``dividend``,
        ``net`` (currency per head), ``revenue`` (currency); year, unit, source, grade, names.

    Raises:
        InputError: no region, or one without deciles.
    """
    if not regions:
        raise InputError("no region", where="regions")
    rows = []
    for region in regions:
        groups = decile_groups(region)
        part = tiers(groups, bounds).reset_index()
        part.insert(0, "region", region)
        part["people"], part["per_head"] = groups.people, groups.per_head
        part["gini"] = gini(groups.per_head, groups.people)
        part["year"] = groups.year
        if tax is not None:
            paid = incidence(groups, tax)
            for column in ("payment", "dividend", "net"):
                part[column] = paid.table[column].to_numpy()
            part["revenue"], part["currency"] = paid.revenue, paid.currency
        rows.append(part)
    table = pd.concat(rows, ignore_index=True)
    table["unit"], table["source"], table["grade"] = bounds.unit, TIERS_SOURCE, "C"
    for name, value in bounds.named().items():
        table[f"bound_{name}"] = value
    table["bounds_source"] = bounds.source
    return named(table)


def tax_table(tax: TieredTax, most: int = 60) -> pd.DataFrame:
    """The tax by emissions: ``emissions`` (t per head, whole numbers), ``payment``, ``marginal``,
    ``average`` (per t), and the rate of each tier."""
    emissions = np.arange(0, most + 1, dtype=float)
    payment = tax.payment(emissions)
    table = pd.DataFrame(
        {
            "emissions": emissions.astype(int),
            "payment": payment,
            "marginal": tax.marginal(emissions),
            "average": np.divide(
                payment, emissions, out=np.zeros_like(payment), where=emissions > 0
            ),
            "currency": tax.currency,
        }
    )
    for tier, rate in zip(TIERS, tax.rates, strict=True):
        table[f"rate_{tier}"] = rate
    return table.assign(grade="D", source="rates chosen for illustration")
