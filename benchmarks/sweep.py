"""Thirty policy points at 31 provinces: warm re-solves beside PyPSA built and solved anew."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmarks.peer import INTERFACES, solve_anew
from benchmarks.points import Point, sweep_points
from benchmarks.process import Stopwatch, alone
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.system.network import quiet_pypsa

RESULTS = Path(__file__).parent / "results"
SAME, APART = 1e-6, 1e-9
EVERY = 5
OPENING = "opening and first solve"
REPEATS = 3


def points_of_today() -> list[Point]:
    """The points, with today's obligation growth and the cap of the mass-cap scenario."""
    today, capped = load_scenario("today").package(), load_scenario("today_cap").package()
    growth = today.instruments["green"].model_dump()["share_growth"]
    cap = capped.instruments["carbon"].model_dump()["cap"]
    return sweep_points(growth, cap)


def ours() -> pd.DataFrame:
    """All points in one session, ``REPEATS`` times; the first row of each is the opening."""
    rows: list[dict[str, object]] = []
    for repeat in range(REPEATS):
        scenario = load_scenario("today")
        with quiet_pypsa():
            network, users = scenario.build()
        watch = Stopwatch()
        session = Session.open(network, users)
        first = session.solve(scenario.package())
        rows.append(_row(repeat, OPENING, watch.read(), first))
        for point in points_of_today():
            watch = Stopwatch()
            solved = session.solve(scenario.package().changed(point.changes))
            rows.append(_row(repeat, point.label, watch.read(), solved))
    return pd.DataFrame(rows)


def _row(repeat: int, label: str, took: dict[str, float], solved: Equilibrium) -> dict[str, object]:
    raw = solved.solution.raw
    return {
        "repeat": repeat,
        "point": label,
        **took,
        "seconds_in_solver": raw.seconds,
        "iterations": raw.iterations,
        "warm": raw.warm,
        "objective": solved.objective,
        "certificate": float(solved.solution.price("green-total").max()),
    }


def peer(interface: str) -> pd.DataFrame:
    """Every fifth point, built and solved anew."""
    scenario = load_scenario("today")
    with quiet_pypsa():
        network, users = scenario.build()
    rows = []
    for point in points_of_today()[::EVERY]:
        solved = solve_anew(network, users, scenario.package(), point, interface)
        rows.append(
            {
                "interface": interface,
                "point": point.label,
                **{unit: solved.build[unit] + solved.solve[unit] for unit in solved.build},
                "seconds_in_solver": solved.solve["seconds"],
                "cpu_seconds_in_solver": solved.solve["cpu_seconds"],
                "objective": solved.objective,
            }
        )
    return pd.DataFrame(rows)


def run() -> None:
    """Measure both, assert that they agree, and write the results.

    Raises:
        AssertionError: an objective differs by more than a millionth.
    """
    RESULTS.mkdir(exist_ok=True)
    mine, memory = alone(ours)
    theirs = {interface: alone(peer, interface) for interface in INTERFACES}
    anew = pd.concat([table for table, _ in theirs.values()], ignore_index=True)
    assert_same(mine, anew)
    assert_apart(mine)
    mine.to_csv(RESULTS / "sweep_ours.csv", index=False)
    anew.to_csv(RESULTS / "sweep_peer.csv", index=False)
    memories = {"ours": memory, **{name: peak for name, (_, peak) in theirs.items()}}
    pd.Series(memories, name="peak_mib").rename_axis("way").to_csv(RESULTS / "sweep_memory.csv")


def assert_same(mine: pd.DataFrame, anew: pd.DataFrame) -> None:
    """Check that every point solved in both ways costs the same.

    Raises:
        AssertionError: naming the point.
    """
    both = mine.merge(anew, on="point", suffixes=("", "_anew"))
    gap = (both["objective"] / both["objective_anew"] - 1.0).abs()
    if (gap > SAME).any():
        worst = both.loc[gap.idxmax()]
        raise AssertionError(f"{worst['point']}: objectives differ by {gap.max():.1e}")


def assert_apart(mine: pd.DataFrame) -> None:
    """Check that no two points have one optimum, and that certificates have a price.

    Raises:
        AssertionError: naming two points, or one without a price.
    """
    points = mine[(mine["point"] != OPENING) & (mine["repeat"] == 0)].sort_values("objective")
    close = points["objective"].diff() <= APART * points["objective"]
    if close.any():
        raise AssertionError(f"{points.loc[close.idxmax(), 'point']}: the optimum of another point")
    if (points["certificate"] <= 0.01).any():
        free = points.loc[points["certificate"].idxmin(), "point"]
        raise AssertionError(f"{free}: certificates cost nothing")
