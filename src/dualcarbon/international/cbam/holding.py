"""Certificates to hold at the end of each quarter, and the limit of their repurchase."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import ceil

import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.international.cbam.assessment import Assessment
from dualcarbon.international.cbam.calendar import declaration_day

HOLDING_SHARE = 0.5
FIRST_YEAR = 2027


def quarter_end_holding(assessed: Sequence[Assessment]) -> float:
    """Certificates that must be on the account at the end of a quarter, tCO2e.

    H = 0.5 max(0, sum E0 - sum F)

    with E0 the embedded emissions of the year so far without the mark-up of default values;
    shipments with actual emissions count with these, which is our reading.

    Args:
        assessed: shipments since the start of the year.

    Raises:
        InputError: shipments of several years, or of 2026, when nothing need be held.

    Source: Regulation (EU) 2023/956, Article 22(2), as amended by Regulation (EU) 2025/2083.
    """
    years = {a.year for a in assessed}
    if len(years) > 1:
        raise InputError(f"shipments of several years: {sorted(years)}", where="year")
    if years and min(years) < FIRST_YEAR:
        raise InputError("no certificates need be held in 2026", where="year")
    owed = [a for a in assessed if not a.exempt]
    open_ = sum(a.unmarked_t for a in owed) - sum(a.free_allocation_t for a in owed)
    return HOLDING_SHARE * max(0.0, open_)


def repurchase_limit(quarter_ends: Sequence[float]) -> float:
    """Most certificates of a year that are bought back: the largest quarter-end holding, tCO2e.

    The limit follows the purchase obligation of Article 22(2); that it is the largest of the four
    quarters is our reading.

    Raises:
        InputError: a negative holding.

    Source: Regulation (EU) 2023/956, Article 23(2).
    """
    if any(h < 0 for h in quarter_ends):
        raise InputError("holdings are not negative", where="quarter_ends")
    return max(quarter_ends, default=0.0)


def declarations(assessed: Sequence[Assessment]) -> pd.DataFrame:
    """What each importer declares for each year.

    Args:
        assessed: shipments of any importers and years; those without an importer go together.

    Returns:
        Columns ``importer``, ``year``, ``shipments``, ``embedded_t``, ``certificates``,
        ``surrender`` (whole certificates, rounded up over the year: our reading), ``cost_eur``,
        ``hold_t`` (certificates to hold at the end of the year, zero for 2026), ``declare_by``.

    Source: Regulation (EU) 2023/956, Articles 6 and 22.
    """
    groups: dict[tuple[str, int], list[Assessment]] = defaultdict(list)
    for one in assessed:
        groups[one.shipment.importer or "", one.year].append(one)
    rows = []
    for (importer, year), own in sorted(groups.items()):
        due = sum(a.certificates for a in own)
        rows.append(
            {
                "importer": importer,
                "year": year,
                "shipments": len(own),
                "embedded_t": sum(a.embedded_t for a in own),
                "certificates": due,
                "surrender": ceil(round(due, 6)),
                "cost_eur": round(sum(a.cost_eur for a in own), 2),
                "hold_t": quarter_end_holding(own) if year >= FIRST_YEAR else 0.0,
                "declare_by": declaration_day(year).isoformat(),
            }
        )
    return pd.DataFrame(rows)
