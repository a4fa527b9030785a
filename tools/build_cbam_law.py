"""CBAM as amended: what Implementing Regulation (EU) 2026/1740 changed, yearly factors, acts."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pandas as pd

from tools.common import FACT, Column, Table, inputs, own

FOLDER = Path("international") / "cbam_law_2026"
ACT = (
    "European Commission: Implementing Regulation (EU) 2026/1740, Annexes I and IV; differences to "
    "2025/2621 only, countries named as in opencbam"
)
AS_OF = "2026-11-27"
OTHER, UNKNOWN = "Other Countries and Territories", "unknown"
UNLISTED = {"LBR": "Liberia", "NCL": "New Caledonia", "GNQ": "Equatorial Guinea"}
TARIC = {
    ("25070080", ""): "2507008080",
    ("25231000", "B"): "2523100010",
    ("25231000", "A"): "2523100090",
    ("25239000", "B"): "2523900010",
    ("25239000", "A"): "2523900090",
}
"""Codes of eight digits that the amended act parts or narrows, by grade."""
EMPTY = ("DASH", "NA", None, "")
Row = tuple[Decimal | None, Decimal | None, str]


def defaults(raw: Path) -> Table:
    """Build the rows of default values in which the amended act differs from its first edition.

    Rows that the amended act withdraws, and rows that only the first edition has, have no total.
    Rows whose total is open between two roundings are kept even where nothing else differs.
    """
    before, after = _first_edition(), _amended(raw)
    rows = []
    for key in sorted(before.keys() | after.keys()):
        old, (new, read, note) = before.get(key), after.get(key, ((None, None, ""), "yes", ""))
        tie = note.startswith("tie")
        if key not in after and (old is None or old[1] is None):
            continue
        if old == new and not tie:
            continue
        kind = _kind(old, new, key[1])
        direct, total, route = new
        rows.append(
            (*key, _text(direct), _text(total), route, kind, read == "yes", note if tie else "")
        )
    names = ["origin", "code", "direct", "total", "route", "kind", "read", "open"]
    columns = (
        own("origin", note="as opencbam writes it; unknown for Annex IV"),
        own("code", note="heading of four to eight digits, or TARIC code of ten"),
        Column("direct", "tCO2e/t", ACT, "B", "2026", FACT),
        Column("total", "tCO2e/t", ACT, "B", "2026", FACT, "empty: withdrawn"),
        Column(
            "route", "production route", ACT, "B", "2026", FACT, "C/F and E/H: by the benchmark"
        ),
        own("kind", note="what changed: value, route, added, withdrawn"),
        own("read", "boolean", "row compared with a copy of the corrected act"),
        own("open", "text", "what the copies leave open"),
    )
    return Table("cbam_defaults_2026", pd.DataFrame(rows, columns=names), columns)


def factors(raw: Path) -> Table:
    """Build the share of free allocation kept, in force and proposed, and the correction factor."""
    frame = pd.read_csv(raw / FOLDER / "cbam_factor.csv")
    frame.columns = pd.Index(["year", "kept", "kept_proposed", "correction", "status"])
    columns = (
        own("year", "year"),
        Column("kept", "share", "Directive 2003/87/EC, Article 10a(1a)", "B", "2026-2038"),
        Column("kept_proposed", "share", "COM(2026) 616", "B", "2026-2038"),
        Column("correction", "1", "Decision (EU) 2026/1862", "B", "2026-2030"),
        own("status", "text"),
    )
    return Table("cbam_factors", frame, columns)


def acts(raw: Path) -> Table:
    """Build the list of acts with their status, and what each one changes."""
    frame = inputs("cbam_acts").fillna("")
    law = f"research of {AS_OF}, copies of the Official Journal and of proposals"
    columns = (
        own("act", "text"),
        own("topic"),
        own("status", note="in force, draft, proposal, published or expected"),
        Column("date", "date", law, "B", "2023-2026"),
        own("article", "text"),
        own("applies_from", "period"),
        own("laws", "text", "positions of the switch of law under which it counts"),
        own("changes_en", "text"),
        own("changes_zh", "text"),
        own("as_of", "date"),
    )
    return Table("cbam_acts", frame.assign(as_of=AS_OF), columns)


def _kind(old: Row | None, new: Row, code: str) -> str:
    if new[1] is None:
        return "withdrawn"
    if old is None or old[1] is None:
        return "added"
    return "value" if old[:2] != new[:2] else "route"


def _first_edition() -> dict[tuple[str, str], Row]:
    folder = resources.files("opencbam.engine").joinpath("data")
    rows: dict[tuple[str, str], Row] = {}
    for name, place, total in (
        ("default_values_2621", None, "total"),
        ("annex_iv_precursor_defaults_2621", UNKNOWN, "highest"),
    ):
        for entry in json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8")):
            code = "".join(c for c in entry["cn_code"] if c.isdigit())
            grade = ""
            if code.startswith("2523"):
                first = str(entry["description"]).partition(" ")[0].lower()
                grade = {"grey": "A", "white": "B"}.get(first, "")
            key = (place or entry["country"], TARIC.get((code, grade), code))
            value = _number(entry[total])
            direct = _number(entry.get("direct", entry[total]))
            route = (entry["route"] or "") if value is not None else ""
            rows[key] = (direct if value is not None else None, value, route)
    return rows


def _amended(raw: Path) -> dict[tuple[str, str], tuple[Row, str, str]]:
    names = {}
    for entry in _read(raw, "country_names"):
        listed = entry["name_in_opencbam_0.1.0"]
        names[entry["name_in_act_2026_1740"]] = UNLISTED.get(entry["iso3"], listed)
    rows = {}
    for entry in _read(raw, "default_values_2026_1740"):
        total = _number(entry["total_tco2e_per_t"])
        direct = _number(entry["direct_tco2e_per_t"])
        own_row = (direct, total, entry["route"])
        read = entry["row_read_in_a_copy_of_the_corrected_act"]
        rows[names[entry["country"]], entry["code"]] = (own_row, read, entry["note"])
    for entry in _read(raw, "annex_iv_unknown_origin_2026_1740"):
        total = _number(entry["total_tco2e_per_t"])
        rows[UNKNOWN, entry["code"]] = ((total, total, entry["route"]), "no", entry["note"])
    return rows


def _read(raw: Path, name: str) -> list[dict[str, str]]:
    with (raw / FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(token: str | None) -> Decimal | None:
    return None if token in EMPTY else Decimal(str(token))


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


BUILDERS = (defaults, factors, acts)
