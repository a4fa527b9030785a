"""The compliance desk: calendar, position over five markets, cheapest plan, forms.

For research, simulation and internal control; not an official registry.
"""

from dualcarbon.compliance.company import Company, Measure, Prices, needs, read_company
from dualcarbon.compliance.forms import (
    Form,
    annual_report,
    holdings_of,
    retirement,
    statement,
    units_of,
)
from dualcarbon.compliance.holdings import Holding, certificate_end
from dualcarbon.compliance.plan import Plan, Step, duals_table, in_words, plan, plan_table, what_if
from dualcarbon.compliance.plants import plant_form
from dualcarbon.compliance.position import (
    Market,
    Position,
    credit_limit,
    duties,
    fine,
    position,
    position_table,
)
from dualcarbon.compliance.program import Dual

__all__ = [
    "Company",
    "Dual",
    "Form",
    "Holding",
    "Market",
    "Measure",
    "Plan",
    "Position",
    "Prices",
    "Step",
    "annual_report",
    "certificate_end",
    "credit_limit",
    "duals_table",
    "duties",
    "fine",
    "holdings_of",
    "in_words",
    "needs",
    "plan",
    "plan_table",
    "plant_form",
    "position",
    "position_table",
    "read_company",
    "retirement",
    "statement",
    "units_of",
    "what_if",
]
