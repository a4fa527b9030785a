"""What must hold for any world: affine form, transfers, names of no account."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dualcarbon.international.clubs import (
    Policy,
    World,
    accede,
    build,
    certify,
    nash_coalitions,
    stabilising_transfers,
)
from dualcarbon.international.clubs.game import all_coalitions, row
from dualcarbon.international.clubs.payoffs import tariff_revenue
from dualcarbon.international.clubs.rules import RULES
from dualcarbon.international.clubs.stability import joining_gains
from tests.club_worlds import prices, random_world, tariffs, worlds

PAIRWISE = (
    ("uniform_tariff",),
    ("carbon_tariff",),
    ("cbam",),
    ("uniform_tariff", "graduated_floors"),
    ("uniform_tariff", "retaliation"),
    ("uniform_tariff", "revenue_to_exporters"),
)
FEW = settings(max_examples=25)


@FEW
@given(worlds, prices, tariffs, st.sampled_from(PAIRWISE))
def test_the_gain_from_joining_is_affine_in_the_others(
    world: World, price: float, tariff: float, rules: tuple[str, ...]
) -> None:
    game = build(world, Policy(price=price, tariff=tariff, rules=rules)).game
    states = all_coalitions(world.size)
    full = joining_gains(game.every_payoff())
    affine = game.pairs.base + states @ game.pairs.coupling.T
    assert game.affine
    assert affine == pytest.approx(full, abs=1e-8)
    assert np.diag(game.pairs.coupling) == pytest.approx(0.0)


@FEW
@given(worlds, prices, tariffs)
def test_pooled_revenue_nets_to_zero(world: World, price: float, tariff: float) -> None:
    alone = build(world, Policy(price=price, tariff=tariff)).game.every_payoff()
    rules = ("uniform_tariff", "revenue_inside")
    shared = build(world, Policy(price=price, tariff=tariff, rules=rules)).game.every_payoff()
    assert shared.sum(axis=1) == pytest.approx(alone.sum(axis=1), abs=1e-6)
    outside = all_coalitions(world.size) == 0
    assert shared[outside] == pytest.approx(alone[outside])


@FEW
@given(worlds, prices, tariffs)
def test_returned_revenue_nets_to_zero(world: World, price: float, tariff: float) -> None:
    alone = build(world, Policy(price=price, tariff=tariff)).game.every_payoff()
    rules = ("uniform_tariff", "revenue_to_exporters")
    given_ = build(world, Policy(price=price, tariff=tariff, rules=rules)).game.every_payoff()
    assert given_.sum(axis=1) == pytest.approx(alone.sum(axis=1), abs=1e-6)


@FEW
@given(worlds, prices, st.floats(0, 0.8))
def test_finance_inside_the_community_nets_to_zero(
    world: World, price: float, finance: float
) -> None:
    def payoffs(share: float) -> np.ndarray:
        terms = {"open_community": {"technology": 0.3, "finance": share}}
        policy = Policy(price=price, rules=("open_community",), settings=terms)
        return build(world, policy).game.every_payoff()

    assert payoffs(finance).sum(axis=1) == pytest.approx(payoffs(0.0).sum(axis=1), abs=1e-6)


@FEW
@given(worlds, prices, tariffs)
def test_tariffs_cost_the_world_only_their_deadweight(
    world: World, price: float, tariff: float
) -> None:
    free = build(world, Policy(price=price)).game.every_payoff()
    taxed = build(world, Policy(price=price, tariff=tariff)).game.every_payoff()
    assert (taxed.sum(axis=1) <= free.sum(axis=1) + 1e-8).all()


@FEW
@given(worlds, prices, tariffs, st.integers(0, 63))
def test_stabilising_transfers_net_to_zero_and_stabilise(
    world: World, price: float, tariff: float, state: int
) -> None:
    game = build(world, Policy(price=price, tariff=tariff)).game
    state &= (1 << world.size) - 1
    assume(state and certify(game, state).potential)
    paid = stabilising_transfers(game, state)
    inside = row(state, world.size) > 0
    assert paid.sum() == pytest.approx(0.0, abs=1e-8)
    assert (paid[~inside] == 0).all()
    after = game.gains(row(state, world.size)) + paid
    assert (after[inside] >= -1e-8).all()


@FEW
@given(st.integers(0, 10**6), st.integers(2, 6), prices, tariffs, st.randoms())
def test_names_and_order_do_not_matter(
    seed: int, n: int, price: float, tariff: float, random: object
) -> None:
    world = random_world(seed, n)
    order = list(range(n))
    random.shuffle(order)  # type: ignore[attr-defined]
    names = [world.names[i] for i in order]
    trade = world.imports[np.ix_(order, order)].tolist()
    other = World(regions={k: world.regions[k] for k in names}, imports_bn=trade)
    policy = Policy(price=price, tariff=tariff)
    found = {
        frozenset(k for i, k in enumerate(w.names) if s >> i & 1)
        for w in (world,)
        for s in nash_coalitions(build(w, policy).game)
    }
    again = {
        frozenset(k for i, k in enumerate(other.names) if s >> i & 1)
        for s in nash_coalitions(build(other, policy).game)
    }
    assert found == again


@FEW
@given(worlds, prices, tariffs, st.sampled_from(["largest_gain", "given"]))
def test_accession_ends_where_nobody_moves_or_comes_back(
    world: World, price: float, tariff: float, order: str
) -> None:
    game = build(world, Policy(price=price, tariff=tariff)).game
    path = accede(game, order=order)
    assert all(step.gain > 0 for step in path.steps)
    if path.ending == "converged":
        assert path.end in nash_coalitions(game)
    else:
        passed = [path.start, *(step.state for step in path.steps)]
        assert passed[path.cycle_start] == path.end


@FEW
@given(worlds, st.floats(0, 1.0))
def test_revenue_is_never_negative_nor_above_the_rate(world: World, rate: float) -> None:
    n = world.size
    revenue = tariff_revenue(
        world.imports, np.full((n, n), rate), world.tariff_gain, world.tariff_deadweight
    )
    assert (revenue >= 0).all()
    assert (revenue <= rate * world.imports + 1e-9).all()


@pytest.mark.parametrize("key", list(RULES.rules))
def test_every_rule_runs_and_says_what_it_does(key: str) -> None:
    rule = RULES.rules[key]
    policy = Policy(price=40.0, tariff=0.05, rules=(key,))
    club = build(random_world(1, 5), policy)
    assert np.isfinite(club.game.every_payoff()).all()
    assert rule.meaning
    assert all(s.low <= s.value <= s.high and s.meaning for s in rule.SETTINGS.values())
