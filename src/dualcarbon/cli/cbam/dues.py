"""``dualcarbon cbam product``, ``holding``, ``calendar``, ``rebate``, ``uk``: beside a bill."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

import dualcarbon.cli.cbam.shipments as given
from dualcarbon.cli.answer import Answer, Table, tidy
from dualcarbon.cli.console import word
from dualcarbon.cli.verb import verb

GOOD = "--cn 72083900 --origin CN"
TEMPLATE = "dualcarbon cbam template shipments.csv"
UK = "dualcarbon cbam uk --cn 28041000"


def add_to(app: typer.Typer) -> None:
    """Give the group its verbs of this file."""
    one = f"dualcarbon cbam product {GOOD}"
    verb(app, examples=(one, f"{one} --direct 1.9"), report=True)(product)
    verb(app, examples=(TEMPLATE, "dualcarbon cbam holding shipments.csv"))(holding)
    verb(app, examples=("dualcarbon cbam calendar --year 2027",))(calendar)
    verb(app, examples=("dualcarbon cbam rebate --cn 31021019 --tonnes 1000 --year 2030",))(rebate)
    verb(app, examples=(f"{UK} --tonnes 100 --direct 10 --year 2027 --price 56",))(uk)


def product(
    cn: given.Cn,
    origin: given.Origin,
    price: given.Price = None,
    direct: Annotated[
        float | None,
        typer.Option(metavar="T", help="Verified emissions of all steps, tCO2e per tonne."),
    ] = None,
    route: Annotated[
        str | None, typer.Option(metavar="LETTER", help="Route of the verified emissions.")
    ] = None,
    law: given.Law = "2026-07",
    lang: str = "en",
) -> Answer:
    """What a tonne costs by year, and what verified data would save."""
    from dualcarbon.international import cbam
    from dualcarbon.international.cbam.tables import product_table

    path = cbam.price_path(price)
    table = cbam.product_costs(cn, origin, path, direct=direct, route=route, law=law)
    heads = {"year": "year", "case": "case", "intensity": "tCO2e/t", "eur_per_t": "cost, EUR/t"}
    heads |= {"saving_eur_per_t": "saved, EUR/t", "break_even": "break-even, tCO2e/t"}
    title = word("cbam.product", lang, cn=cn, origin=origin)
    shown = table.assign(
        year=table["year"].astype(str), case=[word(c, lang) for c in table["case"]]
    )
    return tidy(
        table,
        title,
        heads,
        text=2,
        shown=shown,
        page=lambda: {"border_product": product_table(table, cn, origin)},
        titles=(title, word("cbam.product", "zh", cn=cn, origin=origin)),
    )


def holding(
    file: Annotated[Path, typer.Argument(help="Shipments, csv or xlsx.", show_default=False)],
    price: given.Price = None,
    law: given.Law = "2026-07",
    lang: str = "en",
) -> Answer:
    """Certificates to hold at the end of each quarter from 2027, by importer."""
    from dualcarbon.international import cbam

    batch = cbam.assess_batch(cbam.read_shipments(file), price, law=law, where=str(file))
    table = cbam.holdings(list(batch.assessed.values()))
    heads = {"importer": "importer", "year": "year", "quarter": "quarter", "hold_t": "hold, t"}
    heads |= {"hold_eur": "cost, EUR", "undated": "without a day"}
    bad = [f"row {row.row}: {row.message}" for row in batch.errors.itertuples()]
    shown = table.assign(year=table["year"].astype(str), quarter=table["quarter"].astype(str))
    return tidy(table, word("cbam.holding", lang), heads, text=3, shown=shown, remarks=bad)


def calendar(
    year: Annotated[
        int, typer.Option("--year", metavar="YEAR", help="Year of the imports.")
    ] = 2026,
    lang: str = "en",
) -> Answer:
    """The days of the imports of a year: sale, holding, declaration, repurchase, cancellation."""
    from dualcarbon.international import cbam

    table = cbam.calendar(year)
    shown = table.assign(duty=[word(f"cbam.{duty}", lang) for duty in table["duty"]])
    heads = {"day": "day", "duty": "duty", "article": "article"}
    return tidy(table, word("cbam.calendar", lang, year=year), heads, text=3, shown=shown)


def rebate(
    cn: given.Cn,
    year: given.Year,
    tonnes: Annotated[float, typer.Option(metavar="T", help="Mass exported, tonnes.")],
    price: given.Price = None,
    route: Annotated[str | None, typer.Option(metavar="LETTER", help="Production route.")] = None,
    share: Annotated[float, typer.Option(metavar="SHARE", help="Share that is paid back.")] = 1.0,
    lang: str = "en",
) -> Answer:
    """What an export rebate would pay an EU producer; no such rule is proposed."""
    from dualcarbon.international import cbam

    paid = cbam.price_of(year) if price is None else price
    found = cbam.export_rebate(cn, tonnes, year, paid, route=route, share=share)
    table = pd.DataFrame(
        [(cn, year, found.lost_allocation_t, paid, found.rebate_eur, "none proposed")],
        columns=["cn", "year", "lost_allocation_t", "price_eur", "rebate_eur", "status"],
    )
    heads = {
        "cn": "CN",
        "lost_allocation_t": "free allocation lost, t",
        "rebate_eur": "rebate, EUR",
    }
    return tidy(table, word("cbam.rebate", lang, cn=cn, year=year), heads, text=1)


def uk(
    cn: given.Cn,
    year: given.Year,
    tonnes: Annotated[float, typer.Option(metavar="T", help="Net mass, tonnes.")],
    direct: Annotated[float, typer.Option(metavar="T", help="Direct emissions, tCO2e per tonne.")],
    price: Annotated[
        float,
        typer.Option(metavar="GBP", help="UK auction price of the quarter before, GBP/tCO2e."),
    ],
    free_share: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Free share of the sector, where known.")
    ] = None,
    value: Annotated[
        float | None,
        typer.Option(metavar="GBP", help="Value of the importer's goods over twelve months, GBP."),
    ] = None,
    lang: str = "en",
) -> Answer:
    """The same good at the second border: the United Kingdom's tax from 2027."""
    from dualcarbon.international import cbam

    bill = cbam.assess_uk(cn, tonnes, direct, year, price, free_share=free_share, value_gbp=value)
    low, high = (f"{gbp:,.2f}" for gbp in (bill.low_gbp, bill.high_gbp))
    between = low if low == high else f"{low} – {high}"
    title = word("cbam.uk", lang, cn=cn, year=year, cost=between)
    heads = ["step", "value", "unit", "status", "article", "note"]
    lines = pd.DataFrame([vars(line) for line in bill.lines])
    return Answer(
        [Table(title, heads, [given.step(line) for line in bill.lines], len(heads))],
        json={
            "low_gbp": bill.low_gbp,
            "high_gbp": bill.high_gbp,
            "exempt": bill.exempt,
            "due": None if bill.due is None else bill.due.isoformat(),
            "status": bill.status,
            "lines": lines.to_dict("records"),
        },
        csv=lines,
    )
