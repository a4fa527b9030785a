"""Border charges of the EU and the answers of the others."""

from __future__ import annotations

from functools import cache

from dualcarbon.international.cbam.assess import assess
from dualcarbon.international.cbam.shipment import Shipment
from dualcarbon.international.cooperation.actors import ACTORS, Assumptions, Profile, depth

CODES = {"steel": "72083900", "aluminium": "76061292"}
"""One CN code stands for each good, as in the embedded trade under CBAM."""
ISO = {"China": "CN", "US": "US"}
YEAR = 2030


def border(profile: Profile, assumptions: Assumptions) -> dict[str, float]:
    """Gain or loss from border charges, bn USD a year.

    The EU charges embodied carbon in steel and aluminium as far as the pair does not cooperate;
    an equivalent tariff t on imports M gives the importer M (alpha t - beta t^2) and costs the
    exporter M alpha t. The exporter answers with a tariff on EU goods of the same value, so the
    transfers nearly cancel and the distortion on both sides is left.

    Source: Nordhaus (2015), C-DICE, equation of the trade benefit.
    """
    gains = dict.fromkeys(ACTORS, 0.0)
    for other in ("China", "US"):
        applied = 1.0 - depth(profile, "EU", other)
        value, rate = covered_trade(other, assumptions)
        for importer, exporter in (("EU", other), (other, "EU")):
            kept, lost = _tariff(importer, value, applied * rate, assumptions)
            gains[importer] += kept
            gains[exporter] -= lost
    return gains


def covered_trade(origin: str, assumptions: Assumptions) -> tuple[float, float]:
    """Value of covered goods from an origin (bn USD) and the charge as a share of it."""
    name, price = origin.lower(), assumptions["certificate_price"]
    value = charge = 0.0
    for good in CODES:
        mass = assumptions[f"{good}_{name}_eu"]
        value += mass * assumptions[f"value_{good}"] / 1000.0
        euro = mass * charge_per_tonne(good, origin, price) / 1000.0
        charge += euro * assumptions["usd_per_eur"]
    return value, charge / value if value > 0.0 else 0.0


@cache
def charge_per_tonne(good: str, origin: str, certificate_price: float) -> float:
    """CBAM cost of a tonne of a good in 2030 at default values, EUR; see ``international.cbam``."""
    shipment = Shipment(cn=CODES[good], origin=ISO[origin], tonnes=1e6, year=YEAR)
    return float(assess(shipment, certificate_price).cost_eur) / 1e6


def _tariff(
    importer: str, value: float, rate: float, assumptions: Assumptions
) -> tuple[float, float]:
    """What a tariff brings the importer and takes from the exporter, bn USD."""
    alpha = assumptions[f"alpha_{importer.lower()}"]
    beta = assumptions[f"beta_{importer.lower()}"]
    return value * (alpha * rate - beta * rate**2), value * alpha * rate
