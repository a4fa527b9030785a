"""Tiers of emissions by income group, a tiered tax, and who gains from its dividend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.history import national
from dualcarbon.responsibility.households import (
    TIERS,
    IncomeGroups,
    Thresholds,
    TieredTax,
    gini,
    incidence,
    tiers,
)
from dualcarbon.responsibility.table.countries import named

SOURCE = "WID.world (Chancel 2022), carbon footprint by income decile"


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
        source=SOURCE,
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
    table["unit"], table["source"], table["grade"] = bounds.unit, SOURCE, "C"
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
