"""The section on clubs: in both languages, with its figures, from real tables."""

from __future__ import annotations

import pandas as pd
import pytest

from dualcarbon.charts.specs import Cell, Grid
from dualcarbon.charts.svg import render
from dualcarbon.common.words import LANGUAGES
from dualcarbon.international.clubs import cdice
from dualcarbon.international.clubs.build import build
from dualcarbon.international.clubs.tables import club_tables, payoff_table, report_tables
from dualcarbon.international.clubs.world import Policy
from dualcarbon.report.html import report_page


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return report_tables(prices=(25.0, 50.0), tariffs=(0.0, 0.03, 0.05))


def test_tables_have_their_names_and_units(tables: dict[str, pd.DataFrame]) -> None:
    assert set(tables) == {"club_participation", "club_payoffs", "club_rules", "club_paths",
                           "club_path_payoffs"}  # fmt: skip
    found = tables["club_participation"].set_index(["price_usd_per_t", "tariff"])["members"]
    assert found[(25.0, 0.03)] == 15
    assert found[(25.0, 0.0)] == 0
    assert set(tables["club_payoffs"]["arrangement"]) == {"no_club", "club", "cooperative"}


def test_cooperation_is_worth_most_to_the_world() -> None:
    total = payoff_table(cdice()).groupby("arrangement")["payoff_bn"].sum()
    assert total["no_club"] < total["club"] < total["cooperative"]


def test_three_together_are_better_off_each_and_warm_the_world_less(
    tables: dict[str, pd.DataFrame],
) -> None:
    paths = tables["club_paths"].set_index(["year", "arrangement"])["warming_degc"]
    warm = [paths[(2105, a)] for a in ("base", "no_club", "coalition", "cooperative")]
    assert warm == sorted(warm, reverse=True)
    gains = tables["club_path_payoffs"]
    wide = gains[gains["member"]].pivot(index="region", columns="arrangement", values="gain_bn")
    assert (wide["coalition"] > wide["no_club"]).all()


def test_tables_of_one_club_follow_its_terms_and_its_coalition() -> None:
    world = cdice()
    club = build(world, Policy(price=25.0, tariff=0.03))
    given = club_tables(club, 0b11, strong=False)
    assert set(given) == {"club_payoffs"}
    payoffs = given["club_payoffs"]
    inside = payoffs[payoffs["member"]]["region"].unique()
    assert set(inside) == set(world.names[:2])
    assert set(payoffs["tariff"]) == {0.03}
    assert set(payoffs["club_price_usd_per_t"]) == {25.0}


def test_a_world_of_the_reader_says_so_in_its_caption() -> None:
    world = cdice().model_copy(update={"source": "given by the user", "year": "", "grade": "D"})
    tables = {"club_payoffs": payoff_table(world)}
    page = report_page(tables, lang="en")
    assert "on the inputs of the reader&#39;s file" in page
    assert "Grade\u00a0D" in page
    assert "2011" not in page.split('id="clubs"')[1].split("</section>")[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_section_is_in_the_page(tables: dict[str, pd.DataFrame], lang: str) -> None:
    page = report_page(tables, lang=lang)
    assert 'id="clubs"' in page
    assert page.count("<figure") == 4
    names = {"en": ("European Union", "open community"), "zh": ("欧盟", "开放共同体")}
    assert all(name in page for name in names[lang])
    assert ">nan<" not in page.split('id="clubs"')[1].split("</section>")[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_single_table_makes_a_section_too(tables: dict[str, pd.DataFrame], lang: str) -> None:
    for name in tables.keys() - {"club_path_payoffs"}:
        table = tables[name]
        assert 'id="clubs"' in report_page({name: table}, lang=lang)


def test_a_grid_marks_its_special_cells_and_names_every_cell() -> None:
    values = [[Cell(3, "3", "three"), Cell(1, "3", "three", marked=True)],
              [Cell(None, "3", "three"), Cell(4, "3", "three")]]  # fmt: skip
    spec = Grid(
        title="t", unit="u", rows=["a", "b"], columns=["x", "y"], row_title="r", column_title="c",
        cells=values, low=0, high=4, mark="special",
    )  # fmt: skip
    for width in (740.0, 350.0):
        drawn = render(spec, width, "g-wide")
        assert drawn.count("<title>three</title>") == 4
        assert drawn.count("stroke-dasharray") == 1
        assert 'class="no"' in drawn
