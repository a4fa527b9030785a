"""Articles, their status, the lines that cite them, and the assessment that is made of lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from dualcarbon.international.cbam.law import TODAY, law_of
from dualcarbon.international.cbam.shipment import Shipment

Status = Literal["in force", "provisional", "proposal"]
IN_FORCE: Status = "in force"
PROVISIONAL: Status = "provisional"
PROPOSAL: Status = "proposal"
ORDER = (IN_FORCE, PROVISIONAL, PROPOSAL)

SCOPE = "Regulation (EU) 2023/956, Article 2(1) and Annex I"
DIRECT_ONLY = "Regulation (EU) 2023/956, Article 7(1) and Annex II"
ACTUAL = (
    "Regulation (EU) 2023/956, Article 7(2) and Annex IV; Implementing Regulation (EU) 2025/2547"
)
CLINKER = "Implementing Regulation (EU) 2025/2547, Article 4(5)"
ELECTRICITY = "Regulation (EU) 2023/956, Annex IV, points 2, 4.2 and 5"
FREE = (
    "Regulation (EU) 2023/956, Article 31; Implementing Regulation (EU) 2025/2620, equations 1 to 6"
)
BENCHMARK = "Implementing Regulation (EU) 2025/2620, Annex, points 5.1 to 5.3"
FACTOR = "Directive 2003/87/EC, Article 10a(1a)"
FACTOR_PROPOSED, PROPOSED_FACTOR_FROM = "COM(2026) 616, new Article 10a(1a)", 2028
CORRECTION = "Directive 2003/87/EC, Article 10a(5); Implementing Decision (EU) 2026/1862"
DEDUCTION = "Regulation (EU) 2023/956, Article 9; draft act of 13 May 2026, Article 6"
REBATES = "draft act of 13 May 2026, Article 8"
CREDITS = "draft act of 13 May 2026, Annex I, points 3.3 and 3.5.4"
DE_MINIMIS = "Regulation (EU) 2023/956, Article 2a (Regulation (EU) 2025/2083)"
SURRENDER = "Regulation (EU) 2023/956, Article 22(1)"
PRICE = "Regulation (EU) 2023/956, Article 21; Implementing Regulation (EU) 2025/2548"
HOLDING = "Regulation (EU) 2023/956, Article 22(2)"
PENALTY = "Regulation (EU) 2023/956, Article 26; Directive 2003/87/EC, Article 16(3) and (4)"
DOWNSTREAM = "COM(2025) 989, Annex I"


@dataclass(frozen=True)
class Line:
    """One step of an assessment: what rule gave which figure.

    Attributes:
        rule: key of the rule.
        value: the figure, None where the line is a remark.
        unit: unit of the figure.
        article: where the rule stands.
        status: in force, provisional (an act or a value is not final), or proposal.
        note: what was chosen or assumed, empty where nothing was.
    """

    rule: str
    value: float | None
    unit: str
    article: str
    status: Status = IN_FORCE
    note: str = ""


NOTED = (
    "default_value",
    "benchmark",
    "clinker",
    "de_minimis",
    "effective_origin_price",
    "certificate_price",
    "actual_emissions",
)
"""Steps whose notes a list of bills shows."""


def least_firm(lines: Iterable[Line]) -> Status:
    """The least firm status among steps; in force where there are none."""
    found = {line.status for line in lines}
    if not found:
        return IN_FORCE
    return next((status for status in reversed(ORDER) if status in found), IN_FORCE)


def notes_of(lines: Iterable[Line]) -> tuple[str, ...]:
    """What was chosen or assumed in steps, as far as a list of bills shows it."""
    return tuple(line.note for line in lines if line.note and line.rule in NOTED)


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
        status: the least firm status among the steps that gave a figure.
        notes: what was chosen or assumed about values and prices.
        steps: makes the steps.
        law: position of the switch of law, see :mod:`~dualcarbon.international.cbam.law`.
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
    status: Status
    notes: tuple[str, ...]
    steps: Callable[[], tuple[Line, ...]] = field(repr=False, compare=False)
    law: str = TODAY

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The steps, each with its article and status; made when they are first asked for."""
        return self.steps()

    @property
    def acts(self) -> tuple[str, ...]:
        """The acts that the steps stand in, each once."""
        parts = [part.strip() for line in self.lines for part in line.article.split(";")]
        return tuple(dict.fromkeys(part.partition(", A")[0] for part in parts if part))

    @property
    def as_of(self) -> str:
        """Day of the tables that the bill was computed by."""
        return law_of(self.law).as_of.isoformat()

    @property
    def quantity(self) -> float:
        """Tonnes of the good, or MWh of electricity."""
        return self.shipment.tonnes or self.shipment.mwh or 0.0

    @property
    def cost_per_unit_eur(self) -> float:
        """Cost per tonne, or per MWh of electricity, not rounded."""
        return self.certificates * self.price_eur / self.quantity

    def audit(self) -> pd.DataFrame:
        """The steps as a table: rule, value, unit, article, status, note."""
        return pd.DataFrame([asdict(line) for line in self.lines])

    def figures(self) -> dict[str, Any]:
        """All figures as plain data, without the steps."""
        return {
            "cn": self.cn,
            "origin": self.origin,
            "sector": self.sector,
            "year": self.year,
            "quantity": self.quantity,
            "embedded_t": self.embedded_t,
            "free_allocation_t": self.free_allocation_t,
            "deduction_t": self.deduction_t,
            "certificates": self.certificates,
            "price_eur": self.price_eur,
            "cost_eur": self.cost_eur,
            "exempt": self.exempt,
            "status": self.status,
            "law": self.law,
            "as_of": self.as_of,
        }

    def to_dict(self) -> dict[str, Any]:
        """All figures and steps as plain data."""
        steps = [asdict(line) for line in self.lines]
        return self.figures() | {"acts": list(self.acts), "lines": steps}
