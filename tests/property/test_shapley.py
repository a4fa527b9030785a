"""Shapley values: the four axioms, and the mean over all orders by brute force."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dualcarbon.common.shapley import gray_path, shapley_values
from dualcarbon.errors import InputError

NUMBERS = st.floats(-1e3, 1e3, allow_nan=False)
GAMES = st.integers(0, 5).flatmap(lambda n: arrays(float, (1 << n, 2), elements=NUMBERS))


def players(values: np.ndarray) -> int:
    return len(values).bit_length() - 1


def by_orders(values: np.ndarray) -> np.ndarray:
    """What each player adds, averaged over every order of arrival."""
    n = players(values)
    orders = list(permutations(range(n)))
    total = np.zeros((n, *values.shape[1:]))
    for order in orders:
        setting = 0
        for i in order:
            total[i] += values[setting | 1 << i] - values[setting]
            setting |= 1 << i
    return total / len(orders)


@given(GAMES)
def test_mean_over_all_orders(values: np.ndarray) -> None:
    assert np.allclose(shapley_values(values), by_orders(values), atol=1e-9)


@given(GAMES)
def test_efficiency_the_shares_sum_to_the_change(values: np.ndarray) -> None:
    assert np.allclose(shapley_values(values).sum(axis=0), values[-1] - values[0], atol=1e-9)


@given(GAMES, st.data())
def test_symmetry_switches_that_always_add_the_same_share_the_same(
    values: np.ndarray, data: st.DataObject
) -> None:
    n = players(values)
    if n < 2:
        return
    i, j = data.draw(st.permutations(range(n)))[:2]
    both = 1 << i | 1 << j
    even = values.copy()
    for setting in range(1 << n):
        if setting & both == 1 << i:
            even[setting ^ both] = even[setting]
    shares = shapley_values(even)
    assert np.allclose(shares[i], shares[j], atol=1e-9)


@given(GAMES, st.integers(0, 4))
def test_null_player_gets_nothing(values: np.ndarray, player: int) -> None:
    n = players(values)
    if player >= n:
        return
    without = np.array([setting & ~(1 << player) for setting in range(1 << n)])
    assert np.allclose(shapley_values(values[without])[player], 0.0, atol=1e-9)


@given(GAMES, st.floats(-5, 5))
def test_additivity(values: np.ndarray, factor: float) -> None:
    first, second = values[:, 0], values[:, 1]
    joined = shapley_values(first + factor * second)
    apart = shapley_values(first) + factor * shapley_values(second)
    assert np.allclose(joined, apart, atol=1e-8)


@given(st.integers(0, 8))
def test_gray_path_visits_every_setting_and_turns_one_switch_at_a_time(n: int) -> None:
    path = gray_path(n)
    assert sorted(path) == list(range(1 << n))
    assert all((a ^ b).bit_count() == 1 for a, b in pairwise(path))


def test_incomplete_settings_are_refused() -> None:
    with pytest.raises(InputError, match="3 settings"):
        shapley_values(np.zeros(3))
