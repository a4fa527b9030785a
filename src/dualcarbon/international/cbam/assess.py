"""The CBAM bill of one shipment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import rules
from dualcarbon.international.cbam.goods import (
    ELECTRICITY,
    THRESHOLD_T,
    Good,
    good,
    is_exempt,
    origin,
)
from dualcarbon.international.cbam.law import TODAY
from dualcarbon.international.cbam.price import (
    check_track,
    deducted,
    deduction_lines,
    effective_price,
    price_taken,
)
from dualcarbon.international.cbam.rules import IN_FORCE, PROVISIONAL, Assessment, Line
from dualcarbon.international.cbam.shipment import Shipment
from dualcarbon.international.cbam.special_goods import (
    CATEGORY,
    embedded_electricity,
    good_of,
    specific_downstream,
)
from dualcarbon.international.cbam.specific import exact, specific

CENT = Decimal("0.01")
ZERO = Decimal(0)


def assess(
    shipment: Shipment,
    price: float | Mapping[str, float] | None = None,
    *,
    reference_price: float | None = None,
    downstream: bool = False,
    law: str = TODAY,
    importer_tonnes: float | None = None,
) -> Assessment:
    """Assess one shipment.

    N = max(0, E - F - D), cost = N P

    with E embedded emissions, F free allocation adjustment, D deduction for a carbon price at
    origin (provisional), all in tCO2e, and P the certificate price.

    Args:
        shipment: what is imported.
        price: certificate price, EUR/tCO2e; or prices by period (``2026-Q2``, ``2027-W05``), of
            which that of the import applies; None takes the published ones.
        reference_price: yearly average that the deduction is measured against; None takes
            ``price``.
        downstream: whether COM(2025) 989 holds: more steel and aluminium goods from 2028.
        law: ``2025-12``, ``2026-07`` or ``proposal-616``; see
            :mod:`~dualcarbon.international.cbam.law`.
        importer_tonnes: mass of the importer over the year, tonnes, in the place of that of the
            shipment.

    Raises:
        InputError: what is given cannot be assessed; the message names the field.

    Source: Regulation (EU) 2023/956, Articles 2a, 6, 7, 9, 21, 22 and 31.
    """
    found = good_of(shipment) if downstream else good(shipment.cn)
    place = origin(shipment.origin)
    owed = _owed(shipment, found, law)
    paid, period, final = _price(price, shipment)
    reference = paid if reference_price is None else _positive(reference_price, "reference_price")
    deduction, deducting = _deduction(shipment, owed.embedded, reference)
    mass = shipment.importer_tonnes if importer_tonnes is None else importer_tonnes
    exempt, threshold = _threshold(shipment, found, mass)
    due = ZERO if exempt else max(ZERO, owed.embedded - owed.free - deduction)
    cost = (due * paid).quantize(CENT, ROUND_HALF_UP)
    certificates, embedded, free = float(due), float(owed.embedded), float(owed.free)

    def steps() -> tuple[Line, ...]:
        return (
            *_scope_lines(found),
            *owed.lines,
            Line("embedded_emissions", embedded, "tCO2e", rules.ACTUAL),
            Line("free_allocation", free, "tCO2e", rules.FREE),
            *deducting,
            *threshold,
            Line("certificates", certificates, "tCO2e", rules.SURRENDER),
            _price_line(paid, period, final),
            Line("cost", float(cost), "EUR", rules.SURRENDER),
        )

    few = (*owed.own, *deducting, *threshold)
    statuses = (owed.status, rules.least_firm(few), IN_FORCE if final else PROVISIONAL)
    return Assessment(
        shipment=shipment,
        cn=found.cn,
        origin=place.name,
        sector=found.sector,
        year=shipment.year,
        embedded_t=embedded,
        free_allocation_t=free,
        deduction_t=float(deduction),
        certificates=certificates,
        price_eur=float(paid),
        cost_eur=float(cost),
        unmarked_t=float(owed.unmarked),
        exempt=exempt,
        status=next(s for s in reversed(rules.ORDER) if s in statuses),
        notes=(*owed.notes, *rules.notes_of(few), *((period,) if period != GIVEN else ())),
        steps=steps,
        law=law,
    )


@dataclass(frozen=True)
class _Owed:
    """Emissions and free allocation of a whole shipment, tCO2e.

    Attributes:
        lines: steps of one tonne, and those that concern the mass.
        own: of these, the latter.
        status, notes: of the former.
    """

    embedded: Decimal
    free: Decimal
    unmarked: Decimal
    lines: tuple[Line, ...]
    own: tuple[Line, ...]
    status: rules.Status
    notes: tuple[str, ...]


def _owed(shipment: Shipment, found: Good, law: str) -> _Owed:
    if found.sector == ELECTRICITY:
        embedded, lines = embedded_electricity(shipment)
        return _Owed(embedded, ZERO, embedded, lines, lines, IN_FORCE, ())
    mass, own = _quantity(shipment, found)
    if found.category == CATEGORY:
        one = specific_downstream(shipment, law)
    else:
        one = specific(shipment, shipment.year, law=law)
    return _Owed(
        mass * one.emissions,
        mass * one.allocation,
        mass * one.unmarked,
        (*own, *one.lines),
        own,
        one.status,
        one.notes,
    )


def _price_line(paid: Decimal, period: str, final: bool) -> Line:
    status = IN_FORCE if final else PROVISIONAL
    return Line("certificate_price", float(paid), "EUR/tCO2e", rules.PRICE, status, period)


def _scope_lines(found: Good) -> tuple[Line, ...]:
    """What makes it a good under CBAM, and which emissions count."""
    note = f"CN {found.cn}, {found.category}"
    lines = (Line("scope", None, "", rules.SCOPE, note=note),)
    if found.sector == ELECTRICITY:
        return lines
    scope = "direct emissions" if found.direct_only else "direct and indirect emissions"
    return (*lines, Line("emissions_that_count", None, "", rules.DIRECT_ONLY, note=scope))


def _quantity(shipment: Shipment, found: Good) -> tuple[Decimal, tuple[Line, ...]]:
    """Tonnes that the values refer to: of clinker for cement, of the good elsewhere."""
    if shipment.tonnes is None:
        raise InputError(f"CN {found.cn} is imported in tonnes", where="tonnes")
    mass = exact(shipment.tonnes)
    if not found.per_clinker:
        return mass, ()
    share = exact(1 if shipment.clinker_share is None else shipment.clinker_share)
    unstated = shipment.clinker_share is None and not found.cn.startswith("252310")
    note = "clinker share not given: all of the mass, the upper bound" if unstated else ""
    clinker = Line("clinker", float(mass * share), "t", rules.CLINKER, note=note)
    return mass * share, (clinker,)


GIVEN = "as given"


def _price(
    price: float | Mapping[str, float] | None, shipment: Shipment
) -> tuple[Decimal, str, bool]:
    """The certificate price, which one it is, and whether it is that of the import's period."""
    if price is not None and not isinstance(price, Mapping):
        return _positive(price, "price"), GIVEN, True
    found = price_taken(shipment.year, shipment.imported_on, price)
    return _positive(found.eur_per_t, "price"), found.note, found.published


def _positive(value: float, where: str) -> Decimal:
    if not 0 <= value < float("inf"):
        raise InputError(f"must be zero or more, got {value:g}", where=where)
    return exact(value)


def _deduction(
    shipment: Shipment, embedded: Decimal, reference: Decimal
) -> tuple[Decimal, tuple[Line, ...]]:
    if shipment.carbon_price is None:
        return ZERO, ()
    check_track(shipment.carbon_price, actual=shipment.actual)
    effective = effective_price(shipment.carbon_price)
    deduction = deducted(embedded, effective, reference)
    return deduction, deduction_lines(shipment.carbon_price, effective, deduction)


def _threshold(
    shipment: Shipment, found: Good, mass: float | None
) -> tuple[bool, tuple[Line, ...]]:
    """Whether the importer stays below the threshold; not tested without the importer's mass."""
    if mass is None:
        small = (shipment.tonnes or 0) <= THRESHOLD_T and found.sector != ELECTRICITY
        note = "not tested: the importer's mass over the year is not given"
        return False, (Line("de_minimis", None, "t", rules.DE_MINIMIS, note=note),) if small else ()
    if found.sector != ELECTRICITY and mass < (shipment.tonnes or 0):
        raise InputError(
            f"{mass:g} t over the year is less than this shipment of {shipment.tonnes:g} t",
            where="importer_tonnes",
        )
    exempt = is_exempt(found.sector, mass)
    note = "exempt" if exempt else "not exempt"
    return exempt, (Line("de_minimis", mass, "t", rules.DE_MINIMIS, note=note),)
