"""Tables of revenue recycling for the report."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dualcarbon import datasets
from dualcarbon.international.linking.curves import Curve
from dualcarbon.international.recycling.abatement import buy_abatement
from dualcarbon.international.recycling.uses import USES, Border, compare, flows


def report_tables(
    border: Border, curves: Mapping[str, Curve] | None = None, *, currency: str = "M EUR"
) -> dict[str, pd.DataFrame]:
    """Tables that the report shows: ``recycling_flows`` (use, payer, payee, item, million),
    ``recycling_net`` (use, party, million) and, with curves, ``recycling_abatement``.

    The least developed countries are one party here.

    Args:
        border: the charge.
        curves: abatement curves of regions outside, in the currency of the charge per t.
        currency: unit of the amounts.
    """
    paid = pd.concat([flows(border, use).assign(use=use) for use in USES], ignore_index=True)
    net = compare(border)
    net.index = pd.Index([_grouped(str(name)) for name in net.index], name="party")
    long = net.groupby("party", sort=False).sum().reset_index()
    long = long.melt("party", var_name="use", value_name="million")
    for column in ("payer", "payee"):
        paid[column] = [_grouped(str(name)) for name in paid[column]]
    keys = ["use", "payer", "payee", "item"]
    paid = paid.groupby(keys, sort=False, as_index=False)["million"].sum()
    tables = {
        "recycling_flows": paid.assign(currency=currency),
        "recycling_net": long.assign(currency=currency),
    }
    if curves:
        bought = buy_abatement(curves, border.share("abatement_outside") * border.revenue)
        rows = [(n, a, bought.price) for n, a in bought.abatement_mt.items()]
        tables["recycling_abatement"] = pd.DataFrame(
            rows, columns=["region", "abatement_mt", "price"]
        )
    return tables


def _grouped(party: str) -> str:
    """Governments of least developed countries under one name."""
    country, _, kind = party.rpartition(", ")
    poor = set(datasets.load("ldc_population")["country"])
    return "least developed countries" if kind == "government" and country in poor else party
