"""What is claimed, regulated or paid for twice, and what that costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon.charts.numbers import DASH, number, percent
from dualcarbon.charts.specs import Bar, Dots, Group, Point, Row, Series, Stacked
from dualcarbon.report.figure import POLICY, caption
from dualcarbon.report.page import Badge, Block, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View

COUNTED = 1e-6
EFFICIENCY = ("white", "energy_use", "merged_efficiency")


def build_claims(view: View) -> Section | None:
    """Tokens by use, then the verdict of the audit for every scenario."""
    if view.table("tokens", "scenario") is None and view.tables.get("double_claims") is None:
        return None
    return section(view, "claims", [*with_data(tokens(view), view.text), _audit(view)])


def build(view: View) -> Section | None:
    """The section, where the run has a market of energy efficiency or one market for all."""
    spread = view.table("marginal_spread", "scenario", "year", "deviation")
    burden = view.table("burden", "scenario", "instrument")
    if spread is None or burden is None or not burden["instrument"].isin(EFFICIENCY).any():
        return None
    blocks: list[Block] = [*with_data(marginal_costs(view), view.text)]
    return section(view, "overlaps", [*blocks, _spread(view), *_pairs(view), *_burden(view)])


def _audit(view: View) -> Block:
    text = view.text
    energy, fuel, carbon = text.unit("TWh"), text.unit("Mtce"), text.unit("Mt")
    table = view.table("double_claims", "scenario", "year", "first", "second", "twh", "mt")
    if table is not None:
        table = table.assign(mtce=table.get("mtce", 0.0))
    columns = [
        Column(text("label.scenario")),
        Column(text("label.audit")),
        Column(text("label.counted_energy"), numeric=True, unit=energy.label),
        Column(text("label.counted_fuel"), numeric=True, unit=fuel.label),
        Column(text("label.counted_carbon"), numeric=True, unit=carbon.label),
        Column(text("label.between")),
    ]
    rows: list[Cells] = []
    for scenario in view.scenarios:
        found = None if table is None else table[table["scenario"] == scenario]
        if found is None or found[["twh", "mtce"]].to_numpy().sum() < COUNTED:
            clean = Badge(text("audit.none"), "good")
            none = text("audit.exclusive")
            rows.append([text.scenario(scenario), clean, "0", "0", "0", none])
            continue
        factors = {"twh": energy.factor, "mtce": fuel.factor, "mt": carbon.factor}
        rows += _counted(view, scenario, found, factors)
    note = note_of(text, caption(view, view.period, ()))
    return Table(text("table.audit"), columns, rows, note)


def _counted(
    view: View, scenario: str, found: pd.DataFrame, factors: dict[str, float]
) -> list[Cells]:
    text = view.text
    sums = found.groupby(["first", "second", "year"], sort=False)[list(factors)].sum()
    return [
        [
            text.scenario(scenario),
            Badge(text("audit.double", year=int(year)), "bad"),
            *(number(row[name] * factor) for name, factor in factors.items()),
            use_name(view, f"{first}+{second}"),
        ]
        for (first, second, year), row in sums.iterrows()
    ]


def _spread(view: View) -> Table:
    text, unit = view.text, view.text.unit("CNY/t")
    table = view.tables["marginal_spread"]
    names = ("mean", "deviation", "lowest", "highest")
    columns = [Column(text("label.scenario")), Column(text("label.year"))]
    columns += [Column(text(f"label.{n}"), numeric=True, unit=unit.label) for n in names]
    rows: list[Cells] = [
        [
            text.scenario(row["scenario"]),
            str(int(row["year"])),
            *(number(row[n] * unit.factor) for n in names),
        ]
        for _, row in table[table["year"] == view.last].iterrows()
    ]
    return Table(text("table.spread"), columns, rows, _note(view))


def _pairs(view: View) -> list[Block]:
    table = view.table("overlap_pairs", "scenario", "year", "first", "second", "mt", "mtce")
    if table is None:
        return []
    text = view.text
    units = [text.unit(u) for u in ("Mt", "Mtce", "bn CNY")]
    heads = ("label.emissions", "label.fuel", "label.second_charge")
    columns = [
        Column(text(f"label.{n}")) for n in ("scenario", "first_instrument", "second_instrument")
    ]
    columns += [
        Column(text(head), numeric=True, unit=unit.label)
        for head, unit in zip(heads, units, strict=True)
    ]
    rows: list[Cells] = []
    for _, row in table[table["year"] == view.last].iterrows():
        values = (row["mt"], row["mtce"], row["worth_bn_cny"])
        rows.append(
            [
                text.scenario(row["scenario"]),
                text.name("instrument", row["first"]),
                text.name("instrument", row["second"]),
                *(number(v * u.factor) for v, u in zip(values, units, strict=True)),
            ]
        )
    return [Table(text("table.pairs"), columns, rows, _note(view))] if rows else []


def _burden(view: View) -> list[Block]:
    """Net payments of each sector by instrument, one table per scenario."""
    table = view.tables["burden"]
    last = table[table["year"] == view.last]
    text, unit = view.text, view.text.unit("bn CNY")
    blocks: list[Block] = []
    for scenario in view.scenarios:
        own = last[(last["scenario"] == scenario) & (last["kind"] == "user")]
        if not own["instrument"].isin(EFFICIENCY).any():
            continue
        wide = own.pivot_table(index="sector", columns="instrument", values="bn_cny", aggfunc="sum")
        columns = [Column(text("label.sector"))]
        columns += [
            Column(text.name("instrument", i), numeric=True, unit=unit.label) for i in wide.columns
        ]
        columns.append(Column(text("label.all_instruments"), numeric=True, unit=unit.label))
        rows: list[Cells] = [
            [
                text.name("sector", sector),
                *(DASH if v != v else number(v * unit.factor) for v in values),
                number(values.sum() * unit.factor),
            ]
            for sector, values in wide.iterrows()
        ]
        title = f"{text('table.burden')}: {text.scenario(scenario)}"
        note = f"{_note(view)} {text('table.burden_note')}"
        blocks.append(Table(title, columns, rows, note, folded=True))
    return blocks


def _note(view: View) -> str:
    return note_of(view.text, caption(view, str(view.last), POLICY))


COLOURS = {
    "rps": "#2f9a94",
    "voluntary": "#86c5a4",
    "ccer": "#d1873c",
    "carbon": "#2f6fb3",
    "expired": "#b9bfc6",
}
DOUBLE, OTHER = "#b3363c", "#8f6bb8"
EXPIRED = "expired"


def tokens(view: View) -> Figure | None:
    """Stacked bars of tokens by use, scenario and year."""
    table = view.table("tokens", "scenario", "year", "use", "twh")
    if table is None or table["twh"].abs().sum() == 0:
        return None
    unit = view.text.unit("TWh")
    sums = table.groupby(["scenario", "year", "use"])["twh"].sum() * unit.factor
    found = list(dict.fromkeys(table["use"]))
    uses = [u for u in COLOURS if u in found and u != EXPIRED]
    uses += [u for u in found if u not in COLOURS]
    uses += [EXPIRED] if EXPIRED in found else []

    def bar(scenario: str, year: int) -> Bar:
        parts = {u: float(sums.get((scenario, year, u), 0.0)) for u in uses}
        return Bar(str(year), {u: v for u, v in parts.items() if v > 0})

    chart = Stacked(
        title=view.text("figure.tokens"),
        unit=unit.label,
        reading=_tokens_reading(view, sums),
        series=[
            Series(u, use_name(view, u), DOUBLE if "+" in u else COLOURS.get(u, OTHER))
            for u in uses
            if sums.xs(u, level="use").sum() > 0
        ],
        groups=[
            Group(view.text.scenario(s), [bar(s, y) for y in view.years])
            for s in view.scenarios
            if s in sums.index.get_level_values("scenario")
        ],
    )
    return Figure(chart, caption(view, view.span(table), ("rps_weights", "fleet")))


def use_name(view: View, use: str) -> str:
    """Name of a use; a joint use names both."""
    names = [view.text.name("use", u) for u in use.split("+")]
    return names[0] if len(names) == 1 else view.text("label.both", first=names[0], second=names[1])


def marginal_costs(view: View) -> Figure | None:
    """A row per sector: the range over provinces, and the mean of each scenario."""
    table = view.table("regulated", "scenario", "year", "sector", "mt", "cny_per_t")
    spread = view.table("marginal_spread", "scenario", "year", "deviation", "lowest", "highest")
    if table is None or spread is None:
        return None
    last = table[(table["year"] == view.last) & (table["mt"] > 0)]
    if last.empty or (last["cny_per_t"] == 0).all():
        return None
    text, unit = view.text, view.text.unit("CNY/t")
    series = view.scenario_series(list(dict.fromkeys(last["scenario"])))
    first = series[0]
    at = spread[(spread["scenario"] == first.key) & (spread["year"] == view.last)].iloc[0]
    chart = Dots(
        title=text("figure.marginal_costs"),
        unit=unit.label,
        reading=text(
            "reading.marginal_costs",
            scenario=first.name,
            low=number(at["lowest"]),
            high=number(at["highest"]),
            deviation=number(at["deviation"]),
            unit=unit.label,
        ),
        rows=[_row(view, str(sector), part, series) for sector, part in last.groupby("sector")],
        legend=[(s.name, s.colour) for s in series],
        reference=0.0,
    )
    return Figure(chart, caption(view, str(view.last), POLICY))


def _tokens_reading(view: View, sums: pd.Series) -> str:
    at = sums.xs(view.last, level="year").xs(view.base, level="scenario")
    total = at.sum()
    largest = at.drop(EXPIRED, errors="ignore")
    if not total or largest.empty:
        return ""
    return view.text(
        "reading.tokens",
        scenario=view.text.scenario(view.base),
        year=view.last,
        use=use_name(view, str(largest.idxmax())),
        share=percent(largest.max() / total),
        expired=percent(at.get(EXPIRED, 0.0) / total),
    )


def _row(view: View, sector: str, part: pd.DataFrame, series: list[Series]) -> Row:
    points = []
    for one in series:
        own = part[part["scenario"] == one.key]
        if len(own):
            mean = float(np.average(own["cny_per_t"], weights=own["mt"]))
            points.append(Point(mean, one.colour))
    base = part[part["scenario"] == series[0].key]["cny_per_t"]
    low, high = (float(base.min()), float(base.max())) if len(base) else (None, None)
    return Row(view.text.name("sector", sector), points, low, high, end="")
