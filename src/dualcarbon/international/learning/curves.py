"""Learning curves with two factors, and experience when supply must come from home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualcarbon.errors import InputError

Array = np.ndarray


def ramp(years: int, *, start: float = 0.0, end: float = 1.0, over: int = 10) -> Array:
    """Localised share lambda by year: linear from start to end over some years, then level.

    Args:
        years: how many, the first at ``start``.
        start, end: shares, 0 to 1.
        over: years of the change, at least 1.

    Raises:
        InputError: a share outside 0 to 1, or no years of change.
    """
    for name, share in (("start", start), ("end", end)):
        if not 0.0 <= share <= 1.0:
            raise InputError(f"localised share is {share:g}", where=name, allowed="0 to 1")
    if over < 1:
        raise InputError(f"change over {over} years", where="over", allowed="1 or more")
    return start + (end - start) * np.minimum(np.arange(years) / over, 1.0)


def experience(world: Array, national: Array, share: Array | float) -> Array:
    """Cumulative capacity that a country learns from.

    q_t = Q_0 + sum over years of [n + (1 - lambda)(N - n)], N being the world's and n the
    country's additions: all of the world's where lambda is 0, only its own where it is 1. What
    was learned before the first year stays.

    Args:
        world: cumulative capacity of the world by year.
        national: additions of the country by year, that of the first year not used.
        share: localised share lambda, one figure or by year.

    Source: Helveston, He and Davidson (2022), Nature 612, methods.
    """
    added = np.diff(np.asarray(world, dtype=float), prepend=float(world[0]))
    own = np.asarray(national, dtype=float).copy()
    own[0] = 0.0
    return float(world[0]) + np.cumsum(own + (1.0 - np.asarray(share)) * (added - own))


def premium(q_split: Array, q_open: Array, beta: float) -> Array:
    """How much dearer the split supply chain is: (q_split / q_open)^beta - 1."""
    return (np.asarray(q_split) / np.asarray(q_open)) ** beta - 1.0


@dataclass(frozen=True)
class TwoFactor:
    """ln p = alpha + beta ln q + gamma ln s.

    Attributes:
        alpha: intercept; beta: elasticity of the price to cumulative capacity q; gamma: to the
            price s of the input.
        covariance: of the three estimates, 3 x 3.
        residual: standard error of the regression.
    """

    alpha: float
    beta: float
    gamma: float
    covariance: Array
    residual: float

    @property
    def learning_rate(self) -> float:
        """Fall of the price with each doubling of capacity, 1 - 2^beta."""
        return 1.0 - 2.0**self.beta

    def price(self, capacity: Array, input_price: Array) -> Array:
        """Price at a capacity and an input price, in the units of the estimation."""
        return np.exp(self.alpha + self.beta * np.log(capacity) + self.gamma * np.log(input_price))

    def draws(self, count: int, seed: int = 0) -> Array:
        """Parameters drawn from their joint normal distribution, count x 3."""
        mean = np.array([self.alpha, self.beta, self.gamma])
        return np.random.default_rng(seed).multivariate_normal(mean, self.covariance, count)


def fit(price: Array, capacity: Array, input_price: Array) -> TwoFactor:
    """Estimate the model by least squares on logarithms.

    Args:
        price, capacity, input_price: positive figures by year, at least five.

    Raises:
        InputError: too few years, or a figure that is not positive.

    Source: Helveston, He and Davidson (2022), Nature 612, methods; they draw from a Bayesian
    posterior with flat priors, whose mean is the least-squares estimate.
    """
    columns = [np.asarray(v, dtype=float) for v in (price, capacity, input_price)]
    if len(columns[0]) < 5:
        raise InputError(f"{len(columns[0])} years are too few", where="years", allowed="5 or more")
    if any((v <= 0.0).any() for v in columns):
        raise InputError("prices and capacities must be positive", where="learning data")
    wanted = np.log(columns[0])
    design = np.column_stack([np.ones(len(wanted)), np.log(columns[1]), np.log(columns[2])])
    found, *_ = np.linalg.lstsq(design, wanted, rcond=None)
    variance = float(((wanted - design @ found) ** 2).sum() / (len(wanted) - 3))
    covariance = variance * np.linalg.inv(design.T @ design)
    alpha, beta, gamma = (float(v) for v in found)
    return TwoFactor(alpha, beta, gamma, covariance, float(np.sqrt(variance)))
