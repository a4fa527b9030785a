"""National series, cumulative emissions per head, and the paper's figures."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dualcarbon.responsibility.history.cumulative import (
    DEFINITIONS,
    cumulative,
    cumulative_per_head,
)
from dualcarbon.responsibility.history.national import LATEST
from dualcarbon.responsibility.history.series import ACCOUNTS, history, national_series
from dualcarbon.responsibility.table.labels import named

SOURCE = "Global Carbon Budget {vintage}, by way of Our World in Data"
STARTS = (1850, 1950, 1990)


def series_table(regions: Sequence[str], start: int = 1990) -> pd.DataFrame:
    """Territorial and consumption emissions by year: region, year, account, value, per_head,
    vintage, unit, source, grade, names."""
    table = national_series(regions, start=start)
    table["unit"] = "Mt"
    table["source"] = table["vintage"].map(lambda v: SOURCE.format(vintage=v))
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
    table["source"], table["grade"] = SOURCE.format(vintage=LATEST), "B"
    return named(table)
