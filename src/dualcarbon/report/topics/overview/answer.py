"""The first screen: five sentences and four numbers, the path of emissions, one bar of who pays.

Every sentence is chosen by the figures as they are rounded for the page, so that what is said and
what is shown cannot differ. The lab shows the same of what its reader has just set.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from dualcarbon.charts.numbers import number, signed
from dualcarbon.charts.specs import Bar, Group, Line, Lines, Panel, Series, Stacked
from dualcarbon.common import documents
from dualcarbon.report.figure import POLICY, caption, lines_of
from dualcarbon.report.page import Answer, Block, Figure, Headline, Note, Section
from dualcarbon.report.parties import KINDS, MARKET, NEEDED, net_receipts
from dualcarbon.report.section import section, with_data
from dualcarbon.report.topics.money import CONTRACTS, NEGLIGIBLE, POWER
from dualcarbon.report.view import FOLDED, View, as_range, colour

TARGETS = Path(__file__).with_name("targets.yaml")
CO2 = "Mt of a country"
NUMBERS = {
    "co2_mt": CO2,
    "cea_cny_per_t": "CNY/t",
    "gec_cny_per_mwh": "CNY/MWh",
    "power_price_cny_per_mwh": "CNY/MWh",
    "system_cost_bn_cny": "bn CNY",
}
ALWAYS = ("co2_mt", "cea_cny_per_t", "power_price_cny_per_mwh", "system_cost_bn_cny")
INPUTS = ("fleet", "carriers", "energy_users", "abatement_steps")
GREYS = ("#7a828b", "#a9b0b7")
NOTHING = 5e-4


def build_answer(view: View) -> Section | None:
    """What the run says, first of its base scenario, then of what reforms change."""
    if not view.scenarios or view.indicator("co2_mt") is None:
        return None
    blocks: list[Block] = [Answer(sentences(view), headlines(view))]
    for figure in (emission_path(view), who_pays(view)):
        blocks += with_data(figure, view.text)
    blocks += [Note(words) for words in _folded(view)]
    return section(view, "answer", blocks)


def headlines(
    view: View, scenario: str | None = None, names: tuple[str, ...] = ALWAYS
) -> list[Headline]:
    """Figures of a scenario in the last year, each with its change.

    Args:
        view: the run.
        scenario: whose; the base, against its own first year, by default. Another is compared
            with the base.
        names: indicators in order.
    """
    subject = scenario or view.base
    return [_headline(view, name, subject) for name in names]


def sentences(view: View, scenario: str | None = None) -> list[str]:
    """Five sentences: path, policy prices, power and cost, what changes, whose money.

    Args:
        view: the run.
        scenario: what they are about; the base by default.
    """
    subject = scenario or view.base
    found = [
        _path(view, subject),
        _policy_prices(view, subject),
        _power(view, subject),
        _change(view, subject),
        _money(view, subject),
    ]
    return [sentence for sentence in found if sentence]


def emission_path(view: View) -> Figure | None:
    """CO2 of the whole model, of power and of the users, a line a scenario, beside the target."""
    every, power = view.indicator("co2_mt"), view.indicator("co2_power_mt")
    if every is None:
        return None
    text, unit = view.text, view.text.unit(CO2)
    parts = {"total": every * unit.factor}
    by_sector = _by_sector(view)
    if by_sector is not None and power is not None:
        parts |= {k: t * unit.factor for k, t in by_sector.items()}
    series = view.scenario_series(list(every.index))
    panels = []
    for part, table in parts.items():
        lines = lines_of(table)
        if part == "total":
            for key, name, points in _targets(view, table):
                series.append(Series(key, name, GREYS[len(series) % 2], base=True))
                lines.append(Line(key, points))
        panels.append(Panel(text(f"label.path_{part}"), unit.label, lines, zero=False))
    chart = Lines(
        title=text("figure.emission_path"),
        unit=text("unit_phrase.co2", unit=unit.label),
        reading=_target_note(view) or _path(view, view.base),
        series=series,
        panels=panels,
    )
    return Figure(chart, caption(view, as_range(every.columns), INPUTS))


def who_pays(view: View) -> Figure | None:
    """One bar a scenario: net payments under climate policy; what a kind pays lies to the left."""
    net = _net(view)
    if net is None or net.abs().max().max() < NEGLIGIBLE:
        return None
    text, unit = view.text, view.text.unit("bn CNY")
    kinds = [k for k in KINDS if k in net.index and net.loc[k].abs().max() >= NEGLIGIBLE]
    bars = [
        Bar(
            text.scenario(s),
            {k: float(net.at[k, s]) * unit.factor for k in kinds if abs(net.at[k, s]) > NOTHING},
            end=" ",  # its parts add up to zero
        )
        for s in view.scenarios
        if s in net
    ]
    chart = Stacked(
        title=text("figure.who_pays", year=view.last),
        unit=text("unit_phrase.a_year", unit=unit.label),
        reading=_money(view, view.base),
        series=[Series(k, text.name("party", k), colour(i)) for i, k in enumerate(kinds)],
        groups=[Group("", bars)],
    )
    return Figure(chart, caption(view, str(view.last), POLICY))


def _headline(view: View, name: str, subject: str) -> Headline:
    text, unit = view.text, view.text.unit(NUMBERS[name])
    value = _value(view, name, subject)
    label = text.name("headline", name)
    if value is None:
        return Headline(name, label, text("word.no_market"), "", "")
    before = _reference(view, name, subject)
    note = ""
    if before is not None:
        change = signed((value - before) * unit.factor)
        against = "first" if subject == view.base else "base"
        words = text(f"word.against_{against}", year=view.years[0], base=text.scenario(view.base))
        note = f"{change} {words}"
    return Headline(name, label, number(value * unit.factor, 4), unit.label, note)


def _folded(view: View) -> list[str]:
    """Scenarios that are not shown because they equal another, and why."""
    text, found = view.text, view.meta.get(FOLDED) or {}
    return [
        text(
            "answer.folded_money" if money else "answer.folded",
            scenario=text.scenario(name),
            other=text.scenario(other),
        )
        for name, (other, money) in found.items()
    ]


def _value(view: View, name: str, scenario: str, year: int | None = None) -> float | None:
    table = view.indicator(name)
    year = view.last if year is None else year
    if table is None or scenario not in table.index or year not in table.columns:
        return None
    value = float(table.at[scenario, year])
    return None if value != value else value


def _reference(view: View, name: str, subject: str) -> float | None:
    """What a figure is compared with: the base, or of the base its own first year."""
    if subject != view.base:
        return _value(view, name, view.base)
    return _value(view, name, subject, view.years[0]) if len(view.years) > 1 else None


def _path(view: View, subject: str) -> str:
    """Where emissions stand in the last year, and when they are highest."""
    text, unit = view.text, view.text.unit(CO2)
    table = view.indicator("co2_mt")
    if table is None or subject not in table.index:
        return ""
    values = table.loc[subject].dropna() * unit.factor
    shown = {int(y): number(v, 4) for y, v in values.items()}
    years = list(shown)
    about: dict[str, Any] = {"scenario": text.scenario(subject), "year": years[-1],
                             "value": shown[years[-1]], "unit": unit.label}  # fmt: skip
    if len(years) == 1:
        return text("answer.path_one", **about)
    top, change = int(values.idxmax()), values.iloc[-1] / values.iloc[0] - 1
    about |= {"first": years[0], "percent": number(abs(100 * change), 2),
              "top": top, "highest": shown[top]}  # fmt: skip
    if len(set(shown.values())) == 1:
        return text("answer.path_flat", **about)
    if shown[top] == shown[years[0]]:
        return text("answer.path_falls", **about)
    if shown[top] == shown[years[-1]]:
        return text("answer.path_rises", **about)
    return text("answer.path_peaks", **about)


def _policy_prices(view: View, subject: str) -> str:
    """What an allowance and a certificate cost in the last year, or that they cost nothing."""
    text, parts = view.text, []
    for name in ("cea_cny_per_t", "gec_cny_per_mwh"):
        unit, value = text.unit(NUMBERS[name]), _value(view, name, subject)
        kind = name.partition("_")[0]
        if value is None:
            parts.append(text(f"answer.{kind}_none"))
        elif number(value * unit.factor) == "0":
            parts.append(text(f"answer.{kind}_zero"))
        else:
            parts.append(text(f"answer.{kind}", value=number(value * unit.factor), unit=unit.label))
    return text("answer.prices", year=view.last, items=text("sentence.semicolon").join(parts))


def _power(view: View, subject: str) -> str:
    """What electricity costs on average, and the system a year."""
    text = view.text
    price, cost = (
        _value(view, n, subject) for n in ("power_price_cny_per_mwh", "system_cost_bn_cny")
    )
    if price is None or cost is None:
        return ""
    per, money = text.unit("CNY/MWh"), text.unit("bn CNY")
    return text("answer.power", year=view.last, price=number(price * per.factor), per=per.label,
                cost=number(cost * money.factor, 4), money=money.label)  # fmt: skip


def _change(view: View, subject: str) -> str:
    """Emissions and cost against the base; of the base, what each other scenario changes."""
    text = view.text
    others = [s for s in view.scenarios if s != view.base] if subject == view.base else [subject]
    items = [words for s in others if (words := _against(view, s))]
    if not items:
        return text("answer.alone") if subject == view.base else ""
    return text("answer.change", year=view.last, base=text.scenario(view.base),
                items=text("sentence.semicolon").join(items))  # fmt: skip


def _against(view: View, scenario: str) -> str:
    text, money = view.text, view.text.unit("bn CNY")
    pairs = [
        (_value(view, n, scenario), _value(view, n, view.base))
        for n in ("co2_mt", "system_cost_bn_cny")
    ]
    if any(a is None or b is None for a, b in pairs):
        return ""
    (tons, tons_before), (cost, cost_before) = ((float(a or 0), float(b or 0)) for a, b in pairs)
    percent = number(abs(100 * (tons / tons_before - 1)), 2) if tons_before else "0"
    amount = number(abs(cost - cost_before) * money.factor)
    emits = "same" if percent == "0" else "more" if tons > tons_before else "less"
    costs = "same" if amount == "0" else "more" if cost > cost_before else "less"
    return text(
        "answer.against",
        scenario=text.scenario(scenario),
        emits=text(f"answer.emits_{emits}", percent=percent),
        costs=text(f"answer.costs_{costs}", amount=amount, unit=money.label),
    )


def _money(view: View, subject: str) -> str:
    """Who pays most and who receives most under climate policy in the last year."""
    net, text, unit = _net(view), view.text, view.text.unit("bn CNY")
    if net is None or subject not in net or net[subject].abs().max() < NEGLIGIBLE:
        return text("answer.no_money", year=view.last)
    of = net[subject].fillna(0.0)
    return text(
        "answer.money",
        year=view.last,
        payer=text.name("party", of.idxmin()),
        paid=number(-of.min() * unit.factor),
        payee=text.name("party", of.idxmax()),
        received=number(of.max() * unit.factor),
        unit=unit.label,
    )


def _net(view: View) -> pd.DataFrame | None:
    """Net receipts under climate policy, bn CNY: rows kinds of party, columns scenarios."""
    table = view.table("settlement", *NEEDED)
    if table is None:
        return None
    chosen = table[(table["year"] == view.last) & ~table["instrument"].isin((*POWER, *CONTRACTS))]
    net = net_receipts(chosen)
    net = net[net["kind"] != MARKET]
    return (
        None
        if net.empty
        else net.pivot_table(index="kind", columns="scenario", values="bn_cny", aggfunc="sum")
    )


def _by_sector(view: View) -> dict[str, pd.DataFrame] | None:
    """CO2 of power and of everybody else, Mt: rows scenarios, columns years."""
    table = view.table("emissions", "scenario", "year", "sector", "mt")
    if table is None:
        return None
    power = table["sector"] == "power"
    parts = {}
    for name, rows in (("power", table[power]), ("users", table[~power])):
        wide = rows.pivot_table(index="scenario", columns="year", values="mt", aggfunc="sum")
        if not wide.empty:
            parts[name] = wide.reindex([s for s in view.scenarios if s in wide.index])
    return parts or None


def _targets(view: View, path: pd.DataFrame) -> list[tuple[str, str, list[tuple[float, float]]]]:
    """Levels that targets ask for, taken off the base's highest point, as lines to their year."""
    if view.illustrative:
        return []
    base = path.loc[view.base].dropna()
    found: list[tuple[str, str, list[tuple[float, float]]]] = []
    for key, about in _known_targets().items():
        year = int(about["year"])
        if year not in base.index or len(base) < 2:
            continue
        start = int(base.index[0])
        for cut in about["cuts"]:
            level = float(base.max()) * (1 - cut)
            name = about[view.text.lang].format(cut=number(100 * cut))
            found.append((f"{key}_{cut}", name, [(start, level), (year, level)]))
    return found


def _target_note(view: View) -> str:
    known = _known_targets().values()
    if view.illustrative or not any(int(t["year"]) in view.years for t in known):
        return ""
    return view.text("answer.target_note")


@cache
def _known_targets() -> dict[str, Any]:
    return dict(documents.read(TARGETS))
