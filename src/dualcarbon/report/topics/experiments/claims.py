"""The paper's claims on the markets, one by one, and its reforms in sequence."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number, signed
from dualcarbon.report.figure import POLICY, caption
from dualcarbon.report.page import Badge, Block, Cells, Column, Section, Table
from dualcarbon.report.section import note_of, section
from dualcarbon.report.text import slug
from dualcarbon.report.view import View

TONES = {"holds": "good", "holds in part": "warn", "does not hold": "bad", "not tested": "warn"}
OUTCOME = {
    "mt": ("Mt", "emissions"),
    "bn_cny": ("bn CNY", "system_cost"),
    "mtce": ("Mtce", "energy_use"),
}


def build(view: View) -> Section | None:
    """Claims with what was measured, the verdict and a reading."""
    table = view.table("paper_claims", "claim", "section", "ours", "unit", "verdict")
    if table is None:
        return None
    text = view.text
    columns = [
        Column(text("label.measured"), wide=True),
        Column(text("label.ours"), numeric=True),
        Column(text("label.finding"), tight=True),
        Column(text("label.reading"), wide=True),
    ]
    rows = [cells for _, row in table.iterrows() for cells in _claim(view, row)]
    note = note_of(text, caption(view, view.period, POLICY))
    return section(view, "paper_claims", [Table(text("table.paper_claims"), columns, rows, note)])


def build_path(view: View) -> Section | None:
    """The reforms in sequence, and each market switched off alone."""
    blocks: list[Block] = []
    text = view.text
    path = view.table("reform_path", "stage", "year", "mt", "bn_cny", "mtce", "spread_cny_per_t")
    if path is not None:
        last, price = path[path["year"] == path["year"].max()], text.unit("CNY/t")
        spread = Column(text("label.deviation"), numeric=True, unit=price.label)
        rows: list[Cells] = [
            [
                text(f"stage.{row['stage']}"),
                str(int(row["year"])),
                *(number(row[c] * text.unit(unit).factor, 5) for c, (unit, _) in OUTCOME.items()),
                number(row["spread_cny_per_t"] * price.factor),
            ]
            for _, row in last.iterrows()
        ]
        blocks.append(_outcomes(view, "reform_path", "stage", [spread], rows, last))
    off = view.table("switched_off", "market", "year", "mt", "bn_cny", "mtce")
    if off is not None:
        last = off[off["year"] == off["year"].max()]
        rows = [
            [
                text.name("instrument", row["market"]),
                str(int(row["year"])),
                *(signed(row[c] * text.unit(unit).factor) for c, (unit, _) in OUTCOME.items()),
            ]
            for _, row in last.iterrows()
        ]
        blocks.append(_outcomes(view, "switched_off", "market", [], rows, last))
    return section(view, "reform_path", blocks)


def _claim(view: View, row: pd.Series) -> list[Cells]:
    """The claim as a heading, then what was found."""
    text, unit = view.text, view.text.unit(str(row["unit"]))
    verdict = str(row["verdict"])
    return [
        [text("label.claim_of", section=row["section"], claim=text.own(row, "says"))],
        [
            text.own(row, "indicator"),
            f"{number(row['ours'] * unit.factor)} {unit.label}",
            Badge(text(f"claim_verdict.{slug(verdict)}"), TONES[verdict]),
            text.own(row, "reading"),
        ],
    ]


def _outcomes(
    view: View, key: str, first: str, more: list[Column], rows: list[Cells], table: pd.DataFrame
) -> Table:
    """Emissions, cost and energy use of the last year by stage or market."""
    text = view.text
    columns = [Column(text(f"label.{first}")), Column(text("label.year"))]
    columns += [
        Column(text(f"label.{head}"), numeric=True, unit=text.unit(unit).label)
        for unit, head in OUTCOME.values()
    ]
    note = note_of(text, caption(view, view.span(table), POLICY))
    return Table(text(f"table.{key}"), [*columns, *more], rows, note)
