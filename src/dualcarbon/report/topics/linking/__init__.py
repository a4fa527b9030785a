"""Linked carbon markets, who gains from them, and the uses of revenue from the border."""

from __future__ import annotations

from dualcarbon.charts.numbers import aligned, number
from dualcarbon.charts.specs import Bar, Curves, Group, Level, Line, Series, Stacked
from dualcarbon.report.figure import link_caption, money, party, series
from dualcarbon.report.page import Block, Caption, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View

MT, USD = "unit_phrase.mt_abated", "unit_phrase.usd_per_t"


def build(view: View) -> Section | None:
    """Supply curves, gains, the table of regions, effect on total emissions, payments."""
    if view.table("link_regions", "region") is None:
        return None
    text = view.text
    blocks: list[Block] = [*with_data(link_curves(view), text)]
    blocks += with_data(link_gains(view), text)
    return section(view, "linking", [*blocks, *_regions(view), *_integrity(view), *_flows(view)])


def build_recycling(view: View) -> Section | None:
    """Who pays and who receives under each use of border revenue."""
    text, figure = view.text, recycling_net(view)
    if figure is None:
        return None
    return section(view, "recycling", [*with_data(figure, text), *_uses(view)])


def _regions(view: View) -> list[Block]:
    columns = dict.fromkeys(("requirement_mt", "abatement_mt", "sold_mt", "counted_mt"), MT)
    columns |= {"autarky_price": USD, "marginal_cost": USD, "gain_musd": ""}
    table = view.table("link_regions", "region", *columns)
    if table is None:
        return []
    text, money_unit = view.text, view.text.unit("musd a")
    heads = [Column(text("label.region"))]
    for name, unit in columns.items():
        shown = text(unit) if unit else money_unit.label
        heads.append(Column(text.name("link", name), numeric=True, unit=shown))
    table = table.assign(gain_musd=table["gain_musd"] * money_unit.factor)
    names = [text.name("place", r) for r in table["region"]]
    rows: list[Cells] = [
        list(row) for row in zip(names, *(aligned(table[c]) for c in columns), strict=True)
    ]
    note = note_of(text, link_caption(text, table["region"]))
    return [Table(text("table.link_regions"), heads, rows, note)]


def _integrity(view: View) -> list[Block]:
    columns = (
        *("price_usd_per_t", "volume_mt", "counted_mt", "integrity_loss_mt", "cancelled_mt"),
        "extra_abatement_mt",
    )
    table = view.table("link_summary", "case", *columns)
    regions = view.table("link_regions", "region")
    if table is None or regions is None:
        return []
    text = view.text
    heads = [Column(text("label.case"))]
    for name in columns:
        unit = USD if name == "price_usd_per_t" else MT
        heads.append(Column(text.name("link", name), numeric=True, unit=text(unit)))
    rows: list[Cells] = [
        [text.name("link_case", row["case"]), *(number(_clean(row[c])) for c in columns)]
        for _, row in table.iterrows()
    ]
    loss = _clean(table["integrity_loss_mt"].iloc[0])
    key = "reading.integrity" if loss > 0 else "reading.no_loss"
    reading = text(key, loss=number(loss))
    note = note_of(text, link_caption(text, regions["region"]))
    return [Table(text("table.integrity"), heads, rows, note, reading=reading)]


def _flows(view: View) -> list[Block]:
    table = view.table("link_flows", "payer", "payee", "item", "musd")
    regions = view.table("link_regions", "region")
    if table is None or regions is None:
        return []
    text = view.text
    heads = [Column(text(f"label.{n}")) for n in ("payer", "payee", "item")]
    unit = text.unit("musd a")
    heads.append(Column(text("label.amount"), numeric=True, unit=unit.label))
    amounts = aligned(table["musd"] * unit.factor)
    rows: list[Cells] = [
        [party(text, p), party(text, q), text.name("pay_item", i), a]
        for p, q, i, a in zip(table["payer"], table["payee"], table["item"], amounts, strict=True)
    ]
    note = note_of(text, link_caption(text, regions["region"]))
    return [Table(text("table.link_flows"), heads, rows, note, folded=True)]


def _uses(view: View) -> list[Block]:
    """Net receipts by party, one column per use, with the column sums."""
    table = view.table("recycling_net", "party", "use", "million", "currency")
    if table is None:
        return []
    text, uses = view.text, [u for u in dict.fromkeys(table["use"]) if u != "none"]
    wide = table.pivot_table(index="party", columns="use", values="million", sort=False)[uses]
    heads = [Column(text("label.party_name"))]
    heads += [Column(text.name("revenue_use", use), numeric=True) for use in uses]
    names = [party(text, str(p)) for p in wide.index]
    rows: list[Cells] = [
        list(row) for row in zip(names, *(aligned(wide[u]) for u in uses), strict=True)
    ]
    rows.append([text("label.sum"), *(number(_clean(v)) for v in wide.sum())])
    unit = money(text, str(table["currency"].iloc[0]).removeprefix("M "))
    note = note_of(text, Caption("", text("caption.recycling"), "D"), unit)
    return [Table(text("table.recycling"), heads, rows, note)]


def _clean(value: float) -> float:
    """A value free of rounding noise."""
    return 0.0 if abs(value) < 1e-6 else float(value)


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
