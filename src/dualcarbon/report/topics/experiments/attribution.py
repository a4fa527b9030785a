"""What each reform contributes to an indicator, with their sum."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import Unit, number, signed
from dualcarbon.charts.specs import Bar, Group, Series, Stacked
from dualcarbon.report.figure import BLUE, POLICY, caption, change_unit
from dualcarbon.report.page import Block, Cells, Column, Figure, Note, Section, Table
from dualcarbon.report.section import section
from dualcarbon.report.view import View

COLUMNS = ("indicator", "unit", "reform", "shapley", "total")
SUM = "#7a828c"
NOTHING = 1e-9


def build(view: View) -> Section | None:
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
