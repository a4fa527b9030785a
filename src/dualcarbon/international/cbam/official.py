"""The official CBAM tables as the distribution ``opencbam`` ships them; none is kept here.

Goods: Annex I of Regulation (EU) 2023/956. Default values: Annexes I and IV of Implementing
Regulation (EU) 2025/2621. Benchmarks: Implementing Regulation (EU) 2025/2620. Downstream goods:
COM(2025) 989. The numbers are law and free to use, the files Apache-2.0.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

OTHER = "Other Countries and Territories"
DASH, NOT_APPLICABLE = "DASH", "NA"
MARKED_UP = ("markup_2026", "markup_2027", "markup_2028")


@dataclass(frozen=True)
class DefaultRow:
    """One row of a table of default values, tCO2e per tonne; None where the table has a dash.

    Attributes:
        cn: heading of four, six or eight digits.
        grade: ``A`` grey, ``B`` white clinker, None elsewhere.
        marked_up: total with mark-up of 2026, of 2027, and of 2028 and later.
    """

    origin: str
    cn: str
    route: str | None
    grade: str | None
    direct: Decimal | None
    total: Decimal | None
    marked_up: tuple[Decimal, ...]


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


@cache
def default_rows() -> Mapping[str, Mapping[str, Sequence[DefaultRow]]]:
    """Annex I of Implementing Regulation (EU) 2025/2621 by origin, then by heading."""
    rows: dict[str, dict[str, list[DefaultRow]]] = defaultdict(lambda: defaultdict(list))
    for entry in _document("default_values_2621"):
        row = _default_row(entry, entry["country"], entry["total"])
        rows[row.origin][row.cn].append(row)
    return {origin: dict(headings) for origin, headings in rows.items()}


@cache
def highest_rows() -> Mapping[str, Sequence[DefaultRow]]:
    """Annex IV of the same act: for precursors of unknown origin, by heading."""
    rows: dict[str, list[DefaultRow]] = defaultdict(list)
    for entry in _document("annex_iv_precursor_defaults_2621"):
        row = _default_row(entry, "unknown", entry["highest"])
        rows[row.cn].append(row)
    return dict(rows)


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


@cache
def correction_factors() -> Mapping[int, Decimal]:
    """Cross-sectoral correction factors published so far, by year."""
    values = _document("cscf")["values"]
    return {int(year): Decimal(str(value)) for year, value in values.items()}


def digits(code: object) -> str:
    """The ASCII digits of a code."""
    return "".join(c for c in str(code) if c in "0123456789")


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
