"""The tiers of emissions within each income group."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualcarbon.responsibility.households.groups import IncomeGroups
from dualcarbon.responsibility.households.thresholds import Thresholds

TIERS = ("survival", "ordinary", "luxury", "wasteful")
Array = NDArray[np.float64]


def tiers(groups: IncomeGroups, bounds: Thresholds) -> pd.DataFrame:
    """Split the emissions per head of each group into tiers.

    ``tier_k(e) = min(max(e - b_(k-1), 0), b_k - b_(k-1))`` for every person; where groups have a
    spread, its mean over the log-normal distribution within the group.

    Args:
        groups: people and emissions.
        bounds: upper bounds of the tiers.

    Returns:
        Rows groups, columns the tiers, t per head; each row sums to the group's mean.
    """
    below = [expected_below(groups.per_head, groups.sigma, b) for b in bounds.bounds]
    parts = np.diff(np.stack([np.zeros_like(groups.per_head), *below]), axis=0)
    return pd.DataFrame(parts.T, index=pd.Index(groups.labels, name="group"), columns=list(TIERS))


def expected_below(mean: Array, sigma: Array, bound: float) -> Array:
    """Mean of ``min(e, b)`` for log-normal ``e``: the part of emissions up to a bound.

    With ``d = (ln(b / mean) + sigma^2 / 2) / sigma`` it is
    ``mean N(d - sigma) + b (1 - N(d))``; ``min(mean, b)`` where nothing spreads.

    Args:
        mean: means (G,); sigma: standard deviations of the logarithm (G,); bound: b, not negative.
    """
    from scipy.special import ndtr

    point = np.minimum(mean, bound)
    spread = (sigma > 0) & (mean > 0)
    if bound == 0 or not np.isfinite(bound) or not spread.any():
        return point
    m, s = np.where(spread, mean, 1.0), np.where(spread, sigma, 1.0)
    d = (np.log(bound / m) + s**2 / 2) / s
    return np.where(spread, m * ndtr(d - s) + bound * ndtr(-d), point)
