"""What consumption is for, and the roads to neutrality with their years and assumptions."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import DASH, fixed, number
from dualcarbon.charts.specs import Bar, Group, Line, Lines, Panel, Series, Stacked
from dualcarbon.report.figure import COLOURS, names_of, points_of, sourced
from dualcarbon.report.page import Block, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.topics.responsibility.figures import RESTS
from dualcarbon.report.view import View

REGIONS = 8
USES = ("households", "non_profit", "government", "fixed_capital", "inventories", "direct")


def build_uses(view: View) -> Section | None:
    """Consumption by use: households, government, capital, what households emit themselves."""
    figure = _uses(view)
    return section(view, "carbon_uses", list(with_data(figure, view.text)))


def build_roads(view: View) -> Section | None:
    """Paths by production, consumption and whole, the years of neutrality, and the targets."""
    blocks: list[Block] = [*with_data(_roads(view), view.text), *_neutrality(view), *_targets(view)]
    return section(view, "carbon_roads", blocks)


def _uses(view: View) -> Figure | None:
    table = view.table("responsibility_uses", "region", "part", "value", "year", "source", "grade")
    if table is None:
        return None
    text = view.text
    parts = [p for p in dict.fromkeys(table["part"].astype(str))]
    parts = [p for p in USES if p in parts] + [p for p in parts if p not in USES]
    wide = table.pivot(index="region", columns="part", values="value")
    order = wide.sum(axis=1).drop(list(RESTS), errors="ignore").nlargest(REGIONS).index
    names = names_of(table, text)
    bars = [Bar(names[str(r)], {p: float(wide.loc[r, p]) / 1000.0 for p in parts}) for r in order]
    reading = ""
    if "CHN" in wide.index and {"households", "government", "fixed_capital"} <= set(parts):
        china = wide.loc["CHN"]
        reading = text(
            "reading.carbon_uses",
            year=int(table["year"].iloc[0]),
            households=number(float(china["households"]), 4),
            government=number(float(china["government"]), 4),
            capital=number(float(china["fixed_capital"]), 4),
        )
    chart = Stacked(
        title=text("figure.carbon_uses"),
        unit=text("unit_phrase.gt"),
        reading=reading,
        series=[
            Series(p, text.name("final_use", p), colour)
            for p, colour in zip(parts, [*COLOURS, *COLOURS], strict=False)
        ],
        groups=[Group("", bars)],
    )
    return Figure(chart, sourced(text, table, view.span(table)))


def _roads(view: View) -> Figure | None:
    table = view.table("responsibility_roads", "region", "year", "road", "mt", "source", "grade")
    if table is None:
        return None
    text, names = view.text, names_of(table, view.text)
    kinds = list(dict.fromkeys(table["road"].astype(str)))
    panels = [
        Panel(
            names[str(region)],
            text("unit_phrase.gt"),
            [
                Line(str(road), points_of(rows.assign(gt=rows["mt"] / 1000.0), "year", "gt"))
                for road, rows in group.groupby("road", sort=False)
            ],
        )
        for region, group in table.groupby("region", sort=False)
    ]
    chart = Lines(
        title=text("figure.carbon_roads"),
        unit=text("unit_phrase.gt_year"),
        reading=text("reading.carbon_roads"),
        series=[
            Series(k, text(f"road.{k}"), colour) for k, colour in zip(kinds, COLOURS, strict=False)
        ],
        panels=panels,
    )
    return Figure(chart, sourced(text, table, view.span(table)))


def _neutrality(view: View) -> list[Block]:
    table = view.table("responsibility_neutrality", "region", "road", "level_mt", "neutral")
    if table is None:
        return []
    text = view.text
    columns = [
        Column(text("label.region")),
        Column(text("label.road")),
        Column(text("label.last_observed"), numeric=True, unit=text("unit_phrase.mt")),
        Column(text("label.nearly"), numeric=True),
        Column(text("label.neutral"), numeric=True),
    ]
    rows: list[Cells] = [
        [
            text.own(row, "region"),
            text(f"road.{row['road']}"),
            fixed(row["level_mt"], 0),
            _year(row["nearly"]),
            _year(row["neutral"]),
        ]
        for _, row in table.iterrows()
    ]
    note = note_of(text, sourced(text, table, ""))
    return [
        Table(text("table.neutrality"), columns, rows, note, reading=text("reading.neutrality"))
    ]


def _targets(view: View) -> list[Block]:
    table = view.table("responsibility_targets", "region", "target_year", "net_zero", "grade")
    if table is None:
        return []
    text = view.text
    columns = [
        Column(text("label.region")),
        Column(text("label.year"), numeric=True),
        Column(text("label.left"), numeric=True, unit="%"),
        Column(text("label.base_year"), numeric=True),
        Column(text("label.net_zero"), numeric=True),
        Column(text("label.status"), tight=True),
        Column(text("label.grade"), tight=True),
    ]
    rows: list[Cells] = []
    for _, row in table.iterrows():
        left = (float(row["left_low"]) + float(row["left_high"])) / 2
        rows.append(
            [
                text.own(row, "region"),
                _year(row["target_year"]),
                DASH if pd.isna(left) else fixed(100 * left, 0),
                str(row["base"]).removesuffix(".0") or DASH,
                _year(row["net_zero"]),
                text.name("target_status", row["status"]),
                str(row["grade"]),
            ]
        )
    return [Table(text("table.targets"), columns, rows, text("note.targets"), folded=True)]


def _year(value: object) -> str:
    return DASH if pd.isna(value) else str(int(float(str(value))))
