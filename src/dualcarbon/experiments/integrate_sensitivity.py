"""How the saving of experiment 2 moves with fuel prices, cost of capital and offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dualcarbon.experiments.integrate import AMBITIONS, KEY, saving, separate
from dualcarbon.experiments.link import other_variable_cost
from dualcarbon.experiments.rows import Sensitivity, percent, table
from dualcarbon.experiments.shocks import CapitalCostShock, FuelPriceShock, coarse, shocked

if TYPE_CHECKING:
    from dualcarbon.experiments.context import ExperimentContext, ExperimentTables


def experiment(context: ExperimentContext) -> ExperimentTables:
    """The sensitivities as rows of the run's table."""
    return {"sensitivity": table(sensitivities(context))}


def sensitivities(context: ExperimentContext) -> list[Sensitivity]:
    """The saving at tighter benchmarks under other assumptions, on the seven grids.

    What stringency does is in the experiment's own rows.
    """
    session, package = coarse(context)
    pressed = separate(package, AMBITIONS[1])
    vom = other_variable_cost()
    coal = {f: FuelPriceShock(fuel="coal", factor=f, other_cost=vom) for f in (0.8, 1.2)}
    gas = FuelPriceShock(fuel="gas", factor=0.7, other_cost=vom)
    dear = CapitalCostShock(wacc=0.08, base_wacc=0.06)
    cases = [
        ("central", "", "", pressed),
        ("offset share", "10", "%", pressed.changed({"carbon": {"offset_limit": 0.10}})),
        ("coal price", "-20", "%", shocked(pressed, coal[0.8])),
        ("coal price", "+20", "%", shocked(pressed, coal[1.2])),
        ("gas price", "-30", "%", shocked(pressed, gas)),
        ("cost of capital", "8", "%", shocked(pressed, dear)),
    ]
    found = []
    for assumption, value, unit, changed in cases:
        context.progress(f"integrate: {assumption} {value}")
        _, before, after = saving(session, changed)
        found.append(Sensitivity(KEY, assumption, value, unit, percent(after, before)))
    return found
