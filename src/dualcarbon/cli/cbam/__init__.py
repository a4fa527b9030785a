"""``dualcarbon cbam``: the bill of a good at the EU border, of many, and of a country."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table, tidy, titles
from dualcarbon.cli.cbam import shipments as given
from dualcarbon.cli.console import remark, word
from dualcarbon.cli.options import numbers
from dualcarbon.cli.verb import group, verb
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

ASSESS = "dualcarbon cbam assess --cn 72071111 --origin TR --tonnes 100 --year 2026 --price 80"
SOME_ROWS_BAD = 1
app = group(
    "The EU's carbon border adjustment: bills, batches, exposure, what a price at home saves.",
    ASSESS,
)


@verb(app, examples=(ASSESS,))
def assess(
    cn: given.Cn,
    origin: given.Origin,
    year: given.Year,
    tonnes: given.Tonnes = None,
    price: given.Price = None,
    prices: given.Prices = None,
    details: given.Detail = None,
    precursors: given.Precursors = None,
    downstream: given.Downstream = False,
    law: given.Law = "2026-07",
    lang: str = "en",
) -> Answer:
    """Assess one shipment: emissions, free allocation, deduction, certificates, cost."""
    import pandas as pd

    from dualcarbon.international.cbam import assess as assessed

    shipment = given.shipment(cn, origin, year, tonnes, details, precursors)
    certificate = given.read_prices(prices, price)
    bill = assessed(shipment, certificate, downstream=downstream, law=law)
    cost = f"{bill.cost_eur:,.2f}"
    title = word("cbam.bill", lang, cn=bill.cn, origin=bill.origin, year=bill.year, cost=cost)
    heads = ["step", "value", "unit", "status", "article", "note"]
    return Answer(
        [
            Table(title, heads, [given.step(line) for line in bill.lines], len(heads)),
            word("cbam.by_law", lang, law=bill.law, as_of=bill.as_of, acts="; ".join(bill.acts)),
        ],
        json=bill.to_dict,
        csv=pd.DataFrame(bill.to_dict()["lines"]),
    )


@verb(
    app, examples=("dualcarbon cbam template shipments.csv", "dualcarbon cbam batch shipments.csv")
)
def batch(
    file: Annotated[Path, typer.Argument(help="Shipments, csv or xlsx.", show_default=False)],
    price: given.Price = None,
    prices: given.Prices = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write, csv or xlsx; beside FILE if left out."),
    ] = None,
    downstream: given.Downstream = False,
    law: given.Law = "2026-07",
    sheet: given.Sheet = None,
    decimal: given.Decimal = None,
    unit: given.Unit = None,
    days: given.Days = None,
    lang: str = "en",
) -> Answer:
    """Assess the shipments of a file.

    Heads in English, Chinese or German, either decimal sign, tonnes or kilograms, any common form
    of a day; how the file was read is said, further columns come back. Bad rows are listed and do
    not stop the good ones. Exit code 0: all rows were assessed; 1: some could not be; 2: the file
    cannot be used or no row could be assessed; nothing is written.
    """
    from dualcarbon.international.cbam import assess_batch, read_shipments

    target = out or file.with_name(f"{file.stem}-cbam.xlsx")
    given.check_target(target)
    choices = given.choices(sheet, decimal, unit, days)
    certificate, rows = given.read_prices(prices, price), read_shipments(file, choices)
    with given.counted("shipments") as progress:
        result = assess_batch(
            rows, certificate, downstream=downstream, law=law, where=str(file), progress=progress
        )
    bad = [f"row {row.row}: {row.message}" for row in result.errors.itertuples()]
    read = [word("cbam.read", lang, how="; ".join(f"{k}: {v}" for k, v in rows.reading.items()))]
    doubts = [_doubt(*found) for found in result.warnings.itertuples(index=False)]
    if len(doubts) > MANY:
        doubts = [*doubts[:MANY], word("cbam.more", lang, count=len(doubts) - MANY)]
    if result.results.empty:
        for text in bad:
            remark(text)
        raise InputError("no row could be assessed; nothing is written", where=str(file))
    written = given.write(result, target)
    summary = _summary(result, written)
    return Answer(
        _batch_tables(result, summary, lang),
        json=summary,
        csv=result.results,
        remarks=[*read, *bad, *doubts, *(f"written: {path}" for path in written)],
        failure=typer.Exit(SOME_ROWS_BAD) if bad else None,
    )


MANY = 20
"""Doubts shown on the terminal; the file written holds all."""


def _doubt(row: int, column: str, text: str) -> str:
    place = ", ".join(filter(None, (f"row {row}" if row else "", column)))
    return f"? {place}: {text}" if place else f"? {text}"


def _summary(result: Any, written: list[Path]) -> dict[str, Any]:
    sums = {
        name: float(result.results[name].sum())
        for name in ("embedded_t", "free_allocation_t", "deduction_t", "certificates", "cost_eur")
    }
    return {
        "assessed": len(result.results),
        "errors": result.errors.to_dict("records"),
        "warnings": result.warnings.to_dict("records"),
        "reading": dict(result.reading),
        "declarations": result.declarations.to_dict("records"),
        **sums,
        "files": [str(path) for path in written],
    }


def _batch_tables(result: Any, summary: dict[str, Any], lang: str) -> list[Table | str]:
    names = ["assessed", "embedded_t", "free_allocation_t", "deduction_t", "certificates"]
    values = [float(summary[n]) for n in names] + [float(summary["cost_eur"])]
    heads = ["shipments", "embedded, t", "free allocation, t", "deduction, t", "certificates"]
    found: list[Table | str] = [Table(word("Batch", lang), [*heads, "cost, EUR"], [values], 0)]
    if len(result.declarations) > 0:
        names = ["importer", "year", "surrender", "cost_eur", "hold_t", "declare_by"]
        heads = ["importer", "year", "surrender, t", "cost, EUR", "hold at year end, t", "by"]
        rows = result.declarations[names].astype({"year": str}).to_numpy().tolist()
        found.append(Table(word("Declarations", lang), heads, rows, 2))
    return found


@verb(app, examples=("dualcarbon cbam template shipments.csv",), tables=False)
def template(
    file: Annotated[
        Path | None, typer.Argument(help="File to write, csv or xlsx; shipments.csv if left out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The same as FILE.", show_default=False)
    ] = None,
    lang: str = "en",
) -> Path:
    """Write an example of a file of shipments, to fill in; heads with units, in either language."""
    if file is not None and out is not None and file != out:
        raise InputError(f"FILE is '{file}', but --out is '{out}'")
    return given.write_template(file or out or Path("shipments.csv"), lang)


@verb(app, examples=("dualcarbon cbam rules", "dualcarbon cbam rules --law proposal-616"))
def rules(law: given.AnyLaw = None, lang: str = "en") -> Answer:
    """The acts: status, article, since when, and what each one changes."""
    from dualcarbon.international import cbam

    table = cbam.acts(law)
    heads = {"act": "act", "status": "status", "article": "article", "applies_from": "since"}
    heads |= {f"changes_{lang}": "what it changes"}
    title = word("cbam.rules", lang, law=law or ", ".join(cbam.LAWS), as_of=cbam.AS_OF.isoformat())
    return tidy(table, title, heads, text=len(heads))


@verb(
    app, examples=("dualcarbon cbam exposure CN", "dualcarbon cbam exposure --index"), report=True
)
def exposure(
    country: Annotated[str, typer.Argument(help="Country of origin.")] = "CN",
    price: given.Price = None,
    growth: Annotated[
        float, typer.Option(metavar="RATE", help="Growth of the price per year, e.g. 0.03.")
    ] = 0.0,
    origin_price: Annotated[
        float, typer.Option(metavar="EUR", help="Carbon price at origin that is deducted, EUR/t.")
    ] = 0.0,
    trade: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Own table of exports, read like a file of shipments."),
    ] = None,
    index: Annotated[
        bool, typer.Option("--index", help="The exposure index of all countries instead.")
    ] = False,
    lang: str = "en",
) -> Answer:
    """Bill of a country's exports to the EU by sector, 2026 to 2034, at constant trade.

    Where no trade of the country is known, one tonne of a good of each sector stands for it.
    """
    from dualcarbon.datasets.countries import alpha2
    from dualcarbon.international import cbam
    from dualcarbon.international.cbam.exposure import PER_TONNE
    from dualcarbon.international.cbam.tables import report_tables

    if growth <= -1:
        raise InputError(f"must be above -1, got {growth:g}", where="--growth")
    path, code = cbam.price_path(price, growth), alpha2(country)
    page: dict[str, Any] = {
        "page": lambda: report_tables(prices=path, country=code),
        "titles": titles("page.border"),
    }
    if index:
        table = cbam.exposure_index()
        heads = ["country", "industry", "EU share", "kg CO2/US$", "aggregate", "relative"]
        named = dict(zip(table.columns, heads, strict=True))
        return tidy(table, word("cbam.index", lang), named, text=2, **page)
    own = None
    if trade is not None:
        rows = cbam.read_shipments(trade)
        own = cbam.trade_of(cbam.assess_batch(rows, 0.0, where=str(trade)), trade.name)
    table = cbam.exposure(code, path, domestic_price_eur=origin_price, trade=own)
    shown = table.assign(
        mn_eur=(table["cost_eur"] / 1e6).where(table["scope"] != PER_TONNE),
        share_pct=table["cost_share"] * 100,
        traded=table["trade_year"].astype(str),
        year=table["year"].astype(str),
    )
    named = {"sector": "sector", "year": "year", "traded": "trade of", "grade": "grade"}
    named |= {"mn_eur": "cost, mn EUR", "cost_eur_per_t": "cost, EUR/t"}
    named |= {"share_pct": "of value, %"}
    title = word("cbam.exposure", lang, country=country)
    return tidy(table, title, named, text=4, shown=shown, **page)


@verb(
    app,
    examples=("dualcarbon cbam saving --cn 72083900 --origin CN --tonnes 1000 --year 2030",),
    report=True,
)
def saving(
    cn: given.Cn,
    origin: given.Origin,
    year: given.Year,
    tonnes: given.Tonnes = None,
    price: given.Price = None,
    domestic_prices: Annotated[
        str, typer.Option(metavar="LIST", help="Carbon prices at home, per tonne.")
    ] = "0,100,200,400,600",
    exchange_rate: Annotated[
        float,
        typer.Option(
            metavar="RATE",
            help="Units of the home currency per euro; the yuan of 2026 if left out.",
        ),
    ] = 7.876,
    free_share: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of emissions with free allowances.")
    ] = 0.0,
    lang: str = "en",
) -> Answer:
    """What a carbon price at home saves at the border, and who then keeps the revenue."""
    from dualcarbon.international import cbam

    shipment = given.shipment(cn, origin, year, tonnes)
    prices = numbers(domestic_prices, "--domestic-prices")
    path = cbam.price_path(price)
    certificate = float(path.iloc[0])
    table = cbam.price_sweep(shipment, certificate, prices, exchange_rate, free_share=free_share)
    heads = {"domestic_price_cny": "price at home", "domestic_price_eur": "EUR/t"}
    heads |= {"deduction_t": "deduction, t", "saving_eur": "saved, EUR"}
    heads |= {"home_eur": "kept at home, EUR", "eu_eur": "paid to the EU, EUR"}
    heads |= {"exporter_eur": "exporter pays, EUR"}
    title = word("cbam.saving", lang, cn=cn, origin=origin, year=year)

    def page() -> dict[str, pd.DataFrame]:
        from dualcarbon.international.cbam.tables import GOODS, report_tables

        return report_tables(
            prices=path,
            rate=exchange_rate,
            country=shipment.origin,
            goods={cn: GOODS.get(cn, f"CN {cn}")},
            steps=prices,
            year=year,
            free_share=free_share,
        )

    shown = table[list(heads)].astype(float)
    more: dict[str, Any] = {"page": page, "titles": titles("page.border")}
    return tidy(table, title, heads, text=0, shown=shown, **more)


from dualcarbon.cli.cbam import dues  # noqa: E402  (its verbs follow those above in the help)

dues.add_to(app)
