"""A project: cash flow, measures, cost of capital, support and quality; the gap of finance."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import DASH, number, percent
from dualcarbon.report.figure import money
from dualcarbon.report.page import Badge, Block, Caption, Cells, Column, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.topics.finance.figures import finance_gap, project_flow
from dualcarbon.report.view import View

TONES = {"pass": "good", "unknown": "warn", "fail": "bad", "yes": "good", "no": "bad"}
SHARES = ("project_irr", "equity_irr", "wacc", "discount_rate")


def build_project(view: View) -> Section | None:
    """Cash flow, measures, the cost of capital, support, credit quality, disclosure."""
    if view.table("finance_flows", "year") is None:
        return None
    blocks: list[Block] = [*with_data(project_flow(view), view.text)]
    for make in (_measures, _capital, _across, _support, _quality, _disclosure):
        blocks += make(view)
    return section(view, "project", blocks)


def build_screen(view: View) -> Section | None:
    """Verdicts by taxonomy with the criterion that decided, then every criterion."""
    verdicts = view.table("finance_verdicts", "taxonomy", "outcome", "decided_by")
    criteria = view.table("finance_criteria", "taxonomy", "criterion", "outcome")
    if verdicts is None or criteria is None:
        return None
    text = view.text
    tables: list[Block] = []
    for title, table, what, folded in (
        ("table.verdicts", verdicts, "decided_by", False),
        ("table.criteria", criteria, "criterion", True),
    ):
        heads = [Column(text(f"label.{n}")) for n in ("taxonomy", "outcome", what)]
        heads += [Column(text("label.value"), numeric=True), Column(text("label.threshold"))]
        heads += [Column(text("label.grade")), Column(text("label.source"), wide=True)]
        rows = [_criterion(view, row, what) for _, row in table.iterrows()]
        note = text("note.unknown_never_passes")
        tables.append(Table(text(title), heads, rows, note, folded=folded))
    return section(view, "screen", tables)


def _criterion(view: View, row: pd.Series, what: str) -> Cells:
    text = view.text
    limit = number(row["threshold"]) if row["threshold"] == row["threshold"] else DASH
    return [
        text.name("taxonomy", row["taxonomy"]),
        Badge(text.name("outcome", row["outcome"]), TONES[row["outcome"]]),
        text.name("criterion", row[what]),
        number(row["value"]) if row["value"] == row["value"] else DASH,
        f"{limit} {row['unit']}".strip(),
        str(row["grade"]),
        text.name("taxonomy_source", row["source"]),
    ]


def _measures(view: View) -> list[Block]:
    table = view.table("finance_measures", "measure", "value", "unit", "status")
    flows = view.table("finance_flows", "currency")
    if table is None or flows is None:
        return []
    text = view.text
    heads = [Column(text("label.measure")), Column(text("label.value"), numeric=True)]
    heads.append(Column(text("label.unit")))
    rows: list[Cells] = []
    for _, row in table.iterrows():
        if row["value"] != row["value"] and row["status"] not in ("none", "multiple"):
            continue
        share = row["measure"] in SHARES
        shown = percent(row["value"]) if share else number(row["value"], 4)
        shown = text.name("irr_status", row["status"]) if row["value"] != row["value"] else shown
        rows.append([text.name("measure", row["measure"]), shown, _unit(view, row["unit"])])
    note = note_of(text, Caption("", text("caption.project"), "D"))
    return [Table(text("table.measures"), heads, rows, note)]


def _capital(view: View) -> list[Block]:
    table = view.table("finance_capital", "rate", "lcoe", "npv", "lcoe_change", "currency")
    if table is None:
        return []
    text, currency = view.text, str(table["currency"].iloc[0])
    name = text.name("currency", currency)
    heads = [
        Column(text.name("measure", "discount_rate"), numeric=True),
        Column(text.name("measure", "lcoe"), numeric=True, unit=f"{name}/MWh"),
        Column(text("label.lcoe_change"), numeric=True),
        Column(text.name("measure", "npv"), numeric=True, unit=money(text, currency)),
    ]
    rows: list[Cells] = [
        [percent(r["rate"]), number(r["lcoe"], 4), percent(r["lcoe_change"]), number(r["npv"])]
        for _, r in table.iterrows()
    ]
    ends = table.iloc[[0, -1]]
    reading = text(
        "reading.capital",
        low=percent(ends["rate"].iloc[0]),
        high=percent(ends["rate"].iloc[1]),
        change=percent(ends["lcoe_change"].iloc[1], 2),
    )
    return [Table(text("table.capital"), heads, rows, reading=reading)]


def _across(view: View) -> list[Block]:
    """The same project at the cost of capital of other regions."""
    table = view.table("finance_across", "region", "name_zh", "rate", "lcoe", "currency")
    if table is None:
        return []
    text = view.text
    name = text.name("currency", str(table["currency"].iloc[0]))
    heads = [
        Column(text("label.region")),
        Column(text.name("measure", "wacc"), numeric=True),
        Column(text.name("measure", "lcoe"), numeric=True, unit=f"{name}/MWh"),
        Column(text("label.source"), wide=True),
    ]
    rows: list[Cells] = [
        [
            row["region"] if text.lang == "en" else row["name_zh"],
            percent(row["rate"]),
            number(row["lcoe"], 4),
            str(row["source"]),
        ]
        for _, row in table.iterrows()
    ]
    first, last = table["lcoe"].iloc[0], table["lcoe"].iloc[-1]
    reading = text("reading.across", change=percent(last / first - 1.0, 2))
    note = text("note.across")
    return [Table(text("table.across"), heads, rows, note, folded=True, reading=reading)]


def _support(view: View) -> list[Block]:
    table = view.table("finance_support", "case", "equity_irr", "dscr_min", "wacc", "lcoe")
    if table is None or len(table) < 2:
        return []
    text = view.text
    name = text.name("currency", str(table["currency"].iloc[0]))
    heads = [
        Column(text("label.case")),
        Column(text.name("measure", "equity_irr"), numeric=True),
        Column(text.name("measure", "dscr_min"), numeric=True),
        Column(text.name("measure", "wacc"), numeric=True),
        Column(text.name("measure", "lcoe"), numeric=True, unit=f"{name}/MWh"),
    ]
    rows: list[Cells] = [
        [
            text.name("support", row["case"]),
            percent(row["equity_irr"]),
            number(row["dscr_min"]),
            percent(row["wacc"]),
            number(row["lcoe"], 4),
        ]
        for _, row in table.iterrows()
    ]
    return [Table(text("table.support"), heads, rows, text("note.support"))]


def _quality(view: View) -> list[Block]:
    table = view.table("finance_quality", "principle", "answer", "grade")
    if table is None:
        return []
    text = view.text
    heads = [Column(text("label.principle")), Column(text("label.principle_answer"))]
    rows: list[Cells] = [
        [
            text.name("principle", row["principle"]),
            Badge(text.name("answer", row["answer"]), TONES.get(row["answer"], "warn")),
        ]
        for _, row in table.iterrows()
    ]
    reading = text.name("quality_grade", table["grade"].iloc[0])
    return [Table(text("table.quality"), heads, rows, text("note.quality"), reading=reading)]


def _disclosure(view: View) -> list[Block]:
    table = view.table("finance_disclosure", "product", "item", "standard", "figure", "given")
    if table is None:
        return []
    text = view.text
    heads = [Column(text("label.item"), wide=True), Column(text("label.figure"), wide=True)]
    heads.append(Column(text("label.standard"), wide=True))
    rows: list[Cells] = []
    for product, items in table.groupby("product", sort=False):
        rows.append([text.name("product", product)])
        for _, row in items.iterrows():
            missing = Badge(text("label.to_add"), "warn")
            shown: str | Badge = str(row["figure"]) if row["given"] else missing
            rows.append([text.own(row, "name"), shown, str(row["standard"])])
    return [Table(text("table.disclosure"), heads, rows, text("note.disclosure"), folded=True)]


def _unit(view: View, unit: str) -> str:
    text = view.text
    if unit == "1":
        return ""
    if unit.startswith("million "):
        return money(text, unit.removeprefix("million "))
    currency, slash, per = unit.partition("/")
    return f"{text.name('currency', currency)}/{per}" if slash else text.name("measure_unit", unit)


def build_hedging(view: View) -> Section | None:
    """Forwards of allowances: premium, what is hedged, and how uncertain the cost stays."""
    names = ("investors", "forward_price", "premium", "hedged_share", "cost_sd", "variance_left")
    table = view.table("hedging", *names)
    if table is None:
        return None
    text = view.text
    units = dict.fromkeys(names, text("unit_phrase.mn_cny"))
    units |= dict.fromkeys(("forward_price", "premium"), text.unit("CNY/t").label)
    units |= dict.fromkeys(("hedged_share", "variance_left"), "%")
    columns = [Column(text(f"label.hedge_{n}"), numeric=True, unit=units[n]) for n in names]
    rows: list[Cells] = [
        [number(float(row[n]) * (100 if units[n] == "%" else 1)) for n in names]
        for _, row in table.iterrows()
    ]
    note = note_of(text, Caption("", text("source.hedging"), "D"))
    first, last = table.iloc[0], table.iloc[-1]
    reading = text(
        "reading.hedging",
        mean=number(float(first["mean_price"])),
        alone=number(float(first["premium"])),
        most=number(float(last["premium"])),
        hedged=percent(float(last["hedged_share"])),
        left=percent(float(last["variance_left"])),
    )
    shown = Table(text("table.hedging"), columns, rows, note, reading=reading)
    return section(view, "hedging", [shown])


def build_gap(view: View) -> Section | None:
    """Need, supply and gap, then the Belt-and-Road figures."""
    figure = finance_gap(view)
    if figure is None:
        return None
    return section(view, "gap", [*with_data(figure, view.text), *_gap(view), *_bri(view)])


def _gap(view: View) -> list[Block]:
    """Need, supply and gap by region with what each figure covers, its sources and grade."""
    table = view.table("finance_gap", "region", "need_low", "supply", "source", "grade")
    if table is None:
        return []
    text, factor = view.text, view.text.unit("bn USD a").factor
    heads = [Column(text("label.region"))]
    heads += [Column(text(f"label.{n}"), numeric=True) for n in ("need", "supply", "gap")]
    heads += [Column(text("label.covers"), wide=True), Column(text("label.grade"))]
    heads.append(Column(text("label.source"), wide=True))
    rows: list[Cells] = []
    for _, row in table.iterrows():
        scopes = [row[f"{k}_scope_{text.lang}"] for k in ("need", "supply")]
        known = row["supply"] == row["supply"]
        need = _range(row["need_low"] * factor, row["need_high"] * factor)
        rows.append(
            [
                row["region"] if text.lang == "en" else row["name_zh"],
                f"{need} ({int(row['need_year'])})",
                f"{number(row['supply'] * factor)} ({int(row['supply_year'])})" if known else DASH,
                _range(row["gap_low"] * factor, row["gap_high"] * factor),
                text("label.need_against_supply", need=scopes[0], supply=scopes[1])
                if known
                else scopes[0],
                str(row["grade"]),
                str(row["source"]),
            ]
        )
    return [Table(text("table.gap"), heads, rows, text("note.gap"))]


def _bri(view: View) -> list[Block]:
    """Figures of Belt-and-Road engagement."""
    table = view.table("finance_bri", "name_en", "name_zh", "year", "value", "unit", "source")
    if table is None:
        return []
    text = view.text
    heads = [Column(text("label.item")), Column(text("label.year"))]
    heads += [Column(text("label.value"), numeric=True), Column(text("label.unit"))]
    heads += [Column(text("label.grade")), Column(text("label.source"), wide=True)]
    rows: list[Cells] = [
        [
            text.own(row, "name"),
            str(row["year"]),
            number(row["value"] * text.unit(row["unit"]).factor, 4),
            text.unit(row["unit"]).label,
            str(row["grade"]),
            str(row["source"]),
        ]
        for _, row in table.iterrows()
    ]
    return [Table(text("table.bri"), heads, rows, folded=True)]


def _range(low: float, high: float) -> str:
    ends = [number(low), number(high)]
    return ends[0] if ends[0] == ends[1] else " … ".join(ends)
