"""The official CBAM tables: those that the distribution ``opencbam`` ships, and what amended them.

Goods: Annex I of Regulation (EU) 2023/956. Default values: Annexes I and IV of Implementing
Regulation (EU) 2025/2621, and the rows in which (EU) 2026/1740 differs (embedded table
``cbam_defaults_2026``). Benchmarks: Implementing Regulation (EU) 2025/2620. Downstream goods:
COM(2025) 989. The numbers are law and free to use, the files of opencbam Apache-2.0.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from dualcarbon import datasets
from dualcarbon.international.cbam.law import TODAY, law_of

OTHER, UNKNOWN = "Other Countries and Territories", "unknown"
DASH, NOT_APPLICABLE = "DASH", "NA"
MARKED_UP = ("markup_2026", "markup_2027", "markup_2028")
MARK_UP = (Decimal("0.1"), Decimal("0.2"), Decimal("0.3"))
MARK_UP_FERTILISERS = (Decimal("0.01"),) * 3
"""Of 2026, of 2027, and of 2028 and later: (EU) 2026/1740, Annex I, introductory part."""
TARIC = {
    ("25070080", None): "2507008080",
    ("25231000", "B"): "2523100010",
    ("25231000", "A"): "2523100090",
    ("25239000", "B"): "2523900010",
    ("25239000", "A"): "2523900090",
}
"""Codes of ten digits that the amended act puts in the place of eight, by grade."""
GRADE_OF = {code: grade for (_, grade), code in TARIC.items() if grade}


@dataclass(frozen=True)
class DefaultRow:
    """One row of a table of default values, tCO2e per tonne; None where the table has a dash.

    Attributes:
        cn: heading of four, six or eight digits, or TARIC code of ten.
        route: letter of the production route; two, such as ``C/F``, stand for one process in two
            grades of alloy, of which the benchmark has one.
        grade: ``A`` grey, ``B`` white clinker, None elsewhere.
        marked_up: total with mark-up of 2026, of 2027, and of 2028 and later.
        open: what is not settled about the row, empty where nothing is.
    """

    origin: str
    cn: str
    route: str | None
    grade: str | None
    direct: Decimal | None
    total: Decimal | None
    marked_up: tuple[Decimal, ...]
    open: str = ""


@dataclass(frozen=True)
class BenchmarkCell:
    """One benchmark, tCO2e per tonne, with its production route and its period, 1 or 2."""

    value: Decimal
    route: str | None
    period: str | None


@cache
def goods() -> tuple[Mapping[str, str], ...]:
    """Annex I of Regulation (EU) 2023/956: one entry per CN code of eight digits."""
    return tuple(_document("cbam_goods_cn")["goods"])


Rows = Mapping[str, Mapping[str, Sequence[DefaultRow]]]


def default_rows(law: str = TODAY) -> Rows:
    """Rows of default values by origin, then by heading of at most eight digits.

    Args:
        law: see :mod:`~dualcarbon.international.cbam.law`.
    """
    return {o: rows for o, rows in _rows(law_of(law).amended).items() if o != UNKNOWN}


def highest_rows(law: str = TODAY) -> Mapping[str, Sequence[DefaultRow]]:
    """Annex IV of the same act: for precursors of unknown origin, by heading."""
    return _rows(law_of(law).amended)[UNKNOWN]


def rows_of(country: str, law: str = TODAY) -> Mapping[str, Sequence[DefaultRow]] | None:
    """Rows of one country by heading; None for one that the act does not list."""
    return _rows(law_of(law).amended).get(country)


@cache
def _rows(amended: bool) -> Rows:
    found = _first_edition() if not amended else _amended(_first_edition())
    by_origin: dict[str, dict[str, list[DefaultRow]]] = defaultdict(lambda: defaultdict(list))
    for row in found:
        by_origin[row.origin][row.cn[:8]].append(row)
    return {origin: dict(headings) for origin, headings in by_origin.items()}


def _first_edition() -> list[DefaultRow]:
    values = _document("default_values_2621")
    highest = _document("annex_iv_precursor_defaults_2621")
    return [
        *(_default_row(entry, entry["country"], entry["total"]) for entry in values),
        *(_default_row(entry, UNKNOWN, entry["highest"]) for entry in highest),
    ]


def _amended(before: Sequence[DefaultRow]) -> list[DefaultRow]:
    """Rows of the amended act: those of the first edition with new codes, and what differs."""
    rows = {}
    for row in before:
        code = TARIC.get((row.cn, row.grade), row.cn)
        kept = row.route if row.total is not None else None
        rows[row.origin, code] = _marked(replace(row, cn=code, route=kept))
    for changed in datasets.load("cbam_defaults_2026").to_dict("records"):
        key = changed["origin"], str(changed["code"])
        total = _figure(changed["total"])
        rows[key] = _marked(
            DefaultRow(
                origin=changed["origin"],
                cn=key[1],
                route=changed["route"] or None,
                grade=GRADE_OF.get(key[1]) or (rows[key].grade if key in rows else None),
                direct=_figure(changed["direct"]),
                total=total,
                marked_up=(),
                open=_open(changed),
            )
        )
    return list(rows.values())


def _open(changed: Mapping[str, Any]) -> str:
    if changed["open"]:
        return f"open cell: the copies of the act do not agree ({changed['open']})"
    return (
        "" if changed["read"] else "row after the recitals of the act, its table not yet compared"
    )


def _marked(row: DefaultRow) -> DefaultRow:
    """The row with the mark-up computed on its total, as the amended act has it."""
    if row.total is None:
        return replace(row, marked_up=())
    fertiliser = row.cn.startswith(("28", "31")) and not row.cn.startswith("2804")
    rates = MARK_UP_FERTILISERS if fertiliser else MARK_UP
    return replace(row, marked_up=tuple(row.total * (1 + rate) for rate in rates))


@cache
def benchmarks() -> Mapping[str, Mapping[str, Sequence[BenchmarkCell]]]:
    """Implementing Regulation (EU) 2025/2620: cells of columns A and B by CN code."""
    return {
        digits(entry["cn_code"]): {
            column: tuple(
                BenchmarkCell(Decimal(cell["value"]), cell["route"], cell["year"])
                for cell in entry[f"column_{column.lower()}"]
            )
            for column in ("A", "B")
        }
        for entry in _document("benchmarks_2620")
    }


@cache
def proposed() -> tuple[Mapping[str, Any], ...]:
    """Headings that COM(2025) 989 adds to Annex I, with the codes it excludes."""
    document = _document("downstream_2028_proposal")
    return (*document["iron_steel_additions"], *document["combined_metal_products"])


def digits(code: object) -> str:
    """The ASCII digits of a code."""
    text = str(code)
    if text.isascii() and text.isdigit():
        return text
    return "".join(c for c in text if c in "0123456789")


def _document(name: str) -> Any:
    folder = resources.files("opencbam") / "engine" / "data"
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def _default_row(entry: Mapping[str, Any], origin: str, total: str) -> DefaultRow:
    base = _number(total)
    return DefaultRow(
        origin=origin,
        cn=digits(entry["cn_code"]),
        route=entry["route"],
        grade=_grade(entry),
        direct=_number(entry.get("direct", total)),
        total=base,
        # A row without a base value has no value with mark-up either, whatever its cells hold.
        marked_up=() if base is None else tuple(Decimal(entry[column]) for column in MARKED_UP),
    )


def _grade(entry: Mapping[str, Any]) -> str | None:
    """Grey or white clinker; where the route is left out, the description tells."""
    if not digits(entry["cn_code"]).startswith("2523"):
        return None
    first = str(entry["description"]).partition(" ")[0].lower()
    return {"grey": "A", "white": "B"}.get(first)


def _number(token: str | None) -> Decimal | None:
    return None if token in (None, DASH, NOT_APPLICABLE) else Decimal(str(token))


def _figure(value: float) -> Decimal | None:
    """A figure of an embedded table as it is written; None for an empty cell."""
    return None if value != value else Decimal(str(value))
