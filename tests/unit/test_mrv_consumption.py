"""Electricity factors as types, scope 2, purchases, both sides on one sheet."""

from __future__ import annotations

from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcarbon import mrv
from dualcarbon.cli.main import exit_code
from dualcarbon.errors import InputError
from dualcarbon.international.cbam import Shipment, assess
from dualcarbon.loop import purchase_multipliers, region_sides, shipment_of
from dualcarbon.mrv import electricity as el
from dualcarbon.mrv.consumption import both_sides
from tests.unit.test_mrv_production import ALUMINIUM, POWER, SMELTER, rows

AVERAGE, RESIDUAL = (
    mrv.embedded_factor(kind, year=2023) for kind in (mrv.GridAverage, mrv.Residual)
)


def hours(*mwh: float, area: str = "CN") -> list[mrv.Interval]:
    return [mrv.Interval(f"2023-01-01T{h:02d}", F(str(v)), area) for h, v in enumerate(mwh)]


def test_location_and_market() -> None:
    """S01: 53 060 t; S02: 36 576 t, where the average in place of the residual gives 31 836 t."""
    load, claimed = [mrv.Interval("2023", F(100_000))], [mrv.Interval("2023", F(40_000))]
    found = mrv.scope2(load, claimed, AVERAGE, RESIDUAL)
    assert (found.location, found.market, found.hourly) == (53_060, 36_576, 36_576)
    assert found.market - 60_000 * AVERAGE.value == 36_576 - 31_836


def test_hour_by_hour_shows_what_a_year_hides() -> None:
    """S03: a share of 1 by the year is 3/4 by the hour; S04: 0 t by the year are 30 t."""
    residual = el.Residual(F("0.6"), "CN", 2023, "case", "D")
    found = mrv.scope2(hours(100, 100), hours(150, 50), AVERAGE, residual)
    assert (found.annual_share, found.matched_share) == (1, F(3, 4))
    assert (found.market, found.hourly) == (0, 30)


def test_electricity_of_a_product_takes_the_footprint_factor() -> None:
    """S05: 13 500 kWh at the factor of 2024, 7.79895 t/t."""
    factor = mrv.embedded_factor(mrv.Footprint, year=2024)
    assert mrv.electricity_of_product(F("13.5"), factor) == F(155_979, 20_000)


def test_a_factor_of_the_wrong_basis_is_an_error() -> None:
    load, none = hours(1), []
    footprint = mrv.embedded_factor(mrv.Footprint)
    with pytest.raises(InputError, match=r"average: a factor of basis footprint .* grid_average"):
        mrv.scope2(load, none, footprint, RESIDUAL)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="residual: a factor of basis grid_average"):
        mrv.scope2(load, none, AVERAGE, AVERAGE)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="footprint"):
        mrv.electricity_of_product(F(1), AVERAGE)  # type: ignore[arg-type]


def test_each_basis_has_its_official_values() -> None:
    names = ("grid_average", "residual", "fossil", "ets_reporting", "footprint")
    values = {name: el.embedded_factor(el.BASES[name]).value for name in names}
    assert values == {"grid_average": F("0.5306"), "residual": F("0.6096"), "fossil": F("0.8273"),
                      "ets_reporting": F("0.5703"), "footprint": F("0.5777")}  # fmt: skip
    for grid in ("North", "South", "Northwest"):
        parts = [mrv.embedded_factor(k, grid).value for k in (el.OperatingMargin, el.BuildMargin)]
        for weights, share in (("7525", F(3, 4)), ("5050", F(1, 2))):
            combined = mrv.embedded_factor(el.CombinedMargin, grid, weights=weights)
            assert combined.value == share * parts[0] + (1 - share) * parts[1]
    with pytest.raises(InputError, match="no grid_average factor of North for 2022"):
        mrv.embedded_factor(mrv.GridAverage, "North", 2022)
    with pytest.raises(InputError, match="did you mean 'North'"):
        mrv.embedded_factor(mrv.GridAverage, "Nort")
    with pytest.raises(InputError, match="no weights"):
        mrv.embedded_factor(el.CombinedMargin, "North", weights="6040")


def test_certificates_of_another_grid_do_not_count_and_contracts_have_their_own_factor() -> None:
    north = mrv.embedded_factor(mrv.GridAverage, "North", 2023)
    found = mrv.scope2(hours(10, 10, area="North"), hours(10, 10, area="East"), north, RESIDUAL)
    assert (found.certified_mwh, found.undeliverable_mwh) == (0, 20)
    assert found.market == 20 * RESIDUAL.value
    wind = el.Contract(F(0), "CN", 2023, "contract", "B")
    found = mrv.scope2(hours(10, 10), [], AVERAGE, RESIDUAL, [(hours(10)[0], wind)])
    assert found.market == found.hourly == 10 * RESIDUAL.value
    with pytest.raises(InputError, match="more than is used"):
        mrv.scope2(hours(5), [], AVERAGE, RESIDUAL, [(hours(10)[0], wind)])
    with pytest.raises(InputError, match="when nothing is used"):
        mrv.scope2(hours(5), [], AVERAGE, RESIDUAL, [(hours(1, 1)[1], wind)])


def test_intervals_are_unique_and_not_negative() -> None:
    with pytest.raises(InputError, match="below zero"):
        hours(-1)
    with pytest.raises(InputError, match="stands twice"):
        mrv.scope2([*hours(1), *hours(1)], [], AVERAGE, RESIDUAL)
    with pytest.raises(InputError, match="2 grids"):
        mrv.scope2([*hours(1), mrv.Interval("x", F(1), "North")], [], AVERAGE, RESIDUAL)


QUANTITY = st.integers(0, 1000)


@given(st.lists(st.tuples(QUANTITY, QUANTITY), min_size=1, max_size=8))
def test_matching_by_interval_never_counts_more_than_by_the_year(
    pairs: list[tuple[int, int]],
) -> None:
    found = mrv.scope2(
        hours(*(a for a, _ in pairs)), hours(*(b for _, b in pairs)), AVERAGE, RESIDUAL
    )
    assert 0 <= found.matched_share <= found.annual_share <= 1
    assert 0 <= found.market <= found.hourly <= found.load_mwh * RESIDUAL.value
    whole = mrv.scope2(
        [mrv.Interval("year", found.load_mwh)], [mrv.Interval("year", found.certified_mwh)],
        AVERAGE, RESIDUAL,
    )  # fmt: skip
    assert whole.hourly == whole.market == found.market  # a year is just a long interval


@given(st.lists(QUANTITY, min_size=1, max_size=9))
def test_companies_of_a_province_add_up_to_its_electricity(loads: list[int]) -> None:
    parts = [mrv.scope2(hours(load), [], AVERAGE, RESIDUAL).location for load in loads]
    assert sum(parts) == sum(loads) * AVERAGE.value


def test_embodied_in_purchases() -> None:
    """S06: multipliers 10/3 and 5/3, 200 t."""
    inverse = np.linalg.inv(np.eye(2) - np.array([[0.2, 0.3], [0.4, 0.1]]))
    multipliers = dict(zip("ab", np.array([2, 0.5]) @ inverse, strict=True))
    assert multipliers == pytest.approx({"a": 10 / 3, "b": 5 / 3})
    bought = [mrv.Purchase("one", "a", 30), mrv.Purchase("two", "b", 60)]
    found = mrv.embodied(bought, multipliers)
    assert found["embodied_t"].sum() == pytest.approx(200)
    own = [*bought, mrv.Purchase("coal", "a", 99, own="fuel"),
           mrv.Purchase("steel", "", quantity=10, factor=2)]  # fmt: skip
    table = mrv.embodied(own, multipliers).set_index("name")
    assert table["embodied_t"].sum() == pytest.approx(220)
    assert list(table["method"]) == ["spend", "spend", "own fuel", "physical"]
    assert table["share"].sum() == pytest.approx(1)
    with pytest.raises(InputError, match="unknown sector 'c'"):
        mrv.embodied([mrv.Purchase("x", "c", 1)], multipliers)
    with pytest.raises(InputError, match="without a factor"):
        mrv.Purchase("x", "a", quantity=1)
    with pytest.raises(InputError, match="at least 0"):
        mrv.Purchase("x", "a", -1)


def test_multipliers_of_our_accounts_hold_all_emissions() -> None:
    """Multipliers times final demand are the emissions of production, wherever they stand."""
    from dualcarbon.responsibility.table.embedded import load_table

    table = load_table()
    found = np.concatenate(
        [list(purchase_multipliers(region).values()) for region in table.regions]
    )
    emitted = found @ table.settled().Yr.sum(axis=1) / 1e6
    assert emitted == pytest.approx(table.F[0].sum(), rel=1e-9)
    with pytest.raises(InputError, match="unknown region"):
        purchase_multipliers("XXX")


def test_spend_is_taken_to_the_prices_of_the_table() -> None:
    assert mrv.basic_spend(1000, rate=8, index=1.25, margins=0.2) == pytest.approx(80)
    for wrong in ({"rate": 0}, {"index": -1}, {"margins": 1}):
        with pytest.raises(InputError):
            mrv.basic_spend(1, **{"rate": 1, "index": 1, "margins": 0, **wrong})


def test_both_sides_meet() -> None:
    """Consumption less production is what comes in less what goes out."""
    report = mrv.calculate(
        rows("coal amount 10 t", "coal emission_factor 2 tCO2/t"), mrv.guide(POWER)
    )
    sheet = both_sides([report], 5, 7, 3).set_index("item")["tco2"]
    assert sheet["total"] - sheet["direct"] == 5 + 7 - 3
    assert sheet["direct"] == 20
    with pytest.raises(InputError, match="stands twice"):
        both_sides([report, report], 0, 0, 0)
    with pytest.raises(InputError, match="embodied_in is -1"):
        both_sides([report], 0, -1, 0)


def test_the_border_gets_emissions_of_the_installation() -> None:
    report = mrv.calculate(
        rows(SMELTER, "electricity_bought amount 6750000 MWh"), mrv.guide(ALUMINIUM)
    )
    found = shipment_of(report, "aluminium", "76011010", 100, 2027, verified=True, route="K")
    assert assess(found, 80).cost_eur < assess(Shipment(
        cn="76011010", origin="CN", tonnes=100, year=2027), 80).cost_eur  # fmt: skip
    assert found.direct == pytest.approx(866_996 / 500_000)
    assert found.indirect == pytest.approx(13.5 * 0.5703)
    with pytest.raises(InputError, match="unknown product"):
        mrv.product_emissions(report, "clinker")


def test_both_sides_of_a_region_meet_in_its_consumption_account() -> None:
    from dualcarbon.responsibility import account
    from dualcarbon.responsibility.table.embedded import load_table

    table = load_table()
    for name in ("CHN", "EU"):
        sheet = region_sides(table, name)
        parts = sheet.set_index("item")["tco2"]
        assert parts["total"] == pytest.approx(parts.drop("total").sum())
        expected = account(table, "CBA").values.loc[name, "CO2"] * 1e6
        assert parts["total"] == pytest.approx(expected, rel=1e-9)
    with pytest.raises(InputError, match="unknown region"):
        region_sides(table, "XXX")


def test_the_border_by_own_emissions_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "smelter.csv"
    assert exit_code(["mrv", "template", "aluminium", "--out", str(file)]) == 0
    capsys.readouterr()
    words = ["mrv", "border", str(file), "--product", "aluminium", "--cn", "76011010", "--year"]
    words += ["2027", "--tonnes", "100", "--price", "80", "--verified", "--route", "K"]
    assert exit_code([*words, "--format", "json"]) == 0
    import json

    [row] = json.loads(capsys.readouterr().out)
    assert row["direct_t_per_t"] == pytest.approx((735_416 + 83_011.5) / 500_000)
    assert row["saved_eur"] == pytest.approx(row["default_cost_eur"] - row["cost_eur"])
    assert exit_code([*words, "--product", "clinker"]) == 2
    assert "unknown product 'clinker'" in capsys.readouterr().err


def test_verbs_of_consumption(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load = tmp_path / "load.csv"
    load.write_text("start,load_mwh,certificates_mwh\nh1,100,150\nh2,100,50\n", encoding="utf-8")
    assert exit_code(["mrv", "scope2", str(load), "--format", "csv"]) == 0
    assert "hourly,30.48,t CO2" in capsys.readouterr().out
    load.write_text(
        "start,load_mwh,contract_mwh,contract_t_per_mwh\nh1,100,40,0\nh2,100,,\n", encoding="utf-8"
    )
    assert exit_code(["mrv", "scope2", str(load), "--format", "csv"]) == 0
    assert "hourly,97.536,t CO2" in capsys.readouterr().out  # 160 MWh at 0.6096
    buy = tmp_path / "buy.yaml"
    buy.write_text(
        "year: 2012\nregion: CHN\ncurrency_rate: 1\nprice_index: 1\nmargins: 0\n"
        "purchases: [{name: a, sector: metals, paid: 1}, {name: b, quantity: 2, factor: 3}]\n",
        encoding="utf-8",
    )
    assert exit_code(["mrv", "embodied", str(buy), "--format", "json"]) == 0
    expected = purchase_multipliers("CHN")["metals"] + 6
    import json

    assert json.loads(capsys.readouterr().out)["embodied_t"] == pytest.approx(expected)
    text = buy.read_text(encoding="utf-8")
    for old, new, said in (
        ("region: CHN", "region: Chian", "unknown region 'Chian'"),
        ("name: a, ", "", "'name' is missing"),
        ("year: 2012", "year: 2012\ntable_year: x", "'x' is no number"),
        ("margins: 0", "margins: 1", "no share of margins"),
        ("paid: 1", "paid: -1", "below zero"),
    ):
        buy.write_text(text.replace(old, new), encoding="utf-8")
        assert exit_code(["mrv", "embodied", str(buy)]) == 2
        assert said in capsys.readouterr().err
    for line, said in (
        ("load_mwh: x", "unknown column"),
        ("start,load_mwh\nh1,-4", "row 2, load_mwh"),
    ):
        load.write_text(line + "\n", encoding="utf-8")
        assert exit_code(["mrv", "scope2", str(load)]) == 2
        assert said in capsys.readouterr().err
