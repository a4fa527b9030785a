"""The EU border: cost of CBAM, who receives it, exposure, and what a run means for all of it."""

from __future__ import annotations

from dualcarbon.charts.numbers import DASH, aligned, number
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.page import Block, Cells, Column, Section, Table
from dualcarbon.report.section import note_of, section
from dualcarbon.report.sourced import names_of, sourced
from dualcarbon.report.topics.border.figures import (
    border_bill,
    border_costs,
    border_exposure,
    border_prices,
    border_revenue,
    run_caption,
    run_revenue,
)
from dualcarbon.report.view import View

INDEX = ("origin", "industry", "eu_share", "aggregate", "relative", "year", "grade")
BILLS = ("scenario", "year", "good", "allocation", "cny_per_t", "bill_eur_per_t")
BUDGET = ("scenario", "rule", "used_gt", "budget_gt", "share")


def build(view: View) -> Section | None:
    """Cost by good and origin, composition of a bill, flow of revenue, exposure."""
    blocks: list[Block] = []
    for figure in (border_costs, border_bill, border_revenue, border_exposure):
        blocks += with_data(figure(view), view.text)
    return section(view, "border", [*blocks, *_index(view)])


def build_prices(view: View) -> Section | None:
    """Effective prices of countries."""
    return section(view, "border_prices", [*with_data(border_prices(view), view.text)])


def build_run(view: View) -> Section | None:
    """Bills at the EU border at the run's carbon price, and the use of China's budget."""
    blocks: list[Block] = [*with_data(run_revenue(view), view.text)]
    return section(view, "chain", [*blocks, *_bills(view), *_budget(view)])


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
    note = note_of(text, run_caption(view, str(year), "source.border_law"))
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
    note = note_of(text, run_caption(view, f"{first}–{last}", "source.budgets"))
    return [Table(text("table.chain_budget"), columns, rows, note, reading=reading)]
