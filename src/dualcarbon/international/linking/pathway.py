"""One global carbon price over time that keeps emissions within a budget."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.international.linking.curves import Curve


@dataclass(frozen=True)
class Pathway:
    """A price path.

    Attributes:
        first_price: price of the first year, USD/t.
        years: one row per year: price (USD/t), baseline, abatement and emissions (Mt), cost
            (million USD).
        budget_mt: emissions allowed over all years.
    """

    first_price: float
    years: pd.DataFrame
    budget_mt: float


def price_path(
    curves: Mapping[int, Sequence[Curve]],
    baseline_mt: Mapping[int, float],
    budget_mt: float,
    rate: float,
) -> Pathway:
    """Find the price path p_t = p_0 (1 + r)^(t - t_0) that exhausts an emission budget.

    With allowances that may be banked and borrowed, the cheapest way to keep a budget equalises
    the discounted marginal cost over time.

    Args:
        curves: abatement curves of all regions by year; later years may offer more.
        baseline_mt: emissions without abatement by year, Mt.
        budget_mt: emissions allowed in the sum of the years, Mt.
        rate: interest rate r, per year.

    Raises:
        InputError: years differ, a budget that even full abatement exceeds, a rate of -1 or less.

    Source: Hotelling (1931), Journal of Political Economy 39(2), for the price of an exhaustible
    stock; Rubin (1996), JEEM 31(3), for emission banking.
    """
    from scipy.optimize import brentq

    years = sorted(curves)
    if not years or years != sorted(baseline_mt):
        raise InputError("curves and baseline must cover the same years", where="baseline")
    if rate <= -1.0:
        raise InputError(f"interest rate {rate:g} is not above -1", where="rate")

    def emitted(first: float) -> float:
        table = _table(curves, baseline_mt, years, first, rate)
        return float(table["emissions_mt"].sum())

    most = {y: sum(c.limit for c in curves[y]) for y in years}
    least = sum(max(baseline_mt[y] - most[y], 0.0) for y in years)
    if budget_mt < least:
        raise InputError(
            f"budget {budget_mt:.6g} Mt cannot be kept", where="budget", allowed=f">= {least:.6g}"
        )
    if emitted(0.0) <= budget_mt:
        return Pathway(0.0, _table(curves, baseline_mt, years, 0.0, rate), budget_mt)
    high = 1.0
    while emitted(high) > budget_mt:
        high *= 2.0
        if high > 1e12:
            raise InputError(f"budget {budget_mt:.6g} Mt cannot be kept", where="budget")
    first = float(brentq(lambda p: emitted(p) - budget_mt, 0.0, high, xtol=1e-12, rtol=1e-14))
    return Pathway(first, _table(curves, baseline_mt, years, first, rate), budget_mt)


def _table(
    curves: Mapping[int, Sequence[Curve]],
    baseline: Mapping[int, float],
    years: Sequence[int],
    first: float,
    rate: float,
) -> pd.DataFrame:
    rows = []
    for year in years:
        price = first * (1.0 + rate) ** (year - years[0])
        amounts = [c.supply(price) for c in curves[year]]
        total = math.fsum(amounts)
        cost = math.fsum(c.cost(a) for c, a in zip(curves[year], amounts, strict=True))
        rows.append((year, price, baseline[year], total, baseline[year] - total, cost))
    names = ["year", "price", "baseline_mt", "abatement_mt", "emissions_mt", "cost_musd"]
    return pd.DataFrame(rows, columns=names)
