"""What more days and more regions cost, and what they change in the headline figures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmarks.process import Stopwatch, alone
from dualcarbon.equilibrium.solve import Session
from dualcarbon.indicators.headline import indicators
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.system.network import quiet_pypsa

RESULTS = Path(__file__).parent / "results"
DAYS = (2, 4, 8, 16)
REGIONS = ("grids", "provinces")
HEADLINE = ("renewable_share", "co2_mt", "system_cost_bn_cny", "cea_cny_per_t")


def size(regions: str, days: int) -> tuple[dict[str, object], pd.DataFrame]:
    """Build, open and solve today's markets cold: processor seconds, size, headline figures."""
    scenario = load_scenario("today", [f"system.regions={regions}", f"system.days={days}"])
    watch = Stopwatch()
    with quiet_pypsa():
        network, users = scenario.build()
    build, watch = watch.read(), Stopwatch()
    session = Session.open(network, users)
    opening, watch = watch.read(), Stopwatch()
    solved = session.solve(scenario.package())
    solve = watch.read()
    rows, columns = solved.solution.program.shape
    cost = {
        "regions": regions,
        "days": days,
        "segments": scenario.system.model_dump()["segments"],
        "seconds_build": build["cpu_seconds"],
        "seconds_open": opening["cpu_seconds"],
        "seconds_solve": solve["cpu_seconds"],
        "rows": rows,
        "columns": columns,
    }
    table = indicators(solved)
    return cost, table[table["indicator"].isin(HEADLINE)].assign(regions=regions, days=days)


def run() -> None:
    """Measure every size, each in a process of its own, and write the results."""
    RESULTS.mkdir(exist_ok=True)
    costs, figures = [], []
    for regions in REGIONS:
        for days in DAYS:
            (cost, headline), memory = alone(size, regions, days)
            print(f"{regions}, {days} days: {cost['seconds_solve']:.1f} s to solve", flush=True)
            costs.append({**cost, "peak_mib": memory})
            figures.append(headline)
    pd.DataFrame(costs).to_csv(RESULTS / "growth_cost.csv", index=False)
    errors(pd.concat(figures)).to_csv(RESULTS / "growth_error.csv", index=False)


def errors(figures: pd.DataFrame) -> pd.DataFrame:
    """Headline figures with their difference from those of the most days, of the same regions.

    Args:
        figures: regions, days, year, indicator, value, unit.
    """
    keys = ["regions", "year", "indicator"]
    most = figures[figures["days"] == figures["days"].max()].set_index(keys)["value"]
    at_most = figures.set_index(keys).index.map(most)
    return figures.assign(difference=figures["value"].to_numpy() - at_most.to_numpy(float))
