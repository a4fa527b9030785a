"""Accounts of published models beside ours in the same year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dualcarbon.responsibility.history.national import published_accounts
from dualcarbon.responsibility.table.labels import named

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
