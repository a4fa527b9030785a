"""Accounts by principle, who gains from which, flows between regions, and published models."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.flows import flows
from dualcarbon.responsibility.history.national import published_accounts
from dualcarbon.responsibility.history.per_head import per_head
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles import account, principle
from dualcarbon.responsibility.ranking import changes, ranking
from dualcarbon.responsibility.table.countries import named, population_of
from dualcarbon.responsibility.table.table import InputOutputTable

DISTINCT = (
    "PBA",
    "CBA",
    "final_production",
    "income",
    "full_production",
    "EEBT",
    "shared_lenzen",
    "TCBA_exportw",
    "benchmark_stage",
    "benchmark_finalprod",
)
"""Principles that differ from one another on every table."""


def accounts_table(system: LeontiefSystem, principles: Sequence[str] = DISTINCT) -> pd.DataFrame:
    """Every region under every principle.

    Returns:
        Tidy: region, principle, value (in ``unit``), per_head (t, missing where the population is
        not known), change (share of the territorial account, scaled where the principle counts
        more than the world), sums_to, year, unit, source, grade, and names in both languages.

    Raises:
        InputError: an unknown principle, or none of them is ``PBA``.
    """
    table = system.table
    if "PBA" not in principles:
        raise InputError("the comparison needs 'PBA'", where="principles")
    found = {name: account(system, name).values.iloc[:, 0] for name in principles}
    wide = pd.DataFrame(found).rename_axis("region")
    heads = _heads(table, wide)
    moved = changes(wide)
    long = wide.reset_index().melt("region", var_name="principle")
    keys = list(zip(long["region"], long["principle"], strict=True))
    long["per_head"] = [float(heads.loc[r, p]) for r, p in keys]
    long["change"] = [float(moved.loc[r, p]) for r, p in keys]
    about = {name: principle(name) for name in principles}
    long["principle_en"] = long["principle"].map({k: p.title_en for k, p in about.items()})
    long["principle_zh"] = long["principle"].map({k: p.title_zh for k, p in about.items()})
    long["sums_to"] = long["principle"].map({k: p.sums_to for k, p in about.items()})
    return named(_stamped(long, table))


def ranking_table(accounts: pd.DataFrame) -> pd.DataFrame:
    """Which principle each region gains and loses most from.

    Args:
        accounts: of :func:`accounts_table`.

    Returns:
        region, base (its territorial account), best, best_change, worst, worst_change, range,
        with names of region and principles in both languages.
    """
    wide = accounts.pivot(index="region", columns="principle", values="value")
    wide = wide[list(dict.fromkeys(accounts["principle"]))]
    table = ranking(wide).rename_axis("region").reset_index()
    table["base"] = table["region"].map(wide["PBA"])
    titles = accounts.drop_duplicates("principle").set_index("principle")
    for column in ("best", "worst"):
        for lang in ("en", "zh"):
            table[f"{column}_{lang}"] = table[column].map(titles[f"principle_{lang}"])
    for column in ("year", "unit", "source", "grade"):
        table[column] = accounts[column].iloc[0]
    return named(table)


def flows_table(system: LeontiefSystem, method: str = "MRIO") -> pd.DataFrame:
    """Emissions by region where they arise and region that they serve, home flows included.

    Returns:
        Tidy: from, to, value, returned, net, method, year, unit, source, grade, names.
    """
    found = flows(system, method=method)
    long = found.matrix.rename_axis(index="from", columns="to").stack().rename("value")
    table = long.reset_index()
    table["returned"] = found.matrix.T.to_numpy().ravel()
    table["net"] = table["value"] - table["returned"]
    table["method"] = method
    return named(named(_stamped(table, system.table), "from"), "to")


def _stamped(long: pd.DataFrame, table: InputOutputTable) -> pd.DataFrame:
    return long.assign(
        year=table.year, unit=table.stressor_units[0], source=table.source, grade=table.grade
    )


def _heads(table: InputOutputTable, wide: pd.DataFrame) -> pd.DataFrame:
    people = table.population or population_of(table.regions, table.year) or {}
    known = [r for r in table.regions if r in people]
    heads = per_head(wide.loc[known], people, unit=table.stressor_units[0])
    return heads.reindex(wide.index)


OURS = "ours"
SOURCE = "Wood, Moran, Rodrigues & Stadler 2019"
ACCOUNTS = {"PBA": "production_mt", "CBA": "consumption_mt"}


def models_table(accounts: pd.DataFrame, regions: Sequence[str]) -> pd.DataFrame:
    """Production and consumption accounts of every model that has the table's year.

    Args:
        accounts: of :func:`~dualcarbon.responsibility.tables.accounts.accounts_table`; regions:
            countries of both.

    Returns:
        Tidy: model (``ours`` among them), region, principle, value (Mt), year, source, grade,
        names; empty where no model has the year.
    """
    year = int(accounts["year"].iloc[0])
    published = published_accounts()
    published = published[(published["year"] == year) & published["region"].isin(list(regions))]
    rows = [
        published.assign(principle=key, value=published[column], source=SOURCE, grade="C")
        for key, column in ACCOUNTS.items()
    ]
    mine = accounts[
        accounts["region"].isin(list(regions)) & accounts["principle"].isin(list(ACCOUNTS))
    ]
    rows.append(mine.assign(model=OURS))
    columns = ["model", "region", "principle", "value", "year", "source", "grade"]
    if published.empty:
        return pd.DataFrame(columns=columns)
    table = pd.concat([row[columns] for row in rows], ignore_index=True)
    return named(table.dropna(subset=["value"]).reset_index(drop=True))
