"""Over random networks: prices are slopes of new models, payments are sums, warm is cold."""

from __future__ import annotations

import pytest

from tests import random_networks

CLOSE = 1e-6
NUMBERS = [pytest.param(k, marks=pytest.mark.slow) for k in range(200)]


@pytest.mark.parametrize("seed", NUMBERS)
def test_a_random_network_is_priced_and_settled_rightly(seed: int) -> None:
    one = random_networks.case(seed)
    eq = one.solved()
    eq.check()
    for what, error in random_networks.price_errors(one, eq, seed):
        assert error <= CLOSE, what
    for what, error in random_networks.payment_errors(one, eq):
        assert error <= CLOSE, what
    assert random_networks.resolve_error(one, eq, seed) <= CLOSE
    assert random_networks.interval_error(eq) <= CLOSE
