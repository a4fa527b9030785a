"""Sheets that plants fill in, in Chinese or English, and the reports of all plants in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from dualcarbon.common.sheets import EMPTY, read_sheet
from dualcarbon.common.words import LANGUAGES, catalogue, checked_language
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.mrv.gaps import Plan, fill_gaps
from dualcarbon.mrv.guides import Guide, guide, items
from dualcarbon.mrv.production import calculate
from dualcarbon.mrv.quantities import LAYERS, SPELLED, TIERS, Datum, Period, exact, in_unit
from dualcarbon.mrv.report import Report

WORDS = Path(__file__).with_name("words.yaml")
NEEDED = ("plant", "period", "item", "parameter", "value", "unit")
HEADS = ("guide", "plant", "installation", "layer", "period", "item", "parameter", "value", "unit",
         "tier", "document", "instrument")  # fmt: skip
AT_MOST_ONE = ("1",)
UNITS_HEAD = "head.units"
EXAMPLES: Mapping[str, tuple[tuple[str, str, str, str, str, str, str], ...]] = {
    "power": (
        ("unit 1", "2025-01", "coal", "amount", "10000", "t", "measured"),
        ("unit 1", "2025-01", "coal", "heat_value", "21.500", "GJ/t", "laboratory"),
        ("unit 1", "2025-01", "coal", "carbon_as_received", "0.5538", "tC/t", "laboratory"),
        ("unit 1", "2025-02", "coal", "amount", "10000", "t", "measured"),
        ("unit 1", "2025-02", "coal", "heat_value", "21.500", "GJ/t", "laboratory"),
        ("unit 1", "2025", "diesel", "amount", "50", "t", "settlement"),
        ("unit 1", "2025", "electricity_gross", "amount", "48000", "MWh", "measured"),
        ("unit 1", "2025", "electricity_bought", "amount", "300", "MWh", "settlement"),
    ),
    "cement": (
        ("kiln 1", "2025", "bituminous", "amount", "110000", "t", "measured"),
        ("kiln 1", "2025", "bituminous", "heat_value", "22.350", "GJ/t", "laboratory"),
        ("kiln 1", "2025", "clinker", "amount", "1000000", "t", "measured"),
        ("kiln 1", "2025", "clinker", "cao", "65", "%", "laboratory"),
        ("kiln 1", "2025", "clinker", "cao_nc", "2", "%", "laboratory"),
        ("kiln 1", "2025", "clinker", "mgo", "1.8", "%", "laboratory"),
        ("kiln 1", "2025", "clinker", "mgo_nc", "0.5", "%", "laboratory"),
    ),
    "aluminium": (
        ("potline 1", "2025", "aluminium", "amount", "500000", "t", "measured"),
        (
            "potline 1",
            "2025",
            "aluminium",
            "anode_effect_minutes",
            "0.15",
            "min/cell-day",
            "measured",
        ),
        ("potline 1", "2025", "electricity_used", "amount", "6750000", "MWh", "settlement"),
    ),
    "steel": (
        ("works", "2025", "coking_coal", "amount", "1000000", "t", "settlement"),
        ("works", "2025", "coking_coal", "carbon", "0.72", "tC/t", "laboratory"),
        ("works", "2025", "limestone", "amount", "250000", "t", "settlement"),
        ("works", "2025", "crude_steel", "amount", "1500000", "t", "measured"),
    ),
}


@cache
def _known() -> Mapping[str, Mapping[str, str]]:
    """Keys by what people write, in both languages, for heads, parameters, tiers and layers."""
    found: dict[str, dict[str, str]] = {}
    for name, entry in catalogue(WORDS).items():
        group, _, key = name.partition(".")
        if name == UNITS_HEAD:
            continue  # of the list beside the data
        found.setdefault(group, {})[key] = key
        found[group] |= {str(entry[lang]): key for lang in LANGUAGES}
    found["item"] = {n: i.key for i in items().values() for n in (i.key, i.name_en, i.name_zh)}
    return found


def _key(group: str, text: str, where: str) -> str:
    names = _known()[group]
    if text not in names:
        raise unknown_name(group, text, list(names), where=where)
    return names[text]


def said(group: str, key: str, lang: str) -> str:
    """A key as a reader of a language has it: an item, or a parameter in words.

    Args:
        group: ``item``, ``parameter``, ``tier`` or ``layer``; key: of it; lang: language.
    """
    if group == "item":
        found = items().get(key)
        return key if found is None else found.name_zh if lang == "zh" else found.name_en
    entry = catalogue(WORDS).get(f"{group}.{key}")
    text = key if entry is None else str(entry[lang])
    return text if lang == "zh" else text.replace("_", " ")


def datum_of(row: Mapping[str, Any], where: str = "") -> Datum:
    """One figure from a row of a sheet.

    Args:
        row: cells by head, English keys; where: file and row.

    Raises:
        InputError: a cell is missing, or holds what it may not: an unknown name, a number below
            zero, a share above one, a unit that measures something else, a bad period.
    """
    cell = {name: str(row.get(name, EMPTY)).strip() for name in HEADS}
    for name in NEEDED:
        if not cell[name] and name != "unit":
            raise InputError(f"'{name}' is missing", where=where or None)
    at = f"{where}, " if where else ""
    item = items()[_key("item", cell["item"], f"{at}item")]
    parameter = _key("parameter", cell["parameter"], f"{at}parameter")
    allowed = item.parameters
    if parameter not in allowed:
        raise unknown_name(f"parameter of {item.key}", parameter, allowed, where=f"{at}parameter")
    unit = allowed[parameter]
    raw = row["value"]
    value = exact(raw if not isinstance(raw, str) else cell["value"], f"{at}value")
    value = in_unit(value, cell["unit"], unit, f"{at}unit")
    if unit in AT_MOST_ONE and value > 1 and parameter != "load_factor":
        raise InputError(
            f"{parameter} of {float(value):g} exceeds one",
            where=f"{at}value",
            allowed="a share of 1, or percent with unit %",
        )
    tier = _key("tier", cell["tier"], f"{at}tier") if cell["tier"] else TIERS[0]
    layer = _key("layer", cell["layer"], f"{at}layer") if cell["layer"] else LAYERS[0]
    raw_period = row["period"]
    period = Period.of(
        raw_period if not isinstance(raw_period, str) else cell["period"], f"{at}period"
    )
    return Datum(
        cell["plant"], cell["installation"], period, item.key, parameter, value, unit, tier, layer,
        cell["document"], cell["instrument"], where,
    )  # fmt: skip


@dataclass(frozen=True)
class Batch:
    """Reports of many plants.

    Attributes:
        reports: of the plants that could be computed; errors: by plant and year, what was wrong.
    """

    reports: tuple[Report, ...]
    errors: Mapping[str, str]


def read_data(path: Path) -> tuple[tuple[Datum, ...], Mapping[str, str]]:
    """Figures of a sheet, and the guide that it names for each plant.

    Raises:
        InputError: the file or a row cannot be used; a plant names two guides; a head is unknown.
    """
    rows, named, bad = _rows(path)
    for message in bad.values():
        raise InputError(message)
    return tuple(rows), named


def read_batch(
    path: Path, *, sector: str | None = None, only: Guide | None = None, plans: Sequence[Plan] = (),
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Batch:  # fmt: skip
    """The reports of all plants in a sheet; what is wrong with one does not stop the others.

    Args:
        path: csv or xlsx; sector: of plants without a guide; only: a guide for all of them.
        plans: of some plants, whose gaps are filled against them.

    Raises:
        InputError: the file cannot be used at all.
    """
    rows, named, errors = _rows(path)
    grouped: dict[tuple[str, int], list[Datum]] = {}
    for one in rows:
        grouped.setdefault((one.plant, one.period.year), []).append(one)
    of_plants = {plan.plant: plan for plan in plans}
    plants = dict.fromkeys(key[0] for key in grouped)
    for plant in of_plants:
        if plant not in plants:
            raise unknown_name("plant", plant, plants, where="plan")
    reports = []
    for done, ((plant, year), data) in enumerate(grouped.items(), start=1):
        progress(done, len(grouped))
        if plant in errors:
            continue
        try:
            key = named.get(plant)
            if only is None and key is None and sector is None:
                raise InputError(
                    f"names no guide for {plant}",
                    where=str(path),
                    allowed="column guide, or the option --sector or --guide",
                )
            used = only or (guide(key, f"{path}, plant {plant}") if key else None)
            if plant in of_plants:
                data = list(fill_gaps(data, of_plants[plant], year)[0])
            reports.append(calculate(data, used, sector=sector or ""))
        except InputError as error:
            errors[f"{plant} {year}"] = str(error)
    return Batch(tuple(reports), errors)


def _rows(path: Path) -> tuple[list[Datum], dict[str, str], dict[str, str]]:
    """Figures, guide by plant, and what is wrong by plant."""
    table = read_sheet(path)
    heads = [_key("head", str(name), f"{path}, line 1") for name in table.columns]
    missing = [name for name in NEEDED if name not in heads]
    if missing:
        raise InputError(f"column '{missing[0]}' is missing", where=str(path), allowed=HEADS)
    table.columns = pd.Index(heads)
    found: list[Datum] = []
    named: dict[str, str] = {}
    errors: dict[str, str] = {}
    for number, row in enumerate(table.to_dict("records"), start=2):
        where = f"{path}, row {number}"
        plant = str(row["plant"]).strip() or f"row {number}"
        try:
            found.append(datum_of(row, where))
            key = str(row.get("guide", EMPTY)).strip()
            if key and named.setdefault(plant, key) != key:
                raise InputError(f"{plant} names two guides, {named[plant]} and {key}", where=where)
        except InputError as error:
            errors.setdefault(plant, str(error))
    if not found and not errors:
        raise InputError("holds no row", where=str(path))
    return found, named, errors


def template(sector: str, lang: str = "en") -> pd.DataFrame:
    """An example of a sheet to fill in.

    Args:
        sector: one of power, cement, aluminium, steel; lang: of heads and names.

    Raises:
        InputError: no such sector or language.
    """
    if sector not in EXAMPLES:
        raise unknown_name("sector", sector, EXAMPLES, where="sector")
    words = catalogue(WORDS)
    checked_language(lang)

    def say(group: str, key: str) -> str:
        return str(words[f"{group}.{key}"][lang])

    key = {"power": "cn-power-2022", "steel": "cn-steel-2025"}.get(sector, f"cn-{sector}-2024")
    rows = [
        (key, "Plant A" if lang == "en" else "示例企业", place, say("layer", LAYERS[0]), period,
         item if lang == "en" else items()[item].name_zh, say("parameter", parameter), value, unit,
         say("tier", tier), "", "")
        for place, period, item, parameter, value, unit, tier in EXAMPLES[sector]
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[say("head", name) for name in HEADS])


def allowed(lang: str = "en") -> pd.DataFrame:
    """What a sheet may hold: each item with its parameters, the unit kept, and units that it takes.

    Args:
        lang: of heads and names.
    """
    words = catalogue(WORDS)
    checked_language(lang)
    rows = []
    for item in items().values():
        for parameter, unit in item.parameters.items():
            name = str(words[f"parameter.{parameter}"][lang])
            other = ", ".join(u for u in SPELLED[unit] if u and u != unit)
            rows.append((said("item", item.key, lang), name, unit, other))
    heads = [str(words[f"head.{head}"][lang]) for head in ("item", "parameter", "unit", "units")]
    return pd.DataFrame(rows, columns=heads)
