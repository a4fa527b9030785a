"""What the figures of clubs share: captions and names."""

from __future__ import annotations

from typing import Any

from dualcarbon.report.figures.common import Spec
from dualcarbon.report.text import Text


def club_caption(text: Text, unit: str, grade: str = "C") -> Spec:
    """Unit, year, source and grade of a figure on clubs."""
    return {
        "unit": unit,
        "years": "2011",
        "source": text("caption.clubs"),
        "grade": grade,
        "leans": "",
        "licence": "",
    }


def terms(text: Text, row: Any) -> str:
    """Price and tariff of a row in words."""
    return text("label.club_terms", price=f"{row['price_usd_per_t']:g}",
                tariff=f"{100 * row['tariff']:g}")  # fmt: skip
