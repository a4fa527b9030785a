"""Climate clubs: who joins, who gains, and what other rules change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dualcarbon.charts.numbers import DASH, Unit, fixed, number, percent
from dualcarbon.charts.specs import Cell, Dots, Grid, Line, Lines, Panel, Point, Row, Series
from dualcarbon.report.figure import points_of
from dualcarbon.report.page import Badge, Block, Caption, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.text import Text
from dualcarbon.report.view import View

COLUMNS = (
    *("rule", "members", "regions", "strong", "cut", "captured"),
    *("welfare_bn", "developing_bn", "data_year"),
)

MONEY = ("welfare_bn", "developing_bn")


def build(view: View) -> Section | None:
    """Participation over price and tariff, payoffs by region, rules compared."""
    blocks: list[Block] = []
    for figure in (club_participation, club_payoffs, club_rules, club_community, club_paths):
        blocks += with_data(figure(view), view.text)
    return section(view, "clubs", [*blocks, *_regions(view), *_rules(view)])


REGIONS = (
    "abatement_cost_bn",
    "revenue_bn",
    "paid_bn",
    "gain_over_no_club_bn",
    "gain_inside_bn",
    "tipping_tariff",
)


def _regions(view: View) -> list[Block]:
    """What the club is to each region, and where each tips."""
    table = view.table("club_region_gains", "region", "member", "data_year", *REGIONS)
    if table is None:
        return []
    text, money = view.text, money_unit(view.text, table)
    columns = [Column(text("label.region")), Column(text("label.club_member_head"))]
    columns += [
        Column(
            text(f"label.club_{n}"),
            numeric=True,
            unit="%" if n == "tipping_tariff" else money.label,
        )
        for n in REGIONS
    ]
    rows: list[Cells] = []
    for _, row in table.iterrows():
        values = [float(row[n]) * (100 if n == "tipping_tariff" else money.factor) for n in REGIONS]
        shown = [fixed(v, 1) if v == v else DASH for v in values]
        inside = text("word.club_inside") if row["member"] else DASH
        rows.append([row[f"name_{text.lang}"] or row["region"], inside, *shown])
    note = note_of(text, club_caption(text, table, "D"))
    reading = text("reading.club_regions")
    return [Table(text("table.club_regions"), columns, rows, note, reading=reading)]


def club_community(view: View) -> Figure | None:
    """The share of the gain from cooperation under each use of revenue; members at the end."""
    table = view.table("club_community", "rule", "members", "captured", "regions", "data_year")
    if table is None:
        return None
    text = view.text
    first = table.iloc[0]
    rows, named = [], {}
    for _, row in table.iterrows():
        rests = pd.notna(row["members"])
        points = [Point(100 * float(row["captured"]), TERMS[1])] if rests else []
        end = text("label.club_of", members=int(row["members"]), regions=int(row["regions"])) if (
            rests) else text("word.club_none")  # fmt: skip
        rows.append(Row(text.name("club_use", row["rule"]), points, end=end))
        if rests:
            named[row["rule"]] = float(row["captured"])
    best = max(named, key=lambda use: named[use])
    chart = Dots(
        title=text("figure.club_community", terms=terms(text, first)),
        unit=text("unit_phrase.captured"),
        reading=text(
            "reading.club_community",
            club=percent(named.get("exclusive_club", float("nan"))),
            use=text.name("club_use", best),
            best=percent(named[best]),
            open=percent(named.get("open_community", float("nan"))),
        ),
        rows=rows,
    )
    return Figure(chart, club_caption(text, table, "D"))


def _rules(view: View) -> list[Block]:
    table = view.table("club_rules", *COLUMNS)
    if table is None:
        return []
    text, money = view.text, money_unit(view.text, table)
    columns = [Column(text("label.club_rule")), Column(text("label.club_members"), numeric=True)]
    columns.append(Column(text("label.club_strong")))
    units = {"cut": "%", "captured": "%", "welfare": money.label, "developing": money.label}
    columns += [Column(text(f"label.club_{n}"), numeric=True, unit=u) for n, u in units.items()]
    rows: list[Cells] = []
    for _, group in table.groupby(["price_usd_per_t", "tariff"], sort=False):
        rows.append([terms(text, group.iloc[0])])
        rows += [_cells(text, row, money.factor) for _, row in group.iterrows()]
    note = note_of(text, club_caption(text, table, "D"))
    reading = text("reading.club_rule_table")
    return [Table(text("table.club_rules"), columns, rows, note, folded=True, reading=reading)]


def _cells(text: Text, row: pd.Series, factor: float) -> Cells:
    rests = pd.notna(row["members"])
    if row["strong"]:
        strong = Badge(text("word.club_strong"), "good")
    elif rests:
        strong = Badge(text("word.club_cycles"), "warn")
    else:
        strong = Badge(text("word.club_none"), "bad")
    return [
        text.name("club_rule", row["rule"]),
        str(int(row["members"])) if rests else DASH,
        strong,
        *(fixed(100 * float(row[c]), 1) if rests else DASH for c in ("cut", "captured")),
        *(fixed(factor * float(row[c]), 1) if rests else DASH for c in MONEY),
    ]


ARRANGEMENTS = {
    "base": "#8b949e",
    "no_club": "#d1873c",
    "coalition": "#2f6fb3",
    "cooperative": "#2f9a94",
}
PAYOFFS = {"no_club": "#8b949e", "club": "#2f6fb3", "cooperative": "#2f9a94"}
TERMS = ("#d1873c", "#2f6fb3", "#2f9a94", "#b9478f")
PANELS = {"price_usd_per_t": "usd_2005", "emissions_gtco2": "gt_co2", "warming_degc": "degc"}
FIRST, LAST = 2015, 2105


def club_caption(text: Text, table: pd.DataFrame, grade: str = "A") -> Caption:
    """Year, source and grade of a figure on clubs: those of its world, and no better than given."""
    first = table.iloc[0]
    source = text("caption.clubs", source=text.own(first, "source"))
    return Caption(str(first["data_year"]), source, max(grade, str(first["grade"])))


def money_unit(text: Text, table: pd.DataFrame) -> Unit:
    """Unit of payoffs, with the year of the money where it is that of C-DICE."""
    return text.unit("bn_usd_2011" if table["data_year"].iloc[0] == "2011" else "bn USD a")


def terms(text: Text, row: Mapping[str, Any] | pd.Series) -> str:
    """Price and tariff of a row in words."""
    price, tariff = f"{row['price_usd_per_t']:g}", f"{100 * row['tariff']:g}"
    return text("label.club_terms", price=price, tariff=tariff)


def club_participation(view: View) -> Figure | None:
    """A cell per price and tariff with the number of members; cycles are marked."""
    columns = ("price_usd_per_t", "tariff", "members", "regions", "cycles", "data_year")
    table = view.table("club_participation", *columns)
    if table is None:
        return None
    text = view.text
    prices, tariffs = (sorted(table[c].unique()) for c in columns[:2])
    cells = {(r["price_usd_per_t"], r["tariff"]): _cell(text, r) for _, r in table.iterrows()}
    chart = Grid(
        title=text("figure.club_participation"),
        unit=text("unit_phrase.members"),
        reading=_participation_reading(text, table),
        rows=[f"{p:g}" for p in prices],
        columns=[f"{100 * t:g}%" for t in tariffs],
        row_title=text("label.club_price"),
        column_title=text("label.club_tariff"),
        cells=[[cells.get((p, t), Cell(None, DASH)) for t in tariffs] for p in prices],
        low=0,
        high=int(table["regions"].max()),
        mark=text("label.club_cycles"),
    )
    return Figure(chart, club_caption(text, table))


def club_payoffs(view: View) -> Figure | None:
    """A dot per arrangement and region; the figure at the end is the gain of the club."""
    table = view.table(
        "club_payoffs", "arrangement", "region", "name_en", "name_zh", "member", "payoff_bn",
        "club_price_usd_per_t", "tariff", "data_year",
    )  # fmt: skip
    if table is None:
        return None
    text, unit = view.text, money_unit(view.text, table)
    wide = unit.factor * table.pivot(index="region", columns="arrangement", values="payoff_bn")
    first = table.drop_duplicates("region").set_index("region")
    order = wide["cooperative"].sort_values(ascending=False).index
    gain = wide["club"] - wide["no_club"]
    names = {a: text.name("arrangement", a) for a in PAYOFFS}
    member = text("label.club_member")
    outside = gain[[r for r in order if not first.loc[r, "member"]]]
    shown = first.iloc[0]
    at = {"price_usd_per_t": shown["club_price_usd_per_t"], "tariff": shown["tariff"]}
    chart = Dots(
        title=text("figure.club_payoffs", terms=terms(text, at)),
        unit=unit.label,
        reading=text(
            "reading.club_payoffs",
            members=int(first["member"].sum()),
            world=number(float(gain.sum())),
            best=number(float((wide["cooperative"] - wide["no_club"]).sum())),
            outside=number(float(outside.sum())),
        ),
        rows=[
            Row(
                first.loc[r, f"name_{text.lang}"] + (member if first.loc[r, "member"] else ""),
                [Point(float(wide.loc[r, a]), c, name=names[a]) for a, c in PAYOFFS.items()],
                end=("+" if gain[r] > 0 else "") + fixed(float(gain[r]), 1),
            )
            for r in order
        ],
        legend=[(names[a], c) for a, c in PAYOFFS.items()],
    )
    return Figure(chart, club_caption(text, table))


def club_rules(view: View) -> Figure | None:
    """What each rule makes of the gain from cooperation: a dot per rule and terms."""
    table = view.table(
        "club_rules", "rule", "price_usd_per_t", "tariff", "members", "captured", "data_year"
    )
    if table is None:
        return None
    text = view.text
    groups = [g for _, g in table.groupby(["price_usd_per_t", "tariff"], sort=False)]
    coloured = list(zip(groups, TERMS, strict=False))
    rows = []
    for rule in dict.fromkeys(table["rule"]):
        found = [(g[g["rule"] == rule].iloc[0], c) for g, c in coloured]
        points = [
            Point(100 * float(r["captured"]), c, name=terms(text, r))
            for r, c in found
            if pd.notna(r["captured"])
        ]
        sizes = [DASH if pd.isna(r["members"]) else str(int(r["members"])) for r, _ in found]
        rows.append(Row(text.name("club_rule", rule), points, end=" / ".join(sizes)))
    chart = Dots(
        title=text("figure.club_rules"),
        unit=text("unit_phrase.captured"),
        reading=_rules_reading(text, groups),
        rows=rows,
        legend=[(terms(text, g.iloc[0]), c) for g, c in coloured],
    )
    return Figure(chart, club_caption(text, table, "D"))


def club_paths(view: View) -> Figure | None:
    """Price, emissions and warming over the century: alone, some together, all together."""
    table = view.table("club_paths", "year", "arrangement", *PANELS)
    if table is None:
        return None
    text = view.text
    shown = table[table["year"].between(FIRST, LAST)]
    by = {a: shown[shown["arrangement"] == a] for a in ARRANGEMENTS}
    by = {a: rows for a, rows in by.items() if len(rows)}
    units = {column: text(f"unit_phrase.{unit}") for column, unit in PANELS.items()}
    chart = Lines(
        title=text("figure.club_paths"),
        unit=text.listed(list(units.values())),
        reading=_paths_reading(view, shown),
        series=[Series(a, text.name("arrangement", a), ARRANGEMENTS[a]) for a in by],
        panels=[
            Panel(
                text(f"label.club_{column}"),
                unit,
                [Line(a, points_of(rows, "year", column)) for a, rows in by.items()],
            )
            for column, unit in units.items()
        ],
    )
    return Figure(chart, Caption(f"{FIRST}–{LAST}", text("caption.rice"), "C"))


def _cell(text: Text, row: pd.Series) -> Cell:
    known = pd.notna(row["members"])
    count = int(row["members"]) if known else None
    label = DASH if count is None else str(count)
    price, tariff = f"{row['price_usd_per_t']:g}", f"{100 * row['tariff']:g}"
    words = text("label.club_cell", price=price, tariff=tariff, members=label)
    return Cell(count, label, words, bool(row["cycles"]) and known)


def _participation_reading(text: Text, table: pd.DataFrame) -> str:
    free = table[table["tariff"] == 0]
    none = int((free["members"] == 0).sum())
    key = "reading.club_free_all" if none == len(free) else "reading.club_free"
    words = text(key, none=none, all=len(free)) if len(free) else ""
    everyone = table[table["members"] == table["regions"]]
    if len(everyone):
        best = everyone.sort_values(["price_usd_per_t", "tariff"]).groupby("price_usd_per_t")
        first = best.first().reset_index().iloc[-1]
        price, tariff = f"{first['price_usd_per_t']:g}", f"{100 * first['tariff']:g}"
        words += text("reading.club_everyone", price=price, tariff=tariff)
    return words + text("reading.club_cycles", marked=int(table["cycles"].sum()), all=len(table))


def _rules_reading(text: Text, groups: list[pd.DataFrame]) -> str:
    words = ""
    for group in groups:
        by_rule = group.set_index("rule")["captured"]
        if "uniform_tariff" not in by_rule or by_rule.isna().all():
            continue
        best = by_rule.idxmax()
        words += text(
            "reading.club_rules",
            terms=terms(text, group.iloc[0]),
            uniform=percent(float(by_rule["uniform_tariff"])),
            rule=text.name("club_rule", best),
            best=percent(float(by_rule[best])),
        )
    return words + text("reading.club_rules_none")


def _paths_reading(view: View, shown: pd.DataFrame) -> str:
    text = view.text
    last = shown[shown["year"] == shown["year"].max()].set_index("arrangement")
    named = {"alone": "no_club", "some": "coalition", "all": "cooperative"}
    warming = {k: fixed(float(last.loc[a, "warming_degc"]), 1) for k, a in named.items()}
    words = text("reading.club_paths", year=int(shown["year"].max()), **warming)
    gains = view.table("club_path_payoffs", "arrangement", "region", "member", "gain_bn")
    if gains is None:
        return words
    wide = gains.pivot(index="region", columns="arrangement", values="gain_bn")
    members = gains[gains["member"]]["region"].unique()
    more = (wide["coalition"] - wide["no_club"])[members]
    unit = text.unit("bn_usd_2005")
    items = [
        text(
            "reading.club_gain",
            region=text.name("rice_region", r),
            gain=number(unit.factor * float(v)),
        )
        for r, v in more.items()
    ]
    key = "reading.club_paths_all_gain" if (more > 0).all() else "reading.club_paths_gains"
    return words + text(key, items=text.listed(items), unit=unit.label)
