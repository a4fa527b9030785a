"""A sweep: the spread over years, what moves it, and where among the fields it lies."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.colour import SERIES
from dualcarbon.charts.numbers import number, percent
from dualcarbon.charts.specs import Curves, Dots, Line, Lines, Panel, Point, Row, Series
from dualcarbon.report.figure import caption
from dualcarbon.report.page import Block, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MIDDLE = 0.5
SHADES = {0.05: SERIES[0], 0.25: SERIES[1], 0.5: SERIES[4], 0.75: SERIES[1], 0.95: SERIES[0]}
MOST = 6  # indicators that have figures
TOP = 0.25  # share of the members that the scatter sets off
LEAST = 5  # members below which there is no spread to speak of


def build(view: View) -> Section | None:
    """Signs, fans over years, tornados and scatters of the main indicators."""
    table = view.table("sweep", "scenario", "member", "indicator", "value")
    if table is None:
        return None
    names = list(dict.fromkeys(table["indicator"]))[:MOST]
    blocks: list[Block] = [*_signs(view), *_unsolved(view)]
    for name in names:
        rows = table[(table["indicator"] == name) & table["value"].notna()]
        if rows["member"].nunique() < LEAST:
            continue
        for figure in (_fan(view, name, rows), _tornado(view, name), _scatter(view, name, rows)):
            blocks += with_data(figure, view.text)
    return section(view, "sweep", blocks)


def _fan(view: View, name: str, rows: pd.DataFrame) -> Figure | None:
    """Quantiles of the members by year, one panel for each scenario."""
    if rows["year"].nunique() < 2:
        return None
    text, unit = view.text, view.text.unit(str(rows["unit"].iloc[0]))
    shown = rows.assign(value=rows["value"] * unit.factor, year=rows["year"].astype(int))
    panels, last = [], int(shown["year"].max())
    for scenario, part in shown.groupby("scenario", sort=False):
        wide = part.groupby("year")["value"].quantile(list(QUANTILES)).unstack()
        lines = [Line(_key(q), [(int(y), float(v)) for y, v in wide[q].items()]) for q in QUANTILES]
        panels.append(Panel(text.scenario(scenario), unit.label, lines, zero=False))
    ends = shown[shown["year"] == last]["value"].quantile([QUANTILES[0], MIDDLE, QUANTILES[-1]])
    chart = Lines(
        title=text("figure.sweep_fan", indicator=text.name("indicator", name)),
        unit=unit.label,
        reading=text("reading.sweep_fan", year=last, unit=unit.label,
                     low=number(float(ends.iloc[0])), middle=number(float(ends.iloc[1])),
                     high=number(float(ends.iloc[2]))),
        series=[Series(_key(q), _words(view, q), SHADES[q], base=q != MIDDLE) for q in QUANTILES],
        panels=panels,
    )  # fmt: skip
    return Figure(chart, caption(view, view.span(shown)))


def _key(quantile: float) -> str:
    return f"q{quantile:g}"


def _words(view: View, quantile: float) -> str:
    if quantile == MIDDLE:
        return view.text("label.sweep_median")
    return view.text("label.sweep_quantile", share=percent(quantile))


def _tornado(view: View, name: str) -> Figure | None:
    """Mean of the members with the lowest and with the highest third of every field, last year."""
    effects = _last(view.table("sweep_effects", "field", "mean", "low", "high"), name)
    if effects is None:
        return None
    text, unit = view.text, view.text.unit(str(effects["unit"].iloc[0]))
    several = effects["scenario"].nunique() > 1
    effects = effects.assign(size=(effects["high"] - effects["low"]).abs())
    rows = []
    for row in effects.sort_values("size", ascending=False, kind="stable").to_dict("records"):
        ends = [(row[end] - row["mean"]) * unit.factor for end in ("low", "high")]
        label = f"{row['field']} · {text.scenario(row['scenario'])}" if several else row["field"]
        points = [
            Point(end, SERIES[i + 1], name=text(key))
            for i, (end, key) in enumerate(zip(ends, ENDS, strict=True))
        ]
        rows.append(Row(str(label), points, min(ends), max(ends), _indices(view, row)))
    first = max(effects.to_dict("records"), key=lambda row: row["size"])
    chart = Dots(
        title=text("figure.sweep_tornado", indicator=text.name("indicator", name)),
        unit=unit.label,
        reading=text("reading.sweep_tornado", field=first["field"],
                     change=number((first["high"] - first["low"]) * unit.factor), unit=unit.label),
        rows=rows,
        legend=[(text(key), SERIES[i + 1]) for i, key in enumerate(ENDS)],
        reference=0.0,
    )  # fmt: skip
    return Figure(chart, caption(view, _year(effects)))


ENDS = ("label.sweep_low", "label.sweep_high")


def _indices(view: View, row: dict[str, float]) -> str:
    """Indices behind a bar, where the design gives any."""
    found = [
        view.text(f"label.{order}", value=number(row[order], 2))
        for order in ("first_order", "total_order")
        if row[order] == row[order]
    ]
    return " · ".join(found)


def _scatter(view: View, name: str, rows: pd.DataFrame) -> Figure | None:
    """Members over the two fields that move the indicator most, its highest quarter set off."""
    effects = _last(view.table("sweep_effects", "field", "low", "high"), name)
    if effects is None:
        return None
    size = (effects["high"] - effects["low"]).abs().groupby(effects["field"]).max()
    fields = [
        f for f in size.sort_values(ascending=False, kind="stable").index if _numeric(rows, f)
    ]
    if len(fields) < 2:
        return None
    last = rows[rows["year"].isna() | (rows["year"] == rows["year"].max())]
    last = last[last["scenario"] == last["scenario"].iloc[-1]]
    bound = float(last["value"].quantile(1.0 - TOP))
    text, unit = view.text, view.text.unit(str(rows["unit"].iloc[0]))
    top = last["value"] >= bound
    series = [
        Series("rest", text("label.sweep_rest"), SERIES[0]),
        Series("top", text("label.sweep_top", bound=number(bound * unit.factor), unit=unit.label),
               SERIES[2]),
    ]  # fmt: skip
    lines = [
        Line(key, [(float(x), float(y)) for x, y in chosen[fields[:2]].to_numpy()])
        for key, chosen in (("rest", last[~top]), ("top", last[top]))
        if len(chosen)
    ]
    inside = last[top]
    chart = Curves(
        title=text("figure.sweep_scatter", indicator=text.name("indicator", name)),
        unit=str(fields[1]),
        reading=text("reading.sweep_scatter", first=fields[0], second=fields[1],
                     low=number(float(inside[fields[0]].min())),
                     high=number(float(inside[fields[0]].max())),
                     least=number(float(inside[fields[1]].min())),
                     most=number(float(inside[fields[1]].max()))),
        series=series,
        lines=lines,
        across=str(fields[0]),
        dots=True,
    )  # fmt: skip
    return Figure(chart, caption(view, _year(last)))


def _last(effects: pd.DataFrame | None, name: str) -> pd.DataFrame | None:
    """Effects on an indicator in the last year, of fields that move it."""
    if effects is None:
        return None
    rows = effects[(effects["indicator"] == name) & effects["low"].notna()]
    rows = rows[rows["year"].isna() | (rows["year"] == rows["year"].max())]
    return None if rows.empty else rows


def _year(rows: pd.DataFrame) -> str:
    year = rows["year"].max()
    return "" if pd.isna(year) else str(int(year))


def _numeric(rows: pd.DataFrame, field: str) -> bool:
    return field in rows and pd.api.types.is_numeric_dtype(rows[field])


def _signs(view: View) -> list[Block]:
    """Share of the members with the expected sign."""
    table = view.table("sweep_signs", "scenario", "against", "share")
    if table is None:
        return []
    text = view.text
    heads = [
        Column(text("label.sweep_compared")),
        Column(text("label.sweep_indicator")),
        Column(text("label.sweep_sign")),
        *(Column(text(f"label.sweep_{n}"), numeric=True) for n in ("members", "share", "change")),
        Column(text("label.source"), wide=True),
    ]
    rows: list[Cells] = []
    for row in table.to_dict("records"):
        unit = text.unit(str(row["unit"]))
        ends = [number(row[end] * unit.factor) for end in ("low", "median", "high")]
        dated = "" if pd.isna(row["year"]) else f" {int(row['year'])}"
        rows.append([f"{text.scenario(row['scenario'])} – {text.scenario(row['against'])}",
                     text.name("indicator", row["indicator"]) + dated,
                     text.name("sweep_sign", row["sign"]), str(row["members"]),
                     percent(row["share"]), f"{' / '.join(ends)} {unit.label}",
                     str(row["source"])])  # fmt: skip
    return [Table(text("table.sweep_signs"), heads, rows, note_of(text, caption(view, "")))]


def _unsolved(view: View) -> list[Block]:
    """Points without an answer."""
    table = view.table("sweep_points", "scenario", "member", "status", "reason")
    if table is None or (table["status"] == "solved").all():
        return []
    text, failed = view.text, table[table["status"] != "solved"]
    heads = [Column(text(f"label.{n}")) for n in ("scenario", "sweep_member")]
    heads.append(Column(text("label.sweep_reason"), wide=True))
    rows: list[Cells] = [
        [text.scenario(r["scenario"]), str(r["member"]), r["reason"]]
        for r in failed.to_dict("records")
    ]
    title = text("table.sweep_unsolved", count=len(failed), of=len(table))
    return [Table(title, heads, rows, folded=True)]
