"""Claims of Zou, Wang and Sun (2022) on the markets, one file per group, each with our figure."""

from __future__ import annotations

from collections.abc import Callable

from dualcarbon.experiments.theses import electricity, overlapping, pan_carbon, signals, unifying
from dualcarbon.experiments.theses.claim import Claim
from dualcarbon.experiments.theses.markets import Markets

GROUPS: tuple[Callable[[Markets], list[Claim]], ...] = (
    signals.claims,
    overlapping.claims,
    electricity.claims,
    unifying.claims,
    pan_carbon.claims,
)
"""Groups of claims in the order of the paper's sections."""


def all_claims(markets: Markets) -> list[Claim]:
    """Every claim with our figure and reading."""
    return [claim for group in GROUPS for claim in group(markets)]
