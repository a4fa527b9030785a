"""CBAM against the regulation: one worked case per rule, its arithmetic written out by hand.

The figures in the cases are those of the acts named beside them (default values: Implementing
Regulation (EU) 2025/2621; benchmarks: 2025/2620), so that a case fails when a table is misread.
Default values of today's law are in ``test_cbam_law.py``.
"""

from __future__ import annotations

from datetime import date

import pytest

from dualcarbon.international import cbam
from dualcarbon.international.cbam import CarbonPrice, Precursor, Shipment, assess
from dualcarbon.international.cbam.dues import cancellation_day, declaration_day, repurchase_day

FIRST = "2025-12"
FACTORS = {
    2026: 0.975,
    2027: 0.95,
    2028: 0.9,
    2029: 0.775,
    2030: 0.515,
    2031: 0.39,
    2032: 0.265,
    2033: 0.14,
    2034: 0.0,
}


def bill(cn: str, origin: str, year: int = 2026, tonnes: float = 100, **more: object):
    """An assessment at 80 EUR by the law of December 2025."""
    made = {"cn": cn, "origin": origin, "year": year, "tonnes": tonnes, **more}
    return assess(Shipment.model_validate(made), 80.0, law=FIRST)


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-12, abs=1e-9)


def test_worked_example_of_a_turkish_billet() -> None:
    """100 t of CN 7207 11 11 from Türkiye, default values, 2026, 80 EUR."""
    found = bill("72071111", "TR")
    assert found.embedded_t == near(254.1)  # 100 * 2.541
    assert found.free_allocation_t == near(132.99)  # 100 * 0.975 * 1.364
    assert found.certificates == near(121.11)
    assert found.cost_eur == 9688.80


@pytest.mark.parametrize(("year", "factor"), FACTORS.items())
def test_the_free_allocation_that_remains_falls_to_zero(year: int, factor: float) -> None:
    """Directive 2003/87/EC, Article 10a(1a): ammonia, whose mark-up is the same in all years."""
    found = bill("28141000", "CN", year)
    assert found.free_allocation_t == near(100 * factor * 1.522)
    assert found.certificates == near(100 * 4.404 - 100 * factor * 1.522)


@pytest.mark.parametrize(("year", "marked"), [(2026, 1.826), (2027, 1.992), (2028, 2.158)])
def test_mark_up_of_ten_twenty_thirty_per_cent(year: int, marked: float) -> None:
    """2025/2621, Annex I: Chinese pig iron, base 1.660."""
    assert marked == near(1.660 * (1 + (year - 2025) / 10))
    assert bill("72011011", "CN", year).embedded_t == near(100 * marked)


@pytest.mark.parametrize("year", [2029, 2034])
def test_mark_up_stays_at_thirty_per_cent(year: int) -> None:
    """2025/2621, Annex I: column '2028 and onwards'."""
    assert bill("72011011", "CN", year).embedded_t == near(215.8)


def test_mark_up_of_fertilisers_is_one_per_cent() -> None:
    """2025/2621, Annex I: Chinese urea, base 2.850, published as 2.879."""
    assert round(2.850 * 1.01 + 1e-9, 3) == 2.879
    found = bill("31021019", "CN")
    assert found.certificates == near(287.9 - 100 * 0.975 * 0.902)


def test_published_mark_ups_are_taken_as_printed() -> None:
    """2025/2621, Annex I: Angolan cement of 1.270 is printed as 1.537 for 2027, not 1.524."""
    assert bill("25232900", "AO", 2027, clinker_share=1).embedded_t == near(153.7)


def test_only_direct_emissions_count_for_hydrogen() -> None:
    """2023/956, Article 7(1) and Annex II; actual indirect emissions are left out."""
    found = bill("28041000", "CN", direct=9.0, indirect=20.0, verified=True)
    assert found.embedded_t == near(900)
    assert found.certificates == near(900 - 100 * 0.975 * 5.089)


def test_indirect_emissions_count_for_fertilisers() -> None:
    """2023/956, Article 7(1): ammonia is not in Annex II."""
    found = bill("28141000", "CN", direct=2.0, indirect=0.5, verified=True)
    assert found.certificates == near(250 - 100 * 0.975 * 1.522)


def test_a_dash_takes_the_row_of_other_countries() -> None:
    """2025/2621, Annex I, introduction: Turkish clinker shows a dash; other countries 1.551."""
    assert bill("25231000", "TR").embedded_t == near(155.1)


def test_a_country_that_is_not_listed_takes_the_same_row() -> None:
    """2025/2621, Annex I, introduction: Afghan pig iron."""
    found = bill("72011011", "Afghanistan")
    assert found.embedded_t == near(382.8)
    assert found.free_allocation_t == near(100 * 0.975 * 1.210)


def test_a_row_without_a_base_has_no_mark_up_either() -> None:
    """2025/2621, Annex I: Albanian white Portland cement is a dash; other countries 1.595."""
    assert bill("25232100", "AL", clinker_share=1).embedded_t == near(159.5)


def test_grey_clinker_is_route_a_and_white_is_route_b() -> None:
    """2025/2620, Annex, point 5.3: benchmarks 0.666 and 0.859; Chinese clinker 1.529 and 1.430."""
    grey, white = bill("25231000", "CN"), bill("25231000", "CN", route="B")
    assert grey.certificates == near(152.9 - 100 * 0.975 * 0.666)
    assert white.certificates == near(143.0 - 100 * 0.975 * 0.859)


def test_cement_counts_by_the_clinker_it_contains() -> None:
    """2025/2547, Article 4(5): 70 t of clinker in 100 t of Chinese Portland cement."""
    found = bill("25232900", "CN", clinker_share=0.7)
    assert found.embedded_t == near(70 * 1.562)
    assert found.free_allocation_t == near(70 * 0.975 * 0.666)


def test_default_values_go_with_column_b_and_the_route_of_their_row() -> None:
    """2025/2620, Annex, point 5.1: Chinese hot-rolled coil, route C, 3.506 and 1.370."""
    assert bill("72083900", "CN").certificates == near(350.6 - 100 * 0.975 * 1.370)


def test_secondary_aluminium_has_its_own_benchmark() -> None:
    """2025/2621: Korean aluminium is of route L, 0.396; 2025/2620: benchmark 0.091."""
    assert bill("76011010", "KR").certificates == near(39.6 - 100 * 0.975 * 0.091)


def test_without_a_route_default_values_take_the_highest_benchmark() -> None:
    """2025/2620, Annex, point 5.1: CN 7227 10 00 of other countries, highest 1.613 of route F."""
    assert bill("72271000", "other").free_allocation_t == near(100 * 0.975 * 1.613)


def test_a_low_alloy_route_is_read_as_the_same_process() -> None:
    """Algerian CN 7226 19 80 is of route F; its benchmarks know C, D, E: C, 1.488."""
    assert bill("72261980", "DZ").free_allocation_t == near(100 * 0.975 * 1.488)


def test_benchmarks_of_2028_replace_those_of_2026() -> None:
    """2025/2620, Annex, point 5.3: ferro-manganese 1.361, then 1.277."""
    assert bill("72021120", "CN", 2027).free_allocation_t == near(100 * 0.95 * 1.361)
    assert bill("72021120", "CN", 2028).free_allocation_t == near(100 * 0.9 * 1.277)


def test_after_2030_the_last_benchmarks_stay_and_are_provisional() -> None:
    """2025/2620, Annex, point 5.3: no benchmark after 2030 is published."""
    found = bill("72021120", "CN", 2031)
    assert found.free_allocation_t == near(100 * 0.39 * 1.277)
    assert found.status == "provisional"


def test_actual_emissions_of_primary_aluminium() -> None:
    """2025/2620, equation 2: column A, route K, 1.423."""
    found = bill("76011010", "CN", direct=1.6, verified=True, route="K")
    assert found.certificates == near(160 - 100 * 0.975 * 1.423)


def test_certificates_are_never_negative() -> None:
    """2023/956, Article 22(1): cleaner than the remaining free allocation, nothing is due."""
    found = bill("76011010", "CN", direct=1.0, verified=True, route="K")
    assert found.certificates == 0
    assert found.cost_eur == 0


BILLET = {"cn": "72071111", "origin": "TR", "per_tonne": 1.1}


def test_a_complex_good_carries_emissions_and_allocation_of_its_precursors() -> None:
    """2025/2620, equation 4: coil of 0.150 own emissions from 1.1 t of Turkish billet per tonne."""
    found = bill("72083900", "TR", direct=0.15, verified=True, precursors=[BILLET])
    assert found.embedded_t == near(100 * (0.15 + 1.1 * 2.541))
    assert found.free_allocation_t == near(100 * 0.975 * (0.044 + 1.1 * 1.364))


def test_a_precursor_with_actual_emissions_uses_column_a() -> None:
    """2025/2620, equations 2 and 4: billet of 1.9 t/t by route C, column A 0.188."""
    billet = {**BILLET, "direct": 1.9, "verified": True, "route": "C"}
    found = bill("72083900", "TR", direct=0.15, verified=True, precursors=[billet])
    assert found.embedded_t == near(100 * (0.15 + 1.1 * 1.9))
    assert found.free_allocation_t == near(100 * 0.975 * (0.044 + 1.1 * 0.188))


def test_a_precursor_of_unknown_origin_takes_the_highest_value() -> None:
    """2025/2621, Article 1(5) and Annex IV: pig iron 8.712."""
    pig = {"cn": "72011011", "origin": "unknown", "per_tonne": 0.9}
    found = bill("72071111", "CN", direct=0.3, verified=True, route="C", precursors=[pig])
    assert found.embedded_t == near(100 * (0.3 + 0.9 * 8.712))
    assert found.free_allocation_t == near(100 * 0.975 * (0.188 + 0.9 * 1.210))


def test_indirect_emissions_of_a_precursor_do_not_count_for_steel() -> None:
    """2023/956, Annex II, read for the good at the end: Brazilian sinter, 0.190 of 0.200 direct."""
    sinter = {"cn": "26011200", "origin": "BR", "per_tonne": 1.5}
    found = bill("72011011", "BR", direct=1.2, verified=True, precursors=[sinter])
    assert found.embedded_t == near(100 * (1.2 + 1.5 * 0.220 * 0.190 / 0.200))


def test_cement_of_actual_data_takes_its_allocation_from_its_clinker() -> None:
    """2025/2620: column A of CN 2523 29 00 is zero; clinker of route A 0.666."""
    clinker = {
        "cn": "25231000",
        "origin": "CN",
        "per_tonne": 1.0,
        "direct": 0.8,
        "verified": True,
        "route": "A",
    }
    found = bill(
        "25232900", "CN", direct=0.02, verified=True, clinker_share=0.7, precursors=[clinker]
    )
    assert found.embedded_t == near(70 * 0.82)
    assert found.free_allocation_t == near(70 * 0.975 * 0.666)


@pytest.mark.parametrize(("mass", "exempt"), [(50.0, True), (50.001, False)])
def test_fifty_tonnes_are_exempt_and_a_kilogram_more_is_not(mass: float, exempt: bool) -> None:
    """2023/956, Article 2a: the mass 'does not exceed' 50 t."""
    found = bill("72071111", "TR", tonnes=10, importer_tonnes=mass)
    assert found.exempt is exempt
    assert (found.cost_eur == 0) is exempt


def test_hydrogen_is_never_exempt() -> None:
    """2023/956, Article 2a."""
    found = bill("28041000", "CN", tonnes=10, importer_tonnes=10)
    assert not found.exempt
    assert found.certificates == near(10 * 29.304 - 10 * 0.975 * 5.089)


def test_a_default_carbon_price_is_deducted_in_proportion() -> None:
    """Draft act, Article 6(2): 62.304 CNY at 7.788 per euro are 8 EUR of 80: a tenth."""
    paid = CarbonPrice(price=62.304, currency="CNY", exchange_rate=7.788, track="default")
    found = bill("72083900", "CN", carbon_price=paid)
    assert found.deduction_t == near(35.06)
    assert found.certificates == near(350.6 - 133.575 - 35.06)
    assert found.status == "provisional"


ACTUAL = {"cn": "76011010", "origin": "CN", "direct": 2.0, "verified": True, "route": "K"}


def actual(**conditions: object):
    paid = CarbonPrice.model_validate({"price": 20, "certified": True, **conditions})
    return bill(**ACTUAL, carbon_price=paid)


def test_a_price_effectively_paid_is_net_of_free_allowances() -> None:
    """Draft act, Article 8(1)(b): 20 EUR, three quarters free: 5 of 80 EUR on 200 t."""
    assert actual(free_share=0.75).deduction_t == near(200 * 5 / 80)


def test_only_the_emissions_on_which_the_price_falls_are_deducted() -> None:
    """2023/956, Article 9(1): half of the emissions covered."""
    assert actual(covered_share=0.5).deduction_t == near(200 * 10 / 80)


def test_a_rebate_at_export_is_netted() -> None:
    """Draft act, Article 8(1): all given back, nothing deducted."""
    assert actual(rebate_share=1).deduction_t == 0


@pytest.mark.parametrize(("credits", "honoured"), [(0.1, 1.0), (0.25, 0.85)])
def test_credits_above_a_tenth_have_price_zero(credits: float, honoured: float) -> None:
    """Draft act, Annex I, points 3.3 and 3.5.4."""
    assert actual(credit_share=credits).deduction_t == near(200 * 20 * honoured / 80)


def test_a_price_above_that_of_the_eu_deducts_no_more_than_all() -> None:
    """2023/956, Article 9(1)."""
    found = actual(price=200)
    assert found.deduction_t == near(200)
    assert found.certificates == 0


def test_the_deduction_is_measured_against_the_average_of_the_year() -> None:
    """Draft act, Article 6(3): reference 100 EUR while certificates cost 80."""
    paid = CarbonPrice(price=20, certified=True)
    made = Shipment(**ACTUAL, tonnes=100, year=2026, carbon_price=paid)
    assert assess(made, 80, reference_price=100).deduction_t == near(200 * 20 / 100)


def test_the_price_of_the_first_quarter_of_2026() -> None:
    """2025/2548; published on 7 April 2026."""
    made = Shipment(
        cn="72083900", origin="CN", tonnes=100, year=2026, imported_on=date(2026, 2, 14)
    )
    assert assess(made).price_eur == 75.36


def test_prices_are_weighted_with_volumes() -> None:
    """2025/2548, Articles 1 and 5: (70 * 3 + 80 * 1 + 99 * 0) / 4 = 72.50."""
    assert cbam.volume_weighted([(70, 3), (80, 1), (99, 0)]) == 72.50


def test_electricity_has_no_free_allocation() -> None:
    """2023/956, Annex IV, point 2: 1000 MWh of 0.9 tCO2/MWh."""
    made = Shipment(cn="27160000", origin="UA", mwh=1000, emission_factor=0.9, year=2026)
    found = assess(made, 80)
    assert (found.certificates, found.free_allocation_t) == (near(900), 0)
    assert found.cost_eur == 72000


def test_half_is_held_at_the_end_of_a_quarter_without_mark_up() -> None:
    """2023/956, Article 22(2): base values 2.310 (Türkiye) and 3.187 (China) of 2027."""
    assessed = [bill("72071111", "TR", 2027), bill("72083900", "CN", 2027)]
    open_ = 231.0 + 318.7 - 100 * 0.95 * (1.364 + 1.370)
    assert cbam.quarter_end_holding(assessed) == near(0.5 * open_)


def test_repurchase_is_limited_to_the_largest_holding() -> None:
    """2023/956, Article 23(2)."""
    assert cbam.repurchase_limit([10.0, 40.0, 35.0, 20.0]) == 40


def test_days_of_the_cbam_year() -> None:
    """2023/956, Articles 6(1), 22(1), 23(1), 24."""
    assert declaration_day(2026) == date(2027, 9, 30)
    assert repurchase_day(2026) == date(2027, 10, 31)
    assert cancellation_day(2028) == date(2030, 11, 1)
    assert cancellation_day(2027, for_imports_of=2026) == date(2027, 11, 1)


def test_penalty_of_an_authorised_declarant() -> None:
    """2023/956, Article 26(1) and (3): 100 EUR indexed, and the certificates are still owed."""
    found = cbam.penalty(10, index=1.3)
    assert (found.low_eur, found.high_eur) == (near(1300), near(1300))
    assert found.still_to_surrender


def test_penalty_without_authorisation() -> None:
    """2023/956, Article 26(2) and (2a): three to five times; milder up to 55 t."""
    found, mild = (cbam.penalty(10, authorised=False, importer_tonnes=m) for m in (80, 55))
    assert (found.low_eur, found.high_eur, found.reducible) == (near(3000), near(5000), False)
    assert (mild.low_eur, mild.reducible) == (near(1000), True)
    assert not found.still_to_surrender


def test_a_code_that_was_split_takes_the_values_of_its_successor() -> None:
    """CN 3102 10 10 of Annex I is 3102 10 19 (solid urea) in the tables of values."""
    old, new = bill("31021010", "EG"), bill("31021019", "EG")
    assert old.certificates == new.certificates == near(140.4 - 100 * 0.975 * 0.902)


def test_longer_codes_count_by_their_first_eight_digits() -> None:
    """TARIC 7207 11 11 90 and blanks between groups."""
    assert bill("7207 11 11 90", "TR").cost_eur == 9688.80


def test_a_downstream_good_carries_its_precursors() -> None:
    """COM(2025) 989, proposal: 1.2 t of Chinese coil per tonne of pick-up truck, 2028."""
    coil = Precursor(cn="72083900", origin="CN", per_tonne=1.2)
    made = Shipment(cn="87042110", origin="CN", tonnes=100, year=2028, precursors=(coil,))
    found = assess(made, 80, downstream=True, law=FIRST)
    assert found.certificates == near(100 * 1.2 * (4.143 - 0.9 * 1.370))
    assert found.status == "proposal"


def test_an_export_rebate_pays_back_the_lost_allocation() -> None:
    """Switch, not in force: 100 t of urea in 2030, 48.5 % of 0.902 lost, half compensated."""
    found = cbam.export_rebate("31021019", 100, 2030, 80, share=0.5)
    assert found.lost_allocation_t == near(100 * 0.485 * 0.902)
    assert found.rebate_eur == near(100 * 0.485 * 0.902 * 80 * 0.5)
    assert found.status == "proposal"


CHINA = {
    "72083900": (163.6, 219.3, 259.0, 312.2),
    "76011010": (144.1, 197.4, 238.7, 293.9),
    "76061292": (232, 303, 346, 404),
    "25231000": (66, 91, 110, 136),
    "28141000": (220, 229, 273, 332),
    "31021019": (151, 156, 182, 217),
    "28041000": (1834, 2265, 2412, 2610),
}
COIL = {"IN": (254, 326, 366, 419), "TR": (100, 145, 185, 238), "KR": (75, 115, 154, 208)}
COIL |= {"US": (15, 44, 84, 137)}
ANCHORS = [(cn, "CN", v) for cn, v in CHINA.items()] + [("72083900", o, v) for o, v in COIL.items()]
YEARS = (2026, 2028, 2030, 2034)


@pytest.mark.parametrize(("cn", "origin", "costs"), ANCHORS)
def test_costs_per_tonne_at_the_price_of_the_first_quarter(
    cn: str, origin: str, costs: tuple[float, ...]
) -> None:
    """Default values at 75.36 EUR, computed apart from this code; EUR per tonne, cut or rounded."""
    digits = 0.06 if isinstance(costs[0], float) else 0.75
    for year, cost in zip(YEARS, costs, strict=True):
        found = assess(Shipment(cn=cn, origin=origin, tonnes=1, year=year), 75.36, law=FIRST)
        assert found.cost_per_unit_eur == pytest.approx(cost, abs=digits)
