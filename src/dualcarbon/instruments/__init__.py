"""Policy instruments, one file each; :data:`REGISTRY` lists them by key."""

from __future__ import annotations

from dualcarbon.instruments.base import Eligibility, Instrument, Price
from dualcarbon.instruments.carbon import CarbonMarket, OffsetStep
from dualcarbon.instruments.contracts import (
    CapacityPayment,
    ContractsForDifference,
    MediumTermContracts,
)
from dualcarbon.instruments.electricity import ElectricityMarket
from dualcarbon.instruments.green import GreenCertificates
from dualcarbon.instruments.links import (
    Conversion,
    GreenPowerForAllowances,
    IntegratedAttributes,
)
from dualcarbon.instruments.payments import Payment
from dualcarbon.instruments.reserve import CapacityAdequacy, OperatingReserve
from dualcarbon.instruments.tax import CarbonTax

REGISTRY: dict[str, type[Instrument]] = {
    instrument.key: instrument
    for instrument in (
        ElectricityMarket,
        OperatingReserve,
        CapacityAdequacy,
        CarbonMarket,
        GreenCertificates,
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
    "GreenCertificates",
    "GreenPowerForAllowances",
    "Instrument",
    "IntegratedAttributes",
    "MediumTermContracts",
    "OffsetStep",
    "OperatingReserve",
    "Payment",
    "Price",
]
