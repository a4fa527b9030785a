"""Allowance forwards: what emitters hedge, what that costs, and what investors change."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dualcarbon.common.tables import columns, conformed
from dualcarbon.errors import InputError

EMITTERS, INVESTORS = "emitters", "investors"


def forward_market(
    prices: Sequence[float] | Mapping[str, float],
    exposure: float,
    *,
    tolerance: float,
    investors: Sequence[float] = (0.0,),
    weights: Sequence[float] | None = None,
) -> pd.DataFrame:
    """Forward price, hedging share and variance of compliance cost, by capacity of investors.

    Who must buy ``e`` allowances at a spot price p that shocks move, and who has no need of any,
    each weighs mean against variance, ``E - Var / (2 T)`` with the risk tolerance T, CNY. A
    position is ``x = e + T (E p - F) / Var p``, positions sum to zero, hence

        F = E p + e Var p / (T_emitters + T_investors),  hedged x / e = T_i / (T_e + T_i).

    Without investors nobody takes the other side: nothing is hedged, and the price is the one at
    which emitters would rather not.

    Args:
        prices: spot price under each shock, CNY/t; at least two.
        exposure: allowances that emitters must buy, Mt, above zero.
        tolerance: of all emitters together, M CNY, above zero.
        investors: tolerances of institutional investors, M CNY, one row each.
        weights: probability of each shock; all alike if None.

    Returns:
        investors (their tolerance, M CNY), mean_price, forward_price, premium (CNY/t),
        hedged_share, cost_sd_before and cost_sd (standard deviation of what emitters pay, M CNY),
        variance_left (share).

    Raises:
        InputError: fewer than two prices, a figure out of its range, weights that do not fit.

    Source: after Bessembinder and Lemmon (2002), Journal of Finance 57(3), without their skewness.
    """
    spot = np.array(list(prices.values() if isinstance(prices, Mapping) else prices), dtype=float)
    _check(spot, exposure, tolerance, investors)
    odds = np.full(len(spot), 1.0 / len(spot)) if weights is None else _odds(weights, len(spot))
    mean = float(odds @ spot)
    variance = float(odds @ (spot - mean) ** 2)
    rows = []
    for capacity in investors:
        premium = exposure * variance / (tolerance + capacity)
        hedged = capacity / (tolerance + capacity)
        before = exposure * math.sqrt(variance)
        rows.append((capacity, mean, mean + premium, premium, hedged, before,
                     (1.0 - hedged) * before, (1.0 - hedged) ** 2))  # fmt: skip
    return conformed("hedging", pd.DataFrame(rows, columns=columns("hedging")))


def _check(spot: np.ndarray, exposure: float, tolerance: float, investors: Sequence[float]) -> None:
    if len(spot) < 2:
        raise InputError("one price has no variance", where="prices", allowed="two or more")
    if not (np.isfinite(spot).all() and (spot >= 0).all()):
        raise InputError("prices must be zero or more", where="prices")
    for name, value in (("exposure", exposure), ("tolerance", tolerance)):
        if not (math.isfinite(value) and value > 0):
            raise InputError(f"must be above zero, got {value:g}", where=name)
    for value in investors:
        if not (math.isfinite(value) and value >= 0):
            raise InputError(f"must be zero or more, got {value:g}", where="investors")


def _odds(weights: Sequence[float], count: int) -> np.ndarray:
    """Probabilities that sum to one."""
    given = np.array(list(weights), dtype=float)
    if len(given) != count or not (given >= 0).all() or not given.sum() > 0:
        raise InputError(f"{len(given)} weights for {count} prices", where="weights")
    odds: np.ndarray = given / given.sum()
    return odds
