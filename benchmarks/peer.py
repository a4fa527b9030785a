"""The peer: PyPSA builds the network's model anew for every policy point, linopy solves it.

The same network, held in memory, is copied; ``n.optimize.create_model`` writes its model, the
instruments add the same rows, and ``Model.solve`` hands the labelled model to HiGHS with its
default options: no folded bounds, no scaling, no basis of an earlier solve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pypsa

from benchmarks.points import Point
from benchmarks.process import Stopwatch
from dualcarbon.equilibrium.package import Package
from dualcarbon.system.model import build_model
from dualcarbon.system.network import quiet_pypsa
from dualcarbon.system.users import EnergyUsers

INTERFACES = ("lp", "direct")


@dataclass(frozen=True)
class PeerSolve:
    """A point solved anew.

    Attributes:
        build: seconds for copying the network, writing the model and attaching the policy.
        solve: seconds for handing it to the solver and solving.
        objective: CNY; not a number where HiGHS found no optimum under the options asked for.
        condition: how HiGHS ended.
    """

    build: dict[str, float]
    solve: dict[str, float]
    objective: float
    condition: str = "optimal"


def solve_anew(
    network: pypsa.Network,
    users: EnergyUsers,
    package: Package,
    point: Point,
    interface: str,
    **options: Any,
) -> PeerSolve:
    """Build and solve a point.

    Args:
        network, users: the system, in memory.
        package: today's package.
        point: what is changed in it.
        interface: how linopy hands the model over: ``lp`` (a file, its default) or ``direct``.
        options: options of HiGHS.

    Raises:
        RuntimeError: HiGHS found no optimum.
    """
    watch = Stopwatch()
    with quiet_pypsa():
        model = build_model(network, users)
        package.changed(point.changes).attach(model)
        m = model.linopy
        objective, constant = m.objective.expression, 0.0
        for _, cost in model.yearly_costs.values():
            weighted = (cost * model.period_weight).sum()
            constant += float(weighted.const)
            objective = objective + weighted
        m.objective = objective - constant
        build, watch = watch.read(), Stopwatch()
        status, condition = m.solve(
            solver_name="highs", io_api=interface, progress=False, threads=1, output_flag=False,
            **options,
        )  # fmt: skip
    took = watch.read()
    if condition != "optimal":
        if not options:
            raise RuntimeError(f"{point.label}: {status}, {condition}")
        return PeerSolve(build, took, float("nan"), condition)
    return PeerSolve(build, took, float(m.objective.value) + constant)
