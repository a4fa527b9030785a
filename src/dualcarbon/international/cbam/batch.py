"""Many shipments at once: a file read, good rows assessed, bad ones and doubts listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from dualcarbon.common import documents
from dualcarbon.common.cells import flag, folded
from dualcarbon.common.documents import parse_json
from dualcarbon.common.intake import Choices, Field, Intake, no_collection, take, take_frame
from dualcarbon.common.tables import columns, conformed
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.cbam.assess import assess
from dualcarbon.international.cbam.doubts import suspicious
from dualcarbon.international.cbam.dues import declarations
from dualcarbon.international.cbam.goods import ALWAYS_COVERED, THRESHOLD_T, good
from dualcarbon.international.cbam.law import TODAY
from dualcarbon.international.cbam.rules import Assessment
from dualcarbon.international.cbam.shipment import CarbonPrice, Precursor, Shipment

NEEDED = ("cn", "origin")
OF_SHIPMENT = (
    *NEEDED,
    "year",
    "tonnes",
    "direct",
    "indirect",
    "verified",
    "route",
    "one_process",
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
CODE_LENGTHS = (8, 10, 12)
"""Of a code that can be looked up; rows with another one may be of any good."""
FLAGS = ("verified", "one_process", "carbon_price_certified")
WHOLE = ("year",)
HEADS = Path(__file__).with_name("heads.yaml")


@cache
def heads() -> Mapping[str, Field]:
    """The columns of a file of shipments, with the heads under which people keep them."""
    entries: dict[str, Any] = documents.read(HEADS)
    return {
        name: Field(about["kind"], frozenset(map(folded, about["heads"])))
        for name, about in entries.items()
    }


def shipment_of(row: Mapping[str, Any]) -> Shipment:
    """The shipment of a row; empty cells are left out.

    Raises:
        InputError: a cell that cannot be read, or a shipment that cannot be.
    """
    return _made({name: _cell(name, value) for name, value in row.items() if not _empty(value)})


def _made(given: Mapping[str, Any]) -> Shipment:
    """The shipment of cells that are of their types."""
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
    if isinstance(value, float):
        return value
    return price if _empty(value) else float(_cell("price", value))


def _cell(name: str, value: Any) -> Any:
    """A cell as the field wants it; what cannot be a number is left for the field to refuse."""
    text = str(value).strip()
    if name in TEXTS:
        return text.removesuffix(".0") if name == "cn" else text
    if name in FLAGS:
        return _flag(name, text)
    if name in ("carbon_price_currency", "carbon_price_track"):
        return text
    try:
        number = float(text)
    except ValueError:
        raise InputError(f"'{text}' is not a number", where=name) from None
    return int(number) if name in WHOLE and number.is_integer() else number


def _flag(name: str, text: str) -> bool:
    found = flag(text)
    if found is None:
        raise InputError(f"'{text}' is neither yes nor no", where=name, allowed=("yes", "no"))
    return found


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


KINDS = (".csv", ".xlsx", ".txt", ".tsv")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Batch:
    """Shipments of a file.

    Attributes:
        results: one row per shipment assessed: its row in the file, what it owes, the least firm
            status among the rules used, and the columns of the file that are not ours.
        errors: one row per shipment that could not be assessed: row in the file and message.
        declarations: sums by importer and year, with the day of surrender and the certificates to
            hold at the end of the year.
        warnings: row of the file (0 for all rows), column, and what is doubtful about it.
        reading: how the file was read.
        assessed: the assessments by row of the file.
    """

    results: pd.DataFrame
    errors: pd.DataFrame
    declarations: pd.DataFrame
    warnings: pd.DataFrame
    reading: Mapping[str, str] = field(default_factory=dict)
    assessed: Mapping[int, Assessment] = field(default_factory=dict)

    @property
    def cost_eur(self) -> float:
        """Sum of the bills."""
        return float(self.results["cost_eur"].sum()) if len(self.results) else 0.0


def read_shipments(path: str | Path, choices: Choices | None = None) -> Intake:
    """Read a file of shipments as people have them.

    Heads in English, Chinese and German, any case; further columns are kept. UTF-8, UTF-16, GBK or
    Western letters; comma, semicolon, tab or bar; either decimal sign; tonnes or kilograms; a title
    above the heads, heads on another sheet, days in any common form.

    Args:
        path: csv or xlsx.
        choices: what the file does not show.

    Raises:
        InputError: no such file, another kind of file, or a file that cannot be read.
    """
    path = Path(path)
    if path.suffix.lower() not in KINDS and path.is_file():
        raise unknown_name("kind of file", path.suffix, KINDS, where=str(path))
    found = take(path, heads(), NEEDED, choices)
    return _checked(found, str(path))


def _checked(found: Intake, where: str) -> Intake:
    """The intake, once it is sure that masses and years can be had."""
    names = found.table.columns
    for needed in (("tonnes", "mwh"), ("year", "imported_on")):
        if not set(needed) & set(names):
            raise InputError(
                f"column '{needed[0]}' (or '{needed[1]}') is missing", where=where, allowed=ALLOWED
            )
    return found


def assess_batch(
    rows: pd.DataFrame | Intake,
    price: float | Mapping[str, float] | None = None,
    *,
    downstream: bool = False,
    law: str = TODAY,
    where: str = "shipments",
    progress: Progress | None = None,
) -> Batch:
    """Assess the shipments of a table.

    Where ``importer`` is given, the threshold of 50 t is tested on the mass of all rows of the
    importer and year, unless ``importer_tonnes`` says otherwise. Spellings of an importer that
    differ in case and blanks are one. While a row of the importer could not be read, a mass of at
    most 50 t is not tested.

    Args:
        rows: one shipment per row, as read by :func:`read_shipments`, or a table with columns as in
            :data:`~dualcarbon.international.cbam.batch.ALLOWED`; further ones come back.
        price: certificate price for rows without one, EUR/tCO2e, or prices by period; None takes
            published prices.
        downstream: whether COM(2025) 989 holds.
        law: position of the switch, see :mod:`~dualcarbon.international.cbam.law`.
        where: name of the file, for messages.
        progress: called with rows done and rows in all.

    Raises:
        InputError: no rows, or columns that are missing or stand twice.
    """
    with no_collection():
        return _assessed(rows, price, downstream, law, where, progress)


def _assessed(
    rows: pd.DataFrame | Intake,
    price: float | Mapping[str, float] | None,
    downstream: bool,
    law: str,
    where: str,
    progress: Progress | None,
) -> Batch:
    if isinstance(rows, pd.DataFrame):
        rows = _checked(take_frame(rows, heads(), NEEDED, where), where)
    if rows.table.empty:
        raise InputError("no shipments", where=where)
    names = list(map(str, rows.table.columns))
    cells = zip(*(rows.table[name].tolist() for name in names), strict=True)
    numbered = zip(rows.table.index.tolist(), cells, strict=True)
    records = {row: dict(zip(names, values, strict=True)) for row, values in numbered}
    shipments, errors = _shipments(records, rows.faults)
    odd = [row for row, one in shipments.items() if len(one.code) not in CODE_LENGTHS]
    unread = [records[row] for row in (*errors, *odd)]
    masses = _yearly_masses(shipments, unread)
    results: dict[int, Assessment] = {}
    total = len(shipments)
    for done, (row, shipment) in enumerate(shipments.items(), start=1):
        try:
            own = price_of_row(records[row], price)
            results[row] = assess(
                shipment, own, downstream=downstream, law=law, importer_tonnes=masses.get(row)
            )
        except InputError as error:
            errors[row] = str(error)
        if progress is not None:
            progress(done, total)
    table = conformed("cbam_results", pd.DataFrame([_result(n, a) for n, a in results.items()]))
    extra = rows.extra.loc[list(results)].reset_index(drop=True)
    taken = set(table.columns)
    extra.columns = pd.Index([f"{c} (file)" if c in taken else c for c in extra.columns])
    warnings = [*rows.doubts, *suspicious(results)]
    return Batch(
        pd.concat([table, extra], axis=1),
        conformed(
            "cbam_errors", pd.DataFrame(sorted(errors.items()), columns=columns("cbam_errors"))
        ),
        conformed("cbam_declarations", declarations(list(results.values()))),
        conformed("cbam_warnings", pd.DataFrame(warnings, columns=columns("cbam_warnings"))),
        rows.reading,
        results,
    )


def _shipments(
    records: Mapping[int, Mapping[str, Any]], faults: Mapping[int, str]
) -> tuple[dict[int, Shipment], dict[int, str]]:
    good_rows: dict[int, Shipment] = {}
    errors = dict(faults)
    names = _names(records)
    for row, values in records.items():
        if row in faults:
            continue
        try:
            own = {name: value for name, value in values.items() if value != ""}
            if names[row]:
                own["importer"] = names[row]
            if "year" not in own and "imported_on" in own:
                own["year"] = int(own["imported_on"][:4])
            good_rows[row] = _made(own)
        except InputError as error:
            errors[row] = str(error)
    return good_rows, errors


def _names(records: Mapping[int, Mapping[str, Any]]) -> dict[int, str]:
    """Importer by row, all spellings of one as the first."""
    first: dict[str, str] = {}
    known: dict[Any, str] = {}
    found = {}
    for row, values in records.items():
        raw = values.get("importer", "")
        if raw not in known:
            name = " ".join(str(raw).split())
            known[raw] = first.setdefault(folded(name), name)
        found[row] = known[raw]
    return found


def _yearly_masses(
    shipments: Mapping[int, Shipment], unread: Sequence[Mapping[str, Any]]
) -> dict[int, float]:
    """Mass of the importer over the year by row, tonnes, for rows with an importer.

    Where rows of an importer could not be read, its mass is known only if what was read is above
    the threshold.
    """
    summed: dict[tuple[str, int], float] = defaultdict(float)
    keys = {}
    for row, one in shipments.items():
        sector = _sector(one.cn)
        if one.importer and one.importer_tonnes is None and sector:
            keys[row] = one.importer, one.year
            summed[keys[row]] += 0.0 if sector in ALWAYS_COVERED else one.tonnes or 0.0
    partly = {(folded(row.get("importer", "")), row.get("year") or None) for row in unread}
    known = {
        (importer, year)
        for (importer, year), mass in summed.items()
        if mass > THRESHOLD_T
        or (mass > 0 and not {(folded(importer), y) for y in (year, None)} & partly)
    }
    return {row: summed[key] for row, key in keys.items() if key in known}


@cache
def _sector(cn: str) -> str:
    try:
        return good(cn).sector
    except InputError:
        return ""


def _result(row: int, assessed: Assessment) -> dict[str, object]:
    return {
        "row": row,
        "importer": assessed.shipment.importer or "",
        **assessed.figures(),
        "notes": "; ".join(dict.fromkeys(assessed.notes)),
    }
