"""What the page shows of a solved state: sentences, numbers, figures, warnings with a way out.

Figures come from the builders of the report, so the lab, the report and a print cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.charts.svg import render
from dualcarbon.lab.state import NAME, TITLES, State
from dualcarbon.report.page import Figure
from dualcarbon.report.section import note_of
from dualcarbon.report.text import Text
from dualcarbon.report.topics import power
from dualcarbon.report.topics.carbon.figures import emission_change_map, emission_map
from dualcarbon.report.topics.money import payments
from dualcarbon.report.topics.overview.answer import emission_path, headlines, sentences, who_pays
from dualcarbon.report.topics.power.prices import power_price_map, price_paths
from dualcarbon.report.view import View
from dualcarbon.scenario.model import Scenario

Tables = Mapping[str, pd.DataFrame]
Part = tuple[str, str, Tables]
"""A state among those shown together: name in tables, title, tables."""
STAGES = {
    "first": ("indicators",),
    "draw": ("indicators", "emissions", "prices"),
    "then": ("indicators", "emissions", "prices", "settlement", "double_claims", "generation",
             "checks"),
}  # fmt: skip
"""Tables of each stage of an answer: numbers, then paths and maps, then money and warnings."""
NUMBERS = ("co2_mt", "cea_cny_per_t", "gec_cny_per_mwh", "power_price_cny_per_mwh",
           "system_cost_bn_cny")  # fmt: skip
WIDTHS = (560.0, 340.0)
JUMP = 0.5
"""Change of a province's price or emissions that is worth a warning."""
TINY = 1e-6

Builder = Callable[[View], Figure | None]
FIGURES: dict[str, tuple[Builder, str, bool]] = {
    "path": (emission_path, "draw", False),
    "prices": (price_paths, "draw", False),
    "power_map": (power_price_map, "draw", True),
    "emission_map": (emission_map, "draw", True),
    "change_map": (emission_change_map, "draw", False),
    "generation": (lambda view: power.build_generation(view), "then", False),
    "who": (who_pays, "then", False),
    "payments": (payments, "then", False),
}
"""Figure, the stage in which it is drawn, and whether it shows the state alone."""


def view_of(parts: Sequence[Part], text: Text, scenario: Scenario, year: int | None) -> View:
    """Tables of several states as one run: the base first, the reader's own last.

    Args:
        parts: name, title and tables of each.
        text: catalogue; scenario: the reader's; year: last year shown, None for all.
    """
    names = list(parts[0][2])
    tables = {}
    for table in names:
        every = [t[table].assign(scenario=name) for name, _, t in parts if table in t]
        joined = pd.concat([t for t in every if len(t)] or every[:1], ignore_index=True)
        if year is not None and "year" in joined:
            joined = joined[joined["year"] <= year]
        tables[table] = joined
    titled = Text(text.lang, tuple((name, title) for name, title, _ in parts))
    return View(tables, titled, {"world": scenario.world})


def shown(view: View, stage: str, name: str) -> dict[str, Any]:
    """Everything of one stage: numbers and sentences, figures, or money.

    Args:
        view: all years, for paths; the chosen year is its last.
        stage: see :data:`STAGES`; name: of the reader's scenario in it.
    """
    found: dict[str, Any] = {"figures": figures(view, stage, name)}
    if stage == "first":
        found["numbers"] = [asdict(h) for h in headlines(view, name, NUMBERS)]
        found["sentences"] = sentences(view, name)[:4]
    elif stage == "then":
        found["money"] = sentences(view, name)[-1]
    return found


def figures(view: View, stage: str, name: str) -> dict[str, Any]:
    """The figures of a stage as SVG, with the words around them."""
    alone = View(
        {k: t[t["scenario"] == name] for k, t in view.tables.items()}, view.text, view.meta
    )
    found = {}
    for key, (build, when, own) in FIGURES.items():
        figure = build(alone if own else view) if when == stage else None
        if figure is not None:
            found[key] = drawn(figure, key, view.text)
    if "path" in found:
        found["path"]["reading"] = ""  # the sentences above say it of the reader's own scenario
    return found


def drawn(figure: Figure, key: str, text: Text) -> dict[str, Any]:
    """A figure laid out for wide and for narrow screens; the style shows one of them."""
    chart = figure.chart
    widths = zip(WIDTHS, ("wide", "narrow"), strict=True)
    return {
        "title": chart.title,
        "reading": chart.reading,
        "note": note_of(text, figure.caption, chart.unit),
        "grade": figure.caption.grade,
        "svg": "".join(render(chart, width, f"{key}-{size}") for width, size in widths),
    }


def warnings(view: View, state: State, scenario: Scenario, name: str) -> list[dict[str, Any]]:
    """What a reader should know before relying on the answer, each with what may be tried."""
    found = [*_slack(view, scenario, name), *_twice(view, name), *_jumps(view, name)]
    if state.changes and _unchanged(view, name):
        found.append(_said(view.text, "unchanged"))
    checks = view.table("checks", "scenario", "holds", "invariant")
    if checks is not None:
        failed = checks[(checks["scenario"] == name) & ~checks["holds"].astype(bool)]
        names = [view.text.name("invariant", i) for i in failed["invariant"]]
        if names:
            found.append(_said(view.text, "check", names=view.text.listed(names)))
    if view.illustrative:
        found.append(_said(view.text, "teaching"))
    return found


def _said(
    text: Text, key: str, tries: Mapping[str, Any] | None = None, **values: object
) -> dict[str, Any]:
    return {
        "key": key,
        "words": words(text.lang)(f"warn.{key}", **values),
        "try": dict(tries or {}),
    }


def words(lang: str) -> Any:
    """The lab's own words."""
    from pathlib import Path

    from dualcarbon.common.words import Words, catalogue

    return Words(lang, catalogue(Path(__file__).with_name("words.yaml")))


def _slack(view: View, scenario: Scenario, name: str) -> Iterable[dict[str, Any]]:
    """Markets whose price is zero, and a step that makes them bind."""
    values = view.table("indicators", "scenario", "year", "indicator", "value")
    if values is None:
        return
    of = values[(values["scenario"] == name) & (values["year"] == view.last)]
    price = of.set_index("indicator")["value"]
    carbon, green = scenario.instruments.get("carbon"), scenario.instruments.get("green")
    if carbon is not None and abs(price.get("cea_cny_per_t", 1.0)) < TINY:
        yield _said(view.text, "allowance", _tighter(carbon.model_dump(), view.last))
    if green is not None and abs(price.get("gec_cny_per_mwh", 1.0)) < TINY:
        growth = float(getattr(green, "share_growth", 0.0))
        more = {"green.share_growth": round(min(growth + 0.01, 0.1), 4)}
        yield _said(view.text, "certificate", more)


def _tighter(carbon: Mapping[str, Any], year: int) -> dict[str, float]:
    """Five percent less of what allowances follow in a year."""
    field = "stringency" if carbon.get("cap") is None else "cap"
    value = carbon[field]
    if isinstance(value, Mapping):
        if year not in value:
            return {}
        return {f"carbon.{field}.{year}": float(f"{0.95 * value[year]:.6g}")}
    return {f"carbon.{field}": float(f"{0.95 * value:.6g}")}


def _twice(view: View, name: str) -> Iterable[dict[str, Any]]:
    table = view.table("double_claims", "scenario", "year", "twh")
    if table is None:
        return
    of = table[(table["scenario"] == name) & (table["year"] == view.last)]
    total = float(of["twh"].sum())
    if total > TINY:
        unit = view.text.unit("TWh")
        yield _said(view.text, "twice", amount=number(total * unit.factor), unit=unit.label)


def _jumps(view: View, name: str) -> Iterable[dict[str, Any]]:
    """Provinces whose price of power is far from the base's."""
    table = view.table("prices", "scenario", "year", "instrument", "item", "region", "price")
    if table is None or name == view.base:
        return
    power_ = table[(table["item"] == "electricity") & (table["year"] == view.last)]
    wide = power_.pivot_table(index="region", columns="scenario", values="price")
    if not {name, view.base} <= set(wide.columns):
        return
    change = wide[name] / wide[view.base].where(wide[view.base] > 1.0) - 1
    far = change[change.abs() > JUMP].sort_values(key=abs, ascending=False)
    if len(far):
        names = [view.text.province(p) for p in far.index[:5]]
        yield _said(view.text, "jump", names=view.text.listed(names))


def _unchanged(view: View, name: str) -> bool:
    """Whether no indicator differs from the base's."""
    table = view.tables["indicators"]
    keys = ["year", "indicator"]
    both = [table[table["scenario"] == s].set_index(keys)["value"] for s in (name, view.base)]
    apart = (both[0] - both[1]).abs() > TINY * (1 + both[1].abs())
    return name != view.base and not bool(apart.any())


def titles(base: str, text: Text) -> dict[str, str]:
    """Title of the reader's own scenario, and that of its base."""
    return {NAME: TITLES[text.lang], base: text.scenario(base)}
