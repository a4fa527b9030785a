"""Whose carbon: accounts by principle, who gains from which, and who emits for whom."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import change, fixed, number, signed
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.responsibility import largest, sourced
from dualcarbon.report.figures.responsibility_accounts import account_bars, principle_changes
from dualcarbon.report.figures.responsibility_flows import carbon_trade
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View

SHOWN = ("PBA", "CBA", "final_production", "income")
REGIONS, PAIRS = 12, 10


def build_accounts(view: View) -> Section | None:
    """How far each principle moves a region, what the regions sum to, who gains from which."""
    blocks: list[Block] = [
        *with_data(principle_changes(view), view.text),
        *_ranking(view),
        *with_data(account_bars(view), view.text),
        *_accounts(view),
    ]
    return section(view, "whose_carbon", blocks)


def build_trade(view: View) -> Section | None:
    """Emissions that cross borders, and the largest balances."""
    return section(
        view, "carbon_trade", [*with_data(carbon_trade(view), view.text), *_balances(view)]
    )


def _ranking(view: View) -> list[Block]:
    table = view.table("responsibility_ranking", "region", "best", "worst", "base")
    if table is None:
        return []
    text = view.text
    columns = [
        Column(text("label.region")),
        Column(text("label.territorial"), numeric=True, unit=text("unit_phrase.mt")),
        Column(text("label.gains_from"), tight=True),
        Column(text("label.gain"), numeric=True, unit="%"),
        Column(text("label.loses_from"), tight=True),
        Column(text("label.loss"), numeric=True, unit="%"),
    ]
    rows: list[list[str | Badge]] = [
        [
            text.own(row, "region"),
            fixed(row["base"], 0),
            text.name("principle", row["best"]),
            change(100 * row["best_change"]),
            text.name("principle", row["worst"]),
            change(100 * row["worst_change"]),
        ]
        for _, row in table.iterrows()
    ]
    note = note_of(text, sourced(table, "", view.span(table)))
    return [Table(text("table.ranking"), columns, rows, note, reading=text("reading.ranking"))]


def _accounts(view: View) -> list[Block]:
    table = view.table("responsibility_accounts", "region", "principle", "value", "per_head")
    if table is None:
        return []
    text = view.text
    shown = [p for p in SHOWN if p in set(table["principle"])]
    columns = [Column(text("label.region"))]
    for p in shown:
        columns += [
            Column(text.name("principle", p), numeric=True, unit=text("unit_phrase.mt")),
            Column(text("label.per_head"), numeric=True, unit=text("unit_phrase.t")),
        ]
    cells = table.set_index(["region", "principle"])
    rows: list[list[str | Badge]] = []
    for code in largest(table, REGIONS):
        row: list[str | Badge] = [text.own(cells.loc[(code, "PBA")], "region")]
        for p in shown:
            one = cells.loc[(code, p)]
            row += [fixed(one["value"], 0), fixed(one["per_head"], 1)]
        rows.append(row)
    note = note_of(text, sourced(table, "", view.span(table)))
    return [Table(text("table.accounts"), columns, rows, note, folded=True)]


def _balances(view: View) -> list[Block]:
    table = view.table("responsibility_flows", "from", "to", "value", "returned", "net")
    if table is None:
        return []
    text = view.text
    crossing = table[(table["from"] != table["to"]) & (table["net"] > 0)]
    top = crossing.nlargest(PAIRS, "net")
    columns = [
        Column(text("label.emitter")),
        Column(text("label.consumer")),
        Column(text("label.there"), numeric=True, unit=text("unit_phrase.mt")),
        Column(text("label.back"), numeric=True, unit=text("unit_phrase.mt")),
        Column(text("label.net"), numeric=True, unit=text("unit_phrase.mt")),
    ]
    rows: list[list[str | Badge]] = [
        [
            text.own(row, "from"),
            text.own(row, "to"),
            fixed(row["value"], 0),
            fixed(row["returned"], 0),
            signed(row["net"]),
        ]
        for _, row in top.iterrows()
    ]
    net = _net(table)
    reading = text(
        "reading.balances",
        seller=net.idxmax(),
        sold=number(float(net.max())),
        buyer=net.idxmin(),
        bought=number(float(-net.min())),
    )
    note = note_of(text, sourced(table, "", view.span(table)))
    return [
        Table(text("table.balances"), columns, rows, note, reading=_named(view, table, reading))
    ]


def _net(table: pd.DataFrame) -> pd.Series:
    return table.groupby("from")["net"].sum()


def _named(view: View, table: pd.DataFrame, words: str) -> str:
    """Codes of regions in a sentence put as names."""
    first = table.drop_duplicates("from")
    for _, row in first.iterrows():
        words = words.replace(f"[{row['from']}]", view.text.own(row, "from"))
    return words
