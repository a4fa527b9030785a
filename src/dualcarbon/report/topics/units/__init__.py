"""The state of a ledger: where units went, and which evidence is claimed for what."""

from __future__ import annotations

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import DASH, number
from dualcarbon.charts.specs import Cell, Flow, Grid, Link
from dualcarbon.report.figure import series
from dualcarbon.report.page import Block, Caption, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import section, with_data
from dualcarbon.report.view import View

FAMILIES = (("green", ("green",), 10**6), ("carbon", ("allowance", "ccer"), 10**3),
            ("saving", ("white", "energy_use"), 10**6))  # fmt: skip
"""Kinds that share a unit, and base units in one of it: MWh, t CO2e, tce."""
MOST = 20
FREED = "#"


def build(view: View) -> Section | None:
    """Life of units, the map of claims, and all balances."""
    balances = view.table("ledger_balances", "kind", "vintage", "state", "quantity")
    if balances is None:
        return None
    blocks: list[Block] = []
    for family, kinds, base in FAMILIES:
        blocks += with_data(
            _life(view, balances[balances["kind"].isin(kinds)], family, base), view.text
        )
    blocks += with_data(_claims(view), view.text)
    return section(view, "units", [*blocks, _balances(view, balances)])


def _caption(view: View) -> Caption:
    return Caption("", view.text("caption.ledger"), "A")


def _life(view: View, table: pd.DataFrame, family: str, base: int) -> Figure | None:
    """What was issued, by kind and vintage, and the state it is in."""
    if table.empty:
        return None
    text = view.text
    sizes = table.groupby(["kind", "vintage", "state"])["quantity"].sum() / base
    left = {f"{k} {v}": f"{text.name('unit_kind', k)} {v}" for k, v, _ in sizes.index}
    right = {s: text.name("unit_state", s) for _, _, s in sizes.index}
    total, used = (
        float(sizes.sum()),
        float(sizes.drop("held", level="state", errors="ignore").sum()),
    )
    unit = text(f"unit_phrase.{family}")
    chart = Flow(
        title=text("figure.unit_life", kind=text(f"label.{family}_units")),
        unit=unit,
        reading=text("reading.unit_life", issued=number(total), used=number(used), unit=unit),
        left_title=text("label.issued"),
        right_title=text("label.unit_state"),
        left=series(list(left.items())),
        right=series(list(right.items())),
        links=[Link(f"{k} {v}", s, float(n)) for (k, v, s), n in sizes.items()],
    )
    return Figure(chart, _caption(view))


def _claims(view: View) -> Figure | None:
    """Evidence by use; a cell is marked where a scenario lets two uses count the same."""
    table = view.table("ledger_claims", "evidence", "slot", "start", "end", "use", "released")
    if table is None:
        return None
    text = view.text
    live = table[table["released"].isna()].assign(size=lambda t: t["end"] - t["start"])
    most = live.groupby("evidence")["size"].max()
    rows = list(most.sort_values(ascending=False).index[:MOST])
    live = live[live["evidence"].isin(rows)]
    if live.empty:
        return None
    uses = {u: _use(view, u) for u in dict.fromkeys(live["use"])}
    sizes = live.groupby(["evidence", "use"])["size"].max()
    twice = live[live["slot"].str.contains(FREED)].groupby("evidence")["use"].nunique()
    cells = [
        [_cell(sizes, str(e), u, uses[u], bool(twice.get(e, 0) > 1)) for u in uses] for e in rows
    ]
    chart = Grid(
        title=text("figure.unit_claims"),
        unit=text("unit_phrase.evidence_share"),
        reading=text("reading.unit_claims", rows=str(len(rows)), twice=str(int((twice > 1).sum()))),
        rows=[str(e).partition("/")[0] for e in rows],
        columns=list(uses.values()),
        row_title=text("label.meter"),
        column_title=text("label.unit_use"),
        cells=cells,
        low=0,
        high=1,
        mark=text("label.claimed_twice"),
    )
    return Figure(chart, _caption(view))


def _use(view: View, use: str) -> str:
    """Name of a use, as the rules of the ledger have it."""
    names = datasets.load("ledger_uses").set_index("use")[f"name_{view.text.lang}"]
    return str(names.get(use, use))


def _cell(sizes: pd.Series, evidence: str, use: str, name: str, twice: bool) -> Cell:
    if (evidence, use) not in sizes.index:
        return Cell(None, DASH)
    share = float(sizes[evidence, use]) / float(sizes[evidence].max())
    return Cell(share, number(share), f"{evidence}: {name}", marked=twice)


def _balances(view: View, table: pd.DataFrame) -> Block:
    text = view.text
    heads = [Column(text(f"label.{n}")) for n in ("account", "unit_kind")]
    heads += [Column(text("label.vintage"), numeric=True), Column(text("label.unit_state"))]
    heads += [Column(text("label.quantity"), numeric=True)]
    rows: list[Cells] = [
        [str(r["account"]), text.name("unit_kind", r["kind"]), str(r["vintage"]),
         text.name("unit_state", r["state"]), str(r["shown"])]
        for _, r in table.iterrows()
    ]  # fmt: skip
    return Table(text("table.unit_balances"), heads, rows, text("caption.ledger"))
