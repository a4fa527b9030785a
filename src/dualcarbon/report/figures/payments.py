"""Who pays and who receives, by kind of party, beside the market for electricity itself."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import POLICY, Spec, caption
from dualcarbon.report.parties import KINDS, MARKET, NEEDED, net_receipts
from dualcarbon.report.view import View, colour

POWER = ("electricity", "retail")
CONTRACTS = ("reserve", "frequency", "peak_shaving", "capacity", "capacity_payment",
             "medium_term", "cfd")  # fmt: skip
NEGLIGIBLE = 0.05


def payments(view: View, *, contracts: bool = False) -> Spec | None:
    """Bars to the left are paid, bars to the right received; a diamond marks the net.

    Args:
        view: the run.
        contracts: capacity and contracts on electricity, instead of carbon and certificates.
    """
    table = view.table("settlement", *NEEDED)
    if table is None:
        return None
    beside = table["instrument"].isin(CONTRACTS) == contracts
    beside &= ~table["instrument"].isin(POWER)
    chosen = table[(table["year"] == view.last) & beside]
    net = net_receipts(chosen)
    net = net[net["kind"] != MARKET]
    if net.empty or net["bn_cny"].abs().max() < NEGLIGIBLE:
        return None
    unit = view.text.unit("bn CNY")
    instruments = list(dict.fromkeys(net["instrument"]))
    return {
        "kind": "stacked",
        "series": [
            {"key": i, "name": view.text.name("instrument", i), "colour": colour(n + 1)}
            for n, i in enumerate(instruments)
        ],
        "groups": _groups(view, net.assign(bn_cny=net["bn_cny"] * unit.factor)),
        **caption(view, view.text("unit_phrase.a_year", unit=unit.label), str(view.last), POLICY),
        "title": view.text("figure.contracts" if contracts else "figure.payments"),
        "reading": _reading(view, net, unit.factor, unit.label),
    }


def _groups(view: View, net: pd.DataFrame) -> list[Spec]:
    groups = []
    for kind in KINDS:
        of_kind = net[net["kind"] == kind]
        if of_kind["bn_cny"].abs().max() < NEGLIGIBLE or of_kind.empty:
            continue
        bars = []
        for scenario in view.scenarios:
            rows = of_kind[of_kind["scenario"] == scenario]
            parts = [
                {"series": i, "value": float(v)}
                for i, v in zip(rows["instrument"], rows["bn_cny"], strict=True)
                if abs(v) > 1e-9
            ]
            mark = float(rows["bn_cny"].sum())
            bars.append({"label": view.text.scenario(scenario), "parts": parts, "mark": mark})
        groups.append({"label": view.text.name("party", kind), "bars": bars})
    return groups


def _reading(view: View, net: pd.DataFrame, factor: float, unit: str) -> str:
    base = net[net["scenario"] == view.base].groupby("kind")["bn_cny"].sum() * factor
    if base.empty or base.abs().max() < NEGLIGIBLE:
        return view.text("reading.payments_none", scenario=view.text.scenario(view.base))
    return view.text(
        "reading.payments",
        scenario=view.text.scenario(view.base),
        year=view.last,
        payer=view.text.name("party", base.idxmin()),
        paid=number(-base.min()),
        payee=view.text.name("party", base.idxmax()),
        received=number(base.max()),
        unit=unit,
    )
