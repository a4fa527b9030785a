"""Emissions and free allocation per tonne of a good, precursors included."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import rules
from dualcarbon.international.cbam.allocation import (
    Benchmark,
    benchmark,
    cbam_factor,
    correction_factor,
)
from dualcarbon.international.cbam.defaults import default_value, highest_value
from dualcarbon.international.cbam.goods import ELECTRICITY, Good, good, origin
from dualcarbon.international.cbam.rules import Line
from dualcarbon.international.cbam.shipment import UNKNOWN, Precursor, Production

PER_TONNE = "tCO2e/t"
GRADES = ("A", "B")


@dataclass(frozen=True)
class Specific:
    """Per tonne of a good.

    Attributes:
        emissions: specific embedded emissions that count, tCO2e/t.
        allocation: specific embedded free allocation, tCO2e/t.
        unmarked: emissions without the mark-up of default values, tCO2e/t.
        lines: how they came about.
    """

    emissions: Decimal
    allocation: Decimal
    unmarked: Decimal
    lines: tuple[Line, ...]


def exact(value: float) -> Decimal:
    """A number as it is written."""
    return Decimal(str(value))


def specific(made: Production, year: int, *, direct_only: bool | None = None) -> Specific:
    """Emissions and free allocation per tonne of a good.

    SEE = default value with mark-up, or direct + indirect + sum_i m_i SEE_i
    SEFA = CBAM_y CSCF_y BM + sum_i m_i SEFA_i

    Args:
        made: the good and how it was made.
        year: year of the import.
        direct_only: whether only direct emissions count; None asks Annex II. The good at the end
            of the chain decides for its precursors.

    Raises:
        InputError: unverified actual emissions, a route that does not fit, precursors of a good
            with default values, a good without a value.

    Source: Regulation (EU) 2023/956, Annex IV; Implementing Regulation (EU) 2025/2620,
    equations 2 to 6.
    """
    found = good(made.cn)
    if found.sector == ELECTRICITY:
        raise InputError("electricity is not a precursor with a mass", where="cn")
    only = found.direct_only if direct_only is None else direct_only
    if made.actual:
        return _actual(made, found, year, only)
    if made.precursors:
        raise InputError(
            "precursors count only with actual emissions (direct); default values hold them",
            where="precursors",
        )
    return _by_default(made, found, year, only if direct_only is not None else False)


def _by_default(made: Production, found: Good, year: int, direct_part: bool) -> Specific:
    grade = made.route if made.route in GRADES else None
    if isinstance(made, Precursor) and made.origin.strip().lower() == UNKNOWN:
        value, article = highest_value(found, year, grade), rules.UNKNOWN_ORIGIN
    else:
        value, article = default_value(found, origin(made.origin), year, grade), rules.DEFAULTS
    route = value.row.route or grade
    _check_default_route(made, route)
    mark = benchmark(found, "B", year, route)
    share = value.direct_share if direct_part else Decimal(1)
    allocation, lines = allocated(found, year, mark)
    note = "; ".join((f"row of {value.row.origin}, heading {value.row.cn}", *value.notes))
    emitted = Line("default_value", float(value.value * share), PER_TONNE, article, note=note)
    unmarked = value.base * share
    kept = Line("default_value_without_mark_up", float(unmarked), PER_TONNE, rules.HOLDING)
    return Specific(value.value * share, allocation, unmarked, (emitted, kept, *lines))


def _check_default_route(made: Production, route: str | None) -> None:
    if made.route is not None and route is not None and made.route != route:
        raise InputError(
            f"route {made.route} cannot be chosen with default values",
            where="route",
            allowed=f"{route}, the route of the default value, or actual emissions",
        )


def _actual(made: Production, found: Good, year: int, direct_only: bool) -> Specific:
    if not made.verified:
        raise InputError(
            "actual emissions count only when verified (verified: true); without, default values",
            where="direct",
        )
    own = exact(made.direct or 0) + (Decimal(0) if direct_only else exact(made.indirect))
    mark = benchmark(found, "A", year, made.route)
    if mark.value == 0 and not made.precursors:
        raise InputError(
            f"column A of CN {found.cn} is zero: its free allocation lies in its precursors",
            where="precursors",
            allowed="the precursors with their mass per tonne, or default values",
        )
    allocation, lines = allocated(found, year, mark)
    scope = "direct" if direct_only else "direct and indirect"
    first = Line("actual_emissions", float(own), PER_TONNE, rules.ACTUAL, note=f"{scope}, verified")
    total = Specific(own, allocation, own, (first, *lines))
    for part in made.precursors:
        total = _joined(total, part, specific(part, year, direct_only=direct_only))
    return total


def _joined(total: Specific, part: Precursor, inside: Specific) -> Specific:
    mass = exact(part.per_tonne)
    note = f"{part.per_tonne} t of CN {part.code} per tonne, from {part.origin}"
    lines = (
        Line(
            "precursor_emissions",
            float(mass * inside.emissions),
            PER_TONNE,
            rules.ACTUAL,
            note=note,
        ),
        Line(
            "precursor_allocation",
            float(mass * inside.allocation),
            PER_TONNE,
            rules.FREE,
            note=note,
        ),
    )
    return Specific(
        total.emissions + mass * inside.emissions,
        total.allocation + mass * inside.allocation,
        total.unmarked + mass * inside.unmarked,
        (*total.lines, *lines),
    )


def allocated(found: Good, year: int, mark: Benchmark) -> tuple[Decimal, tuple[Line, ...]]:
    """Free allocation of a process per tonne, CBAM_y CSCF_y BM, and how it came about.

    Source: Implementing Regulation (EU) 2025/2620, equations 2 and 6.
    """
    remaining = cbam_factor(year)
    correction, published = correction_factor(year)
    late = any("2030" in note for note in mark.notes)
    about = f"column {mark.column}" + (f", route {mark.route}" if mark.route else "")
    lines = (
        Line(
            "benchmark",
            float(mark.value),
            PER_TONNE,
            rules.BENCHMARK,
            rules.PROVISIONAL if late else rules.IN_FORCE,
            "; ".join((f"CN {found.table_cn}, {about}", *mark.notes)),
        ),
        Line("cbam_factor", float(remaining), "1", rules.FACTOR),
        Line(
            "correction_factor",
            float(correction),
            "1",
            rules.CORRECTION,
            rules.IN_FORCE if published or not remaining else rules.PROVISIONAL,
            "" if published else "not published: 1, the upper bound of free allocation",
        ),
    )
    return remaining * correction * mark.value, lines
