"""The loop closed: numbers by round, the price until it rests, who pays and who keeps the money."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dualcarbon.charts.numbers import DASH, number, percent
from dualcarbon.charts.specs import Bar, Curves, Group, Line, Series, Stacked
from dualcarbon.report.figure import POLICY, caption
from dualcarbon.report.page import Block, Caption, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.text import Text
from dualcarbon.report.view import View, colour

STATIONS = {
    "path_mt": "Mt",
    "uncovered_mt": "Mt",
    "cap_mt": "Mt",
    "cny_per_t": "CNY/t",
    "net_cny_per_t": "CNY/t",
    "bill_mn_eur": "M EUR",
    "exports_mt": "Mt",
    "output_change": "%",
    "covered_mt": "Mt",
}
"""Stations of the circle in their order, with the unit of each."""
ROUNDS = tuple(["loop", "round", "year", "why", "converged", "moved_cny_per_t", *STATIONS])
PARTS = {"market": "#2f6fb3", "border": "#c8503c", "power": "#e0a63a"}


def build(view: View) -> Section | None:
    """Convergence, the circle of numbers, goods, uses of the money, provinces, deciles."""
    table = view.table("loop_rounds", *ROUNDS)
    if table is None:
        return None
    blocks: list[Block] = [*with_data(_convergence(view, table), view.text)]
    blocks += [
        _circle(view, table),
        *_goods(view),
        *_money(view),
        *_provinces(view),
        *_deciles(view),
    ]
    return section(view, "loop", blocks)


def _last(table: pd.DataFrame) -> pd.DataFrame:
    """The last round of each loop."""
    return table[table["round"] == table.groupby("loop")["round"].transform("max")]


def _convergence(view: View, table: pd.DataFrame) -> Figure:
    """Price of the allowance over rounds, a line per year."""
    text, years = view.text, sorted(set(table["year"]))
    lines = [
        Line(str(y), [(int(r), float(v)) for r, v in rows[["round", "cny_per_t"]].to_numpy()])
        for y, rows in table.groupby("year")
    ]
    chart = Curves(
        title=text("figure.loop"),
        unit=text.unit("CNY/t").label,
        reading=_reading(text, table),
        series=[Series(str(y), str(y), colour(i)) for i, y in enumerate(years)],
        lines=lines,
        across=text("label.loop_round"),
    )
    return Figure(chart, _caption(view, table))


def _reading(text: Text, table: pd.DataFrame) -> str:
    """Whether the loops came to rest, at what price, and why it is what it is."""
    words = ""
    for loop, rows in table.groupby("loop", sort=False):
        key = "reading.loop_rests" if bool(rows["converged"].iloc[0]) else "reading.loop_moves"
        last = rows[rows["round"] == rows["round"].max()]
        moved = float(last["moved_cny_per_t"].max())
        words += text(key, loop=text.name("loop", loop), rounds=int(rows["round"].nunique()),
                      moved=number(moved))  # fmt: skip
    ends = _last(table)
    final = ends[ends["year"] == ends["year"].max()].set_index("loop")
    words += text(
        "reading.loop_price",
        year=int(final["year"].iloc[0]),
        open=number(float(final.at["open", "cny_per_t"])),
        closed=number(float(final.at["closed", "cny_per_t"])),
    )
    closed = ends[ends["loop"] == "closed"]
    for why, rows in closed.groupby("why", sort=False):
        years = text.listed([str(int(y)) for y in rows["year"]])
        words += text(f"reading.loop_{why}", years=years)
    return words


def _circle(view: View, table: pd.DataFrame) -> Table:
    """The numbers of the last year at every station, a column per round."""
    text, year = view.text, int(table["year"].max())
    shown = table[table["year"] == year]
    columns = [Column(text("label.loop_station"))]
    columns += [
        Column(text("label.loop_column", round=int(r), loop=text.name("loop", name)), numeric=True)
        for r, name in zip(shown["round"], shown["loop"], strict=True)
    ]
    rows: list[Cells] = []
    for station, unit in STATIONS.items():
        factor = 100.0 if unit == "%" else 1.0
        label = text.unit(unit).label
        values = [number(factor * float(v), 4) for v in shown[station]]
        rows.append([f"{text(f'label.loop_{station}')}, {label}", *values])
    note = note_of(text, _caption(view, shown))
    reading = text("reading.loop_circle", year=year)
    return Table(text("table.loop_circle"), columns, rows, note, reading=reading)


def _goods(view: View) -> list[Block]:
    table = view.table("loop_goods", "loop", "year", "sector", "bill_eur_per_t", "exported_t")
    if table is None:
        return []
    text = view.text
    shown = table[table["bill_eur_per_t"] + table["home_eur_per_t"] > 0]
    if shown.empty:
        return []
    units = {"emitted_t_per_t": "t/t", "bill_eur_per_t": text("unit_phrase.eur_t"),
             "home_eur_per_t": text("unit_phrase.eur_t"), "cost_share": "%"}  # fmt: skip
    columns = [
        Column(text("label.scenario")),
        Column(text("label.year")),
        Column(text("label.sector")),
    ]
    columns += [Column(text(f"label.loop_{n}"), numeric=True, unit=u) for n, u in units.items()]
    columns.append(Column(text("label.loop_change"), numeric=True, unit="%"))
    rows: list[Cells] = []
    for _, row in shown.iterrows():
        change = row["exported_t"] / row["before_t"] - 1 if row["before_t"] > 0 else float("nan")
        rows.append([
            text.name("loop", row["loop"]),
            str(int(row["year"])),
            text.name("sector", row["sector"]),
            *(number(float(row[n]) * (100 if n == "cost_share" else 1)) for n in units),
            number(100 * change) if row["before_t"] > 0 else DASH,
        ])  # fmt: skip
    note = note_of(text, _caption(view, shown))
    return [
        Table(text("table.loop_goods"), columns, rows, note, reading=text("reading.loop_goods"))
    ]


def _money(view: View) -> list[Block]:
    """Net receipts from the border under each use of what it takes, in its last year."""
    table = view.table("loop_money", "use", "year", "party", "item", "mn_cny")
    if table is None:
        return []
    text, year = view.text, int(table["year"].max())
    shown = table[(table["year"] == year) & (table["item"] == "border")].copy()
    if shown.empty:
        return []
    exporting = shown["party"].str.endswith(", exporters")
    shown["party"] = shown["party"].where(~exporting, "exporters")
    wide = shown.pivot_table(index="party", columns="use", values="mn_cny", aggfunc="sum").fillna(
        0.0
    )
    uses = [u for u in ("home", "eu", "returned", "abatement_abroad") if u in wide]
    columns = [Column(text("label.loop_party"))]
    columns += [Column(text.name("loop_use", u), numeric=True) for u in uses]
    rows: list[Cells] = [
        [text.name("loop_party", party), *(number(float(values[u])) for u in uses)]
        for party, values in wide.iterrows()
    ]
    rows.append([text("label.total"), *(number(round(float(wide[u].sum()), 6)) for u in uses)])
    note = note_of(text, _caption(view, shown), text("unit_phrase.loop_money"))
    bought = view.table("loop_abatement", "year", "abated_mt", "usd_per_t")
    words = ""
    if bought is not None:
        last = bought[bought["year"] == year].iloc[0]
        words = text("reading.loop_bought", year=year, mt=number(float(last["abated_mt"])),
                     price=number(float(last["usd_per_t"])))  # fmt: skip
    return [Table(text("table.loop_money", year=year), columns, rows, note,
                  reading=text("reading.loop_money") + words)]  # fmt: skip


def _provinces(view: View) -> list[Block]:
    """Stacked bars by province: carbon market, border, electricity."""
    table = view.table("loop_provinces", "year", "province", *PARTS, "total")
    if table is None:
        return []
    text, year = view.text, int(table["year"].max())
    shown = table[table["year"] == year].sort_values("total", ascending=False)
    bars = [
        Bar(text.province(row["province"]),
            {p: float(row[p]) / 1000 for p in PARTS if abs(row[p]) > 1e-6},
            mark=float(row["total"]) / 1000)
        for _, row in shown.iterrows()
    ]  # fmt: skip
    first = shown.iloc[0]
    chart = Stacked(
        title=text("figure.loop_provinces", year=year),
        unit=text("unit_phrase.loop_bn"),
        reading=text(
            "reading.loop_provinces",
            province=text.province(first["province"]),
            amount=number(float(first["total"]) / 1000),
        ),
        series=[Series(p, text(f"label.loop_{p}"), c) for p, c in PARTS.items()],
        groups=[Group("", bars)],
    )
    return [*with_data(Figure(chart, _caption(view, shown)), text)]


def _deciles(view: View) -> list[Block]:
    table = view.table("loop_households", "year", "decile", "cost_cny", "dividend_cny", "net_cny")
    if table is None:
        return []
    text, year = view.text, int(table["year"].max())
    shown = table[table["year"] == year]
    names = {"footprint_t": "t", "cost_cny": "CNY", "dividend_cny": "CNY", "net_cny": "CNY"}
    columns = [Column(text("label.loop_decile"))]
    columns += [
        Column(text(f"label.loop_{n}"), numeric=True, unit=text.unit(u).label)
        for n, u in names.items()
    ]
    rows: list[Cells] = [
        [str(int(row["decile"])), *(number(float(row[n])) for n in names)]
        for _, row in shown.iterrows()
    ]
    note = note_of(text, replace(_caption(view, shown), grade="D"))
    rich = float(shown["cost_cny"].iloc[-1]) / float(shown["cost_cny"].sum() or 1.0)
    reading = text("reading.loop_deciles", share=percent(rich))
    return [Table(text("table.loop_deciles", year=year), columns, rows, note, reading=reading)]


def _caption(view: View, table: pd.DataFrame) -> Caption:
    """Caption of what the loop computed, with the law and the budget it meets."""
    return caption(view, view.span(table), POLICY)
