"""Every equation of C-DICE by itself, on figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dualcarbon.international.clubs import Policy, Region, World, build
from dualcarbon.international.clubs.game import Pairs, all_coalitions, bits, members, of_names, row
from dualcarbon.international.clubs.payoffs import (
    abatement_cost,
    avoided_damage,
    emission_intensity,
    exporter_loss,
    importer_gain,
    mitigation_rate,
    optimal_tariff,
    own_price,
    tariff_revenue,
)

ONE = np.array([1.0])


def pair() -> World:
    """Two regions of equal damage, with trade one way."""
    common = {"co2_mt": 1000.0, "abatement": 0.05, "tariff_gain": 0.6, "tariff_deadweight": 0.5}
    regions = {
        "A": Region(gdp_bn=1000.0, damage_share=0.5, **common),
        "B": Region(gdp_bn=2000.0, damage_share=0.5, **common),
    }
    return World(regions=regions, imports_bn=((0.0, 0.0), (100.0, 0.0)))


def test_own_price_is_the_share_of_damage() -> None:
    assert own_price(np.array([0.25, 0.75]), 40.0).tolist() == [10.0, 30.0]


def test_intensity_is_in_tonnes_per_thousand_dollars() -> None:
    assert emission_intensity(np.array([500.0]), np.array([1000.0])).tolist() == [0.5]


def test_mitigation_meets_marginal_cost() -> None:
    price, sigma, a = 25.0, 0.7, 0.05
    rate = mitigation_rate(price * ONE, sigma * ONE, a * ONE, 2.0 * ONE)[0]
    assert rate == pytest.approx(25 * 0.7 / (2 * 0.05) / 1000)
    gdp, co2 = 100.0, 70.0
    step = 1e-6
    cost = [abatement_cost((rate + d) * ONE, gdp * ONE, a * ONE, 2 * ONE)[0] for d in (0, step)]
    assert (cost[1] - cost[0]) / (step * co2) * 1000 == pytest.approx(price, rel=1e-3)


@pytest.mark.parametrize("exponent", [1.5, 2.0, 2.8])
def test_mitigation_meets_marginal_cost_for_any_exponent(exponent: float) -> None:
    rate = mitigation_rate(30 * ONE, 0.4 * ONE, 0.06 * ONE, exponent * ONE)[0]
    marginal = 1000 * exponent * 0.06 / 0.4 * rate ** (exponent - 1)
    assert marginal == pytest.approx(30.0)


def test_the_cap_holds_abatement_at_all_emissions() -> None:
    big = (1000 * ONE, ONE, 0.01 * ONE, 2 * ONE)
    assert mitigation_rate(*big)[0] > 1
    assert mitigation_rate(*big, cap=True)[0] == 1.0


def test_cost_and_damage_in_bn_dollars() -> None:
    assert abatement_cost(0.2 * ONE, 1000 * ONE, 0.05 * ONE, 2 * ONE)[0] == pytest.approx(2.0)
    own, rate, co2 = np.array([5.0, 10.0]), np.array([0.1, 0.2]), np.array([1000.0, 2000.0])
    assert avoided_damage(own, rate, co2) == pytest.approx([2.5, 5.0])


def test_tariff_gain_loss_optimum_and_revenue() -> None:
    trade, t, a, b = 100 * ONE, 0.1, 0.6 * ONE, 0.5 * ONE
    assert importer_gain(trade, t * ONE, a, b)[0] == pytest.approx(100 * (0.06 - 0.005))
    assert exporter_loss(trade, t * ONE, a)[0] == pytest.approx(6.0)
    best = optimal_tariff(a, b)[0]
    assert best == pytest.approx(0.6)
    values = [importer_gain(trade, (best + d) * ONE, a, b)[0] for d in (-0.01, 0.0, 0.01)]
    assert values[1] == max(values)
    revenue = tariff_revenue(trade, t * ONE, a, b)[0]
    buyers = (1 - 0.6) * t * (100 + revenue / t) / 2
    assert revenue - buyers == pytest.approx(importer_gain(trade, t * ONE, a, b)[0])


def test_no_tariff_is_optimal_where_there_is_no_response() -> None:
    assert optimal_tariff(ONE, 0.0 * ONE)[0] == 0.0


def test_payoffs_are_the_sum_of_the_equations() -> None:
    world, club = pair(), build(pair(), Policy(price=20.0, tariff=0.1))
    got = club.game.payoffs(all_coalitions(2))
    out = 10 * 1.0 / (2 * 0.05) / 1000, 10 * 0.5 / (2 * 0.05) / 1000
    inside = 2 * out[0], 2 * out[1]
    for state in range(4):
        s = row(state, 2)
        mu = [inside[i] if s[i] else out[i] for i in range(2)]
        damage = 10 * (mu[0] * 1000 + mu[1] * 1000) / 1000
        cost = [world.gdp[i] * 0.05 * mu[i] ** 2 for i in range(2)]
        tariff = 1.0 if s[0] and not s[1] else 0.0  # only A imports, from B
        gain, loss = tariff * 100 * (0.06 - 0.005), tariff * 6.0
        assert got[state] == pytest.approx([damage - cost[0] + gain, damage - cost[1] - loss])


def test_adding_pairs_adds_payoffs() -> None:
    base = Pairs.zero(3)
    more = replace(base, inside=np.arange(3.0), both=np.ones((3, 3)) - np.eye(3))
    states = all_coalitions(3)
    assert (more + more).payoffs(states) == pytest.approx(2 * more.payoffs(states))
    assert (base + more).payoffs(states) == pytest.approx(more.payoffs(states))


def test_coalitions_and_their_numbers() -> None:
    names = ("A", "B", "C")
    assert of_names(["A", "C"], names) == 5
    assert members(5, names) == ("A", "C")
    assert bits(row(5, 3)) == 5
    assert all_coalitions(3)[6].tolist() == [0.0, 1.0, 1.0]


def test_a_region_may_not_keep_less_than_its_own_price() -> None:
    club = build(pair(), Policy(price=4.0, scc=20.0))
    assert club.climate.price_in.tolist() == [10.0, 10.0]


def test_prices_of_single_regions() -> None:
    club = build(pair(), Policy(price=20.0, prices={"B": 60.0}))
    assert club.climate.price_in.tolist() == [20.0, 60.0]


def test_damage_shares_left_open_share_the_rest() -> None:
    regions = {
        "A": Region(gdp_bn=1.0, co2_mt=1.0, abatement=0.1, damage_share=0.4),
        "B": Region(gdp_bn=1.0, co2_mt=1.0, abatement=0.1),
        "C": Region(gdp_bn=2.0, co2_mt=1.0, abatement=0.1),
    }
    assert World(regions=regions).damage_share == pytest.approx([0.4, 0.2, 0.4])
