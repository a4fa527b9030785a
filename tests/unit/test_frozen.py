"""A solved equilibrium as bytes: thawed elsewhere, it goes on as if it had never left."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.errors import InfeasiblePackage, InputError
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.solver import highs
from dualcarbon.sweep.sessions import Sessions

CHANGE = {"carbon": {"offset_limit": 0.02}}


@pytest.fixture(scope="module")
def solved() -> Equilibrium:
    scenario = load_scenario("teaching")
    return Sessions().of(scenario).solve(scenario.package())


def test_thawed_equilibrium_has_its_figures_and_explains_them(solved: Equilibrium) -> None:
    again = pickle.loads(pickle.dumps(solved))
    assert again.objective == solved.objective
    assert again.explain("carbon-balance", "zh") == solved.explain("carbon-balance", "zh")
    assert again.check()["holds"].all()


def test_two_copies_take_the_same_way_bit_by_bit(solved: Equilibrium) -> None:
    frozen = pickle.dumps(solved)
    one, two = (pickle.loads(frozen) for _ in range(2))
    two.session.solve(load_scenario("teaching").package())
    ends = [eq.resolve(**CHANGE).solution.raw for eq in (one, pickle.loads(frozen))]
    assert np.array_equal(ends[0].x, ends[1].x)
    assert np.array_equal(ends[0].dual, ends[1].dual)
    assert ends[0].iterations == ends[1].iterations
    assert all(raw.warm for raw in ends)
    other = two.resolve(**CHANGE).solution.raw.objective
    assert other == pytest.approx(ends[0].objective, rel=1e-9)


def test_copy_starts_from_the_basis_and_needs_no_pivot(solved: Equilibrium) -> None:
    again = pickle.loads(pickle.dumps(solved))
    same = again.session.solve(again.package).solution.raw
    assert same.warm
    assert same.iterations == 0
    assert np.array_equal(same.x, solved.solution.raw.x)


def test_warm_solve_is_given_up_by_pivots_not_by_seconds(
    solved: Equilibrium, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no patience the same end is reached from cold."""
    patient = pickle.loads(pickle.dumps(solved)).resolve(carbon=None, green=None)
    assert patient.solution.raw.warm
    assert patient.solution.raw.iterations > 1
    monkeypatch.setattr(highs, "FEWEST", 1)
    monkeypatch.setattr(highs, "PATIENCE", 0.0)
    hasty = pickle.loads(pickle.dumps(solved)).resolve(carbon=None, green=None)
    assert not hasty.solution.raw.warm
    assert hasty.objective == pytest.approx(patient.objective, rel=1e-9)


@pytest.mark.parametrize(
    "error",
    [
        InputError("cannot use 3", where="shares", allowed=["1", "2"], nearest="2"),
        InfeasiblePackage("cannot be met", ["carbon", "green"]),
    ],
)
def test_errors_travel_whole(error: InputError | InfeasiblePackage) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert vars(again) == vars(error)
