"""A section from its key and blocks."""

from __future__ import annotations

from dualcarbon.report.page import Block, Caption, Section
from dualcarbon.report.text import Text
from dualcarbon.report.view import View


def section(view: View, key: str, blocks: list[Block]) -> Section | None:
    """A section with the heading and the lead of its key; None where it would be empty."""
    if not blocks:
        return None
    text = view.text
    return Section(key, text(f"section.{key}"), text(f"lead.{key}"), blocks)


def note_of(text: Text, caption: Caption, unit: str = "") -> str:
    """Unit, years, source and grade as one line."""
    parts = [
        text("caption.unit", unit=unit) if unit else "",
        text("caption.years", years=caption.years) if caption.years else "",
        text("caption.source", source=caption.source),
        text("caption.licence", licence=caption.licence) if caption.licence else "",
        text("caption.grade", grade=caption.grade, meaning=text(f"grade.{caption.grade}")),
        caption.leans,
    ]
    return text("caption.join").join(p for p in parts if p)
