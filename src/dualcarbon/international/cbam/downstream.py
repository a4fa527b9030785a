"""Downstream goods: the proposal to cover more goods of steel and aluminium from 2028.

COM(2025) 989 is not law. It gives neither default values nor benchmarks for these goods, so that
their bill is read off the covered precursors inside them, which the user lists.
"""

from __future__ import annotations

from decimal import Decimal

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import official, rules
from dualcarbon.international.cbam.goods import Good, goods, proposed_for_2028
from dualcarbon.international.cbam.goods import good as good_today
from dualcarbon.international.cbam.rules import PROPOSAL, Line
from dualcarbon.international.cbam.shipment import Production, Shipment
from dualcarbon.international.cbam.specific import PER_TONNE, Specific, exact, specific

CATEGORY = "Downstream good (proposal)"
FIRST_YEAR = 2028


def good_of(shipment: Shipment) -> Good:
    """The good of a shipment, goods of the proposal included.

    Raises:
        InputError: neither covered nor proposed, or proposed but imported before 2028.
    """
    code = shipment.code[:8]
    if code in goods() or not proposed_for_2028(code):
        return good_today(shipment.cn)
    if shipment.year < FIRST_YEAR:
        raise InputError(
            f"'{shipment.cn}' is proposed from {FIRST_YEAR}",
            where="year",
            allowed=f"{FIRST_YEAR} or later",
        )
    sector = "aluminium" if code.startswith("76") else "iron_steel"
    return Good(code, sector, CATEGORY, _description(code), code, True)


def specific_downstream(made: Shipment) -> Specific:
    """Emissions and free allocation of a downstream good: those of its covered precursors.

    SEE = direct + sum_i m_i SEE_i, SEFA = sum_i m_i SEFA_i

    Raises:
        InputError: no precursors given.

    Source: COM(2025) 989, Annex I; proposal.
    """
    if not made.precursors:
        raise InputError(
            "a downstream good needs its covered precursors: the proposal has no default values",
            where="precursors",
        )
    own = exact(made.direct or 0)
    emissions, allocation, unmarked = own, Decimal(0), own
    lines = [Line("downstream", None, "", rules.DOWNSTREAM, PROPOSAL, _description(made.code))]
    for part in made.precursors:
        mass, inside = exact(part.per_tonne), specific(part, made.year, direct_only=True)
        emissions += mass * inside.emissions
        allocation += mass * inside.allocation
        unmarked += mass * inside.unmarked
        note = f"{part.per_tonne} t of CN {part.code} per tonne, from {part.origin}"
        value = float(mass * inside.emissions)
        lines.append(
            Line("precursor_emissions", value, PER_TONNE, rules.DOWNSTREAM, PROPOSAL, note)
        )
    return Specific(emissions, allocation, unmarked, tuple(lines))


def in_proposal(made: Production) -> bool:
    """Whether a good is covered only by the proposal."""
    return made.code[:8] not in goods() and proposed_for_2028(made.code)


def _description(code: str) -> str:
    matches = [e for e in official.proposed() if code.startswith(e["cn"])]
    return str(max(matches, key=lambda e: len(e["cn"]))["description"])
