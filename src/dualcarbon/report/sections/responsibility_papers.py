"""The figures that the argument rests on, beside ours by year and vintage."""

from __future__ import annotations

from dualcarbon.charts.numbers import change, number
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.responsibility_models import model_dots
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import section
from dualcarbon.report.view import View

CLOSE = 0.05


def build(view: View) -> Section | None:
    """The debate's figures with the reason for each difference, then other models beside ours."""
    blocks: list[Block] = [*_figures(view), *with_data(model_dots(view), view.text)]
    return section(view, "carbon_papers", blocks)


def _figures(view: View) -> list[Block]:
    """One row per published figure, year and edition."""
    table = view.table(
        "responsibility_papers", "figure", "published_low", "published_high", "ours", "vintage"
    )
    if table is None:
        return []
    text = view.text
    columns = [
        Column(text("label.item")),
        Column(text("label.published_short"), numeric=True),
        Column(text("label.ours_here"), numeric=True),
        Column(text("label.difference"), numeric=True, unit="%"),
        Column(text("label.year"), numeric=True),
        Column(text("label.edition"), numeric=True),
        Column(text("label.finding"), tight=True),
        Column(text("label.why"), wide=True),
    ]
    rows: list[list[str | Badge]] = []
    for _, group in table.groupby("figure", sort=False):
        for at, (_, row) in enumerate(group.iterrows()):
            unit = text.unit(str(row["unit"])).label
            low, high = float(row["published_low"]), float(row["published_high"])
            published = number(low) if low == high else f"{number(low)}–{number(high)}"
            close = abs(float(row["difference"])) <= CLOSE
            rows.append(
                [
                    f"{text.own(row, 'title')} ({unit})" if at == 0 else "",
                    published if at == 0 else "",
                    number(float(row["ours"])),
                    change(100 * float(row["difference"])),
                    str(int(row["year"])),
                    str(int(row["vintage"])),
                    Badge(text("finding.close"), "good")
                    if close
                    else Badge(text("finding.differs"), "warn"),
                    text.own(row, "reason") if at == 0 else "",
                ]
            )
    return [Table(text("table.papers"), columns, rows, text("note.papers"))]
