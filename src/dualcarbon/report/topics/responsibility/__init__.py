"""Whose carbon: accounts by principle, who emits for whom, and over the years."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import change, fixed, number, signed
from dualcarbon.report.figure import names_of, sourced
from dualcarbon.report.page import Badge, Block, Cells, Column, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.topics.responsibility.figures import (
    account_bars,
    carbon_trade,
    emission_series,
    largest,
    model_dots,
    per_head_series,
    principle_changes,
)
from dualcarbon.report.view import View

SHOWN = ("PBA", "CBA", "final_production", "income")
REGIONS, PAIRS = 12, 10
CLOSE = 0.05


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


def build_history(view: View) -> Section | None:
    """Series as figures, cumulative emissions per head as a table."""
    blocks: list[Block] = [
        *with_data(emission_series(view), view.text),
        *with_data(per_head_series(view), view.text),
        *_cumulative(view),
    ]
    return section(view, "carbon_history", blocks)


def build_papers(view: View) -> Section | None:
    """The debate's figures with the reason for each difference, then other models beside ours."""
    blocks: list[Block] = [*_papers(view), *with_data(model_dots(view), view.text)]
    return section(view, "carbon_papers", blocks)


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
    rows: list[Cells] = [
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
    note = note_of(text, sourced(text, table, view.span(table)))
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
    rows: list[Cells] = []
    for code in largest(table, REGIONS):
        row: Cells = [text.own(cells.loc[(code, "PBA")], "region")]
        for p in shown:
            one = cells.loc[(code, p)]
            row += [fixed(one["value"], 0), fixed(one["per_head"], 1)]
        rows.append(row)
    note = note_of(text, sourced(text, table, view.span(table)))
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
    rows: list[Cells] = [
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
    note = note_of(text, sourced(text, table, view.span(table)))
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


def _cumulative(view: View) -> list[Block]:
    table = view.table("responsibility_cumulative", "region", "basis", "start", "definition")
    if table is None:
        return []
    text = view.text
    definitions = list(dict.fromkeys(table["definition"]))
    columns = [
        Column(text("label.region")),
        Column(text("label.cumulative"), numeric=True, unit=text("unit_phrase.gt")),
        *(
            Column(text(f"definition.{d}"), numeric=True, unit=text(f"definition_unit.{d}"))
            for d in definitions
        ),
    ]
    names = names_of(table, text)
    rows: list[Cells] = []
    end = int(table["end"].iloc[0])
    for (basis, start), group in table.groupby(["basis", "start"], sort=False):
        rows.append([text("label.period", account=text(f"account.{basis}"), start=start, end=end)])
        wide = group.pivot(index="region", columns="definition", values="value")
        total = group.drop_duplicates("region").set_index("region")["total_gt"]
        rows += [
            [
                names[code],
                fixed(float(total[code]), 0),
                *(fixed(float(wide.loc[code, d]), 1) for d in definitions),
            ]
            for code in names
        ]
    note = note_of(text, sourced(text, table, f"{int(table['start'].min())}–{end}", "CC BY 4.0"))
    reading = text("reading.cumulative")
    return [Table(text("table.cumulative"), columns, rows, note, reading=reading)]


def _papers(view: View) -> list[Block]:
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
    rows: list[Cells] = []
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
