"""Many shipments at once: the columns of a file, the good rows assessed, the bad ones listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dualcarbon.common.documents import parse_json
from dualcarbon.common.sheets import read_sheet
from dualcarbon.common.tables import columns, conformed
from dualcarbon.errors import InputError, nearest_name, unknown_name
from dualcarbon.international.cbam.assess import assess
from dualcarbon.international.cbam.dues import declarations
from dualcarbon.international.cbam.goods import good, yearly_mass
from dualcarbon.international.cbam.law import TODAY
from dualcarbon.international.cbam.rules import Assessment
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


HEADER_ROWS = 1
KINDS = (".csv", ".xlsx")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Batch:
    """Shipments of a file.

    Attributes:
        results: one row per shipment assessed: its row in the file, what it owes, and the least
            firm status among the rules used.
        errors: one row per shipment that could not be assessed: row in the file and message.
        declarations: sums by importer and year, with the day of surrender and the certificates to
            hold at the end of the year.
    """

    results: pd.DataFrame
    errors: pd.DataFrame
    declarations: pd.DataFrame

    @property
    def cost_eur(self) -> float:
        """Sum of the bills."""
        return float(self.results["cost_eur"].sum()) if len(self.results) else 0.0


def read_shipments(path: str | Path) -> pd.DataFrame:
    """Read a file of shipments, csv (UTF-8) or xlsx.

    Raises:
        InputError: no such file, another kind of file, or a file that cannot be read.
    """
    path = Path(path)
    if path.suffix.lower() not in KINDS and path.is_file():
        raise unknown_name("kind of file", path.suffix, KINDS, where=str(path))
    return read_sheet(path)


def assess_batch(
    rows: pd.DataFrame,
    price: float | Mapping[str, float] | None = None,
    *,
    downstream: bool = False,
    law: str = TODAY,
    where: str = "shipments",
    progress: Progress | None = None,
) -> Batch:
    """Assess the shipments of a table.

    Where ``importer`` is given, the threshold of 50 t is tested on the mass of all rows of the
    importer and year, unless ``importer_tonnes`` says otherwise.

    Args:
        rows: one shipment per row; columns as in
            :data:`~dualcarbon.international.cbam.batch.ALLOWED`.
        price: certificate price for rows without one, EUR/tCO2e, or prices by period; None takes
            published prices.
        downstream: whether COM(2025) 989 holds.
        law: position of the switch, see :mod:`~dualcarbon.international.cbam.law`.
        where: name of the file, for messages.
        progress: called with rows done and rows in all.

    Raises:
        InputError: no rows, a column is missing or unknown. Errors of a row are listed instead.
    """
    check_columns(list(rows.columns), where)
    if rows.empty:
        raise InputError("no shipments", where=where)
    good_rows, errors = _shipments(rows)
    shipments = _with_yearly_mass(good_rows)
    results: dict[int, Assessment] = {}
    for done, (row, shipment) in enumerate(shipments.items(), start=1):
        try:
            own = price_of_row(rows.iloc[row], price)
            results[row] = assess(shipment, own, downstream=downstream, law=law)
        except InputError as error:
            errors.append(_error(row, error))
        if progress is not None:
            progress(done, len(shipments))
    listed = pd.DataFrame(errors, columns=columns("cbam_errors"))
    table = pd.DataFrame([_result(row, found) for row, found in results.items()])
    return Batch(
        conformed("cbam_results", table),
        conformed("cbam_errors", listed.sort_values("row", ignore_index=True)),
        conformed("cbam_declarations", declarations(list(results.values()))),
    )


def _shipments(rows: pd.DataFrame) -> tuple[dict[int, Shipment], list[dict[str, object]]]:
    good_rows, errors = {}, []
    for row, values in enumerate(rows.to_dict("records")):
        try:
            good_rows[row] = shipment_of({str(k): v for k, v in values.items()})
        except InputError as error:
            errors.append(_error(row, error))
    return good_rows, errors


def _with_yearly_mass(shipments: dict[int, Shipment]) -> dict[int, Shipment]:
    """Give each shipment with an importer the mass of all its covered rows of the year."""
    named = {
        r: s
        for r, s in shipments.items()
        if s.importer and s.importer_tonnes is None and _sector(s)
    }
    if not named:
        return shipments
    table = pd.DataFrame(
        {
            "importer": {r: s.importer for r, s in named.items()},
            "year": {r: s.year for r, s in named.items()},
            "tonnes": {r: s.tonnes for r, s in named.items()},
            "sector": {r: _sector(s) for r, s in named.items()},
        }
    )
    masses = yearly_mass(table)
    return shipments | {
        r: s.model_copy(update={"importer_tonnes": float(masses[r])})
        for r, s in named.items()
        if masses[r] > 0
    }


def _sector(shipment: Shipment) -> str:
    try:
        return good(shipment.cn).sector
    except InputError:
        return ""


def _result(row: int, assessed: Assessment) -> dict[str, object]:
    figures = assessed.to_dict()
    del figures["lines"], figures["acts"]
    notes = [line.note for line in assessed.lines if line.note and line.rule in NOTED]
    about = {"row": row + 1 + HEADER_ROWS, "importer": assessed.shipment.importer or ""}
    return {**about, **figures, "notes": "; ".join(dict.fromkeys(notes))}


NOTED = ("default_value", "benchmark", "clinker", "de_minimis", "effective_origin_price")


def _error(row: int, error: InputError) -> dict[str, object]:
    return {"row": row + 1 + HEADER_ROWS, "message": str(error)}
