"""What consumers pay for electricity, all in, beside the wholesale price."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import DASH, number
from dualcarbon.charts.specs import Bar, Group, Series, Stacked
from dualcarbon.report.figure import POLICY, POWER, caption
from dualcarbon.report.page import Block, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View, colour

PARTS = ("energy", "capacity", "services", "certificates", "other")
CARBON, BEYOND = "allowances", "energy_beyond_carbon"
MEANS = ("wholesale", *PARTS, "all_in", CARBON)
INPUTS = (*POWER, *POLICY)
SHOWN = 0.05  # CNY/MWh: parts below it in every bar are left out


def build(view: View) -> Section | None:
    """A bar for each province of the base scenario, and groups of consumers as a table."""
    table = view.table("all_in_prices", "scenario", "year", "province", "group", "twh", *MEANS)
    if table is None:
        return None
    year = int(table["year"].max())
    last = table[table["year"] == year]
    figure = _by_province(view, last[last["scenario"] == view.base], year)
    return section(view, "consumer", [*with_data(figure, view.text), *_by_group(view, last, year)])


def mean(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Means of every part by some columns, weighted by electricity."""
    weighted = table[list(MEANS)].mul(table["twh"], axis=0).assign(twh=table["twh"])
    keys = [table[name] for name in by]
    known = table[CARBON].notna()
    summed = weighted.groupby(keys, sort=False).sum()
    carbon = (table[CARBON] * table["twh"]).groupby(keys, sort=False).sum(min_count=1)
    where = table["twh"].where(known, 0.0).groupby(keys, sort=False).sum()
    means = summed[list(MEANS)].div(summed["twh"].where(summed["twh"] > 0), axis=0)
    return means.assign(**{CARBON: carbon / where.where(where > 0)})


def _by_province(view: View, table: pd.DataFrame, year: int) -> Figure | None:
    """Parts of the price in each province, dearest first; the diamond is the wholesale price."""
    if table.empty:
        return None
    text, unit = view.text, view.text.unit("CNY/MWh")
    means = mean(table, ["province"]).sort_values("all_in", ascending=False) * unit.factor
    means = means.dropna(subset=["all_in"])
    carbon = means[CARBON].fillna(0.0)
    parts = means.assign(**{CARBON: carbon, BEYOND: means["energy"] - carbon})
    names = [p for p in (BEYOND, CARBON, *PARTS[1:]) if (parts[p].abs() > SHOWN).any()]
    bars = [
        Bar(
            text.province(place),
            {p: float(row[p]) for p in names},
            mark=float(row["wholesale"]),
            end=number(float(row["all_in"])),
        )
        for place, row in parts.iterrows()
    ]
    nation = mean(table.assign(nation=""), ["nation"]).iloc[0] * unit.factor
    chart = Stacked(
        title=text("figure.all_in", year=year),
        unit=unit.label,
        reading=text(
            "reading.all_in",
            scenario=text.scenario(view.base),
            all_in=number(nation["all_in"]),
            wholesale=number(nation["wholesale"]),
            dear=text.province(means.index[0]),
            high=number(means["all_in"].iloc[0]),
            cheap=text.province(means.index[-1]),
            low=number(means["all_in"].iloc[-1]),
            unit=unit.label,
        ),
        series=[Series(p, text.name("all_in_part", p), colour(i)) for i, p in enumerate(names)],
        groups=[Group("", bars)],
    )
    return Figure(chart, caption(view, str(year), INPUTS))


def _by_group(view: View, table: pd.DataFrame, year: int) -> list[Block]:
    """Mean of each group of consumers over the provinces, by scenario."""
    text, unit = view.text, view.text.unit("CNY/MWh")
    means = mean(table, ["scenario", "group"]) * unit.factor
    shown = [p for p in MEANS if p in ("wholesale", "all_in") or (means[p].abs() > SHOWN).any()]
    columns = [Column(text("label.scenario")), Column(text("label.consumers"))]
    columns += [Column(text.name("all_in_part", p), numeric=True) for p in shown]
    rows: list[Cells] = [
        [
            text.scenario(scenario),
            text.name("sector", group),
            *(number(row[p]) if row[p] == row[p] else DASH for p in shown),
        ]
        for (scenario, group), row in means.iterrows()
    ]
    note = note_of(text, caption(view, str(year), INPUTS), unit.label)
    return [Table(text("table.all_in", year=year), columns, rows, note, folded=True)]
