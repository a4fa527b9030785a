"""Claims of the papers that the model cannot test, each with the reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from dualcarbon.experiments.statements import Findings
from dualcarbon.experiments.theses.claim import Claim
from dualcarbon.indicators.summary import UNTESTED


@dataclass(frozen=True)
class LiquidityFound(Findings):
    """Nothing is measured."""

    topic: ClassVar[str] = "thesis.thin_trade"


@dataclass(frozen=True)
class LinesFound(Findings):
    """Nothing is measured."""

    topic: ClassVar[str] = "thesis.who_pays_for_lines"


@dataclass(frozen=True)
class InvestmentFound(Findings):
    """Nothing is measured."""

    topic: ClassVar[str] = "thesis.storage_and_ccus"


@dataclass(frozen=True)
class MotiveFound(Findings):
    """Nothing is measured."""

    topic: ClassVar[str] = "thesis.local_motive"


@dataclass(frozen=True)
class StandardsFound(Findings):
    """Nothing is measured."""

    topic: ClassVar[str] = "thesis.finance_standards"


UNTESTED_CLAIMS: tuple[tuple[Findings, str, str], ...] = (
    (LiquidityFound(), "1.1", "CNY/t"),
    (LinesFound(), "1.1", "bn CNY"),
    (InvestmentFound(), "2.1", "GW"),
    (MotiveFound(), "1.1", "GW"),
    (StandardsFound(), "4.1", "%"),
)
"""What was found (nothing), the section, the unit that a figure would have."""


def untested_claims() -> list[Claim]:
    """Rows without a figure, whose reading says why."""
    return [
        Claim(found, section, math.nan, unit, UNTESTED) for found, section, unit in UNTESTED_CLAIMS
    ]
