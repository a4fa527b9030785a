"""Stability against brute force over all coalitions and, where it is installed, pygambit."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from dualcarbon.international.clubs import Policy, Region, World, build, certify
from dualcarbon.international.clubs.game import row
from dualcarbon.international.clubs.stability import (
    TOLERANCE,
    gains_of,
    nash_coalitions,
    nash_of_pairs,
    stability_of,
)
from dualcarbon.international.clubs.strong import cycle_from, improving_move, strong_coalitions
from tests.club_worlds import random_world

RULES = (
    ("uniform_tariff",),
    ("carbon_tariff", "retaliation"),
    ("uniform_tariff", "revenue_inside"),
    ("uniform_tariff", "revenue_for_abatement"),
    ("open_community",),
)


def brute_nash(payoffs: np.ndarray) -> list[int]:
    n = payoffs.shape[1]
    return [
        s
        for s in range(1 << n)
        if all(payoffs[s ^ (1 << i), i] <= payoffs[s, i] + TOLERANCE for i in range(n))
    ]


def brute_strong(payoffs: np.ndarray) -> list[int]:
    n = payoffs.shape[1]
    groups = [g for k in range(1, n + 1) for g in combinations(range(n), k)]
    return [
        s
        for s in range(1 << n)
        if not any(
            all(payoffs[s ^ sum(1 << i for i in g), j] > payoffs[s, j] + TOLERANCE for j in g)
            for g in groups
        )
    ]


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("seed", range(4))
def test_stability_agrees_with_brute_force(rules: tuple[str, ...], seed: int) -> None:
    world = random_world(seed, 6)
    club = build(world, Policy(price=30.0 + 20 * seed, tariff=0.01 * seed, rules=rules))
    payoffs = club.game.every_payoff()
    nash = brute_nash(payoffs)
    assert list(nash_coalitions(club.game)) == nash
    assert list(strong_coalitions(payoffs, tuple(nash))) == brute_strong(payoffs)
    found = stability_of(gains_of(club.game))
    for s in range(64):
        inside = row(s, 6) > 0
        leave = [payoffs[s, i] - payoffs[s ^ (1 << i), i] for i in range(6)]
        assert found.internal[s] == all(v >= -TOLERANCE for v in np.array(leave)[inside])
        assert found.external[s] == all(v >= -TOLERANCE for v in np.array(leave)[~inside])
        assert found.surplus[s] == pytest.approx(np.array(leave)[inside].sum(), abs=1e-9)


def defined_payoffs(
    world: World, price: float, tariff: float
) -> dict[tuple[int, ...], list[float]]:
    """What each region gets for every choice of all of them, written from the definitions alone.

    Nordhaus (2015): own damage avoided, less abatement cost, plus what tariffs of members on
    others' goods bring, less what they cost. Money in bn USD, prices in USD/t.
    """
    regions, trade = list(world.regions.values()), world.imports_bn
    n, gdp = len(regions), sum(r.gdp_bn for r in regions)

    def abated(region: Region, charged: float) -> float:
        cost_per_t = 1000 * region.gdp_bn * region.abatement / region.co2_mt  # of all, USD/t
        return (charged / (region.exponent * cost_per_t)) ** (1 / (region.exponent - 1))

    found = {}
    for profile in product((0, 1), repeat=n):
        own = [price * r.gdp_bn / gdp for r in regions]  # the part of the damage that is theirs
        mu = [
            abated(r, max(price, o) if s else o)
            for r, o, s in zip(regions, own, profile, strict=True)
        ]
        avoided = sum(m * r.co2_mt / 1000 for m, r in zip(mu, regions, strict=True))
        payoff = [
            o * avoided - r.gdp_bn * r.abatement * m**r.exponent
            for o, m, r in zip(own, mu, regions, strict=True)
        ]
        for exporter, importer in product(range(n), repeat=2):
            if exporter != importer and profile[importer] and not profile[exporter]:
                into, gain = trade[exporter][importer], regions[importer].tariff_gain * tariff
                payoff[exporter] -= into * gain
                payoff[importer] += into * (gain - regions[importer].tariff_deadweight * tariff**2)
        found[profile] = payoff
    return found


def pure_equilibria(payoffs: dict[tuple[int, ...], list[float]]) -> list[tuple[int, ...]]:
    """Profiles in which no player gains by the other choice, the others' choices given."""
    return [
        profile
        for profile in payoffs
        if all(
            payoffs[profile][i] >= payoffs[(*profile[:i], 1 - own, *profile[i + 1 :])][i]
            for i, own in enumerate(profile)
        )
    ]


@pytest.mark.parametrize("exponent", [2.0, 2.6])
@pytest.mark.parametrize("n", [3, 6, 8])
def test_nash_equilibria_agree_with_all_profiles_of_the_definition(n: int, exponent: float) -> None:
    sizes = set()
    for seed in range(4):
        world, price, tariff = random_world(seed, n, exponent=exponent), 40.0, 0.03 * seed
        game = build(world, Policy(price=price, tariff=tariff)).game
        defined = defined_payoffs(world, price, tariff)
        ours = game.every_payoff()
        for profile, payoff in defined.items():
            assert ours[state_of(profile)] == pytest.approx(payoff, rel=1e-9, abs=1e-9)
        equilibria = pure_equilibria(defined)
        assert sorted(map(state_of, equilibria)) == list(nash_coalitions(game))
        sizes |= {sum(profile) for profile in equilibria}
    assert len(sizes) > 1  # tariffs from none to nine percent: clubs of more than one size


def state_of(profile: tuple[int, ...]) -> int:
    """Number of a coalition: bit i stands for region i."""
    return sum(own << i for i, own in enumerate(profile))


@pytest.mark.parametrize("n", [3, 6, 8])
def test_nash_equilibria_agree_with_pygambit(n: int) -> None:
    gambit = pytest.importorskip(
        "pygambit", reason="pygambit compiles C++; pip install -e '.[peers]' adds this comparison"
    )
    for seed in range(3):
        world = random_world(seed, n)
        club = build(world, Policy(price=40.0, tariff=0.03 * seed))
        payoffs = club.game.every_payoff()
        table = [payoffs[:, i].reshape((2,) * n).transpose() for i in range(n)]
        game = gambit.Game.from_arrays(*table)
        solved = gambit.nash.enumpure_solve(game).equilibria
        states = sorted(
            sum(
                1 << i
                for i, player in enumerate(game.players)
                if profile[list(player.strategies)[1]] == 1
            )
            for profile in solved
        )
        assert states == list(nash_coalitions(club.game))


@pytest.mark.parametrize("seed", range(20))
def test_branch_and_bound_finds_all_equilibria_of_random_couplings(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 9
    base, coupling = rng.normal(size=n), rng.normal(size=(n, n)) * (1 - np.eye(n))
    states = ((np.arange(1 << n)[:, None] >> np.arange(n)) & 1).astype(float)
    gains = base + states @ coupling.T
    wanted = np.flatnonzero(np.where(states > 0, gains >= 0, gains <= 0).all(axis=1))
    found, looked = nash_of_pairs(base, coupling, 0.0)
    assert list(found) == wanted.tolist()
    assert looked <= 2 ** (n + 1)


def test_moves_and_certificates_agree() -> None:
    club = build(random_world(3, 7), Policy(price=60.0, tariff=0.02))
    payoffs = club.game.every_payoff()
    found = stability_of(gains_of(club.game))
    for state in range(0, 128, 5):
        certificate = certify(club.game, state)
        assert certificate.nash == found.nash[state]
        assert certificate.potential == found.potential[state]
        assert certificate.tried == 127
        move = improving_move(payoffs, state)
        assert certificate.strong == (move is None)
        if move is not None:
            smaller = [s for s in range(128) if (s ^ state).bit_count() < move.group.bit_count()]
            assert not any(
                all(payoffs[s, i] > payoffs[state, i] + TOLERANCE
                    for i in range(7) if (s ^ state) >> i & 1)
                for s in smaller if s != state
            )  # fmt: skip
        cycle = cycle_from(payoffs, state)
        assert not cycle or cycle[0].start == cycle[-1].end
