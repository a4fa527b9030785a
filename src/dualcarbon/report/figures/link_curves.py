"""Abatement supply of the regions with the price at which they are linked."""

from __future__ import annotations

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.figures.international import link_caption, series
from dualcarbon.report.view import View


def link_curves(view: View) -> Spec | None:
    """Marginal cost over abatement, one line per region, and the price of the link."""
    curves = view.table("link_curves", "region", "price", "abatement_mt")
    summary = view.table("link_summary", "case", "price_usd_per_t")
    regions = view.table("link_regions", "region", "autarky_price", "gain_musd")
    if curves is None or summary is None or regions is None:
        return None
    text, price = view.text, float(summary["price_usd_per_t"].iloc[0])
    names = [(r, text.name("place", r)) for r in dict.fromkeys(curves["region"])]
    label = text("label.linked_price", price=number(price))
    low, high = (
        regions.loc[i]
        for i in (regions["autarky_price"].idxmin(), regions["autarky_price"].idxmax())
    )
    best = regions.loc[regions["gain_musd"].idxmax()]
    words = {
        "price": number(price),
        "low": number(low["autarky_price"]),
        "cheap": text.name("place", low["region"]),
        "high": number(high["autarky_price"]),
        "dear": text.name("place", high["region"]),
        "winner": text.name("place", best["region"]),
        "gain": number(best["gain_musd"] * text.unit("musd a").factor),
    }
    trades = price == price
    return {
        "kind": "curves",
        "series": series(names),
        "across": text("unit_phrase.mt_abated"),
        "lines": [
            {
                "series": region,
                "points": list(zip(rows["abatement_mt"], rows["price"], strict=True)),
            }
            for region, rows in curves.groupby("region", sort=False)
        ],
        "level": {"value": price, "label": label} if trades else None,
        **link_caption(text, curves["region"], text("unit_phrase.usd_per_t")),
        "title": text("figure.link_curves"),
        "reading": text("reading.link_curves" if trades else "reading.link_none", **words),
    }
