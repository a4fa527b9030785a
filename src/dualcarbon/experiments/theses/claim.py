"""A claim of the paper beside our figure; what it says and how we read it is in ``words.yaml``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dualcarbon.experiments.rows import written
from dualcarbon.experiments.statements import Findings, reading, text
from dualcarbon.indicators.summary import HOLDS, NOT, UNTESTED

PARTLY = "holds in part"
TOPIC = "thesis."


@dataclass(frozen=True)
class Claim:
    """What the paper says, and what the model finds.

    Attributes:
        found: what was measured; its topic names the claim.
        section: section of the paper.
        ours, unit: the figure.
        verdict: ``holds``, ``holds in part``, ``does not hold`` or ``not tested``.
    """

    found: Findings
    section: str
    ours: float
    unit: str
    verdict: str

    @property
    def claim(self) -> str:
        """Short key."""
        return self.found.topic.removeprefix(TOPIC)


def answer(ours: float, holds: bool, *, partly: bool = False) -> str:
    """``not tested`` where nothing was measured, else whether the claim holds or holds in part."""
    if not math.isfinite(ours):
        return UNTESTED
    return HOLDS if holds else PARTLY if partly else NOT


def claim_table(claims: Sequence[Claim]) -> pd.DataFrame:
    """Claims as a table, every text in both languages."""
    rows = []
    for claim in claims:
        says = text(f"{claim.found.topic}.says")
        indicator = text(f"{claim.found.topic}.indicator", claim.found)
        said = reading(claim.found)
        rows.append(
            {
                "claim": claim.claim,
                "section": claim.section,
                "says_en": says[0],
                "says_zh": says[1],
                "indicator_en": indicator[0],
                "indicator_zh": indicator[1],
                "ours": float(claim.ours),
                "unit": claim.unit,
                "verdict": claim.verdict,
                "reading_en": said[0],
                "reading_zh": said[1],
            }
        )
    return written(pd.DataFrame(rows))
