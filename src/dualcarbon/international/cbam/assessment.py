"""The result of assessing one shipment, with the steps that led to it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from dualcarbon.international.cbam.rules import ORDER, Line, Status
from dualcarbon.international.cbam.shipment import Shipment


@dataclass(frozen=True)
class Assessment:
    """What a shipment owes.

    Attributes:
        embedded_t: embedded emissions that count, tCO2e.
        free_allocation_t: taken off for the free allocation in the EU, tCO2e.
        deduction_t: taken off for a carbon price at origin, tCO2e.
        certificates: due, one per tCO2e, not yet rounded to whole ones over the year.
        price_eur: per certificate.
        cost_eur: certificates times price, rounded to the cent.
        unmarked_t: embedded emissions without the mark-up of default values, tCO2e: the base of
            the quarter-end holding.
        exempt: whether the importer stays below the threshold.
        lines: the steps, each with its article and status.
    """

    shipment: Shipment
    cn: str
    origin: str
    sector: str
    year: int
    embedded_t: float
    free_allocation_t: float
    deduction_t: float
    certificates: float
    price_eur: float
    cost_eur: float
    unmarked_t: float
    exempt: bool
    lines: tuple[Line, ...]

    @property
    def quantity(self) -> float:
        """Tonnes of the good, or MWh of electricity."""
        return self.shipment.tonnes or self.shipment.mwh or 0.0

    @property
    def cost_per_unit_eur(self) -> float:
        """Cost per tonne, or per MWh of electricity, not rounded."""
        return self.certificates * self.price_eur / self.quantity

    @property
    def status(self) -> Status:
        """The least firm status among the steps that gave a figure."""
        return max((line.status for line in self.lines), key=ORDER.index)

    def audit(self) -> pd.DataFrame:
        """The steps as a table: rule, value, unit, article, status, note."""
        return pd.DataFrame([asdict(line) for line in self.lines])

    def to_dict(self) -> dict[str, Any]:
        """All figures and steps as plain data."""
        own = {
            name: getattr(self, name)
            for name in (
                "cn",
                "origin",
                "sector",
                "year",
                "quantity",
                "embedded_t",
                "free_allocation_t",
                "deduction_t",
                "certificates",
                "price_eur",
                "cost_eur",
                "exempt",
                "status",
            )
        }
        return own | {"lines": [asdict(line) for line in self.lines]}
