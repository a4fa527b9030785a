"""Sections on attribution, the abatement cost curve and project finance, in both languages."""

from __future__ import annotations

import pandas as pd
import pytest

from dualcarbon.common.words import LANGUAGES
from dualcarbon.experiments.project_finance.regimes import REGIMES
from dualcarbon.report.html import report_page
from dualcarbon.report.text import Text, strings
from dualcarbon.sweep.attribution.reforms import load_reforms
from dualcarbon.sweep.attribution.table import attribution_table

META = {"world": "china", "years": [2025, 2030, 2035]}
PROVINCES = ("Shandong", "Gansu", "Yunnan")


def attribution() -> pd.DataFrame:
    reforms = load_reforms(("linked", "completed"), "today")
    solved = pd.DataFrame({"co2_mt_2035": [9000.0, 8950.0, 8900.0, 8830.0],
                           "renewable_share_2035": [0.5, 0.52, 0.5, 0.51]})  # fmt: skip
    return attribution_table(solved, reforms, list(solved), solves=4, seconds=12.5)


def macc() -> pd.DataFrame:
    rows = [
        (share, year, sector, part * 1000 * share, price * (year > 2025), 3.0 * share)
        for share, price in ((0.0, 0.0), (0.1, 30.0), (0.2, 90.0))
        for year in (2025, 2035)
        for sector, part in (("power", 0.7), ("steel", 0.3), ("all", 1.0))
    ]
    columns = ["share", "year", "sector", "abatement_mt", "marginal_cost_cny_per_t",
               "discounted_cost_bn_cny"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def project_finance() -> pd.DataFrame:
    rows = [
        (regime, province, technology, 300.0 + 10 * i, 20.0 - i, 0.7, 0.04 + 0.001 * i, 0.06, 0.2)
        for technology in ("onwind", "solar")
        for province in PROVINCES
        for i, regime in enumerate(REGIMES)
    ]
    columns = ["regime", "province", "technology", "revenue_cny_per_mwh", "revenue_sd", "gearing",
               "wacc", "irr", "npv_per_cny"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def replacement(cleared: float) -> pd.DataFrame:
    needed = {"Shandong": -20.0, "Gansu": 12.0, "Yunnan": 40.0}
    rows = []
    for technology in ("onwind", "solar"):
        for province, price in needed.items():
            said = "not needed" if price <= 0 else "replaced" if cleared >= price else "partly"
            rows.append((province, technology, 100.0, price, cleared, cleared / 100.0, said,
                         "in words", "说明文字"))  # fmt: skip
    columns = ["province", "technology", "subsidy_cny_per_mwh", "certificate_price_needed",
               "certificate_price", "covered", "verdict", "reading_en", "reading_zh"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def tables(cleared: float = 15.0) -> dict[str, pd.DataFrame]:
    return {
        "attribution": attribution(),
        "macc": macc(),
        "project_finance": project_finance(),
        "subsidy_replacement": replacement(cleared),
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_section_appears_with_its_table_and_only_then(lang: str) -> None:
    page = report_page(tables(), lang=lang, meta=META)
    text = Text(lang)
    for section, table in (
        ("attribution", "attribution"),
        ("macc", "macc"),
        ("project_finance", "project_finance"),
        ("replacement", "subsidy_replacement"),
    ):
        heading = text(f"section.{section}")
        assert heading in page
        rest = {name: t for name, t in tables().items() if name != table}
        assert heading not in report_page(rest, lang=lang, meta=META)


def test_attribution_shows_the_sum_and_the_cost() -> None:
    page = report_page({"attribution": attribution()}, lang="en", meta=META)
    assert "All reforms together change it by −170 Mt" in page
    assert "took 4 solves and 12.5 s" in page
    assert "+1 percentage points" in page


def test_share_of_a_year_without_a_price_is_no_curve() -> None:
    page = report_page({"macc": macc()}, lang="en", meta=META)
    assert "In 2035, the first 100 Mt cost up to 30 CNY/t" in page
    assert "2025 (CNY/t)" not in page


def test_figures_of_project_finance_name_their_weakest_inputs() -> None:
    page = report_page({"project_finance": project_finance()}, lang="en", meta=META)
    assert "terms of finance" in page


@pytest.mark.parametrize(
    ("cleared", "words"),
    [
        (15.0, "do not replace support everywhere"),
        (50.0, "Where help is needed, certificates give it."),
        (0.0, "Certificates clear near zero here"),
    ],
)
def test_answer_on_subsidies_follows_the_cleared_price(cleared: float, words: str) -> None:
    page = report_page({"subsidy_replacement": replacement(cleared)}, lang="en", meta=META)
    assert words in page


def test_every_regime_and_verdict_has_a_name() -> None:
    known = strings()
    for regime in REGIMES:
        assert f"revenue_regime.{regime}" in known
    for verdict in ("not_needed", "replaced", "partly", "not_replaced"):
        assert f"replacement.{verdict}" in known
