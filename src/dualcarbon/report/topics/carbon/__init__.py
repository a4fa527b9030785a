"""Carbon emissions, the cost of abating more, and the energy users."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import DASH, aligned, change, number
from dualcarbon.report.page import Badge, Block, Cells, Column, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.topics.carbon.figures import (
    ALL,
    curve_points,
    curve_steps,
    emission_caption,
    emission_change_map,
    emission_map,
    sector_bars,
)
from dualcarbon.report.view import View

LARGEST = 10
PER_UNIT = {"Mt": "CNY/t", "TWh": "CNY/MWh"}
SMALL = 1e-3


def build(view: View) -> Section | None:
    """The map, the change that reforms bring, and the ten largest by sector."""
    text = view.text
    blocks: list[Block] = [*with_data(emission_map(view), text)]
    blocks += with_data(emission_change_map(view), text)
    return section(view, "carbon", [*blocks, *_largest(view)])


def build_curve(view: View) -> Section | None:
    """The steps of the abatement curve, and who abates at each of them."""
    table = curve_points(view)
    if table is None:
        return None
    steps = replace(curve_steps(view, table), data=_curve(view, table))
    return section(view, "macc", [steps, *with_data(sector_bars(view, table), view.text)])


def build_users(view: View) -> Section | None:
    """What the base scenario takes of every step, then the users beside statistics."""
    return section(view, "energy_users", [*_steps(view), *_balance(view)])


def _largest(view: View) -> list[Block]:
    table = view.table("emissions", "scenario", "year", "province", "sector", "mt")
    if table is None:
        return []
    chosen = table[(table["year"] == view.last) & (table["scenario"] == view.base)]
    unit, text = view.text.unit("Mt"), view.text
    wide = chosen.pivot_table(index="province", columns="sector", values="mt", aggfunc="sum")
    wide = wide[list(dict.fromkeys(chosen["sector"]))] * unit.factor
    total = wide.sum(axis=1)
    top = total.nlargest(LARGEST)
    columns = [Column(text("label.province"))]
    columns += [Column(text.name("sector", s), numeric=True) for s in wide.columns]
    columns += [Column(text("label.total"), numeric=True)]
    columns += [Column(text("label.share"), numeric=True, unit="%")]
    shown = wide.assign(total=total).loc[top.index]
    shown.loc["all"] = [*wide.sum(), total.sum()]
    names = [text.province(p) for p in top.index] + [text("label.all_provinces")]
    cells = [aligned(shown[c], 4) for c in shown.columns]
    shares = aligned(100 * shown["total"] / total.sum())
    rows: list[Cells] = [list(r) for r in zip(names, *cells, shares, strict=True)]
    phrase = text("unit_phrase.co2", unit=unit.label)
    note = note_of(text, emission_caption(view), phrase)
    title = text(
        "table.emissions", count=len(top), scenario=text.scenario(view.base), year=view.last
    )
    return [Table(title, columns, rows, note)]


def _curve(view: View, table: pd.DataFrame) -> Table:
    text, year = view.text, int(table["year"].max())
    every = table[(table["year"] == year) & (table["sector"] == ALL)].sort_values("share")
    columns = [
        Column(text("label.abated_share"), numeric=True, unit="%"),
        Column(text("label.abated"), numeric=True, unit=text.unit("Mt").label),
        Column(text("label.marginal_cost"), numeric=True, unit=text.unit("CNY/t").label),
    ]
    cells = [
        aligned(100 * every["share"], 2),
        aligned(every["abatement_mt"] * text.unit("Mt").factor, 4),
        aligned(every["marginal_cost_cny_per_t"], 3),
    ]
    if "discounted_cost_bn_cny" in every.columns:
        unit = text.unit("bn CNY")
        columns.append(Column(text("label.discounted_cost"), numeric=True, unit=unit.label))
        cells.append(aligned(every["discounted_cost_bn_cny"] * unit.factor, 3))
    points: list[Cells] = [list(row) for row in zip(*cells, strict=True)]
    return Table(text("table.macc", year=year), columns, points, folded=True)


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
