"""Uses of the revenue of a border charge, and who gains from each."""

from dualcarbon.international.recycling.abatement import Bought, buy_abatement
from dualcarbon.international.recycling.uses import (
    USES,
    Border,
    compare,
    flows,
    net_receipts,
    report_tables,
)

__all__ = [
    "USES",
    "Border",
    "Bought",
    "buy_abatement",
    "compare",
    "flows",
    "net_receipts",
    "report_tables",
]
