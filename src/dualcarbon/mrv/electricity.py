"""Emission factors of electricity, each of a type of its own, and scope 2 by location and market.

Which factor answers which question is the commonest error of public calculators. Here a function
names the type that it takes; another one is refused, before any number is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TypeVar

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name

CHINA = "CN"
ZERO = Fraction(0)


@dataclass(frozen=True)
class ElectricityFactor:
    """Emissions per MWh.

    Attributes:
        value: t CO2e/MWh; area: grid; year: of the data; source, grade: where it is from.
    """

    value: Fraction
    area: str
    year: int
    source: str
    grade: str


class GridAverage(ElectricityFactor):
    """All generation of a grid: organisations by location."""


class Residual(ElectricityFactor):
    """Average without market-traded non-fossil power: by market, for what has no certificate."""


class Contract(ElectricityFactor):
    """Of a contract with a named plant: by market, for what it delivers."""


class Fossil(ElectricityFactor):
    """Fossil generation alone."""


class Reporting(ElectricityFactor):
    """What the national market asks plants to report bought electricity with."""


class Footprint(ElectricityFactor):
    """Life cycle, for products; never for units or scope 2."""


class OperatingMargin(ElectricityFactor):
    """Plants that run less when less is asked: a baseline of credits."""


class BuildMargin(ElectricityFactor):
    """Plants built lately: a baseline of credits."""


class CombinedMargin(ElectricityFactor):
    """Operating and build margin, weighted: a baseline of credits."""


BASES: Mapping[str, type[ElectricityFactor]] = {
    "grid_average": GridAverage,
    "residual": Residual,
    "contract": Contract,
    "fossil": Fossil,
    "ets_reporting": Reporting,
    "footprint": Footprint,
    "operating_margin": OperatingMargin,
    "build_margin": BuildMargin,
    "combined_margin": CombinedMargin,
}
NAMES = {kind: name for name, kind in BASES.items()}
Kind = TypeVar("Kind", bound=ElectricityFactor)


def demand(factor: ElectricityFactor, kind: type[Kind], where: str) -> Kind:
    """The factor, if it is of the type asked for.

    Raises:
        InputError: it is of another basis.
    """
    if not isinstance(factor, kind):
        what = f"a factor of basis {NAMES.get(type(factor), '?')} cannot stand here"
        raise InputError(what, where=where, allowed=NAMES[kind])
    return factor


def embedded_factor(
    kind: type[Kind], area: str = CHINA, year: int | None = None, *, weights: str = ""
) -> Kind:
    """An official factor.

    Args:
        kind: type; area: ``CN`` or a regional grid; year: of the data, the latest by default;
            weights: of a combined margin, ``7525`` or ``5050``.

    Raises:
        InputError: there is none for that area or year.
    """
    found = {key: value for key, value in _factors().items() if key[0] == NAMES[kind]}
    areas = list(dict.fromkeys(key[1] for key in found))
    if area not in areas:
        raise unknown_name(f"area of {NAMES[kind]} factors", area, areas, where="area")
    here = {key[2]: value for key, value in found.items() if key[1] == area and key[3] == weights}
    if not here:
        known = sorted({key[3] for key in found})
        raise InputError(f"no weights '{weights}'", where="weights", allowed=known)
    chosen = max(here) if year is None else year
    if chosen not in here:
        raise InputError(
            f"no {NAMES[kind]} factor of {area} for {year}",
            where="year",
            allowed=map(str, sorted(here)),
        )
    value, source, grade = here[chosen]
    return kind(value, area, chosen, source, grade)


@cache
def _factors() -> Mapping[tuple[str, str, int, str], tuple[Fraction, str, str]]:
    rows = datasets.load("electricity_factors").to_dict("records")
    return {
        (r["basis"], r["area"], int(r["year"]), _weights(r["weights"])): (
            Fraction(int(r["numerator"]), int(r["denominator"])),
            r["source"],
            r["grade"],
        )
        for r in rows
    }


def _weights(value: object) -> str:
    """Weights as the table holds them: a number, or nothing."""
    number = float(str(value)) if str(value) not in ("", "nan") else float("nan")
    return "" if number != number else f"{int(number):04d}"


@dataclass(frozen=True)
class Interval:
    """Electricity of a meter or of certificates in an interval.

    Attributes:
        start: when it begins, such as ``2025-03-01T08:00``, or the year itself.
        mwh: quantity; area: grid where it was used or made.
    """

    start: str
    mwh: Fraction
    area: str = CHINA

    def __post_init__(self) -> None:
        if self.mwh < 0:
            raise InputError(
                f"{float(self.mwh):g} MWh is below zero",
                where=f"interval {self.start}",
                allowed="at least 0",
            )


@dataclass(frozen=True)
class Scope2:
    """Emissions of electricity bought, t CO2.

    Attributes:
        load_mwh, certified_mwh, matched_mwh: used; claimed and deliverable; matched interval by
            interval. location: by the average of the grid. market: by the residual, a year as one
            interval. hourly: by the residual, each interval for itself. undeliverable_mwh: claimed
            in another grid, not counted.
    """

    load_mwh: Fraction
    certified_mwh: Fraction
    matched_mwh: Fraction
    location: Fraction
    market: Fraction
    hourly: Fraction
    undeliverable_mwh: Fraction

    @property
    def annual_share(self) -> Fraction:
        """Share covered by certificates of the whole time."""
        return min(self.certified_mwh / self.load_mwh, Fraction(1)) if self.load_mwh else ZERO

    @property
    def matched_share(self) -> Fraction:
        """Share covered interval by interval."""
        return self.matched_mwh / self.load_mwh if self.load_mwh else ZERO


def scope2(
    load: Sequence[Interval],
    certificates: Sequence[Interval],
    average: GridAverage,
    residual: Residual,
    contracts: Sequence[tuple[Interval, Contract]] = (),
) -> Scope2:
    """Scope 2 by location and by market.

    ``E_location = sum L_h EF_grid``; ``E_market = max(sum L - sum C, 0) EF_residual`` over the
    whole time and ``E_hourly = sum_h max(L_h - C_h, 0) EF_residual`` by interval; what a contract
    delivers has its own factor in the last two.

    Args:
        load: electricity used; certificates: claimed; those of another grid do not count.
        average, residual: factors, of just these types.
        contracts: delivery with its factor.

    Raises:
        InputError: a factor of another basis, two loads or factors of different grids, a negative
            quantity, an interval that stands twice, or more delivered than used.

    Source: GHG Protocol scope 2 guidance; hourly matching as consulted on in 2025.
    """
    demand(average, GridAverage, "average")
    demand(residual, Residual, "residual")
    for one, factor in contracts:
        demand(factor, Contract, f"contract {one.start}")
    areas = {one.area for one in load}
    if len(areas) > 1:
        raise InputError(f"load of {len(areas)} grids", where="load", allowed="one grid at a time")
    used = _by_start(load, "load")
    here = [one for one in certificates if one.area in areas]
    claimed, delivered = (
        _by_start(here, "certificates"),
        _by_start([c for c, _ in contracts], "contracts"),
    )
    rest = {}
    for start, mwh in used.items():
        rest[start] = mwh - delivered.get(start, ZERO)
        if rest[start] < 0:
            raise InputError("contracts deliver more than is used", where=f"interval {start}")
    if set(delivered) - set(used):
        raise InputError(
            "contracts deliver when nothing is used",
            where=f"interval {min(set(delivered) - set(used))}",
        )
    whole, certified = sum(used.values(), ZERO), sum(claimed.values(), ZERO)
    left = sum(rest.values(), ZERO)
    matched = sum((min(mwh, claimed.get(start, ZERO)) for start, mwh in rest.items()), ZERO)
    of_contracts = sum((one.mwh * factor.value for one, factor in contracts), ZERO)
    return Scope2(
        whole,
        certified,
        matched,
        location=whole * average.value,
        market=max(left - certified, ZERO) * residual.value + of_contracts,
        hourly=(left - matched) * residual.value + of_contracts,
        undeliverable_mwh=sum((c.mwh for c in certificates if c.area not in areas), ZERO),
    )


def _by_start(intervals: Sequence[Interval], what: str) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for one in intervals:
        if one.start in found:
            raise InputError(f"interval {one.start} stands twice", where=what)
        found[one.start] = one.mwh
    return found


def electricity_of_product(mwh_per_t: Fraction, factor: Footprint) -> Fraction:
    """Footprint of the electricity in a tonne of product, t CO2e/t: ``MWh/t EF_footprint``.

    Raises:
        InputError: the factor is not of the life cycle.
    """
    return mwh_per_t * demand(factor, Footprint, "factor").value
