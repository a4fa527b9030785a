"""Tons of CO2 that instruments credit for other units."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package

CREDITED = (
    ("carbon", "ccer_rate", "ccer"),
    ("green_power_for_allowances", "k", "carbon"),
    ("integrated_attributes", "k", "carbon"),
)


def credit_rates(package: Package) -> dict[str, float]:
    """Tons that one MWh of a use counts in the carbon market."""
    return {
        use: float(getattr(package.instruments[key], field))
        for key, field, use in CREDITED
        if key in package.instruments
    }


def saving_rates(package: Package) -> dict[str, float]:
    """Tons that one tce of a use of saved energy counts in the carbon market."""
    conversion = package.instruments.get("conversion")
    if conversion is None:
        return {}
    return {
        rate.use: rate.rate * package.instruments["white"].additionality  # type: ignore[attr-defined]
        for rate in conversion.table  # type: ignore[attr-defined]
        if rate.source == "white" and rate.target == "carbon"
    }
