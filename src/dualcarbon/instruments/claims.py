"""What instruments claim: which renewable output, and whose savings, may go to a use of theirs."""

from __future__ import annotations

from typing import Literal

from dualcarbon.common.records import Record
from dualcarbon.system.pools import EXPIRED, JOINT, joint_uses
from dualcarbon.system.settings import CALORIFIC, GENERATION_EQUIVALENT

__all__ = [
    "CALORIFIC",
    "EXPIRED",
    "GENERATION_EQUIVALENT",
    "JOINT",
    "OWN_USE",
    "WHITE",
    "Eligibility",
    "SavingRule",
    "joint_uses",
]

WHITE, OWN_USE = "white", "energy_use"
"""Uses of saved energy: sold as a white certificate, or kept against one's own quota."""


class Eligibility(Record):
    """Which renewable output may go to a use of attribute tokens.

    Attributes:
        carriers: eligible carriers; None means every renewable carrier.
        vintages: ``existing``, ``new`` or both; ``new`` alone is additionality.
        source: rule or regulation that says so.
    """

    carriers: tuple[str, ...] | None = None
    vintages: tuple[Literal["existing", "new"], ...] = ("existing", "new")
    source: str = ""

    def admits(self, carrier: str, vintage: str) -> bool:
        """Whether output of a carrier and vintage is eligible."""
        return vintage in self.vintages and (self.carriers is None or carrier in self.carriers)


class SavingRule(Record):
    """Whose savings may go to a use.

    Attributes:
        sectors: eligible sectors; None means all.
        without: sectors whose savings are not eligible, because another market counts them.
        buses: eligible buses; None means all.
        tce_per_mwh: what a MWh saved counts, tce.
    """

    sectors: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    buses: tuple[str, ...] | None = None
    tce_per_mwh: float = CALORIFIC

    def admits(self, sector: str, bus: str) -> bool:
        """Whether savings of a sector at a bus are eligible."""
        of_sector = (self.sectors is None or sector in self.sectors) and sector not in self.without
        return of_sector and (self.buses is None or bus in self.buses)
