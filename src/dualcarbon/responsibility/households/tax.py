"""A carbon tax whose rate rises from tier to tier, without a jump in what is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dualcarbon.errors import InputError
from dualcarbon.responsibility.households.groups import IncomeGroups
from dualcarbon.responsibility.households.thresholds import Thresholds
from dualcarbon.responsibility.households.tiers import TIERS, tiers

Array = NDArray[np.float64]


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
