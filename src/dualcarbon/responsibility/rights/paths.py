"""Paths of yearly emissions whose sum is a budget exactly, for one region or for all."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.rights.basis import Basis, Budgets, checked_budget

Array = NDArray[np.float64]


def linear(now: float, budget: float, year: int) -> pd.Series:
    """Straight line from today's emissions to zero; it ends ``T = 2 B / E`` years from now.

    Args:
        now: emissions E of the last year, Gt; budget: area B below the line, Gt.
        year: last year of history; the first figure is that of the year after.

    Returns:
        Gt by year, each the area below the line within the year; they sum to the budget.

    Raises:
        InputError: emissions or a budget not above zero.
    """
    start, area = _above_zero(now), checked_budget(budget)
    span = 2 * area / start
    ends = np.minimum(np.arange(math.ceil(span) + 1, dtype=float), span)
    return _yearly(start * ends - start * ends**2 / (2 * span), year, area)


def exponential(now: float, budget: float, year: int, *, net_zero: int) -> pd.Series:
    """``E(t) = E (e^(-kt) - e^(-kT)) / (1 - e^(-kT))``: to zero in T years, k set by the budget.

    The area ``E (1/k - T / (e^(kT) - 1))`` falls from ``E T`` to 0 as k rises; k = 0 is the
    straight line. A budget above ``E T / 2`` gives a path that falls late, one below it early.

    Args:
        now: emissions of the last year, Gt; budget: Gt; year: last year of history.
        net_zero: year at whose end emissions are zero.

    Raises:
        InputError: emissions or a budget not above zero, a year of net zero in the past, a budget
            that no falling path can use up or that is out of reach.
    """
    from scipy.optimize import brentq

    start, area = _above_zero(now), checked_budget(budget)
    span = float(net_zero - year)
    if span <= 0:
        raise InputError(f"{net_zero} is not after {year}", where="net_zero", allowed=f"> {year}")
    share = area / (start * span)
    if not _mean(-500.0) > share > _mean(500.0):
        raise InputError(
            f"no path that falls from {start:.4g} Gt to zero in {net_zero} emits {area:.4g} Gt",
            where="budget",
            allowed=f"{start * span * _mean(500.0):.4g} to {start * span * _mean(-500.0):.4g} Gt",
        )
    rate = float(brentq(lambda k: _mean(k) - share, -500.0, 500.0, xtol=1e-13))
    ends = np.arange(int(span) + 1, dtype=float) / span
    return _yearly(start * span * _area(rate, ends), year, area)


def line_to(now: float, budget: float, year: int, *, horizon: int) -> pd.Series:
    """Straight line to a year, its end set by the budget: any budget, below zero too.

    ``E(T) = 2 B / T - E``; it is negative where the budget is small: more is taken out of the air
    (or bought from others) than is emitted.

    Args:
        now: emissions of the last year, Gt; budget: Gt, of any sign; year: last year of history.
        horizon: last year of the path.

    Raises:
        InputError: a horizon that is not after the history, figures that are not finite.
    """
    span = horizon - year
    if span <= 0:
        raise InputError(f"{horizon} is not after {year}", where="horizon", allowed=f"> {year}")
    if not (np.isfinite(now) and np.isfinite(budget)):
        raise InputError("emissions and budget must be figures", where="budget")
    ends = np.arange(span + 1, dtype=float)
    slope = (2 * budget / span - 2 * now) / span
    return _yearly(now * ends + slope * ends**2 / 2, year, budget)


def net_zero_year(now: float, budget: float, year: int) -> float:
    """Time at which the straight line that uses up the budget reaches zero; NaN if never.

    ``year + 1 + 2 B / E`` counted from the beginning of the year after the last.
    """
    if budget <= 0 or now <= 0:
        return math.nan
    return year + 1 + 2 * budget / now


def _above_zero(now: float) -> float:
    if not np.isfinite(now) or now <= 0:
        raise InputError(f"emissions must be above zero, got {now:g}", where="now")
    return float(now)


def _yearly(area: Array, year: int, budget: float) -> pd.Series:
    """Differences of the cumulative path, with rounding put on the last year."""
    values = np.diff(area)
    values[-1] += budget - values.sum()
    index = pd.RangeIndex(year + 1, year + 1 + len(values), name="year")
    return pd.Series(values, index=index)


def _mean(k: float) -> float:
    """Mean of the exponential shape over its span, with ``k`` per span."""
    if abs(k) < 1e-4:
        return 0.5 - k / 12
    return 1 / k - (1 / math.expm1(k) if k < 700 else 0.0)


def _area(k: float, u: Array) -> Array:
    """Area of the exponential shape from 0 to the share u of the span."""
    if abs(k) < 1e-4:
        return np.asarray(u - u**2 / 2 - k * (u**2 / 4 - u**3 / 6))
    if k > 0:
        return np.asarray((-np.expm1(-k * u) / k - u * np.exp(-k)) / -np.expm1(-k))
    return np.asarray((np.exp(k) * -np.expm1(-k * u) / k - u) / np.expm1(k))


SHAPES = ("linear", "exponential", "line")
Maker = Callable[[float, float, int], pd.Series]


def national_paths(
    basis: Basis,
    budgets: Budgets,
    *,
    shape: str = "linear",
    net_zero: int = 2060,
    horizon: int = 2100,
    regions: list[str] | None = None,
) -> pd.DataFrame:
    """Yearly emissions of each region that sum to its budget.

    Args:
        basis: today's emissions; budgets: of one rule.
        shape: ``linear`` (straight to zero), ``exponential`` (falling to zero in ``net_zero``) or
            ``line`` (straight to ``horizon``, of any sign). A budget that is not above zero, or
            that the falling shape cannot meet, gets the straight line to the horizon, and the
            column ``shape`` says so.
        net_zero, horizon: years.
        regions: those wanted; all with emissions by default.

    Returns:
        Tidy: rule, region, year, value (Gt CO2), shape.

    Raises:
        InputError: an unknown shape or region.
    """
    if shape not in SHAPES:
        raise unknown_name("shape", shape, SHAPES, where="shape")
    makers: dict[str, Maker] = {
        "linear": linear,
        "exponential": partial(exponential, net_zero=net_zero),
        "line": partial(line_to, horizon=horizon),
    }
    rows = []
    for region in regions if regions is not None else basis.regions:
        if region not in basis.regions:
            raise unknown_name("region", region, basis.regions)
        now, budget = float(basis.now[region]), float(budgets.values[region])
        drawn = shape if _reaches(shape, now, budget, net_zero - basis.year) else "line"
        path = makers[drawn](now, budget, basis.year).rename("value").reset_index()
        rows.append(path.assign(region=region, shape=drawn))
    table = pd.concat(rows, ignore_index=True).assign(rule=budgets.rule)
    return table[["rule", "region", "year", "value", "shape"]]


def _reaches(shape: str, now: float, budget: float, span: int) -> bool:
    """Whether a falling path can use up the budget."""
    if shape == "line":
        return True
    if now <= 0 or budget <= 0:
        return False
    return shape == "linear" or 0.002 < budget / (now * span) < 0.998
