"""Emissions that cross borders: from where they arise to where they are consumed."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number, percent
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.figures.responsibility import COLOURS, REST, RESTS, names_of, sourced
from dualcarbon.report.view import View

COLUMNS = ("from", "to", "value", "year", "source", "grade")
SHOWN = 7


def carbon_trade(view: View) -> Spec | None:
    """Ribbons from exporters to importers of embodied emissions; home flows are left out."""
    table = view.table("responsibility_flows", *COLUMNS)
    if table is None:
        return None
    text = view.text
    crossing = table[table["from"] != table["to"]]
    trade = crossing.groupby("from")["value"].sum() + crossing.groupby("to")["value"].sum()
    shown = [str(r) for r in trade.drop(list(RESTS), errors="ignore").nlargest(SHOWN).index]
    merged = _merged(crossing, shown)
    names = names_of(table, text, "from") | {REST: text("label.others")}
    nodes = [
        {"key": r, "name": names[r], "colour": COLOURS[i] if r != REST else COLOURS[-1]}
        for i, r in enumerate([*shown, REST])
        if r in set(merged["source"]) | set(merged["target"])
    ]
    sold, bought = merged.groupby("source")["value"].sum(), merged.groupby("target")["value"].sum()
    total, everything = float(crossing["value"].sum()), float(table["value"].sum())
    return {
        "kind": "flow",
        "left_title": text("label.arises"),
        "right_title": text("label.serves"),
        "left": sorted(nodes, key=lambda n: -sold.get(n["key"], 0.0)),
        "right": sorted(nodes, key=lambda n: -bought.get(n["key"], 0.0)),
        "links": merged.to_dict("records"),
        **sourced(table, text("unit_phrase.mt"), view.span(table)),
        "title": text("figure.carbon_trade"),
        "reading": text(
            "reading.carbon_trade",
            total=number(total / 1000),
            share=percent(total / everything),
        )
        + _pair(view, crossing),
    }


def _merged(crossing: pd.DataFrame, shown: list[str]) -> pd.DataFrame:
    """Flows with all but the regions shown taken together."""
    ends = {
        new: crossing[old].where(crossing[old].isin(shown), REST)
        for old, new in (("from", "source"), ("to", "target"))
    }
    table = pd.DataFrame(ends | {"value": crossing["value"]})
    return table.groupby(["source", "target"], as_index=False, sort=False)["value"].sum()


def _pair(view: View, crossing: pd.DataFrame) -> str:
    """China and the United States, both ways."""
    sizes = crossing.set_index(["from", "to"])["value"]
    if ("CHN", "USA") not in sizes.index:
        return ""
    there, back = float(sizes["CHN", "USA"]), float(sizes["USA", "CHN"])
    return view.text(
        "reading.carbon_pair", there=number(there), back=number(back), times=number(there / back, 2)
    )
