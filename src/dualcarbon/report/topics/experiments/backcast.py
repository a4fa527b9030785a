"""Can this be believed? The model of 2024 and 2025 against what was observed."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import DASH, change, number, signed
from dualcarbon.charts.specs import Dots, Point, Row
from dualcarbon.report.figure import caption
from dualcarbon.report.page import Badge, Block, Cells, Column, Figure, Note, Section, Table
from dualcarbon.report.section import section, with_data
from dualcarbon.report.text import strings
from dualcarbon.report.view import View

INSIDE, OUTSIDE, TOLERANCE = "#2f9a94", "#c0602a", "#b9bfc6"


def build(view: View) -> Section | None:
    """Errors as a figure, both figures side by side, why what misses does, and the provinces."""
    table = view.table("backcast", "item", "ours", "observed", "error")
    if table is None:
        return None
    known = table["tolerance"].notna()
    main, rest = table[known], table[~known]
    blocks: list[Block] = []
    if len(main):
        blocks += [*with_data(_figure(view, main), view.text), _table(view, main)]
    missed = dict.fromkeys(line for _, row in main.iterrows() if (line := _why(view, row)))
    blocks += [Note(" ".join([view.text("title.misses"), *missed]))] if missed else []
    by_item = rest["item"].isin(["curtailment_wind_by_province", "curtailment_solar_by_province"])
    for part in (rest[~by_item], rest[by_item]):
        blocks += [_signs(view, part)] if len(part) else []
    return section(view, "backcast", blocks)


def _why(view: View, row: pd.Series) -> str:
    """What the model leaves out where a row misses on that side; nothing where it does not."""
    if _is_within(row):
        return ""
    side = "low" if row["error"] < 0 else "high"
    key = f"miss.{row['item']}.{side}"
    return view.text(key) if key in strings() else ""


def _figure(view: View, table: pd.DataFrame) -> Figure:
    """A dot per item, with the tolerance that was set before looking."""
    text = view.text
    worst = table.loc[(table["error"].abs() / table["tolerance"]).idxmax()]
    chart = Dots(
        title=text("figure.backcast"),
        unit=text("unit_phrase.error"),
        reading=text(
            "reading.backcast",
            met=sum(_is_within(row) for _, row in table.iterrows()),
            all=len(table),
            worst=_label(view, worst),
            error=_error(view, worst),
        ),
        rows=[_row(view, row) for _, row in table.iterrows()],
        legend=[
            (text("legend.inside"), INSIDE),
            (text("legend.outside"), OUTSIDE),
            (text("legend.tolerance"), TOLERANCE),
        ],
    )
    found = caption(view, "2024–2025", ("spot_prices",))
    return Figure(chart, replace(found, source=text("caption.statistics")))


def _error(view: View, row: pd.Series) -> str:
    """The error in percent, or in points for shares."""
    points = row.get("error_in") == "points"
    unit = " " + view.text("word.points") if points else "%"
    return change(row["error"]) + unit


def _row(view: View, row: pd.Series) -> Row:
    limit = row.get("tolerance")
    reach = float(limit) if pd.notna(limit) else None
    colour = INSIDE if _is_within(row) or reach is None else OUTSIDE
    point = Point(float(row["error"]), colour)
    low = None if reach is None else -reach
    return Row(_label(view, row), [point], low, reach, _error(view, row))


def _label(view: View, row: pd.Series) -> str:
    """Item, region and year of a row."""
    item = view.text.own(row, "item", "statistic")
    if pd.notna(row.get("year")):
        item = view.text("label.item_in_year", item=item, year=int(row["year"]))
    region = row.get("region")
    if not isinstance(region, str) or region in ("", "China", "all", "national"):
        return item
    name = view.text.province(region) if region in datasets.provinces() else region
    return view.text("label.item_of_region", item=item, region=name)


def _is_within(row: pd.Series) -> bool:
    """Whether the error keeps to its tolerance; without one, to nothing."""
    limit = row.get("tolerance")
    return bool(pd.notna(limit) and abs(row["error"]) <= limit)


def _yes_or_no(view: View, answer: bool) -> Badge:
    return Badge(view.text("word.yes"), "good") if answer else Badge(view.text("word.no"), "bad")


def _table(view: View, table: pd.DataFrame) -> Table:
    text = view.text
    columns = [
        Column(text("label.item")),
        Column(text("label.unit"), tight=True),
        Column(text("label.ours"), numeric=True),
        Column(text("label.observed"), numeric=True),
        Column(text("label.error"), numeric=True),
        Column(text("label.tolerance"), numeric=True),
        Column(text("label.met")),
        Column(text("label.grade"), tight=True),
        Column(text("label.source"), wide=True),
    ]
    rows: list[Cells] = []
    for _, row in table.iterrows():
        unit = text.unit(str(row.get("unit", "")))
        limit = row.get("tolerance")
        known = pd.notna(limit)
        rows.append(
            [
                _label(view, row),
                unit.label,
                number(row["ours"] * unit.factor, 4),
                number(row["observed"] * unit.factor, 4),
                _error(view, row),
                "± " + number(float(limit)) if known else DASH,
                _yes_or_no(view, _is_within(row)) if known else DASH,
                str(row.get("grade", "")),
                str(row.get("source", "")),
            ]
        )
    return Table(text("table.backcast"), columns, rows, text("note.backcast"))


def _signs(view: View, table: pd.DataFrame) -> Table:
    """Figures without a tolerance, of which the sign matters: who sends power, where it is lost."""
    text = view.text
    columns = [
        Column(text("label.item")),
        Column(text("label.ours"), numeric=True),
        Column(text("label.observed"), numeric=True),
        Column(text("label.unit"), tight=True),
        Column(text("label.same_sign")),
    ]
    same = (table["ours"].round(1) * table["observed"].round(1) > 0) | (
        table["ours"].round(1) == table["observed"].round(1)
    )
    rows: list[Cells] = []
    for (_, row), agrees in zip(table.iterrows(), same, strict=True):
        unit = text.unit(str(row.get("unit", "")))
        rows.append(
            [
                _label(view, row),
                signed(row["ours"] * unit.factor),
                signed(row["observed"] * unit.factor),
                unit.label,
                _yes_or_no(view, agrees),
            ]
        )
    sources = text.listed(list(dict.fromkeys(table["source"].astype(str))))
    lost = str(table["item"].iloc[0]).startswith("curtailment")
    title = text("table.lost" if lost else "table.signs", same=int(same.sum()), all=len(table))
    note = text("caption.source", source=sources)
    return Table(title, columns, rows, note, folded=True)
