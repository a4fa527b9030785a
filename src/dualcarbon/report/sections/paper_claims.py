"""The paper's claims on the markets, one by one, and its reforms in sequence."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number, signed
from dualcarbon.report.figures.common import POLICY, caption
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.text import slug
from dualcarbon.report.view import View

TONES = {"holds": "good", "holds in part": "warn", "does not hold": "bad", "not tested": "warn"}
OUTCOME = (("mt", "Mt", "label.emissions"), ("bn_cny", "bn CNY", "label.system_cost"),
           ("mtce", "Mtce", "label.energy_use"))  # fmt: skip


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
    note = note_of(text, caption(view, "", _years(view), POLICY))
    return section(view, "paper_claims", [Table(text("table.paper_claims"), columns, rows, note)])


def build_path(view: View) -> Section | None:
    """The reforms in sequence, and each market switched off alone."""
    blocks: list[Block] = []
    path = view.table("reform_path", "stage", "year", "mt", "bn_cny", "mtce", "spread_cny_per_t")
    if path is not None:
        blocks.append(_path(view, path))
    off = view.table("switched_off", "market", "year", "mt", "bn_cny", "mtce")
    if off is not None:
        blocks.append(_off(view, off))
    return section(view, "reform_path", blocks)


def _claim(view: View, row: pd.Series) -> list[list[str | Badge]]:
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


def _path(view: View, path: pd.DataFrame) -> Table:
    text = view.text
    price = text.unit("CNY/t")
    columns = [Column(text("label.stage")), Column(text("label.year")), *_outcome_columns(view)]
    columns.append(Column(text("label.deviation"), numeric=True, unit=price.label))
    rows: list[list[str | Badge]] = [
        [text(f"stage.{row['stage']}"), str(int(row["year"])),
         *(number(row[c] * text.unit(u).factor, 5) for c, u, _ in OUTCOME),
         number(row["spread_cny_per_t"] * price.factor)]
        for _, row in path[path["year"] == path["year"].max()].iterrows()
    ]  # fmt: skip
    note = note_of(text, caption(view, "", str(int(path["year"].max())), POLICY))
    return Table(text("table.reform_path"), columns, rows, note)


def _off(view: View, off: pd.DataFrame) -> Table:
    text = view.text
    columns = [Column(text("label.market")), Column(text("label.year")), *_outcome_columns(view)]
    rows: list[list[str | Badge]] = [
        [text.name("instrument", row["market"]), str(int(row["year"])),
         *(signed(row[c] * text.unit(u).factor) for c, u, _ in OUTCOME)]
        for _, row in off[off["year"] == off["year"].max()].iterrows()
    ]  # fmt: skip
    note = note_of(text, caption(view, "", str(int(off["year"].max())), POLICY))
    return Table(text("table.switched_off"), columns, rows, note)


def _outcome_columns(view: View) -> list[Column]:
    text = view.text
    return [
        Column(text(head), numeric=True, unit=text.unit(unit).label) for _, unit, head in OUTCOME
    ]


def _years(view: View) -> str:
    return f"{view.years[0]}–{view.years[-1]}" if view.years else ""
