"""The figures that the Chinese paper's argument rests on, beside ours by year and vintage.

Zou, Wang & Sun (Bulletin of the Chinese Academy of Sciences 37(4), 2022, section 3) compare China
and the United States in 2019. The paper writes "CO2 equivalent"; the sizes are those of CO2 alone,
and so are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from dualcarbon.errors import unknown_name
from dualcarbon.responsibility.history import national

CHINA, STATES = "CHN", "USA"
PAPER = "Zou, Wang & Sun 2022"
GCB = "Global Carbon Budget {vintage}"
YEARS = (2004, 2009, 2018, 2019)


@dataclass(frozen=True)
class Figure:
    """One published figure.

    Attributes:
        key: short name; title_en, title_zh: for people; unit: of the figure.
        account: ``territorial`` or ``consumption``.
        low, high: published; equal where it is one figure.
        years: those for which ours is shown; the paper speaks of 2019.
        of: from China's and the United States' emissions (Mt) and populations.
        reason_en, reason_zh: why ours differs.
    """

    key: str
    title_en: str
    title_zh: str
    unit: str
    account: str
    low: float
    high: float
    years: tuple[int, ...]
    of: Callable[[pd.Series, pd.Series], float]
    reason_en: str
    reason_zh: str


def _china(emissions: pd.Series, people: pd.Series) -> float:
    return float(emissions[CHINA]) / 1000.0


def _states(emissions: pd.Series, people: pd.Series) -> float:
    return float(emissions[STATES]) / 1000.0


def _ratio(emissions: pd.Series, people: pd.Series) -> float:
    return float(emissions[CHINA] / emissions[STATES])


def _heads(emissions: pd.Series, people: pd.Series) -> float:
    heads = emissions / people
    return float(heads[STATES] / heads[CHINA])


_OLDER_EN = (
    "The paper's figure agrees with what was quoted from older editions; the two editions held "
    "here are about 5% higher."
)
_OLDER_ZH = "论文数值与较早版本的引用值一致；现有两个版本均高出约5%。"
_UNKNOWN_EN = (
    "No edition held here gives the paper's figure. Consumption accounts are revised with the "
    "trade tables behind them: China's 2017 figure rose by 7% from the 2019 to the 2024 edition."
)
_UNKNOWN_ZH = (
    "现有各版本均未给出论文数值。消费端核算随其所用的贸易表一同修订：中国2017年数值"
    "从2019年版到2024年版上调了7%。"
)
_SMALL_EN = "Within the rounding of the paper."
_SMALL_ZH = "差异在论文的取整范围之内。"

FIGURES = (
    Figure(
        "china_territorial",
        "China, territorial",
        "中国，生产端",
        "Gt",
        "territorial",
        10.2,
        10.2,
        (2019,),
        _china,
        _OLDER_EN,
        _OLDER_ZH,
    ),
    Figure(
        "us_territorial",
        "United States, territorial",
        "美国，生产端",
        "Gt",
        "territorial",
        5.3,
        5.3,
        (2019,),
        _states,
        _SMALL_EN,
        _SMALL_ZH,
    ),
    Figure(
        "china_consumption",
        "China, consumption",
        "中国，消费端",
        "Gt",
        "consumption",
        9.0,
        9.0,
        (2019,),
        _china,
        _UNKNOWN_EN,
        _UNKNOWN_ZH,
    ),
    Figure(
        "us_consumption",
        "United States, consumption",
        "美国，消费端",
        "Gt",
        "consumption",
        5.8,
        5.8,
        (2019,),
        _states,
        "Slightly above every edition held here; the same remark on revisions holds.",
        "略高于现有各版本；修订情况同上。",
    ),
    Figure(
        "consumption_ratio",
        "China over United States, consumption",
        "中国与美国之比，消费端",
        "×",
        "consumption",
        1.55,
        1.55,
        (2019,),
        _ratio,
        "9.0 over 5.8; with the revised consumption of China the ratio is higher.",
        "即9.0与5.8之比；中国消费端排放上调后该比值更高。",
    ),
    Figure(
        "per_head_territorial",
        "United States over China per head, territorial",
        "美国与中国人均之比，生产端",
        "×",
        "territorial",
        2.2,
        2.2,
        (2018, 2019),
        _heads,
        "The figure of 2018; that of 2019 is lower.",
        "与2018年数值一致；2019年已更低。",
    ),
    Figure(
        "per_head_consumption",
        "United States over China per head, consumption",
        "美国与中国人均之比，消费端",
        "×",
        "consumption",
        3.0,
        6.0,
        YEARS,
        _heads,
        "The range holds for 2006 to 2011; the ratio was higher before and is below 3 since.",
        "该区间适用于2006年至2011年；此前更高，此后已低于3倍。",
    ),
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
        for vintage in sorted(national.VINTAGES)
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


def per_head_ratio(vintage: int = national.LATEST, account: str = "consumption") -> pd.Series:
    """How many times China's emissions per head those of the United States are, by year.

    Raises:
        InputError: an unknown vintage or account.
    """
    if account not in ("territorial", "consumption"):
        raise unknown_name("account", account, ("territorial", "consumption"))
    emissions = _emissions(account, vintage)
    heads = emissions / _wide(national.population([CHINA, STATES])).loc[emissions.index]
    return (heads[STATES] / heads[CHINA]).rename("ratio")


def _emissions(account: str, vintage: int) -> pd.DataFrame:
    read = national.territorial if account == "territorial" else national.consumption
    return _wide(read(vintage, [CHINA, STATES])).dropna()


def _row(figure: Figure, vintage: int, year: int, ours: float) -> dict[str, object]:
    nearest = min(max(ours, figure.low), figure.high)
    return {
        "figure": figure.key,
        "title_en": figure.title_en,
        "title_zh": figure.title_zh,
        "unit": figure.unit,
        "published_low": figure.low,
        "published_high": figure.high,
        "published_year": 2019,
        "year": year,
        "vintage": vintage,
        "ours": ours,
        "difference": ours / nearest - 1.0,
        "reason_en": figure.reason_en,
        "reason_zh": figure.reason_zh,
        "source": GCB.format(vintage=vintage),
        "grade": "B" if figure.account == "territorial" else "C",
    }


def _wide(series: pd.DataFrame) -> pd.DataFrame:
    return series.pivot(index="year", columns="region", values="value")
