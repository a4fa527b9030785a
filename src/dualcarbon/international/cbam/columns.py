"""Columns of a file of shipments, and how a row of it becomes a shipment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dualcarbon.common.documents import parse_json
from dualcarbon.errors import InputError, nearest_name
from dualcarbon.international.cbam.shipment import CarbonPrice, Precursor, Shipment

NEEDED = ("cn", "origin", "year")
OF_SHIPMENT = (
    *NEEDED,
    "tonnes",
    "direct",
    "indirect",
    "verified",
    "route",
    "mwh",
    "emission_factor",
    "clinker_share",
    "importer",
    "importer_tonnes",
    "imported_on",
)
OF_CARBON_PRICE = tuple(f"carbon_price_{n}" for n in CarbonPrice.model_fields if n != "price")
ALLOWED = (*OF_SHIPMENT, "precursors", "price", "carbon_price", *OF_CARBON_PRICE)
TEXTS = ("cn", "origin", "route", "importer", "imported_on", "precursors")
WHOLE = ("year",)
TRUE, FALSE = ("true", "yes", "1", "1.0"), ("false", "no", "0", "0.0")


def check_columns(columns: list[str], where: str) -> None:
    """Refuse a file without the columns needed, or with unknown ones.

    Raises:
        InputError: names the column and the nearest valid one.
    """
    for column in columns:
        if column not in ALLOWED:
            nearest = nearest_name(column, ALLOWED)
            raise InputError(
                f"unknown column '{column}'", where=where, allowed=ALLOWED, nearest=nearest
            )
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise InputError(f"column '{missing[0]}' is missing", where=where, allowed=ALLOWED)
    if not {"tonnes", "mwh"} & set(columns):
        raise InputError("column 'tonnes' (or 'mwh') is missing", where=where, allowed=ALLOWED)


def shipment_of(row: Mapping[str, Any]) -> Shipment:
    """The shipment of a row; empty cells are left out.

    Raises:
        InputError: a cell that cannot be read, or a shipment that cannot be.
    """
    given = {name: _cell(name, value) for name, value in row.items() if not _empty(value)}
    values = {name: given[name] for name in OF_SHIPMENT if name in given}
    if "precursors" in given:
        values["precursors"] = _precursors(str(given["precursors"]))
    paid = {n.removeprefix("carbon_price_"): given[n] for n in OF_CARBON_PRICE if n in given}
    if "carbon_price" in given:
        values["carbon_price"] = CarbonPrice(**{"price": given["carbon_price"], **paid})
    elif paid:
        raise InputError("conditions of a carbon price without one", where="carbon_price")
    return Shipment(**values)


def price_of_row(
    row: Mapping[str, Any], price: float | Mapping[str, float] | None
) -> float | Mapping[str, float] | None:
    """Certificate price of a row: its own, else the one or the prices for all rows."""
    value = row.get("price")
    return price if _empty(value) else float(_cell("price", value))


def _cell(name: str, value: Any) -> Any:
    """A cell as the field wants it; what cannot be a number is left for the field to refuse."""
    text = str(value).strip()
    if name in TEXTS:
        return text.removesuffix(".0") if name == "cn" else text
    if name in ("verified", "carbon_price_certified"):
        return _flag(name, text)
    if name in ("carbon_price_currency", "carbon_price_track"):
        return text
    try:
        number = float(text)
    except ValueError:
        raise InputError(f"'{text}' is not a number", where=name) from None
    return int(number) if name in WHOLE and number.is_integer() else number


def _flag(name: str, text: str) -> bool:
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise InputError(f"'{text}' is neither yes nor no", where=name, allowed=("yes", "no"))


def _precursors(text: str) -> tuple[Precursor, ...]:
    entries = parse_json(text, "precursors")
    try:
        return tuple(Precursor(**entry) for entry in entries)
    except TypeError:
        raise InputError(
            "precursors are not a JSON list of mappings",
            where="precursors",
            allowed='like [{"cn": "26011200", "origin": "BR", "per_tonne": 1.4}]',
        ) from None


def _empty(value: Any) -> bool:
    return value is None or value != value or (isinstance(value, str) and not value.strip())
