"""The headline indicators by scenario and year."""

from __future__ import annotations

from dualcarbon.charts.numbers import Unit, decimals_of, fixed, signed
from dualcarbon.report.figures.common import caption
from dualcarbon.report.page import Badge, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View

SHOWN = {
    "renewable_share": "share",
    "nonhydro_share": "share",
    "co2_mt": "Mt",
    "co2_power_mt": "Mt",
    "co2_intensity_t_per_mwh": "t/MWh",
    "system_cost_bn_cny": "bn CNY",
    "curtailment_share": "share",
    "cea_cny_per_t": "CNY/t",
    "ccer_cny_per_t": "CNY/t",
    "gec_cny_per_mwh": "CNY/MWh",
    "power_price_cny_per_mwh": "CNY/MWh",
}


def build(view: View) -> Section | None:
    """One wide table."""
    found = {n: t for n in SHOWN if (t := view.indicator(n)) is not None}
    if not found:
        return None
    text = view.text
    units = {n: Unit("%", 100.0) if SHOWN[n] == "share" else text.unit(SHOWN[n]) for n in found}
    scaled = {n: t * units[n].factor for n, t in found.items()}
    places = {n: decimals_of(t.to_numpy().ravel().tolist()) for n, t in scaled.items()}
    columns = [Column(text("label.year"))]
    columns += [Column(text.name("indicator", n), numeric=True, unit=units[n].label) for n in found]
    rows: list[list[str | Badge]] = []
    for scenario in view.scenarios:
        rows.append([text.scenario(scenario)])
        for year in view.years:
            cells = [
                fixed(t.at[scenario, year], places[n])
                if scenario in t.index and year in t.columns
                else "–"
                for n, t in scaled.items()
            ]
            rows.append([str(year), *cells])
    years = f"{view.years[0]}–{view.years[-1]}"
    note = note_of(text, caption(view, "", years, ("demand", "technologies", "abatement_steps")))
    table = Table(text("table.indicators"), columns, rows, note, reading=_reading(view))
    return section(view, "indicators", [table])


def _reading(view: View) -> str:
    """What each reform changes in the last year against the base: cost, carbon, renewables."""
    text, last = view.text, view.last
    names = ("renewable_share", "co2_mt", "system_cost_bn_cny")
    tables = [t for n in names if (t := view.indicator(n)) is not None and last in t.columns]
    if len(view.scenarios) < 2 or len(tables) < len(names):
        return ""
    share, carbon, cost = (t[last] for t in tables)
    money = text.unit("bn CNY")
    items = [
        text(
            "reading.indicator_item",
            scenario=text.scenario(s),
            points=signed(100 * (share[s] - share[view.base]), 2),
            carbon=signed(100 * (carbon[s] / carbon[view.base] - 1), 2),
            cost=signed((cost[s] - cost[view.base]) * money.factor),
            percent=signed(100 * (cost[s] / cost[view.base] - 1), 2),
            unit=money.label,
        )
        for s in view.scenarios[1:]
        if s in share.index
    ]
    return text(
        "reading.indicators",
        year=last,
        base=text.scenario(view.base),
        items=text("sentence.semicolon").join(items),
    )
