"""Energy users: the steps they take with sources and grades, and their balance with statistics."""

from __future__ import annotations

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import DASH, change, number
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import section
from dualcarbon.report.view import View

Cells = list[str | Badge]
PER_UNIT = {"Mt": "CNY/t", "TWh": "CNY/MWh"}
SMALL = 1e-3


def build(view: View) -> Section | None:
    """What the base scenario takes of every step, then the users beside statistics."""
    return section(view, "energy_users", [*_steps(view), *_balance(view)])


def _steps(view: View) -> list[Block]:
    table = view.table("user_steps", "scenario", "year", "sector", "measure", "taken", "potential")
    if table is None:
        return []
    text = view.text
    chosen = table[(table["scenario"] == view.base) & (table["year"] == view.last)]
    columns = [
        Column(text("label.sector")),
        Column(text("label.step")),
        Column(text("label.taken"), numeric=True),
        Column(text("label.potential"), numeric=True),
        Column(text("label.unit"), tight=True),
        Column(text("label.step_cost"), numeric=True),
        Column(text("label.unit"), tight=True),
        Column(text("label.grade")),
        Column(text("label.source"), wide=True),
    ]
    known = _sources()
    rows = [_step(view, row, known) for _, row in chosen.sort_values("cost").iterrows()]
    title = text("table.user_steps", scenario=text.scenario(view.base), year=view.last)
    return [Table(title, columns, rows, text("note.user_steps"))]


def _step(view: View, row: pd.Series, known: dict[tuple[str, ...], tuple[str, str]]) -> Cells:
    text = view.text
    amount, price = text.unit(row["unit"]), text.unit(PER_UNIT.get(row["unit"], "CNY/unit"))
    sector, route, measure = (str(row[c]) for c in ("sector", "route", "measure"))
    about = (sector, route, "" if row["kind"] == "output" else measure)
    source, grade = ("", "D") if view.illustrative else known.get(about, ("", "D"))
    taken = row["taken"] * amount.factor
    return [
        _sector(view, sector, route),
        text.name("step", measure),
        number(taken) if abs(taken) > SMALL else DASH,
        number(row["potential"] * amount.factor),
        amount.label,
        number(row["cost"] * price.factor),
        price.label,
        Badge(grade, grade),
        source or DASH,
    ]


def _sources() -> dict[tuple[str, ...], tuple[str, str]]:
    """Source and grade by sector, route and measure; of the response to prices without one."""
    steps, response = datasets.load("abatement_steps"), datasets.load("output_response")
    every = pd.concat([steps, response.assign(measure="")])
    return {
        (row.sector, row.route, row.measure): (row.source, row.grade) for row in every.itertuples()
    }


def _balance(view: View) -> list[Block]:
    table = view.table("user_balance", "sector", "item", "ours", "statistics", "unit", "year")
    if table is None:
        return []
    text = view.text
    known = table[table["statistics"].notna()]
    columns = [
        Column(text("label.sector")),
        Column(text("label.item")),
        Column(text("label.unit"), tight=True),
        Column(text("label.ours"), numeric=True),
        Column(text("label.statistics"), numeric=True),
        Column(text("label.difference"), numeric=True, unit="%"),
        Column(text("label.year"), numeric=True),
        Column(text("label.grade")),
        Column(text("label.source"), wide=True),
    ]
    rows: list[Cells] = []
    for _, row in known.iterrows():
        unit = text.unit(row["unit"])
        rows.append(
            [
                text.name("sector", row["sector"]),
                text.name("user_item", row["item"]),
                unit.label,
                number(row["ours"] * unit.factor, 4),
                number(row["statistics"] * unit.factor, 4),
                change(100 * (row["ours"] / row["statistics"] - 1)),
                str(row["year"]),
                Badge(row["grade"], row["grade"]),
                row["source"],
            ]
        )
    return [Table(text("table.user_balance"), columns, rows, text("note.user_balance"))]


def _sector(view: View, sector: str, route: str) -> str:
    name = view.text.name("sector", sector)
    return f"{name} ({view.text.name('route', route)})" if route else name
