"""The CBAM bill of one shipment."""

from __future__ import annotations

from collections.abc import Mapping
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
from dualcarbon.international.cbam.specific import Specific, exact, specific

CENT = Decimal("0.01")
ZERO = Decimal(0)


def assess(
    shipment: Shipment,
    price: float | Mapping[str, float] | None = None,
    *,
    reference_price: float | None = None,
    downstream: bool = False,
    law: str = TODAY,
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

    Raises:
        InputError: what is given cannot be assessed; the message names the field.

    Source: Regulation (EU) 2023/956, Articles 2a, 6, 7, 9, 21, 22 and 31.
    """
    found = good_of(shipment) if downstream else good(shipment.cn)
    place = origin(shipment.origin)
    owed, lines = _owed(shipment, found, law)
    paid, period, final = _price(price, shipment)
    reference = paid if reference_price is None else _positive(reference_price, "reference_price")
    deduction, deducting = _deduction(shipment, owed.emissions, reference)
    exempt, threshold = _threshold(shipment, found)
    due = ZERO if exempt else max(ZERO, owed.emissions - owed.allocation - deduction)
    cost = (due * paid).quantize(CENT, ROUND_HALF_UP)
    return Assessment(
        shipment=shipment,
        cn=found.cn,
        origin=place.name,
        sector=found.sector,
        year=shipment.year,
        embedded_t=float(owed.emissions),
        free_allocation_t=float(owed.allocation),
        deduction_t=float(deduction),
        certificates=float(due),
        price_eur=float(paid),
        cost_eur=float(cost),
        unmarked_t=float(owed.unmarked),
        exempt=exempt,
        lines=(
            *lines,
            *owed.lines,
            *deducting,
            *threshold,
            *_bill_lines(due, paid, cost, period, final),
        ),
        law=law,
    )


def _owed(shipment: Shipment, found: Good, law: str) -> tuple[Specific, tuple[Line, ...]]:
    """Emissions and free allocation of the whole shipment, tCO2e, and what they refer to."""
    mass, lines = _quantity(shipment, found)
    if found.sector == ELECTRICITY:
        embedded, own = embedded_electricity(shipment)
        free, unmarked = ZERO, embedded
    else:
        one = _specific(shipment, found, law)
        embedded, free, unmarked = (mass * x for x in (one.emissions, one.allocation, one.unmarked))
        own = one.lines
    totals = (
        Line("embedded_emissions", float(embedded), "tCO2e", rules.ACTUAL),
        Line("free_allocation", float(free), "tCO2e", rules.FREE),
    )
    return Specific(embedded, free, unmarked, (*own, *totals)), lines


def _bill_lines(
    due: Decimal, paid: Decimal, cost: Decimal, period: str, final: bool
) -> tuple[Line, ...]:
    status = IN_FORCE if final else PROVISIONAL
    return (
        Line("certificates", float(due), "tCO2e", rules.SURRENDER),
        Line("certificate_price", float(paid), "EUR/tCO2e", rules.PRICE, status, period),
        Line("cost", float(cost), "EUR", rules.SURRENDER),
    )


def _quantity(shipment: Shipment, found: Good) -> tuple[Decimal, tuple[Line, ...]]:
    """Tonnes that the values refer to: of clinker for cement, of the good elsewhere."""
    scope = "direct emissions" if found.direct_only else "direct and indirect emissions"
    note = f"CN {found.cn}, {found.category}"
    lines = (
        Line("scope", None, "", rules.SCOPE, note=note),
        Line("emissions_that_count", None, "", rules.DIRECT_ONLY, note=scope),
    )
    if found.sector == ELECTRICITY:
        return ZERO, lines[:1]
    if shipment.tonnes is None:
        raise InputError(f"CN {found.cn} is imported in tonnes", where="tonnes")
    mass = exact(shipment.tonnes)
    if not found.per_clinker:
        return mass, lines
    share = exact(1 if shipment.clinker_share is None else shipment.clinker_share)
    unstated = shipment.clinker_share is None and not found.cn.startswith("252310")
    note = "clinker share not given: all of the mass, the upper bound" if unstated else ""
    clinker = Line("clinker", float(mass * share), "t", rules.CLINKER, note=note)
    return mass * share, (*lines, clinker)


def _specific(shipment: Shipment, found: Good, law: str) -> Specific:
    if found.category == CATEGORY:
        return specific_downstream(shipment, law)
    return specific(shipment, shipment.year, law=law)


def _price(
    price: float | Mapping[str, float] | None, shipment: Shipment
) -> tuple[Decimal, str, bool]:
    """The certificate price, which one it is, and whether it is that of the import's period."""
    if price is not None and not isinstance(price, Mapping):
        return _positive(price, "price"), "as given", True
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


def _threshold(shipment: Shipment, found: Good) -> tuple[bool, tuple[Line, ...]]:
    """Whether the importer stays below the threshold; not tested without the importer's mass."""
    mass = shipment.importer_tonnes
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
