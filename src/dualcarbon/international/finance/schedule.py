"""The yearly cash flow of a project, with and without its debt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dualcarbon.international.finance.loans import Service, service
from dualcarbon.international.finance.project import Project, Tax

COLUMNS = (
    "time", "year", "output_mwh", "abated_t", "investment", "grant", "sales", "certificates",
    "credits", "other", "opex", "tax", "project_flow", "drawn", "interest", "principal", "fees",
    "tax_with_debt", "equity_flow", "cfads", "dscr",
)  # fmt: skip


def schedule(project: Project) -> pd.DataFrame:
    """Cash flow by year, million; year zero is the investment, operation follows.

    project_flow = sales + certificates + credits + other - opex - tax - investment + grant;
    equity_flow adds loans drawn and takes off debt service, with the tax that interest lowers;
    cfads = project_flow before investment, with that tax; dscr = cfads / debt service.
    """
    table = _operation(project)
    table["investment"] = np.where(table["time"] == 0, project.capital, 0.0)
    table["grant"] = np.where(table["time"] == 0, project.grant, 0.0)
    table["other"] = np.where(table["time"] == 0, 0.0, project.other_revenue)
    table.loc[table.index[-1], "other"] += project.residual
    table["opex"] = np.where(table["time"] == 0, 0.0, project.yearly_opex)
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
    written_off = (project.capital - project.grant - project.residual) / tax.depreciation_years
    due, loss = np.zeros(len(margin)), 0.0
    for year in range(1, len(margin)):
        depreciation = written_off if year <= tax.depreciation_years else 0.0
        book = project.residual if year == len(margin) - 1 else 0.0
        profit = margin[year] - book - depreciation - financing[year] + loss
        loss = min(profit, 0.0)
        due[year] = max(profit, 0.0) * tax.rate * _relief(tax, year)
    return due


def _relief(tax: Tax, year: int) -> float:
    """Share of the tax that is due in a year of operation."""
    if year <= tax.free_years:
        return 0.0
    return 0.5 if year <= tax.free_years + tax.half_years else 1.0
