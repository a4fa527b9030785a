"""National series, the embedded basis of the rules, series of tables, the paper's figures."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest

from dualcarbon.errors import InputError
from dualcarbon.responsibility import LeontiefSystem, accounts, rights
from dualcarbon.responsibility.history import national
from dualcarbon.responsibility.history.per_head import DEFINITIONS, cumulative, cumulative_per_head
from dualcarbon.responsibility.history.series import (
    ACCOUNTS,
    READ,
    coverage,
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
    basis = embedded_basis(2022, vintage=2024)
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


def test_the_newest_edition_and_budget_are_the_default() -> None:
    """Global Carbon Budget 2025 and Indicators of Global Climate Change 2024, as published."""
    figures = national.territorial(regions=["CHN", "USA", "IND", "WLD"]).query("year == 2024")
    assert figures.set_index("region")["value"].to_dict() == pytest.approx(
        {"CHN": 12289, "USA": 4904, "IND": 3193, "WLD": 38599}, abs=1
    )
    assert remaining_budget() == pytest.approx(127, abs=0.5)
    published = {(1.5, 0.66): 79, (1.5, 0.83): 31, (2.0, 0.5): 1046, (2.0, 0.66): 867}
    for (warming, probability), expected in published.items():
        assert remaining_budget("igcc_2024", warming, probability) == pytest.approx(expected, abs=1)
    rolled = remaining_budget("forster_2023", 1.5, 0.5, 2024)
    assert rolled == pytest.approx(173, abs=1)
    people = national.population(["CHN", "WLD"]).query("year == 2024").set_index("region")["value"]
    assert people.to_dict() == pytest.approx({"CHN": 1419.3e6, "WLD": 8162e6}, rel=1e-4)


def test_editions_stand_beside_each_other() -> None:
    old, new = (national.territorial(v, ["CHN", "RUS"]) for v in (2024, 2025))
    both = old.merge(new, on=["region", "year"]).set_index(["region", "year"])
    drift = both["value_y"] / both["value_x"] - 1
    assert drift["CHN", 2022] == pytest.approx(0.032, abs=0.001)
    assert drift["RUS", 2022] == pytest.approx(-0.071, abs=0.001)
    one, other = (embedded_basis(2022, vintage=v) for v in (2024, 2025))
    assert (one.now["CHN"], other.now["CHN"]) == pytest.approx((11.351, 11.712), abs=0.001)
    with pytest.raises(InputError, match="no edition 2022 of all countries"):
        embedded_basis(2020, vintage=2022)


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
    emissions, people = history(("CHN", "USA"), vintage=2024)
    ratio = {1850: (7.65, 11.9), 1950: (6.05, 7.26), 1990: (3.81, 4.11)}[start]
    for definition, expected, times in zip(
        ("per_present_head", "sum_per_head"), (present, summed), ratio, strict=True
    ):
        ours = cumulative_per_head(emissions, people, definition, start, 2019)
        assert ours["USA"] / ours["CHN"] == pytest.approx(times, rel=0.005)
        if expected is not None:
            assert ours.tolist() == pytest.approx(expected, rel=0.005)


def cumulated(regions: list[str], basis: str, start: int, end: int) -> pd.DataFrame:
    """All cumulative figures of the regions."""
    emissions, people = history(regions, basis=basis)
    parts = {"total": cumulative(emissions, start, end)}
    parts |= {d: cumulative_per_head(emissions, people, d, start, end) for d in DEFINITIONS}
    return pd.DataFrame(parts)


def comparable(basis: str) -> list[str]:
    """Regions with people and a figure of the last year."""
    table, people = READ[basis](), set(national.population()["region"])
    known = table.loc[table["year"] == national.LAST_YEAR[basis], "region"]
    return sorted(known[known.isin(people)])


@pytest.mark.slow
@pytest.mark.parametrize("basis", ACCOUNTS)
def test_cumulative_emissions_do_not_depend_on_company(basis: str) -> None:
    """Each region alone gives what it gives beside all others, so every pair agrees too."""
    end, regions = national.LAST_YEAR[basis], comparable(basis)
    assert len(regions) > 100
    together = {start: cumulated(regions, basis, start, end) for start in (1850, 1990)}
    some = {"NOR", "CHN", "WLD", "EU27", *regions[::12]}
    for region in sorted(some & set(regions)):
        for start, whole in together.items():
            alone = cumulated([region], basis, start, end).loc[region]
            pd.testing.assert_series_equal(alone, whole.loc[region], rtol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("basis", ACCOUNTS)
def test_cumulative_emissions_of_all_pairs(basis: str) -> None:
    end, regions = national.LAST_YEAR[basis], comparable(basis)
    alone = {r: cumulated([r], basis, 1990, end).loc[r] for r in regions}
    for one, other in combinations(regions, 2):
        found = cumulated([one, other], basis, 1990, end)
        for region in (one, other):
            assert found.loc[region].tolist() == pytest.approx(alone[region].tolist(), rel=1e-12)


def test_norway_by_consumption_is_spliced_not_filled() -> None:
    used, _ = history(["NOR", "CHN"], basis="consumption")
    emitted, _ = history(["NOR"])
    first = coverage(["NOR"], "consumption").loc["NOR", "known_from"]
    assert first > 1990
    assert (used.loc[1990 : first - 1, "NOR"] == emitted.loc[1990 : first - 1, "NOR"]).all()
    assert cumulative(used, 1990, 2022)["NOR"] / 1000 == pytest.approx(1.475, abs=0.01)


def test_years_without_a_figure_are_counted() -> None:
    reach = coverage(["IND", "CHN"])
    table = national.territorial(regions=["IND"])
    assert reach.loc["IND", "gaps"] == 2024 - reach.loc["IND", "known_from"] + 1 - len(table)
    assert reach.loc["IND", "gaps"] > 0


def test_years_behind_a_series_are_refused_by_region() -> None:
    used, _ = history(["CHN"], basis="consumption")
    with pytest.raises(InputError, match="end: 2023 is outside the series"):
        cumulative(used, 1990, 2023)
    both = pd.DataFrame({"CHN": used["CHN"], "XXX": used["CHN"].where(used.index < 2010)})
    with pytest.raises(InputError, match=r"region 'XXX': no emissions of 2010 \(allowed: to 2009"):
        cumulative(both, 1990, 2022)


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
