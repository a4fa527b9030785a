"""Factors, paths, extraction, gradients and draws: identities, closed forms, brute force."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon.errors import InputError, SolveError
from dualcarbon.responsibility import LeontiefSystem, accounts
from dualcarbon.responsibility.decomposition import (
    FACTORS,
    Spread,
    decompose,
    extract,
    first_order,
    gradients,
    monte_carlo,
    structural_paths,
)
from dualcarbon.responsibility.decomposition.sda import contributions
from dualcarbon.responsibility.principles.base import by_region
from tests.small_world import small_world

OLD = LeontiefSystem.of(small_world(1))
NEW = LeontiefSystem.of(small_world(2, year=2010))
PEOPLE = (
    pd.Series({"R0": 1.0, "R1": 2.0, "R2": 3.0}),
    pd.Series({"R0": 1.5, "R1": 2.0, "R2": 2.5}),
)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["all", "polar"]))
def test_effects_sum_to_the_change_of_the_account(seed: int, method: str) -> None:
    old = LeontiefSystem.of(small_world(seed))
    new = LeontiefSystem.of(small_world(seed + 1, year=2010))
    result = decompose(old, new, population=PEOPLE, method=method)
    change = accounts(new, ["CBA"])["CBA"] - accounts(old, ["CBA"])["CBA"]
    assert result.effects.sum(axis=1).to_numpy() == pytest.approx(change.to_numpy())
    assert result.change.to_numpy() == pytest.approx(change.to_numpy())


def test_two_factors_in_closed_form() -> None:
    a, b = (2.0, 5.0), (3.0, 7.0)
    for method in ("all", "polar"):
        split = contributions(2, lambda new: np.array(a[0 in new] * b[1 in new]), method)
        assert split.tolist() == pytest.approx([3.0 * (3 + 7) / 2, 4.0 * (2 + 5) / 2])


@given(st.lists(st.tuples(st.floats(0.1, 9), st.floats(0.1, 9)), min_size=1, max_size=4))
def test_all_orders_are_the_mean_over_all_permutations(pairs: list[tuple[float, float]]) -> None:
    def value(new: frozenset[int]) -> np.ndarray:
        return np.array(np.prod([p[i in new] for i, p in enumerate(pairs)]))

    n = len(pairs)
    expected = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        for at, k in enumerate(order):
            done = frozenset(order[:at])
            expected[k] += (value(done | {k}) - value(done)) / len(orders)
    assert contributions(n, value) == pytest.approx(expected, abs=1e-9)


def test_only_what_changed_has_an_effect() -> None:
    table = OLD.table
    doubled = type(table).of(
        table.Z,
        table.Y,
        2 * table.F,
        regions=table.regions,
        sectors=table.sectors,
        F_Y=table.F_Y,
        categories=table.categories,
        year=2001,
    )
    result = decompose(OLD, LeontiefSystem.of(doubled))
    production = OLD.multipliers[0] @ table.Yr
    assert result.effects["intensity"].to_numpy() == pytest.approx(production)
    assert result.effects.drop(columns="intensity").to_numpy() == pytest.approx(0.0, abs=1e-9)
    assert list(result.effects.columns) == [*FACTORS, "direct"]


def all_paths(system: LeontiefSystem, region: int, layers: int) -> list[float]:
    """Every path up to a layer, by brute force."""
    q, A = system.q[0], system.A
    amounts = system.table.Yr[:, region][None, :]
    values: list[float] = []
    for _ in range(layers + 1):
        values += list((q * amounts).ravel())
        amounts = (A[None, :, :] * amounts[:, None, :]).transpose(0, 2, 1).reshape(-1, len(q))
    return values


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_path_above_the_threshold_is_missed(seed: int) -> None:
    system = LeontiefSystem.of(small_world(seed, regions=2, sectors=2))
    found = structural_paths(system, "R0", threshold=0.01)
    brute = np.array(all_paths(system, 0, 6))
    expected = np.sort(brute[brute >= 0.01 * found.total])[::-1]
    assert found.table["layer"].max() < 6
    assert found.table["value"].to_numpy() == pytest.approx(expected)
    assert found.table["value"].sum() + found.remainder == pytest.approx(found.total)
    assert found.total == pytest.approx(float(system.multipliers[0] @ system.table.Yr[:, 0]))


def test_fewer_paths_are_the_largest() -> None:
    every = structural_paths(OLD, "R1", threshold=0.002)
    few = structural_paths(OLD, "R1", threshold=0.002, most=3)
    assert few.table["value"].tolist() == every.table["value"].tolist()[:3]
    assert few.largest_omitted == pytest.approx(every.table["value"].iloc[3])
    assert few.table["value"].sum() + few.remainder == pytest.approx(few.total)


@pytest.mark.parametrize("seed", [0, 5])
def test_extraction_equals_the_smaller_table_solved(seed: int) -> None:
    system = LeontiefSystem.of(small_world(seed))
    final = system.table.Yr.sum(axis=1)
    out = [3, 5]
    rest = [i for i in range(9) if i not in out]
    x = np.zeros(9)
    x[rest] = np.linalg.solve(np.eye(7) - system.A[np.ix_(rest, rest)], final[rest])
    found = extract(system, region="R1", sectors=["S0", "S2"])
    expected = by_region(system.table, system.q[0] * x)
    assert found.table["after"].to_numpy() == pytest.approx(expected)
    assert found.extracted == ("R1:S0", "R1:S2")


@pytest.mark.parametrize("kind", ["purchases", "sales"])
def test_partial_extraction_equals_the_changed_table_solved(kind: str) -> None:
    A = OLD.A.copy()
    A[(slice(None), [3, 4, 5]) if kind == "purchases" else [3, 4, 5]] = 0.0
    x = np.linalg.solve(np.eye(9) - A, OLD.table.Yr.sum(axis=1))
    found = extract(OLD, region="R1", kind=kind)
    assert found.table["after"].to_numpy() == pytest.approx(by_region(OLD.table, OLD.q[0] * x))
    assert found.change < 0


def test_gradients_equal_finite_differences() -> None:
    region, h = 1, 1e-6
    found = gradients(OLD, "R1")
    y, q, A = OLD.table.Yr[:, region], OLD.q[0], OLD.A

    def footprint(q: np.ndarray, A: np.ndarray, y: np.ndarray) -> float:
        return float(q @ np.linalg.solve(np.eye(9) - A, y))

    for i in range(9):
        step = np.eye(9)[i] * h
        up, down = footprint(q + step, A, y), footprint(q - step, A, y)
        assert found.intensity[i] == pytest.approx((up - down) / (2 * h), rel=1e-6)
        up, down = footprint(q, A, y + step), footprint(q, A, y - step)
        assert found.demand[i] == pytest.approx((up - down) / (2 * h), rel=1e-6)
        for j in (0, 4, 8):
            bump = np.zeros((9, 9))
            bump[i, j] = h
            slope = (footprint(q, A + bump, y) - footprint(q, A - bump, y)) / (2 * h)
            assert found.coefficient(i, j) == pytest.approx(slope, rel=1e-5)
    assert found.coefficients[2, 7] == found.coefficient(2, 7)


def test_first_order_variance_is_the_sum_over_all_gradients() -> None:
    spread = Spread(0.1, 0.2, 0.05)
    table = first_order(OLD, spread)
    for s, region in enumerate(OLD.table.regions):
        g = gradients(OLD, region)
        variance = (
            ((g.intensity * OLD.q[0] * 0.1) ** 2).sum()
            + ((g.coefficients * OLD.A * 0.2) ** 2).sum()
            + ((g.demand * OLD.table.Yr[:, s] * 0.05) ** 2).sum()
        )
        assert table.loc[region, "sd"] == pytest.approx(np.sqrt(variance))
    shares = table[["from_intensity", "from_flows", "from_demand"]]
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1.0)


def test_draws_agree_with_first_order_for_small_spreads() -> None:
    spread = Spread(0.02, 0.03, 0.02)
    drawn = monte_carlo(OLD, spread, 800, seed=5).summary()
    exact = first_order(OLD, spread)
    assert drawn.loc["CBA", "sd"].to_numpy() == pytest.approx(exact["sd"].to_numpy(), rel=0.12)
    assert drawn.loc["CBA", "mean"].to_numpy() == pytest.approx(exact["value"].to_numpy(), rel=0.01)


def test_no_spread_gives_the_accounts_in_one_step() -> None:
    drawn = monte_carlo(OLD, Spread(0, 0, 0), 2)
    found = accounts(OLD, ["PBA", "CBA", "final_production"])
    for name in found:
        assert drawn.base[name].to_numpy() == pytest.approx(found[name].to_numpy())
        assert drawn.values[name].iloc[1].to_numpy() == pytest.approx(found[name].to_numpy())
    assert drawn.steps == 1


def test_a_warm_start_solves_the_drawn_table() -> None:
    seen: list[tuple[int, int]] = []
    drawn = monte_carlo(
        OLD, Spread(0, 0.3, 0), 3, seed=9, progress=lambda i, n: seen.append((i, n))
    )
    random = np.random.default_rng([9, 2])
    random.standard_normal(9)
    sigma = np.sqrt(np.log1p(0.09))
    A = OLD.A * np.exp(sigma * random.standard_normal((9, 9)) - sigma**2 / 2)
    m = np.linalg.solve(np.eye(9) - A.T, OLD.q[0])
    expected = m @ OLD.table.Yr + OLD.table.F_Y[0]
    assert drawn.values["CBA"].iloc[2].to_numpy() == pytest.approx(expected, rel=1e-8)
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_draw_is_the_same_however_many_there_are() -> None:
    spread = Spread()
    few, many = monte_carlo(OLD, spread, 3, seed=1), monte_carlo(OLD, spread, 6, seed=1)
    pd.testing.assert_frame_equal(few.values, many.values.iloc[:3])
    other = monte_carlo(OLD, spread, 3, seed=2)
    assert not np.allclose(few.values, other.values)


OTHER = LeontiefSystem.of(small_world(1, regions=2))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: decompose(OLD, OTHER), "regions: the tables of 2000 and 2000 differ"),
        (lambda: decompose(OLD, NEW, method="lmdi"), "unknown method 'lmdi'"),
        (lambda: decompose(OLD, NEW, stressor="SO2"), "unknown stressor"),
        (lambda: decompose(OLD, NEW, population=(PEOPLE[0][:2], PEOPLE[1])), "unknown region 'R2'"),
        (lambda: decompose(OLD, NEW, population=(PEOPLE[0] * 0, PEOPLE[1])), "population of 'R0'"),
        (lambda: structural_paths(OLD, "R9"), "unknown region 'R9'"),
        (lambda: structural_paths(OLD, "R0", threshold=0), "threshold: 0 is no share"),
        (lambda: structural_paths(OLD, "R0", threshold=1e-9), "raise it"),
        (lambda: extract(OLD), "name a region"),
        (lambda: extract(OLD, region="R0", sectors=["S9"]), "unknown sector 'S9'"),
        (lambda: extract(OLD, region="X"), "unknown region 'X'"),
        (lambda: extract(OLD, sectors=OLD.table.sectors), "nothing would be left"),
        (lambda: extract(OLD, region="R0", kind="all"), "unknown kind"),
        (lambda: gradients(OLD, "R7"), "unknown region"),
        (lambda: Spread(-0.1), "intensity: a deviation"),
        (lambda: first_order(OLD, Spread(flows=[1.0, 2.0])), "flows: shape"),
        (lambda: monte_carlo(OLD, Spread(), 0), "draws: must be at least 1"),
    ],
)
def test_wrong_input_is_named(make, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=words):
        make()


def test_a_spread_that_makes_no_sense_says_so() -> None:
    with pytest.raises(SolveError, match="spread of the flows"):
        monte_carlo(OLD, Spread(0, 30.0, 0), 20)
