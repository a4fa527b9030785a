"""A plant's report of a year: its lines, where each figure is from, what its defaults cost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pandas as pd

from dualcarbon.common.tables import columns, conformed
from dualcarbon.errors import InputError
from dualcarbon.mrv.formulas import CO2_PER_C, heat_share
from dualcarbon.mrv.guides import Guide
from dualcarbon.mrv.quantities import LAYERS, Datum, Period

SCOPE = {
    "en": "For research, simulation and internal control; not an official registry.",
    "zh": "仅用于研究、模拟与内部管理，不是官方登记系统。",
}
"""What all of this may be used for; stands on every form."""
INDIRECT = "indirect"
KNOWN = ("measured", "laboratory", "settlement")
ZERO = Fraction(0)


@dataclass(frozen=True)
class Used:
    """A parameter as it was used: its value, tier, and where it is from."""

    parameter: str
    value: Fraction
    unit: str
    tier: str
    source: str


@dataclass(frozen=True)
class Line:
    """Emissions of one item in one period.

    Attributes:
        installation, layer, period, item: of what; ``indirect`` is a layer outside the obligation.
        process: ``combustion``, ``process``, ``carbon balance``, ``anode``, ``PFC`` or ``bought``.
        amount: in ``unit``; tco2: exact t CO2e, below zero for carbon that leaves as a product.
        form_tco2: with the decimals of the form; tier: the worst of what carries the result.
        carbon: tC per unit, of what burns; scale: t CO2 per tC of it, oxidation and biogenic share
            included; used: parameters.
    """

    installation: str
    layer: str
    period: Period
    item: str
    process: str
    amount: Fraction
    unit: str
    tco2: Fraction
    form_tco2: Fraction
    tier: str
    used: tuple[Used, ...] = ()
    carbon: Fraction | None = None
    scale: Fraction = CO2_PER_C

    @property
    def defaults(self) -> tuple[Used, ...]:
        """Parameters that are defaults standing in for a measurement."""
        return tuple(u for u in self.used if u.tier == "default" and u.parameter != "oxidation")


@dataclass(frozen=True)
class Report:
    """What a plant reports of a year by a guide.

    Attributes:
        plant, year: of what; guide: edition; lines: emissions; outputs: amounts by installation
            and item; data: what it was computed from; version: 1, and one more for a correction;
            former: digest of the version before.
    """

    plant: str
    year: int
    guide: Guide
    lines: tuple[Line, ...]
    outputs: Mapping[tuple[str, str], Fraction]
    data: tuple[Datum, ...]
    version: int = 1
    former: str = ""

    def total(self, layer: str = LAYERS[0]) -> Fraction:
        """Exact emissions, t CO2e.

        Args:
            layer: ``installation``: what the market covers; ``enterprise``: all direct emissions;
                ``indirect``: of bought power and heat, reported beside.

        Raises:
            InputError: no such layer.
        """
        if layer not in (*LAYERS, INDIRECT):
            raise InputError(f"unknown layer '{layer}'", where="layer", allowed=(*LAYERS, INDIRECT))
        kept = LAYERS if layer == LAYERS[1] else (layer,)
        return sum((line.tco2 for line in self.lines if line.layer in kept), ZERO)

    @property
    def obligation(self) -> int:
        """Whole tonnes to surrender: the form's figure, each line with the form's decimals."""
        return round(sum((x.form_tco2 for x in self.lines if x.layer == LAYERS[0]), ZERO))

    def output(self, item: str) -> Fraction:
        """Amount of a product over all installations."""
        return sum((v for (_, name), v in self.outputs.items() if name == item), ZERO)

    def intensity(self, item: str) -> Fraction | None:
        """Covered emissions per unit of a product; None where none was made."""
        made = self.output(item)
        return self.total() / made if made else None

    def shares(self) -> dict[str, Fraction | None]:
        """Emissions of heat and power and their intensities; empty without the heat of the boiler.

        ``E_heat = a E`` with ``a = Q_heat / Q_boiler``.
        """
        boiler, heat = self.output("boiler_heat"), self.output("heat_supplied")
        if not boiler:
            return {}
        share, whole, power = (
            heat_share(heat, boiler),
            self.total(),
            self.output("electricity_gross"),
        )
        return {
            "heat_share": share,
            "heat_t": share * whole,
            "power_t": (1 - share) * whole,
            "heat_t_per_gj": share * whole / heat if heat else None,
            "power_t_per_mwh": (1 - share) * whole / power if power else None,
        }

    def tiers(self) -> dict[str, Fraction]:
        """Share of covered emissions by tier of the figures that carry them."""
        gross = sum((abs(line.tco2) for line in self.lines if line.layer == LAYERS[0]), ZERO)
        found: dict[str, Fraction] = {}
        for line in self.lines:
            if line.layer == LAYERS[0] and gross:
                found[line.tier] = found.get(line.tier, ZERO) + abs(line.tco2) / gross
        return found

    def neighbour(self, item: str) -> Fraction | None:
        """Measured carbon of an item in this report, tC per unit, weighted by amount."""
        known = [
            x
            for x in self.lines
            if x.item == item and x.carbon is not None and not x.defaults and x.tier in KNOWN
        ]
        amount = sum((x.amount for x in known), ZERO)
        return sum((x.amount * (x.carbon or 0) for x in known), ZERO) / amount if amount else None

    def cost_of_default(self, line: Line) -> Fraction | None:
        """Tonnes that a default adds against the measured neighbour; None where there is none."""
        measured = self.neighbour(line.item)
        if not line.defaults or line.carbon is None or measured is None:
            return None
        return line.amount * (line.carbon - measured) * line.scale

    @property
    def digest(self) -> str:
        """Fingerprint of the figures; a changed figure changes it."""
        rows = [
            [
                d.installation,
                str(d.period),
                d.item,
                d.parameter,
                str(d.value),
                d.unit,
                d.tier,
                d.layer,
                d.document,
                d.instrument,
            ]
            for d in self.data
        ]
        body = [self.plant, self.year, self.guide.key, self.version, self.former, rows]
        return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()

    def corrected(self, other: Report) -> Report:
        """Another report of the same plant and year as the next version of this one.

        Raises:
            InputError: it is of another plant or year.
        """
        if (other.plant, other.year) != (self.plant, self.year):
            raise InputError(
                f"{other.plant} {other.year} corrects no report of {self.plant} {self.year}",
                where="correction",
            )
        return replace(other, version=self.version + 1, former=self.digest)


def lines_table(reports: Sequence[Report], price: float | None = None) -> pd.DataFrame:
    """One row per line: emissions, tier, and what its defaults cost in t and at a price in CNY.

    Args:
        reports: of any plants; price: CNY/t CO2 of an allowance; None leaves the cost in money
            open.
    """
    rows = []
    for report in reports:
        for line in report.lines:
            cost = report.cost_of_default(line)
            tonnes = None if cost is None else float(cost)
            rows.append((
                report.plant, line.installation, line.layer, str(line.period), line.item,
                line.process, float(line.amount), line.unit, float(line.tco2),
                float(line.form_tco2), line.tier, ", ".join(u.parameter for u in line.defaults),
                tonnes, None if tonnes is None or price is None else tonnes * price,
            ))  # fmt: skip
    return conformed("mrv_lines", pd.DataFrame(rows, columns=columns("mrv_lines")))


def used_table(reports: Sequence[Report]) -> pd.DataFrame:
    """One row per parameter used, with tier and source."""
    rows = [
        (report.plant, line.installation, str(line.period), line.item, used.parameter,
         float(used.value), used.unit, used.tier, used.source)
        for report in reports for line in report.lines for used in line.used
    ]  # fmt: skip
    return conformed("mrv_used", pd.DataFrame(rows, columns=columns("mrv_used")))


def totals_table(reports: Sequence[Report]) -> pd.DataFrame:
    """The totals of each report: by layer, on the form, by tier, of heat and power."""
    rows = [
        (report.plant, report.year, report.guide.key, report.version, item,
         None if value is None else float(value), "" if value is None else str(value), unit)
        for report in reports for item, value, unit in _totals(report)
    ]  # fmt: skip
    return conformed("mrv_totals", pd.DataFrame(rows, columns=columns("mrv_totals")))


UNITS_OF_SHARES = {"heat_share": "1", "heat_t": "t CO2e", "power_t": "t CO2e",
                   "heat_t_per_gj": "t CO2e/GJ", "power_t_per_mwh": "t CO2e/MWh"}  # fmt: skip


def _totals(report: Report) -> Iterator[tuple[str, Fraction | int | None, str]]:
    for layer in (*LAYERS, INDIRECT):
        yield layer, report.total(layer), "t CO2e"
    yield "obligation", report.obligation, "t CO2e"
    for name, share in report.tiers().items():
        yield f"tier_{name}", share, "1"
    for name, value in report.shares().items():
        yield name, value, UNITS_OF_SHARES[name]
    known = [c for line in report.lines if (c := report.cost_of_default(line)) is not None]
    if known:
        yield "cost_of_defaults", sum(known, ZERO), "t CO2e"


def document(report: Report) -> dict[str, Any]:
    """The report as JSON holds it, exact figures as fractions in text."""
    return {
        "plant": report.plant,
        "year": report.year,
        "guide": report.guide.key,
        "version": report.version,
        "former": report.former,
        "digest": report.digest,
        "obligation_t": report.obligation,
        "exact_t": str(report.total()),
        "enterprise_t": str(report.total(LAYERS[1])),
        "indirect_t": str(report.total(INDIRECT)),
        "scope": SCOPE["en"],
    }
