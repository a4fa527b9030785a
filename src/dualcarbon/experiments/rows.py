"""Rows of the experiments' tables, and two answers over them: direction and size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pandas as pd

from dualcarbon.experiments.parameters import Published
from dualcarbon.experiments.statements import Findings, Words, reading
from dualcarbon.indicators.summary import NO_SIZE, direction, size, size_of_all

MATTERS = 0.05
BANDS = "bands"
MINUS = r"(?<![0-9A-Za-z])-(?=\d)"
MINUS_ZERO = r"−(?=0(?:\.0+)?(?![\d.]))"


@dataclass(frozen=True)
class Row:
    """One figure of an experiment beside the published range; percentages as numbers.

    Attributes:
        experiment, variant, indicator: what is compared; the variant in both languages.
        base: what the percentage is a share of.
        ours, unit: the figure.
        reading: one sentence in both languages.
        published: the published range with its own base, or None where nothing was published.
        least: size below which a figure counts as none.
    """

    experiment: str
    variant: Words
    indicator: str
    base: str
    ours: float
    unit: str
    reading: Words
    published: Published | None = None
    least: float = 0.0

    @property
    def sign_holds(self) -> bool | None:
        """Whether the sign is the published one; None where none was published or measured."""
        if self.published is None or not math.isfinite(self.ours):
            return None
        sign = math.copysign(1.0, self.published.low + self.published.high)
        return sign * self.ours > self.least

    @property
    def size(self) -> str:
        """Where the figure lies to the published range, if both are shares of the same base.

        A figure of the other sign, and one of another base, has no size to compare.
        """
        if self.published is None or not self.sign_holds or self.base != self.published.base:
            return NO_SIZE
        return size(self.ours, self.published.low, self.published.high)

    def record(self) -> dict[str, object]:
        """The row of the table ``experiments``."""
        low, high, base = (
            (math.nan, math.nan, "")
            if self.published is None
            else (self.published.low, self.published.high, self.published.base)
        )
        return {
            "experiment": self.experiment,
            "variant_en": self.variant[0],
            "variant_zh": self.variant[1],
            "indicator": self.indicator,
            "base": self.base,
            "ours": self.ours,
            "unit": self.unit,
            "published_low": low,
            "published_high": high,
            "published_base": base,
            "sign_holds": self.sign_holds,
            "size": self.size,
            "reading_en": self.reading[0],
            "reading_zh": self.reading[1],
        }


@dataclass(frozen=True)
class Sensitivity:
    """The headline figure of an experiment under another value of an assumption."""

    experiment: str
    assumption: str
    value: str
    unit: str
    ours: float


def table(rows: Sequence[Row]) -> pd.DataFrame:
    """Collect rows into a table; what was not published or not measured is empty."""
    found = pd.DataFrame([row.record() for row in rows])
    return written(found.astype({"sign_holds": "boolean"}))


def sensitivity_table(rows: Sequence[Sensitivity]) -> pd.DataFrame:
    """Collect sensitivities into a table."""
    return pd.DataFrame([asdict(row) for row in rows])


def written(found: pd.DataFrame) -> pd.DataFrame:
    """Readings with a true minus sign before numbers, and none before zero."""
    readings = [c for c in found.columns if c.startswith("reading_")]
    minus = {
        c: found[c].str.replace(MINUS, "−", regex=True).str.replace(MINUS_ZERO, "", regex=True)
        for c in readings
    }
    return found.assign(**minus)


def verdict_table(experiment: str, rows: Sequence[Row], found: Findings | Words) -> pd.DataFrame:
    """One row with both answers of an experiment over its rows, and what was found."""
    en, zh = found if isinstance(found, tuple) else reading(found)
    row = {
        "experiment": experiment,
        "verdict": direction(r.sign_holds for r in rows),
        "size": size_of_all(r.size for r in rows),
        "reading_en": en,
        "reading_zh": zh,
    }
    return written(pd.DataFrame([row]))


def percent(new: float, old: float) -> float:
    """Relative change in percent."""
    return float("nan") if old == 0 else 100.0 * (new - old) / old
