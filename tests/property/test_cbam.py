"""What must hold for any shipment."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon.international import cbam
from dualcarbon.international.cbam import CarbonPrice, Shipment, assess
from dualcarbon.international.cbam.goods import ELECTRICITY, goods

CODES = sorted(cn for cn, good in goods().items() if good.sector != ELECTRICITY)
ORIGINS = [origin.code for origin in cbam.listed_origins()]
numbers = st.floats(0.01, 1e5, allow_subnormal=False)
prices = st.floats(0, 500)
shares = st.floats(0, 1)


@st.composite
def shipments(draw: st.DrawFn) -> Shipment:
    """Any good from any origin by default values."""
    return Shipment(
        cn=draw(st.sampled_from(CODES)),
        origin=draw(st.sampled_from(ORIGINS)),
        tonnes=draw(numbers),
        year=draw(st.integers(2026, 2040)),
    )


@given(shipments(), prices, prices)
def test_the_cost_rises_with_the_price(made: Shipment, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert assess(made, low).cost_eur <= assess(made, high).cost_eur


@given(shipments(), st.floats(1, 100))
def test_certificates_are_proportional_to_mass(made: Shipment, factor: float) -> None:
    more = made.model_copy(update={"tonnes": made.tonnes * factor})
    one, many = assess(made, 80), assess(more, 80)
    assert many.certificates == pytest.approx(one.certificates * factor, rel=1e-9, abs=1e-9)
    assert many.cost_eur >= one.cost_eur - 0.005


@given(shipments())
def test_by_default_values_a_later_year_never_costs_less_except_by_new_benchmarks(
    made: Shipment,
) -> None:
    later = made.model_copy(update={"year": made.year + 1})
    one, two = assess(made, 80), assess(later, 80)
    assert two.embedded_t >= one.embedded_t
    assert two.free_allocation_t <= one.free_allocation_t
    assert two.certificates >= one.certificates


@given(shipments())
def test_nothing_of_the_free_allocation_is_left_from_2034(made: Shipment) -> None:
    late = assess(made.model_copy(update={"year": max(made.year, 2034)}), 80)
    assert late.free_allocation_t == 0
    assert late.certificates == late.embedded_t


@given(shipments(), st.floats(1, 500), prices, st.floats(0.5, 20), shares, shares, shares)
def test_a_domestic_price_lowers_the_bill_by_exactly_the_deduction_rule(
    made: Shipment,
    price: float,
    home: float,
    rate: float,
    covered: float,
    free: float,
    rebate: float,
) -> None:
    found = cbam.bill_with_domestic_price(
        made, price, home, rate, covered_share=covered, free_share=free, rebate_share=rebate
    )
    net = home / rate * covered * (1 - free) * (1 - rebate)
    bare = found.without
    rule = bare.embedded_t * min(1.0, net / price)
    assert found.deduction_t == pytest.approx(rule, rel=1e-9, abs=1e-9)
    left = max(0.0, bare.embedded_t - bare.free_allocation_t - rule)
    scale = bare.embedded_t
    assert found.with_price.certificates == pytest.approx(left, rel=1e-9, abs=1e-9 * scale)
    assert found.saving_eur >= 0
    assert found.saving_eur <= found.home_eur + 0.02 + 1e-9 * bare.cost_eur


@settings(max_examples=50)
@given(shares, shares, shares, shares, prices)
def test_the_effective_price_is_never_above_the_price_nor_negative(
    covered: float, free: float, rebate: float, credits: float, price: float
) -> None:
    paid = CarbonPrice(
        price=price,
        covered_share=covered,
        free_share=free,
        rebate_share=rebate,
        credit_share=credits,
        certified=True,
    )
    made = Shipment(
        cn="76011010",
        origin="CN",
        tonnes=10,
        year=2028,
        direct=2.0,
        verified=True,
        route="K",
        carbon_price=paid,
    )
    found = assess(made, 80)
    assert 0 <= found.deduction_t <= min(1, price / 80) * found.embedded_t + 1e-9
    assert found.certificates >= 0


@given(shipments(), st.floats(0, 100))
def test_the_threshold_takes_all_or_nothing(made: Shipment, extra: float) -> None:
    mass = made.tonnes + extra
    found = assess(made.model_copy(update={"importer_tonnes": mass}), 80)
    covered = found.sector == "hydrogen" or mass > 50
    assert found.exempt is not covered
    assert found.certificates == (assess(made, 80).certificates if covered else 0)
