"""``dualcarbon price``: effective carbon prices, explicit and implicit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table, records, tidy
from dualcarbon.cli.console import word
from dualcarbon.cli.verb import group, verb

EXAMPLE = "dualcarbon price effective"
TOTALS = ("explicit", "implicit", "average", "marginal", "cbam")
app = group("Carbon prices of all kinds, joined and compared.", EXAMPLE)


@verb(app, examples=(f"{EXAMPLE} --country CN --country EU",))
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
    lang: str = "en",
) -> Answer:
    """Effective carbon price: explicit and implicit, marginal and net, and what CBAM counts."""
    from dualcarbon.international import pricing

    if file is not None:
        from dualcarbon.common.sheets import read_sheet

        parts = pricing.parts_of_table(read_sheet(file), str(file))
        return _of_parts(pricing.effective_price(parts), lang)
    from dualcarbon.datasets.countries import alpha2

    named = [alpha2(code) for code in country or ()] or pricing.COUNTRIES
    heads = {"country": "country", "part": "part", "grade": "grade"}
    heads |= {"usd_per_t": "US$ of 2021 per tCO2"}
    title = word("Effective carbon price over all CO2", lang)
    return tidy(pricing.effective_by_country(named), title, heads, text=3)


@verb(app, examples=("dualcarbon price schemes",))
def schemes(
    currency: Annotated[str, typer.Option(metavar="CODE", help="Currency of the prices.")] = "EUR",
    lang: str = "en",
) -> Answer:
    """Prices of single emissions trading schemes, with coverage and free share."""
    from dualcarbon.international import pricing

    heads = {"jurisdiction": "place", "scheme": "scheme", "date": "date", "grade": "grade"}
    heads |= {"price": f"price, {currency}/t", "coverage": "coverage", "free_share": "free share"}
    title = word("Explicit carbon prices", lang)
    return tidy(pricing.explicit_schemes(currency), title, heads, text=4)


@verb(app, examples=("dualcarbon price package",))
def package(
    run: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Run folder whose prices make one more row."),
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", help="Year of the run; its last if left out.")
    ] = None,
    country: Annotated[
        list[str] | None, typer.Option("--country", metavar="CODE", help="Country; repeatable.")
    ] = None,
    lang: str = "en",
) -> Answer:
    """China's package beside other countries: allowances, benchmarks, certificates, fuel excise."""
    from dualcarbon.datasets.countries import alpha2
    from dualcarbon.international import pricing
    from dualcarbon.international.pricing.package import MARKETS, OBSERVED

    packages = [(OBSERVED, *pricing.observed_package())]
    if run is not None:
        from dualcarbon.cli.opening import open_folder

        prices = open_folder(run).tables["prices"]
        scenario = str(prices["scenario"].iloc[-1])
        at = int(prices["year"].max()) if year is None else year
        found = pricing.package_of_markets(prices, scenario, at)
        packages.append((f"{MARKETS}, {scenario} {at}", found, at))
    named = [alpha2(code) for code in country or ()] or pricing.COUNTRIES
    table = pricing.package_table(packages, named)
    heads = {"country": "country", "part": "part", "year": "money of", "grade": "grade"}
    heads |= {"marginal": "marginal, US$/t", "usd_per_t": "net, US$/t"}
    shown = table.assign(
        part=[word(f"price.{part}", lang) for part in table["part"]], year=table["year"].astype(str)
    )
    return tidy(table, word("price.package", lang), heads, text=4, shown=shown)


def _of_parts(price: Any, lang: str) -> Answer:
    rows = [[p.name, p.kind, p.marginal, p.average, p.cbam] for p in price.parts.itertuples()]
    rows.append([word("all", lang), "", price.marginal, price.average, price.cbam])
    heads = ["instrument", "kind", "marginal, per t", "net, per t", "counts under CBAM, per t"]
    totals = {name: getattr(price, name) for name in TOTALS}
    return Answer(
        [Table(word("Effective carbon price", lang), heads, rows, 2)],
        json={"parts": records(price.parts), **totals},
        csv=price.parts,
    )
