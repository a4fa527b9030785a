"""Climate finance: project appraisal, screening, disclosure, need against supply."""

from dualcarbon.common.cashflow import Irr, annuity, irr, npv, payback
from dualcarbon.international.finance.appraisal import (
    Appraisal,
    appraise,
    cost_across_regions,
    cost_of_capital_effect,
    levelised_cost,
    support_effects,
)
from dualcarbon.international.finance.files import (
    FlowFile,
    FlowMeasures,
    measure,
    parse_project,
    read_project,
)
from dualcarbon.international.finance.gap import bri_examples, figures, finance_gap, share_of_need
from dualcarbon.international.finance.project import (
    PRINCIPLES,
    Carbon,
    CreditQuality,
    Guarantee,
    Loan,
    Project,
    Tax,
    credit_quality,
)
from dualcarbon.international.finance.schedule import grant_element, schedule, service
from dualcarbon.international.finance.screening import (
    Activity,
    Screen,
    activities,
    read_activity,
    screen,
    taxonomies,
)
from dualcarbon.international.finance.tables import PRODUCTS, disclosure, measures, report_tables

__all__ = [
    "PRINCIPLES",
    "PRODUCTS",
    "Activity",
    "Appraisal",
    "Carbon",
    "CreditQuality",
    "FlowFile",
    "FlowMeasures",
    "Guarantee",
    "Irr",
    "Loan",
    "Project",
    "Screen",
    "Tax",
    "activities",
    "annuity",
    "appraise",
    "bri_examples",
    "cost_across_regions",
    "cost_of_capital_effect",
    "credit_quality",
    "disclosure",
    "figures",
    "finance_gap",
    "grant_element",
    "irr",
    "levelised_cost",
    "measure",
    "measures",
    "npv",
    "parse_project",
    "payback",
    "read_activity",
    "read_project",
    "report_tables",
    "schedule",
    "screen",
    "service",
    "share_of_need",
    "support_effects",
    "taxonomies",
]
