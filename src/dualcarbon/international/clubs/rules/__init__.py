"""Rules of a club, filed by what they change; a new rule is one class and one line here."""

from dualcarbon.international.clubs.rules.base import Context, Registry, Rule, Setting
from dualcarbon.international.clubs.rules.responses import (
    OpenCommunity,
    Retaliation,
    RevenueForAbatement,
    RevenueInside,
    RevenueToExporters,
)
from dualcarbon.international.clubs.rules.tariffs import (
    CarbonTariff,
    Cbam,
    DifferentiatedFloors,
    GraduatedFloors,
    UniformTariff,
)

__all__ = ["RULES", "Context", "Registry", "Rule", "Setting"]

RULES = Registry()
for _rule in (
    UniformTariff(),
    CarbonTariff(),
    Cbam(),
    GraduatedFloors(),
    DifferentiatedFloors(),
    RevenueInside(),
    RevenueToExporters(),
    RevenueForAbatement(),
    Retaliation(),
    OpenCommunity(),
):
    RULES.add(_rule)
