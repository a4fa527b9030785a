"""``dualcarbon cbam``: the bill of a good at the EU border, of many, and of a country."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dualcarbon.cli import cbam_options as options
from dualcarbon.cli.console import FORMATS, chosen, errors, example, print_json
from dualcarbon.errors import InputError

ASSESS = "dualcarbon cbam assess --cn 72071111 --origin TR --tonnes 100 --year 2026 --price 80"
EXAMPLE = example(ASSESS)
SOME_ROWS_BAD = 1
ABBREVIATED = (
    ("Implementing Regulation (EU)", "IR"),
    ("Regulation (EU)", "Reg."),
    ("Directive", "Dir."),
    ("Article", "Art."),
)
app = typer.Typer(
    help="The EU's carbon border adjustment: bills, batches, exposure, what a price at home saves.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Format = Annotated[str, typer.Option("--format", metavar="table|json", help="What is printed.")]


@app.command(epilog=example(ASSESS))
def assess(
    cn: options.Cn,
    origin: options.Origin,
    year: options.Year,
    tonnes: options.Tonnes = None,
    price: options.Price = None,
    prices: options.Prices = None,
    details: options.Detail = None,
    precursors: options.Precursors = None,
    downstream: options.Downstream = False,
    format_: Format = "table",
) -> None:
    """Assess one shipment: emissions, free allocation, deduction, certificates, cost."""
    chosen(format_, FORMATS, "--format")
    from dualcarbon.cli.cbam_files import read_prices
    from dualcarbon.international.cbam import assess as assessed

    shipment = options.shipment(cn, origin, year, tonnes, details, precursors)
    bill = assessed(shipment, read_prices(prices, price), downstream=downstream)
    if format_ == "json":
        print_json(bill.to_dict())
        return
    from dualcarbon.cli.layout import show

    title = f"CN {bill.cn} from {bill.origin}, {bill.year}: {bill.cost_eur:,.2f} EUR"
    heads = ["step", "value", "unit", "status", "article", "note"]
    show(title, heads, [_step(line) for line in bill.lines], text_columns=len(heads))


def _step(line: Any) -> list[str]:
    """A line of an assessment, its article abbreviated."""
    article = line.article
    for long, short in ABBREVIATED:
        article = article.replace(long, short)
    value = "" if line.value is None else f"{line.value:,.10g}"
    return [line.rule.replace("_", " "), value, line.unit, line.status, article, line.note]


@app.command(
    epilog=example("dualcarbon cbam template shipments.csv", "dualcarbon cbam batch shipments.csv")
)
def batch(
    file: Annotated[Path, typer.Argument(help="Shipments, csv or xlsx.", show_default=False)],
    price: options.Price = None,
    prices: options.Prices = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write, csv or xlsx; beside FILE if left out."),
    ] = None,
    downstream: options.Downstream = False,
    format_: Format = "table",
) -> None:
    """Assess the shipments of a file.

    Bad rows are listed and do not stop the good ones. Exit code 0: all rows were assessed; 1:
    some could not be; 2: the file cannot be used or no row could be assessed; nothing is written.
    """
    chosen(format_, FORMATS, "--format")
    from dualcarbon.cli import cbam_files
    from dualcarbon.international.cbam import assess_batch, read_shipments

    target = out or file.with_name(f"{file.stem}-cbam.xlsx")
    cbam_files.check_target(target)
    certificate, rows = cbam_files.read_prices(prices, price), read_shipments(file)
    with cbam_files.counted("shipments") as progress:
        result = assess_batch(
            rows, certificate, downstream=downstream, where=str(file), progress=progress
        )
    if result.results.empty:
        _show_errors(result)
        raise InputError("no row could be assessed; nothing is written", where=str(file))
    written = cbam_files.write(result, target)
    summary = _summary(result, written)
    if format_ == "json":
        print_json(summary)
    else:
        _show_batch(result, summary)
    if len(result.errors):
        raise typer.Exit(SOME_ROWS_BAD)


def _summary(result: Any, written: list[Path]) -> dict[str, Any]:
    sums = {
        name: float(result.results[name].sum())
        for name in ("embedded_t", "free_allocation_t", "deduction_t", "certificates", "cost_eur")
    }
    return {
        "assessed": len(result.results),
        "errors": result.errors.to_dict("records"),
        "declarations": result.declarations.to_dict("records"),
        **sums,
        "files": [str(path) for path in written],
    }


def _show_batch(result: Any, summary: dict[str, Any]) -> None:
    from dualcarbon.cli.layout import show

    names = ["assessed", "embedded_t", "free_allocation_t", "deduction_t", "certificates"]
    values = [float(summary[n]) for n in names] + [float(summary["cost_eur"])]
    heads = ["shipments", "embedded, t", "free allocation, t", "deduction, t", "certificates"]
    show("Batch", [*heads, "cost, EUR"], [values], text_columns=0)
    names = ["importer", "year", "surrender", "cost_eur", "hold_t", "declare_by"]
    if len(result.declarations) > 0:
        heads = ["importer", "year", "surrender, t", "cost, EUR", "hold at year end, t", "by"]
        rows = result.declarations[names].astype({"year": str}).to_numpy().tolist()
        show("Declarations", heads, rows, text_columns=2)
    _show_errors(result)
    for path in summary["files"]:
        errors().print(f"written: {path}", markup=False)


def _show_errors(result: Any) -> None:
    console = errors()
    for row in result.errors.itertuples():
        console.print(f"row {row.row}: {row.message}", markup=False)


@app.command(epilog=example("dualcarbon cbam template shipments.csv"))
def template(
    file: Annotated[Path, typer.Argument(help="File to write, csv or xlsx.", show_default=False)],
) -> None:
    """Write an example of a file of shipments, to fill in."""
    from dualcarbon.cli import cbam_files

    typer.echo(f"{cbam_files.write_template(file)}")


@app.command(epilog=example("dualcarbon cbam exposure CN", "dualcarbon cbam exposure --index"))
def exposure(
    country: Annotated[str, typer.Argument(help="Country of origin.")] = "CN",
    price: options.Price = None,
    growth: Annotated[
        float, typer.Option(metavar="RATE", help="Growth of the price per year, e.g. 0.03.")
    ] = 0.0,
    origin_price: Annotated[
        float, typer.Option(metavar="EUR", help="Carbon price at origin that is deducted, EUR/t.")
    ] = 0.0,
    index: Annotated[
        bool, typer.Option("--index", help="The exposure index of all countries instead.")
    ] = False,
    format_: Format = "table",
) -> None:
    """Bill of a country's exports to the EU by sector, 2026 to 2034, at constant trade."""
    chosen(format_, FORMATS, "--format")
    from dualcarbon.international import cbam

    if index:
        table = cbam.exposure_index()
        heads = ["country", "industry", "EU share", "kg CO2/US$", "aggregate", "relative"]
        _shown(table, "Exposure index at 100 US$/t, trade of 2011", heads, 2, format_)
        return
    if growth <= -1:
        raise InputError(f"must be above -1, got {growth:g}", where="--growth")
    path = cbam.price_path(price, growth)
    table = cbam.exposure(country, path, domestic_price_eur=origin_price)
    if format_ == "json":
        _shown(table, "", [], 0, format_)
        return
    table["mn_eur"] = table["cost_eur"] / 1e6
    table["share_pct"] = table["cost_share"] * 100
    table["traded"] = table["trade_year"].astype(str)
    table["year"] = table["year"].astype(str)
    names = ["sector", "year", "traded", "grade", "mn_eur", "cost_eur_per_t", "share_pct"]
    heads = ["sector", "year", "trade of", "grade", "cost, mn EUR", "cost, EUR/t", "of value, %"]
    _shown(table[names], f"CBAM exposure of {country}", heads, 4, format_)


@app.command(
    epilog=example("dualcarbon cbam saving --cn 72083900 --origin CN --tonnes 1000 --year 2030")
)
def saving(
    cn: options.Cn,
    origin: options.Origin,
    year: options.Year,
    tonnes: options.Tonnes = None,
    price: options.Price = None,
    domestic_prices: Annotated[
        str, typer.Option(metavar="LIST", help="Carbon prices at home, per tonne.")
    ] = "0,100,200,400,600",
    exchange_rate: Annotated[
        float, typer.Option(metavar="RATE", help="Units of the home currency per euro.")
    ] = 7.788,
    free_share: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of emissions with free allowances.")
    ] = 0.0,
    format_: Format = "table",
) -> None:
    """What a carbon price at home saves at the border, and who then keeps the revenue."""
    chosen(format_, FORMATS, "--format")
    from dualcarbon.international import cbam

    shipment = options.shipment(cn, origin, year, tonnes)
    prices = options.numbers(domestic_prices, "--domestic-prices")
    certificate = float(cbam.price_path(price).iloc[0])
    table = cbam.price_sweep(shipment, certificate, prices, exchange_rate, free_share=free_share)
    names = ["domestic_price_cny", "domestic_price_eur", "deduction_t", "saving_eur"]
    heads = ["price at home", "EUR/t", "deduction, t", "saved, EUR"]
    names += ["home_eur", "eu_eur", "exporter_eur"]
    heads += ["kept at home, EUR", "paid to the EU, EUR", "exporter pays, EUR"]
    shown = table if format_ == "json" else table[names]
    _shown(shown, f"A carbon price at home: CN {cn} from {origin}, {year}", heads, 0, format_)


def _shown(table: Any, title: str, heads: list[str], text_columns: int, format_: str) -> None:
    import json

    if format_ == "json":
        print_json(json.loads(table.to_json(orient="records", force_ascii=False)))
        return
    from dualcarbon.cli.layout import show

    show(title, heads, table.to_numpy().tolist(), text_columns=text_columns)
