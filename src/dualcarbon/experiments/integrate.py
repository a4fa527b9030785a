"""Experiment 2: certificates integrated with the carbon market, at the same emission path.

Zou, Wang and Sun (2022) report that the cost of peaking falls by 1.7 to 2.9 % over scenarios.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dualcarbon.equilibrium.audit import spread_table
from dualcarbon.experiments.findings import AmbitionFound, IntegrateFound
from dualcarbon.experiments.parameters import assumptions, parameter, published
from dualcarbon.experiments.rows import (
    Row,
    Sensitivity,
    percent,
    sensitivity_table,
    table,
    verdict_table,
)
from dualcarbon.experiments.shocks import (
    CapitalCostShock,
    FuelPriceShock,
    china,
    coarse,
    raised,
    shocked,
)
from dualcarbon.experiments.statements import Words, reading, text
from dualcarbon.instruments.carbon.market import CarbonMarket
from dualcarbon.instruments.carbon.settlement import outside_offsets

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solve import Equilibrium, Session
    from dualcarbon.experiments.context import ExperimentContext, ExperimentTables

KEY = "integrate"
BN = 1e-9


@dataclass(frozen=True)
class Ambition:
    """How hard the separate instruments press.

    Attributes:
        name: key of its name in ``words.yaml``.
        stringency: factor on the benchmarks by year, or None for today's.
        more_renewables: added to every renewable obligation, as a share of consumption.
    """

    name: str
    stringency: dict[int, float] | None = None
    more_renewables: float = 0.0

    @property
    def words(self) -> Words:
        """Name of the ambition."""
        return text(f"integrate.ambition.{self.name}")


def ambitions() -> tuple[Ambition, ...]:
    """The ambitions tried."""
    tight, points = parameter("integrate.stringency"), parameter("integrate.more_renewables")
    return Ambition("today"), Ambition("tight", tight), Ambition("tight_more", tight, points)


@dataclass(frozen=True)
class Both:
    """Separate instruments and one market of the same covered emissions, with their costs.

    Attributes:
        apart, one: the two equilibria; before, after: their discounted costs, CNY.
    """

    apart: Equilibrium
    one: Equilibrium
    before: float
    after: float


def experiment(context: ExperimentContext) -> ExperimentTables:
    """Compare separate instruments with one market of the same covered emissions."""
    base = context.equilibrium("today")
    session = context.session("today")
    reference = session.solve(without_policy(base.package))
    nothing = discounted(reference.system_cost, reference)
    rows: list[Row] = []
    found: dict[str, Both] = {}
    for ambition in ambitions():
        context.progress(f"integrate: {ambition.words[0]}")
        found[ambition.name] = saving(session, separate(base.package, ambition))
        rows += ambition_rows(found[ambition.name], nothing, ambition)
        rows += part_rows(parts(session, found[ambition.name]), ambition)
    return {
        "experiments": table(rows),
        "verdicts": verdict_table(KEY, rows, together(rows, found, nothing)),
        "assumptions": assumptions(f"{KEY}."),
    }


def without_policy(package: Package) -> Package:
    """The package without carbon and certificate markets; dispatch and adequacy stay."""
    return package.changed({"carbon": None, "green": None})


def separate(package: Package, ambition: Ambition) -> Package:
    """Separate instruments at an ambition."""
    changes: dict[str, Any] = {}
    if ambition.stringency is not None:
        changes["carbon"] = {"stringency": ambition.stringency}
    if ambition.more_renewables:
        changes["green"] = raised(package.instruments["green"], ambition.more_renewables)
    return package.changed(changes)


PARTS: dict[str, dict[str, Any]] = {
    "form": {"carbon": {"benchmarks": None, "stringency": 1.0, "banking": False,
                        "starting_bank": 0.0, "allocation_of_users": "baseline"}},
    "ownership": {"carbon": {"ccer_rate": 0.0}},
    "obligation": {"green": None},
}  # fmt: skip
"""Integration in steps: benchmarks become a cap, the cap owns what renewable power saves instead
of an offset project, and the renewable obligation ends."""


def integrated(equilibrium: Equilibrium, parts: Iterable[str] = tuple(PARTS)) -> Package:
    """One market of the same covered emissions: what a certificate saves is a saved allowance.

    The cap is the separate markets' covered emissions net of the offsets that were bought
    outside, year by year; the same offsets stay open. Renewable obligations end, and so do
    offsets from renewable power: the cap already values every ton that it avoids.

    Args:
        equilibrium: of the separate markets.
        parts: steps of :data:`PARTS` that are taken, the first one among them.
    """
    outside = outside_offsets(carbon_market(equilibrium), equilibrium.solution)
    net = covered_emissions(equilibrium) - outside
    cap = {int(y): float(v) for y, v in net.items()}
    package = equilibrium.package
    for part in parts:
        change = dict(PARTS[part])
        if part == "form":
            change["carbon"] = {**change["carbon"], "cap": cap}
        package = package.changed(change)
    return package


def carbon_market(equilibrium: Equilibrium) -> CarbonMarket:
    """The carbon market of an equilibrium."""
    market = equilibrium.package.instruments[CarbonMarket.key]
    assert isinstance(market, CarbonMarket)
    return market


def covered_emissions(equilibrium: Equilibrium) -> pd.Series:
    """Emissions that the carbon market covers by period, t CO2 per year."""
    solution = equilibrium.solution
    return solution.evaluate(carbon_market(equilibrium).emissions(solution.model)).to_series()


def discounted(cost: pd.Series, equilibrium: Equilibrium) -> float:
    """Discounted sum of a yearly cost over the horizon, CNY."""
    return float((cost * equilibrium.solution.model.horizon.objective).sum())


def saving(session: Session, package: Package) -> Both:
    """Separate instruments, and one market of the same covered emissions."""
    apart = session.solve(package)
    one = session.solve(integrated(apart))
    return Both(apart, one, discounted(apart.system_cost, apart), discounted(one.system_cost, one))


def ambition_rows(both: Both, nothing: float, ambition: Ambition) -> list[Row]:
    """Change of cost at one ambition, as a share of system cost and of incremental cost.

    Args:
        both: separate instruments and one market.
        nothing: discounted cost without policy, CNY.
        ambition: how hard the separate instruments press.
    """
    extra, change = both.before - nothing, both.after - both.before
    last = int(both.apart.solution.model.periods[-1])
    words = reading(AmbitionFound(BN * extra, BN * change, peak_year(both.apart), last))
    of_extra = percent(both.after - nothing, extra) if extra > 0 else math.nan
    return [
        Row(KEY, ambition.words, "discounted_system_cost",
            "discounted system cost, separate markets", percent(both.after, both.before), "%",
            words, published(KEY)),
        Row(KEY, ambition.words, "discounted_policy_cost",
            "discounted cost over the no-policy reference", of_extra, "%", words, published(KEY)),
    ]  # fmt: skip


def parts(session: Session, both: Both) -> dict[str, float]:
    """Change of discounted system cost by each step of integration, CNY; the sum is the whole."""
    costs = [both.before]
    for count in range(1, len(PARTS)):
        step = session.solve(integrated(both.apart, list(PARTS)[:count]))
        costs.append(discounted(step.system_cost, step))
    costs.append(both.after)
    return {part: costs[i + 1] - costs[i] for i, part in enumerate(PARTS)}


def part_rows(changes: Mapping[str, float], ambition: Ambition) -> list[Row]:
    """What each step of integration saves at an ambition, bn CNY discounted."""
    return [
        Row(KEY, ambition.words, f"integration_{part}", "", BN * change, "bn CNY",
            text(f"integrate.part.{part}"))
        for part, change in changes.items()
    ]  # fmt: skip


def together(rows: Sequence[Row], found: dict[str, Both], nothing: float) -> IntegrateFound:
    """What one market does over all ambitions; marginal costs where it saves most."""
    system = [r.ours for r in rows if r.indicator == "discounted_system_cost"]
    policy = [r.ours for r in rows if r.indicator == "discounted_policy_cost"]
    known = [v for v in policy if math.isfinite(v)]
    most = max(found, key=lambda name: found[name].before - found[name].after)
    both = found[most]
    spread = [spread_table(eq.regulated)["deviation"].iloc[-1] for eq in (both.apart, both.one)]
    return IntegrateFound(
        low=min(system),
        high=max(system),
        policy_low=min(known, default=math.nan),
        policy_high=max(known, default=math.nan),
        published_low=published(KEY).low,
        published_high=published(KEY).high,
        extra_bn=tuple(BN * (one.before - nothing) for one in found.values()),
        saved_bn=tuple(BN * (one.before - one.after) for one in found.values()),
        spread_before=float(spread[0]),
        spread_after=float(spread[1]),
        spread_name=text(f"integrate.ambition.{most}"),
    )


def peak_year(equilibrium: Equilibrium) -> int:
    """Milestone year with the largest emissions of power and energy users."""
    solution = equilibrium.solution
    total = solution.emissions.sum() + solution.user_emissions.sum()
    return int(total.idxmax())


def sensitivity(context: ExperimentContext) -> ExperimentTables:
    """How the saving moves with fuel prices, cost of capital and offsets."""
    return {"sensitivity": sensitivity_table(sensitivities(context))}


def sensitivities(context: ExperimentContext) -> list[Sensitivity]:
    """The saving at tighter benchmarks under other assumptions, on the seven grids.

    What stringency does is in the experiment's own rows.
    """
    session, package = coarse(context)
    pressed = separate(package, ambitions()[1])
    offsets, wacc = float(parameter("integrate.offset_limit")), float(parameter("integrate.wacc"))
    gas = float(parameter("integrate.gas_price"))
    dear = CapitalCostShock(wacc=wacc, settings=china(context))
    cases = [
        ("central", "", "", pressed),
        ("offset share", f"{100 * offsets:g}", "%",
         pressed.changed({"carbon": {"offset_limit": offsets}})),
        *(("coal price", f"{100 * (factor - 1):+.0f}", "%",
           shocked(pressed, FuelPriceShock(fuel="coal", factor=factor)))
          for factor in parameter("integrate.coal_prices")),
        ("gas price", f"{100 * (gas - 1):+.0f}", "%",
         shocked(pressed, FuelPriceShock(fuel="gas", factor=gas))),
        ("cost of capital", f"{100 * wacc:g}", "%", shocked(pressed, dear)),
    ]  # fmt: skip
    found = []
    for assumption, value, unit, changed in cases:
        context.progress(f"integrate: {assumption} {value}")
        both = saving(session, changed)
        found.append(Sensitivity(KEY, assumption, value, unit, percent(both.after, both.before)))
    return found
