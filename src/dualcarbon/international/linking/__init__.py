"""Linked carbon markets: curves, prices, limits, multipliers, integrity, a global price path."""

from dualcarbon.international.linking.curves import (
    Curve,
    PowerMac,
    QuadraticMac,
    StepMac,
    steps_in_order,
)
from dualcarbon.international.linking.market import Adjusted, Link, adjust_caps, link
from dualcarbon.international.linking.pathway import Pathway, price_path
from dualcarbon.international.linking.rules import (
    ARTICLE_6_CANCELLATION,
    ARTICLE_6_PROCEEDS,
    Region,
    Rules,
    rules_from,
)
from dualcarbon.international.linking.sources import (
    embedded_regions,
    read_regions,
    region_names,
    rice_region_names,
    rice_regions,
    steps_of_run,
    steps_of_users,
)
from dualcarbon.international.linking.tables import report_tables

__all__ = [
    "ARTICLE_6_CANCELLATION",
    "ARTICLE_6_PROCEEDS",
    "Adjusted",
    "Curve",
    "Link",
    "Pathway",
    "PowerMac",
    "QuadraticMac",
    "Region",
    "Rules",
    "StepMac",
    "adjust_caps",
    "embedded_regions",
    "link",
    "price_path",
    "read_regions",
    "region_names",
    "report_tables",
    "rice_region_names",
    "rice_regions",
    "rules_from",
    "steps_in_order",
    "steps_of_run",
    "steps_of_users",
]
