"""Carbon emissions by province, and what the reforms change."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number, percent, signed
from dualcarbon.report.figures.common import Spec, caption, map_or_rows
from dualcarbon.report.view import View

LARGEST = 5
INPUTS = ("fleet", "carriers", "energy_users", "abatement_steps")


def emissions_of(view: View) -> pd.DataFrame | None:
    """Emissions of the last year in Mt, rows provinces, columns scenarios."""
    table = view.table("emissions", "scenario", "year", "province", "mt")
    if table is None:
        return None
    chosen = table[table["year"] == view.last]
    wide = chosen.pivot_table(index="province", columns="scenario", values="mt", aggfunc="sum")
    return wide[[s for s in view.scenarios if s in wide.columns]]


def emission_map(view: View) -> Spec | None:
    """A tile map of the base's emissions in the last year."""
    wide = emissions_of(view)
    if wide is None:
        return None
    unit = view.text.unit("Mt")
    values = wide[wide.columns[0]] * unit.factor
    largest = values.nlargest(min(LARGEST, max(len(values) // 3, 1)))
    return {
        **map_or_rows(view, [(view.text.scenario(values.name), values)], unit.label),
        **caption(view, view.text("unit_phrase.co2", unit=unit.label), str(view.last), INPUTS),
        "title": view.text("figure.emission_map"),
        "reading": view.text(
            "reading.emissions",
            names=view.text.listed([view.text.province(p) for p in largest.index]),
            share=percent(largest.sum() / values.sum()),
            total=number(values.sum(), 4),
            unit=unit.label,
            year=view.last,
        ),
    }


def emission_change_map(view: View) -> Spec | None:
    """Tile maps of each reform's change against the base in the last year."""
    wide = emissions_of(view)
    if wide is None or len(wide.columns) < 2:
        return None
    unit = view.text.unit("Mt")
    change = wide.sub(wide[wide.columns[0]], axis=0).iloc[:, 1:5] * unit.factor
    items = [
        view.text(
            "reading.emission_item",
            scenario=view.text.scenario(s),
            change=signed(change[s].sum()),
            percent=signed(100 * change[s].sum() / (wide.iloc[:, 0].sum() * unit.factor), 2),
            unit=unit.label,
        )
        for s in change.columns
    ]
    panels = [(view.text.scenario(s), change[s]) for s in change.columns]
    base = view.text.scenario(wide.columns[0])
    return {
        **map_or_rows(view, panels, unit.label, diverging=True, less_is_good=True),
        **caption(view, view.text("unit_phrase.co2", unit=unit.label), str(view.last), INPUTS),
        "title": view.text("figure.emission_change", scenario=base),
        "reading": view.text(
            "reading.emission_change",
            scenario=base,
            items=view.text("sentence.semicolon").join(items),
        ),
    }
