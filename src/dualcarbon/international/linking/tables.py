"""Tables of a link for the report."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from dualcarbon.common.tables import conformed_all
from dualcarbon.international.linking.market import Adjusted, Link
from dualcarbon.international.linking.rules import Region

POINTS = 12


def report_tables(
    regions: Sequence[Region], cleared: Link, adjusted: Adjusted | None = None
) -> dict[str, pd.DataFrame]:
    """Tables that the report shows: ``link_summary``, ``link_regions``, ``link_flows`` and
    ``link_curves``, the last with abatement (Mt) by price (USD/t) and region.

    Args:
        regions: the regions that were linked.
        cleared: the cleared link.
        adjusted: the link under tightened caps, where it was asked for.
    """
    tables = {
        "link_summary": _summary(cleared, adjusted),
        "link_regions": cleared.regions,
        "link_flows": cleared.flows,
        "link_curves": _curves(regions, cleared),
    }
    return conformed_all({name: table for name, table in tables.items() if not table.empty})


def _summary(cleared: Link, adjusted: Adjusted | None) -> pd.DataFrame:
    rows = [_line("as_given", cleared, cleared.extra_abatement_mt)]
    if adjusted is not None:
        rows.append(_line("caps_tightened", adjusted.after, adjusted.extra_abatement_mt))
    return pd.DataFrame(rows)


def _line(case: str, cleared: Link, extra: float) -> dict[str, object]:
    return {
        "case": case,
        "price_usd_per_t": cleared.price,
        "volume_mt": cleared.volume_mt,
        "counted_mt": cleared.counted_mt,
        "integrity_loss_mt": cleared.integrity_loss_mt,
        "cancelled_mt": cleared.cancelled_mt,
        "extra_abatement_mt": extra,
        "gain_musd": cleared.gain_musd,
    }


def _curves(regions: Sequence[Region], cleared: Link) -> pd.DataFrame:
    """Abatement by region at prices from zero to a little above the highest in play."""
    seen = [*cleared.regions["autarky_price"], *cleared.regions["marginal_cost"]]
    top = 1.25 * max([p for p in seen if math.isfinite(p)], default=1.0) or 1.0
    rows = [
        (region.name, round(top * i / POINTS, 6), region.curve.supply(top * i / POINTS))
        for region in regions
        for i in range(POINTS + 1)
    ]
    return pd.DataFrame(rows, columns=["region", "price", "abatement_mt"])
