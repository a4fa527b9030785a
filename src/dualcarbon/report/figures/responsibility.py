"""What the figures on responsibility share: captions, names and which regions are shown."""

from __future__ import annotations

import pandas as pd

from dualcarbon.report.figures.common import Spec
from dualcarbon.report.text import Text

LICENCE = "CC BY 4.0"
COLOURS = (
    "#c8503c",
    "#2f6fb3",
    "#e0a63a",
    "#2f9a94",
    "#8f6bb8",
    "#7a8c3a",
    "#b9478f",
    "#5b636d",
    "#9aa4ae",
)
REST = "ROW"
RESTS = ("ROW", "RoW", "ROTW", "WWW", "FIGW1")


def sourced(table: pd.DataFrame, unit: str, years: str, licence: str = "") -> Spec:
    """Unit, years, source and grade of a figure, from the columns of its table."""
    return {
        "unit": unit,
        "years": years,
        "source": "; ".join(dict.fromkeys(table["source"].astype(str))),
        "grade": max(table["grade"].astype(str)),
        "licence": licence,
        "leans": "",
    }


def region(text: Text, row: pd.Series, column: str = "region") -> str:
    """Name of a row's region in the language of the page."""
    return text.own(row, column)


def names_of(table: pd.DataFrame, text: Text, column: str = "region") -> dict[str, str]:
    """Names by code, in the order of the table."""
    first = table.drop_duplicates(column)
    return {str(row[column]): text.own(row, column) for _, row in first.iterrows()}


def largest(table: pd.DataFrame, count: int) -> list[str]:
    """Regions with the largest territorial accounts, the rest of the world left out."""
    base = table[table["principle"] == "PBA"].set_index("region")["value"]
    return [str(r) for r in base.drop(list(RESTS), errors="ignore").nlargest(count).index]
