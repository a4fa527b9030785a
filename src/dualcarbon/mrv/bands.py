"""Bands of plausibility, and what a check found against one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from dualcarbon import datasets
from dualcarbon.mrv.report import Report

PASSED, FAILED, UNTESTED = "passed", "failed", "not tested"


@dataclass(frozen=True)
class Band:
    """A band of plausibility.

    Attributes:
        check: name; sector: or ``all``; item: fuel or product, empty for any; quantity: what is
            held against it; low, high: in ``unit``; severity: ``minor`` or ``major``; source,
            grade: where it is from.
    """

    check: str
    sector: str
    item: str
    quantity: str
    low: Fraction
    high: Fraction
    unit: str
    severity: str
    source: str
    grade: str

    def holds(self, value: Fraction) -> bool:
        """Whether a value lies inside."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Check:
    """What a check found.

    Attributes:
        check, severity: of the band; outcome: ``passed``, ``failed`` or ``not tested``.
        plant, installation, period, item: where; value: what was found; low, high, unit: the band.
        missing: items and parameters that were not given where nothing was tested; document: that
            stands behind several figures.
    """

    check: str
    severity: str
    outcome: str
    plant: str
    installation: str
    period: str
    item: str
    value: Fraction | None
    low: Fraction
    high: Fraction
    unit: str
    missing: tuple[str, ...] = ()
    document: str = ""

    @property
    def why(self) -> str:
        """Why nothing was tested, or which document it is about; empty for the rest."""
        return f"{', '.join(self.missing)} not given" if self.missing else self.document


@cache
def bands() -> tuple[Band, ...]:
    """All bands."""
    rows = datasets.load("mrv_checks").to_dict("records")
    return tuple(
        Band(
            **{k: str(v) for k, v in r.items() if k not in ("low", "high")},
            low=Fraction(repr(float(r["low"]))),
            high=Fraction(repr(float(r["high"]))),
        )
        for r in rows
    )


def against(
    report: Report,
    band: Band,
    value: Fraction | None,
    *,
    installation: str = "",
    period: str = "",
    item: str = "",
    missing: Sequence[str] = (),
) -> Check:
    outcome = UNTESTED if value is None else PASSED if band.holds(value) else FAILED
    return Check(
        band.check,
        band.severity,
        outcome,
        report.plant,
        installation,
        period or str(report.year),
        item or band.item,
        value,
        band.low,
        band.high,
        band.unit,
        tuple(missing),
    )
