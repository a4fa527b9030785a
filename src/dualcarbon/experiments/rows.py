"""Rows of the experiments' tables, and the verdict over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import pandas as pd

HOLDS, ONLY_IF, NOT = "holds", "holds only if", "does not hold"
MATTERS = 0.05
BANDS = "bands"
MINUS = r"(?<![0-9A-Za-z])-(?=\d)"


@dataclass(frozen=True)
class Row:
    """One figure of an experiment beside the published range; percentages as numbers.

    Attributes:
        experiment, variant, indicator: what is compared.
        base: what the percentage is a share of.
        ours, unit: the figure.
        published_low, published_high: published range, or None where nothing was published.
        sign_holds: whether the sign is the published one.
        reading_en, reading_zh: one sentence.
    """

    experiment: str
    variant: str
    indicator: str
    base: str
    ours: float
    unit: str
    published_low: float | None
    published_high: float | None
    sign_holds: bool
    reading_en: str
    reading_zh: str


@dataclass(frozen=True)
class Sensitivity:
    """The headline figure of an experiment under another value of an assumption."""

    experiment: str
    assumption: str
    value: str
    unit: str
    ours: float


def table(rows: Sequence[Row | Sensitivity]) -> pd.DataFrame:
    """Collect rows into a table; what was not published is not a number."""
    found = pd.DataFrame([asdict(row) for row in rows])
    published = [c for c in ("published_low", "published_high") if c in found]
    return written(found.astype(dict.fromkeys(published, float)))


def written(found: pd.DataFrame) -> pd.DataFrame:
    """Readings with a true minus sign before numbers."""
    readings = [c for c in found.columns if c.startswith("reading_")]
    minus = {c: found[c].str.replace(MINUS, "−", regex=True) for c in readings}
    return found.assign(**minus)


def verdict(signs: Iterable[bool]) -> str:
    """Verdict over the variants: holds in all, in some, or in none."""
    found = list(signs)
    if found and all(found):
        return HOLDS
    return ONLY_IF if any(found) else NOT


def verdict_table(experiment: str, what: str, reading_en: str, reading_zh: str) -> pd.DataFrame:
    """One row with the verdict of an experiment."""
    row = {
        "experiment": experiment,
        "verdict": what,
        "reading_en": reading_en,
        "reading_zh": reading_zh,
    }
    return written(pd.DataFrame([row]))


def percent(new: float, old: float) -> float:
    """Relative change in percent."""
    return float("nan") if old == 0 else 100.0 * (new - old) / old


def moved(value: float) -> str:
    """``rises``, ``falls`` or ``stays`` for a relative change in percent."""
    if abs(value) < MATTERS:
        return "stays"
    return "rises" if value > 0 else "falls"


ZH_MOVED = {"rises": "上升", "falls": "下降", "stays": "基本不变"}
