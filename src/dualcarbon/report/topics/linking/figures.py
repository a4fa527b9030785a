"""Who gains from linked markets, and where the revenue of a border charge goes."""

from __future__ import annotations

from dualcarbon.charts.numbers import number
from dualcarbon.charts.specs import Bar, Curves, Group, Level, Line, Series, Stacked
from dualcarbon.report.page import Caption, Figure
from dualcarbon.report.sourced import link_caption, money, series
from dualcarbon.report.view import View

GAINS = {"saved": "#2f9a94", "paid": "#2f6fb3"}
KINDS = (
    *("exporters", "buyers", "budget", "government", "least developed countries"),
    *("abatement projects abroad", "climate fund"),
)
NOISE = 1e-9


def link_curves(view: View) -> Figure | None:
    """Marginal cost over abatement, one line per region, and the price of the link."""
    curves = view.table("link_curves", "region", "price", "abatement_mt")
    summary = view.table("link_summary", "case", "price_usd_per_t")
    regions = view.table("link_regions", "region", "autarky_price", "gain_musd")
    if curves is None or summary is None or regions is None:
        return None
    text, price = view.text, float(summary["price_usd_per_t"].iloc[0])
    low = regions.loc[regions["autarky_price"].idxmin()]
    high = regions.loc[regions["autarky_price"].idxmax()]
    best = regions.loc[regions["gain_musd"].idxmax()]
    trades = price == price
    chart = Curves(
        title=text("figure.link_curves"),
        unit=text("unit_phrase.usd_per_t"),
        reading=text(
            "reading.link_curves" if trades else "reading.link_none",
            price=number(price),
            low=number(low["autarky_price"]),
            cheap=text.name("place", low["region"]),
            high=number(high["autarky_price"]),
            dear=text.name("place", high["region"]),
            winner=text.name("place", best["region"]),
            gain=number(best["gain_musd"] * text.unit("musd a").factor),
        ),
        series=series([(r, text.name("place", r)) for r in dict.fromkeys(curves["region"])]),
        lines=[
            Line(str(region), list(zip(rows["abatement_mt"], rows["price"], strict=True)))
            for region, rows in curves.groupby("region", sort=False)
        ],
        across=text("unit_phrase.mt_abated"),
        level=Level(price, text("label.linked_price", price=number(price))) if trades else None,
    )
    return Figure(chart, link_caption(text, curves["region"]))


def link_gains(view: View) -> Figure | None:
    """A bar per region: abatement cost saved or added, money received or paid, and the net."""
    table = view.table(
        "link_regions", "region", "autarky_cost_musd", "cost_musd", "payment_musd", "gain_musd"
    )
    if table is None or table["gain_musd"].abs().max() == 0.0:
        return None
    text, unit = view.text, view.text.unit("musd a")
    bars = []
    for _, row in table.iterrows():
        saved = float(row["autarky_cost_musd"] - row["cost_musd"]) * unit.factor
        parts = {"saved": saved, "paid": -float(row["payment_musd"]) * unit.factor}
        shown = {k: v for k, v in parts.items() if abs(v) > NOISE}
        gain = float(row["gain_musd"]) * unit.factor
        bars.append(Bar(text.name("place", row["region"]), shown, mark=gain))
    best = table.loc[table["gain_musd"].idxmax()]
    chart = Stacked(
        title=text("figure.link_gains"),
        unit=unit.label,
        reading=text(
            "reading.link_gains",
            winner=text.name("place", best["region"]),
            gain=number(best["gain_musd"] * unit.factor),
            total=number(table["gain_musd"].sum() * unit.factor),
        ),
        series=[Series(k, text.name("gain_part", k), c) for k, c in GAINS.items()],
        groups=[Group("", bars)],
    )
    return Figure(chart, link_caption(text, table["region"]))


def recycling_net(view: View) -> Figure | None:
    """A bar per use: to the left who pays, to the right who receives; each sums to zero."""
    table = view.table("recycling_net", "party", "use", "million", "currency")
    if table is None:
        return None
    text = view.text
    kinds = table.assign(kind=table["party"].str.rpartition(", ")[2])
    sums = kinds.groupby(["use", "kind"], sort=False)["million"].sum().unstack(fill_value=0.0)
    shown = [k for k in KINDS if k in sums and sums[k].abs().max() > NOISE]
    bars = [
        Bar(
            text.name("revenue_use", use),
            {k: float(sums.loc[use, k]) for k in shown if sums.loc[use, k]},
            end=" ",
        )
        for use in dict.fromkeys(table["use"])
        if use != "none"
    ]
    unit = money(text, str(table["currency"].iloc[0]).removeprefix("M "))
    revenue = float(sums.clip(lower=0.0).sum(axis=1).max())
    chart = Stacked(
        title=text("figure.recycling_net"),
        unit=unit,
        reading=text("reading.recycling_net", revenue=number(revenue), unit=unit),
        series=series([(k, text.name("receiver_kind", k)) for k in shown]),
        groups=[Group("", bars)],
    )
    return Figure(chart, Caption("", text("caption.recycling"), "D"))
