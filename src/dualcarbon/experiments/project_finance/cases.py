"""What a project may meet: output and prices over weather and price scenarios, with weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

NODES = np.array([-np.sqrt(3.0), 0.0, np.sqrt(3.0)])
NODE_WEIGHTS = np.array([1.0, 4.0, 1.0]) / 6.0


@dataclass(frozen=True)
class Cases:
    """Output and prices by province, case and period; arrays of shape (province, case, period).

    Attributes:
        provinces, periods: labels.
        weight: probability of each case, sums to one.
        hours: MWh per MW and year.
        price: market price that the output meets, CNY/MWh.
        certificate: what a certificate earns, CNY/MWh.
    """

    provinces: pd.Index
    periods: pd.Index
    weight: np.ndarray
    hours: np.ndarray
    price: np.ndarray
    certificate: np.ndarray

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Expected value over cases, shape (province, period)."""
        return np.asarray(np.einsum("k,pkt->pt", self.weight, values))

    def sd(self, values: np.ndarray) -> np.ndarray:
        """Standard deviation over cases, shape (province, period)."""
        apart = values - self.mean(values)[:, None, :]
        return np.sqrt(np.maximum(self.mean(apart**2), 0.0))

    def only(self, i: int) -> Cases:
        """The cases of one province."""
        one = slice(i, i + 1)
        return replace(self, provinces=self.provinces[one], hours=self.hours[one],
                       price=self.price[one], certificate=self.certificate[one])  # fmt: skip

    def within(self, years: np.ndarray) -> np.ndarray:
        """Position of the period that each year belongs to; the last one stays."""
        periods = self.periods.to_numpy(int)
        return np.clip(np.searchsorted(periods, years, side="right") - 1, 0, len(periods) - 1)


def normal_nodes(sd: float) -> tuple[np.ndarray, np.ndarray]:
    """Three factors around one with the mean and the variance of a normal distribution.

    Gauss-Hermite nodes ``1 +- sqrt(3) sd`` and 1, with weights 1/6, 1/6 and 4/6; exact for
    polynomials up to the fifth degree.
    """
    return 1.0 + sd * NODES, NODE_WEIGHTS


def joined(
    hours: pd.DataFrame,
    prices: Sequence[pd.DataFrame],
    certificates: Sequence[pd.Series],
    price_weight: np.ndarray,
    yield_factor: np.ndarray,
    yield_weight: np.ndarray,
) -> Cases:
    """Every price scenario with every weather year; the two are independent.

    Args:
        hours: MWh per MW in the mean year, rows provinces, columns periods.
        prices: market price of the output by price scenario, CNY/MWh, like ``hours``.
        certificates: what a certificate earns by price scenario, CNY/MWh by period.
        price_weight: probability of each price scenario.
        yield_factor, yield_weight: factors on the output of a year and their probabilities.
    """
    scenarios, weathers = len(prices), len(yield_factor)
    price = np.stack([p.reindex_like(hours).to_numpy(float) for p in prices], axis=1)
    certificate = np.stack([c.reindex(hours.columns).to_numpy(float) for c in certificates])
    output = hours.to_numpy(float)[:, None, :] * yield_factor[None, :, None]
    shape = (len(hours), scenarios * weathers, hours.shape[1])
    return Cases(
        provinces=hours.index,
        periods=hours.columns,
        weight=np.outer(price_weight, yield_weight).ravel(),
        hours=np.tile(output, (1, scenarios, 1)),
        price=np.repeat(price, weathers, axis=1),
        certificate=np.broadcast_to(np.repeat(certificate, weathers, axis=0)[None], shape).copy(),
    )
