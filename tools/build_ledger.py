"""Rules of the ledger: unit classes, exclusions as slots, uses, rates and conversions."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import FACT, OWN, Column, Table, inputs, own

GRADES = {"S": "B", "D": "C", "M": "D"}
"""Grade of a mark: stated by an authority; derived; from memory, to be verified."""
LAW = "laws, notices and scheme documents named in the row"


def _grade(mark: str) -> str:
    """The grade of a row; where marks are mixed, the worst."""
    letters = [GRADES[part[0]] for part in str(mark).split("/")]
    return max(letters)


def _read(raw: Path, name: str) -> pd.DataFrame:
    """A raw table; marks within texts become words, for the grade of a row says the rest."""
    found = pd.read_csv(raw / "ledger" / f"{name}.csv", dtype=str, keep_default_na=False)
    return found.replace({r" ?\[S[^]]*\]": "", r"\[M\]": "(to be verified)"}, regex=True)


@cache
def units(raw: Path) -> Table:
    """Build the unit classes; saved energy and energy-use rights are counted in gce."""
    found = _read(raw, "units")
    ours = inputs("ledger_classes").fillna("").set_index("code").reindex(found["code"]).fillna("")
    ours = ours.reset_index(drop=True)
    base = ours["own_base"].where(ours["own_base"] != "", found["base_unit"])
    size = ours["own_per_unit"].where(ours["own_per_unit"] != "", found["base_per_unit"])
    frame = pd.DataFrame(
        {
            "code": found["code"],
            "kind": ours["kind"],
            "family": found["family"],
            "name_en": found["name_en"],
            "name_zh": found["name_zh"],
            "unit": found["quantity_unit"],
            "base_unit": base,
            "base_per_unit": size.astype(float).astype("int64"),
            "country": found["country"],
            "life": ours["life"],
            "validity": found["validity"],
            "surrendered_where": found["surrendered_where"],
            "status": found["status"],
            "legal_basis": found["legal_basis"],
            "source": found["source"],
            "grade": found["mark"].map(_grade),
        }
    )
    rule = "months:N from the month of generation; until:Y:D up to vintage Y until day D"
    columns = (
        own("code"),
        own("kind", note="kind of the ledger; empty for units of other countries"),
        own("family"),
        own("name_en", "text"),
        Column("name_zh", "text", LAW, "B", licence=FACT),
        Column("unit", "text", LAW, "B"),
        own("base_unit", "text", "what the ledger counts in whole numbers"),
        Column("base_per_unit", "base units", "definition of the unit", "A"),
        own("country"),
        own("life", "rule", rule),
        Column("validity", "text", LAW, "D"),
        Column("surrendered_where", "text", LAW, "D"),
        Column("status", "text", LAW, "D"),
        Column("legal_basis", "text", LAW, "D"),
        own("source", "text"),
        own("grade"),
    )
    return Table("ledger_units", frame, columns)


@cache
def exclusions(raw: Path) -> Table:
    """Build the pairs of claims that exclude each other, each with the slot that enforces it."""
    found = _read(raw, "exclusions")
    slots = inputs("ledger_slots").fillna("").set_index("id").loc[found["id"]].reset_index()
    frame = pd.DataFrame(
        {
            "id": found["id"],
            "first": found["claim_a"],
            "second": found["claim_b"],
            "evidence": found["same"],
            "rule": found["rule"],
            "kind": found["kind"],
            "effect": slots["effect"],
            "slot": slots["slot"],
            "opened": slots["opened"],
            "valid_from": found["valid_from"],
            "valid_to": found["valid_to"],
            "after": slots["after"],
            "ledger_default": found["default_in_ledger"],
            "scope": found["scope"],
            "source": found["source"],
            "grade": found["mark"].map(lambda mark: _grade(mark.split(" ")[0])),
        }
    )
    effects = "exclusive, levels, inadmissible or note; see the page on the ledger"
    columns = (
        own("id"),
        own("first"),
        own("second"),
        Column("evidence", "text", LAW, "B"),
        Column("rule", "text", LAW, "D"),
        own("kind", note="law, scheme, guide, level, treaty, standard, or open: no rule was found"),
        own("effect", note=effects),
        own("slot", note="what both claims would take on the same evidence"),
        own("opened", note="scenario: a ledger of a scenario may open the pair"),
        Column("valid_from", "date", LAW, "D"),
        Column("valid_to", "date", LAW, "D"),
        own("after", "text", "what holds once valid_to has passed"),
        own("ledger_default", "text"),
        Column("scope", "text", LAW, "D"),
        own("source", "text"),
        own("grade"),
    )
    return Table("ledger_exclusions", frame, columns)


@cache
def uses(raw: Path) -> Table:
    """Build the uses of units and of their evidence, each with the slots that it takes."""
    frame = inputs("ledger_uses").fillna("")
    texts = {"name_en", "name_zh"}
    columns = tuple(own(name, "text" if name in texts else "key") for name in frame)
    return Table("ledger_uses", frame, columns)


@cache
def rates(raw: Path) -> Table:
    """Build the exact rates between units; the decimal is checked against the fraction."""
    found = _read(raw, "conversion_rates")
    exact = [
        Fraction(int(n), int(d))
        for n, d in zip(found["numerator"], found["denominator"], strict=True)
    ]
    for row, rate in zip(found.itertuples(), exact, strict=True):
        if abs(float(rate) - float(row.decimal)) > 1e-9 * float(rate) + 5e-10:
            raise ValueError(f"{row.id}: {rate} is not {row.decimal}")
    frame = pd.DataFrame(
        {
            "id": found["id"],
            "source_unit": found["from"],
            "target_unit": found["to"],
            "numerator": [rate.numerator for rate in exact],
            "denominator": [rate.denominator for rate in exact],
            "decimal": [round(float(rate), 9) for rate in exact],
            "basis": found["basis"],
            "region": found["scope"],
            "year": found["year"],
            "status": found["status"],
            "note": found["note"],
            "source": found["source"].where(found["source"] != "", found["basis"]),
            "grade": found["mark"].map(_grade),
        }
    )
    one = {
        **dict.fromkeys(frame.columns, ""), "id": "one", "source_unit": "tce",
        "target_unit": "tce", "numerator": 1, "denominator": 1, "decimal": 1.0,
        "basis": "identity", "region": "world", "status": "definition",
        "source": "definition", "grade": "A",
    }  # fmt: skip
    frame = pd.concat([frame, pd.DataFrame([one])], ignore_index=True)
    factors = "MEE and NBS emission factors; GB/T 2589; scheme documents named in the row"
    columns = (
        own("id"),
        own("source_unit"),
        own("target_unit"),
        Column("numerator", "target units", factors, "D"),
        Column("denominator", "source units", factors, "D"),
        Column("decimal", "target unit per source unit", factors, "D"),
        own("basis", "text"),
        own("region"),
        Column("year", "year", factors, "D"),
        Column("status", "text", factors, "D"),
        own("note", "text"),
        own("source", "text"),
        own("grade"),
    )
    return Table("ledger_rates", frame, columns)


@cache
def conversions(raw: Path) -> Table:
    """Build the conversions offered as a methodology; none of them is law."""
    frame = inputs("ledger_conversions").fillna("")
    columns = tuple(
        Column(name, "text" if name == "source" else "key", "this package", "D", licence=OWN)
        for name in frame
    )
    return Table("ledger_conversions", frame, columns)


BUILDERS = (units, exclusions, uses, rates, conversions)
