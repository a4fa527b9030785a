"""The second border: the carbon border adjustment of the United Kingdom, from 2027."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dualcarbon.errors import InputError
from dualcarbon.international.cbam.goods import ELECTRICITY, HYDROGEN, good
from dualcarbon.international.cbam.rules import IN_FORCE, PROVISIONAL, Line, Status, least_firm

FIRST_YEAR = 2027
THRESHOLD_GBP = 50_000.0
KEPT = {2027: 0.975, 2028: 0.95, 2029: 0.90, 2030: 0.775}
"""Factor on a sector's free share: SI 2026/809, regulation 3."""
FREE_SHARES = {HYDROGEN: 0.8649}
"""Free share of a sector, mean of 2019, 2022 and 2023; those of the others were not found."""
ACT, RATE = "Finance Act 2026, Part 5 and Schedule 17", "SI 2026/809, regulation 3"
SHARE_OPEN = "free share of the sector not found: between none and all of it free"


@dataclass(frozen=True)
class UkBill:
    """What an import into the United Kingdom owes.

    Attributes:
        sector: of the good.
        low_gbp, high_gbp: bounds, equal where the free share of the sector is known.
        rate_low, rate_high: GBP per tCO2e.
        exempt: whether the importer's goods stay below the threshold; None if that is not tested.
        due: day of the return and the payment; None where it is not known.
        lines: the steps, each with its article and status.
    """

    sector: str
    low_gbp: float
    high_gbp: float
    rate_low: float
    rate_high: float
    exempt: bool | None
    due: date | None
    lines: tuple[Line, ...]

    @property
    def status(self) -> Status:
        """The least firm status among the steps."""
        return least_firm(self.lines)


def assess_uk(
    cn: str,
    tonnes: float,
    direct: float,
    year: int,
    price_gbp: float,
    *,
    free_share: float | None = None,
    value_gbp: float | None = None,
) -> UkBill:
    """The United Kingdom's tax on the carbon of an import.

    T = M d r,  r = P (1 - s f_y)

    with mass M, direct emissions d, mean auction price P of the quarter before, free share s of
    the sector, and f = 0.975, 0.95, 0.90, 0.775 in 2027 to 2030. Where s is not known, the two
    bounds s = 1 and s = 0 are given. Indirect emissions do not count before 2029 at the earliest.

    Args:
        cn: CN code of a good under CBAM; scrap is outside both borders.
        tonnes: net mass.
        direct: direct emissions, tCO2e/t; no default value is published that could stand in.
        year: year of the import, from 2027; after 2030 the factor is not set.
        price_gbp: auction price of the quarter before, GBP/tCO2e.
        free_share: of the sector; None takes the published one.
        value_gbp: value of the importer's goods over twelve months, GBP, for the threshold of
            50,000; None leaves it untested.

    Raises:
        InputError: electricity, an unknown good, a year without a factor, figures out of range.

    Source: Finance Act 2026, Part 5; SI 2026/809.
    """
    found = good(cn)
    if found.sector == ELECTRICITY:
        raise InputError("the United Kingdom does not tax imported electricity", where="cn")
    if year not in KEPT:
        raise InputError(f"no rate for {year}", where="year", allowed=f"{min(KEPT)} to {max(KEPT)}")
    for name, value in (("tonnes", tonnes), ("direct", direct), ("price_gbp", price_gbp)):
        if not 0 <= value < float("inf"):
            raise InputError(f"must not be negative, got {value:g}", where=name)
    if free_share is not None and not 0 <= free_share <= 1:
        raise InputError(f"must lie between 0 and 1, got {free_share:g}", where="free_share")
    known = FREE_SHARES.get(found.sector) if free_share is None else free_share
    shares = (1.0, 0.0) if known is None else (known, known)
    low, high = (price_gbp * (1 - share * KEPT[year]) for share in shares)
    exempt = None if value_gbp is None else value_gbp < THRESHOLD_GBP
    owed = 0.0 if exempt else tonnes * direct
    status, note = (PROVISIONAL, SHARE_OPEN) if known is None else (IN_FORCE, "")
    tested = "not tested" if exempt is None else "exempt" if exempt else "not exempt"
    lines = (
        Line("scope", None, "", ACT, note=f"CN {found.cn}, {found.sector}; direct emissions"),
        Line("uk_threshold", value_gbp, "GBP", ACT, note=tested),
        Line("uk_factor", KEPT[year], "1", RATE),
        Line("uk_rate_low", low, "GBP/tCO2e", RATE, status, note),
        Line("uk_rate_high", high, "GBP/tCO2e", RATE, status, note),
        Line("embedded_emissions", tonnes * direct, "tCO2e", ACT),
        Line("uk_tax_low", owed * low, "GBP", ACT, status),
        Line("uk_tax_high", owed * high, "GBP", ACT, status),
    )
    due = date(2028, 5, 31) if year == FIRST_YEAR else None
    return UkBill(
        found.sector, round(owed * low, 2), round(owed * high, 2), low, high, exempt, due, lines
    )
