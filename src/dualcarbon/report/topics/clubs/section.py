"""Climate clubs: who joins, who gains, and what other rules would change."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import DASH, fixed
from dualcarbon.report.page import Badge, Block, Cells, Column, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.text import Text
from dualcarbon.report.topics.clubs.figures import (
    club_caption,
    club_participation,
    club_paths,
    club_payoffs,
    club_rules,
    money_unit,
    terms,
)
from dualcarbon.report.view import View

COLUMNS = (
    *("rule", "members", "regions", "strong", "cut", "captured"),
    *("welfare_bn", "developing_bn", "data_year"),
)

MONEY = ("welfare_bn", "developing_bn")


def build(view: View) -> Section | None:
    """Participation over price and tariff, payoffs by region, rules compared."""
    blocks: list[Block] = []
    for figure in (club_participation, club_payoffs, club_rules, club_paths):
        blocks += with_data(figure(view), view.text)
    return section(view, "clubs", [*blocks, *_rules(view)])


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
