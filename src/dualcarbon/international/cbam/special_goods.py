"""Goods with rules of their own: imported electricity, and downstream goods of the proposal.

Electricity counts per MWh, direct emissions only, without free allocation or threshold. COM(2025)
989, which would cover more goods of steel and aluminium from 2028, is not law. It gives neither
default values nor benchmarks for these goods, so that their bill is read off the covered precursors
inside them, which the user lists.
"""

from __future__ import annotations

from decimal import Decimal

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import official, rules
from dualcarbon.international.cbam.goods import Good, goods, proposed_for_2028
from dualcarbon.international.cbam.goods import good as good_today
from dualcarbon.international.cbam.law import TODAY
from dualcarbon.international.cbam.rules import PROPOSAL, Line
from dualcarbon.international.cbam.shipment import Shipment
from dualcarbon.international.cbam.specific import PER_TONNE, Specific, exact, specific

CEILING = Decimal("0.550")
"""Highest emission factor that may be claimed as actual, tCO2 per MWh: Annex IV, point 5(c)."""


def embedded_electricity(shipment: Shipment) -> tuple[Decimal, tuple[Line, ...]]:
    """Embedded emissions of imported electricity, tCO2: energy times emission factor.

    A verified factor stands for the actual one and must not exceed 0.550 tCO2/MWh; any other is
    taken for the default factor of the country. The default factors (Implementing Regulation (EU)
    2025/2621, Annex III) are data of the IEA that may not be passed on, so they must be given.

    Raises:
        InputError: no energy, no factor, or an actual factor above the ceiling.

    Source: Regulation (EU) 2023/956, Annex IV, points 2, 4.2 and 5.
    """
    if shipment.mwh is None:
        raise InputError("electricity is imported in MWh", where="mwh")
    if shipment.emission_factor is None:
        raise InputError(
            "electricity needs its emission factor in tCO2/MWh; the official defaults (Annex III) "
            "belong to the IEA and are not passed on",
            where="emission_factor",
        )
    factor = exact(shipment.emission_factor)
    if shipment.verified and factor > CEILING:
        raise InputError(
            f"an actual factor of {shipment.emission_factor:g} tCO2/MWh is not accepted",
            where="emission_factor",
            allowed=f"at most {CEILING} with evidence of all five conditions of Annex IV, point 5",
        )
    kind = "actual, conditions of point 5 shown" if shipment.verified else "default of the country"
    return exact(shipment.mwh) * factor, (
        Line("emission_factor", float(factor), "tCO2/MWh", rules.ELECTRICITY, note=kind),
    )


CATEGORY = "Downstream good (proposal)"
PROPOSED_FROM = 2028


def good_of(shipment: Shipment) -> Good:
    """The good of a shipment, goods of the proposal included.

    Raises:
        InputError: neither covered nor proposed, or proposed but imported before 2028.
    """
    code = shipment.code[:8]
    if code in goods() or not proposed_for_2028(code):
        return good_today(shipment.cn)
    if shipment.year < PROPOSED_FROM:
        raise InputError(
            f"'{shipment.cn}' is proposed from {PROPOSED_FROM}",
            where="year",
            allowed=f"{PROPOSED_FROM} or later",
        )
    sector = "aluminium" if code.startswith("76") else "iron_steel"
    return Good(code, sector, CATEGORY, _description(code), code, True)


def specific_downstream(made: Shipment, law: str = TODAY) -> Specific:
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
        mass, inside = exact(part.per_tonne), specific(part, made.year, direct_only=True, law=law)
        emissions += mass * inside.emissions
        allocation += mass * inside.allocation
        unmarked += mass * inside.unmarked
        note = f"{part.per_tonne} t of CN {part.code} per tonne, from {part.origin}"
        value = float(mass * inside.emissions)
        lines.append(
            Line("precursor_emissions", value, PER_TONNE, rules.DOWNSTREAM, PROPOSAL, note)
        )
    return Specific(emissions, allocation, unmarked, tuple(lines))


def _description(code: str) -> str:
    matches = [e for e in official.proposed() if code.startswith(e["cn"])]
    return str(max(matches, key=lambda e: len(e["cn"]))["description"])
