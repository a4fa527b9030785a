"""National series, the embedded basis of the rules, series of tables, the paper's figures."""

from __future__ import annotations

import pandas as pd
import pytest

from dualcarbon.errors import InputError
from dualcarbon.responsibility import LeontiefSystem, accounts, rights
from dualcarbon.responsibility.history import national
from dualcarbon.responsibility.history.per_head import DEFINITIONS, cumulative_per_head
from dualcarbon.responsibility.history.series import (
    history,
    national_series,
    table_series,
    vintage_drift,
)
from dualcarbon.responsibility.papers import FIGURES, papers_figures
from dualcarbon.responsibility.rights.by_account import budgets_by_account
from dualcarbon.responsibility.rights.embedded import (
    EU27,
    embedded_basis,
    grouped,
    members,
    remaining_budget,
)
from dualcarbon.responsibility.table.embedded import load_table
from tests.small_world import small_world

FOUR = ("CHN", "USA", "EU27", "IND")


def basis_with_people_of_2021() -> rights.Basis:
    """The anchors below were computed with the population of 2021."""
    basis = embedded_basis(2022)
    people = basis.population.copy()
    people.loc[2022] = people.loc[2021]
    return rights.Basis.of(basis.emissions, people, basis.gdp_per_head)


@pytest.mark.parametrize(("budget", "column"), [(250.0, 0), (950.0, 1)])
def test_published_budget_shares_are_reproduced(budget: float, column: int) -> None:
    """Anchors from the Global Carbon Budget 2024 with another edition of the population series.

    Tolerances: 0.3 % for grandfathering; 1 % for equal per head, the difference between the two
    editions of the population; for cumulative shares 0.3 % of the past and future emissions that
    are shared.
    """
    basis = basis_with_people_of_2021()
    anchors = {
        "grandfathering": ((76.1, 34.0, 18.4, 19.0), (289.1, 129.4, 69.8, 72.1)),
        "equal_per_capita": ((45.1, 10.7, 14.1, 44.5), (171.3, 40.5, 53.5, 169.1)),
    }
    for rule, figures in anchors.items():
        ours = grouped(rights.share(basis, budget, rule).values, FOUR)[list(FOUR)]
        rel = 0.003 if rule == "grandfathering" else 0.01
        assert ours.tolist() == pytest.approx(figures[column], rel=rel, abs=0.05)
    past = {
        1850: ((103.5, -340.7, -181.5, 299.7), (229.7, -310.9, -142.1, 424.3)),
        1990: ((3.6, -130.1, -43.3, 171.0), (129.7, -100.3, -3.9, 295.6)),
    }
    for start, figures in past.items():
        ours = grouped(rights.equal_cumulative(basis, budget, start=start).values, FOUR)
        shared = float(basis.since(start).to_numpy().sum()) + budget
        assert ours[list(FOUR)].tolist() == pytest.approx(figures[column], abs=0.003 * shared)


def test_cumulative_shares_of_the_world() -> None:
    used = grouped(embedded_basis(2022).emissions.sum(), (*FOUR, "RUS"))
    shares = 100 * used / used.sum()
    anchors = {"USA": 24.1, "EU27": 16.7, "CHN": 14.7, "RUS": 6.7, "IND": 3.4}
    assert shares[list(anchors)].to_dict() == pytest.approx(anchors, abs=0.1)


def test_rules_over_a_long_horizon_leave_the_rich_below_zero() -> None:
    """van den Berg et al. 2020: development rights are largest for China and India, and they and
    cumulative shares are negative for developed countries."""
    result = rights.development_rights(embedded_basis(2022), 950.0, horizon=2100).values
    ours = grouped(result, (*FOUR, "JPN"))
    assert ours.drop("ROW").nlargest(2).index.tolist() == ["CHN", "IND"]
    assert (ours[["USA", "EU27", "JPN"]] < 0).all()
    owed = grouped(rights.equal_cumulative(embedded_basis(2022), 950.0, start=1850).values)
    assert (owed[["USA", "EU27", "JPN"]] < 0).all()


def test_all_rules_sum_to_the_budget_on_all_countries() -> None:
    table = rights.compare(embedded_basis(2022), 250.0)
    assert list(table.columns) == list(rights.RULES)
    assert table.sum().to_numpy() == pytest.approx(250.0, rel=1e-12)
    assert table.apply(grouped).sum().to_numpy() == pytest.approx(250.0, rel=1e-12)


def test_effort_can_follow_any_account_of_a_world_table() -> None:
    system = LeontiefSystem.of(load_table().balanced())
    table = budgets_by_account(system, 250.0, ["PBA", "CBA", "income"])
    assert list(table.index) == list(system.table.regions)
    assert table.sum().to_numpy() == pytest.approx(250.0)
    assert table.loc["CHN", "CBA"] > table.loc["CHN", "PBA"]
    assert table.loc["RUS", "income"] < table.loc["RUS", "PBA"]


def test_grouping_keeps_the_world_and_the_mean_income() -> None:
    whole = embedded_basis(2022)
    groups = members(FOUR, whole.regions)
    small = whole.grouped(groups)
    assert small.now.sum() == pytest.approx(whole.now.sum())
    for rule in ("grandfathering", "equal_per_capita", "contraction_convergence"):
        one, other = (rights.share(b, 250.0, rule).values for b in (small, whole))
        assert one["CHN"] == pytest.approx(other["CHN"])
        assert one["EU27"] == pytest.approx(other[list(EU27)].sum())
    income, people = whole.income()[list(EU27)], whole.people[list(EU27)]
    assert small.income()["EU27"] == pytest.approx((income * people).sum() / people.sum())


def test_the_basis_is_the_whole_world() -> None:
    basis = embedded_basis(2022)
    world = national.territorial(regions=["WLD"]).set_index("year")["value"]
    assert basis.emissions.sum(axis=1).to_numpy() * 1000 == pytest.approx(
        world.loc[1850:2022].to_numpy(), abs=0.01
    )
    people = national.population(["WLD"]).set_index("year")["value"]
    assert basis.people.sum() == pytest.approx(people[2022])
    union = national.territorial(regions=["EU27"]).set_index("year")["value"]
    assert basis.now[list(EU27)].sum() * 1000 == pytest.approx(union[2022], rel=1e-3)


def test_budgets_lose_what_was_emitted_since_their_base_year() -> None:
    assert remaining_budget("forster_2023", 1.5, 0.5, 2022) == 250.0
    later = remaining_budget("forster_2023", 1.5, 0.5, 2023)
    world = national.territorial(regions=["WLD"]).set_index("year")["value"]
    assert later == pytest.approx(250.0 - world[2023] / 1000, abs=1e-4)


@pytest.mark.parametrize(
    ("start", "present", "summed"),
    [(1850, (159, 1220), (186, 2211)), (1950, None, None), (1990, None, None)],
)
def test_cumulative_per_head_as_computed_from_the_same_edition(
    start: int, present: tuple[int, int] | None, summed: tuple[int, int] | None
) -> None:
    emissions, people = history(("CHN", "USA"))
    ratio = {1850: (7.65, 11.9), 1950: (6.05, 7.26), 1990: (3.81, 4.11)}[start]
    for definition, expected, times in zip(
        ("per_present_head", "sum_per_head"), (present, summed), ratio, strict=True
    ):
        ours = cumulative_per_head(emissions, people, definition, start, 2019)
        assert ours["USA"] / ours["CHN"] == pytest.approx(times, rel=0.005)
        if expected is not None:
            assert ours.tolist() == pytest.approx(expected, rel=0.005)


def test_consumption_history_is_territorial_before_1990() -> None:
    used, people = history(("CHN", "USA"), basis="consumption")
    emitted, _ = history(("CHN", "USA"))
    assert used.loc[1989].tolist() == emitted.loc[1989].tolist()
    ratio = cumulative_per_head(used, people, "per_present_head", 1990, 2019)
    assert ratio["USA"] / ratio["CHN"] == pytest.approx(4.55, rel=0.005)
    assert set(DEFINITIONS) == {"per_present_head", "sum_per_head", "per_person_year"}


def test_national_series_carry_their_vintage() -> None:
    table = national_series(["CHN", "USA"], start=2015, end=2019, vintages=(2022, 2024))
    assert len(table) == 2 * 2 * 5 * 2
    one = table.query("region == 'CHN' and account == 'territorial' and year == 2019")
    assert one.set_index("vintage")["value"].to_dict() == pytest.approx(
        {2022: 10741, 2024: 10714}, abs=1
    )
    assert one["per_head"].iloc[0] == pytest.approx(7.5, abs=0.1)
    assert abs(vintage_drift("CHN")["drift"]).max() < 0.08


def test_a_series_of_tables_is_the_accounts_of_each() -> None:
    seen: list[tuple[int, int]] = []
    table = table_series(
        [2000, 2001],
        lambda year: small_world(year, year=year),
        ("PBA", "CBA"),
        progress=lambda i, n: seen.append((i, n)),
    )
    one = table[(table["year"] == 2001) & (table["principle"] == "CBA")].set_index("region")
    expected = accounts(small_world(2001, year=2001), ["CBA"])["CBA"]
    assert one["value"].to_numpy() == pytest.approx(expected.to_numpy())
    assert seen == [(1, 2), (2, 2)]


class Here:
    """Runs tasks at once, with the interface of a cluster's client."""

    def submit(self, work, *args, **kwargs):  # type: ignore[no-untyped-def]
        class Done:
            def result(self):  # type: ignore[no-untyped-def]
                return work(*args)

        return Done()


def test_years_as_tasks_give_the_same() -> None:
    def read(year):  # type: ignore[no-untyped-def]
        return small_world(year, year=year)

    here = table_series([2000, 2001], read)
    pd.testing.assert_frame_equal(here, table_series([2000, 2001], read, client=Here()))


def test_every_figure_of_the_paper_stands_beside_ours_with_a_reason() -> None:
    table = papers_figures()
    assert set(table["figure"]) == {f.key for f in FIGURES}
    assert (table["reason_en"] != "").all()
    assert (table["reason_zh"] != "").all()
    row = table.query("figure == 'consumption_ratio' and vintage == 2024").iloc[0]
    assert row["ours"] == pytest.approx(1.74, abs=0.01)
    assert row["difference"] == pytest.approx(row["ours"] / 1.55 - 1)
    held = table.query("figure == 'per_head_consumption' and year == 2009")
    assert (held["difference"] == 0).all()


def test_the_range_of_three_to_six_holds_when_the_reason_says() -> None:
    series = national_series(["CHN", "USA"])
    heads = series.pivot(index="year", columns=["account", "region"], values="per_head")
    ratios = {a: heads[a, "USA"] / heads[a, "CHN"] for a in ("consumption", "territorial")}
    ratio = ratios["consumption"]
    within = ratio.index[(ratio >= 3) & (ratio <= 6)]
    assert (within[0], within[-1], len(within)) == (2006, 2011, 6)
    assert ratio[2019] == pytest.approx(2.42, abs=0.01)
    assert ratios["territorial"][2018] == pytest.approx(2.20, abs=0.01)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: embedded_basis(2050), "year: 2050 is outside the series"),
        (lambda: embedded_basis(2022, first=1500), "first: 1500"),
        (lambda: embedded_basis(1900, first=1950), "first: 1950 is after 1900"),
        (lambda: embedded_basis(gdp="pppp"), "did you mean 'ppp'"),
        (lambda: members(["CHX"], ["CHN", "USA"]), "did you mean 'CHN'"),
        (lambda: members(["EU27", "DEU"], list(EU27)), "'DEU' is a member of EU27 too"),
        (lambda: embedded_basis().grouped({"A": ["CHN"]}), "is in 0 groups"),
        (lambda: embedded_basis().grouped({"A": ["CHX"]}), "groups: unknown region 'CHX'"),
        (
            lambda: budgets_by_account(LeontiefSystem.of(small_world()), 250.0),
            "unknown region 'R0'",
        ),
        (lambda: remaining_budget("forster"), "unknown budget 'forster'"),
        (lambda: remaining_budget("forster_2023", 1.7), "no budget for 1.7"),
        (lambda: remaining_budget("forster_2023", year=2015), "counts from 2023"),
        (lambda: remaining_budget("lamboll_2023", 1.5, 0.66, 2060), "year: 2060 is outside"),
        (lambda: national_series(["CHN"], start=1700), "start: 1700 is outside"),
        (lambda: national_series(["CHN"], start=2010, end=2000), "start: 2010 is after 2000"),
        (lambda: national_series(["CHNA"]), "unknown region 'CHNA'"),
        (lambda: history(["CHN"], basis="both"), "unknown basis"),
        (lambda: history(["PRK"], basis="consumption"), "region|consumption"),
        (lambda: table_series([], small_world), "years: no year"),
        (lambda: table_series([2000], small_world, ["XBA"]), "unknown principle"),
        (lambda: vintage_drift("CHN", "income"), "unknown account"),
    ],
)
def test_wrong_input_is_named(make, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=words):
        make()
