"""Appraisal of a project: returns, levelised cost, debt cover, cost of abatement, and support."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.cashflow import Irr, discounts, irr, npv, payback
from dualcarbon.errors import InputError
from dualcarbon.international.finance.project import Loan, Project
from dualcarbon.international.finance.schedule import grant_element, rate_of, schedule


@dataclass(frozen=True)
class Appraisal:
    """The measures of a project; amounts in millions of its currency.

    Attributes:
        project: what was appraised.
        flows: its yearly cash flow.
        rate: discount rate of the measures that take one.
    """

    project: Project
    flows: pd.DataFrame
    rate: float

    @cached_property
    def project_irr(self) -> Irr:
        """Internal rates of return before financing."""
        return irr(self.flows["project_flow"].tolist())

    @cached_property
    def equity_irr(self) -> Irr:
        """Internal rates of return on equity; that of the project where it has no debt."""
        return irr(self.flows["equity_flow"].tolist())

    @property
    def npv(self) -> float:
        """Net present value before financing."""
        return npv(self.flows["project_flow"].tolist(), self.rate)

    @property
    def payback(self) -> float:
        """Simple payback, years from the investment."""
        return payback(self.flows["project_flow"].tolist())

    @property
    def discounted_payback(self) -> float:
        """Discounted payback, years from the investment."""
        return payback(self.flows["project_flow"].tolist(), self.rate)

    @property
    def lcoe(self) -> float:
        """Levelised cost, currency per MWh; see :func:`levelised_cost`."""
        return levelised_cost(self.flows, self.rate)

    @property
    def dscr(self) -> tuple[float, float]:
        """Least and mean debt service cover ratio; not a number without debt."""
        cover = self.flows["dscr"].dropna()
        return (math.nan, math.nan) if cover.empty else (float(cover.min()), float(cover.mean()))

    @property
    def wacc(self) -> float:
        """Cost of capital before tax: loans at their rates, equity at its required return."""
        required = self.project.equity_return
        required = self.rate if required is None else required
        debt = sum(loan.share for loan in self.project.loans)
        fees = (
            n.guarantee.fee * n.guarantee.cover if n.guarantee else 0.0 for n in self.project.loans
        )
        owed = zip(self.project.loans, fees, strict=True)
        return sum(n.share * (rate_of(n) + fee) for n, fee in owed) + (1.0 - debt) * required

    @property
    def abated_t(self) -> float:
        """Tonnes of CO2 avoided over the lifetime."""
        return float(self.flows["abated_t"].sum())

    @property
    def abatement_cost(self) -> tuple[float, float]:
        """Abatement cost, currency per t: over discounted tonnes, and over plain tonnes.

        (PV cost - PV baseline cost) / PV tCO2, the baseline being the same output at the baseline
        price. Not a number without a baseline. Certificates are not in it: they are either
        revenue or abatement.
        """
        carbon = self.project.carbon
        if carbon is None or carbon.baseline_price_per_mwh is None or self.abated_t == 0.0:
            return math.nan, math.nan
        factors = discounts(len(self.flows), self.rate)
        output = float(self.flows["output_mwh"].to_numpy() @ factors)
        extra = output * (self.lcoe - carbon.baseline_price_per_mwh)
        discounted = float(self.flows["abated_t"].to_numpy() @ factors)
        return extra / discounted, extra / self.abated_t


def appraise(project: Project, rate: float | None = None) -> Appraisal:
    """Appraise a project.

    Args:
        project: what to appraise.
        rate: discount rate; that of the project by default.
    """
    return Appraisal(project, schedule(project), project.discount_rate if rate is None else rate)


def levelised_cost(flows: pd.DataFrame, rate: float) -> float:
    """Levelised cost PV(investment - grant + opex) / PV(MWh), before tax, currency per MWh.

    Args:
        flows: cash flow by year.
        rate: discount rate.

    Raises:
        InputError: no output.
    """
    factors = discounts(len(flows), rate)
    output = float(flows["output_mwh"].to_numpy() @ factors)
    if output <= 0.0:
        raise InputError("no output to level the cost over", where="output_mwh")
    cost = flows["investment"] - flows["grant"] + flows["opex"]
    return float(cost.to_numpy() @ factors) * 1e6 / output


def cost_of_capital_effect(project: Project, rates: Sequence[float]) -> pd.DataFrame:
    """Levelised cost and net present value at several discount rates.

    Args:
        project: what to appraise.
        rates: discount rates per year.

    Returns:
        Columns rate, lcoe (currency per MWh), npv (million), lcoe_change against the first rate.
    """
    rows = []
    for rate in rates:
        one = appraise(project, rate)
        rows.append((rate, one.lcoe, one.npv))
    table = pd.DataFrame(rows, columns=["rate", "lcoe", "npv"])
    return table.assign(lcoe_change=table["lcoe"] / table["lcoe"].iloc[0] - 1.0)


def cost_across_regions(project: Project) -> pd.DataFrame:
    """Levelised cost of the same project at the cost of capital of other regions.

    Everything but the discount rate stays as it is, so that the difference is that of capital.

    Returns:
        Columns region, name_zh, technology, rate, lcoe (currency per MWh), source, grade; the
        cheapest capital first.

    Source: IRENA (2023), The cost of financing for renewable power; IEA; see each row.
    """
    table = datasets.load("cost_of_capital")
    flows = schedule(project)
    table["rate"] = table["rate_percent"] / 100.0
    table["lcoe"] = [levelised_cost(flows, rate) for rate in table["rate"]]
    columns = ["region", "name_zh", "technology", "rate", "lcoe", "source", "grade"]
    return table[columns].sort_values("rate", ignore_index=True)


def support_effects(project: Project) -> pd.DataFrame:
    """Compare the project as given with itself less one kind of support each.

    Kinds: concessional terms (loans at their market rate), guarantees, the grant, carbon credits
    with certificates, and all of them. Only kinds that the project has are listed.

    Returns:
        Columns case, equity_irr, dscr_min, wacc, lcoe (at the cost of capital, currency per MWh),
        npv (million), grant_element (million, of concessional loans).
    """
    cases = {"as_given": project}
    for name, change in (
        ("without_concession", _without_concession),
        ("without_guarantee", _without_guarantee),
        ("without_grant", _without_grant),
        ("without_credits", _without_credits),
    ):
        changed = change(project)
        if changed != project:
            cases[name] = changed
    if len(cases) > 2:
        bare = _without_credits(_without_grant(_without_guarantee(_without_concession(project))))
        cases["without_any"] = bare
    return pd.DataFrame([_line(name, appraise(one)) for name, one in cases.items()])


def _line(name: str, one: Appraisal) -> dict[str, object]:
    gift = sum(grant_element(n) * n.share * one.project.capital for n in one.project.loans)
    return {
        "case": name,
        "equity_irr": one.equity_irr.value,
        "dscr_min": one.dscr[0],
        "wacc": one.wacc,
        "lcoe": levelised_cost(one.flows, one.wacc),
        "npv": one.npv,
        "grant_element": gift,
    }


def _without_concession(project: Project) -> Project:
    def market(loan: Loan) -> Loan:
        rate = loan.rate if loan.market_rate is None else loan.market_rate
        return loan.model_copy(update={"rate": rate})

    return project.model_copy(update={"loans": tuple(market(n) for n in project.loans)})


def _without_guarantee(project: Project) -> Project:
    loans = tuple(n.model_copy(update={"guarantee": None}) for n in project.loans)
    return project.model_copy(update={"loans": loans})


def _without_grant(project: Project) -> Project:
    return project.model_copy(update={"grant": 0.0})


def _without_credits(project: Project) -> Project:
    if project.carbon is None:
        return project
    none = {"credit_share": 0.0, "green_certificate_share": 0.0}
    return project.model_copy(update={"carbon": project.carbon.model_copy(update=none)})
