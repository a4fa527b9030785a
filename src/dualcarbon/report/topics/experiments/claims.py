"""The paper's claims on the markets one by one, and what each reform contributes."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import Unit, number, signed
from dualcarbon.charts.specs import Bar, Group, Series, Stacked
from dualcarbon.report.figure import BLUE, POLICY, caption, change_unit
from dualcarbon.report.page import Badge, Block, Cells, Column, Figure, Note, Section, Table
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


COLUMNS = ("indicator", "unit", "reform", "shapley", "total")
SUM = "#7a828c"
NOTHING = 1e-9


def build_attribution(view: View) -> Section | None:
    """A figure per indicator with its table, and what the answer cost."""
    table = view.table("attribution", *COLUMNS)
    if table is None:
        return None
    blocks: list[Block] = [
        _figure(view, part) for _, part in table.groupby("indicator", sort=False)
    ]
    if {"solves", "seconds"} <= set(table.columns):
        first = table.iloc[0]
        cost = view.text(
            "reading.attribution_cost",
            solves=int(first["solves"]),
            seconds=number(float(first["seconds"])),
        )
        blocks.append(Note(cost))
    return section(view, "attribution", blocks)


def _figure(view: View, part: pd.DataFrame) -> Figure:
    """A bar per reform and one for all together."""
    text, unit = view.text, change_unit(view.text, str(part["unit"].iloc[0]))
    indicator = str(part["indicator"].iloc[0])
    name, year = text.name("indicator", indicator), indicator.rpartition("_")[2]
    total = float(part["total"].iloc[0]) * unit.factor
    bars = [
        _bar(text.own(row, "reform"), "one", float(row["shapley"]) * unit.factor)
        for _, row in part.iterrows()
    ]
    bars.append(_bar(text("label.all_reforms"), "sum", total))
    chart = Stacked(
        title=text("figure.attribution", indicator=name),
        unit=unit.label,
        reading=_reading(view, part, unit, total),
        series=[
            Series("one", text("legend.one_reform"), BLUE),
            Series("sum", text("legend.sum"), SUM),
        ],
        groups=[Group("", bars)],
    )
    years = year if year.isdigit() else view.period
    table = _table(view, part, unit, f"{text('table.attribution')}: {name}")
    return Figure(chart, caption(view, years, POLICY), table)


def _bar(label: str, series: str, value: float) -> Bar:
    return Bar(label, {series: value}, end=signed(value))


def _reading(view: View, part: pd.DataFrame, unit: Unit, total: float) -> str:
    text = view.text
    shares = part["shapley"].astype(float) * unit.factor
    if abs(total) <= NOTHING:
        return text("reading.attribution_none")
    toward = shares if total > 0 else -shares
    most = part.loc[toward.idxmax()]
    against = part[toward < -0.02 * abs(total)]
    names = text.listed([text.own(row, "reform") for _, row in against.iterrows()] or [""])
    return text(
        "reading.attribution",
        total=signed(total),
        unit=unit.label,
        most=text.own(most, "reform"),
        share=signed(float(shares[toward.idxmax()])),
        against=text("reading.attribution_against", names=names) if len(against) else "",
    )


def _table(view: View, part: pd.DataFrame, unit: Unit, title: str) -> Table:
    """What each reform adds alone, last, and on average."""
    text = view.text
    heads = {"alone": "label.alone", "last": "label.last_added", "shapley": "label.shapley"}
    shown = [c for c in heads if c in part.columns]
    columns = [Column(text("label.reform"))]
    columns += [Column(text(heads[c]), numeric=True, unit=unit.label) for c in shown]
    rows: list[Cells] = [
        [text.own(row, "reform"), *(signed(float(row[c]) * unit.factor) for c in shown)]
        for _, row in part.iterrows()
    ]
    total = signed(float(part["total"].iloc[0]) * unit.factor)
    rows.append([text("label.all_reforms"), *("" for _ in shown[1:]), total])
    return Table(title, columns, rows, folded=True)
