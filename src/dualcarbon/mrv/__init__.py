"""Measurement, reporting and verification, from production and from consumption.

For research, simulation and internal control; not an official registry.
"""

from dualcarbon.mrv.allocation import (
    allocate,
    allocate_industry,
    allocation_of,
    benchmark,
    carry_over,
)
from dualcarbon.mrv.checks import Check, check, failed
from dualcarbon.mrv.consumption import (
    ProductEmissions,
    Purchase,
    basic_spend,
    both_sides,
    embodied,
    product_emissions,
)
from dualcarbon.mrv.credits import Screen, read_project, screen
from dualcarbon.mrv.electricity import (
    Contract,
    ElectricityFactor,
    Footprint,
    GridAverage,
    Interval,
    Reporting,
    Residual,
    Scope2,
    electricity_of_product,
    embedded_factor,
    scope2,
)
from dualcarbon.mrv.gaps import Measured, Plan, fill_gaps, read_plan
from dualcarbon.mrv.guides import Guide, guide, guide_for, guides
from dualcarbon.mrv.production import calculate
from dualcarbon.mrv.quantities import Datum, Period
from dualcarbon.mrv.report import SCOPE, Line, Report
from dualcarbon.mrv.rules import penalty, rule
from dualcarbon.mrv.sheets import Batch, allowed, datum_of, read_batch, read_data, template
from dualcarbon.mrv.verification import Finding, Misstatement, Statement, misstatement, state

__all__ = [
    "SCOPE",
    "Batch",
    "Check",
    "Contract",
    "Datum",
    "ElectricityFactor",
    "Finding",
    "Footprint",
    "GridAverage",
    "Guide",
    "Interval",
    "Line",
    "Measured",
    "Misstatement",
    "Period",
    "Plan",
    "ProductEmissions",
    "Purchase",
    "Report",
    "Reporting",
    "Residual",
    "Scope2",
    "Screen",
    "Statement",
    "allocate",
    "allocate_industry",
    "allocation_of",
    "allowed",
    "basic_spend",
    "benchmark",
    "both_sides",
    "calculate",
    "carry_over",
    "check",
    "datum_of",
    "electricity_of_product",
    "embedded_factor",
    "embodied",
    "failed",
    "fill_gaps",
    "guide",
    "guide_for",
    "guides",
    "misstatement",
    "penalty",
    "product_emissions",
    "read_batch",
    "read_data",
    "read_plan",
    "read_project",
    "rule",
    "scope2",
    "screen",
    "state",
    "template",
]
