"""No chain of conversions beats the direct rate: in the ledger's rules and in the markets."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcarbon.common.detours import find_detour, paths, product
from dualcarbon.errors import InputError
from dualcarbon.instruments import Conversion, IntegratedAttributes, Rate
from dualcarbon.instruments.links.circles import check_circles

TRIANGLE = {
    ("green", "energy_use"): F("0.30"),
    ("energy_use", "carbon"): F("2.66"),
    ("green", "carbon"): F("0.5306"),
}


def table(*rows: tuple[str, str, float]) -> Conversion:
    return Conversion(table=tuple(Rate(source=s, target=t, rate=r, limit=1) for s, t, r in rows))


def test_the_three_natural_rates_do_not_close() -> None:
    detour = find_detour(TRIANGLE)
    assert detour is not None
    assert detour.path == ("green", "energy_use", "carbon")
    assert detour.product == F(399, 500)
    assert detour.gain == F(399, 500) / F(2653, 5000) - 1
    assert round(float(detour.gain), 3) == 0.504
    assert detour.largest(("energy_use", "carbon"), TRIANGLE) == F(2653, 1500)
    mended = {**TRIANGLE, ("energy_use", "carbon"): F(2653, 1500)}
    assert find_detour(mended) is None
    above = {**TRIANGLE, ("energy_use", "carbon"): F(2653, 1500) + F(1, 10**12)}
    assert find_detour(above) is not None


def test_the_calorific_figure_loses_by_the_detour() -> None:
    assert find_detour({**TRIANGLE, ("green", "energy_use"): F("0.1229")}) is None


def test_a_circle_may_not_gain_and_may_lose() -> None:
    there = {("a", "b"): F(2), ("b", "a"): F(1, 2)}
    assert find_detour(there) is None
    detour = find_detour({**there, ("b", "a"): F(2, 3)})
    assert detour is not None
    assert detour.circle
    assert detour.gain == F(1, 3)


def test_two_ways_without_a_direct_rate_are_refused() -> None:
    ways = {("a", "b"): F(1), ("b", "d"): F(1), ("a", "c"): F(1)}
    assert find_detour(ways) is None
    detour = find_detour({**ways, ("c", "d"): F(1)})
    assert detour is not None
    assert {detour.path, detour.rival} == {("a", "b", "d"), ("a", "c", "d")}
    assert find_detour({**ways, ("c", "d"): F(1), ("a", "d"): F(1)}) is None


UNITS = "abcd"
ENDS = [(a, b) for a in UNITS for b in UNITS if a != b]


@given(
    st.dictionaries(st.sampled_from(ENDS), st.fractions(F(1, 9), F(9), max_denominator=9)),
    st.sampled_from(UNITS),
)
def test_rates_that_are_accepted_beat_no_direct_rate(
    rates: dict[tuple[str, str], F], start: str
) -> None:
    detour = find_detour(rates)
    if detour is not None:
        assert product(rates, detour.path) == detour.product
        assert detour.rival or detour.product > detour.direct
        return
    for path in paths(rates, start):
        allowed = F(1) if path[-1] == start else rates.get((start, path[-1]))
        assert allowed is None or product(rates, path) <= allowed


def test_the_markets_refuse_a_detour_with_the_largest_admissible_rate() -> None:
    rows = [("green", "carbon", 0.5306), ("green", "energy_use", 0.30)]
    check_circles({"conversion": table(*rows)})
    with pytest.raises(InputError) as found:
        check_circles({"conversion": table(*rows, ("energy_use", "carbon", 2.66))})
    said = str(found.value)
    assert "green to energy_use to carbon" in said
    assert "50.4% more" in said
    assert "at most 1.76867 from energy_use to carbon" in said
    assert "instruments.conversion.table.2.rate" in said
    check_circles({"conversion": table(*rows, ("energy_use", "carbon", 1.76866))})


def test_a_detour_over_two_instruments_is_seen() -> None:
    rows = [("green", "energy_use", 0.30), ("energy_use", "carbon", 2.66)]
    check_circles({"conversion": table(*rows)})
    merged = IntegratedAttributes(k=0.5306, allowances_to_certificates=False)
    with pytest.raises(InputError, match="detour"):
        check_circles({"integrated_attributes": merged, "conversion": table(*rows)})


def test_an_inverse_in_floating_point_is_no_gain() -> None:
    for k in (0.5306, 0.1, 0.3, 0.57, 1.1):
        check_circles({"integrated_attributes": IntegratedAttributes(k=k)})
