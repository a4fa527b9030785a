"""Product, holding, calendar, rebate, the United Kingdom, own trade, and the price of a package."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from dualcarbon.cli.main import exit_code
from dualcarbon.errors import InputError
from dualcarbon.international import cbam, pricing
from dualcarbon.international.pricing import Package

Capture = pytest.CaptureFixture[str]


def said(capsys: Capture, *arguments: str) -> list[dict]:
    assert exit_code((*arguments, "--format", "json")) == 0
    return json.loads(capsys.readouterr().out)


def test_the_uk_rate_of_hydrogen() -> None:
    """Free share 86.49 %: 15.7 % of the price in 2027 and 33.0 % in 2030, as others computed."""
    early, late = (cbam.assess_uk("28041000", 100, 10, year, 100) for year in (2027, 2030))
    assert early.rate_low == early.rate_high == pytest.approx(15.67, abs=0.01)
    assert late.rate_low == pytest.approx(32.97, abs=0.01)
    assert early.low_gbp == pytest.approx(1000 * early.rate_low, abs=0.01)
    assert early.due is not None
    assert early.due.isoformat() == "2028-05-31"
    assert early.status == "in force"


def test_an_open_free_share_gives_two_bounds_and_is_provisional() -> None:
    found = cbam.assess_uk("72083900", 100, 2, 2027, 56)
    assert (found.low_gbp, found.high_gbp) == (280.0, 11_200.0)
    assert found.status == "provisional"
    assert found.exempt is None
    known = cbam.assess_uk("72083900", 100, 2, 2027, 56, free_share=0.8, value_gbp=60_000)
    assert known.low_gbp == known.high_gbp == pytest.approx(200 * 56 * (1 - 0.8 * 0.975))
    small = cbam.assess_uk("72083900", 100, 2, 2027, 56, free_share=0.8, value_gbp=49_999)
    assert small.high_gbp == 0
    assert small.exempt
    with pytest.raises(InputError, match="no rate for 2026"):
        cbam.assess_uk("72083900", 100, 2, 2026, 56)
    with pytest.raises(InputError, match="direct: must not be negative"):
        cbam.assess_uk("72083900", 100, -2, 2027, 56)


def test_verified_data_save_down_to_the_break_even(capsys: Capture) -> None:
    table = cbam.product_costs("72083900", "CN", cbam.price_path(80), direct=1.9)
    own = table[table["case"] == "verified"].set_index("year")
    assert own.loc[2026, "eur_per_t"] == pytest.approx(80 * (1.9 - 0.975 * 1.370))
    assert own.loc[2026, "saving_eur_per_t"] == pytest.approx(80 * (3.187 * 1.1 - 1.9))
    even = float(own.loc[2030, "break_even"])
    at = cbam.product_costs("72083900", "CN", cbam.price_path(80), direct=even)
    assert at[at["year"] == 2030]["saving_eur_per_t"].abs().max() < 1e-9
    asked = ("--cn", "72083900", "--origin", "中国", "--price", "80", "--direct", "1.9")
    assert said(capsys, "cbam", "product", *asked)[1]["eur_per_t"] == own.loc[2026, "eur_per_t"]
    for cn in ("25232900", "31021019", "28041000", "76011010"):
        assert (cbam.product_costs(cn, "IN", cbam.price_path(80))["saving_eur_per_t"] > -1e-9).all()


def test_holdings_grow_over_the_quarters(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "cn,origin,tonnes,year,importer,imported_on,price\n72083900,CN,100,2027,A,2027-02-01,80\n"
        "72083900,CN,100,2027,A,2027-08-01,80\n72083900,CN,100,2026,A,2026-02-01,80\n"
    )
    rows = said(capsys, "cbam", "holding", str(path))
    one = 0.5 * (100 * 3.187 - 100 * 0.95 * 1.370)
    assert [row["hold_t"] for row in rows] == pytest.approx([one, one, 2 * one, 2 * one])
    assert [row["hold_eur"] for row in rows] == pytest.approx([80 * row["hold_t"] for row in rows])
    assert {row["undated"] for row in rows} == {0}


def test_the_calendar_of_a_year(capsys: Capture) -> None:
    first, second = (said(capsys, "cbam", "calendar", "--year", y) for y in ("2026", "2027"))
    assert [row["day"] for row in first] == ["2027-02-01", "2027-09-30", "2027-10-31", "2027-11-01"]
    assert [row["day"] for row in second] == sorted(row["day"] for row in second)
    assert sum(row["duty"] == "hold_half" for row in second) == 4


def test_a_rebate_says_that_none_is_proposed(capsys: Capture) -> None:
    asked = ("--cn", "31021019", "--tonnes", "100", "--year", "2030", "--price", "80")
    [row] = said(capsys, "cbam", "rebate", *asked)
    assert row["rebate_eur"] == pytest.approx(100 * 0.485 * 0.902 * 80)
    assert row["status"] == "none proposed"


def test_exposure_of_any_country_and_of_an_own_table(capsys: Capture, tmp_path: Path) -> None:
    brazil = cbam.exposure("BR", cbam.price_path(80))
    assert set(brazil["sector"]) == {"iron_steel", "aluminium", "cement", "fertilisers", "hydrogen"}
    assert (brazil["tonnes"] == 1).all()
    path = tmp_path / "trade.csv"
    path.write_text("HS code;Origin;Net mass (kg);Year\n72083900;BRA;1500000;2025\n", "utf-8")
    assert exit_code(("cbam", "exposure", "BR", "--trade", str(path))) == 2  # CBAM begins in 2026
    capsys.readouterr()
    path.write_text("HS code;Origin;Net mass (kg);Year\n72083900;BRA;1500000;2026\n", "utf-8")
    rows = said(capsys, "cbam", "exposure", "BR", "--trade", str(path), "--price", "80")
    coil = brazil[brazil["sector"] == "iron_steel"].set_index("year")["cost_eur_per_t"]
    assert rows[0]["cost_eur"] == pytest.approx(1500 * coil[2026], abs=0.01)


def test_parts_of_a_package_sum_to_its_effective_price() -> None:
    """Half covered at 100, all free: 50 at the margin, nothing on average; a quota of 10/0.5."""
    package = Package(allowance=100, certificate=10, white=266, coverage=0.5, free_share=1,
                      quota_share=0.4, power_share=0.5, grid_factor=0.5, users_share=0.5,
                      duty_share=0.1)  # fmt: skip
    table = pricing.package_prices(package).set_index("part")
    assert table.loc["allowances", "marginal"] == table.loc["allowances", "average"] == 50
    assert table.loc["benchmarks", "average"] == -50
    assert table.loc["green_certificates", "average"] == pytest.approx(20 * 0.4 * 0.5)
    assert table.loc["white_certificates", "average"] == pytest.approx(100 * 0.5 * 0.1)
    assert table["cbam"].sum() == 0
    excise = (1.52 / 2.28 + 1.20 / 2.68) * 1000 * 0.04
    assert table.loc["fuel_excise", "average"] == pytest.approx(excise)


def test_one_row_of_the_package_comes_from_the_coupled_markets() -> None:
    prices = pd.DataFrame(
        [
            ("package", 2030, "carbon", "allowance", "all", 120.0, "CNY/t"),
            ("package", 2030, "carbon", "offset limit", "all", 5.0, "CNY/t"),
            ("package", 2030, "green", "certificate, quota", "all", 8.0, "CNY/MWh"),
            ("package", 2030, "white", "saved energy", "North", 300.0, "CNY/tce"),
        ],
        columns=["scenario", "year", "instrument", "item", "region", "price", "unit"],
    )
    found = pricing.package_of_markets(prices, "package", 2030)
    assert (found.allowance, found.certificate, found.white) == (120, 8, 300)
    table = pricing.package_table([("CN, coupled markets", found, 2030)], ["EU"])
    assert set(table["country"]) == {"CN, coupled markets", "EU"}
    with pytest.raises(InputError, match="no prices of package in 2035"):
        pricing.package_of_markets(prices, "package", 2035)
    observed, year = pricing.observed_package()
    assert (observed.allowance, year) == (89.95, 2026)
