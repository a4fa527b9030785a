"""However a program is solved, joined or whole, inside or at a corner, the answer is one."""

from __future__ import annotations

import pickle
from copy import deepcopy

import highspy
import numpy as np
import pytest
import scipy.sparse as sp

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.solver.highs import Infeasible, PersistentHighs
from dualcarbon.solver.program import Program
from dualcarbon.system.network import quiet_pypsa
from tests import worlds

NEVER = 10**9
GRIDS = [f"system.{size}" for size in ("base=2024", "regions=grids", "segments=2", "days=1")]
CHANGES = (
    {"carbon": {"offset_limit": 0.02}},
    {"carbon": {"stringency": {2025: 1.0, 2030: 0.95, 2035: 0.9}}},
    {"electricity": {"dispatch": "merit_order"}},
)


@pytest.fixture(scope="module")
def package() -> Package:
    return load_scenario("today", GRIDS).package()


@pytest.fixture(scope="module")
def world() -> Session:
    with quiet_pypsa():
        network, users = load_scenario("today", GRIDS).build()
    return Session.open(network, users)


def session(world: Session, *, merge: bool, inside: bool) -> Session:
    solver = PersistentHighs(merge_from=0 if merge else NEVER, interior_from=0 if inside else NEVER)
    return Session(deepcopy(world.model), world.physical, solver)


@pytest.fixture(scope="module")
def plain(world: Session, package: Package) -> list[Equilibrium]:
    """Corners of the whole program, one after the other."""
    whole = session(world, merge=False, inside=False)
    return [whole.solve(p) for p in packages(package)]


def packages(package: Package) -> list[Package]:
    found = [package]
    for change in CHANGES:
        found.append(found[-1].changed(change))
    return found


@pytest.mark.parametrize(("merge", "inside"), [(True, False), (True, True), (False, True)])
def test_every_way_gives_the_objective_and_the_prices_of_a_corner(
    world: Session, package: Package, plain: list[Equilibrium], merge: bool, inside: bool
) -> None:
    way = session(world, merge=merge, inside=inside)
    joined = []
    for at, p in enumerate(packages(package)):
        found = way.solve(p)
        joined.append(way.solver._joined)
        raw = found.solution.raw
        assert raw.interior == (inside and at == 0)
        assert raw.warm == (at > 0)
        assert raw.optimality.worst <= (1e-7 if raw.interior else 1e-8)
        assert found.objective == pytest.approx(plain[at].objective, rel=1e-11 if inside else 1e-12)
        worlds.assert_same_prices(plain[at], found)
        found.check()
    if merge:
        columns = way.solver._program.shape[1]
        assert columns < plain[0].solution.program.shape[1]
        assert joined[1].groups is joined[0].groups  # a limit moved coefficients of other rows


def test_a_copy_of_a_point_inside_starts_where_a_corner_near_it_is(
    world: Session, package: Package, plain: list[Equilibrium]
) -> None:
    copied = pickle.loads(pickle.dumps(session(world, merge=True, inside=True).solve(package)))
    again = copied.resolve(**CHANGES[0])
    assert again.solution.raw.warm
    assert again.solution.raw.iterations < plain[0].solution.raw.iterations / 2
    assert again.objective == pytest.approx(plain[1].objective, rel=1e-12)


def two_plants(least: float) -> Program:
    """Two plants alike run in the first of two hours; the first is to make ``least`` a year.

    Columns: outputs ``x11 x12 x21 x22``, annual sums ``E1 E2``, and what is short of ``least``.
    Rows: what the annual sums are, all output of each hour, and the demand for that of plant 1.
    """
    A = [
        [-1.0, -1.0, 0, 0, 1.0, 0, 0],
        [0, 0, -1.0, -1.0, 0, 1.0, 0],
        [1.0, 0, 1.0, 0, 0, 0, 0],
        [0, 1.0, 0, 1.0, 0, 0, 0],
        [0, 0, 0, 0, 1.0, 0, 1.0],
    ]
    low = np.array([0, 0, 2.0, 0.0, least])
    return Program(
        A=sp.csr_array(np.array(A)),
        cost=np.array([1.0, 9.0, 1.0, 9.0, 0, 0, 100.0]),
        lower=np.array([0, 0, 0, 0, -np.inf, -np.inf, 0]),
        upper=np.array([1.0, 1.0, 1.0, 1.0, np.inf, np.inf, np.inf]),
        row_lower=low,
        row_upper=np.array([0, 0, 2.0, np.inf, np.inf]),
        column_scale=np.ones(7),
        row_scale=np.ones(5),
        row_label=np.arange(5),
        column_label=np.arange(7),
    )


@pytest.mark.parametrize("least", [0.5, 1.0, 1.5])
def test_plants_that_cannot_be_told_apart_again_are_taken_apart(least: float) -> None:
    """At 1.5 the joined program lets plant 1 make what only both together made."""
    solver = PersistentHighs(merge_from=0)
    solver.load(two_plants(least))
    assert solver._program.shape[1] < 7
    raw = solver.solve()
    assert raw.objective == pytest.approx(2.0 + 9.0 * max(least - 1.0, 0.0))
    assert raw.optimality.worst <= 1e-9
    if least > 1.0:
        assert solver._program.shape[1] == 7


@pytest.mark.parametrize("interior_from", [0, NEVER])
def test_what_has_no_solution_has_none_either_way(interior_from: int) -> None:
    program = two_plants(1.0)
    program.row_lower[2] = program.row_upper[2] = 3.0
    solver = PersistentHighs(merge_from=0, interior_from=interior_from)
    solver.load(program)
    with pytest.raises(Infeasible):
        solver.solve()


def test_prices_of_the_teaching_world_are_the_same_inside_and_proven() -> None:
    package = load_scenario("teaching").package()
    corner = worlds.opened(worlds.teaching).copy().solve(package)
    inside = session(worlds.opened(worlds.teaching), merge=True, inside=True).solve(package)
    assert inside.solution.raw.interior
    assert inside.objective == pytest.approx(corner.objective, rel=1e-11)
    worlds.assert_same_prices(corner, inside)
    keys = ["instrument", "item", "period", "region"]
    both = inside.price_intervals().merge(corner.prices, on=keys, suffixes=("", "_corner"))
    slack = 1e-6 * (1.0 + both["price"].abs())
    assert len(both) > 0
    assert (both["low"] - slack <= both["price_corner"]).all()
    assert (both["price_corner"] <= both["high"] + slack).all()


def test_a_simplex_that_stops_is_followed_by_an_interior_point(
    world: Session, package: Package, plain: list[Equilibrium], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = highspy.HighsModelStatus.kNotset
    monkeypatch.setattr(PersistentHighs, "_simplex", lambda self, *, warm: stopped)
    found = session(world, merge=False, inside=False).solve(package)
    assert found.solution.raw.objective == pytest.approx(plain[0].solution.raw.objective, rel=1e-7)
