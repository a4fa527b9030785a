"""Tables of appraisals, screens and the finance gap for the report."""

from __future__ import annotations

import pandas as pd

from dualcarbon.common.tables import conformed_all
from dualcarbon.international.finance.appraisal import (
    Appraisal,
    cost_across_regions,
    cost_of_capital_effect,
    support_effects,
)
from dualcarbon.international.finance.claims import credit_quality
from dualcarbon.international.finance.disclosure import disclosure
from dualcarbon.international.finance.gap import bri_examples, finance_gap
from dualcarbon.international.finance.screening import Screen

RATES = (0.02, 0.04, 0.06, 0.08, 0.10)


def report_tables(
    appraisal: Appraisal | None = None, screened: Screen | None = None, *, gap: bool = False
) -> dict[str, pd.DataFrame]:
    """Tables that the report shows, of whatever is given.

    ``finance_flows``, ``finance_measures``, ``finance_capital``, ``finance_across``,
    ``finance_support``,
    ``finance_quality`` and ``finance_disclosure`` of an appraisal; ``finance_criteria`` and
    ``finance_verdicts`` of a screen; ``finance_gap`` and ``finance_bri``.
    """
    tables: dict[str, pd.DataFrame] = {}
    if appraisal is not None:
        project = appraisal.project
        tables["finance_flows"] = appraisal.flows.assign(currency=project.currency)
        tables["finance_measures"] = measures(appraisal)
        effect = cost_of_capital_effect(project, RATES).assign(currency=project.currency)
        tables["finance_capital"] = effect
        across = cost_across_regions(project).assign(currency=project.currency)
        tables["finance_across"] = across
        tables["finance_support"] = support_effects(project).assign(currency=project.currency)
        tables["finance_disclosure"] = disclosure(appraisal, screened)
        if project.carbon is not None and project.carbon.credit_share > 0.0:
            quality = credit_quality(project.carbon.quality)
            rows = [(name, answer, quality.grade) for name, answer in quality.answers.items()]
            tables["finance_quality"] = pd.DataFrame(rows, columns=["principle", "answer", "grade"])
    if screened is not None:
        tables |= {"finance_criteria": screened.criteria, "finance_verdicts": screened.verdicts}
    if gap:
        tables |= {"finance_gap": finance_gap(), "finance_bri": bri_examples()}
    return conformed_all(tables)


def measures(one: Appraisal) -> pd.DataFrame:
    """The measures of an appraisal: measure, value, unit, status."""
    unit = one.project.currency
    least, mean = one.dscr
    discounted, plain = one.abatement_cost
    rows = [
        ("project_irr", one.project_irr.value, "1", one.project_irr.status),
        ("equity_irr", one.equity_irr.value, "1", one.equity_irr.status),
        ("npv", one.npv, f"million {unit}", ""),
        ("payback", one.payback, "years", ""),
        ("discounted_payback", one.discounted_payback, "years", ""),
        ("lcoe", one.lcoe, f"{unit}/MWh", ""),
        ("wacc", one.wacc, "1", ""),
        ("dscr_min", least, "1", ""),
        ("dscr_mean", mean, "1", ""),
        ("abated_t", one.abated_t, "t", ""),
        ("abatement_cost_discounted", discounted, f"{unit}/t", ""),
        ("abatement_cost_undiscounted", plain, f"{unit}/t", ""),
        ("discount_rate", one.rate, "1", ""),
    ]
    return pd.DataFrame(rows, columns=["measure", "value", "unit", "status"])
