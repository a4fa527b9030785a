"""What a plant's report means at the EU's border, beside default values."""

from __future__ import annotations

from typing import Annotated

import typer

from dualcarbon.cli.answer import Answer, Table
from dualcarbon.cli.cbam.shipments import Cn, Price
from dualcarbon.cli.console import word
from dualcarbon.cli.mrv.group import Data, OneGuide, Sector, app, batch_of
from dualcarbon.cli.verb import verb
from dualcarbon.errors import InputError


@verb(
    app,
    examples=(
        "dualcarbon mrv border smelter.xlsx --product aluminium --cn 76011010 --year 2027 "
        "--tonnes 100 --price 80 --verified --route K",
    ),
)
def border(
    file: Data,
    product: Annotated[str, typer.Option(help="clinker, aluminium or crude_steel.")],
    cn: Cn,
    year: Annotated[int, typer.Option(help="Year of the import.")],
    tonnes: Annotated[float, typer.Option(help="Net mass, t.")],
    price: Price = None,
    verified: Annotated[
        bool, typer.Option("--verified", help="Confirmed by a verifier accredited for CBAM.")
    ] = False,
    route: Annotated[str | None, typer.Option(help="Letter of the production route.")] = None,
    sector: Sector = None,
    guide_: OneGuide = None,
    lang: str = "en",
) -> Answer:
    """CBAM bill of what plants ship, by their own emissions and by default values."""
    from dualcarbon.international.cbam import Shipment, assess
    from dualcarbon.loop import shipment_of

    batch = batch_of(file, sector, guide_)
    if batch.errors:
        raise InputError(next(iter(batch.errors.values())))
    usual = assess(Shipment(cn=cn, origin="CN", tonnes=tonnes, year=year), price)
    rows = []
    for one in batch.reports:
        shipped = shipment_of(one, product, cn, tonnes, year, verified=verified, route=route)
        bill = assess(shipped, price)
        rows.append({
            "plant": one.plant, "year": one.year, "direct_t_per_t": shipped.direct,
            "indirect_t_per_t": shipped.indirect, "cost_eur": bill.cost_eur,
            "default_cost_eur": usual.cost_eur, "saved_eur": usual.cost_eur - bill.cost_eur,
        })  # fmt: skip
    heads = ["plant", "year", "direct, t/t", "indirect, t/t", "own, EUR", "default, EUR",
             "saved, EUR"]  # fmt: skip
    title = word("mrv.border", lang, cn=cn, year=year, tonnes=f"{tonnes:,.10g}")
    return Answer([Table(title, heads, [list(row.values()) for row in rows])], json=rows)
