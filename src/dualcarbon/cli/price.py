"""``dualcarbon price``: effective carbon prices, explicit and implicit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dualcarbon.cli.console import FORMATS, chosen, example, print_json

EXAMPLE = example("dualcarbon price effective")
app = typer.Typer(
    help="Carbon prices of all kinds, joined and compared.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Format = Annotated[str, typer.Option("--format", metavar="table|json", help="What is printed.")]


@app.command(epilog=example("dualcarbon price effective --country CN --country EU"))
def effective(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Instruments of one place, csv: name, kind (ets, tax, excise, standard, subsidy), "
            "price, coverage, free_share, rebate_share. Countries are compared if left out.",
            show_default=False,
        ),
    ] = None,
    country: Annotated[
        list[str] | None, typer.Option("--country", metavar="CODE", help="Country; repeatable.")
    ] = None,
    format_: Format = "table",
) -> None:
    """Effective carbon price: explicit and implicit, marginal and net, and what CBAM counts."""
    chosen(format_, FORMATS, "--format")
    if file is not None:
        _of_file(file, format_)
        return
    from dualcarbon.international import pricing

    table = pricing.effective_by_country(country or pricing.COUNTRIES)
    if format_ == "json":
        print_json(table.to_dict("records"))
        return
    from dualcarbon.cli.layout import show

    rows = [[r.country, r.part, r.grade, r.usd_per_t] for r in table.itertuples()]
    heads = ["country", "part", "grade", "US$ of 2021 per tCO2"]
    show("Effective carbon price over all CO2", heads, rows, text_columns=3)


@app.command(epilog=example("dualcarbon price schemes"))
def schemes(
    currency: Annotated[str, typer.Option(metavar="CODE", help="Currency of the prices.")] = "EUR",
    format_: Format = "table",
) -> None:
    """Prices of single emissions trading schemes, with coverage and free share."""
    chosen(format_, FORMATS, "--format")
    import json

    from dualcarbon.international import pricing

    table = pricing.explicit_schemes(currency)
    if format_ == "json":
        print_json(json.loads(table.to_json(orient="records", force_ascii=False)))
        return
    from dualcarbon.cli.layout import show

    names = ["jurisdiction", "scheme", "date", "grade", "price", "coverage", "free_share"]
    heads = ["place", "scheme", "date", "grade", f"price, {currency}/t", "coverage", "free share"]
    rows = table[names].to_numpy().tolist()
    show("Explicit carbon prices", heads, rows, text_columns=4)


def _of_file(path: Path, format_: str) -> None:
    from dualcarbon.common.sheets import read_sheet
    from dualcarbon.international import pricing

    parts = pricing.parts_of_table(read_sheet(path), str(path))
    _show_parts(pricing.effective_price(parts), format_)


def _show_parts(price: Any, format_: str) -> None:
    totals = {n: getattr(price, n) for n in ("explicit", "implicit", "average", "marginal", "cbam")}
    if format_ == "json":
        print_json({"parts": price.parts.to_dict("records"), **totals})
        return
    from dualcarbon.cli.layout import show

    rows = [[p.name, p.kind, p.marginal, p.average, p.cbam] for p in price.parts.itertuples()]
    rows.append(["all", "", price.marginal, price.average, price.cbam])
    heads = ["instrument", "kind", "marginal, per t", "net, per t", "counts under CBAM, per t"]
    show("Effective carbon price", heads, rows, text_columns=2)
