"""Rules of a club, one file each; a new rule is one file and one line here."""

from dualcarbon.international.clubs.rules.base import Context, Registry, Rule, Setting
from dualcarbon.international.clubs.rules.carbon_tariff import CarbonTariff
from dualcarbon.international.clubs.rules.cbam import Cbam
from dualcarbon.international.clubs.rules.differentiated_floors import DifferentiatedFloors
from dualcarbon.international.clubs.rules.graduated_floors import GraduatedFloors
from dualcarbon.international.clubs.rules.open_community import OpenCommunity
from dualcarbon.international.clubs.rules.retaliation import Retaliation
from dualcarbon.international.clubs.rules.revenue_for_abatement import RevenueForAbatement
from dualcarbon.international.clubs.rules.revenue_inside import RevenueInside
from dualcarbon.international.clubs.rules.revenue_to_exporters import RevenueToExporters
from dualcarbon.international.clubs.rules.uniform_tariff import UniformTariff

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
