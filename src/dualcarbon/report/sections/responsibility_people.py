"""Survival, luxury and waste: emissions by income group and a tiered tax on them."""

from __future__ import annotations

from dualcarbon.charts.numbers import fixed, number
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.responsibility import names_of, sourced
from dualcarbon.report.figures.responsibility_people import net_incidence, tax_curve, tier_bars
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View


def build(view: View) -> Section | None:
    """Tiers, the tax, who gains from its dividend, and where the thresholds come from."""
    text = view.text
    blocks: list[Block] = [
        *with_data(tier_bars(view), text),
        *with_data(tax_curve(view), text),
        *with_data(net_incidence(view), text),
        *_revenue(view),
    ]
    return section(view, "carbon_people", blocks)


def _revenue(view: View) -> list[Block]:
    table = view.table("responsibility_tiers", "region", "gini", "revenue", "dividend", "currency")
    if table is None:
        return []
    text = view.text
    money = text.unit("bn_cny") if str(table["currency"].iloc[0]) == "CNY" else text.unit("bn")
    per_head = text.unit(str(table["currency"].iloc[0])).label
    columns = [
        Column(text("label.region")),
        Column(text("label.mean_footprint"), numeric=True, unit=text("unit_phrase.t")),
        Column(text("label.gini"), numeric=True),
        Column(text("label.tax_revenue"), numeric=True, unit=money.label),
        Column(text("label.dividend"), numeric=True, unit=per_head),
        Column(text("label.top_payment"), numeric=True, unit=per_head),
    ]
    rows: list[list[str | Badge]] = []
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
    note = note_of(text, sourced(table, "", view.span(table)) | {"grade": "D"})
    return [Table(text("table.revenue"), columns, rows, note, reading=text("note.thresholds"))]
