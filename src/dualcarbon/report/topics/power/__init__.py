"""Generation, capacity, the renewable share and flows of power."""

from __future__ import annotations

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import DASH, Unit, number, percent
from dualcarbon.charts.specs import Bar, Group, Lines, Panel, Series, Stacked
from dualcarbon.report.figure import caption, compared, lines_of, share_of
from dualcarbon.report.page import Block, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View, as_range, colour

COAL, COAL_COLOUR = "coal", "#444b54"
STORAGE = ("phs", "battery")
WIND_AND_SOLAR = ("onwind", "offwind", "solar", "solar_dist")
LARGEST_FLOWS = 10


def build(view: View) -> Section | None:
    """Figures with their tables, then the largest flows."""
    blocks: list[Block] = []
    for figure in (build_generation(view), _capacity(view), _renewable_share(view)):
        blocks += with_data(figure, view.text)
    return section(view, "quantities", [*blocks, *_flows(view)])


def build_generation(view: View) -> Figure | None:
    """Stacked bars of generation; what storage gives back is left out."""
    table = view.table("generation", "scenario", "year", "carrier", "twh")
    if table is None:
        return None
    table = table[~table["carrier"].isin(STORAGE)]
    unit, title = view.text.unit("TWh"), view.text("figure.generation")
    series, groups = _mix(view, table, "twh", unit)
    words = _generation_reading(view, table, unit)
    chart = Stacked(title=title, unit=unit.label, reading=words, series=series, groups=groups)
    return Figure(chart, caption(view, view.span(table)))


def _capacity(view: View) -> Figure | None:
    """Stacked bars of capacity, storage included."""
    table = view.table("capacity", "scenario", "year", "carrier", "gw")
    if table is None:
        return None
    unit, title = view.text.unit("GW"), view.text("figure.capacity")
    series, groups = _mix(view, table, "gw", unit)
    words = _capacity_reading(view, table, unit)
    chart = Stacked(title=title, unit=unit.label, reading=words, series=series, groups=groups)
    return Figure(chart, caption(view, view.span(table), ("technologies", "build_limits")))


def _renewable_share(view: View) -> Figure | None:
    """Lines of the renewable share, and of the share without hydro, by scenario."""
    found = {
        name: table * 100
        for name in ("renewable_share", "nonhydro_share")
        if (table := view.indicator(name)) is not None
    }
    if not found:
        return None
    first = next(iter(found.values()))
    chart = Lines(
        title=view.text("figure.renewable_share"),
        unit=view.text("unit_phrase.share"),
        reading=_share_reading(view, first),
        series=view.scenario_series(list(first.index)),
        panels=[
            Panel(view.text.name("indicator", name), "%", lines_of(table), zero=False)
            for name, table in found.items()
        ],
    )
    return Figure(chart, caption(view, as_range(first.columns)))


def _mix(
    view: View, table: pd.DataFrame, value: str, unit: Unit
) -> tuple[list[Series], list[Group]]:
    """Bars by scenario and year, parts by carrier with the coal classes added up."""
    grouped = table.assign(carrier=table["carrier"].astype(str).map(_group_of))
    sums = grouped.groupby(["scenario", "year", "carrier"])[value].sum() * unit.factor
    known = datasets.load("carriers")
    order = {_group_of(c): i for i, c in enumerate(known["carrier"])}
    found = (str(c) for c in sums.index.get_level_values("carrier").unique())
    carriers = sorted(found, key=lambda c: (order.get(c, len(order)), c))
    colours = dict(zip(known["carrier"], known["colour"], strict=True)) | {COAL: COAL_COLOUR}
    series = [
        Series(c, view.text.carrier(c), str(colours.get(c, colour(i))))
        for i, c in enumerate(carriers)
    ]

    def bar(scenario: str, year: int) -> Bar:
        parts = {c: float(sums.get((scenario, year, c), 0.0)) for c in carriers}
        return Bar(str(year), {c: v for c, v in parts.items() if v > 0})

    return series, [
        Group(view.text.scenario(s), [bar(s, year) for year in view.years]) for s in view.scenarios
    ]


def _group_of(carrier: str) -> str:
    """The carrier, with the benchmark classes of coal taken together."""
    return COAL if carrier.startswith("coal") else carrier


def _generation_reading(view: View, table: pd.DataFrame, unit: Unit) -> str:
    text = view.text
    sums = table[table["year"] == view.last].assign(carrier=lambda t: t["carrier"].map(_group_of))
    by = sums.groupby(["scenario", "carrier"])["twh"].sum()
    whole = by.groupby("scenario").sum()
    coal = by.xs(COAL, level="carrier") if COAL in by.index.get_level_values(1) else whole * 0
    share = {s: share_of(coal.get(s, 0.0), whole[s]) for s in view.scenarios if s in whole}
    first = text(
        "reading.generation",
        scenario=text.scenario(view.base),
        year=view.last,
        total=number(whole[view.base] * unit.factor, 4),
        unit=unit.label,
        coal=share[view.base],
    )
    others = [
        text("reading.generation_other", scenario=text.scenario(s), coal=share[s])
        for s in view.scenarios[1:]
        if s in share
    ]
    if others:
        first += text("sentence.semicolon") + text.listed(others)
    return first + text("sentence.end")


def _capacity_reading(view: View, table: pd.DataFrame, unit: Unit) -> str:
    text = view.text
    chosen = table[table["carrier"].isin(WIND_AND_SOLAR) & (table["year"] == view.last)]
    by = chosen.groupby("scenario")["gw"].sum() * unit.factor
    items = [
        text(
            "reading.capacity_item", scenario=text.scenario(s), gw=number(by[s], 4), unit=unit.label
        )
        for s in view.scenarios
        if s in by
    ]
    if not items:
        return ""
    words = text("reading.capacity", year=view.last, items=text.listed(items))
    waits = table["carrier"].isin(datasets.load("flexible_demand")["carrier"]).any()
    return words + text("reading.capacity_waits") if waits else words


def _share_reading(view: View, table: pd.DataFrame) -> str:
    text, last = view.text, max(table.columns)
    base = table.index[0]
    words = text(
        "reading.share",
        year=int(last),
        scenario=text.scenario(base),
        share=percent(table.loc[base, last] / 100),
    )
    others = [
        text(
            "reading.share_other",
            scenario=text.scenario(s),
            change=compared(text, table.loc[s, last] - table.loc[base, last], text("word.point")),
        )
        for s in table.index[1:]
    ]
    if others:
        words += text("sentence.semicolon") + text.listed(others)
    return words + text("sentence.end")


def _flows(view: View) -> list[Block]:
    table = view.table("flows", "scenario", "year", "from", "to", "twh")
    if table is None:
        return []
    text, unit = view.text, view.text.unit("TWh")
    chosen = table[table["year"] == view.last]
    wide = chosen.pivot_table(index=["from", "to"], columns="scenario", values="twh", aggfunc="sum")
    wide = wide[[s for s in view.scenarios if s in wide.columns]] * unit.factor
    if wide.empty:
        return []
    wide = wide.loc[wide[wide.columns[0]].abs().nlargest(LARGEST_FLOWS).index]
    columns = [Column(text("label.from")), Column(text("label.to"))]
    columns += [Column(text.scenario(s), numeric=True, unit=unit.label) for s in wide.columns]
    rows: list[Cells] = [
        [text.province(a), text.province(b), *(number(v) if v == v else DASH for v in row)]
        for (a, b), row in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    note = note_of(text, caption(view, str(view.last), ("links",)), unit.label)
    return [Table(text("table.flows", count=len(rows)), columns, rows, note, folded=True)]
