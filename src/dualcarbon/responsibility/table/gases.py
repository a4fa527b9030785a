"""Which gas a stressor is, and what gases count together in CO2 equivalents (GWP100)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dualcarbon.errors import InputError, nearest_name, unknown_name
from dualcarbon.responsibility.table.table import InputOutputTable
from dualcarbon.responsibility.table.units import CO2E, mass

GHG = "GHG"
ASSESSMENT = "AR6"
BIOGENIC = "CO2 biogenic"
_GASES = (
    (BIOGENIC, r"\bco2[ _-]?bio|\bbio(?:genic|mass)?[ -]co2|\bco2\b.*\bbiogenic"),
    ("CO2", r"\bco2\b|carbon dioxide|二氧化碳"),
    ("CH4", r"\bch4\b|methane|甲烷"),
    ("N2O", r"\bn2o\b|nitrous oxide|氧化亚氮"),
    ("SF6", r"\bsf6\b|sul(?:ph|f)ur hexafluoride|六氟化硫"),
    ("NF3", r"\bnf3\b|nitrogen trifluoride|三氟化氮"),
    ("CF4", r"\bcf4\b|\bpfc-?14\b"),
    ("C2F6", r"\bc2f6\b|\bpfc-?116\b"),
    *((f"HFC-{n}", rf"\bhfc-?{n}\b") for n in ("23", "32", "125", "134a", "143a", "152a")),
    ("HFCs", r"\bhfcs?\b|hydrofluorocarbon"),
    ("PFCs", r"\bpfcs?\b|perfluorocarbon"),
    (GHG, r"\bghgs?\b|greenhouse gas|温室气体"),
)  # fmt: skip


@dataclass(frozen=True)
class Weight:
    """What one unit of a stressor counts.

    Attributes:
        gas: which gas; ``factor``: Mt of CO2e in one unit.
    """

    gas: str
    factor: float


def gas_of(label: str, unit: str = "") -> str | None:
    """The gas that a stressor is, by its label or else by the substance in its unit.

    ``GHG`` where it is a sum of gases already; None where neither says.
    """
    found = _named(label)
    if found is not None:
        return found
    known = mass(unit)
    if known is None or not known.of:
        return None
    return GHG if known.equivalent else _named(known.of)


def weight(label: str, unit: str, assessment: str = ASSESSMENT) -> Weight:
    """Mt of CO2e in a unit of a stressor.

    ``w = m GWP``, ``m`` Mt in the unit; a stressor in CO2e has its factors in it already.

    Raises:
        InputError: no mass, a gas that is not known or has no factor, an unknown assessment.
    """
    known, gas = mass(unit), gas_of(label, unit)
    where = f"stressor '{label}'"
    if known is None:
        raise InputError(f"unit '{unit}' is no mass", where=where)
    if gas is None:
        raise InputError("names no greenhouse gas", where=where, allowed=gases(assessment))
    if known.equivalent:
        return Weight(gas, known.megatonnes)
    factors = gwp100(assessment)
    if gas not in factors:
        what = f"{gas} is a mixture without one factor" if gas in ("HFCs", "PFCs", GHG) else gas
        raise InputError(
            f"{what}: give it in {CO2E}", where=where, allowed=factors,
            nearest=nearest_name(gas, factors),
        )  # fmt: skip
    return Weight(gas, known.megatonnes * factors[gas])


def gwp100(assessment: str = ASSESSMENT) -> dict[str, float]:
    """Global warming potential over 100 years by gas, of an assessment report.

    Biogenic CO2 counts 0, as in national inventories of the energy sector.

    Raises:
        InputError: an unknown report.
    """
    from dualcarbon import datasets

    table = datasets.load("gwp100")
    if assessment not in set(table["assessment"]):
        raise unknown_name("assessment report", assessment, dict.fromkeys(table["assessment"]))
    rows = table[table["assessment"] == assessment]
    return {BIOGENIC: 0.0, **dict(zip(rows["gas"], rows["gwp100"].astype(float), strict=True))}


def gases(assessment: str = ASSESSMENT) -> list[str]:
    """Gases with a factor of their own."""
    return list(gwp100(assessment))


def summed(labels: Sequence[str], units: Sequence[str], assessment: str) -> np.ndarray:
    """Mt of CO2e in a unit of each stressor of a sum.

    Raises:
        InputError: see :func:`weight`; or a total beside its parts, which would count twice.
    """
    weights = [weight(*pair, assessment) for pair in zip(labels, units, strict=True)]
    found = [w.gas for w in weights]
    if GHG in found and len(found) > 1:
        raise InputError(
            "is a sum of gases that stands beside its parts: they would count twice",
            where=f"stressor '{labels[found.index(GHG)]}'",
        )
    return np.array([w.factor for w in weights])


def characterised(table: InputOutputTable, assessment: str = ASSESSMENT) -> InputOutputTable:
    """The table with one stressor, all greenhouse gases in Mt of CO2e.

    ``F_GHG = sum_g GWP_g F_g``; stressors that are no mass (energy, land) are left out, and the
    source says so.

    Raises:
        InputError: a mass whose gas is not known, and see :func:`summed`.
    """
    at = [i for i, unit in enumerate(table.stressor_units) if mass(unit) is not None]
    if not at:
        raise InputError("no stressor in a unit of mass", where=table.name)
    factors = summed(
        [table.stressors[i] for i in at], [table.stressor_units[i] for i in at], assessment
    )
    out = [name for i, name in enumerate(table.stressors) if i not in at]
    said = f"{table.source}; GWP100 of IPCC {assessment}"
    return replace(
        table,
        F=factors[None, :] @ table.F[at],
        F_Y=factors[None, :] @ table.F_Y[at],
        stressors=(GHG,),
        stressor_units=(f"Mt {CO2E}",),
        source=said + (f"; left out: {', '.join(out)}" if out else ""),
    )


def _named(text: str) -> str | None:
    plain = text.replace("_", " ").replace("₂", "2").replace("₄", "4").lower()
    return next((gas for gas, pattern in _GASES if re.search(pattern, plain)), None)
