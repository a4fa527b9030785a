"""Tiers of emissions, from survival to waste, and a carbon tax whose rate rises with them.

No number of where a tier ends is agreed on. Shue (1993) draws the line between subsistence and
luxury emissions without a figure, and Rao & Baer (2012) argue for needs counted country by country
rather than one figure. The sets below quote figures that were published for another purpose and
are used here as bounds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.households.groups import IncomeGroups


@dataclass(frozen=True)
class Thresholds:
    """Upper bounds of the tiers, t per head and year.

    Attributes:
        survival: emissions below serve survival and a decent life.
        luxury: emissions above are luxury.
        wasteful: emissions above are waste; infinite where no such tier is wanted.
        unit: of the bounds.
        source: where the figures come from; normative choices say so.

    Raises:
        InputError: a bound that is negative or not a number, or bounds out of order.
    """

    survival: float
    luxury: float
    wasteful: float = math.inf
    unit: str = "t CO2e"
    source: str = "chosen by the user"

    def __post_init__(self) -> None:
        for name, value in self.named().items():
            if math.isnan(value) or value < 0:
                raise InputError(
                    f"a threshold must be a figure of zero or more, got {value:g}", where=name
                )
        names = list(self.named())
        for lower, upper in pairwise(names):
            low, high = self.named()[lower], self.named()[upper]
            if low > high:
                raise InputError(
                    f"{low:g} is above {high:g} of '{upper}'; thresholds must rise",
                    where=lower,
                    allowed="survival <= luxury <= wasteful",
                )

    def named(self) -> dict[str, float]:
        """Bounds by name, the lowest first."""
        return {"survival": self.survival, "luxury": self.luxury, "wasteful": self.wasteful}

    @property
    def bounds(self) -> tuple[float, ...]:
        """Upper bounds of the four tiers; the last is infinite."""
        return (self.survival, self.luxury, self.wasteful, math.inf)


PUBLISHED = {
    "published": Thresholds(
        2.3,
        10.8,
        31.0,
        source=(
            "survival: mean level of 2030 compatible with 1.5 °C, Gore, Carbon inequality in 2030 "
            "(Oxfam/IEEP 2021); luxury: universal cap on individual emissions for 30 Gt in 2030, "
            "Chakravarty et al. (PNAS 2009, as reported in the press); wasteful: mean of the "
            "world's top tenth in 2019, Chancel (WID 2021), a normative choice"
        ),
    ),
    "strict": Thresholds(
        2.1,
        6.6,
        31.0,
        source=(
            "survival: 1.5 °C level of 2030, UNEP Emissions Gap Report 2020; luxury: world mean of "
            "2019, World Inequality Report 2022; wasteful: mean of the world's top tenth in 2019, "
            "Chancel (WID 2021); the use as tiers is a normative choice"
        ),
    ),
    "two_tiers": Thresholds(
        2.3,
        10.8,
        source="as 'published', without a tier of waste, for which no published figure was found",
    ),
}


def thresholds(name: str = "published") -> Thresholds:
    """A set of thresholds by name.

    Raises:
        InputError: no such set.
    """
    if name not in PUBLISHED:
        raise unknown_name("set of thresholds", name, PUBLISHED)
    return PUBLISHED[name]


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


@dataclass(frozen=True)
class TieredTax:
    """``T(e) = sum_k tau_k tier_k(e)``: each tonne pays the rate of the tier that it falls in.

    Attributes:
        thresholds: bounds of the tiers, t per head and year.
        rates: rate of each tier, survival first, currency per t.
        currency: of the rates.

    Raises:
        InputError: not one rate per tier, a rate that is negative or not a number.
    """

    thresholds: Thresholds
    rates: tuple[float, ...]
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if len(self.rates) != len(TIERS):
            raise InputError(
                f"{len(self.rates)} rates for {len(TIERS)} tiers", where="rates", allowed=TIERS
            )
        for tier, rate in zip(TIERS, self.rates, strict=True):
            if not np.isfinite(rate) or rate < 0:
                raise InputError(
                    f"a rate must be zero or more, got {rate:g}", where=f"rate of '{tier}'"
                )

    @classmethod
    def of(cls, thresholds: Thresholds, rates: Sequence[float], currency: str = "CNY") -> TieredTax:
        """A tax from any sequence of rates."""
        return cls(thresholds, tuple(float(r) for r in rates), currency)

    def payment(self, emissions: ArrayLike) -> Array:
        """What a person pays, currency per year; continuous in the emissions (t, any shape)."""
        e = np.asarray(emissions, dtype=float)
        if not np.isfinite(e).all() or (e < 0).any():
            raise InputError("emissions must be figures of zero or more", where="emissions")
        below = [np.minimum(e, b) for b in self.thresholds.bounds]
        parts = np.diff(np.stack([np.zeros_like(e), *below]), axis=0)
        return np.tensordot(np.asarray(self.rates), parts, axes=1)

    def marginal(self, emissions: ArrayLike) -> Array:
        """Rate on one more tonne, currency per t."""
        tier = np.searchsorted(self.thresholds.bounds[:-1], np.asarray(emissions), side="right")
        return np.asarray(self.rates)[tier]

    def payments(self, groups: IncomeGroups) -> Array:
        """Mean payment per head of each group (G,), currency per year."""
        return tiers(groups, self.thresholds).to_numpy() @ np.asarray(self.rates)

    def revenue(self, groups: IncomeGroups) -> float:
        """The sum of all payments, currency per year."""
        return float(groups.people @ self.payments(groups))
