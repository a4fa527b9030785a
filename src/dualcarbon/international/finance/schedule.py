"""The yearly cash flow of a project, and what loans, guarantees and concessions do to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dualcarbon.common.cashflow import annuity, discounts
from dualcarbon.international.finance.project import Loan, Project, Tax


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


COLUMNS = (
    "time", "year", "output_mwh", "abated_t", "investment", "grant", "sales", "certificates",
    "credits", "other", "opex", "tax", "project_flow", "drawn", "interest", "principal", "fees",
    "tax_with_debt", "equity_flow", "cfads", "dscr",
)  # fmt: skip


def schedule(project: Project) -> pd.DataFrame:
    """Cash flow by year, million; year zero is the investment, operation follows.

    Replacements are investment of their year; decommissioning is a cost of the last one.
    project_flow = sales + certificates + credits + other - opex - tax - investment + grant;
    equity_flow adds loans drawn and takes off debt service, with the tax that interest lowers;
    cfads = project_flow before investment, with that tax; dscr = cfads / debt service.
    """
    table = _operation(project)
    again = table["time"].map(project.replacements).fillna(0.0)
    table["investment"] = np.where(table["time"] == 0, project.capital, again)
    table["grant"] = np.where(table["time"] == 0, project.grant, 0.0)
    table["other"] = np.where(table["time"] == 0, 0.0, project.other_revenue)
    table.loc[table.index[-1], "other"] += project.residual
    table["opex"] = [0.0, *project.yearly_opex]
    table.loc[table.index[-1], "opex"] += project.decommissioning
    earned = table["sales"] + table["certificates"] + table["credits"] + table["other"]
    margin = (earned - table["opex"]).to_numpy()
    services = [service(n, n.share * project.capital, project.lifetime) for n in project.loans]
    for name in ("interest", "principal", "fee"):
        key = "fees" if name == "fee" else name
        table[key] = _after_start(services, name, project.lifetime)
    table["drawn"] = np.where(table["time"] == 0, _debt(project), 0.0)
    costs = (table["interest"] + table["fees"]).to_numpy()
    table["tax"] = _tax(project, margin, np.zeros(len(table)))
    table["tax_with_debt"] = _tax(project, margin, costs)
    outlay = (table["investment"] - table["grant"]).to_numpy()
    table["project_flow"] = margin - table["tax"] - outlay
    table["cfads"] = margin - table["tax_with_debt"]
    paid = table["interest"] + table["principal"] + table["fees"]
    table["equity_flow"] = table["cfads"] - outlay + table["drawn"] - paid
    table["dscr"] = (table["cfads"] / paid).where(paid > 0.0)
    return table[list(COLUMNS)]


def _operation(project: Project) -> pd.DataFrame:
    """Output, abatement and what both are sold for."""
    time = np.arange(project.lifetime + 1)
    runs = time > 0
    output = np.where(runs, project.first_output * (1 - project.degradation) ** (time - 1.0), 0.0)
    price = project.price_per_mwh * (1 + project.price_growth) ** (time - 1.0)
    table = pd.DataFrame({"time": time, "year": project.first_year + time, "output_mwh": output})
    table["sales"] = output * price / 1e6
    carbon = project.carbon
    table["abated_t"] = output * (carbon.emission_factor if carbon else 0.0)
    table["certificates"] = table["credits"] = 0.0
    if carbon:
        certified = carbon.green_certificate_share * carbon.green_certificate_price
        table["certificates"] = output * certified / 1e6
        credited = runs & (time <= carbon.credit_years)
        per_tonne = carbon.credit_share * carbon.credit_price
        table["credits"] = np.where(credited, table["abated_t"] * per_tonne / 1e6, 0.0)
    return table


def _after_start(services: Sequence[Service], name: str, years: int) -> np.ndarray:
    total = np.zeros(years + 1)
    for one in services:
        total[1:] += getattr(one, name)
    return total


def _debt(project: Project) -> float:
    return project.capital * sum(loan.share for loan in project.loans)


def _tax(project: Project, margin: np.ndarray, financing: np.ndarray) -> np.ndarray:
    """Tax on profit; losses are carried forward without limit."""
    tax = project.tax
    if tax is None:
        return np.zeros(len(margin))
    written_off = _written_off(project, tax.depreciation_years)
    due, loss = np.zeros(len(margin)), 0.0
    for year in range(1, len(margin)):
        depreciation = written_off[year]
        book = project.residual if year == len(margin) - 1 else 0.0
        profit = margin[year] - book - depreciation - financing[year] + loss
        loss = min(profit, 0.0)
        due[year] = max(profit, 0.0) * tax.rate * _relief(tax, year)
    return due


def _written_off(project: Project, years: int) -> np.ndarray:
    """Depreciation by year: straight-line, from the year after each investment.

    What is left of a replacement when the project ends is written off in the last year.
    """
    found = np.zeros(project.lifetime + 1)
    first = project.capital - project.grant - project.residual
    found[1 : years + 1] += first / years
    for year, amount in project.replacements.items():
        span = found[year + 1 : year + years + 1]
        span += amount / years
        found[-1] += amount * (1.0 - len(span) / years)
    return found


def _relief(tax: Tax, year: int) -> float:
    """Share of the tax that is due in a year of operation."""
    if year <= tax.free_years:
        return 0.0
    return 0.5 if year <= tax.free_years + tax.half_years else 1.0
