"""Emissions and free allocation per tonne of a good, precursors included."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import official, rules
from dualcarbon.international.cbam.allocation import (
    BENCHMARKS_REVISED_FROM,
    TWO_GRADES,
    Benchmark,
    benchmark,
    cbam_factor,
    correction_factor,
)
from dualcarbon.international.cbam.defaults import default_value, highest_value
from dualcarbon.international.cbam.goods import ELECTRICITY, Good, good, origin
from dualcarbon.international.cbam.law import TODAY, law_of
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

    @cached_property
    def status(self) -> rules.Status:
        """The least firm status among the steps."""
        return rules.least_firm(self.lines)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What was chosen or assumed."""
        return rules.notes_of(self.lines)


def exact(value: float) -> Decimal:
    """A number as it is written."""
    return Decimal(str(value))


def specific(
    made: Production, year: int, *, direct_only: bool | None = None, law: str = TODAY
) -> Specific:
    """Emissions and free allocation per tonne of a good.

    SEE = default value with mark-up, or direct + indirect + sum_i m_i SEE_i
    SEFA = CBAM_y CSCF_y BM + sum_i m_i SEFA_i

    Args:
        made: the good and how it was made.
        year: year of the import.
        direct_only: whether only direct emissions count; None asks Annex II. The good at the end
            of the chain decides for its precursors.
        law: see :mod:`~dualcarbon.international.cbam.law`.

    Raises:
        InputError: unverified actual emissions, a route that does not fit, precursors of a good
            with default values, a good without a value.

    Source: Regulation (EU) 2023/956, Annex IV; Implementing Regulation (EU) 2025/2620,
    equations 2 to 6.
    """
    if made.direct is None and direct_only is None and not made.precursors:
        return _of_default(made.cn, made.origin, made.route, year, isinstance(made, Precursor), law)
    found = good(made.cn)
    if found.sector == ELECTRICITY:
        raise InputError("electricity is not a precursor with a mass", where="cn")
    only = found.direct_only if direct_only is None else direct_only
    if made.actual:
        return _actual(made, found, year, only, law)
    if made.precursors:
        raise InputError(
            "precursors count only with actual emissions (direct); default values hold them",
            where="precursors",
        )
    part = isinstance(made, Precursor)
    return _of_default(made.cn, made.origin, made.route, year, part, law, direct_part=only)


@lru_cache(maxsize=65536)
def _of_default(
    cn: str,
    country: str,
    route: str | None,
    year: int,
    precursor: bool,
    law: str,
    direct_part: bool = False,
) -> Specific:
    """What the default value of a good gives; its direct part alone for some precursors."""
    found = good(cn)
    if found.sector == ELECTRICITY:
        raise InputError("electricity is not a precursor with a mass", where="cn")
    unknown = precursor and country.strip().lower() == UNKNOWN
    place = UNKNOWN if unknown else country
    grade = route if route in GRADES else official.GRADE_OF.get(official.digits(cn)[:10])
    return _by_default(found.cn, place, route, grade, year, direct_part, law)


def _by_default(
    cn: str,
    place: str,
    asked: str | None,
    grade: str | None,
    year: int,
    direct_part: bool,
    law: str,
) -> Specific:
    found = good(cn)
    if place == UNKNOWN:
        value = highest_value(found, year, grade, law)
        article = f"{law_of(law).defaults}, Article 1(5) and Annex IV"
    else:
        value = default_value(found, origin(place), year, grade, law)
        article = f"{law_of(law).defaults}, Article 1(2) and Annex I"
    route = value.row.route or grade
    _check_default_route(asked, route)
    mark = benchmark(found, "B", year, route)
    share = value.direct_share if direct_part else Decimal(1)
    allocation, lines = allocated(found, year, mark, law)
    note = "; ".join((f"row of {value.row.origin}, heading {value.row.cn}", *value.notes))
    status = rules.PROVISIONAL if value.row.open.startswith("open") else rules.IN_FORCE
    if value.row.open:
        note = f"{note}; {value.row.open}"
    emitted = Line("default_value", float(value.value * share), PER_TONNE, article, status, note)
    unmarked = value.base * share
    kept = Line("default_value_without_mark_up", float(unmarked), PER_TONNE, rules.HOLDING)
    return Specific(value.value * share, allocation, unmarked, (emitted, kept, *lines))


def _check_default_route(asked: str | None, route: str | None) -> None:
    if asked is not None and route is not None and asked not in route.split(TWO_GRADES):
        raise InputError(
            f"route {asked} cannot be chosen with default values",
            where="route",
            allowed=f"{route}, the route of the default value, or actual emissions",
        )


def _actual(made: Production, found: Good, year: int, direct_only: bool, law: str) -> Specific:
    if not made.verified:
        raise InputError(
            "actual emissions count only when verified (verified: true); without, default values",
            where="direct",
        )
    if made.one_process and made.precursors:
        raise InputError(
            "steps declared as one process have no precursors beside them",
            where="precursors",
            allowed="the precursors, or one_process: true with the emissions of all steps",
        )
    own = exact(made.direct or 0) + (Decimal(0) if direct_only else exact(made.indirect))
    route = made.route or official.GRADE_OF.get(made.code[:10])
    mark = benchmark(found, "B" if made.one_process else "A", year, route)
    if made.one_process and route is None and mark.route is not None:
        raise InputError(
            f"actual emissions of CN {found.cn} need their production route", where="route"
        )
    if mark.value == 0 and not made.precursors:
        raise InputError(
            f"column A of CN {found.cn} is zero: its free allocation lies in its precursors",
            where="precursors",
            allowed="the precursors with their mass per tonne, or default values",
        )
    allocation, lines = allocated(found, year, mark, law)
    scope = "direct" if direct_only else "direct and indirect"
    note = f"{scope}, verified"
    status = rules.IN_FORCE
    if made.one_process:
        status = rules.PROVISIONAL
        note += "; all steps as one process: benchmark of the whole chain, our reading"
    first = Line("actual_emissions", float(own), PER_TONNE, rules.ACTUAL, status, note)
    total = Specific(own, allocation, own, (first, *lines))
    for part in made.precursors:
        total = _joined(total, part, specific(part, year, direct_only=direct_only, law=law))
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


def allocated(
    found: Good, year: int, mark: Benchmark, law: str = TODAY
) -> tuple[Decimal, tuple[Line, ...]]:
    """Free allocation of a process per tonne, CBAM_y CSCF_y BM, and how it came about.

    Source: Implementing Regulation (EU) 2025/2620, equations 2 and 6.
    """
    remaining = cbam_factor(year, law)
    correction, published = correction_factor(year, law)
    late = year >= BENCHMARKS_REVISED_FROM
    notes = (
        (*mark.notes, "to be revised for imports from 2027: provisional") if late else mark.notes
    )
    about = f"column {mark.column}" + (f", route {mark.route}" if mark.route else "")
    lines = (
        Line(
            "benchmark",
            float(mark.value),
            PER_TONNE,
            rules.BENCHMARK,
            rules.PROVISIONAL if late else rules.IN_FORCE,
            "; ".join((f"CN {found.table_cn}, {about}", *notes)),
        ),
        Line("cbam_factor", float(remaining), "1", *_of_factor(year, law)),
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


def _of_factor(year: int, law: str) -> tuple[str, rules.Status]:
    """Article and status of the share of free allocation that is kept."""
    if law_of(law).proposed and year >= rules.PROPOSED_FACTOR_FROM:
        return rules.FACTOR_PROPOSED, rules.PROPOSAL
    return rules.FACTOR, rules.IN_FORCE
