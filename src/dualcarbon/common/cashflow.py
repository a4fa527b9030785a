"""Money over time: net present value, internal rates of return, payback, annuity.

Flows are yearly; the first is at time zero and is not discounted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dualcarbon.errors import InputError

LOWEST, HIGHEST = -0.99, 100.0
GRID = 6000


@dataclass(frozen=True)
class Irr:
    """Internal rates of return of a cash flow.

    Attributes:
        rates: every rate above -99 % and below 10 000 % at which the net present value is zero,
            in rising order.
    """

    rates: tuple[float, ...]

    @property
    def status(self) -> str:
        """``unique``, ``none`` or ``multiple``."""
        return {0: "none", 1: "unique"}.get(len(self.rates), "multiple")

    @property
    def value(self) -> float:
        """The rate where it is unique, else not a number: one of several means nothing."""
        return self.rates[0] if len(self.rates) == 1 else math.nan


def discounts(years: int, rate: float) -> np.ndarray:
    """Discount factors (1 + r)^-t for t = 0 to ``years`` - 1."""
    return (1.0 + rate) ** -np.arange(years, dtype=float)


def npv(flows: Sequence[float] | np.ndarray, rate: float) -> float:
    """Net present value, sum over t of CF_t / (1 + r)^t, in the unit of the flows.

    Raises:
        InputError: a flow that is no finite number, or a rate of -1 or less.
    """
    values = checked(flows)
    check_rate(rate)
    return float(values @ discounts(len(values), rate))


def irr(flows: Sequence[float] | np.ndarray) -> Irr:
    """All internal rates of return, by bracketing every change of sign of the present value.

    A flow of one sign has no rate. One whose sign changes once has at most one (Descartes). One
    whose sign changes more often may have several: with x = ln(1 + r) the present value is
    evaluated on a fine grid. Each change of sign is closed in by Brent's method.

    Raises:
        InputError: a flow that is no finite number.
    """
    from scipy.optimize import brentq

    values = checked(flows)
    if not ((values > 0.0).any() and (values < 0.0).any()):
        return Irr(())
    times = np.arange(len(values), dtype=float)

    def worth(x: float | np.ndarray) -> np.ndarray:
        # Scaled by the largest term, so that rates near -100 % do not overflow.
        logs = -np.multiply.outer(x, times)
        return np.asarray(np.exp(logs - logs.max(axis=-1, keepdims=True)) @ values)

    kept = np.sign(values[values != 0.0])
    points = 2 if (kept[:-1] != kept[1:]).sum() == 1 else GRID
    grid = np.linspace(math.log(1.0 + LOWEST), math.log(1.0 + HIGHEST), points)
    signs = np.sign(worth(grid))
    found = [float(x) for x in grid[signs == 0.0]]
    for i in np.flatnonzero(signs[:-1] * signs[1:] < 0.0):
        found.append(float(brentq(worth, grid[i], grid[i + 1], xtol=1e-14, rtol=1e-14)))
    return Irr(tuple(math.expm1(x) for x in sorted(found)))


def payback(flows: Sequence[float] | np.ndarray, rate: float = 0.0) -> float:
    """Years until the cumulated (discounted) flow reaches zero for good, within a year by line.

    Not a number where it never does.

    Args:
        flows: yearly, first at time zero.
        rate: discount rate; 0 for the simple payback.
    """
    values = checked(flows)
    check_rate(rate)
    total = np.cumsum(values * discounts(len(values), rate))
    tolerance = 1e-12 * float(np.abs(values).sum())
    below = np.flatnonzero(total < -tolerance)
    if len(below) == 0:
        return 0.0
    last = int(below[-1])
    if last == len(values) - 1:
        return math.nan
    return last + float(-total[last] / (total[last + 1] - total[last]))


def annuity(principal: float, rate: float, years: float) -> float:
    """Equal yearly payment that repays a principal: P r / (1 - (1 + r)^-n).

    Args:
        principal: money; 1 gives the capital recovery factor, 1/a.
        rate: interest, share per year; years: n, above zero.
    """
    if abs(rate) < 1e-12:
        return principal / years
    return principal * rate / (1.0 - (1.0 + rate) ** -years)


def checked(flows: Sequence[float] | np.ndarray) -> np.ndarray:
    """The flows as an array.

    Raises:
        InputError: none given, or one that is no finite number.
    """
    if len(flows) == 0:
        raise InputError("no cash flow given", where="cash_flow")
    values = np.empty(len(flows))
    for year, flow in enumerate(flows):
        try:
            values[year] = float(flow)
        except (TypeError, ValueError) as error:
            raise InputError(
                f"'{flow}' is not a number", where=f"cash_flow, year {year}"
            ) from error
        if not math.isfinite(values[year]):
            raise InputError(f"{flow} is not a finite number", where=f"cash_flow, year {year}")
    return values


def check_rate(rate: float) -> None:
    """Check a discount rate.

    Raises:
        InputError: it is -1 or less, or no finite number.
    """
    if not (math.isfinite(rate) and rate > -1.0):
        raise InputError(f"{rate:g} is not above -1", where="discount_rate")
