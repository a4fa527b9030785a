"""The EU border: what a good costs there, who receives it, and carbon prices side by side."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dualcarbon.charts.numbers import number, percent
from dualcarbon.charts.specs import Bar, Group, Line, Lines, Panel, Series, Stacked
from dualcarbon.report.figure import points_of, sourced
from dualcarbon.report.page import Figure
from dualcarbon.report.text import Text
from dualcarbon.report.view import View, colour

ORIGINS = {
    "CN": "#c8503c",
    "IN": "#e0a63a",
    "RU": "#8f6bb8",
    "TR": "#2f9a94",
    "KR": "#2f6fb3",
    "US": "#5b636d",
}
SPARE = ("#7a8c3a", "#b9478f", "#9aa4ae")
PAID, HOME = "#2f6fb3", "#c8503c"
BILL = {"certificates": PAID, "deduction": "#2f9a94", "free_allocation": "#b9c4c0"}
RECEIVERS = {"home": HOME, "eu": PAID}
PRICES = {"explicit": PAID, "implicit": "#d1873c"}
EVERY = 2
"""Years between bars."""
SAME = 0.01


def border_costs(view: View) -> Figure | None:
    """Cost per tonne: a panel per good, a line per origin."""
    table = view.table("border_costs", "good", "origin", "year", "eur_per_t", "grade")
    if table is None:
        return None
    text, unit = view.text, view.text("unit_phrase.eur_t")
    good, origin = table["good"].iloc[0], table["origin"].iloc[0]
    one = table[(table["good"] == good) & (table["origin"] == origin)].sort_values("year")
    chart = Lines(
        title=text("figure.border_costs"),
        unit=unit,
        reading=text(
            "reading.border_costs",
            good=text.name("good", good),
            origin=text.name("place", origin),
            first=int(one["year"].iloc[0]),
            low=number(one["eur_per_t"].iloc[0]),
            last=int(one["year"].iloc[-1]),
            high=number(one["eur_per_t"].iloc[-1]),
        ),
        series=_origins(text, list(dict.fromkeys(table["origin"]))),
        panels=[
            Panel(
                text.name("good", good),
                unit,
                [
                    Line(str(code), points_of(own, "year", "eur_per_t"))
                    for code, own in rows.groupby("origin", sort=False)
                ],
            )
            for good, rows in table.groupby("good", sort=False)
        ],
    )
    return Figure(chart, sourced(text, table, view.span(table)))


def border_bill(view: View) -> Figure | None:
    """Bars per year, one group per case; the end of a bar is what is left to pay."""
    table = view.table(
        "border_bill", "year", "case", "part", "eur_per_t", "good", "origin", "domestic_price_cny"
    )
    if table is None:
        return None
    text, last = view.text, table["year"].max()
    shown = table[table["year"].isin(sorted(set(table["year"]))[::EVERY])]
    owed = table[(table["year"] == last) & (table["part"] == "certificates")]
    by_case = owed.set_index("case")["eur_per_t"]
    chart = Stacked(
        title=text("figure.border_bill", good=_good(text, table), origin=_place(text, table)),
        unit=text("unit_phrase.eur_t"),
        reading=text(
            "reading.border_bill",
            year=int(last),
            free=number(float(by_case["free"])),
            paid=number(float(by_case["paid"])),
            price=number(float(owed["domestic_price_cny"].iloc[0])),
        ),
        series=[Series(p, text.name("bill_part", p), c) for p, c in BILL.items()],
        groups=[
            Group(text.name("bill_case", case), _bill_bars(rows))
            for case, rows in shown.groupby("case", sort=False)
        ],
    )
    return Figure(chart, sourced(text, table, view.span(table)))


def border_revenue(view: View) -> Figure | None:
    """Who receives the carbon cost of a good: a bar per price at home, parted by receiver."""
    table = view.table(
        "border_revenue", "domestic_price_cny", "receiver", "eur_per_t", "good", "origin", "year"
    )
    if table is None:
        return None
    text, place = view.text, _place(view.text, table)
    wide = table.pivot(index="domestic_price_cny", columns="receiver", values="eur_per_t")
    total = wide.sum(axis=1)
    flat = wide[total <= total.iloc[0] * (1 + SAME)]
    bars = [
        Bar(number(float(price)), {r: float(row[r]) for r in RECEIVERS if row[r] > 0})
        for price, row in wide.iterrows()
    ]
    chart = Stacked(
        title=text("figure.border_revenue", good=_good(text, table), origin=place),
        unit=text("unit_phrase.eur_t"),
        reading=text(
            "reading.border_revenue",
            origin=place,
            price=number(float(flat.index[-1])),
            total=number(float(total.iloc[0])),
            home=number(float(flat["home"].iloc[-1])),
        ),
        series=[Series(r, text.name("receiver", r), c) for r, c in RECEIVERS.items()],
        groups=[Group(text("label.price_at_home"), bars)],
    )
    return Figure(chart, sourced(text, table, view.span(table)))


def border_exposure(view: View) -> Figure | None:
    """Bill of a country's exports: a bar per year, parted by sector."""
    table = view.table(
        "border_exposure", "origin", "sector", "year", "mn_eur", "cost_share", "trade_year"
    )
    if table is None:
        return None
    text = view.text
    sectors = list(dict.fromkeys(table["sector"]))
    wide = table.pivot(index="year", columns="sector", values="mn_eur").sort_index().iloc[::EVERY]
    known = table.dropna(subset=["cost_share"])
    reading = ""
    if len(known):
        last = known[known["year"] == known["year"].max()].iloc[0]
        reading = text(
            "reading.border_exposure",
            year=int(last["year"]),
            sector=text.name("cbam_sector", last["sector"]),
            cost=number(last["mn_eur"]),
            share=percent(last["cost_share"], 2),
            trade=int(last["trade_year"]),
        )
    bars = [Bar(str(y), {s: float(row[s]) for s in sectors}) for y, row in wide.iterrows()]
    chart = Stacked(
        title=text("figure.border_exposure", origin=_place(text, table)),
        unit=text("unit_phrase.mn_eur"),
        reading=reading,
        series=[
            Series(s, text.name("cbam_sector", s), colour(i + 1)) for i, s in enumerate(sectors)
        ],
        groups=[Group("", bars)],
    )
    return Figure(chart, sourced(text, table, view.span(table)))


def border_prices(view: View) -> Figure | None:
    """Effective carbon prices, explicit and implicit: a bar per country, highest first."""
    table = view.table("border_prices", "country", "part", "usd_per_t", "year", "grade")
    if table is None:
        return None
    text = view.text
    wide = table.pivot(index="country", columns="part", values="usd_per_t")
    order = wide.sum(axis=1).sort_values(ascending=False).index
    bars = [Bar(text.name("place", c), {p: float(wide.loc[c, p]) for p in PRICES}) for c in order]
    chart = Stacked(
        title=text("figure.border_prices"),
        unit=text("unit_phrase.usd_t"),
        reading=_prices_reading(text, wide),
        series=[Series(p, text.name("price_part", p), c) for p, c in PRICES.items()],
        groups=[Group("", bars)],
    )
    found = sourced(text, table, str(table["year"].iloc[0]))
    return Figure(chart, replace(found, source=text("caption.border_prices")))


def _place(text: Text, table: pd.DataFrame) -> str:
    """Name of the country that a table is about."""
    return text.name("place", table["origin"].iloc[0])


def _good(text: Text, table: pd.DataFrame) -> str:
    """Name of the good that a table is about."""
    return text.name("good", table["good"].iloc[0])


LAWS = {"2025-12": "#9aa4ae", "2026-07": PAID, "proposal-616": "#e0a63a"}
VERIFIED = (HOME, "#e0a63a", "#2f9a94")


def border_laws(view: View) -> Figure | None:
    """Cost per tonne under each law: a panel per good and origin, a line per law."""
    table = view.table("border_laws", "law", "good", "origin", "year", "eur_per_t", "grade")
    if table is None:
        return None
    text, unit = view.text, view.text("unit_phrase.eur_t")
    first = table[table["year"] == table["year"].min()].set_index(["good", "origin", "law"])
    cost = first["eur_per_t"].unstack("law")
    known = [law for law in LAWS if law in cost.columns]
    moved = (cost[known[1]] - cost[known[0]]).abs()
    good, origin = list(moved.index)[int(moved.to_numpy().argmax())]
    chart = Lines(
        title=text("figure.border_laws"),
        unit=unit,
        reading=text(
            "reading.border_laws",
            good=text.name("good", good),
            origin=text.name("place", origin),
            year=int(table["year"].min()),
            old=number(float(cost.loc[(good, origin), known[0]])),
            new=number(float(cost.loc[(good, origin), known[1]])),
        ),
        series=[Series(law, text(f"law.{law}"), LAWS[law]) for law in known],
        panels=[
            Panel(
                f"{text.name('good', good)}, {text.name('place', origin)}",
                unit,
                [
                    Line(str(law), points_of(own, "year", "eur_per_t"))
                    for law, own in rows.groupby("law", sort=False)
                ],
            )
            for (good, origin), rows in table.groupby(["good", "origin"], sort=False)
        ],
    )
    return Figure(chart, sourced(text, table, view.span(table)))


def border_product(view: View) -> Figure | None:
    """Cost per tonne of one good by year: default values, and verified emissions."""
    table = view.table(
        "border_product", "year", "case", "intensity", "eur_per_t", "good", "origin", "grade"
    )
    if table is None:
        return None
    text, unit, last = view.text, view.text("unit_phrase.eur_t"), table["year"].max()
    table = table.assign(at=table.groupby(["year", "case"]).cumcount())
    own = table[table["case"] == "verified"]
    shown = own[own["year"] == own["year"].min()].set_index("at")["intensity"]
    series = [Series("default", text("product.default"), PAID)]
    series += [
        Series(f"verified{at}", text("product.verified", value=number(value)), VERIFIED[at % 3])
        for at, value in shown.items()
    ]
    lines = [Line("default", points_of(table[table["case"] == "default"], "year", "eur_per_t"))]
    lines += [
        Line(f"verified{at}", points_of(rows, "year", "eur_per_t"))
        for at, rows in own.groupby("at", sort=True)
    ]
    end = table[table["year"] == last].set_index(["case", "at"])["eur_per_t"]
    lowest = int(shown.index[-1])
    chart = Lines(
        title=text("figure.border_product", good=_good(text, table), origin=_place(text, table)),
        unit=unit,
        reading=text(
            "reading.border_product",
            year=int(last),
            value=number(float(shown[lowest])),
            default=number(float(end[("default", 0)])),
            verified=number(float(end[("verified", lowest)])),
        ),
        series=series,
        panels=[Panel("", unit, lines)],
    )
    return Figure(chart, sourced(text, table, view.span(table)))


def _origins(text: Text, origins: list[str]) -> list[Series]:
    """Names and colours of countries."""
    spare = iter(SPARE * len(origins))
    return [
        Series(code, text.name("place", code), ORIGINS.get(code) or next(spare)) for code in origins
    ]


def _bill_bars(rows: pd.DataFrame) -> list[Bar]:
    wide = rows.pivot(index="year", columns="part", values="eur_per_t")
    return [
        Bar(str(year), {p: float(row[p]) for p in BILL}, end=number(float(row["certificates"])))
        for year, row in wide.iterrows()
    ]


def _prices_reading(text: Text, wide: pd.DataFrame) -> str:
    if not {"CN", "EU"} <= set(wide.index):
        return ""
    china, union = wide.loc["CN"], wide.loc["EU"]
    return text(
        "reading.border_prices",
        explicit=number(float(union["explicit"] / china["explicit"]), 2),
        total=number(float(union.sum() / china.sum()), 2),
    )
