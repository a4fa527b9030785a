"""Policy laboratory for carbon neutrality: coupled markets, carbon responsibility, border.

Every public name is loaded when it is first used, so that importing the package takes no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from dualcarbon._former import FORMER, install
from dualcarbon.version import __version__

if TYPE_CHECKING:
    from dualcarbon import loop
    from dualcarbon.equilibrium.solve import Equilibrium, Session, solve_equilibrium
    from dualcarbon.errors import (
        CheckFailed,
        DualcarbonError,
        InfeasiblePackage,
        InputError,
        SolveError,
    )
    from dualcarbon.instruments import (
        CapacityAdequacy,
        CapacityPayment,
        CarbonMarket,
        CarbonPilots,
        CarbonTax,
        ContractsForDifference,
        Conversion,
        ElectricityMarket,
        Eligibility,
        EnergyUseRights,
        FrequencyRegulation,
        GreenCertificates,
        GreenPowerForAllowances,
        GuaranteedHours,
        IntegratedAttributes,
        MechanismPrice,
        MediumTermContracts,
        MergedEfficiency,
        OffsetStep,
        OperatingReserve,
        PeakShaving,
        Rate,
        RetailTariff,
        WhiteCertificates,
    )
    from dualcarbon.runs.result import Run
    from dualcarbon.runs.run import run
    from dualcarbon.runs.study import run_study
    from dualcarbon.scenario.documents import load_scenario
    from dualcarbon.scenario.model import Scenario
    from dualcarbon.sweep.attribution import attribute
    from dualcarbon.system.users import EnergyUsers

install()

_INSTRUMENTS = "dualcarbon.instruments"
_ELSEWHERE = {
    "dualcarbon.equilibrium.solve": ("Equilibrium", "Session", "solve_equilibrium"),
    "dualcarbon.errors": (
        *("CheckFailed", "DualcarbonError", "InfeasiblePackage", "InputError", "SolveError"),
    ),
    "dualcarbon.runs.result": ("Run",),
    "dualcarbon.runs.run": ("run",),
    "dualcarbon.runs.study": ("run_study",),
    "dualcarbon.scenario.documents": ("load_scenario",),
    "dualcarbon.scenario.model": ("Scenario",),
    "dualcarbon.sweep.attribution": ("attribute",),
    "dualcarbon.system.users": ("EnergyUsers",),
}
"""Modules that hold public names; every other public name is an instrument."""
_MODULE_OF = {name: module for module, names in _ELSEWHERE.items() for name in names}
_MODULES = ("loop",)

__all__ = [
    "CapacityAdequacy",
    "CapacityPayment",
    "CarbonMarket",
    "CarbonPilots",
    "CarbonTax",
    "CheckFailed",
    "ContractsForDifference",
    "Conversion",
    "DualcarbonError",
    "ElectricityMarket",
    "Eligibility",
    "EnergyUseRights",
    "EnergyUsers",
    "Equilibrium",
    "FrequencyRegulation",
    "GreenCertificates",
    "GreenPowerForAllowances",
    "GuaranteedHours",
    "InfeasiblePackage",
    "InputError",
    "IntegratedAttributes",
    "MechanismPrice",
    "MediumTermContracts",
    "MergedEfficiency",
    "OffsetStep",
    "OperatingReserve",
    "PeakShaving",
    "Rate",
    "RetailTariff",
    "Run",
    "Scenario",
    "Session",
    "SolveError",
    "WhiteCertificates",
    "__version__",
    "attribute",
    "load_scenario",
    "loop",
    "run",
    "run_study",
    "solve_equilibrium",
]


def __getattr__(name: str) -> object:
    """Load a public name from the module that holds it, or a public module.

    Raises:
        InputError: the name needs a part of the package that is not installed.
    """
    module = name in _MODULES or f"{__name__}.{name}" in FORMER
    if not module and name not in __all__:
        raise AttributeError(f"module 'dualcarbon' has no attribute '{name}'")
    try:
        if module:
            return import_module(f"{__name__}.{name}")
        value = getattr(import_module(_MODULE_OF.get(name, _INSTRUMENTS)), name)
    except ModuleNotFoundError as error:
        from dualcarbon.errors import missing_part

        raise missing_part(error) or error from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
