"""The figures that the Chinese paper's argument rests on, beside ours by year and vintage.

Zou, Wang & Sun (Bulletin of the Chinese Academy of Sciences 37(4), 2022, section 3) compare China
and the United States in 2019. The paper writes "CO2 equivalent"; the sizes are those of CO2 alone,
and so are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dualcarbon.common.words import catalogue
from dualcarbon.responsibility.history import national

CHINA, STATES = "CHN", "USA"
WORDS = Path(__file__).with_suffix(".yaml")
GCB = "Global Carbon Budget {vintage}"
YEARS = (2004, 2009, 2018, 2019)


@dataclass(frozen=True)
class Figure:
    """One published figure.

    Attributes:
        key: short name, with its title in ``papers.yaml``; unit: of the figure.
        account: ``territorial`` or ``consumption``.
        low, high: published; equal where it is one figure.
        years: those for which ours is shown; the paper speaks of 2019.
        of: from China's and the United States' emissions (Mt) and populations.
        reason: key of why ours differs, in ``papers.yaml``.
    """

    key: str
    unit: str
    account: str
    low: float
    high: float
    years: tuple[int, ...]
    of: Callable[[pd.Series, pd.Series], float]
    reason: str


def _china(emissions: pd.Series, people: pd.Series) -> float:
    return float(emissions[CHINA]) / 1000.0


def _states(emissions: pd.Series, people: pd.Series) -> float:
    return float(emissions[STATES]) / 1000.0


def _ratio(emissions: pd.Series, people: pd.Series) -> float:
    return float(emissions[CHINA] / emissions[STATES])


def _heads(emissions: pd.Series, people: pd.Series) -> float:
    heads = emissions / people
    return float(heads[STATES] / heads[CHINA])


FIGURES = (
    Figure("china_territorial", "Gt", "territorial", 10.2, 10.2, (2019,), _china, "older"),
    Figure("us_territorial", "Gt", "territorial", 5.3, 5.3, (2019,), _states, "rounding"),
    Figure("china_consumption", "Gt", "consumption", 9.0, 9.0, (2019,), _china, "revised"),
    Figure("us_consumption", "Gt", "consumption", 5.8, 5.8, (2019,), _states, "slightly_above"),
    Figure("consumption_ratio", "×", "consumption", 1.55, 1.55, (2019,), _ratio, "ratio_of_both"),
    Figure("per_head_territorial", "×", "territorial", 2.2, 2.2, (2018, 2019), _heads, "of_2018"),
    Figure("per_head_consumption", "×", "consumption", 3.0, 6.0, YEARS, _heads, "of_2006_to_2011"),
)


def papers_figures() -> pd.DataFrame:
    """Every figure of the paper beside ours, one row per year and vintage that is held.

    Returns:
        ``figure``, ``title_en``, ``title_zh``, ``unit``, ``published_low``, ``published_high``,
        ``published_year``, ``year``, ``vintage``, ``ours``, ``difference`` (to the nearest
        published end, as a share; 0 within the range), ``reason_en``, ``reason_zh``, ``source``,
        ``grade``.
    """
    people = _wide(national.population([CHINA, STATES]))
    held = {
        (account, vintage): _emissions(account, vintage)
        for account in ("territorial", "consumption")
        for vintage in sorted(national.EDITIONS[account])
    }
    return pd.DataFrame(
        [
            _row(figure, vintage, year, figure.of(emissions.loc[year], people.loc[year]))
            for figure in FIGURES
            for (account, vintage), emissions in held.items()
            if account == figure.account
            for year in figure.years
            if year in emissions.index
        ]
    )


def _emissions(account: str, vintage: int) -> pd.DataFrame:
    read = national.territorial if account == "territorial" else national.consumption
    return _wide(read(vintage, [CHINA, STATES])).dropna()


def _row(figure: Figure, vintage: int, year: int, ours: float) -> dict[str, object]:
    nearest, words = min(max(ours, figure.low), figure.high), catalogue(WORDS)
    return {
        "figure": figure.key,
        "title_en": words[figure.key]["en"],
        "title_zh": words[figure.key]["zh"],
        "unit": figure.unit,
        "published_low": figure.low,
        "published_high": figure.high,
        "published_year": 2019,
        "year": year,
        "vintage": vintage,
        "ours": ours,
        "difference": ours / nearest - 1.0,
        "reason_en": words[figure.reason]["en"],
        "reason_zh": words[figure.reason]["zh"],
        "source": GCB.format(vintage=vintage),
        "grade": "B" if figure.account == "territorial" else "C",
    }


def _wide(series: pd.DataFrame) -> pd.DataFrame:
    return series.pivot(index="year", columns="region", values="value")
