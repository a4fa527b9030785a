"""Competition and cooperation between China, the United States and the EU."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number, signed
from dualcarbon.charts.specs import Bar, Group, Stacked
from dualcarbon.report.figure import series
from dualcarbon.report.page import Badge, Block, Caption, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View

ACTORS = ("China", "US", "EU")


def build(view: View) -> Section | None:
    """Payoffs, where interests meet, equilibria, side payments, and the figures behind them."""
    table = view.table("cooperation_payoffs", "strategy", "actor", "issue", "bn_usd")
    if table is None:
        return None
    blocks: list[Block] = [*with_data(_payoffs(view, table), view.text)]
    for make in (_interests, _equilibria, _payments, _learning, _inputs):
        blocks += make(view)
    return section(view, "cooperation", blocks)


def build_localised(view: View) -> Section | None:
    """How concentrated supply is, and how much dearer making it at home would be."""
    table = view.table("localisation", "technology", "stage", "leader", "premium", "share_low")
    if table is None:
        return None
    text = view.text
    columns = [Column(text(f"label.local_{n}")) for n in ("technology", "stage", "leader")]
    names = {"made": "%", "learning": "%", "premium": "%"}
    columns += [Column(text(f"label.local_{n}"), numeric=True, unit=u) for n, u in names.items()]
    columns.append(Column(text("label.local_range"), numeric=True, unit="%"))
    rows: list[Cells] = []
    for _, row in table.iterrows():
        made = 0.5 * (float(row["share_low"]) + float(row["share_high"]))
        ends = [number(100 * float(row[f"premium_{end}"]), 2) for end in ("low", "high")]
        rows.append(
            [
                text.name("local", row["technology"]),
                text.name("local", row["stage"]),
                text.name("place", row["leader"]),
                number(made),
                number(float(row["learning"])),
                number(100 * float(row["premium"]), 2),
                " … ".join(ends),
            ]
        )
    span = view.span(table)
    note = note_of(text, Caption(span, text("source.localisation"), str(table["grade"].max())))
    reading = text("reading.localisation")
    shown = Table(text("table.localisation"), columns, rows, note, reading=reading)
    return section(view, "localisation", [shown])


def _payoffs(view: View, table: pd.DataFrame) -> Figure:
    """Bars per actor and common strategy, parted by issue; diamonds mark the sum."""
    text, unit = view.text, view.text.unit("bn USD a")
    table = table.assign(bn_usd=table["bn_usd"] * unit.factor)
    groups = []
    for actor, of_actor in table[table["strategy"] != "compete"].groupby("actor", sort=False):
        bars = []
        for strategy, rows in of_actor.groupby("strategy", sort=False):
            worth = rows.set_index("issue")["bn_usd"]
            parts = {str(issue): float(v) for issue, v in worth.items() if abs(v) > 1e-9}
            bars.append(Bar(text.name("strategy", strategy), parts, mark=float(worth.sum())))
        groups.append(Group(text.name("place", actor), bars))
    full = table[table["strategy"] == "full"].groupby("actor", sort=False)["bn_usd"].sum()
    chart = Stacked(
        title=text("figure.cooperation_payoffs"),
        unit=unit.label,
        reading=text(
            "reading.cooperation",
            most=text.name("place", full.idxmax()),
            high=signed(full.max()),
            least=text.name("place", full.idxmin()),
            low=signed(full.min()),
            total=number(full.sum()),
        ),
        series=series([(i, text.name("issue", i)) for i in dict.fromkeys(table["issue"])]),
        groups=groups,
    )
    return Figure(chart, _caption(view))


def _caption(view: View) -> Caption:
    return Caption("2030", view.text("caption.cooperation"), "D")


def _interests(view: View) -> list[Block]:
    table = view.table("cooperation_interests", "issue", *ACTORS, "shared", "opposed")
    if table is None:
        return []
    text = view.text
    heads = [Column(text("label.issue"))]
    heads += [Column(text.name("place", a), numeric=True) for a in ACTORS]
    heads.append(Column(text("label.interest")))
    rows: list[Cells] = []
    for _, row in table.iterrows():
        key = "shared" if row["shared"] else "opposed" if row["opposed"] else "neither"
        tone = {"shared": "good", "opposed": "warn", "neither": "warn"}[key]
        rows.append(
            [
                text.name("issue", row["issue"]),
                *(signed(row[a] * _factor(view), 2) for a in ACTORS),
                Badge(text.name("interest", key), tone),
            ]
        )
    return [Table(text("table.interests"), heads, rows, _note(view))]


def _equilibria(view: View) -> list[Block]:
    worth = [f"{a}_bn_usd" for a in ACTORS]
    table = view.table("cooperation_profiles", *ACTORS, *worth, "sum_bn_usd", "is_equilibrium")
    if table is None:
        return []
    text = view.text
    heads = [Column(text("label.strategy_of", actor=text.name("place", a))) for a in ACTORS]
    heads += [Column(text.name("place", a), numeric=True) for a in ACTORS]
    heads.append(Column(text("label.sum"), numeric=True))
    stable = table[table["is_equilibrium"].astype(bool)]
    rows: list[Cells] = [
        [
            *(text.name("strategy", row[a]) for a in ACTORS),
            *(number(row[w] * _factor(view)) for w in worth),
            number(row["sum_bn_usd"] * _factor(view)),
        ]
        for _, row in stable.iterrows()
    ]
    best = table.loc[table["sum_bn_usd"].idxmax()]
    reading = text(
        "reading.equilibria",
        count=len(stable),
        best=_named(view, [str(best[a]) for a in ACTORS]),
        total=number(best["sum_bn_usd"] * _factor(view)),
    )
    return [Table(text("table.equilibria"), heads, rows, _note(view), reading=reading)]


def _named(view: View, strategies: list[str]) -> str:
    """A profile in words."""
    text = view.text
    if len(set(strategies)) == 1:
        return text("reading.all_three", strategy=text.name("strategy", strategies[0]))
    words = [
        text("reading.one_strategy", actor=text.name("place", a), strategy=text.name("strategy", s))
        for a, s in zip(ACTORS, strategies, strict=True)
    ]
    return text.listed(words)


def _payments(view: View) -> list[Block]:
    table = view.table("cooperation_payments", "concept", "actor", "payment_bn_usd", "feasible")
    if table is None:
        return []
    text = view.text
    heads = [Column(text("label.concept"), wide=True)]
    heads += [Column(text.name("place", a), numeric=True) for a in ACTORS]
    heads.append(Column(text("label.possible")))
    rows: list[Cells] = []
    for concept, group in table.groupby("concept", sort=False):
        paid = group.set_index("actor")["payment_bn_usd"] * _factor(view)
        possible = bool(group["feasible"].iloc[0])
        words = text.name("answer", "yes" if possible else "no")
        rows.append(
            [
                text.name("concept", concept),
                *(signed(0.0 if abs(paid[a]) < 1e-6 else paid[a], 2) for a in ACTORS),
                Badge(words, "good" if possible else "bad"),
            ]
        )
    return [Table(text("table.side_payments"), heads, rows, _note(view))]


def _learning(view: View) -> list[Block]:
    """The learning model beside published figures."""
    table = view.table("cooperation_learning", "figure", "country", "ours", "published", "within")
    if table is None:
        return []
    text = view.text
    heads = [Column(text("label.figure")), Column(text("label.country"))]
    heads += [Column(text("label.ours"), numeric=True), Column(text("label.published_range"))]
    heads += [Column(text("label.unit")), Column(text("label.within"))]
    rows: list[Cells] = []
    for _, row in table.iterrows():
        unit = text.unit(row["unit"])
        ends = [number(row[f"published_{end}"] * unit.factor) for end in ("low", "high")]
        words = ends[0] if ends[0] == ends[1] else " … ".join(ends)
        if row["published"] == row["published"] and ends[0] != ends[1]:
            words = f"{number(row['published'] * unit.factor)} ({words})"
        inside = bool(row["within"])
        badge = Badge(text.name("answer", "yes" if inside else "no"), "good" if inside else "warn")
        ours = number(row["ours"] * unit.factor)
        name = text.name("pv_figure", row["figure"])
        rows.append([name, text.name("place", row["country"]), ours, words, unit.label, badge])
    return [Table(text("table.pv"), heads, rows, text("note.pv"))]


def _inputs(view: View) -> list[Block]:
    table = view.table("cooperation_inputs", "key", "value", "unit", "year", "source", "grade")
    if table is None:
        return []
    text = view.text
    heads = [Column(text("label.figure")), Column(text("label.value"), numeric=True)]
    heads += [Column(text(f"label.{n}")) for n in ("unit", "year", "grade")]
    heads.append(Column(text("label.source"), wide=True))
    rows: list[Cells] = [
        [
            text.name("assumption", row["key"]),
            number(row["value"], 4),
            "" if row["unit"] == "1" else text.name("coop_unit", row["unit"]),
            str(row["year"]),
            str(row["grade"]),
            str(row["source"]),
        ]
        for _, row in table.iterrows()
    ]
    return [Table(text("table.coop_inputs"), heads, rows, folded=True)]


def _factor(view: View) -> float:
    return view.text.unit("bn USD a").factor


def _note(view: View) -> str:
    text = view.text
    return note_of(text, _caption(view), text.unit("bn USD a").label)
