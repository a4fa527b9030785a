"""Tables of responsibility and the page made of them."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from dualcarbon.charts.specs import Dots, Flow, Lines, Stacked
from dualcarbon.charts.svg import render
from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError
from dualcarbon.report.html import report_page
from dualcarbon.report.text import Text
from dualcarbon.report.topics.responsibility.figures import (
    account_bars,
    carbon_trade,
    model_dots,
    principle_changes,
)
from dualcarbon.report.topics.responsibility.rights import budget_paths
from dualcarbon.report.view import View
from dualcarbon.responsibility import LeontiefSystem, accounts
from dualcarbon.responsibility.principles import PRINCIPLES
from dualcarbon.responsibility.rights import RULES
from dualcarbon.responsibility.table.countries import region_name
from dualcarbon.responsibility.tables import ReportOptions, report_tables
from dualcarbon.responsibility.tables.accounts import accounts_table
from tests.small_world import small_world

SECTIONS = [
    "whose_carbon",
    "carbon_trade",
    "carbon_history",
    "carbon_people",
    "carbon_rights",
    "carbon_papers",
]
STAMPS = {"source", "grade"}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return report_tables()


@pytest.fixture(scope="module")
def pages(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    return {lang: report_page(tables, lang=lang) for lang in LANGUAGES}


def test_every_table_says_where_it_comes_from(tables: dict[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        if name == "electricity_carbon":  # a table of runs, which says it in the caption
            continue
        assert name.startswith("responsibility_")
        assert set(table.columns) >= STAMPS, name
        assert len(table), name


def test_accounts_sum_to_the_world_and_flows_net_to_zero(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["responsibility_accounts"]
    sums = table[table["sums_to"] == "world"].groupby("principle")["value"].sum()
    assert sums.to_numpy() == pytest.approx(sums["PBA"], rel=1e-9)
    assert tables["responsibility_flows"]["net"].sum() == pytest.approx(0.0, abs=1e-6)
    budgets = tables["responsibility_budgets"].groupby("rule")["value"].sum()
    assert budgets.to_numpy() == pytest.approx(127.0, abs=0.5)
    moved = (table["value"] * 0 + table["change"]) * table["region"].map(
        table[table["principle"] == "PBA"].set_index("region")["value"]
    )
    assert moved.groupby(table["principle"]).sum().to_numpy() == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sections_appear_with_their_tables(
    pages: dict[str, str], tables: dict[str, pd.DataFrame], lang: str
) -> None:
    found = re.findall(r'<section id="(\w+)"', pages[lang])
    assert [s for s in found if s in SECTIONS] == SECTIONS
    one = report_page({"responsibility_papers": tables["responsibility_papers"]}, lang=lang)
    assert [s for s in re.findall(r'<section id="(\w+)"', one) if s in SECTIONS] == [
        "carbon_papers"
    ]
    assert not set(re.findall(r'<section id="(\w+)"', report_page({}, lang=lang))) & set(SECTIONS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_speaks_one_language_and_leaves_no_key(pages: dict[str, str], lang: str) -> None:
    words = re.sub(r"<[^>]*>", " ", pages[lang])
    for raw in ("nan", "None", "CHN", "final_production", "equal_per_capita", "TCBA_exportw"):
        assert not re.search(rf"\b{raw}\b", words), raw
    assert ("中国" in words) == (lang == "zh")
    assert len(set(re.findall(r'id="([^"]+)"', pages[lang]))) == len(
        re.findall(r'id="([^"]+)"', pages[lang])
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_principle_and_rule_has_a_name(lang: str) -> None:
    text = Text(lang)
    for key in PRINCIPLES:
        assert text.name("principle", key) != key.replace("_", " "), key
    assert all(rule.title_en and rule.title_zh for rule in RULES.values())


def test_ribbons_carry_what_crosses_borders(tables: dict[str, pd.DataFrame]) -> None:
    figure = carbon_trade(View(tables, Text("en"), {}))
    assert figure is not None
    assert isinstance(figure.chart, Flow)
    table = tables["responsibility_flows"]
    crossing = table.loc[table["from"] != table["to"], "value"].sum()
    assert sum(link.value for link in figure.chart.links) == pytest.approx(crossing)
    for width in (740.0, 350.0):
        drawn = render(figure.chart, width, "flow-wide")
        assert drawn.count("<path") >= 30
        spots = [float(x) for x in re.findall(r' x="([\d.]+)"', drawn)]
        assert max(spots) <= width


def test_bars_and_dots_hold_the_accounts(tables: dict[str, pd.DataFrame]) -> None:
    view = View(tables, Text("zh"), {})
    bars, dots = account_bars(view), principle_changes(view)
    assert bars is not None
    assert dots is not None
    assert isinstance(bars.chart, Stacked)
    assert isinstance(dots.chart, Dots)
    world = accounts(LeontiefSystem.of(small_world()), ["PBA"])["PBA"].sum()
    assert world > 0
    totals = [sum(bar.parts.values()) for bar in bars.chart.groups[0].bars]
    assert min(totals) == pytest.approx(totals[0])
    assert dots.chart.reference == 0.0
    assert dots.chart.rows[0].label == "中国"


def test_other_models_stand_beside_ours(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["responsibility_models"]
    china = table[(table["region"] == "CHN") & (table["principle"] == "CBA")]
    values = china.set_index("model")["value"]
    assert {"ours", "EXIOBASE", "Eora", "GCP", "ICIO"} <= set(values.index)
    others = values.drop("ours")
    assert 0.85 * others.min() < values["ours"] < 1.15 * others.max()
    figure = model_dots(View(tables, Text("en"), {}))
    assert figure is not None
    assert isinstance(figure.chart, Dots)
    assert len(figure.chart.rows) == 10


def test_paths_end_together(tables: dict[str, pd.DataFrame]) -> None:
    figure = budget_paths(View(tables, Text("en"), {}))
    assert figure is not None
    assert isinstance(figure.chart, Lines)
    ends = {line.points[-1][0] for panel in figure.chart.panels for line in panel.lines}
    assert len(ends) == 1


def test_any_table_and_any_choice_make_a_page() -> None:
    options = ReportOptions(
        principles=("PBA", "CBA"), countries=("CHN", "DEU"), deciles=("FRA",), year=2021,
        budget=("ar6_2020", 2.0, 0.66),
    )  # fmt: skip
    tables = report_tables(small_world(regions=4), options)
    assert tables["responsibility_budgets"]["budget"].iloc[0] < 1150
    for lang in LANGUAGES:
        assert "whose_carbon" in report_page(tables, lang=lang)


def test_names_of_regions_are_short() -> None:
    assert region_name("EU27") == "EU"
    assert region_name("USA", "zh") == "美国"
    assert region_name("R7") == "R7"
    with pytest.raises(InputError, match="unknown language"):
        region_name("USA", "fr")


def test_a_comparison_needs_the_territorial_account() -> None:
    with pytest.raises(InputError, match="needs 'PBA'"):
        accounts_table(LeontiefSystem.of(small_world()), ["CBA"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_carbon_of_electricity_as_observed_and_in_scenarios(lang: str) -> None:
    from dualcarbon.report.topics.responsibility import provinces
    from dualcarbon.responsibility.electricity import observed_table

    seen = observed_table()
    runs = pd.concat(
        [seen.assign(scenario=s, year=y) for s in ("today", "link") for y in (2025, 2035)]
    )
    for table, panels in ((seen, 1), (runs, 2)):
        found = provinces.build(View({"electricity_carbon": table}, Text(lang), {}))
        assert found is not None
        chart = found.blocks[0].chart  # type: ignore[union-attr]
        assert len(chart.panels) == panels
        tiles = {tile.name: tile.value for tile in chart.panels[0].tiles}
        assert tiles[Text(lang).province("InnerMongolia")] == pytest.approx(-188, abs=1)
        assert "188" in chart.reading
    assert provinces.build(View({}, Text(lang), {})) is None
