"""Tables of appraisals, screens, disclosure and the finance gap."""

from __future__ import annotations

import math

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import conformed_all
from dualcarbon.errors import unknown_name
from dualcarbon.international.finance.appraisal import (
    Appraisal,
    cost_across_regions,
    cost_of_capital_effect,
    support_effects,
)
from dualcarbon.international.finance.gap import bri_examples, finance_gap
from dualcarbon.international.finance.project import credit_quality
from dualcarbon.international.finance.screening import Screen

PRODUCTS = ("credit", "bond", "lease", "insurance")


def disclosure(
    appraisal: Appraisal, screen: Screen | None = None, product: str | None = None
) -> pd.DataFrame:
    """Items by product with the figure of the project, or none where the user must add it.

    Args:
        appraisal: of the project.
        screen: of its activity, where it was screened.
        product: ``credit``, ``bond``, ``lease`` or ``insurance``; all by default.

    Returns:
        Columns product, block, item, name_en, name_zh, standard, figure, given.

    Raises:
        InputError: an unknown product.

    Source: ICMA Green Bond Principles; IFRS S2; PBOC carbon-reduction facility; each row names its
    standard.
    """
    if product is not None and product not in PRODUCTS:
        raise unknown_name("product", product, PRODUCTS, where="product")
    known = _figures(appraisal, screen)
    rows = []
    for item in datasets.load("disclosure_items").to_dict("records"):
        for one in item["products"].split():
            if product in (None, one):
                figure = known.get(item["figure"], "")
                rows.append({"product": one, **item, "figure": figure, "given": bool(figure)})
    table = pd.DataFrame(rows).drop(columns="products")
    order = {name: i for i, name in enumerate(PRODUCTS)}
    return table.sort_values("product", key=lambda s: s.map(order), kind="stable").reset_index(
        drop=True
    )


def _figures(appraisal: Appraisal, screen: Screen | None) -> dict[str, str]:
    """Figures by the key that the items name."""
    project, unit = appraisal.project, appraisal.project.currency
    found = {
        "capex": f"{project.capital:,.6g} million {unit}",
        "irr": _rates(appraisal),
        "lcoe": f"{appraisal.lcoe:,.4g} {unit}/MWh at {appraisal.rate:.2%}",
    }
    least, mean = appraisal.dscr
    if not math.isnan(least):
        found["dscr_min"] = f"{least:.2f}, {mean:.2f}"
    carbon = project.carbon
    if carbon is not None:
        source = f" ({carbon.factor_source})" if carbon.factor_source else ""
        found["emission_factor"] = f"{carbon.emission_factor:g} tCO2/MWh{source}"
        yearly = appraisal.abated_t / project.lifetime
        found["abatement_t"] = f"{yearly:,.0f} t/a, {appraisal.abated_t:,.0f} t"
        found["claims"] = (
            f"GEC {carbon.green_certificate_share:.0%}, credits {carbon.credit_share:.0%}, "
            f"kept {carbon.kept_share:.0%}"
        )
        discounted, plain = appraisal.abatement_cost
        if not math.isnan(discounted):
            found["abatement_cost"] = f"{discounted:,.1f} (PV t), {plain:,.1f} {unit}/t (t)"
    if screen is not None:
        outcomes = zip(screen.verdicts["taxonomy"], screen.verdicts["outcome"], strict=True)
        found["screen"] = ", ".join(f"{name}: {outcome}" for name, outcome in outcomes)
    return found


def _rates(appraisal: Appraisal) -> str:
    parts = []
    for name, rates in (("project", appraisal.project_irr), ("equity", appraisal.equity_irr)):
        shown = f"{rates.value:.2%}" if rates.status == "unique" else rates.status
        parts.append(f"IRR {name} {shown}")
    parts.append(f"NPV {appraisal.npv:,.4g} million {appraisal.project.currency}")
    return ", ".join(parts)


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
