"""The game between China, the United States and the EU: what each payoff must satisfy."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from dualcarbon.errors import InputError
from dualcarbon.international.cooperation import (
    ACTORS,
    COMPETE,
    CONCEPTS,
    FULL,
    ISSUES,
    STRATEGIES,
    Assumptions,
    Game,
    build_game,
    check_profile,
    coalition_value,
    damage_shares,
    depth,
    equilibria,
    interest_matrix,
    profiles,
    report_tables,
    side_payments,
)
from dualcarbon.international.cooperation.issues import (
    border,
    charge_per_tonne,
    covered_trade,
    effort,
    efforts,
    finance,
    markets,
    technology,
)


@pytest.fixture(scope="module")
def game() -> Game:
    return build_game()


def test_all_profiles_and_issues_are_there(game: Game) -> None:
    assert len(profiles()) == 27
    assert len(game.payoffs) == 27 * len(ACTORS) * len(ISSUES)
    assert set(game.total(COMPETE).values()) == {0.0}


def test_the_less_willing_decides_how_far_a_pair_goes() -> None:
    assert depth(("full", "partial", "compete"), "China", "US") == 0.5
    assert depth(("full", "partial", "compete"), "China", "EU") == 0.0


def test_alone_nobody_changes_anything(game: Game) -> None:
    for actor, strategy in product(range(3), STRATEGIES):
        profile = list(COMPETE)
        profile[actor] = strategy
        assert max(map(abs, game.total((profile[0], profile[1], profile[2])).values())) < 1e-9


def test_splitting_chains_costs_everyone_and_more_the_deeper_the_split() -> None:
    gains = [technology((s, s, s), Assumptions()) for s in STRATEGIES]
    for actor in ACTORS:
        values = [g[actor] for g in gains]
        assert values == sorted(values)
        assert values[0] == pytest.approx(0.0)


def test_effort_counts_the_damage_to_partners() -> None:
    prices = {r.name: r.curve.price(r.requirement) for r in efforts(FULL, Assumptions())}
    shared = 50.0 * sum(damage_shares().values())
    assert prices["China"] == pytest.approx(shared)
    assert prices["US"] == pytest.approx(shared)
    assert prices["EU"] == pytest.approx(43.8)  # today's price is higher already


def test_effort_of_all_is_best_for_all_together(game: Game) -> None:
    sums = {p: sum(effort(p, game.assumptions).values()) for p in profiles()}
    assert max(sums, key=lambda p: sums[p]) == FULL


def test_nobody_loses_by_linking() -> None:
    for profile in profiles():
        assert min(markets(profile, Assumptions()).values()) >= -1e-9


def test_border_charges_are_lost_in_sum() -> None:
    charged = border(COMPETE, Assumptions())
    assert sum(charged.values()) < 0.0
    assert set(border(FULL, Assumptions()).values()) == {0.0}
    value, rate = covered_trade("China", Assumptions())
    table = Assumptions()
    distortion = sum(value * table[f"beta_{n}"] * rate**2 for n in ("eu", "china"))
    us_value, us_rate = covered_trade("US", table)
    distortion += sum(us_value * table[f"beta_{n}"] * us_rate**2 for n in ("eu", "us"))
    assert sum(charged.values()) == pytest.approx(-distortion)


def test_border_charges_are_the_cbam_bill() -> None:
    assert charge_per_tonne("steel", "China", 75.36) == pytest.approx(259.0, abs=0.5)
    assert charge_per_tonne("steel", "US", 75.36) == pytest.approx(84.0, abs=0.5)
    assert charge_per_tonne("steel", "China", 0.0) == 0.0


def test_the_facility_is_paid_in_halves() -> None:
    free = finance(FULL, Assumptions({"social_cost": 0.0}))
    assert list(free.values()) == pytest.approx([-5.0] * 3)


def test_equilibria_are_those_of_brute_force(game: Game) -> None:
    found = set()
    for profile in profiles():
        best = True
        for i, actor in enumerate(ACTORS):
            options = [(*profile[:i], s, *profile[i + 1 :]) for s in STRATEGIES]
            most = max(game.total(check_profile(o))[actor] for o in options)
            best &= game.total(profile)[actor] >= most - 1e-9
        if best:
            found.add(profile)
    assert set(equilibria(game)) == found
    assert COMPETE in found


def test_interests_meet_where_nobody_loses(game: Game) -> None:
    table = interest_matrix(game).set_index("issue")
    assert bool(table.loc["technology", "shared"])
    assert bool(table.loc["markets", "shared"])
    assert not (table["shared"] & table["opposed"]).any()
    sums = table[list(ACTORS)].sum()
    assert sums.to_dict() == pytest.approx(game.total(FULL))


@pytest.mark.parametrize("concept", CONCEPTS)
def test_side_payments_sum_to_zero_and_meet_the_claims(game: Game, concept: str) -> None:
    found = side_payments(game, concept)
    assert sum(found.payments.values()) == pytest.approx(0.0, abs=1e-7)
    if concept == "individual":
        assert min(found.payoffs.values()) >= -1e-7
    if concept == "core" and found.feasible:
        for group in (("China", "US"), ("China", "EU"), ("US", "EU")):
            worth = sum(found.payoffs[a] for a in group)
            assert worth >= coalition_value(game, group) - 1e-6


def test_payments_against_free_riding_reach_what_leaving_is_worth(game: Game) -> None:
    found = side_payments(game, "free_riding")
    leaving = {
        "China": game.total(("compete", "full", "full"))["China"],
        "US": game.total(("full", "compete", "full"))["US"],
        "EU": game.total(("full", "full", "compete"))["EU"],
    }
    own = game.total(FULL)
    assert found.feasible == (sum(own.values()) >= sum(leaving.values()) - 1e-9)
    lacking = sum(max(leaving[a] - own[a], 0.0) for a in ACTORS)
    received = sum(max(p, 0.0) for p in found.payments.values())
    assert received == pytest.approx(lacking, abs=1e-6)
    for actor in ACTORS:
        assert found.payoffs[actor] >= leaving[actor] - 1e-6


def test_an_empty_core_is_said_with_its_shortfall(game: Game) -> None:
    table = game.payoffs.copy()
    table.loc[table[list(ACTORS)].eq("full").all(axis=1), "bn_usd"] -= 20.0
    poor = Game(table, game.assumptions)
    found = side_payments(poor, "core")
    assert not found.feasible
    groups = [("China",), ("US",), ("EU",), ("China", "US"), ("China", "EU"), ("US", "EU")]
    own = np.array([poor.total(FULL)[a] for a in ACTORS])
    rows = np.array([[float(a in g) for a in ACTORS] for g in groups])
    wanted = np.array([coalition_value(poor, g) for g in groups]) - rows @ own
    best = linprog(
        [0, 0, 0, 1],
        A_ub=-np.c_[rows, np.ones(6)],
        b_ub=-wanted,
        A_eq=[[1, 1, 1, 0]],
        b_eq=[0],
        bounds=[(None, None)] * 3 + [(0, None)],
    )
    assert found.shortfall == pytest.approx(best.fun)


def test_every_figure_has_source_and_grade(game: Game) -> None:
    table = report_tables(game)["cooperation_inputs"]
    assert (table["source"].str.len() > 0).all()
    assert set(table["grade"]) <= set("ABCD")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: Assumptions({"social_costs": 1.0}), "did you mean 'social_cost'"),
        (lambda: Assumptions({"social_cost": -1.0}), "allowed: >= 0"),
        (lambda: check_profile(("full", "ful", "full")), "did you mean 'full'"),
        (lambda: check_profile(("full",)), "1 strategies for 3 actors"),
    ],
)
def test_wrong_inputs_are_said(wrong: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        wrong()  # type: ignore[operator]


def test_an_unknown_concept_is_refused(game: Game) -> None:
    with pytest.raises(InputError, match="did you mean 'core'"):
        side_payments(game, "cores")


@pytest.mark.parametrize(
    ("changes", "gains", "paid"),
    [
        ({}, (1.9, 13.9, 30.0), 7.4),
        ({"social_cost": 25.0}, (1.4, 3.4, 14.6), 2.6),
        ({"social_cost": 100.0}, (-2.0, 44.2, 87.5), 25.8),
        ({"facility_per_pair": 0.0}, (-4.7, 5.5, 20.5), 7.3),
        ({"certificate_price": 200.0}, (2.8, 13.9, 30.8), 6.5),
    ],
)
def test_sensitivities_are_those_of_the_page(
    changes: dict[str, float], gains: tuple[float, ...], paid: float
) -> None:
    changed = build_game(Assumptions(changes))
    assert tuple(changed.total(FULL).values()) == pytest.approx(gains, abs=0.06)
    assert side_payments(changed, "free_riding").payments["China"] == pytest.approx(paid, abs=0.06)
