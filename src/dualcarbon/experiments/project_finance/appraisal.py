"""Appraise one given project under a revenue regime: revenue, risk, capital, return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from dualcarbon.common.cashflow import irr
from dualcarbon.experiments.project_finance import market
from dualcarbon.experiments.project_finance.capital import Capital, cost_of_capital
from dualcarbon.experiments.project_finance.cases import Cases
from dualcarbon.experiments.project_finance.offers import Offers
from dualcarbon.experiments.project_finance.terms import Terms


class Regime(Protocol):
    """A module that says what a project earns."""

    @property
    def KEY(self) -> str:
        """Name of the regime."""

    def revenue(self, cases: Cases, offers: Offers, terms: Terms) -> np.ndarray:
        """CNY per MW and year, shape (province, case, period)."""

    def term(self, terms: Terms) -> int:
        """Years of the contract; then the market."""


@dataclass(frozen=True)
class Project:
    """A plant of one MW.

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
class Appraisal:
    """A project under a regime, arrays by province (and year of life).

    Attributes:
        mean, sd: expected revenue and its standard deviation, CNY/MW, by province and year.
        hours: expected output, MWh/MW, by province and year.
        capital: what the outlay is financed with.
        project: the project.
    """

    mean: np.ndarray
    sd: np.ndarray
    hours: np.ndarray
    capital: Capital
    project: Project

    def cash(self) -> np.ndarray:
        """Expected cash flow, year zero first, by province."""
        p = self.project
        return np.hstack([np.full((len(self.mean), 1), -p.outlay), self.mean - p.fixed])

    def irr(self) -> np.ndarray:
        """Internal rate of return of the expected cash flow, by province."""
        return np.array([irr(flow).value for flow in self.cash()])

    def npv(self) -> np.ndarray:
        """Net present value at the regime's own cost of capital, CNY/MW by province."""
        years = np.arange(self.project.life + 1)
        return np.asarray((self.cash() / (1.0 + self.capital.wacc[:, None]) ** years).sum(axis=1))

    def per_mwh(self, amount: np.ndarray) -> np.ndarray:
        """A yearly amount (CNY/MW) per MWh, averaged over the life with discounted output."""
        weight = (1.0 + self.project.discount) ** -(1.0 + np.arange(self.project.life))
        return np.asarray((amount * weight).sum(axis=1) / (self.hours * weight).sum(axis=1))


def appraise(
    regime: Regime, cases: Cases, offers: Offers, project: Project, terms: Terms
) -> Appraisal:
    """Revenue over the life: the contract for its term, then the market with certificates."""
    years = np.arange(project.life)
    at = cases.within(project.start + years)
    contract = regime.revenue(cases, offers, terms)[:, :, at]
    open_market = market.revenue(cases, offers, terms)[:, :, at]
    earned = np.where(years < regime.term(terms), contract, open_market)
    mean, sd = cases.mean(earned), cases.sd(earned)
    capital = cost_of_capital(mean, sd, project.fixed, project.outlay, terms)
    return Appraisal(mean, sd, cases.mean(cases.hours)[:, at], capital, project)


def finance_rows(regime: str, provinces: pd.Index, found: Appraisal) -> pd.DataFrame:
    """Rows of the table ``project_finance``."""
    return pd.DataFrame(
        {
            "regime": regime,
            "province": provinces,
            "technology": found.project.technology,
            "revenue_cny_per_mwh": found.per_mwh(found.mean),
            "revenue_sd": found.per_mwh(found.sd),
            "gearing": found.capital.gearing,
            "wacc": found.capital.wacc,
            "irr": found.irr(),
            "npv_per_cny": found.npv() / found.project.outlay,
        }
    )
