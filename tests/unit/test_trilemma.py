"""Cost, security, emissions and jobs on one sheet, and China's contributions beside scenarios."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dualcarbon import datasets
from dualcarbon.indicators.trilemma import NATION, ndc_check, trilemma
from dualcarbon.report.html import write_report

YEARS = (2025, 2030, 2035)
A, B = "Hebei", "Shandong"


def made_up() -> dict[str, pd.DataFrame]:
    """Two provinces; A sends B 10 TWh, coal falls and solar grows."""

    def rows(columns: list[str], values: list[tuple[object, ...]]) -> pd.DataFrame:
        return pd.DataFrame(
            [("x", year, *value) for year in YEARS for value in values],
            columns=["scenario", "year", *columns],
        )  # fmt: skip

    capacity = rows(
        ["province", "carrier", "gw", "new_gw"],
        [(A, "coal_usc", 20.0, 0.0), (A, "coal_small", 5.0, 0.0), (B, "solar", 10.0, 5.0)],
    )
    later = capacity["year"] == 2035
    capacity.loc[later & (capacity["carrier"] == "coal_small"), "gw"] = 1.0
    capacity.loc[later & (capacity["carrier"] == "solar"), "gw"] = 4000.0
    return {
        "all_in_prices": rows(
            ["province", "group", "twh", "all_in"],
            [(A, "steel", 30.0, 300.0), (A, "households", 10.0, 500.0), (B, "steel", 20.0, 450.0)],
        ),
        "generation": rows(
            ["province", "carrier", "twh"],
            [(A, "coal_usc", 40.0), (A, "solar", 10.0), (B, "gas", 5.0), (B, "onwind", 5.0)],
        ),
        "flows": rows(["from", "to", "twh"], [(A, B, 10.0)]),
        "emissions": rows(["province", "sector", "mt"], [(A, "power", 3.0), (B, "steel", 2.0)]),
        "capacity": capacity,
        "indicators": pd.DataFrame(
            [("x", y, "co2_mt", v) for y, v in zip(YEARS, (100.0, 110.0, 99.0), strict=True)],
            columns=["scenario", "year", "indicator", "value"],
        ),
    }


def test_every_figure_is_its_closed_form() -> None:
    table = trilemma(made_up()).set_index(["year", "province"])
    factor = datasets.load("jobs").set_index("technology")
    now = table.loc[2030]
    assert now.at[A, "cost_cny_per_mwh"] == pytest.approx((30 * 300 + 10 * 500) / 40)
    assert now.at[NATION, "cost_cny_per_mwh"] == pytest.approx((9000 + 5000 + 9000) / 60)
    assert now.at[B, "outside_share"] == pytest.approx(10 / 20)
    assert now.at[A, "outside_share"] == 0.0
    assert pd.isna(now.at[NATION, "outside_share"])
    assert now.at[A, "fossil_share"] == pytest.approx(0.8)
    assert now.at[NATION, "fossil_share"] == pytest.approx(45 / 60)
    assert now.at[NATION, "mt"] == pytest.approx(5.0)
    coal, solar = factor.loc["coal"], factor.loc["solar"]
    assert now.at[A, "coal_jobs"] == pytest.approx(25_000 * coal["operation"])
    assert now.at[B, "operation_jobs"] == pytest.approx(10_000 * solar["operation"])
    assert now.at[B, "construction_job_years"] == pytest.approx(5000 * solar["construction"] / 5)
    assert table.at[(2025, B), "construction_job_years"] == pytest.approx(5000 * 13.0)


def test_the_nation_is_the_sum_of_its_provinces() -> None:
    table = trilemma(made_up())
    apart = table[table["province"] != NATION].groupby("year").sum(numeric_only=True)
    nation = table[table["province"] == NATION].set_index("year")
    for column in ("mt", "operation_jobs", "construction_job_years", "coal_jobs"):
        assert nation[column].to_numpy() == pytest.approx(apart[column].to_numpy())


def test_contributions_are_met_missed_or_not_tested() -> None:
    table = ndc_check(made_up()).set_index(["item", "year"])
    assert table.at[("wind_solar_gw", 2030), "verdict"] == "falls_short"
    assert table.at[("wind_solar_gw", 2035), "verdict"] == "meets"
    below = table.loc[("below_peak", 2035)]
    assert below["ours"] == pytest.approx(10.0)  # 99 against the peak of 110
    assert below["verdict"] == "meets"
    assert table.at[("nonfossil_energy", 2035), "verdict"] == "not tested"
    early = {k: t[t["year"] < 2035] for k, t in made_up().items()}
    assert set(ndc_check(early).query("year == 2035")["verdict"]) == {"not tested"}


def test_the_page_is_written_in_both_languages(tmp_path: Path) -> None:
    tables = made_up()
    tables |= {"trilemma": trilemma(tables), "ndc_check": ndc_check(tables)}
    for lang, words in (("en", "not tested"), ("zh", "未检验")):
        page = tmp_path / f"{lang}.html"
        write_report({k: tables[k] for k in ("trilemma", "ndc_check", "indicators")}, page,
                     lang=lang, meta={})  # fmt: skip
        assert words in page.read_text(encoding="utf-8")
