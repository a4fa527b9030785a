"""Export rebates as a switch: what EU exporters would get back, and what a rebate abroad costs."""

from __future__ import annotations

from dataclasses import dataclass

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import rules
from dualcarbon.international.cbam.benchmarks import benchmark
from dualcarbon.international.cbam.factor import cbam_factor, correction_factor
from dualcarbon.international.cbam.goods import good
from dualcarbon.international.cbam.rules import Status
from dualcarbon.international.cbam.specific import exact


@dataclass(frozen=True)
class ExportRebate:
    """A rebate on exports from the EU.

    Attributes:
        lost_allocation_t: free allowances that the CBAM factor has taken from the exported goods.
        rebate_eur: what is paid back for them.
    """

    lost_allocation_t: float
    rebate_eur: float
    status: Status = rules.PROPOSAL


def export_rebate(
    cn: str,
    tonnes: float,
    year: int,
    price: float,
    *,
    route: str | None = None,
    share: float = 1.0,
) -> ExportRebate:
    """What would be paid back to an EU producer for exported goods.

    R = s P M (1 - CBAM_y) CSCF_y BM

    No such rule is in force: CBAM protects sales inside the EU only. The switch shows the cash
    flow of the rule most often asked for, compensation of the lost free allocation.

    Args:
        cn: CN code of the exported good.
        tonnes: mass exported, at least zero.
        year: year, from 2026.
        price: allowance price, EUR/tCO2.
        route: production route, for goods with one benchmark per route.
        share: share that is compensated, 0 to 1.

    Raises:
        InputError: a negative mass or price, a share outside 0 to 1, a good without a benchmark.
    """
    for name, value in (("tonnes", tonnes), ("price", price)):
        if value < 0:
            raise InputError(f"must not be negative, got {value:g}", where=name)
    if not 0 <= share <= 1:
        raise InputError(f"must lie between 0 and 1, got {share:g}", where="share")
    mark = benchmark(good(cn), "B", year, route)
    withdrawn = (1 - cbam_factor(year)) * correction_factor(year)[0] * mark.value
    lost = exact(tonnes) * withdrawn
    return ExportRebate(float(lost), float(lost * exact(price) * exact(share)))
