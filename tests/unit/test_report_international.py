"""Report on linked markets, border revenue, cooperation, projects, taxonomies, the finance gap."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from dualcarbon.charts.specs import Curves, Level, Line, Series
from dualcarbon.charts.svg import render
from dualcarbon.common.words import LANGUAGES
from dualcarbon.international import cooperation, finance, linking, recycling
from dualcarbon.report.html import report_page
from tests.unit.test_report import Page

SECTIONS = ["linking", "recycling", "cooperation", "project", "screen", "gap"]


def all_tables() -> dict[str, pd.DataFrame]:
    regions = linking.embedded_regions(["China", "EU", "US", "India"])
    rules = linking.Rules(
        multiplier=1.5, limit=0.5, permit_tax=1.0, share_of_proceeds=0.05, cancellation=0.02
    )
    adjusted = linking.adjust_caps(regions, rules)
    project = finance.Project(
        name="wind",
        lifetime=20,
        capacity_mw=100.0,
        unit_cost_per_kw=5000.0,
        full_load_hours=2200.0,
        price_per_mwh=300.0,
        opex_share=0.02,
        grant=10.0,
        loans=({"share": 0.7, "rate": 0.02, "market_rate": 0.04, "tenor": 15},),
        carbon={"emission_factor": 0.53, "credit_price": 80.0, "credit_share": 0.5},
    )
    screened = finance.screen(finance.Activity(activity="cement", metrics={"tco2_per_t": 0.5}))
    border = recycling.Border({"China": 520.0, "India": 310.0}, shares={"returned": 0.75})
    return (
        linking.report_tables(regions, adjusted.before, adjusted)
        | recycling.report_tables(border)
        | cooperation.report_tables(cooperation.build_game())
        | finance.report_tables(finance.appraise(project), screened, gap=True)
    )


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return all_tables()


@pytest.fixture(scope="module")
def pages(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    return {lang: report_page(tables, lang=lang) for lang in LANGUAGES}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_parses_and_has_its_sections_in_order(pages: dict[str, str], lang: str) -> None:
    page = Page(pages[lang])
    assert page.open == []
    found = [v for tag, name, v in page.attributes if tag == "section" and name == "id"]
    assert [s for s in found if s in SECTIONS] == SECTIONS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_marker_of_a_missing_value_reaches_the_reader(pages: dict[str, str], lang: str) -> None:
    words = " ".join(Page(pages[lang]).words)
    assert re.search(r"\bnan\b|\bNone\b|\binf\b|\{\w*\}|<NA>", words) is None


def test_chinese_page_speaks_chinese(pages: dict[str, str]) -> None:
    page = re.sub(r'<section id="assumptions".*?</section>', "", pages["zh"], flags=re.DOTALL)
    assert page != pages["zh"], "it lists columns of embedded tables by their names"
    words = {w.strip() for w in Page(page).words}
    english = {"pass", "fail", "unknown", "China", "United States", "Compete", "yes", "no",
               "listed", "market", "bn USD a year", "M USD a year"}  # fmt: skip
    assert words & english == set()
    keys = {*cooperation.ISSUES, *recycling.USES, *finance.PRINCIPLES, *cooperation.CONCEPTS}
    assert words & keys == set()


@pytest.mark.parametrize("name", sorted(all_tables()))
def test_one_table_alone_makes_a_page(tables: dict[str, pd.DataFrame], name: str) -> None:
    assert Page(report_page({name: tables[name]}, lang="en")).open == []
    assert Page(report_page({name: tables[name].iloc[:0]}, lang="zh")).open == []


def test_a_link_without_trade_is_said(tables: dict[str, pd.DataFrame]) -> None:
    regions = linking.embedded_regions(["China", "EU"])
    cleared = linking.link(regions, linking.Rules(limit=0.0))
    page = report_page(linking.report_tables(regions, cleared))
    assert "no trade takes place" in page


def test_a_level_of_a_curve_figure_lies_between_its_neighbours() -> None:
    spec = Curves(
        title="T",
        unit="USD/t",
        across="Mt",
        series=[Series("a", "A", "#2f6fb3")],
        lines=[Line("a", [(0.0, 0.0), (10.0, 10.0)])],
        level=Level(5.0, "linked"),
    )
    drawn = render(spec, 350.0, "x-narrow")
    height = float(re.search(r'class="ref"[^>]* y1="([\d.]+)"', drawn)[1])  # type: ignore[index]
    bottom, top = (float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", drawn)[:2])
    assert height == pytest.approx((bottom + top) / 2, abs=0.2)
