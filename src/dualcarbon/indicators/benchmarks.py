"""Experiment beside `today_cap`: one electricity benchmark instead of four, at equal emissions.

Goulder, Long, Qu and Zhang (2023, SSRN 4616877) report that one benchmark cuts cost by 34 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dualcarbon.indicators.integrate import TIGHT, discounted, without_policy
from dualcarbon.indicators.rows import Row, percent, table

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.indicators.experiments import ExperimentContext, ExperimentTables

PUBLISHED = (-34.0, -34.0)
CLASSES = ("coal_over_300", "coal_upto_300", "coal_unconventional", "gas")
CLOSE, TRIES = 1e-4, 8


def experiment(context: ExperimentContext) -> ExperimentTables:
    """Compare four benchmarks with one of the same covered emissions over the horizon."""
    session = context.session("today")
    package = context.scenario("today").package().changed(
        {"green": None, "carbon": {"stringency": TIGHT, "banking": False}}
    )
    nothing = session.solve(without_policy(package))
    four = session.solve(package)
    one = same_emissions(context, package, four)
    base = discounted(nothing.system_cost, nothing)
    extra = [discounted(eq.system_cost, eq) - base for eq in (four, one)]
    ours = percent(extra[1], extra[0])
    row = Row(
        "today_cap", "one benchmark for coal and gas | 煤电与气电单一基准", "one_over_four",
        "policy cost of four benchmarks at equal emissions", ours, "%", PUBLISHED[0], PUBLISHED[1],
        ours < 0,
        "one benchmark also rewards gas over coal; four reward only efficiency within a class",
        "单一基准还能激励以气代煤，四类基准只激励同类机组提效",
    )  # fmt: skip
    return {"experiments": table([row])}


def covered(equilibrium: Equilibrium) -> float:
    """Covered emissions over the horizon, t CO2, milestone years weighted by their length."""
    solution = equilibrium.solution
    carbon = equilibrium.package.instruments["carbon"]
    yearly = solution.evaluate(carbon.emissions(solution.model)).to_series()
    return float((yearly * solution.model.horizon.years).sum())


def same_emissions(
    context: ExperimentContext, package: Package, target: Equilibrium
) -> Equilibrium:
    """Equilibrium of one benchmark whose level meets the target's emissions (bisection)."""
    wanted = covered(target)
    low, high = 0.70, 0.85
    found = target
    for _ in range(TRIES):
        level = 0.5 * (low + high)
        context.progress(f"one benchmark of {level:.3f} t/MWh")
        carbon = {"benchmarks": dict.fromkeys(CLASSES, level)}
        found = context.session("today").solve(package.changed({"carbon": carbon}))
        gap = covered(found) / wanted - 1.0
        if abs(gap) < CLOSE:
            break
        low, high = (low, level) if gap > 0 else (level, high)
    return found
