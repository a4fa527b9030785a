"""The CBAM year: what to hold, to declare and to surrender by when, and penalties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import rules
from dualcarbon.international.cbam.allocation import FIRST_YEAR, check_year
from dualcarbon.international.cbam.goods import THRESHOLD_T
from dualcarbon.international.cbam.rules import Assessment

SALES_START = date(2027, 2, 1)
"""Certificates are sold from this day: Regulation (EU) 2023/956, Article 20(1)."""


def declaration_day(year: int) -> date:
    """Last day to declare the imports of a year and to surrender for them: 30 September after it.

    Source: Regulation (EU) 2023/956, Articles 6(1) and 22(1), as amended by (EU) 2025/2083.
    """
    check_year(year)
    return date(year + 1, 9, 30)


def repurchase_day(year: int) -> date:
    """Last day to ask for the repurchase of surplus certificates of a year: 31 October after it.

    Source: Regulation (EU) 2023/956, Article 23(1).
    """
    check_year(year)
    return date(year + 1, 10, 31)


def cancellation_day(purchased: int, *, for_imports_of: int | None = None) -> date:
    """Day on which unused certificates are cancelled: 1 November, two years after the purchase.

    Those bought for the imports of 2026 are cancelled on 1 November 2027.

    Args:
        purchased: year of the purchase.
        for_imports_of: year of the imports they were bought for.

    Source: Regulation (EU) 2023/956, Article 24.
    """
    if for_imports_of == FIRST_YEAR:
        return date(2027, 11, 1)
    return date(purchased + 2, 11, 1)


HOLDING_SHARE = 0.5
FIRST_HELD = 2027


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
    if years and min(years) < FIRST_HELD:
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
                "hold_t": quarter_end_holding(own) if year >= FIRST_HELD else 0.0,
                "declare_by": declaration_day(year).isoformat(),
            }
        )
    return pd.DataFrame(rows)


def holdings(assessed: Sequence[Assessment]) -> pd.DataFrame:
    """Certificates to hold at the end of each quarter, by importer and year from 2027.

    Shipments count from the quarter of their day on; those without a day from the first on, which
    is an upper bound.

    Args:
        assessed: shipments of any importers and years; those of 2026 need no holding.

    Returns:
        Columns ``importer``, ``year``, ``quarter``, ``hold_t``, ``hold_eur`` (at the mean price of
        the shipments), ``undated`` (shipments without a day).

    Source: Regulation (EU) 2023/956, Article 22(2), as amended by Regulation (EU) 2025/2083.
    """
    groups: dict[tuple[str, int], list[Assessment]] = defaultdict(list)
    for one in assessed:
        if one.year >= FIRST_HELD:
            groups[one.shipment.importer or "", one.year].append(one)
    rows = []
    for (importer, year), own in sorted(groups.items()):
        price = sum(a.price_eur for a in own) / len(own)
        undated = sum(a.shipment.imported_on is None for a in own)
        for quarter in range(1, 5):
            held = quarter_end_holding([a for a in own if _quarter(a) <= quarter])
            rows.append((importer, year, quarter, held, held * price, undated))
    names = ["importer", "year", "quarter", "hold_t", "hold_eur", "undated"]
    return pd.DataFrame(rows, columns=names)


def _quarter(one: Assessment) -> int:
    day = one.shipment.imported_on
    return 1 if day is None else (day.month + 2) // 3


def calendar(year: int) -> pd.DataFrame:
    """The days of the imports of a year: sale, holding, declaration, repurchase, cancellation.

    Args:
        year: year of the imports.

    Returns:
        Columns ``day``, ``duty`` (a key), ``article``; earliest first.

    Raises:
        InputError: before 2026.

    Source: Regulation (EU) 2023/956, Articles 6, 20 and 22 to 24.
    """
    declared = declaration_day(year)
    rows = [
        (max(SALES_START, date(year, 1, 1)), "certificates_on_sale", "20(1)"),
        (declared, "declare_and_surrender", "6(1), 22(1)"),
        (repurchase_day(year), "ask_for_repurchase", "23(1)"),
        (cancellation_day(year + 1, for_imports_of=year), "unused_cancelled", "24"),
    ]
    if year >= FIRST_HELD:
        ends = ((3, 31), (6, 30), (9, 30), (12, 31))
        rows += [(date(year, *end), "hold_half", "22(2)") for end in ends]
    table = pd.DataFrame(sorted(rows), columns=["day", "duty", "article"])
    act = "Regulation (EU) 2023/956, Article "
    return table.assign(day=table["day"].map(date.isoformat), article=act + table["article"])


RATE_2013 = 100.0
"""EUR per certificate at prices of 2013; the official amount is indexed and higher."""
LOWEST_MULTIPLE, HIGHEST_MULTIPLE = 3.0, 5.0
SMALL_EXCESS = 1.1


@dataclass(frozen=True)
class Penalty:
    """A range of penalties.

    Attributes:
        low_eur, high_eur: bounds; equal where the law leaves no range.
        still_to_surrender: whether the certificates are owed beside the penalty.
        reducible: whether the authority may go below the range, not below the simple rate.
        article: where the rule stands.
    """

    low_eur: float
    high_eur: float
    still_to_surrender: bool
    reducible: bool
    article: str = rules.PENALTY


def penalty(
    missing: float,
    *,
    authorised: bool = True,
    index: float = 1.0,
    importer_tonnes: float | None = None,
) -> Penalty:
    """Penalty for certificates not surrendered by 30 September.

    An authorised declarant pays the rate and still owes the certificates; who imports without
    authorisation pays three to five times the rate and owes them no more.

    Args:
        missing: certificates not surrendered, tCO2e.
        authorised: whether the importer is an authorised declarant.
        index: consumer prices of the year over those of 2013; 1 gives the lower bound.
        importer_tonnes: net mass over the year, tonnes; an excess of the threshold of 50 t by at
            most a tenth may be treated more mildly.

    Raises:
        InputError: negative certificates, or an index below one.

    Source: Regulation (EU) 2023/956, Article 26(1) to (3); Directive 2003/87/EC, Article 16.
    """
    if missing < 0:
        raise InputError(f"must not be negative, got {missing:g}", where="missing")
    if index < 1:
        raise InputError(f"prices have not fallen since 2013, got {index:g}", where="index")
    amount = missing * RATE_2013 * index
    if authorised:
        return Penalty(amount, amount, still_to_surrender=True, reducible=False)
    near = importer_tonnes is not None and (
        THRESHOLD_T < importer_tonnes <= SMALL_EXCESS * THRESHOLD_T
    )
    low = amount if near else LOWEST_MULTIPLE * amount
    return Penalty(low, HIGHEST_MULTIPLE * amount, still_to_surrender=False, reducible=near)
