"""A section from its key and blocks."""

from __future__ import annotations

from dualcarbon.report.figures.common import Spec
from dualcarbon.report.page import Block, Section
from dualcarbon.report.text import Text
from dualcarbon.report.view import View


def section(view: View, key: str, blocks: list[Block]) -> Section | None:
    """A section with the heading and the lead of its key; None where it would be empty."""
    if not blocks:
        return None
    text = view.text
    return Section(key, text(f"section.{key}"), text(f"lead.{key}"), blocks)


def note_of(text: Text, caption: Spec) -> str:
    """Unit, years, source and grade as one line."""
    parts = [
        text("caption.unit", unit=caption["unit"]) if caption.get("unit") else "",
        text("caption.years", years=caption["years"]) if caption.get("years") else "",
        text("caption.source", source=caption["source"]),
        text("caption.licence", licence=caption["licence"]) if caption.get("licence") else "",
        text("caption.grade", grade=caption["grade"], meaning=text(f"grade.{caption['grade']}")),
        caption.get("leans", ""),
    ]
    return text("caption.join").join(p for p in parts if p)
