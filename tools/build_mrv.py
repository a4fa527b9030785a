"""Guides, parameters, electricity factors, checks and duties of measurement and reporting."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import Column, Table, inputs, own

GRADES = {"S": "B", "S/M": "C", "D": "C", "M": "D", "not found": "D"}
"""Grade by mark: read in a source named, partly from memory, derived, from memory."""
GUIDES = "MEE accounting guides and notices, as reported"
FUELS = "defaults of the MEE guides as quoted in public tools"
POWER = {
    "carbon per heat, coal not measured": ("coal", "carbon_per_heat"),
    "carbon per heat, unconventional coal not measured": ("coal_unconventional", "carbon_per_heat"),
    "lower heating value, coal not measured": ("coal", "heat_value"),
    "oxidation, coal": ("coal", "oxidation"),
    "oxidation, gas": ("gas", "oxidation"),
    "oxidation, oil": ("oil", "oxidation"),
}
ALUMINIUM = {
    "net anode use": "anode_use",
    "anode sulphur": "anode_sulphur",
    "anode ash": "anode_ash",
    "CF4": "cf4",
    "C2F6": "c2f6",
    "slope": "cf4_slope",
}
STEEL = (
    *("limestone", "dolomite", "electrode", "pig_iron_bought", "dri_bought"),
    *("nickel_pig_iron", "ferrochrome", "crude_steel"),
)
KEYS = {"natural gas": "natural_gas"}
BITUMINOUS = (
    0.02618  # GB/T 32150; the figure that public tools quote lies outside the range of the IPCC
)
BASES = {
    "avg": "grid_average",
    "res": "residual",
    "fos": "fossil",
    "ets": "ets_reporting",
    "cfp": "footprint",
    "om": "operating_margin",
    "bm": "build_margin",
    "cm": "combined_margin",
}
HEADS = (
    *("guide", "sector", "item", "parameter", "value", "unit"),
    *("valid_from", "valid_to", "rule", "source", "grade"),
)
COVERED = {"2024-09-13": "2024-01-01", "2025-01-01": "2024-01-01", "nan": "2019-01-01"}
"""First period accounted by a guide, by the day that the raw table gives for its parameters."""
SOURCES = {
    "industry_mrv_finance.md": FUELS,
    "same": FUELS,
    "guide": "MEE guide, from memory",
    "guides": "MEE guides, from memory",
    "guide of 2022-12": "MEE office climate letter 2022 No. 485, from memory",
    "process_emission_factors_china.csv": "CETS-AG-03.01, from memory",
    "warptechlab on consultation draft": "reports on the consultation draft of 2026",
}
UNIT_NAMES = {"-": "1", "GJ/1e4 Nm3": "GJ/1e4Nm3", "tC/GJ": "tC/GJ"}


@cache
def guides(raw: Path) -> Table:
    """Build the guides by edition with the periods whose reports follow them."""
    frame = _graded(inputs("mrv_guides"))
    columns = (
        *(own(c, c if c.startswith("title") else "key") for c in frame.columns[:2]),
        own("title_en", "text"),
        own("title_zh", "text"),
        Column("code", "text", GUIDES, "B"),
        Column("status", "key", GUIDES, "B", note="in force, superseded or draft"),
        Column("in_force", "date", GUIDES, "C", note="empty: not yet"),
        Column("covers_from", "date", GUIDES, "C"),
        Column("covers_to", "date", GUIDES, "C", note="empty: until another edition"),
        own("source", "text"),
        own("grade"),
    )
    return Table("mrv_guides", frame, columns)


@cache
def items(raw: Path) -> Table:
    """Build what plants report."""
    frame = inputs("mrv_items")
    return Table("mrv_items", frame, tuple(own(c) for c in frame.columns))


@cache
def parameters(raw: Path) -> Table:
    """Build parameters by guide or sector, item and date; an empty value is one nobody has seen."""
    more = _graded(inputs("mrv_parameters")).to_dict("records")
    rows = [*_of_guides(raw), *_of_fuels(raw), *more]
    frame = pd.DataFrame(rows)[list(HEADS)].fillna({c: "" for c in HEADS if c != "value"})
    frame = frame.sort_values(
        ["sector", "item", "parameter", "valid_from", "guide"], ignore_index=True, kind="stable"
    )
    columns = (
        own("guide", note="empty: any guide of the sector"),
        *(own(c) for c in HEADS[1:4]),
        Column("value", "see unit", GUIDES, "C", "see valid_from", note="empty: never published"),
        own("unit", "text"),
        *(Column(c, "date", GUIDES, "C", note="empty: open") for c in ("valid_from", "valid_to")),
        Column("rule", "text", GUIDES, "C", note="when it is used"),
        own("source", "text"),
        own("grade"),
    )
    return Table("mrv_parameters", frame, columns)


def _of_guides(raw: Path) -> Iterator[dict[str, object]]:
    """Parameters of the guides, keyed anew: one figure to a row, factors of materials as such."""
    for row in pd.read_csv(raw / "ledger" / "mrv_parameters.csv", dtype=str).to_dict("records"):
        about = {
            "guide": "",
            "sector": row["sector"],
            "valid_from": COVERED.get(str(row["valid_from"]), row["valid_from"]),
            "valid_to": _text(row["valid_to"]),
            "rule": row["rule_when_used"],
            "source": SOURCES.get(row["source"], row["source"]),
            "grade": GRADES[row["mark"]],
        }
        sector, name = row["sector"], row["parameter"]
        unit = UNIT_NAMES.get(row["unit"], row["unit"])
        if row["source"] == "same" and sector == "power":
            about["source"] = "REACH24H on MEE notice 2022-06-08"
        if sector == "power" and name in POWER:
            keys = [POWER[name]]
        elif sector == "cement":
            keys = [("clinker", "process_factor")]
        elif sector == "aluminium":
            keys = [("aluminium", ALUMINIUM[name])]
        elif name == "heat bought":
            keys = [("heat_bought", "emission_factor")]
        elif name.startswith("GWP"):
            yield from _split(about, ("aluminium",) * 2, row, ("gwp_cf4", "gwp_c2f6"))
            continue
        elif sector == "steel":
            yield from _split(about, STEEL, row, ("emission_factor",) * len(STEEL))
            continue
        else:
            continue  # empty rows of the draft stand in the inputs; bought electricity is a factor
        for item, parameter in keys:
            value = float(row["value"])
            yield {**about, "item": item, "parameter": parameter, "value": value, "unit": unit}


def _split(
    about: dict[str, object],
    names: tuple[str, ...],
    row: dict[str, str],
    parameters: tuple[str, ...],
) -> Iterator[dict[str, object]]:
    """Figures that share a cell; what steel carries out is stated as a positive factor."""
    values = [abs(float(part)) for part in row["value"].split(" / ")]
    unit = UNIT_NAMES.get(row["unit"], row["unit"])
    for item, parameter, value in zip(names, parameters, values, strict=True):
        yield {**about, "item": item, "parameter": parameter, "value": value, "unit": unit}


def _of_fuels(raw: Path) -> Iterator[dict[str, object]]:
    """Heat value, carbon per heat and oxidation where a sector has no figure of its own."""
    for row in pd.read_csv(raw / "industry" / "china_fuel_defaults.csv").to_dict("records"):
        item = str(row["fuel"]).replace(" ", "_").lower()
        carbon = BITUMINOUS if item == "bituminous" else row["carbon_content_default"]
        about = {
            "guide": "", "sector": "all", "item": item, "valid_from": "2019-01-01", "valid_to": "",
            "rule": "default", "source": FUELS, "grade": "C",
        }  # fmt: skip
        yield {**about, "parameter": "heat_value", "value": row["NCV_default"],
               "unit": UNIT_NAMES.get(row["NCV_unit"], row["NCV_unit"])}  # fmt: skip
        source = "GB/T 32150 as quoted in public tools" if item == "bituminous" else FUELS
        yield {**about, "parameter": "carbon_per_heat", "value": carbon, "unit": "tC/GJ",
               "source": source}  # fmt: skip
        yield {**about, "parameter": "oxidation", "value": row["oxidation_assumed"], "unit": "1"}


@cache
def factors(raw: Path) -> Table:
    """Build emission factors of electricity as exact fractions, each with its basis."""
    table = pd.read_csv(raw / "ledger" / "conversion_rates.csv")
    table = table[(table["from"] == "MWh") & table["to"].str.startswith("tCO2")]
    table = table[table["id"].str.extract(r"^([a-z]+)", expand=False).isin(BASES)]
    rows = []
    for row in table.to_dict("records"):
        prefix = next(p for p in BASES if str(row["id"]).startswith(p))
        value = Fraction(int(row["numerator"]), int(row["denominator"]))
        weights = str(row["id"])[2:6] if prefix == "cm" else ""
        rows.append((
            str(row["id"]).lower(), BASES[prefix], row["scope"], int(row["year"]), weights,
            value.numerator, value.denominator, row["status"], row["source"], GRADES[row["mark"]],
        ))  # fmt: skip
    columns = (
        own("factor"),
        own("basis"),
        own("area"),
        own("year", "year"),
        own("weights", note="of a combined margin: operating and build margin in percent"),
        Column("numerator", "t CO2", "MEE and NBS, power CO2 emission factors", "B", "see year"),
        Column("denominator", "MWh", "MEE and NBS, power CO2 emission factors", "B", "see year"),
        own("status", "text"),
        own("source", "text"),
        own("grade"),
    )
    frame = pd.DataFrame(rows, columns=[c.name for c in columns])
    frame["source"] = frame["source"].replace("from the two above", "margins of the same grid")
    return Table("electricity_factors", frame.sort_values("factor", ignore_index=True), columns)


@cache
def checks(raw: Path) -> Table:
    """Build bands of plausibility."""
    frame = _graded(inputs("mrv_checks")).fillna({"item": ""})
    columns = (
        *(own(c) for c in ("check", "sector", "item", "quantity")),
        Column("low", "see unit", "practice of verification", "C"),
        Column("high", "see unit", "practice of verification", "C"),
        own("unit", "text"),
        own("severity"),
        own("source", "text"),
        own("grade"),
    )
    return Table("mrv_checks", frame, columns)


@cache
def rules(raw: Path) -> Table:
    """Build the figures of law that the compliance desk needs."""
    frame = _graded(inputs("compliance_rules")).fillna("")
    columns = (
        own("rule"),
        own("market"),
        Column("value", "see unit", "MEE, NEA and NDRC rules", "C", "see valid_from"),
        own("unit", "text"),
        Column("valid_from", "date", "MEE, NEA and NDRC rules", "C"),
        Column("valid_to", "date", "MEE, NEA and NDRC rules", "C", note="empty: open"),
        own("status"),
        own("text_en", "text"),
        own("text_zh", "text"),
        own("source", "text"),
        own("grade"),
    )
    return Table("compliance_rules", frame, columns)


STATUS = {
    "": "not found", "verify": "to be confirmed", "2025": "binding in 2025",
    "date not seen in the 2026 notice's stored part": "date to be confirmed",
    "2025; 2026 weights indicative": "binding in 2025, indicative in 2026",
}  # fmt: skip
"""What the gathered calendar calls a state, as a reader has it."""


@cache
def duties(raw: Path) -> Table:
    """Build the calendar of duties, with the day on which each is due where one was found."""
    table = pd.read_csv(raw / "ledger" / "calendar.csv", keep_default_na=False)
    words = inputs("calendar_words")
    table = table.merge(words, on="id", validate="one_to_one").sort_values("id", ignore_index=True)
    days = {c: table[c].astype("Int64") for c in ("due_year", "due_month", "due_day", "after_days")}
    frame = pd.DataFrame({
        "duty": table["id"], "market": table["market"].str.replace(" ", "_").str.replace("-", "_"),
        "who_en": table["who"], "who_zh": table["who_zh"], "what_en": table["what"],
        "what_zh": table["what_zh"], "due_en": table["when"], "due_zh": table["due_zh"], **days,
        "recurs": table["recurs"], "status": table["status"].replace(STATUS),
        "source": table["basis"].replace("", "none found"),
        "grade": table["mark"].map(GRADES),
    })  # fmt: skip
    law = "MEE, NEA, NDRC and EU acts as named in each row"
    when = {
        "due_year": "years after the year of the emissions",
        "after_days": "days after the month",
    }
    columns = tuple(
        Column(c, when.get(c, "1"), law, "C", note="empty: no date found")
        if c in days
        else own(c, "text" if c[-3:] in ("_en", "_zh") else "key")
        for c in frame.columns
    )
    return Table("compliance_calendar", frame, columns)


@cache
def criteria(raw: Path) -> Table:
    """Build the screen of crediting projects."""
    frame = inputs("credit_criteria").fillna("")
    standards = "ICVCM, CORSIA and Article 6.4, from memory"
    columns = (
        own("criterion"),
        own("question_en", "text"),
        own("question_zh", "text"),
        own("needs", "text", note="what the evidence must name"),
        *(Column(c, "text", standards, "D") for c in ("icvcm", "corsia", "article6")),
        own("source", "text"),
        own("grade"),
    )
    return Table("credit_criteria", frame, columns)


BUILDERS = (guides, items, parameters, factors, checks, rules, duties, criteria)


def _graded(frame: pd.DataFrame) -> pd.DataFrame:
    """The mark of each row as a grade, behind its source."""
    found = frame.assign(grade=frame["mark"].map(GRADES)).drop(columns="mark")
    texts = [c for c in found.columns if found[c].dtype.kind not in "fi"]
    return found.fillna({c: "" for c in texts})


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
