"""Debt service of loans, with guarantees and concessions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualcarbon.common.cashflow import annuity, discounts
from dualcarbon.international.finance.project import Loan


@dataclass(frozen=True)
class Service:
    """Payments of a loan in the years of operation, million.

    Attributes:
        principal, interest, fee: one figure per year.
    """

    principal: np.ndarray
    interest: np.ndarray
    fee: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """Debt service with guarantee fees."""
        return self.principal + self.interest + self.fee


def rate_of(loan: Loan) -> float:
    """Rate that a borrower pays: the loan's, less what a guarantee takes off."""
    return max(loan.rate - (loan.guarantee.rate_cut if loan.guarantee else 0.0), 0.0)


def service(loan: Loan, amount: float, years: int) -> Service:
    """Debt service of a loan over the years of operation.

    Interest falls due on the opening balance; after the grace years, either the sum of interest
    and principal (annuity) or the principal stays equal. The guarantee fee is charged on the
    covered part of the opening balance.

    Args:
        loan: its terms.
        amount: principal, million.
        years: years of operation, at least the tenor.
    """
    rate, terms = rate_of(loan), loan.tenor - loan.grace
    principal, interest, fee = np.zeros(years), np.zeros(years), np.zeros(years)
    level, balance = annuity(amount, rate, terms), amount
    for year in range(loan.tenor):
        interest[year] = rate * balance
        if loan.guarantee:
            fee[year] = loan.guarantee.fee * loan.guarantee.cover * balance
        if year >= loan.grace:
            equal = loan.repayment == "equal_principal"
            principal[year] = amount / terms if equal else level - interest[year]
        balance -= principal[year]
    return Service(principal, interest, fee)


def grant_element(loan: Loan) -> float:
    """Share of a loan that is a gift: 1 - PV(debt service at the market rate) / principal.

    Zero for a loan at market terms.

    Source: OECD DAC, grant element of official loans.
    """
    market = loan.rate if loan.market_rate is None else loan.market_rate
    paid = service(loan.model_copy(update={"guarantee": None}), 1.0, loan.tenor).total
    return 1.0 - float(paid @ discounts(loan.tenor + 1, market)[1:])
