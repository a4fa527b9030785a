"""Linked carbon markets, and the uses of revenue from the border."""

from __future__ import annotations

from dualcarbon.charts.numbers import aligned, number
from dualcarbon.report.page import Block, Caption, Cells, Column, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.sourced import link_caption, money, party
from dualcarbon.report.topics.linking.figures import link_curves, link_gains, recycling_net
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
