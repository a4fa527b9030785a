"""Imported electricity: per MWh, direct emissions only, no free allocation, no threshold."""

from __future__ import annotations

from decimal import Decimal

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import rules
from dualcarbon.international.cbam.rules import Line
from dualcarbon.international.cbam.shipment import Shipment
from dualcarbon.international.cbam.specific import exact

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
