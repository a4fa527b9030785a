"""Policy instruments, one file each; :data:`REGISTRY` lists them by key."""

from __future__ import annotations

from dualcarbon.instruments.base import Instrument, Price
from dualcarbon.instruments.carbon.coverage import OffsetStep
from dualcarbon.instruments.carbon.market import CarbonMarket
from dualcarbon.instruments.carbon.pilots import CarbonPilots
from dualcarbon.instruments.carbon.tax import CarbonTax
from dualcarbon.instruments.claims import Eligibility
from dualcarbon.instruments.efficiency.energy_use import EnergyUseRights
from dualcarbon.instruments.efficiency.merged import MergedEfficiency
from dualcarbon.instruments.efficiency.white import WhiteCertificates
from dualcarbon.instruments.electricity.contracts import (
    CapacityPayment,
    ContractsForDifference,
    GuaranteedHours,
    MechanismPrice,
    MediumTermContracts,
)
from dualcarbon.instruments.electricity.market import ElectricityMarket
from dualcarbon.instruments.electricity.reserve import CapacityAdequacy, OperatingReserve
from dualcarbon.instruments.electricity.retail import RetailTariff
from dualcarbon.instruments.electricity.services import FrequencyRegulation, PeakShaving
from dualcarbon.instruments.green import GreenCertificates
from dualcarbon.instruments.links.conversion import Conversion, Rate
from dualcarbon.instruments.links.green_power import GreenPowerForAllowances, IntegratedAttributes
from dualcarbon.instruments.payments import Payment

REGISTRY: dict[str, type[Instrument]] = {
    found.key: found
    for found in tuple(globals().values())
    if isinstance(found, type) and issubclass(found, Instrument) and found is not Instrument
}
"""Every instrument that this module imports, by key; scenarios and their schema read it."""

__all__ = [
    "REGISTRY",
    "CapacityAdequacy",
    "CapacityPayment",
    "CarbonMarket",
    "CarbonPilots",
    "CarbonTax",
    "ContractsForDifference",
    "Conversion",
    "ElectricityMarket",
    "Eligibility",
    "EnergyUseRights",
    "FrequencyRegulation",
    "GreenCertificates",
    "GreenPowerForAllowances",
    "GuaranteedHours",
    "Instrument",
    "IntegratedAttributes",
    "MechanismPrice",
    "MediumTermContracts",
    "MergedEfficiency",
    "OffsetStep",
    "OperatingReserve",
    "Payment",
    "PeakShaving",
    "Price",
    "Rate",
    "RetailTariff",
    "WhiteCertificates",
]
