"""Policy instruments, one file each; :data:`REGISTRY` lists them by key."""

from __future__ import annotations

from dualcarbon.instruments.base import Eligibility, Instrument, Price
from dualcarbon.instruments.carbon import CarbonMarket, OffsetStep
from dualcarbon.instruments.contracts import (
    CapacityPayment,
    ContractsForDifference,
    MediumTermContracts,
)
from dualcarbon.instruments.conversion import Conversion, Rate
from dualcarbon.instruments.electricity import ElectricityMarket
from dualcarbon.instruments.energy_use import EnergyUseRights
from dualcarbon.instruments.frequency import FrequencyRegulation
from dualcarbon.instruments.green import GreenCertificates
from dualcarbon.instruments.links import GreenPowerForAllowances, IntegratedAttributes
from dualcarbon.instruments.merged_efficiency import MergedEfficiency
from dualcarbon.instruments.payments import Payment
from dualcarbon.instruments.peak_shaving import PeakShaving
from dualcarbon.instruments.reserve import CapacityAdequacy, OperatingReserve
from dualcarbon.instruments.retail import RetailTariff
from dualcarbon.instruments.tax import CarbonTax
from dualcarbon.instruments.white import WhiteCertificates

REGISTRY: dict[str, type[Instrument]] = {
    instrument.key: instrument
    for instrument in (
        ElectricityMarket,
        RetailTariff,
        OperatingReserve,
        FrequencyRegulation,
        PeakShaving,
        CapacityAdequacy,
        CarbonMarket,
        GreenCertificates,
        WhiteCertificates,
        EnergyUseRights,
        MergedEfficiency,
        GreenPowerForAllowances,
        IntegratedAttributes,
        Conversion,
        CarbonTax,
        ContractsForDifference,
        MediumTermContracts,
        CapacityPayment,
    )
}

__all__ = [
    "REGISTRY",
    "CapacityAdequacy",
    "CapacityPayment",
    "CarbonMarket",
    "CarbonTax",
    "ContractsForDifference",
    "Conversion",
    "ElectricityMarket",
    "Eligibility",
    "EnergyUseRights",
    "FrequencyRegulation",
    "GreenCertificates",
    "GreenPowerForAllowances",
    "Instrument",
    "IntegratedAttributes",
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
