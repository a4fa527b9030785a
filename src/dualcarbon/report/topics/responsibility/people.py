"""Survival, luxury and waste: emissions by income group and a tiered tax on them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dualcarbon.charts.numbers import fixed, number, percent
from dualcarbon.charts.specs import Bar, Group, Line, Lines, Panel, Series, Stacked
from dualcarbon.report.figure import BLUE, names_of, points_of, series, sourced
from dualcarbon.report.page import Block, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View

TIERS = {"survival": "#2f9a94", "ordinary": "#e0c56a", "luxury": "#d1873c", "wasteful": "#b3543c"}
COLUMNS = ("region", "group", *TIERS, "people", "year", "source", "grade")


def build(view: View) -> Section | None:
    """Tiers, the tax, who gains from its dividend, and where the thresholds come from."""
    blocks: list[Block] = []
    for figure in (_tier_bars(view), _tax_curve(view), _net_incidence(view)):
        blocks += with_data(figure, view.text)
    return section(view, "carbon_people", [*blocks, *_revenue(view)])


def _tier_bars(view: View) -> Figure | None:
    """A bar per income decile, parts by tier."""
    table = view.table("responsibility_tiers", *COLUMNS)
    if table is None:
        return None
    text, names = view.text, names_of(table, view.text)
    groups, items = [], []
    for code, name in names.items():
        one = table[table["region"] == code]
        bars = [
            Bar(str(row["group"]), {t: float(row[t]) for t in TIERS if row[t] > 0})
            for _, row in one.iterrows()
        ]
        groups.append(Group(name, bars))
        whole = float((one["people"] * one["per_head"]).sum())
        above = float((one["people"] * (one["luxury"] + one["wasteful"])).sum())
        items.append(text("reading.tier_item", region=name, share=percent(above / whole)))
    bounds = {
        tier: number(float(table[f"bound_{tier}"].iloc[0])) for tier in TIERS if tier != "ordinary"
    }
    chart = Stacked(
        title=text("figure.tier_bars"),
        unit=text("unit_phrase.t_head_e"),
        reading=text("reading.tier_bars", items=text.listed(items), **bounds),
        series=[Series(t, text(f"tier.{t}"), colour) for t, colour in TIERS.items()],
        groups=groups,
    )
    return Figure(chart, sourced(text, table, view.span(table)))


def _tax_curve(view: View) -> Figure | None:
    """What one person pays, by emissions."""
    table = view.table("responsibility_tax", "emissions", "payment", "average", "currency")
    if table is None:
        return None
    text = view.text
    currency = _currency(view, table)
    rates = [number(float(table[f"rate_{t}"].iloc[0])) for t in TIERS]
    chart = Lines(
        title=text("figure.tax_curve"),
        unit=text("unit_phrase.over_emissions"),
        reading=text("reading.tax_curve", rates=text("word.slash").join(rates), unit=currency),
        series=[Series("tax", "", BLUE)],
        panels=[
            Panel(
                text(f"label.tax_{column}"),
                text(f"unit_phrase.tax_{column}", currency=currency),
                [Line("tax", points_of(table, "emissions", column))],
                marks=False,
            )
            for column in ("payment", "average")
        ],
    )
    return Figure(chart, replace(sourced(text, table, ""), source=text("caption.chosen_rates")))


def _net_incidence(view: View) -> Figure | None:
    """Dividend less payment by income decile, per head."""
    table = view.table("responsibility_tiers", "region", "group", "net", "people", "currency")
    if table is None:
        return None
    text, names = view.text, names_of(table, view.text)
    unit = text("unit_phrase.per_head_year", currency=_currency(view, table))
    panels, items = [], []
    for code, name in names.items():
        one = table[table["region"] == code]
        points: list[tuple[float, float]] = [(i + 1, float(v)) for i, v in enumerate(one["net"])]
        panels.append(Panel(name, unit, [Line(code, points)]))
        gainers = float(one["people"][one["net"] > 0].sum() / one["people"].sum())
        items.append(text("reading.net_item", region=name, share=percent(gainers)))
    chart = Lines(
        title=text("figure.net_incidence"),
        unit=text("unit_phrase.decile_axis"),
        reading=text("reading.net_incidence", items=text.listed(items)),
        series=series(list(names.items())),
        panels=panels,
    )
    return Figure(chart, replace(sourced(text, table, view.span(table)), grade="D"))


def _currency(view: View, table: pd.DataFrame) -> str:
    return view.text.unit(str(table["currency"].iloc[0])).label


def _revenue(view: View) -> list[Block]:
    table = view.table("responsibility_tiers", "region", "gini", "revenue", "dividend", "currency")
    if table is None:
        return []
    text = view.text
    money = text.unit("bn_cny") if str(table["currency"].iloc[0]) == "CNY" else text.unit("bn")
    per_head = _currency(view, table)
    columns = [
        Column(text("label.region")),
        Column(text("label.mean_footprint"), numeric=True, unit=text("unit_phrase.t")),
        Column(text("label.gini"), numeric=True),
        Column(text("label.tax_revenue"), numeric=True, unit=money.label),
        Column(text("label.dividend"), numeric=True, unit=per_head),
        Column(text("label.top_payment"), numeric=True, unit=per_head),
    ]
    rows: list[Cells] = []
    for code, name in names_of(table, text).items():
        one = table[table["region"] == code]
        mean = float((one["people"] * one["per_head"]).sum() / one["people"].sum())
        rows.append(
            [
                name,
                fixed(mean, 1),
                fixed(float(one["gini"].iloc[0]), 2),
                number(float(one["revenue"].iloc[0]) / 1e9 * money.factor),
                fixed(float(one["dividend"].iloc[0]), 0),
                fixed(float(one["payment"].iloc[-1]), 0),
            ]
        )
    note = note_of(text, replace(sourced(text, table, view.span(table)), grade="D"))
    return [Table(text("table.revenue"), columns, rows, note, reading=text("note.thresholds"))]
