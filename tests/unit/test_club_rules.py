"""Rules of clubs: what each does, by hand or by what must hold."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dualcarbon.errors import InputError
from dualcarbon.international.cbam.allocation import cbam_factor
from dualcarbon.international.clubs import (
    Policy,
    accede,
    build,
    cdice,
    club_outcome,
    gain_captured,
    inefficiency,
    nash_coalitions,
    nash_outcome,
    stabilising_transfers,
)
from dualcarbon.international.clubs.build import Club
from dualcarbon.international.clubs.game import all_coalitions, of_names, row
from dualcarbon.international.clubs.outcomes import ClubResult, border_price
from dualcarbon.international.clubs.rules.tariffs import Cbam, burden_of_engine, burden_of_goods
from dualcarbon.international.clubs.tables import CHANGES, SHOWN, rule_table
from tests.club_worlds import random_world

WORLD = cdice()


def club(**terms: object) -> Club:
    return build(WORLD, Policy.model_validate(terms))


def i(name: str) -> int:
    return WORLD.names.index(name)


def test_carbon_tariff_is_the_price_gap_on_embodied_carbon() -> None:
    one = club(price=50.0, rules=("carbon_tariff",), settings={"carbon_tariff": {"share": 0.4}})
    j, c = i("China"), i("EU")
    gap = one.climate.price_in[c] - one.climate.price_out[j]
    carbon = WORLD.intensity[j] * (1 - one.climate.rate_out[j])
    assert one.rate[j, c] == pytest.approx(0.4 * gap * carbon / 1000)
    assert (np.diag(one.rate) == 0).all()


def test_no_tariff_on_those_who_price_as_much() -> None:
    one = build(WORLD, Policy(price=1.0, scc=50.0, rules=("carbon_tariff",)))
    assert (one.rate[:, i("EU")][one.climate.price_out >= one.climate.price_in[i("EU")]] == 0).all()


def test_cbam_rises_as_free_allocation_falls() -> None:
    rates = [
        club(price=80.0, rules=("cbam",), settings={"cbam": {"year": year}}).rate
        for year in (2026, 2028, 2031, 2034)
    ]
    for earlier, later in itertools.pairwise(rates):
        assert (later >= earlier - 1e-15).all()
        assert later.sum() > earlier.sum()


def test_cbam_burden_of_one_region_by_hand() -> None:
    free = float(cbam_factor(2030))
    steel = 0.01889 * max(3.187 - free * 1.370, 0) * 1000 / 800
    aluminium = 0.00810 * max(3.000 - free * 1.423, 0) * 1000 / 2600
    assert burden_of_goods(WORLD, 2030)[i("China")] == pytest.approx(steel + aluminium)


def test_cbam_by_the_engine_is_the_table_with_the_mark_up() -> None:
    """The mark-up of 30 % is on the gross default value, the benchmark is not marked up."""
    table, engine = burden_of_goods(WORLD, 2034), burden_of_engine(WORLD, 2034)
    assert engine == pytest.approx(1.3 * table, rel=1e-3)
    settings = {"cbam": {"year": 2034, "marked_up": 1}}
    marked = club(price=80.0, rules=("cbam",), settings=settings)
    assert marked.rate == pytest.approx(1.3 * club(price=80.0, rules=("cbam",)).rate, rel=1e-3)


def test_cbam_takes_the_engine_it_is_given() -> None:
    rule = Cbam(burden=lambda world, year: np.full(world.size, 2.0))
    one = club(price=50.0)
    rate = rule.tariff(WORLD, one.policy, {"year": 2030.0}, one.climate)
    gap = one.climate.price_in[i("EU")] - one.climate.price_out[i("India")]
    assert rate[i("India"), i("EU")] == pytest.approx(2.0 * gap / 1000)


def test_regions_unknown_to_the_cbam_table_export_what_others_do() -> None:
    world = random_world(0, 3)
    assert np.ptp(burden_of_goods(world, 2034)) == 0.0
    assert burden_of_goods(world, 2034)[0] > 0


def test_graduated_floors_follow_income() -> None:
    one = club(price=60.0, rules=("uniform_tariff", "graduated_floors"))
    prices = dict(zip(WORLD.names, one.climate.price_in, strict=True))
    assert (prices["EU"], prices["China"], prices["India"]) == (75.0, 50.0, 25.0)


def test_differentiated_floors_keep_the_mean_price() -> None:
    one = club(price=60.0, rules=("differentiated_floors",))
    mean = np.average(one.climate.price_in, weights=WORLD.co2)
    assert mean == pytest.approx(60.0, rel=0.02)  # regions above their floor keep their own price
    assert one.climate.price_in[i("US")] > one.climate.price_in[i("India")]


def test_a_price_of_one_region_replaces_the_floor() -> None:
    one = club(price=60.0, rules=("graduated_floors",), prices={"EU": 100.0})
    assert one.climate.price_in[i("EU")] == 100.0


def test_retaliation_takes_from_members_and_gives_to_outsiders() -> None:
    plain = club(price=50.0, tariff=0.04)
    answered = club(price=50.0, tariff=0.04, rules=("uniform_tariff", "retaliation"))
    state = row(of_names(["EU", "US"], WORLD.names), 15)
    change = (answered.game.payoffs(state[None]) - plain.game.payoffs(state[None]))[0]
    assert (change[state > 0] < 0).all()
    assert (change[state == 0] > 0).all()


def test_revenue_goes_back_only_to_developing_exporters() -> None:
    plain = club(price=50.0, tariff=0.04)
    back = club(price=50.0, tariff=0.04, rules=("uniform_tariff", "revenue_to_exporters"))
    state = row(of_names(["EU"], WORLD.names), 15)
    change = (back.game.payoffs(state[None]) - plain.game.payoffs(state[None]))[0]
    high = WORLD.income == "high"
    assert change[i("EU")] < 0
    assert change[high & (state == 0)] == pytest.approx(0.0)
    assert (change[~high] > 0).all()


def test_revenue_buys_abatement_outside() -> None:
    rules = ("uniform_tariff", "revenue_for_abatement")
    one = club(price=25.0, tariff=0.03, rules=rules)
    state = row(of_names(["EU", "US"], WORLD.names), 15)[None]
    more = one.abatement(state) - club(price=25.0, tariff=0.03).abatement(state)
    assert (more[state > 0] == 0).all()
    assert (more[state == 0] > 0).all()
    cost = WORLD.gdp * WORLD.abatement * one.abatement(state)[0] ** 2 - one.climate.cost_out
    plain = club(price=25.0, tariff=0.03).game.payoffs(state)[0]
    gain = one.game.payoffs(state)[0] - plain
    benefit = one.climate.own * (more @ WORLD.co2)[0] / 1000
    assert (benefit - gain)[state[0] > 0].sum() == pytest.approx(cost[state[0] == 0].sum())


def test_sharing_technology_lowers_cost_and_finance_moves_it() -> None:
    terms = {"open_community": {"technology": 0.5, "finance": 0.0}}
    shared = club(price=25.0, rules=("open_community",), settings=terms)
    alone = club(price=25.0)
    everyone, one = np.ones((1, 15)), row(1, 15)[None]
    saved = (shared.game.payoffs(everyone) - alone.game.payoffs(everyone))[0]
    expected = 0.5 * (1 - WORLD.gdp / WORLD.gdp.sum()) * alone.climate.cost_in
    assert saved == pytest.approx(expected)
    assert shared.game.payoffs(one) == pytest.approx(alone.game.payoffs(one))
    paid = club(price=25.0, rules=("open_community",), settings={"open_community": {"finance": 1}})
    moved = (paid.game.payoffs(everyone) - alone.game.payoffs(everyone))[0]
    assert (moved[WORLD.income == "high"] < 0).all()
    assert (moved[WORLD.income != "high"] > 0).all()


def test_penalties_that_are_returned_do_not_make_a_club() -> None:
    table = rule_table(WORLD, [SHOWN], {k: CHANGES[k] for k in CHANGES if "community" in k})
    table = table.set_index("rule")
    assert table.loc["open_community_penalty", "members"] == 0
    assert table.loc["open_community", "members"] == 0


def test_nash_is_inefficient_and_a_club_of_all_is_cooperation() -> None:
    one = club(price=25.0, tariff=0.03)
    assert 0 < inefficiency(one) < 1
    assert gain_captured(one, 2**15 - 1) == pytest.approx(1.0)
    assert gain_captured(one, 0) == pytest.approx(0.0, abs=1e-12)
    assert club_outcome(one, 0).payoffs == pytest.approx(nash_outcome(one).payoffs)


def test_accession_reaches_the_equilibrium_in_any_order() -> None:
    one = club(price=25.0, tariff=0.03)
    for order in ("largest_gain", "given"):
        path = accede(one.game, order=order, priority=["China"])
        assert (path.ending, path.end) == ("converged", 2**15 - 1)
    assert accede(one.game, order="given", priority=["China"]).steps[0].region == "China"


def test_accession_from_a_club_that_may_not_shrink() -> None:
    one = club(price=50.0, tariff=0.0)
    start = of_names(["EU", "US"], WORLD.names)
    assert accede(one.game, start, leaving=False).end == start
    assert accede(one.game, start).end == 0


def test_a_game_without_rest_cycles() -> None:
    one = club(price=50.0, tariff=0.04, rules=("uniform_tariff", "revenue_to_exporters"))
    two = club(price=25.0, tariff=0.03, rules=("uniform_tariff", "retaliation"))
    endings = {bool(nash_coalitions(c.game)): accede(c.game).ending for c in (one, two)}
    assert endings[False] == "cycle"


def test_border_price_of_a_carbon_tariff_is_the_gap() -> None:
    one = club(price=60.0, rules=("carbon_tariff",), settings={"carbon_tariff": {"share": 0.5}})
    result = ClubResult(one, of_names(["EU", "US", "Japan"], WORLD.names))
    gap = 60.0 - one.climate.price_out[i("China")]
    assert border_price(result, "China") == pytest.approx(0.5 * gap)
    assert border_price(result, "EU") == 0.0
    assert one.climate.price_in[i("China")] == 60.0


def test_a_price_at_home_lowers_the_border_price_by_as_much() -> None:
    rules = ("carbon_tariff",)
    state = of_names(["EU", "US", "Japan"], WORLD.names)
    prices = [
        border_price(ClubResult(club(price=60.0, rules=rules, prices_outside=home), state), "China")
        for home in ({}, {"China": 20.0}, {"China": 70.0})
    ]
    own = club(price=60.0).climate.price_out[i("China")]
    assert prices[0] - prices[1] == pytest.approx(20.0 - own)
    assert prices[2] == 0.0


def test_border_price_of_a_uniform_tariff_weighs_as_much() -> None:
    one = club(price=25.0, tariff=0.03)
    price = border_price(ClubResult(one, of_names(["EU"], WORLD.names)), "China")
    carbon = WORLD.intensity[i("China")] * (1 - one.climate.rate_out[i("China")])
    assert price == pytest.approx(1000 * 0.03 / carbon)
    assert border_price(ClubResult(one, 0), "China") == 0.0
    with pytest.raises(InputError, match="did you mean 'China'"):
        border_price(ClubResult(one, 1), "Chna")


def test_transfers_refuse_a_coalition_that_cannot_be_held() -> None:
    one = club(price=50.0, tariff=0.0)
    with pytest.raises(InputError, match="members lack"):
        stabilising_transfers(one.game, 2**15 - 1)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"rules": ("uniform",)}, "unknown rule 'uniform'; did you mean 'uniform_tariff'"),
        ({"rules": ("cbam", "carbon_tariff")}, "both set the tariff"),
        ({"rules": ("cbam", "cbam")}, "both set|stands twice"),
        ({"rules": ("graduated_floors", "differentiated_floors")}, "both set the prices"),
        ({"rules": ("cbam",), "settings": {"cbam": {"yeer": 2030}}}, "did you mean 'year'"),
        ({"rules": ("cbam",), "settings": {"cbam": {"year": 2020}}}, "out of range"),
        ({"settings": {"cbam": {"year": 2030}}}, "not among the rules"),
        ({"prices": {"Chin": 10.0}}, "did you mean 'China'"),
        ({"prices_outside": {"Chin": 10.0}}, "prices_outside: unknown region 'Chin'"),
        ({"price": -1.0}, "price: must be at least 0"),
        ({"tarif": 0.1}, "did you mean 'tariff'"),
    ],
)
def test_wrong_terms_are_one_clear_line(terms: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        club(**terms)


def test_counting_heads_needs_people() -> None:
    world = WORLD.model_copy(
        update={"regions": {k: r.model_copy(update={"population_m": None})
                            for k, r in WORLD.regions.items()}}
    )  # fmt: skip
    with pytest.raises(InputError, match="population_m"):
        build(type(WORLD).model_validate(world.model_dump()),
              Policy(rules=("differentiated_floors",)))  # fmt: skip


def test_enumeration_and_groups_have_a_limit() -> None:
    world = random_world(5, 22)
    pairs = build(world, Policy(price=25.0, tariff=0.03))
    assert nash_coalitions(pairs.game) is not None
    pooled = build(world, Policy(price=25.0, tariff=0.03, rules=("revenue_inside",)))
    with pytest.raises(InputError, match="at most 20"):
        nash_coalitions(pooled.game)


def test_all_coalitions_are_remembered_but_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        all_coalitions(4)[0, 0] = 1.0
