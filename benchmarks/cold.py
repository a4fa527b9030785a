"""A cold solve of today's markets beside PyPSA, which builds and solves the same with HiGHS.

Every way stands in a process of its own and finds the same objective. The peers get the network in
memory, write its model with PyPSA, add the same policy rows, and hand it to HiGHS through linopy's
direct interface: once at HiGHS's defaults, once with its newest interior point (HiPO, an extra of
HiGHS) without crossover, the fastest that a user can ask PyPSA for.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pandas as pd

from benchmarks.peer import solve_anew
from benchmarks.points import Point
from benchmarks.process import Stopwatch, alone
from dualcarbon.equilibrium.solve import Session
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.solver.crossover import highs_lp
from dualcarbon.solver.highs import hipo_installed
from dualcarbon.sweep.sessions import Sessions
from dualcarbon.system.network import quiet_pypsa

RESULTS = Path(__file__).parent / "results"
SIZES = ((2, 6), (8, 6), (8, 24))
SAME = 1e-6
LONGEST = 1200.0  # seconds of a solve; a way that takes longer is printed as stopped
HIPO = {"solver": "hipo", "run_crossover": "off"}
OURS, FROM_DISK = "ours", "ours, system from disk"
BEFORE = "ours as in 0.2.0: whole program, crossover"
PEER, PEER_HIPO = "PyPSA, HiGHS's default", "PyPSA, HiPO without crossover"


def scenario_of(days: int, segments: int) -> Any:
    """Today's markets at a size."""
    return load_scenario("today", [f"system.days={days}", f"system.segments={segments}"])


def ours(days: int, segments: int, *, from_disk: bool = False) -> dict[str, object]:
    """Open and solve; from disk the system was opened by an earlier process."""
    scenario = scenario_of(days, segments)
    watch = Stopwatch()
    if from_disk:
        session = Sessions().of(scenario)
    else:
        with quiet_pypsa():
            network, users = scenario.build()
        session = Session.open(network, users)
    build, watch = watch.read(), Stopwatch()
    solved = session.solve(scenario.package())
    return _row(build, watch.read(), solved.objective, solved.solution.program.shape)


def disk(days: int, segments: int) -> dict[str, object]:
    """The same, the system from disk."""
    return ours(days, segments, from_disk=True)


def before(days: int, segments: int) -> dict[str, object]:
    """The whole program by the interior point with crossover, or the simplex, as version 0.2.0."""
    scenario = scenario_of(days, segments)
    watch = Stopwatch()
    with quiet_pypsa():
        network, users = scenario.build()
    session = Session.open(network, users)
    build, watch = watch.read(), Stopwatch()
    program = session.program(scenario.package())
    h = highspy.Highs()
    large = program.shape[1] > 60_000
    for option, value in (("output_flag", False), ("threads", 1), ("time_limit", LONGEST),
                          ("solver", "ipx" if large else "simplex")):  # fmt: skip
        h.setOptionValue(option, value)
    h.passModel(highs_lp(program))
    h.run()
    found = h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    objective = h.getObjectiveValue() * 1e6 if found else np.nan
    return _row(build, watch.read(), objective, program.shape)


def peer(days: int, segments: int, options: dict[str, object]) -> dict[str, object]:
    """PyPSA builds the network's model, linopy hands it over and HiGHS solves it."""
    scenario = scenario_of(days, segments)
    watch = Stopwatch()
    with quiet_pypsa():
        network, users = scenario.build()
    built = watch.read()
    anew = solve_anew(
        network, users, scenario.package(), Point("today", {}), "direct",
        time_limit=LONGEST, **options,
    )  # fmt: skip
    build = {unit: built[unit] + anew.build[unit] for unit in built}
    return _row(build, anew.solve, anew.objective, (0, 0)) | {"condition": anew.condition}


def _row(
    build: dict[str, float], solve: dict[str, float], objective: float, shape: tuple[int, int]
) -> dict[str, object]:
    return {
        "build_seconds": build["seconds"],
        "build_cpu": build["cpu_seconds"],
        "solve_seconds": solve["seconds"],
        "solve_cpu": solve["cpu_seconds"],
        "objective": objective,
        "rows": shape[0],
        "columns": shape[1],
        "condition": "optimal" if np.isfinite(objective) else "stopped",
    }


def prices(days: int, segments: int) -> pd.DataFrame:
    """Policy prices of a point inside beside those of a corner, and whether they are proven."""
    scenario = scenario_of(days, segments)
    session = Sessions().of(scenario)
    session.solver.interior_from = 0
    inside = session.solve(scenario.package())
    corner = session.solve(scenario.package())  # the crossover of the same point
    keys = ["instrument", "item", "period", "region"]
    both = inside.prices.merge(corner.prices, on=keys, suffixes=("", "_corner"))
    both["apart"] = (both["price"] - both["price_corner"]).abs() / (1.0 + both["price"].abs())
    return both.merge(inside.price_intervals()[[*keys, "low", "high"]], on=keys)


def run() -> None:
    """Measure every way at every size, assert that they agree, and write the results.

    Raises:
        AssertionError: an objective differs by more than a millionth.
    """
    RESULTS.mkdir(exist_ok=True)
    sizes = [tuple(map(int, s.split("x"))) for s in os.environ.get("SIZES", "").split()] or SIZES
    found, checked = [], []
    for days, segments in sizes:
        ways: dict[str, tuple[Any, ...]] = {OURS: (ours,), FROM_DISK: (disk,), BEFORE: (before,)}
        ways[PEER] = (peer, {})
        if hipo_installed():
            ways[PEER_HIPO] = (peer, HIPO)
        alone(disk, days, segments)  # so that the system is on disk
        for way, (work, *options) in ways.items():
            row, memory = alone(work, days, segments, *options)
            print(f"{days} x {segments}, {way}: {row['solve_cpu']:.1f} s to solve", flush=True)
            found.append({"days": days, "segments": segments, "way": way, **row,
                          "peak_mib": memory})  # fmt: skip
        table, _ = alone(prices, days, segments)
        checked.append(table.assign(days=days, segments=segments))
        pd.DataFrame(found).to_csv(RESULTS / "cold.csv", index=False)
        pd.concat(checked).to_csv(RESULTS / "cold_prices.csv", index=False)
    assert_same(pd.DataFrame(found))


def assert_same(found: pd.DataFrame) -> None:
    """Check that all ways at a size that ended found the same objective.

    Raises:
        AssertionError: naming the size.
    """
    for size, group in found.groupby(["days", "segments"]):
        ended = group["objective"].dropna()
        gap = float(ended.max() / ended.min() - 1.0)
        if gap > SAME:
            raise AssertionError(f"{size}: objectives differ by {gap:.1e}")
