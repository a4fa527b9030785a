"""Sharing a carbon budget: every rule sums to the whole, limits and closed forms hold."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon.errors import InputError
from dualcarbon.responsibility import rights
from dualcarbon.responsibility.rights import RULES, Basis, paths

YEARS = pd.RangeIndex(1980, 2023, name="year")


def basis_of(now: list[float], people: list[float], income: list[float] | None = None) -> Basis:
    """Emissions that grow in a straight line from nothing, constant people."""
    names = [f"R{i}" for i in range(len(now))]
    ramp = np.linspace(0, 1, len(YEARS))[:, None]
    emissions = pd.DataFrame(ramp * np.array(now), index=YEARS, columns=names)
    population = pd.DataFrame(np.tile(people, (len(YEARS), 1)), index=YEARS, columns=names)
    gdp = None if income is None else pd.Series(income, index=names)
    return Basis.of(emissions, population, gdp)


WORLD = basis_of([10.0, 5.0, 3.0, 1.0], [1.4e9, 0.3e9, 1.4e9, 0.0], [2e4, 7e4, 8e3, 1.0])


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.floats(0.01, 20), st.floats(1e6, 2e9), st.floats(500, 1e5)),
        min_size=1,
        max_size=6,
    ),
    st.floats(1, 300),
)
def test_budgets_of_every_rule_sum_to_the_whole(
    regions: list[tuple[float, float, float]], budget: float
) -> None:
    now, people, income = zip(*regions, strict=True)
    basis = basis_of(list(now), list(people), list(income))
    for rule in RULES:
        if rule == "development_rights" and max(income) <= 7500:
            continue
        assert rights.share(basis, budget, rule).gap <= 1e-12


def test_equal_regions_share_equally_under_every_rule() -> None:
    twins = basis_of([4.0, 4.0], [1e9, 1e9], [2e4, 2e4])
    table = rights.compare(twins, 100.0)
    assert table.to_numpy() == pytest.approx(50.0)
    assert list(table.columns) == list(RULES)


def test_grandfathering_and_per_head_in_closed_form() -> None:
    assert rights.grandfathering(WORLD, 190.0).values.tolist() == pytest.approx([100, 50, 30, 10])
    heads = rights.equal_per_capita(WORLD, 310.0).values
    assert heads.tolist() == pytest.approx([140, 30, 140, 0])


def test_convergence_goes_from_grandfathering_to_equal_shares() -> None:
    early = rights.contraction_convergence(WORLD, 200.0, converge=WORLD.year + 1).values
    late = rights.contraction_convergence(WORLD, 200.0, converge=10_000).values
    assert early.to_numpy() == pytest.approx(rights.equal_per_capita(WORLD, 200.0).values)
    assert late.to_numpy() == pytest.approx(rights.grandfathering(WORLD, 200.0).values, rel=0.02)


def test_cumulative_shares_count_the_past() -> None:
    past = WORLD.emissions.sum()
    share = WORLD.people / WORLD.people.sum()
    expected = share * (past.sum() + 100.0) - past
    result = rights.equal_cumulative(WORLD, 100.0, start=1980)
    assert result.values.to_numpy() == pytest.approx(expected.to_numpy())
    assert result.values["R1"] < 0
    each_year = rights.equal_cumulative(WORLD, 100.0, start=1980, heads="each_year")
    assert each_year.values.to_numpy() == pytest.approx(expected.to_numpy())


def test_discounting_the_past_leads_to_equal_shares() -> None:
    forgotten = rights.equal_cumulative(WORLD, 100.0, start=1980, discount=0.999999)
    last = WORLD.now
    share = WORLD.people / WORLD.people.sum()
    assert forgotten.values.to_numpy() == pytest.approx(share * (last.sum() + 100) - last, abs=1e-3)


def test_effort_rules_leave_the_baseline_less_the_reduction() -> None:
    bau = WORLD.now * 20.0
    result = rights.ability_to_pay(WORLD, 100.0, exponent=0.0, horizon=WORLD.year + 20)
    assert result.values.to_numpy() == pytest.approx(bau * 100.0 / bau.sum())
    rich = rights.ability_to_pay(WORLD, 100.0, horizon=WORLD.year + 20).values / bau
    assert rich["R1"] < rich["R0"] < rich["R2"]


def test_growth_raises_the_baseline_of_who_grows() -> None:
    none = pd.Series(0.0, index=WORLD.regions)
    same = rights.responsibility(WORLD, 100.0, growth=none, start=1980)
    assert same.values.to_numpy() == pytest.approx(
        rights.responsibility(WORLD, 100.0, start=1980).values
    )
    fast = none.copy()
    fast["R2"] = 0.02
    assert rights.responsibility(WORLD, 100.0, growth=fast).values["R2"] > same.values["R2"]


def test_poor_regions_carry_no_duty_under_development_rights() -> None:
    basis = basis_of([10.0, 5.0, 3.0], [1.4e9, 0.3e9, 1.4e9], [2e4, 7e4, 7e3])
    result = rights.development_rights(basis, 100.0, horizon=2042)
    assert result.values["R2"] == pytest.approx(3.0 * 20)
    unequal = pd.Series(0.8, index=basis.regions)
    assert rights.development_rights(basis, 100.0, horizon=2042, spread=unequal).values["R2"] < 60


def test_any_account_can_carry_the_effort() -> None:
    account = pd.Series([0.0, 1.0, 0.0, 0.0], index=WORLD.regions, name="CBA")
    result = rights.responsibility(WORLD, 100.0, account=account, horizon=2032)
    assert result.values.tolist() == pytest.approx([100.0, 50.0 - 90.0, 30.0, 10.0])
    assert result.settings["account"] == "CBA"


@given(st.floats(0.1, 30), st.floats(0.5, 500))
def test_the_straight_path_uses_up_the_budget(now: float, budget: float) -> None:
    path = rights.linear(now, budget, 2022)
    assert path.sum() == pytest.approx(budget, rel=1e-12)
    assert path.index[0] == 2023
    assert (path >= -1e-12).all()
    assert path.is_monotonic_decreasing
    assert path.iloc[0] <= now


@given(st.floats(0.1, 30), st.integers(5, 80), st.floats(0.02, 0.98))
def test_the_exponential_path_uses_up_the_budget(now: float, span: int, share: float) -> None:
    budget = now * span * share
    path = rights.exponential(now, budget, 2022, net_zero=2022 + span)
    assert path.sum() == pytest.approx(budget, rel=1e-9)
    assert len(path) == span
    assert (path.diff().dropna() <= 1e-9 * now).all()
    assert 0 <= path.iloc[-1] <= path.iloc[0] <= now * (1 + 1e-12)


def test_exponential_at_half_the_rectangle_is_the_straight_line() -> None:
    curve = rights.exponential(10.0, 10.0 * 30 / 2, 2022, net_zero=2052)
    assert curve.to_numpy() == pytest.approx(rights.linear(10.0, 150.0, 2022).to_numpy())


@pytest.mark.parametrize("k", [-40.0, -1.0, -2e-4, 2e-4, 1.0, 40.0])
def test_area_of_the_exponential_shape_is_its_integral(k: float) -> None:
    u = np.linspace(0, 1, 20_001)
    shape = (np.exp(-k * u) - np.exp(-k)) / -np.expm1(-k)
    area = np.concatenate([[0], np.cumsum((shape[1:] + shape[:-1]) / 2) * (u[1] - u[0])])
    assert paths._area(k, u) == pytest.approx(area, abs=2e-7)
    assert paths._mean(k) == pytest.approx(area[-1], abs=2e-7)


@given(st.floats(0.1, 30), st.floats(-500, 500))
def test_the_line_to_a_horizon_takes_any_budget(now: float, budget: float) -> None:
    path = rights.line_to(now, budget, 2022, horizon=2100)
    assert path.sum() == pytest.approx(budget, abs=1e-9)
    assert len(path) == 78


def test_national_paths_sum_to_the_budgets_whatever_their_sign() -> None:
    budgets = rights.equal_cumulative(WORLD, 100.0, start=1980)
    for shape in ("linear", "exponential", "line"):
        table = rights.national_paths(WORLD, budgets, shape=shape)
        sums = table.groupby("region", sort=False)["value"].sum()
        assert sums.to_numpy() == pytest.approx(budgets.values.to_numpy())
        assert set(table.loc[table["region"] == "R1", "shape"]) == {"line"}


def test_net_zero_year_follows_from_the_budget() -> None:
    assert rights.net_zero_year(10.0, 150.0, 2022) == 2053
    assert math.isnan(rights.net_zero_year(10.0, -1.0, 2022))


def test_rules_without_incomes_are_left_out_of_the_comparison() -> None:
    table = rights.compare(basis_of([1.0, 2.0], [1.0, 1.0]), 10.0)
    assert "ability_to_pay" not in table
    assert table.sum().to_numpy() == pytest.approx(10.0)


POOR = basis_of([1.0, 2.0], [1.0, 1.0], [100.0, 200.0])
PLAIN = basis_of([1.0, 2.0], [1.0, 1.0])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: rights.grandfathering(WORLD, -5.0), "budget: a remaining budget must be above"),
        (lambda: rights.grandfathering(WORLD, math.nan), "budget"),
        (lambda: rights.grandfathering(WORLD, 1.0, years=99), "years: 99 years"),
        (lambda: rights.share(WORLD, 1.0, "grandfathring"), "did you mean 'grandfathering'"),
        (lambda: rights.share(WORLD, 1.0, "equal_cumulative", begin=1), "unknown option 'begin'"),
        (lambda: rights.compare(WORLD, 1.0, options={"gdr": {}}), "unknown rule"),
        (lambda: rights.equal_cumulative(WORLD, 1.0, start=1900), "1980 to 2022"),
        (lambda: rights.equal_cumulative(WORLD, 1.0, start=1990, discount=2.0), "discount"),
        (lambda: rights.equal_cumulative(WORLD, 1.0, start=1990, heads="all"), "counting heads"),
        (lambda: rights.contraction_convergence(WORLD, 1.0, converge=2000), "converge: 2000"),
        (lambda: rights.ability_to_pay(PLAIN, 1.0), "needs GDP per head"),
        (lambda: rights.ability_to_pay(WORLD, 1.0, exponent=-1), "exponent"),
        (lambda: rights.ability_to_pay(WORLD, 1.0, horizon=2022), "horizon: 2022"),
        (lambda: rights.ability_to_pay(WORLD, 900.0, horizon=2032), "no effort beside"),
        (lambda: rights.development_rights(POOR, 1.0), "no income is above 7500"),
        (lambda: rights.development_rights(WORLD, 1.0, threshold=-1), "threshold"),
        (lambda: rights.development_rights(WORLD, 1.0, weight=2), "weight"),
        (lambda: rights.responsibility(WORLD, 1.0, account=pd.Series({"R0": 1.0})), "account"),
        (
            lambda: rights.responsibility(WORLD, 1.0, account=pd.Series(-1.0, index=WORLD.regions)),
            "zero or more",
        ),
        (lambda: rights.linear(0.0, 1.0, 2022), "emissions must be above zero"),
        (lambda: rights.exponential(1.0, 50.0, 2022, net_zero=2050), "no path that falls"),
        (lambda: rights.exponential(1.0, 5.0, 2022, net_zero=2010), "net_zero: 2010"),
        (lambda: rights.line_to(1.0, 5.0, 2022, horizon=2010), "horizon: 2010"),
        (
            lambda: rights.national_paths(WORLD, rights.grandfathering(WORLD, 9), shape="lin"),
            "unknown shape 'lin'",
        ),
        (
            lambda: rights.national_paths(WORLD, rights.grandfathering(WORLD, 9), regions=["R9"]),
            "unknown region 'R9'",
        ),
        (
            lambda: Basis.of(WORLD.emissions, WORLD.population.drop(columns="R1")),
            "population: unknown region 'R1'",
        ),
        (lambda: Basis.of(WORLD.emissions.drop(index=2000), WORLD.population), "have a gap"),
        (lambda: Basis.of(WORLD.emissions, WORLD.population.iloc[:-1]), "no population of 2022"),
        (lambda: Basis.of(-WORLD.emissions, WORLD.population), "is negative"),
        (lambda: Basis.of(WORLD.emissions * math.nan, WORLD.population), "'R0' in 1980"),
        (
            lambda: Basis.of(PLAIN.emissions, PLAIN.population, pd.Series({"R0": 0.0, "R1": 1.0})),
            "gdp_per_head of 'R0'",
        ),
    ],
)
def test_wrong_input_is_named(make, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=words):
        make()
