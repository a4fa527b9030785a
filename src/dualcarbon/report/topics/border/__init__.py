"""The EU border: cost of CBAM, who receives it, exposure, and what a run means there."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dualcarbon.charts.numbers import DASH, aligned, number
from dualcarbon.charts.specs import Bar, Group, Series, Stacked
from dualcarbon.report.figure import POLICY, caption, names_of, sourced
from dualcarbon.report.page import Block, Caption, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.text import Text
from dualcarbon.report.topics.border.figures import (
    RECEIVERS,
    border_bill,
    border_costs,
    border_exposure,
    border_laws,
    border_prices,
    border_product,
    border_revenue,
)
from dualcarbon.report.view import View

INDEX = ("origin", "industry", "eu_share", "aggregate", "relative", "year", "grade")


def build(view: View) -> Section | None:
    """Cost by good and origin, composition of a bill, flow of revenue, exposure."""
    blocks: list[Block] = []
    figures = (border_costs, border_laws, border_product, border_bill, border_revenue)
    for figure in (*figures, border_exposure):
        blocks += with_data(figure(view), view.text)
    return section(view, "border", [*blocks, *_index(view)])


def build_prices(view: View) -> Section | None:
    """Effective prices of countries."""
    blocks = [*with_data(border_prices(view), view.text), *_package(view)]
    return section(view, "border_prices", blocks)


PACKAGE = ("allowances", "benchmarks", "green_certificates", "white_certificates", "fuel_excise")


def _package(view: View) -> list[Block]:
    """What each instrument of a package costs, net, by country."""
    table = view.table(
        "border_package", "country", "part", "usd_per_t", "marginal", "year", "grade"
    )
    if table is None:
        return []
    text = view.text
    wide = table.pivot(index="country", columns="part", values="usd_per_t")
    marginal = table.groupby("country")["marginal"].sum()
    known = [part for part in PACKAGE if part in wide.columns]
    columns = [Column(text("label.country"))]
    columns += [Column(text(f"package.{part}"), numeric=True) for part in known]
    columns += [Column(text(f"label.{n}"), numeric=True) for n in ("net_price", "marginal_price")]
    columns.append(Column(text("label.money_of")))
    money = table.drop_duplicates("country").set_index("country")["year"]
    rows: list[Cells] = []
    for country in dict.fromkeys(table["country"]):
        own = wide.loc[country]
        cells = [number(float(own[p])) if own[p] == own[p] else DASH for p in known]
        sums = [number(float(own.sum())), number(float(marginal[country]))]
        rows.append([_party(text, str(country)), *cells, *sums, str(money[country])])
    note = note_of(text, sourced(text, table, str(money.max())), text("unit_phrase.usd"))
    reading = text("reading.border_package")
    return [Table(text("table.border_package"), columns, rows, note, reading=reading)]


def _party(text: Text, country: str) -> str:
    """Name of a country, or of China with how its prices were found."""
    code, comma, how = country.partition(", ")
    if not comma:
        return text.name("place", code)
    kind = "observed" if how == "observed" else "markets"
    run = how.partition(", ")[2]
    found = text(f"package_of.{kind}")
    return f"{text.name('place', code)} ({found}{': ' + run if run else ''})"


def _index(view: View) -> list[Block]:
    table = view.table("border_index", *INDEX)
    if table is None:
        return []
    text = view.text
    columns = [Column(text("label.country")), Column(text("label.industry"))]
    columns += [
        Column(text(f"label.{name}"), numeric=True, unit="%")
        for name in ("eu_share", "aggregate_index", "relative_index")
    ]
    shown = [aligned(100 * table[c]) for c in ("eu_share", "aggregate", "relative")]
    names = [text.name("place", o) for o in table["origin"]]
    industries = [text.name("cbam_industry", i) for i in table["industry"]]
    rows = [list(row) for row in zip(names, industries, *shown, strict=True)]
    note = note_of(text, sourced(text, table, view.span(table)), "%")
    reading = text("reading.border_index")
    return [Table(text("table.border_index"), columns, rows, note, folded=True, reading=reading)]


BILLS = ("scenario", "year", "good", "allocation", "cny_per_t", "bill_eur_per_t")
BUDGET = ("scenario", "rule", "used_gt", "budget_gt", "share")


def build_run(view: View) -> Section | None:
    """Bills at the EU border at the run's carbon price, and the use of China's budget."""
    blocks: list[Block] = [*with_data(_revenue(view), view.text)]
    return section(view, "chain", [*blocks, *_bills(view), *_budget(view)])


def _revenue(view: View) -> Figure | None:
    """Who receives the carbon cost of the first good at the prices of a run, by scenario."""
    table = view.table(
        "chain_border", "scenario", "year", "good", "allocation", "bill_eur_per_t", "home_eur_per_t"
    )
    if table is None:
        return None
    text, year = view.text, int(table["year"].max())
    good = table["good"].iloc[0]
    shown = table[(table["year"] == year) & (table["good"] == good)]
    amounts = {"home": "home_eur_per_t", "eu": "bill_eur_per_t"}
    groups = [
        Group(
            text(f"allocation.{allocation}"),
            [
                Bar(
                    text.scenario(row["scenario"]),
                    {r: float(row[c]) for r, c in amounts.items() if row[c] > 0},
                )
                for _, row in rows.iterrows()
            ],
        )
        for allocation, rows in shown.groupby("allocation", sort=False)
    ]
    chart = Stacked(
        title=text("figure.run_revenue", good=text.name("good", good), year=year),
        unit=text("unit.eur_per_t_of_good"),
        reading=_reading(text, shown),
        series=[Series(r, text.name("receiver", r), c) for r, c in RECEIVERS.items()],
        groups=groups,
    )
    return Figure(chart, _caption(view, str(year), "source.border_law"))


def _reading(text: Text, shown: pd.DataFrame) -> str:
    """What free allowances save at the border, and what auctioned ones keep at home, as found."""
    free = shown[shown["allocation"] == "free"]["home_eur_per_t"]
    sold = shown[shown["allocation"] == "auctioned"].set_index("scenario")
    words = text("reading.run_free") if len(free) and (free == 0).all() else ""
    if not len(sold) or sold["home_eur_per_t"].max() <= 0:
        return words
    most = sold.loc[sold["home_eur_per_t"].idxmax()]
    return words + text(
        "reading.run_sold",
        scenario=text.scenario(most.name),
        home=number(most["home_eur_per_t"]),
        total=number(most["home_eur_per_t"] + most["bill_eur_per_t"]),
    )


def _caption(view: View, years: str, source: str) -> Caption:
    """Caption of what a run means: that of the run, with the law or the budget it meets."""
    return replace(caption(view, years, POLICY), source=view.text(source))


def _bills(view: View) -> list[Block]:
    table = view.table("chain_border", *BILLS, "saved_eur_per_t", "home_eur_per_t")
    if table is None:
        return []
    text, year = view.text, int(table["year"].max())
    price, unit = text.unit("CNY/t"), text("unit.eur_per_t_of_good")
    columns = [
        Column(text("label.scenario")),
        Column(text("label.good")),
        Column(text("label.allocation")),
        Column(text("label.allowance_price"), numeric=True, unit=price.label),
    ]
    columns += [
        Column(text(f"label.border_{n}"), numeric=True, unit=unit)
        for n in ("bill", "saved", "home")
    ]
    rows: list[Cells] = [
        [
            text.scenario(row["scenario"]),
            text.name("good", row["good"]),
            text(f"allocation.{row['allocation']}"),
            number(row["cny_per_t"] * price.factor),
            *(number(row[f"{n}_eur_per_t"]) for n in ("bill", "saved", "home")),
        ]
        for _, row in table[table["year"] == year].iterrows()
    ]
    note = note_of(text, _caption(view, str(year), "source.border_law"))
    reading = text("reading.chain_border", year=year)
    return [Table(text("table.chain_border"), columns, rows, note, reading=reading)]


def _budget(view: View) -> list[Block]:
    table = view.table("chain_budget", *BUDGET)
    if table is None:
        return []
    text = view.text
    scenarios = list(dict.fromkeys(table["scenario"]))
    wide = table.pivot_table(index="rule", columns="scenario", values="share", dropna=False)
    used = table.drop_duplicates("scenario").set_index("scenario")["used_gt"]
    budget = table.drop_duplicates("rule").set_index("rule")["budget_gt"]
    columns = [Column(text("label.rule")), Column(text("label.budget"), numeric=True, unit="Gt")]
    columns += [Column(text.scenario(s), numeric=True, unit="%") for s in scenarios]
    rows: list[Cells] = [
        [text("label.used"), DASH, *(f"{number(used[s], 4)} Gt" for s in scenarios)]
    ]
    for rule, title in names_of(table, text, "rule").items():
        shares = [wide.loc[rule, s] if rule in wide.index else float("nan") for s in scenarios]
        over = text("word.none_left")
        rows.append(
            [title, number(budget[rule]), *(number(100 * v) if v == v else over for v in shares)]
        )
    first, last = (int(table[c].iloc[0]) for c in ("first_year", "last_year"))
    reading = text("reading.chain_budget", first=first, last=last)
    note = note_of(text, _caption(view, f"{first}–{last}", "source.budgets"))
    return [Table(text("table.chain_budget"), columns, rows, note, reading=reading)]
