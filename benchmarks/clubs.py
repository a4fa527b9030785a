"""Equilibria of climate clubs: all cells of a table over price and tariff, beside pygambit."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from benchmarks.process import Stopwatch, alone
from dualcarbon.international.clubs import Policy, Region, World, build, cdice, nash_coalitions
from dualcarbon.international.clubs.game import Game
from dualcarbon.international.clubs.outcomes import PRICES, TARIFFS, sweep
from dualcarbon.international.clubs.stability import gains_of, stability_of

RESULTS = Path(__file__).parent / "results"
REPEATS = 7
PEER_CELLS = ((25.0, 0.0), (25.0, 0.03), (50.0, 0.06))
LARGE = 25
SEEDS = range(8)


def games() -> list[Game]:
    """The games of all 44 cells."""
    world = cdice()
    return [build(world, Policy(price=p, tariff=t)).game for p in PRICES for t in TARIFFS]


def equilibria(repeats: int = REPEATS) -> tuple[list[tuple[int, ...]], list[dict[str, object]]]:
    """All Nash equilibria of the 44 cells by branch and bound, games built anew."""
    cdice()
    rows = []
    for repeat in range(repeats):
        watch = Stopwatch()
        found = [nash_coalitions(game) for game in games()]
        rows.append({"way": "branch and bound", "settings": 44, "repeat": repeat, **watch.read()})
    return found, rows


def enumeration(repeats: int = REPEATS) -> tuple[list[tuple[int, ...]], list[dict[str, object]]]:
    """Nash, internal, external and potential stability of all 2^15 coalitions of each cell."""
    built = games()
    rows = []
    for repeat in range(repeats):
        watch = Stopwatch()
        flags = [stability_of(gains_of(game)).nash for game in built]
        rows.append({"way": "all coalitions", "settings": 44, "repeat": repeat, **watch.read()})
    return [tuple(int(s) for s in np.flatnonzero(f)) for f in flags], rows


def certificates() -> tuple[int, list[dict[str, object]]]:
    """The whole table with strong equilibria and cycles; returns the cells without one."""
    watch = Stopwatch()
    cells = sweep(cdice())
    row = {"way": "with groups and cycles", "settings": 44, "repeat": 0, **watch.read()}
    return sum(not cell.strong for cell in cells), [row]


def peer() -> tuple[list[tuple[int, ...]], list[dict[str, object]]]:
    """A few cells by pygambit: the game from arrays, then its pure equilibria."""
    import pygambit

    world, rows, found = cdice(), [], []
    for price, tariff in PEER_CELLS:
        payoffs = build(world, Policy(price=price, tariff=tariff)).game.every_payoff()
        watch = Stopwatch()
        arrays = [payoffs[:, i].reshape((2,) * 15).transpose() for i in range(15)]
        game = pygambit.Game.from_arrays(*arrays)
        solved = pygambit.nash.enumpure_solve(game).equilibria
        rows.append({"way": "pygambit", "settings": 1, "repeat": 0, **watch.read()})
        inside = [list(player.strategies)[1] for player in game.players]
        found.append(
            tuple(
                sorted(sum(1 << i for i, s in enumerate(inside) if one[s] == 1) for one in solved)
            )
        )
    return found, rows


def large() -> list[dict[str, object]]:
    """Random worlds of 25 regions: all Nash equilibria out of 2^25 coalitions."""
    rows = []
    for seed in SEEDS:
        world = _world(seed, LARGE)
        watch = Stopwatch()
        for price in (15.0, 25.0, 50.0):
            nash_coalitions(build(world, Policy(price=price, tariff=0.03)).game)
        took = {unit: seconds / 3 for unit, seconds in watch.read().items()}
        rows.append({"way": "n = 25", "settings": 1, "repeat": seed, **took})
    return rows


def run() -> None:
    """Measure, assert that all ways agree, and write the results.

    Raises:
        AssertionError: two ways find different equilibria.
    """
    RESULTS.mkdir(exist_ok=True)
    (found, ours), memory = alone(equilibria)
    (labelled, all_), memory_all = alone(enumeration)
    (_, whole), memory_whole = alone(certificates)
    (theirs, gambit), memory_peer = alone(peer)
    wide, memory_wide = alone(large)
    assert found == labelled, "branch and bound and enumeration differ"
    cells = [(p, t) for p in PRICES for t in TARIFFS]
    assert [found[cells.index(c)] for c in PEER_CELLS] == theirs, "pygambit differs"
    table = pd.DataFrame([*ours, *all_, *whole, *gambit, *wide])
    table.to_csv(RESULTS / "clubs.csv", index=False)
    peak = (memory, memory_all, memory_whole, memory_peer, memory_wide)
    peaks = dict(zip(table["way"].unique(), peak, strict=True))
    pd.Series(peaks, name="peak_mib").rename_axis("way").to_csv(RESULTS / "clubs_memory.csv")


def summary() -> pd.DataFrame:
    """Median and largest time of each way, per table of 44 settings, with peak memory."""
    table = pd.read_csv(RESULTS / "clubs.csv")
    peaks = pd.read_csv(RESULTS / "clubs_memory.csv").set_index("way")["peak_mib"]
    ours = median(table.loc[table["way"] == "branch and bound", "cpu_seconds"]) / 44
    rows = []
    for way, group in table.groupby("way", sort=False):
        per = group["cpu_seconds"] / group["settings"]
        rows.append(
            {
                "way": way,
                "settings": int(group["settings"].iloc[0]),
                "runs": len(group),
                "median_s": group["cpu_seconds"].median(),
                "most_s": group["cpu_seconds"].max(),
                "clock_s": group["seconds"].median(),
                "per_setting_ms": 1000 * per.median(),
                "times_ours": per.median() / ours,
                "peak_mib": peaks[way],
            }
        )
    return pd.DataFrame(rows)


def _world(seed: int, n: int) -> World:
    """A random world with figures of the order of C-DICE."""
    rng = np.random.default_rng(seed)
    regions = {
        f"R{i}": Region(
            gdp_bn=float(rng.uniform(500, 15000)),
            co2_mt=float(rng.uniform(200, 9000)),
            abatement=float(rng.uniform(0.005, 0.06)),
            tariff_gain=float(rng.uniform(0.4, 0.75)),
            tariff_deadweight=float(rng.uniform(0.4, 1.0)),
        )
        for i in range(n)
    }
    trade = rng.uniform(0, 150, (n, n)) * (1 - np.eye(n))
    return World(regions=regions, imports_bn=tuple(map(tuple, trade.tolist())))
