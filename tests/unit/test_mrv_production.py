"""Worked cases of China's accounting guides, equal as fractions, and what a guide refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction as F
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon import mrv
from dualcarbon.errors import InputError
from dualcarbon.mrv import formulas
from dualcarbon.mrv.guides import default, guides, items
from dualcarbon.mrv.quantities import UNITS, exact, in_unit, rounded
from tools.common import RAW

PLANT = {"plant": "A", "installation": "1", "period": "2025"}
UNIT = {"amount": "", "oxidation": "1", "cao": "1", "biogenic_share": "1"}


def rows(*entries: str, period: str = "2025") -> list[mrv.Datum]:
    """Data from ``item parameter value unit``."""
    found = []
    for entry in entries:
        item, parameter, value, unit, *when = entry.split()
        row = {**PLANT, "item": item, "parameter": parameter, "value": value, "unit": unit}
        found.append(mrv.datum_of({**row, "period": when[0] if when else period}))
    return found


def total(guide: str, *entries: str, period: str = "2025") -> F:
    return mrv.calculate(rows(*entries, period=period), mrv.guide(guide)).total()


POWER, CEMENT, ALUMINIUM, STEEL = (
    "cn-power-2022", "cn-cement-2024", "cn-aluminium-2024", "cn-steel-2025",
)  # fmt: skip
CLINKER = ("clinker amount 1000000 t", "clinker cao 65 %", "clinker cao_nc 2 %",
           "clinker mgo 1.8 %", "clinker mgo_nc 0.5 %")  # fmt: skip
SMELTER = "aluminium amount 500000 t"
MONTHS = [f"2025-{m:02d}" for m in range(1, 13)]
GOLDEN = {
    "M01": (POWER, ("coal amount 100000 t", "coal carbon_air_dried 0.6000 tC/t",
                    "coal moisture_received 10 %", "coal moisture_air_dried 2.5 %"), "2613600/13"),
    "M02": (POWER, ("coal amount 100000 t", "coal carbon_as_received 0.5538 tC/t"), "1005147/5"),
    "M03": (POWER, ("coal amount 100000 t", "coal heat_value 21.500 GJ/t"), "9630753/40"),
    "M04": (POWER, ("coal amount 100000 t",), "59800257/200"),
    "M05": (POWER, tuple(
        line for i, month in enumerate(MONTHS)
        for line in (f"coal amount 10000 t {month}", f"coal heat_value 21.500 GJ/t {month}",
                     *((f"coal carbon_as_received 0.5538 tC/t {month}",) if i < 10 else ()))
    ), "49836633/200"),
    "M06": (POWER, ("natural_gas amount 1000 1e4Nm3",), "5412537999/250000"),
    "M07": (POWER, ("diesel amount 50 t",), "580483057/3750000"),
    "M11": (CEMENT, CLINKER, "509300"),
    "M12": (CEMENT, (*CLINKER, "bituminous amount 110000 t", "bituminous heat_value 22.350 GJ/t",
                     "waste_fuel amount 20000 t", "waste_fuel heat_value 14.0 GJ/t",
                     "waste_fuel carbon_per_heat 0.0250 tC/GJ", "waste_fuel oxidation 0.98 1",
                     "waste_fuel biogenic_share 40 %"), "7580316139/10000"),
    "M13": (ALUMINIUM, (SMELTER,), "866996"),
    "M15": (STEEL, (
        "coking_coal amount 1000000 t", "coking_coal carbon 0.72 tC/t", "pci_coal amount 300000 t",
        "pci_coal carbon 0.76 tC/t", "limestone amount 250000 t", "dolomite amount 100000 t",
        "electrode amount 2000 t", "pig_iron_bought amount 50000 t",
        "natural_gas amount 2000 1e4Nm3",
        "crude_steel amount 2000000 t", "coke_sold amount 50000 t", "coal_tar_sold amount 40000 t",
        "benzole_sold amount 12000 t"), "629709354661/187500"),
    "M16": (STEEL, (
        "ferrochrome amount 5000 t", "electrode amount 2500 t", "natural_gas amount 1200 1e4Nm3",
        "natural_gas emission_factor 21.6502 tCO2/1e4Nm3", "limestone amount 30000 t",
        "crude_steel amount 1000000 t"), "1715637/50"),
}  # fmt: skip
"""Worked cases by their number, with the exact result. Parameters are the guides' defaults where a
case gives none; quantities are invented."""


@pytest.mark.parametrize("name", GOLDEN)
def test_worked_cases_are_met_exactly(name: str) -> None:
    guide, entries, expected = GOLDEN[name]
    assert total(guide, *entries) == F(expected)


def test_the_form_keeps_four_decimals_of_carbon_and_whole_tonnes() -> None:
    """M01 and M02: exact 201 046.154 t, on the form 201 029 t."""
    guide, entries, exact_sum = GOLDEN["M01"]
    report = mrv.calculate(rows(*entries), mrv.guide(guide))
    assert report.total() == F(exact_sum)
    assert report.lines[0].form_tco2 == F(GOLDEN["M02"][2])
    assert report.obligation == 201_029


def test_heat_bears_its_share() -> None:
    """M08: 200 000 t, 0.1 t/GJ, 0.8 t/MWh."""
    share = formulas.heat_share(F(2_000_000), F(10_000_000))
    assert share * 1_000_000 == 200_000
    report = mrv.calculate(rows(
        "coal amount 500000 t", "coal emission_factor 2 tCO2/t", "boiler_heat amount 10000000 GJ",
        "heat_supplied amount 2000000 GJ", "electricity_gross amount 1000000 MWh",
    ), mrv.guide(POWER))  # fmt: skip
    assert report.total() == 1_000_000
    assert report.shares() == {
        "heat_share": F(1, 5), "heat_t": 200_000, "power_t": 800_000, "heat_t_per_gj": F(1, 10),
        "power_t_per_mwh": F(4, 5),
    }  # fmt: skip
    with pytest.raises(InputError, match="heat_supplied"):
        formulas.heat_share(F(2), F(1))


def test_allocation_and_carry_over() -> None:
    """M09, M10, M17."""
    found = mrv.benchmark("coal_over_300", 2024)
    assert (found.power, found.heat, found.basis) == (F("0.7910"), F("0.1033"), "gross generation")
    assert mrv.allocate(found, F(3_300_000), F(1_000_000)) == 2_713_600
    assert mrv.carry_over(F(120_000)) == 190_000
    given = F(830_000), F("0.830"), F("0.850")
    assert mrv.allocate_industry(*given, slope=F(1)) == F(14_442_000, 17)
    assert mrv.allocate_industry(*given, slope=F(2)) == 854_900
    with pytest.raises(InputError, match="out of date"):
        mrv.carry_over(F(1), date(2026, 6, 1))
    with pytest.raises(InputError, match="at least 0"):
        mrv.carry_over(F(-1))


def test_allocation_follows_from_a_report() -> None:
    made = ("electricity_gross amount 3300000 MWh", "heat_supplied amount 1000000 GJ")
    report = mrv.calculate(rows("coal amount 1 t", *made), mrv.guide(POWER))
    assert mrv.allocation_of(report, "coal_over_300", 2024) == 2_713_600
    part = mrv.calculate(
        rows("coal amount 1 t", *made, "electricity_gross load_factor 1.01 1"), mrv.guide(POWER)
    )
    more = F("0.7910") * 3_300_000 * F("0.01")
    assert mrv.allocation_of(part, "coal_over_300", 2024) == 2_713_600 + more
    with pytest.raises(InputError, match="no benchmark for 2025"):
        mrv.allocation_of(report, "coal_over_300")
    with pytest.raises(InputError, match="has no electricity_supplied"):
        mrv.allocation_of(report, "coal_over_300", 2022)


def test_periods_as_a_spreadsheet_gives_them() -> None:
    march, days = mrv.Period(2025, 3), ("2025-03", datetime(2025, 3, 1), date(2025, 3, 1))
    assert [mrv.Period.of(x) for x in days] == [march] * 3
    assert [mrv.Period.of(x) for x in ("2025", 2025, 2025.0)] == [mrv.Period(2025)] * 3
    for wrong in (date(2025, 3, 2), "2025-3", "03-2025", 2025.5, "", None):
        with pytest.raises(InputError, match="is no period"):
            mrv.Period.of(wrong)


def test_perfluorocarbons_by_anode_effects() -> None:
    """M14: 83 011.5 t, and a tenth of the error of public code where C2F6 is ten times too high."""
    report = mrv.calculate(
        rows(SMELTER, "aluminium anode_effect_minutes 0.15 min/cell-day"), mrv.guide(ALUMINIUM)
    )
    by_process = {line.process: line.tco2 for line in report.lines}
    assert by_process["PFC"] == F(166_023, 2)
    assert by_process["anode"] == 735_416


def test_magnesia_takes_its_own_molar_mass() -> None:
    """The wrong 44/56 for MgO, seen in public code, gives 505 214 t."""
    wrong = 1_000_000 * (F("0.63") + F("0.013")) * F(44, 56)
    assert round(wrong, 2) == F("505214.29")
    assert total(CEMENT, *CLINKER) - wrong == 1_000_000 * F("0.013") * (F(44, 40) - F(44, 56))


def test_a_default_says_what_it_costs() -> None:
    """M05: two months by default cost 7 947.885 t against all measured, 241 235.28 t."""
    guide, entries, _ = GOLDEN["M05"]
    report = mrv.calculate(rows(*entries), mrv.guide(guide))
    costs = [report.cost_of_default(line) for line in report.lines]
    assert costs[:10] == [None] * 10
    all_measured = F("241235.28")
    assert sum(c for c in costs[10:] if c is not None) == report.total() - all_measured
    assert report.tiers() == {
        "measured": all_measured * 10 / 12 / report.total(),
        "default": 1 - all_measured * 10 / 12 / report.total(),
    }


def test_without_a_measured_neighbour_the_cost_is_not_known() -> None:
    guide, entries, _ = GOLDEN["M03"]
    report = mrv.calculate(rows(*entries), mrv.guide(guide))
    assert report.lines[0].defaults
    assert report.cost_of_default(report.lines[0]) is None


def test_defaults_are_of_their_date() -> None:
    old = total("cn-power-2019", "coal amount 1 t", "coal heat_value 21.5 GJ/t", period="2021")
    new = total("cn-power-2022r", "coal amount 1 t", "coal heat_value 21.5 GJ/t", period="2022")
    assert old / new == F("0.03356") / F("0.03085")
    with pytest.raises(InputError, match="heat_value of coal is missing"):
        total("cn-power-2022r", "coal amount 1 t", period="2022")  # a default of 2023 on


def test_a_guide_refuses_a_period_outside_and_names_the_right_one() -> None:
    with pytest.raises(InputError, match=r"outside guide cn-power-2022; .* cn-power-2019"):
        total(POWER, "coal amount 1 t", period="2021")
    assert mrv.guide_for("power", mrv.Period(2025)).key == POWER
    with pytest.raises(InputError, match="no guide of steel covers 2020"):
        mrv.guide_for("steel", mrv.Period(2020))
    with pytest.raises(InputError, match="did you mean 'cn-power-2022"):
        mrv.guide("cn-power-202")


def test_the_draft_asks_for_what_was_never_published() -> None:
    draft = "cn-power-2026-draft"
    burnt = (
        "coal amount 100 t",
        "coal carbon_as_received 0.5 tC/t",
        "electricity_bought amount 9 MWh",
    )
    with pytest.raises(InputError, match="never published"):
        total(draft, *burnt, period="2026")
    report = mrv.calculate(rows(*burnt, "coal oxidation 0.98 1", period="2026"), mrv.guide(draft))
    assert report.total() == 100 * F("0.5") * F("0.98") * F(44, 12)
    assert report.total("indirect") == 0
    assert mrv.guide_for("power", mrv.Period(2026)).key == POWER


def test_bought_power_is_reported_and_no_obligation() -> None:
    report = mrv.calculate(
        rows(
            "coal amount 1 t", "coal emission_factor 2 tCO2/t", "electricity_bought amount 1000 MWh"
        ),
        mrv.guide(POWER),
    )
    assert report.total() == 2
    assert report.obligation == 2
    assert report.total("indirect") == F("570.3")


@pytest.mark.parametrize(
    ("guide", "entries", "said"),
    [
        (POWER, ("coal carbon_as_received 0.5 tC/t",), "amount of coal is missing"),
        (POWER, (SMELTER,), "aluminium has no place in guide cn-power-2022"),
        (CEMENT, ("crude_steel amount 1 t",), "crude_steel has no place"),
        (POWER, ("coal amount 1 t", "coal carbon_dry 0.6 tC/t"), "moisture_received of coal is"),
        (POWER, ("coal amount 1 t", "coal amount 1 t"), "stands twice"),
        (POWER, ("coal amount 1 t", "coal amount 1 t 2025-03"), "2025-03 and for 2025"),
        (POWER, ("coal amount 1 t 2025-03", "coal heat_value 21 GJ/t"), "by month"),
        (POWER, ("coal amount 1 t", "diesel amount 1 t 2024"), "one year, not of 2024, 2025"),
        (CEMENT, ("clinker amount 1 t", "clinker cao 65 %"), "cao_nc of clinker is missing"),
        (CEMENT, ("kiln_dust amount 1 t",), "kiln_dust without clinker"),
        (CEMENT, ("waste_fuel amount 1 t", "waste_fuel heat_value 14 GJ/t"), "no default"),
        (STEEL, ("coking_coal amount 1 t",), "heat_value of coking_coal is missing"),
        (CEMENT, (*CLINKER[:2], "clinker cao_nc 70 %", *CLINKER[3:]), "exceeds the whole content"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_one_clear_error(
    guide: str, entries: tuple[str, ...], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        total(guide, *entries)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"value": "-5"}, "value: -5 is below zero"),
        ({"value": "many"}, "'many' is no number"),
        ({"unit": "MWh"}, r"unknown unit 'MWh' \(allowed: t, kg"),
        ({"item": "coall"}, "did you mean 'coal'"),
        ({"parameter": "cao"}, "unknown parameter of coal 'cao'"),
        ({"parameter": "oxidation", "value": "99", "unit": "1"}, "exceeds one"),
        ({"period": "2025-13"}, "is no period"),
        ({"tier": "guessed"}, "unknown tier 'guessed'"),
        ({"plant": ""}, "'plant' is missing"),
    ],
)
def test_a_bad_row_says_what_is_allowed(row: dict[str, str], said: str) -> None:
    good = {**PLANT, "item": "coal", "parameter": "amount", "value": "1", "unit": "t"}
    assert mrv.datum_of(good).value == 1
    with pytest.raises(InputError, match=said):
        mrv.datum_of({**good, **row})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"value": F(-1)}, "is below zero"),
        ({"unit": "kg"}, r"amount of coal is in 'kg' \(allowed: t\)"),
        ({"parameter": "weight"}, "unknown parameter of coal 'weight'"),
        ({"item": "peat"}, "peat has no place in guide"),
        ({"tier": "guess"}, "unknown tier"),
        ({"layer": "site"}, "unknown layer"),
    ],
)
def test_figures_built_by_hand_are_checked_like_those_of_a_sheet(
    changed: dict[str, object], said: str
) -> None:
    [good] = rows("coal amount 1 t")
    assert mrv.calculate([good], POWER).total() > 0
    with pytest.raises(InputError, match=said):
        mrv.calculate([replace(good, **changed)], POWER)  # type: ignore[arg-type]


def test_a_correction_is_a_new_version_and_the_old_one_stays() -> None:
    first = mrv.calculate(rows("diesel amount 50 t"), mrv.guide(POWER))
    second = first.corrected(mrv.calculate(rows("diesel amount 51 t"), mrv.guide(POWER)))
    assert (first.version, second.version) == (1, 2)
    assert second.former == first.digest != second.digest
    other = mrv.calculate(rows("diesel amount 51 t", period="2024"), mrv.guide(POWER))
    with pytest.raises(InputError, match="corrects no report"):
        first.corrected(other)


def test_parameters_are_read_as_they_were_written() -> None:
    """No figure of the tables lost a digit on its way through floating point."""
    for one in guides():
        for item in items():
            for parameter in items()[item].parameters:
                try:
                    found = default(one, item, parameter, one.covers_from)
                except InputError:
                    continue
                assert found is None or (found.value * 10**8).denominator == 1


AMOUNTS = st.lists(st.decimals("0", "1e6", places=3), min_size=12, max_size=12)


@settings(deadline=None, max_examples=25)
@given(AMOUNTS, st.randoms(), st.decimals("0.3", "0.8", places=4))
def test_the_order_of_rows_and_the_cutting_of_a_year_make_no_difference(
    amounts: list[Decimal], random: Random, carbon: Decimal
) -> None:
    by_month = [
        line for month, amount in zip(MONTHS, amounts, strict=True)
        for line in (f"coal amount {amount} t {month}",
                     f"coal carbon_as_received {carbon} tC/t {month}")
    ]  # fmt: skip
    shuffled = random.sample(by_month, len(by_month))
    whole = (f"coal amount {sum(amounts)} t", f"coal carbon_as_received {carbon} tC/t")
    assert total(POWER, *by_month) == total(POWER, *shuffled) == total(POWER, *whole)


def test_units_are_exact_and_measure_one_thing() -> None:
    assert in_unit(F(5), "万吨", "t") == 50_000
    assert in_unit(F(21_500), "kJ/kg", "GJ/t") == F("21.5")
    assert in_unit(F("26.18"), "tC/TJ", "tC/GJ") == F("0.02618")
    assert all(factor > 0 for _, factor in UNITS.values())
    assert (exact(0.1), exact("1,000"), exact("1/3")) == (F(1, 10), 1000, F(1, 3))
    assert [rounded(F(x), 1) for x in ("0.25", "0.35", "0.251")] == [F("0.2"), F("0.4"), F("0.3")]


@pytest.mark.skipif(not RAW.is_dir(), reason="the raw data are not beside the project")
def test_worked_cases_are_those_of_the_reference() -> None:
    cases = pd.read_csv(RAW / "ledger" / "golden_cases.csv", dtype=str).set_index("id")["exact"]
    assert {name: F(cases[name]) for name in GOLDEN} == {
        name: F(expected) for name, (_, _, expected) in GOLDEN.items()
    }
