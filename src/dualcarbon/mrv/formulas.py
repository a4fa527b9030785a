"""Emissions of what burns, calcines or is electrolysed: each formula of the guides, exactly.

Quantities and parameters are fractions; shares are of one, not of a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from dualcarbon.errors import InputError

CO2_PER_C = Fraction(44, 12)
CO2_PER_CAO = Fraction(44, 56)
CO2_PER_MGO = Fraction(44, 40)
KG = 1000
ONE = Fraction(1)
CONSERVATIVE: dict[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "emission": max,
    "production": min,
    "reduction": min,
}
"""Against the interest of who reports: emissions high, what earns allowances or credits low."""


def carbon_from_air_dried(carbon: Fraction, received: Fraction, air_dried: Fraction) -> Fraction:
    """Carbon as received from air-dried coal: ``C_ar = C_ad (1 - M_ar) / (1 - M_ad)``.

    Args:
        carbon: tC/t of air-dried coal; received, air_dried: moisture, shares of one.
    """
    if air_dried >= 1:
        raise InputError("moisture of all its mass", where="moisture_air_dried", allowed="below 1")
    return carbon * (1 - received) / (1 - air_dried)


def carbon_from_dry(carbon: Fraction, received: Fraction) -> Fraction:
    """Carbon as received from dry coal: ``C_ar = C_d (1 - M_ar)``."""
    return carbon * (1 - received)


def combustion(
    amount: Fraction, carbon: Fraction, oxidation: Fraction = ONE, biogenic: Fraction = Fraction(0)
) -> Fraction:
    """CO2 of a fuel: ``E = FC C OF 44/12 (1 - b)``.

    Args:
        amount: t or 10^4 Nm3; carbon: tC per unit of it; oxidation: share; biogenic: share of its
            carbon that is biogenic and not counted.

    Returns:
        t CO2.
    """
    return amount * carbon * oxidation * CO2_PER_C * (1 - biogenic)


def clinker_process(
    clinker: Fraction,
    dust: Fraction,
    cao: Fraction,
    cao_nc: Fraction,
    mgo: Fraction,
    mgo_nc: Fraction,
) -> Fraction:
    """CO2 of calcination: ``(Q + Q_dust) ((CaO - CaO_nc) 44/56 + (MgO - MgO_nc) 44/40)``.

    Args:
        clinker: t; dust: discarded from kiln and bypass, t; cao, mgo: content, shares; cao_nc,
            mgo_nc: of it from raw material that is no carbonate.

    Raises:
        InputError: more comes from elsewhere than there is.
    """
    for name, whole, part in (("cao_nc", cao, cao_nc), ("mgo_nc", mgo, mgo_nc)):
        if part > whole:
            raise InputError("exceeds the whole content", where=name, allowed=f"up to {whole}")
    factor = (cao - cao_nc) * CO2_PER_CAO + (mgo - mgo_nc) * CO2_PER_MGO
    return (clinker + dust) * factor


def anode(aluminium: Fraction, use: Fraction, sulphur: Fraction, ash: Fraction) -> Fraction:
    """CO2 of anodes: ``P NC (1 - S - A) 44/12``; use: net, tC/tAl; sulphur, ash: shares."""
    return aluminium * use * (1 - sulphur - ash) * CO2_PER_C


def perfluorocarbons(
    aluminium: Fraction, cf4: Fraction, c2f6: Fraction, gwp: tuple[Fraction, Fraction]
) -> Fraction:
    """CF4 and C2F6 as CO2: ``P (CF4 GWP1 + C2F6 GWP2) / 1000``, factors in kg/tAl; t CO2e."""
    return aluminium * (cf4 * gwp[0] + c2f6 * gwp[1]) / KG


def heat_share(heat: Fraction, boiler: Fraction) -> Fraction:
    """Share of a plant's emissions that heat bears: ``a = Q_heat / Q_boiler``.

    Raises:
        InputError: more heat is supplied than the boiler makes.
    """
    if boiler <= 0 or heat > boiler:
        raise InputError(
            f"{heat} GJ of heat from a boiler of {boiler} GJ",
            where="heat_supplied",
            allowed="at most the heat of the boiler",
        )
    return heat / boiler


def conservative(role: str, values: Sequence[Fraction]) -> Fraction:
    """The figure that is against the interest of who reports.

    Args:
        role: ``emission`` takes the highest, ``production`` and ``reduction`` the lowest.

    Raises:
        InputError: no such role, or no value to take from.
    """
    if role not in CONSERVATIVE:
        raise InputError(f"unknown role '{role}'", where="role", allowed=CONSERVATIVE)
    if not values:
        raise InputError("no value to stand in for what is missing", where="gap")
    return CONSERVATIVE[role](values)
