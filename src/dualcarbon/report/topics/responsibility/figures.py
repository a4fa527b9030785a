"""Accounts under each principle, trade in embodied emissions, the years, and other models."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number, percent
from dualcarbon.charts.specs import (
    Bar,
    Dots,
    Flow,
    Group,
    Line,
    Lines,
    Link,
    Panel,
    Point,
    Row,
    Series,
    Stacked,
)
from dualcarbon.report.figure import COLOURS, compared, names_of, points_of, sourced
from dualcarbon.report.page import Figure
from dualcarbon.report.view import View

ACCOUNTS = ("region", "principle", "value", "change", "year", "source", "grade")
PRINCIPLES = (
    *("CBA", "final_production", "income", "shared_lenzen", "TCBA_exportw"),
    "benchmark_finalprod",
)
DOTS, PARTS, PARTNERS = 9, 6, 7
REST, REST_COLOUR = "ROW", "#9aa4ae"
RESTS = ("ROW", "RoW", "ROTW", "WWW", "FIGW1")
SERIES = {"territorial": "#5b636d", "consumption": "#2f6fb3"}
MODELS = {
    "ours": "#c8503c",
    "EXIOBASE": "#2f6fb3",
    "Eora": "#2f9a94",
    "GCP": "#e0a63a",
    "ICIO": "#8f6bb8",
    "WIOD": "#7a8c3a",
}
OTHER_MODEL = "#5b636d"


def largest(table: pd.DataFrame, count: int) -> list[str]:
    """Regions with the largest territorial accounts, the rest of the world left out."""
    base = table[table["principle"] == "PBA"].set_index("region")["value"]
    return [str(r) for r in base.drop(list(RESTS), errors="ignore").nlargest(count).index]


def principle_changes(view: View) -> Figure | None:
    """A row per region, a dot per principle: change against the territorial account."""
    table = view.table("responsibility_accounts", *ACCOUNTS)
    if table is None:
        return None
    text = view.text
    wide = 100 * table.pivot(index="region", columns="principle", values="change")
    colours = dict(zip((p for p in PRINCIPLES if p in wide), COLOURS, strict=False))
    titles = {p: text.name("principle", p) for p in colours}
    names = names_of(table, text)
    reading = ""
    if "CBA" in wide and {"CHN", "USA"} <= set(wide.index):
        reading = text(
            "reading.principle_changes",
            china=compared(text, float(wide.loc["CHN", "CBA"]), "%"),
            states=compared(text, float(wide.loc["USA", "CBA"]), "%"),
        )
    chart = Dots(
        title=text("figure.principle_changes"),
        unit=text("unit_phrase.against_territorial"),
        reading=reading,
        rows=[
            Row(
                names[code],
                [Point(float(wide.loc[code, p]), c, titles[p]) for p, c in colours.items()],
            )
            for code in largest(table, DOTS)
        ],
        legend=[(titles[p], c) for p, c in colours.items()],
        reference=0.0,
    )
    return Figure(chart, sourced(text, table, view.span(table)))


def account_bars(view: View) -> Figure | None:
    """A bar per principle, parts by region: what the regions add up to."""
    table = view.table("responsibility_accounts", *ACCOUNTS)
    if table is None:
        return None
    text = view.text
    regions = largest(table, PARTS)
    regions += [] if set(table["region"]) <= set(regions) else [REST]
    names = names_of(table, text) | {REST: text("label.other_regions")}
    known = table["region"].where(table["region"].isin(regions), REST)
    sums = table.assign(region=known).groupby(["principle", "region"], sort=False)["value"].sum()
    sums = sums / 1000.0
    principles = dict.fromkeys(table["principle"].astype(str))
    bars = [
        Bar(text.name("principle", p), {r: float(sums[p, r]) for r in regions}) for p in principles
    ]
    chart = Stacked(
        title=text("figure.account_bars"),
        unit=text("unit_phrase.gt"),
        reading=text("reading.account_bars", world=number(float(sums["PBA"].sum()))),
        series=_nodes(names, regions),
        groups=[Group("", bars)],
    )
    return Figure(chart, sourced(text, table, view.span(table)))


def carbon_trade(view: View) -> Figure | None:
    """Ribbons from exporters to importers of embodied emissions; home flows are left out."""
    table = view.table("responsibility_flows", "from", "to", "value", "year", "source", "grade")
    if table is None:
        return None
    text = view.text
    crossing = table[table["from"] != table["to"]]
    trade = crossing.groupby("from")["value"].sum() + crossing.groupby("to")["value"].sum()
    shown = [str(r) for r in trade.drop(list(RESTS), errors="ignore").nlargest(PARTNERS).index]
    ends = {e: crossing[e].where(crossing[e].isin(shown), REST) for e in ("from", "to")}
    merged = crossing.assign(**ends).groupby(["from", "to"], as_index=False, sort=False)["value"]
    merged = merged.sum()
    sold, bought = (merged.groupby(end)["value"].sum() for end in ("from", "to"))
    names = names_of(table, text, "from") | {REST: text("label.others")}
    nodes = [n for n in _nodes(names, [*shown, REST]) if n.key in {*sold.index, *bought.index}]
    total, everything = float(crossing["value"].sum()), float(table["value"].sum())
    sizes = crossing.set_index(["from", "to"])["value"]
    words = text(
        "reading.carbon_trade", total=number(total / 1000), share=percent(total / everything)
    )
    if ("CHN", "USA") in sizes.index:
        there, back = float(sizes["CHN", "USA"]), float(sizes["USA", "CHN"])
        words += text(
            "reading.carbon_pair",
            there=number(there),
            back=number(back),
            times=number(there / back, 2),
        )
    chart = Flow(
        title=text("figure.carbon_trade"),
        unit=text("unit_phrase.mt"),
        reading=words,
        left_title=text("label.arises"),
        right_title=text("label.serves"),
        left=sorted(nodes, key=lambda n: -sold.get(n.key, 0.0)),
        right=sorted(nodes, key=lambda n: -bought.get(n.key, 0.0)),
        links=[Link(*row) for row in merged.itertuples(index=False)],
    )
    return Figure(chart, sourced(text, table, view.span(table)))


def emission_series(view: View) -> Figure | None:
    """Emissions over the years, a panel per region, Gt."""
    words = view.text("reading.emission_series")
    return _over_years(view, "value", 1e-3, "unit_phrase.gt_year", "emission_series", words)


def per_head_series(view: View) -> Figure | None:
    """Emissions over the years, a panel per region, t per head."""
    words = _per_head_reading(view)
    return _over_years(view, "per_head", 1.0, "unit_phrase.t_head", "per_head_series", words)


def model_dots(view: View) -> Figure | None:
    """Accounts of published models beside ours: a row per region and account, a dot per model."""
    table = view.table("responsibility_models", "model", "region", "principle", "value", "year")
    if table is None:
        return None
    text = view.text
    rows = []
    for code, region in names_of(table, text).items():
        for account in dict.fromkeys(table["principle"]):
            found = table[(table["region"] == code) & (table["principle"] == account)]
            sizes = [float(v) / 1000.0 for v in found["value"]]
            points = [
                Point(size, MODELS.get(str(model), OTHER_MODEL))
                for size, model in zip(sizes, found["model"], strict=True)
            ]
            label = f"{region} · {text.name('principle', account)}"
            rows.append(Row(label, points, end=f"{number(min(sizes))}–{number(max(sizes))}"))
    known = [(m, c) for m, c in MODELS.items() if m in set(table["model"])]
    chart = Dots(
        title=text("figure.model_dots"),
        unit=text("unit_phrase.gt"),
        reading=text("reading.model_dots"),
        rows=rows,
        legend=[(text("label.this_library") if m == "ours" else m, c) for m, c in known],
    )
    return Figure(chart, sourced(text, table, view.span(table), "BSD-3"))


def _nodes(names: dict[str, str], regions: list[str]) -> list[Series]:
    """Names and colours of regions; the rest of the world is grey."""
    return [
        Series(r, names[r], REST_COLOUR if r == REST else COLOURS[i]) for i, r in enumerate(regions)
    ]


def _over_years(
    view: View, column: str, factor: float, unit: str, key: str, reading: str
) -> Figure | None:
    table = view.table("responsibility_series", "region", "year", "account", column, "vintage")
    if table is None:
        return None
    text = view.text
    newest = table[table["vintage"] == table["vintage"].max()].dropna(subset=[column])
    panels = []
    for code, name in names_of(newest, text).items():
        own = newest[newest["region"] == code]
        by = {account: own[own["account"] == account] for account in SERIES}
        lines = [
            Line(account, points_of(one.assign(shown=one[column] * factor), "year", "shown"))
            for account, one in by.items()
            if len(one)
        ]
        panels.append(Panel(name, text(unit), lines, marks=False))
    chart = Lines(
        title=text(f"figure.{key}"),
        unit=text(unit),
        reading=reading,
        series=[Series(k, text(f"account.{k}"), c) for k, c in SERIES.items()],
        panels=panels,
    )
    return Figure(chart, sourced(text, newest, view.span(newest), "CC BY 4.0"))


def _per_head_reading(view: View) -> str:
    table = view.table("responsibility_series", "year", "region", "account", "per_head", "vintage")
    if table is None:
        return ""
    used = table[(table["account"] == "consumption") & table["per_head"].notna()]
    wide = used[used["vintage"] == used["vintage"].max()].pivot(
        index="year", columns="region", values="per_head"
    )
    if not {"CHN", "USA"} <= set(wide.columns):
        return ""
    ratio = (wide["USA"] / wide["CHN"]).dropna()
    return view.text(
        "reading.per_head_series",
        first=int(ratio.index[0]),
        before=number(float(ratio.iloc[0]), 2),
        last=int(ratio.index[-1]),
        after=number(float(ratio.iloc[-1]), 2),
    )
