"""RICE against the validation tables of RICE-2010, and its Nash and cooperative outcomes.

Tolerances: relative to the table to 2205. What differs comes from damage coefficients, which are
kept with four to six digits.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dualcarbon.errors import InputError
from dualcarbon.international.clubs.sources import rice2013
from dualcarbon.international.rice import Play, Run, play, rice, simulate
from dualcarbon.international.rice.games import discount_factors, slope, welfare_of
from tools.common import RAW

TABLES = RAW / "international" / "rice2010" / "data" / "validation_data_v040"
UNTIL_2205 = 21
PUBLISHED = {
    "output": ("grosseconomy-YGROSS", 1e-5),
    "capital": ("grosseconomy-K", 3e-5),
    "emissions": ("emissions-EIND", 1e-5),
    "world_emissions": ("emissions-E", 2e-6),
    "carbon": ("co2cycle-MAT", 1e-6),
    "shallow": ("co2cycle-MU", 1e-6),
    "deep": ("co2cycle-ML", 1e-6),
    "forcing": ("radiativeforcing-FORC", 1e-6),
    "warming": ("climatedynamics-TATM", 1e-6),
    "ocean": ("climatedynamics-TOCEAN", 1e-6),
    "sea_level": ("sealevelrise-TOTALSLR", 1e-6),
    "damage": ("damages-DAMAGES", 6e-3),
    "cost": ("emissions-ABATECOST", 1e-5),
    "net": ("neteconomy-Y", 3e-5),
    "consumption": ("neteconomy-C", 3e-5),
}


@pytest.fixture(scope="module")
def base() -> Run:
    return simulate(rice())


@pytest.fixture(scope="module")
def nash() -> Play:
    return play(rice(20))


@pytest.fixture(scope="module")
def cooperative() -> Play:
    return play(rice(20), [rice().names])


@pytest.mark.skipif(not RAW.is_dir(), reason="the raw data are not beside the project")
@pytest.mark.parametrize("path", PUBLISHED)
def test_base_case_follows_the_validation_tables(base: Run, path: str) -> None:
    name, tolerance = PUBLISHED[path]
    table = pd.read_csv(Path(TABLES) / f"{name}.csv").to_numpy(dtype=float).squeeze()
    ours = getattr(base, path)[:UNTIL_2205]
    assert ours == pytest.approx(table[:UNTIL_2205], rel=tolerance, abs=1e-12)


@pytest.mark.skipif(not RAW.is_dir(), reason="the raw data are not beside the project")
def test_climate_follows_the_validation_tables_to_2595(base: Run) -> None:
    for path in ("carbon", "forcing", "warming", "ocean", "sea_level"):
        name, tolerance = PUBLISHED[path]
        table = pd.read_csv(Path(TABLES) / f"{name}.csv").to_numpy(dtype=float).squeeze()
        assert getattr(base, path) == pytest.approx(table, rel=tolerance), path


def test_known_figures_of_the_base_case(base: Run) -> None:
    assert base.warming[[0, 1]].tolist() == [0.83, 0.98]
    assert base.carbon[[0, 1]].tolist() == [787.0, 829.0]
    assert base.output[0].sum() == pytest.approx(55.3, abs=0.1)  # tn USD of 2005
    assert (np.diff(base.warming[:20]) > 0).all()


def test_books_balance(base: Run) -> None:
    p = rice()
    assert base.net == pytest.approx(base.output - base.damage - base.cost)
    assert base.consumption == pytest.approx((1 - p.saving) * base.net)
    grown = 0.9**10 * base.capital[:-1] + 10 * p.saving[:-1] * base.net[:-1]
    assert base.capital[1:] == pytest.approx(grown)
    carbon = base.carbon + base.shallow + base.deep
    added = np.diff(carbon)[1:]
    leak = 0.00004 * base.shallow[1:-1]  # rounding of the published shares
    assert added == pytest.approx(10 * base.world_emissions[1:-1] + leak, abs=0.3)


def test_runs_side_by_side_equal_single_runs() -> None:
    p = rice(8)
    half = np.full((8, 12), 0.5)
    both = simulate(p, np.stack([p.control, half]))
    assert both.warming[0] == pytest.approx(simulate(p).warming)
    assert both.net[1] == pytest.approx(simulate(p, half).net)


def test_complex_steps_agree_with_differences() -> None:
    p = rice(6)
    factors, control = discount_factors(p), np.full((6, 12), 0.3)
    exact = slope(p, factors, control)
    for t, r in ((1, 0), (3, 5), (4, 8)):
        moved = np.stack([control, control])
        moved[0, t, r] += 1e-5
        moved[1, t, r] -= 1e-5
        value = welfare_of(p, factors, simulate(p, moved))
        assert exact[t, r] == pytest.approx((value[0] - value[1]) / 2e-5, rel=1e-4, abs=1e-9)


def test_nobody_gains_by_another_control_in_the_nash_outcome(nash: Play) -> None:
    p = rice(20)
    own = np.einsum("trr->tr", slope(p, discount_factors(p), nash.control))
    assert (nash.control < 1).all()
    assert np.abs(own).max() < 1e-9


def test_the_world_gains_nothing_by_another_control_in_cooperation(cooperative: Play) -> None:
    p = rice(20)
    joint = slope(p, discount_factors(p), cooperative.control).sum(axis=-1)
    free = cooperative.control < 1
    assert np.abs(joint[free]).max() < 1e-9
    assert (joint[~free] >= -1e-9).all()


def test_cooperation_has_one_price_near_the_sum_of_the_nash_prices(
    nash: Play, cooperative: Play
) -> None:
    for t in (1, 3, 5):
        price = cooperative.run.price[t]
        assert np.ptp(price) / price.mean() < 0.03
        assert nash.run.price[t].sum() == pytest.approx(price.mean(), rel=0.1)


def test_cooperation_is_worth_more_and_warms_less(nash: Play, cooperative: Play) -> None:
    base = simulate(rice(20))
    assert cooperative.welfare.sum() > nash.welfare.sum()
    assert (cooperative.run.warming[2:] < nash.run.warming[2:]).all()
    assert (nash.run.warming[2:] < base.warming[2:]).all()


def test_a_coalition_lies_between(nash: Play, cooperative: Play) -> None:
    some = play(rice(20), [["US", "EU", "CHI"]])
    total = [x.welfare.sum() for x in (nash, some, cooperative)]
    assert total == sorted(total)
    members = [some.run.price[3, rice().names.index(n)] for n in ("US", "EU", "CHI")]
    assert max(members) / min(members) < 1.03


def test_wrong_groups_and_controls_are_one_clear_line() -> None:
    with pytest.raises(InputError, match="unknown region 'CHN'; did you mean 'CHI'"):
        play(rice(5), [["US", "CHN"]])
    with pytest.raises(InputError, match="two groups"):
        play(rice(5), [["US"], ["US", "EU"]])
    with pytest.raises(InputError, match="periods and regions"):
        simulate(rice(5), np.zeros((4, 12)))
    with pytest.raises(InputError, match="3 to 60"):
        rice(2)


def test_the_world_of_clubs_made_of_rice_has_its_curves() -> None:
    world = rice2013()
    assert world.size == 12
    assert world.damage_share.sum() == pytest.approx(1.0)
    assert world.exponent == pytest.approx(2.8)
    assert world.imports.sum() == 0.0
