"""What a run means at the border and for the carbon budget."""

from __future__ import annotations

from dualcarbon.charts.numbers import DASH, number
from dualcarbon.report.figures.common import POLICY, Spec, caption
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View

BORDER = ("scenario", "year", "good", "allocation", "cny_per_t", "bill_eur_per_t")
BUDGET = ("scenario", "rule", "used_gt", "budget_gt", "share")


def build(view: View) -> Section | None:
    """Bills at the EU border at the run's carbon price, and the use of China's budget."""
    return section(view, "chain", [*_border(view), *_budget(view)])


def _border(view: View) -> list[Block]:
    table = view.table("chain_border", *BORDER, "saved_eur_per_t", "home_eur_per_t")
    if table is None:
        return []
    text, year = view.text, int(table["year"].max())
    price, unit = text.unit("CNY/t"), text("unit.eur_per_t_of_good")
    columns = [
        Column(text("label.scenario")),
        Column(text("label.good")),
        Column(text("label.allocation")),
        Column(text("label.allowance_price"), numeric=True, unit=price.label),
        *(Column(text(f"label.{n}"), numeric=True, unit=unit)
          for n in ("border_bill", "border_saved", "border_home")),
    ]  # fmt: skip
    rows: list[list[str | Badge]] = [
        [
            text.scenario(row["scenario"]),
            text.name("good", row["good"]),
            text(f"allocation.{row['allocation']}"),
            number(row["cny_per_t"] * price.factor),
            *(number(row[f"{n}_eur_per_t"]) for n in ("bill", "saved", "home")),
        ]
        for _, row in table[table["year"] == year].iterrows()
    ]
    note = _note(view, str(year), "source.border_law")
    reading = text("reading.chain_border", year=year)
    return [Table(text("table.chain_border"), columns, rows, note, reading=reading)]


def _budget(view: View) -> list[Block]:
    from dualcarbon.responsibility.rights.rules import RULES

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
    rows: list[list[str | Badge]] = [
        [text("label.used"), DASH, *(f"{number(used[s], 4)} Gt" for s in scenarios)]
    ]
    for rule, gt in budget.items():
        title = getattr(RULES[str(rule)], f"title_{text.lang}")
        shares = [wide.loc[rule, s] if rule in wide.index else float("nan") for s in scenarios]
        over = text("word.none_left")
        rows.append([title, number(gt), *(number(100 * v) if v == v else over for v in shares)])
    first, last = (int(table[c].iloc[0]) for c in ("first_year", "last_year"))
    reading = text("reading.chain_budget", first=first, last=last)
    note = _note(view, f"{first}–{last}", "source.budgets")
    return [Table(text("table.chain_budget"), columns, rows, note, reading=reading)]


def _note(view: View, years: str, source: str) -> str:
    shown: Spec = {**caption(view, "", years, POLICY), "source": view.text(source)}
    return note_of(view.text, shown)
