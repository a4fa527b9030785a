"""Marginal abatement curves: abatement against the price that brings it forth.

Quantities are Mt of CO2 a year, prices USD/t, costs million USD a year.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from dualcarbon.errors import InputError


class Curve(Protocol):
    """What the market asks of an abatement curve."""

    @property
    def limit(self) -> float:
        """Largest abatement that the curve offers, Mt; may be infinite."""
        ...

    def supply(self, price: float) -> float:
        """Largest abatement whose marginal cost does not exceed a price, Mt."""
        ...

    def supply_below(self, price: float) -> float:
        """Abatement whose marginal cost lies strictly below a price, Mt."""
        ...

    def price(self, abatement: float) -> float:
        """Marginal cost at an abatement, USD/t."""
        ...

    def cost(self, abatement: float) -> float:
        """Cost of an abatement, million USD: the area under the curve."""
        ...


@dataclass(frozen=True)
class QuadraticMac:
    """Quadratic cost: C(a) = c0 a + s a^2 / 2, so that C'(a) = c0 + s a.

    Args:
        slope: s, USD/t per Mt, positive.
        start: c0, marginal cost of the first tonne, USD/t.
        limit: largest abatement, Mt.

    Raises:
        InputError: the slope is not positive, or the limit is negative.
    """

    slope: float
    start: float = 0.0
    limit: float = math.inf

    def __post_init__(self) -> None:
        _positive("slope", self.slope, "USD/t per Mt")
        _not_negative("limit", self.limit, "Mt")

    def supply(self, price: float) -> float:
        return min(max((price - self.start) / self.slope, 0.0), self.limit)

    def supply_below(self, price: float) -> float:
        return self.supply(price)

    def price(self, abatement: float) -> float:
        return self.start + self.slope * _within(abatement, self.limit)

    def cost(self, abatement: float) -> float:
        a = _within(abatement, self.limit)
        return self.start * a + 0.5 * self.slope * a * a


@dataclass(frozen=True)
class PowerMac:
    """Power curve: C'(a) = k a^x, C(a) = k a^(x+1) / (x+1), as in the DICE family.

    Args:
        scale: k, USD/t at 1 Mt, positive.
        exponent: x, positive; 1 is the quadratic cost, 1.8 that of RICE-2013.
        limit: largest abatement, Mt.

    Raises:
        InputError: scale or exponent is not positive, or the limit is negative.
    """

    scale: float
    exponent: float
    limit: float = math.inf

    def __post_init__(self) -> None:
        _positive("scale", self.scale, "USD/t")
        _positive("exponent", self.exponent, "1")
        _not_negative("limit", self.limit, "Mt")

    def supply(self, price: float) -> float:
        return min((max(price, 0.0) / self.scale) ** (1.0 / self.exponent), self.limit)

    def supply_below(self, price: float) -> float:
        return self.supply(price)

    def price(self, abatement: float) -> float:
        return self.scale * _within(abatement, self.limit) ** self.exponent

    def cost(self, abatement: float) -> float:
        power = self.exponent + 1.0
        return self.scale * _within(abatement, self.limit) ** power / power


@dataclass(frozen=True)
class StepMac:
    """Steps in order of cost: measure n offers ``steps[n][0]`` Mt at ``steps[n][1]`` USD/t.

    Args:
        steps: pairs of potential (Mt, positive) and cost (USD/t, may be negative).

    Raises:
        InputError: no steps, a potential that is not positive, or costs out of order.
    """

    steps: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if not self.steps:
            raise InputError("a stepwise curve needs at least one step", where="steps")
        for number, (potential, cost) in enumerate(self.steps, start=1):
            _positive(f"step {number}, potential", potential, "Mt")
            if not math.isfinite(cost):
                raise InputError(f"cost {cost} is not a number", where=f"step {number}")
        if any(after[1] < before[1] for before, after in pairwise(self.steps)):
            raise InputError("costs must not fall from step to step", where="steps")

    @property
    def limit(self) -> float:
        return sum(potential for potential, _ in self.steps)

    def supply(self, price: float) -> float:
        return sum(potential for potential, cost in self.steps if cost <= price)

    def supply_below(self, price: float) -> float:
        return sum(potential for potential, cost in self.steps if cost < price)

    def price(self, abatement: float) -> float:
        rest = _within(abatement, self.limit)
        if rest <= 0.0:
            return min(self.steps[0][1], 0.0)
        for potential, cost in self.steps:
            if rest <= potential * (1.0 + 1e-12):
                return cost
            rest -= potential
        return self.steps[-1][1]

    def cost(self, abatement: float) -> float:
        rest, total = _within(abatement, self.limit), 0.0
        for potential, cost in self.steps:
            used = min(potential, rest)
            total += used * cost
            rest -= used
        return total


def steps_in_order(pairs: Iterable[tuple[float, float]]) -> StepMac:
    """A stepwise curve from pairs of potential and cost in any order."""
    return StepMac(tuple(sorted(((float(q), float(p)) for q, p in pairs), key=lambda s: s[1])))


def _within(abatement: float, limit: float) -> float:
    """An abatement that the curve can give.

    Raises:
        InputError: it exceeds the limit by more than rounding.
    """
    if abatement > limit * (1.0 + 1e-9):
        raise InputError(
            f"{abatement:.6g} Mt of abatement is asked for, the curve offers {limit:.6g} Mt",
            where="requirement",
        )
    return min(max(abatement, 0.0), limit)


def _positive(name: str, value: float, unit: str) -> None:
    if not (math.isfinite(value) and value > 0.0):
        raise InputError(f"must be positive, got {value:g}", where=name, allowed=f"> 0 {unit}")


def _not_negative(name: str, value: float, unit: str) -> None:
    if math.isnan(value) or value < 0.0:
        raise InputError(f"must not be negative, got {value:g}", where=name, allowed=f">= 0 {unit}")
