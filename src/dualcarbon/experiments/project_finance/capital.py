"""What capital costs a project whose revenue is so risky: debt by P90 cover, equity by risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualcarbon.experiments.project_finance.terms import Terms

P90 = 1.2815515655446004  # standard normal deviate exceeded with a probability of 90 %, negated
LEAST_EQUITY = 1e-9


@dataclass(frozen=True)
class Capital:
    """Sources of the outlay and what they cost, arrays by province.

    Attributes:
        gearing: debt as a share of the outlay.
        equity_cost: cost of equity, 1/a; wacc: mean cost of capital, 1/a.
    """

    gearing: np.ndarray
    equity_cost: np.ndarray
    wacc: np.ndarray


def debt_capacity(cash: np.ndarray, terms: Terms) -> np.ndarray:
    """Debt that a cash flow can serve: ``D = sum_{t <= tenor} max(cash_t, 0) / DSCR / (1 + r)^t``.

    Args:
        cash: P90 cash flow available for debt service, shape (province, year), first year first.
        terms: cover, rate, tenor.
    """
    served = np.maximum(cash[:, : terms.debt_tenor], 0.0) / terms.dscr
    years = 1.0 + np.arange(served.shape[1])
    return np.asarray((served / (1.0 + terms.debt_rate) ** years).sum(axis=1))


def cost_of_capital(
    mean: np.ndarray, sd: np.ndarray, fixed: float, outlay: float, terms: Terms
) -> Capital:
    """Mean cost of capital that follows from the risk of revenue.

    ``P90_t = mean_t - 1.2816 sd_t``; debt is what ``P90_t - fixed`` serves at the cover asked
    for, at most ``gearing`` of the outlay; equity is the rest and costs
    ``r_E = base + price_of_risk sd(R) / E`` with the yearly standard deviation of revenue over
    equity, averaged over the tenor; ``wacc = g r_D + (1 - g) r_E``.

    Args:
        mean, sd: revenue by province and year, CNY/MW.
        fixed: fixed cost, CNY per MW and year; outlay: CNY/MW.
        terms: what lenders and owners ask for.
    """
    worst = mean - P90 * sd - fixed
    gearing = np.minimum(debt_capacity(worst, terms) / outlay, terms.gearing)
    equity = np.maximum(1.0 - gearing, LEAST_EQUITY) * outlay
    risk = sd[:, : terms.debt_tenor].mean(axis=1) / equity
    equity_cost = terms.equity_base + terms.price_of_risk * risk
    return Capital(gearing, equity_cost, gearing * terms.debt_rate + (1 - gearing) * equity_cost)
