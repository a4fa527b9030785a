"""A claim of the paper beside our figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pandas as pd

from dualcarbon.experiments.rows import written

HOLDS, PARTLY, NOT, UNTESTED = "holds", "holds in part", "does not hold", "not tested"


@dataclass(frozen=True)
class Claim:
    """What the paper says, in our words, and what the model finds.

    Attributes:
        claim: short key; section: section of the paper.
        says_en, says_zh: the claim.
        indicator_en, indicator_zh: what was measured, with its base.
        ours, unit: the figure.
        verdict: ``holds``, ``holds in part``, ``does not hold`` or ``not tested``.
        reading_en, reading_zh: one or two sentences.
    """

    claim: str
    section: str
    says_en: str
    says_zh: str
    indicator_en: str
    indicator_zh: str
    ours: float
    unit: str
    verdict: str
    reading_en: str
    reading_zh: str


def claim_table(claims: Sequence[Claim]) -> pd.DataFrame:
    """Claims as a table."""
    return written(pd.DataFrame([asdict(claim) for claim in claims]))
