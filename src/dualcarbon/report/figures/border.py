"""What the figures of the border share: captions, names and colours."""

from __future__ import annotations

import pandas as pd

from dualcarbon.report.figures.common import Spec
from dualcarbon.report.text import Text

ORIGIN_COLOURS = {
    "CN": "#c8503c",
    "IN": "#e0a63a",
    "RU": "#8f6bb8",
    "TR": "#2f9a94",
    "KR": "#2f6fb3",
    "US": "#5b636d",
}
SPARE = ("#7a8c3a", "#b9478f", "#9aa4ae")
FREE, DEDUCTION, PAID, HOME = "#b9c4c0", "#2f9a94", "#2f6fb3", "#c8503c"


def sourced(table: pd.DataFrame, text: Text, unit: str, years: str) -> Spec:
    """Unit, years, sources and worst grade of a figure, from the columns of its table."""
    sources = dict.fromkeys(text.own(row, "source") for _, row in table.iterrows())
    joined = "；" if text.lang == "zh" else "; "
    return {
        "unit": unit,
        "years": years,
        "source": joined.join(sources),
        "grade": max(table["grade"].astype(str)),
        "licence": "",
        "leans": "",
    }


def origin_series(text: Text, origins: list[str]) -> list[Spec]:
    """Names and colours of countries."""
    spare = iter(SPARE * len(origins))
    return [
        {
            "key": code,
            "name": text.name("place", code),
            "colour": ORIGIN_COLOURS.get(code) or next(spare),
            "base": False,
        }
        for code in origins
    ]


def span_of(table: pd.DataFrame, column: str = "year") -> str:
    """Years of a table as a range."""
    first, last = int(table[column].min()), int(table[column].max())
    return str(first) if first == last else f"{first}–{last}"
