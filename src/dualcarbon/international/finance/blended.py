"""What each kind of public support does to a project: one at a time taken away."""

from __future__ import annotations

import pandas as pd

from dualcarbon.international.finance.appraisal import Appraisal, appraise, levelised_cost
from dualcarbon.international.finance.loans import grant_element
from dualcarbon.international.finance.project import Loan, Project


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
