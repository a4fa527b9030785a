"""Cost, security, emissions and jobs of every scenario, and China's contributions beside them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import DASH, number, percent
from dualcarbon.charts.specs import Line, Lines, Panel, Series
from dualcarbon.report.figure import POWER, caption, map_or_rows
from dualcarbon.report.page import Badge, Block, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View

NATION = "national"
COLUMNS = {
    "cost_cny_per_mwh": "CNY/MWh",
    "fossil_share": "%",
    "mt": "Mt",
    "operation_jobs": "thousand",
    "construction_job_years": "thousand",
    "coal_jobs": "thousand",
}
VERDICTS = {"meets": "good", "falls_short": "bad", "not tested": "warn"}
PROMISED = "#8b949e"


def build(view: View) -> Section | None:
    """The sheet, the map of coal jobs, emissions beside the contribution, and the check of it."""
    table = view.table("trilemma", "scenario", "year", "province", "outside_share", *COLUMNS)
    if table is None:
        return None
    blocks: list[Block] = [_sheet(view, table), *with_data(_coal(view, table), view.text)]
    blocks += [*with_data(_promised(view, table), view.text), *_check(view)]
    return section(view, "trilemma", blocks)


def _factor(view: View, name: str) -> float:
    """From the unit of the table to that of the page."""
    unit = COLUMNS[name]
    known = {"%": 100.0, "thousand": 1e-3}
    return known[unit] if unit in known else view.text.unit(unit).factor


def _sheet(view: View, table: pd.DataFrame) -> Table:
    """A row per scenario and year for the nation, and its province that most is sent to."""
    text = view.text
    units = {n: text("unit_phrase.thousand") if u == "thousand" else text.unit(u).label
             for n, u in COLUMNS.items()}  # fmt: skip
    columns = [Column(text("label.scenario")), Column(text("label.year"))]
    columns += [Column(text(f"label.trilemma_{n}"), numeric=True, unit=u) for n, u in units.items()]
    columns.append(Column(text("label.trilemma_outside"), numeric=True, unit="%"))
    rows: list[Cells] = []
    for (scenario, year), part in table.groupby(["scenario", "year"], sort=False):
        nation = part[part["province"] == NATION].iloc[0]
        values = [float(nation[n]) * _factor(view, n) for n in COLUMNS]
        most = part["outside_share"].max()
        rows.append([
            text.scenario(scenario), str(int(year)), *(number(v) for v in values),
            number(100 * float(most)) if most == most else DASH,
        ])  # fmt: skip
    note = note_of(text, replace(caption(view, view.span(table), POWER), grade="D"))
    return Table(text("table.trilemma"), columns, rows, note, reading=text("reading.trilemma"))


def _coal(view: View, table: pd.DataFrame) -> Figure | None:
    """Change of jobs at coal plants from the first to the last year, by province."""
    text, first, last = view.text, int(table["year"].min()), int(table["year"].max())
    if first == last:
        return None
    shown = table[table["province"] != NATION]
    wide = shown.pivot_table("coal_jobs", ["scenario", "province"], "year")
    change = (wide[last] - wide[first]) / 1000.0
    scenarios = [s for s in view.scenarios[:4] if s in change.index.get_level_values(0)]
    if not scenarios or not (change.abs() > 0).any():
        return None
    base = change.loc[scenarios[0]]
    chart = map_or_rows(
        view,
        [(text.scenario(s), change.loc[s]) for s in scenarios],
        text("unit_phrase.thousand"),
        title=text("figure.trilemma_coal", first=first, last=last),
        unit=text("unit_phrase.thousand"),
        reading=text(
            "reading.trilemma_coal",
            province=text.province(base.idxmin()),
            lost=number(-float(base.min())),
            total=number(-float(base.sum())),
        ),
        diverging=True,
    )
    return Figure(chart, replace(caption(view, f"{first}–{last}", POWER), grade="D"))


def _promised(view: View, table: pd.DataFrame) -> Figure | None:
    """CO2 of each scenario beside what the contribution of 2035 leaves of its first one's peak."""
    text, check = view.text, view.table("ndc_check", "scenario", "year", "item", "low", "high")
    if check is None:
        return None
    nation = table[table["province"] == NATION]
    lines = [
        Line(str(s), [(int(y), float(v)) for y, v in rows[["year", "mt"]].to_numpy()])
        for s, rows in nation.groupby("scenario", sort=False)
    ]
    promise = check[check["item"] == "below_peak"].iloc[0]
    first = nation[nation["scenario"] == view.base]
    peak = float(first["mt"].max())
    series, year = view.scenario_series(), int(promise["year"])
    at = int(first.loc[first["mt"].idxmax(), "year"])
    for edge in ("low", "high"):
        series.append(
            Series(edge, text(f"label.ndc_{edge}", share=f"{promise[edge]:g}"), PROMISED, base=True)
        )
        lines.append(Line(edge, [(at, peak), (year, peak * (1 - float(promise[edge]) / 100))]))
    unit = text.unit("Mt")
    lines = [Line(line.series, [(x, y * unit.factor) for x, y in line.points]) for line in lines]
    chart = Lines(
        title=text("figure.ndc"),
        unit=unit.label,
        reading=text(
            "reading.ndc",
            low=percent(float(promise["low"]) / 100),
            high=percent(float(promise["high"]) / 100),
            year=year,
        ),
        series=series,
        panels=[Panel(text.name("indicator", "co2_mt"), unit.label, lines, zero=False)],
    )
    return Figure(chart, caption(view, view.span(table), POWER))


def _check(view: View) -> list[Block]:
    """What is promised, what each scenario has, and whether it holds."""
    table = view.table("ndc_check", "scenario", "year", "item", "ours", "low", "unit", "verdict")
    if table is None:
        return []
    text = view.text
    columns = [Column(text(f"label.{n}")) for n in ("scenario", "year", "ndc_item")]
    columns += [
        Column(text("label.ndc_ours"), numeric=True),
        Column(text("label.ndc_least"), numeric=True),
    ]
    columns += [Column(text("label.ndc_unit")), Column(text("label.ndc_verdict"))]
    rows: list[Cells] = []
    for _, row in table.iterrows():
        ours = number(float(row["ours"])) if row["ours"] == row["ours"] else DASH
        rows.append([
            text.scenario(row["scenario"]), str(int(row["year"])), text.name("ndc", row["item"]),
            ours, number(float(row["low"])), text.name("ndc_unit", row["unit"]),
            Badge(text.name("ndc_verdict", row["verdict"]), VERDICTS[row["verdict"]]),
        ])  # fmt: skip
    known = datasets.load("ndc_china")
    note = note_of(
        text, replace(caption(view, view.span(table), POWER), grade=str(known["grade"].max()))
    )
    return [
        Table(
            text("table.ndc"), columns, rows, note, folded=True, reading=text("reading.ndc_check")
        )
    ]
