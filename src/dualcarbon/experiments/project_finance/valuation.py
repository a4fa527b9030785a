"""The value of a given plant under a regime: revenue, its risk, the capital it takes, its return.

The riskier the revenue, the less debt it carries: debt by P90 cover, equity by risk.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dualcarbon.common.cashflow import irr
from dualcarbon.experiments.project_finance.cases import Cases
from dualcarbon.experiments.project_finance.regimes import MARKET, Offers, Regime, Terms

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


@dataclass(frozen=True)
class Plant:
    """A wind or solar plant of one MW.

    Attributes:
        technology: carrier; start: first year of operation.
        outlay: CNY/MW; fixed: fixed cost, CNY per MW and year; life: years.
        discount: rate at which revenue per MWh is averaged over the life.
    """

    technology: str
    start: int
    outlay: float
    fixed: float
    life: int
    discount: float


@dataclass(frozen=True)
class Valuation:
    """A plant under a regime, arrays by province (and year of life).

    Attributes:
        mean, sd: expected revenue and its standard deviation, CNY/MW, by province and year.
        hours: expected output, MWh/MW, by province and year.
        capital: what the outlay is financed with.
        plant: the plant.
    """

    mean: np.ndarray
    sd: np.ndarray
    hours: np.ndarray
    capital: Capital
    plant: Plant

    def cash(self) -> np.ndarray:
        """Expected cash flow, year zero first, by province."""
        p = self.plant
        return np.hstack([np.full((len(self.mean), 1), -p.outlay), self.mean - p.fixed])

    def irr(self) -> np.ndarray:
        """Internal rate of return of the expected cash flow, by province."""
        return np.array([irr(flow).value for flow in self.cash()])

    def npv(self) -> np.ndarray:
        """Net present value at the regime's own cost of capital, CNY/MW by province."""
        years = np.arange(self.plant.life + 1)
        return np.asarray((self.cash() / (1.0 + self.capital.wacc[:, None]) ** years).sum(axis=1))

    def per_mwh(self, amount: np.ndarray) -> np.ndarray:
        """A yearly amount (CNY/MW) per MWh, averaged over the life with discounted output."""
        weight = (1.0 + self.plant.discount) ** -(1.0 + np.arange(self.plant.life))
        return np.asarray((amount * weight).sum(axis=1) / (self.hours * weight).sum(axis=1))


def appraise(regime: Regime, cases: Cases, offers: Offers, plant: Plant, terms: Terms) -> Valuation:
    """Revenue over the life: the contract for its term, then the market with certificates."""
    years = np.arange(plant.life)
    at = cases.within(plant.start + years)
    contract = regime.revenue(cases, offers, terms)[:, :, at]
    open_market = MARKET.revenue(cases, offers, terms)[:, :, at]
    earned = np.where(years < regime.term(terms), contract, open_market)
    mean, sd = cases.mean(earned), cases.sd(earned)
    capital = cost_of_capital(mean, sd, plant.fixed, plant.outlay, terms)
    return Valuation(mean, sd, cases.mean(cases.hours)[:, at], capital, plant)


def finance_rows(regime: str, provinces: pd.Index, found: Valuation) -> pd.DataFrame:
    """Rows of the table ``project_finance``."""
    return pd.DataFrame(
        {
            "regime": regime,
            "province": provinces,
            "technology": found.plant.technology,
            "revenue_cny_per_mwh": found.per_mwh(found.mean),
            "revenue_sd": found.per_mwh(found.sd),
            "gearing": found.capital.gearing,
            "wacc": found.capital.wacc,
            "irr": found.irr(),
            "npv_per_cny": found.npv() / found.plant.outlay,
        }
    )
