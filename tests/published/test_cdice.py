"""C-DICE (Nordhaus 2015): the two public cells, the anchors, the table over price and tariff."""

from __future__ import annotations

import numpy as np
import pytest

from dualcarbon.international.clubs import (
    Policy,
    build,
    cdice,
    certify,
    cooperative_outcome,
    nash_coalitions,
    nash_outcome,
)
from dualcarbon.international.clubs.game import all_coalitions
from dualcarbon.international.clubs.outcomes import Cell, sweep
from dualcarbon.international.clubs.payoffs import optimal_tariff
from dualcarbon.international.clubs.stability import gains_of, joining_gains, stability_of

PUBLIC_CYCLES = 13  # of 44 cells, by the reference implementation


@pytest.fixture(scope="module")
def cells() -> list[Cell]:
    return sweep(cdice())


@pytest.mark.parametrize(("tariff", "members"), [(0.0, 0), (0.03, 15)])
def test_the_two_public_cells(tariff: float, members: int) -> None:
    club = build(cdice(), Policy(price=25.0, tariff=tariff))
    found = nash_coalitions(club.game)
    assert [s.bit_count() for s in found] == [members]
    assert certify(club.game, found[0]).nash


def test_concentration_of_gdp() -> None:
    share = cdice().damage_share
    assert share.sum() == pytest.approx(1.0)
    assert float(share @ share) == pytest.approx(0.1116, abs=5e-5)


def test_price_without_cooperation_is_a_ninth_of_the_cooperative_one() -> None:
    club = build(cdice(), Policy(price=25.0))
    price = nash_outcome(club).mean_price
    assert price == pytest.approx(2.82, abs=0.005)
    assert price / cooperative_outcome(club).mean_price == pytest.approx(0.113, abs=5e-4)


def test_emission_cuts_at_25_dollars() -> None:
    club = build(cdice(), Policy(price=25.0))
    assert nash_outcome(club).cut == pytest.approx(0.0196, abs=5e-5)
    assert cooperative_outcome(club).cut == pytest.approx(0.180, abs=5e-4)


def test_optimal_tariffs() -> None:
    world = cdice()
    best = dict(zip(world.names, optimal_tariff(world.tariff_gain, world.tariff_deadweight),
                    strict=True))  # fmt: skip
    assert best.pop("India") == pytest.approx(0.30)
    assert min(best.values()) == pytest.approx(0.45, abs=0.005)
    assert max(best.values()) == pytest.approx(0.59, abs=0.005)


def test_every_cell_has_exactly_one_nash_equilibrium(cells: list[Cell]) -> None:
    assert [len(c.nash) for c in cells] == [1] * 44


def test_participation_falls_with_the_price_and_rises_with_the_tariff(cells: list[Cell]) -> None:
    sizes = np.array([len(c.members) for c in cells]).reshape(4, 11)
    assert (np.diff(sizes, axis=1) >= 0).all()
    assert (np.diff(sizes, axis=0) <= 0).all()
    assert (sizes[:, 0] == 0).all()  # without a penalty nobody joins
    assert (sizes[0, 1:] == 15).all()  # a low price with any penalty is kept by all


def test_groups_cycle_in_thirteen_cells_at_high_prices(cells: list[Cell]) -> None:
    without = [c for c in cells if not c.strong]
    assert len(without) == PUBLIC_CYCLES
    assert {c.price for c in without} == {50.0, 100.0}
    assert all(c.cycles == (not c.strong) for c in cells)


def test_cycles_are_what_they_claim(cells: list[Cell]) -> None:
    for c in (c for c in cells if c.cycle):
        club = build(cdice(), Policy(price=c.price, tariff=c.tariff))
        payoffs = club.game.every_payoff()
        assert c.cycle[0].start == c.cycle[-1].end
        for before, after in zip(c.cycle, c.cycle[1:], strict=False):
            assert before.end == after.start
        for move in c.cycle:
            group = [i for i in range(15) if move.group >> i & 1]
            assert group
            assert (payoffs[move.end, group] > payoffs[move.start, group]).all()


def test_the_grand_club_is_internally_stable_with_transfers_wherever_it_is_nash(
    cells: list[Cell],
) -> None:
    for c in cells[:22:5]:
        club = build(cdice(), Policy(price=c.price, tariff=c.tariff))
        found = stability_of(gains_of(club.game))
        assert set(np.flatnonzero(found.nash)) == set(c.nash)
        assert (found.potential | ~found.internal).all()


def test_uncapped_abatement_exceeds_emissions_at_100_dollars_and_the_cap_is_a_choice() -> None:
    free = cooperative_outcome(build(cdice(), Policy(price=100.0)))
    held = cooperative_outcome(build(cdice(), Policy(price=100.0, cap=True)))
    assert free.rate.max() == pytest.approx(1.39, abs=0.005)
    assert held.rate.max() == 1.0


def test_payoffs_of_all_coalitions_agree_with_the_gains_in_their_certificates() -> None:
    club = build(cdice(), Policy(price=50.0, tariff=0.02))
    states = all_coalitions(15)
    pairs = club.game.pairs
    gains = pairs.base + states @ pairs.coupling.T
    full = joining_gains(club.game.every_payoff())
    assert np.abs(gains - full).max() < 1e-9
