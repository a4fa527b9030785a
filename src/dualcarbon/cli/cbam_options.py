"""Options of the CBAM verbs, and the shipment that they describe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.common.documents import parse_json, read_text
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    from dualcarbon.international.cbam import Shipment

Cn = Annotated[str, typer.Option("--cn", metavar="CODE", help="CN code of eight digits.")]
Origin = Annotated[
    str, typer.Option("--origin", metavar="CODE", help="Country, ISO code or name; or 'other'.")
]
Year = Annotated[int, typer.Option("--year", metavar="YEAR", help="Year of the import.")]
Tonnes = Annotated[float | None, typer.Option("--tonnes", metavar="T", help="Net mass, tonnes.")]
Price = Annotated[
    float | None,
    typer.Option(
        "--price",
        metavar="EUR",
        help="Certificate price, EUR/tCO2e; the published one if left out.",
    ),
]
Prices = Annotated[
    Path | None,
    typer.Option(
        "--prices", metavar="FILE", help="Prices by quarter or week, csv: period, eur_per_t."
    ),
]
Detail = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Further field of the shipment, e.g. route=C, direct=1.9, verified=yes, mwh=100, "
        "clinker_share=0.8, importer_tonnes=40, carbon_price=50, carbon_price_currency=CNY, "
        "carbon_price_exchange_rate=7.8, carbon_price_track=default.",
    ),
]
Precursors = Annotated[
    Path | None,
    typer.Option("--precursors", metavar="FILE", help="JSON list of precursors."),
]
Downstream = Annotated[
    bool, typer.Option("--downstream", help="As if COM(2025) 989 held: more goods from 2028.")
]


def shipment(
    cn: str,
    origin: str,
    year: int,
    tonnes: float | None,
    details: list[str] | None = None,
    precursors: Path | None = None,
) -> Shipment:
    """The shipment that the options describe.

    Raises:
        InputError: a detail without '=', or of an unknown name, or a value that cannot be used.
    """
    from dualcarbon.errors import unknown_name
    from dualcarbon.international.cbam.columns import ALLOWED, shipment_of

    row: dict[str, Any] = {"cn": cn, "origin": origin, "year": year, "tonnes": tonnes}
    for detail in details or []:
        name, given, value = detail.partition("=")
        if not given:
            raise InputError(f"'{detail}' is not NAME=VALUE", where="--set")
        if name not in ALLOWED or name == "price":
            raise unknown_name("field", name, [n for n in ALLOWED if n != "price"], "--set")
        row[name] = value
    if precursors is not None:
        row["precursors"] = read_text(precursors)
        parse_json(row["precursors"], str(precursors))
    return shipment_of(row)


def numbers(text: str, where: str) -> list[float]:
    """Numbers parted by commas.

    Raises:
        InputError: one of them is not a number.
    """
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise InputError(f"'{text}' is not a list of numbers", where=where) from None
