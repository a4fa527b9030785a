"""Income groups, tiers and the tiered carbon tax: closed forms and what must hold always."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcarbon.errors import InputError
from dualcarbon.responsibility.households import (
    PUBLISHED,
    TIERS,
    IncomeGroups,
    Thresholds,
    TieredTax,
    by_elasticity,
    concentration,
    gini,
    incidence,
    scaled,
    suits,
    thresholds,
    tiers,
)

BOUNDS = Thresholds(2.0, 10.0, 30.0)
TAX = TieredTax.of(BOUNDS, (0.0, 50.0, 200.0, 500.0))
amounts = st.lists(st.floats(0, 200), min_size=1, max_size=12)
rates = st.tuples(*[st.floats(0, 1000)] * 4)


def test_one_person_of_forty_tonnes_fills_every_tier() -> None:
    groups = IncomeGroups.of([40.0])
    assert tiers(groups, BOUNDS).iloc[0].to_dict() == {
        "survival": 2.0,
        "ordinary": 8.0,
        "luxury": 20.0,
        "wasteful": 10.0,
    }
    assert TAX.payment(40.0) == pytest.approx(8 * 50 + 20 * 200 + 10 * 500)
    assert TAX.marginal([1.0, 5.0, 20.0, 40.0]).tolist() == [0.0, 50.0, 200.0, 500.0]


def test_survival_emissions_are_free_where_their_rate_is_zero() -> None:
    assert TAX.payment([0.0, 1.0, 2.0]).tolist() == [0.0, 0.0, 0.0]


@given(amounts, rates)
def test_tiers_sum_to_the_mean_and_revenue_to_the_payments(
    values: list[float], rate: tuple[float, ...]
) -> None:
    groups = IncomeGroups.of(values, np.arange(1.0, len(values) + 1))
    assert tiers(groups, BOUNDS).sum(axis=1).to_numpy() == pytest.approx(groups.per_head, abs=1e-9)
    tax = TieredTax.of(BOUNDS, rate)
    payments = [p * float(tax.payment(e)) for p, e in zip(groups.people, values, strict=True)]
    assert tax.revenue(groups) == pytest.approx(sum(payments), rel=1e-9, abs=1e-6)


@given(rates, st.sampled_from(BOUNDS.bounds[:3]))
def test_what_is_paid_has_no_jump_at_a_threshold(rate: tuple[float, ...], at: float) -> None:
    tax = TieredTax.of(BOUNDS, rate)
    step = 1e-9
    assert float(tax.payment(at + step) - tax.payment(at - step)) <= 2 * step * max(rate) + 1e-9


@given(amounts)
def test_the_dividend_returns_what_was_paid(values: list[float]) -> None:
    result = incidence(IncomeGroups.of(values, 3.0), TAX)
    assert result.table["net_total"].sum() == pytest.approx(0.0, abs=1e-6 * (1 + result.revenue))
    part = incidence(IncomeGroups.of(values, 3.0), TAX, returned=0.4)
    assert part.table["net_total"].sum() == pytest.approx(-0.6 * part.revenue, abs=1e-6)


def test_spread_within_groups_matches_a_sample() -> None:
    groups = IncomeGroups.of([5.0, 20.0], spread=[0.5, 0.9])
    draw = np.random.default_rng(7).normal(size=(400_000, 1))
    people = groups.per_head * np.exp(groups.sigma * draw - groups.sigma**2 / 2)
    sampled = np.diff([np.minimum(people, b).mean(axis=0) for b in (0.0, *BOUNDS.bounds)], axis=0)
    assert tiers(groups, BOUNDS).to_numpy() == pytest.approx(sampled.T, rel=0.03, abs=0.02)


def test_spread_only_raises_what_a_rising_tax_yields() -> None:
    flat = IncomeGroups.of([1.0, 8.0, 25.0])
    spread = IncomeGroups.of([1.0, 8.0, 25.0], spread=0.6)
    assert TAX.revenue(spread) > TAX.revenue(flat)


def test_gini_of_two_groups_in_closed_form() -> None:
    assert gini([1.0, 1.0, 1.0]) == pytest.approx(0.0)
    assert gini([0.0, 1.0]) == pytest.approx(0.5)
    assert gini([0.0, 1.0], [3.0, 1.0]) == pytest.approx(0.75)
    assert concentration([1.0, 0.0]) == pytest.approx(-0.5)


@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=20))
def test_gini_is_half_the_mean_difference(values: list[float]) -> None:
    v = np.array(values)
    expected = np.abs(v[:, None] - v).mean() / (2 * v.mean())
    assert gini(v) == pytest.approx(expected, abs=1e-12)


def test_suits_tells_progressive_from_regressive() -> None:
    income = np.array([1.0, 2.0, 7.0])
    assert suits(0.3 * income, income) == pytest.approx(0.0)
    assert suits([0.0, 0.0, 1.0], income) == pytest.approx(0.3)
    assert suits([1.0, 1.0, 1.0], income) == pytest.approx(-gini(income))


def test_incomes_give_the_share_of_income_and_the_suits_index() -> None:
    groups = IncomeGroups.of([2.0, 6.0, 40.0], income=[4.0, 12.0, 50.0])
    flat = incidence(groups, TieredTax.of(BOUNDS, [1.0] * 4))
    steep = incidence(groups, TAX)
    assert flat.suits is not None
    assert steep.suits is not None
    assert steep.suits > flat.suits
    assert list(flat.table["share_of_income"]) == pytest.approx([0.5, 0.5, 0.8])


@given(st.lists(st.floats(100, 1e5), min_size=1, max_size=10), st.floats(0, 2))
def test_emissions_by_elasticity_sum_to_the_account(incomes: list[float], a: float) -> None:
    groups = by_elasticity(30.0, 2e6, incomes, a)
    assert groups.total == pytest.approx(30e6)
    logs = np.log(groups.per_head), np.log(incomes)
    assert logs[0] - logs[0][0] == pytest.approx(a * (logs[1] - logs[1][0]), abs=1e-6)


def test_equal_elasticities_and_totals_keep_shares() -> None:
    groups = IncomeGroups.of([1.0, 3.0], [2.0, 2.0])
    assert scaled(groups, 1.0).total == pytest.approx(1e6)
    assert scaled(groups, 1.0).per_head[1] == pytest.approx(3 * scaled(groups, 1.0).per_head[0])
    flat = by_elasticity(1.0, [1.0, 3.0], [10.0, 1000.0], 0.0)
    assert flat.per_head[0] == flat.per_head[1]


@pytest.mark.parametrize("name", list(PUBLISHED))
def test_published_sets_rise_and_name_their_source(name: str) -> None:
    chosen = thresholds(name)
    assert list(chosen.bounds) == sorted(chosen.bounds)
    assert chosen.source


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Thresholds(5.0, 2.0), "survival: 5 is above 2 of 'luxury'"),
        (lambda: Thresholds(-1.0, 2.0), "survival: a threshold must be a figure of zero or more"),
        (lambda: Thresholds(math.nan, 2.0), "survival"),
        (lambda: thresholds("publised"), "did you mean 'published'"),
        (lambda: TieredTax.of(BOUNDS, (1.0, 2.0)), "2 rates for 4 tiers"),
        (lambda: TieredTax.of(BOUNDS, (1.0, 2.0, -3.0, 4.0)), "rate of 'luxury'"),
        (lambda: IncomeGroups.of([1.0, -2.0]), "per_head: must not be negative, got -2"),
        (lambda: IncomeGroups.of([1.0, math.nan]), "not a number"),
        (lambda: IncomeGroups.of([1.0, 2.0], [1.0, 0.0]), "people of group 'G2'"),
        (lambda: IncomeGroups.of([1.0, 2.0], [1.0, 1.0, 1.0]), "3 figures for 2 groups"),
        (lambda: IncomeGroups.of([1.0, 2.0], labels=["a", "a"]), "labels"),
        (lambda: incidence(IncomeGroups.of([1.0]), TAX, returned=1.5), "between 0 and 1"),
        (lambda: gini([0.0, 0.0]), "sums to zero"),
        (lambda: TAX.payment(-1.0), "emissions"),
        (lambda: by_elasticity(-1.0, 1.0, [1.0]), "total: must be zero or more"),
        (lambda: by_elasticity(1.0, 1.0, [1.0], -1.0), "elasticity"),
        (lambda: by_elasticity(1.0, 1.0, [1.0, 0.0]), "income: must be above zero"),
        (lambda: scaled(IncomeGroups.of([0.0]), 1.0), "no emissions to scale"),
    ],
)
def test_wrong_input_is_named(make, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=words):
        make()


def test_tiers_have_the_four_names() -> None:
    assert list(tiers(IncomeGroups.of([1.0] * 10), BOUNDS).columns) == list(TIERS)
    assert IncomeGroups.of([1.0] * 10).labels[0] == "D1"
