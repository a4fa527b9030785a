"""Experiment beside `today_cap`: the form of the carbon market, at equal emissions.

Goulder, Long, Lu and Morgenstern (2022, NBER 26537) report that a tradable performance standard
costs 34 to 47 % more than a cap; Goulder, Long, Qu and Zhang (2023, SSRN 4616877) that one
electricity benchmark instead of four cuts cost by 34 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from dualcarbon.errors import InfeasiblePackage
from dualcarbon.experiments.integrate import covered_emissions, discounted, without_policy
from dualcarbon.experiments.link import renewable_share
from dualcarbon.experiments.parameters import assumptions, published
from dualcarbon.experiments.rows import BANDS, Row, percent, table
from dualcarbon.experiments.statements import Findings, reading, text

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.experiments.context import ExperimentContext, ExperimentTables

CLASSES = ("coal_over_300", "coal_upto_300", "coal_unconventional", "gas")
CLOSE, TRIES = 1e-4, 8
TWH = 1e-6


@dataclass(frozen=True)
class StandardFound(Findings):
    """What a performance standard costs over a cap (percent), and what the cap adds.

    Attributes:
        renewables: share of renewables in the last year under the cap less that under the
            standard, points.
    """

    topic: ClassVar[str] = "bands.standard"
    excess: float
    renewables: float

    @property
    def no_more_renewables(self) -> bool:
        """Whether the cap leaves the share where it is, or lower."""
        return self.renewables <= 0


@dataclass(frozen=True)
class SingleFound(Findings):
    """What one benchmark costs over four (percent), and the gas power it adds in ``year``, TWh."""

    topic: ClassVar[str] = "bands.single"
    change: float
    gas_twh: float
    year: int

    @property
    def no_more_gas(self) -> bool:
        """Whether one benchmark leaves gas power where it is, or lower."""
        return self.gas_twh <= 0


def experiment(context: ExperimentContext) -> ExperimentTables:
    """Compare the performance standard with a cap, and four benchmarks with one.

    All at equal covered emissions on a completed power market, as the studies assume, without
    offsets, banking or renewable obligations, so that only the form of the carbon market differs.
    """
    session = context.session("today")
    plain = {"banking": False, "starting_bank": 0.0, "offset_limit": 0.0, "offsets": (),
             "ccer_rate": 0.0}  # fmt: skip
    package = context.scenario("complete").package().changed({"green": None, "carbon": plain})
    base = cost(session.solve(without_policy(package)))
    four = session.solve(package)
    capped = session.solve(package.changed({"carbon": same_cap(four)}))
    one = same_emissions(context, package, four)
    solved = {"four": four, "cap": capped, "one": one}
    extra = {name: cost(equilibrium) - base for name, equilibrium in solved.items()}
    rows = [_standard(extra, solved), _single(extra, solved)]
    return {"experiments": table(rows), "assumptions": assumptions(f"{BANDS}.s")}


def cost(equilibrium: Equilibrium) -> float:
    """Discounted resource cost, CNY."""
    return discounted(equilibrium.system_cost, equilibrium)


def same_cap(equilibrium: Equilibrium) -> dict[str, object]:
    """Fields of a mass cap that equals the covered emissions of every year."""
    cap = {int(y): float(v) for y, v in covered_emissions(equilibrium).items()}
    return {"cap": cap, "benchmarks": None, "stringency": 1.0,
            "allocation_of_users": "baseline"}  # fmt: skip


def _standard(extra: dict[str, float], solved: dict[str, Equilibrium]) -> Row:
    ours = percent(extra["four"], extra["cap"])
    share = {name: 100.0 * renewable_share(solved[name]).iloc[-1] for name in ("four", "cap")}
    found = StandardFound(ours, float(share["cap"] - share["four"]))
    return Row(BANDS, text("bands.standard.variant"), "standard_over_cap",
               "policy cost of a cap at equal emissions", ours, "%", reading(found),
               published("bands.standard"))  # fmt: skip


def _single(extra: dict[str, float], solved: dict[str, Equilibrium]) -> Row:
    ours = percent(extra["one"], extra["four"])
    gas = {name: _gas(solved[name]) for name in ("four", "one")}
    year = int(solved["one"].solution.model.periods[-1])
    found = SingleFound(ours, gas["one"] - gas["four"], year)
    return Row(BANDS, text("bands.single.variant"), "one_over_four",
               "policy cost of four benchmarks at equal emissions", ours, "%", reading(found),
               published("bands.single"))  # fmt: skip


def _gas(equilibrium: Equilibrium) -> float:
    """Gas power of the last year, TWh."""
    solution = equilibrium.solution
    gas = solution.model.annual.units["carrier"].eq("gas")
    return TWH * float(solution.energy[gas].sum().iloc[-1])


def covered(equilibrium: Equilibrium) -> float:
    """Covered emissions over the horizon, t CO2, milestone years weighted by their length."""
    years = equilibrium.solution.model.horizon.years
    return float((covered_emissions(equilibrium) * years).sum())


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
        try:
            found = context.session("today").solve(package.changed({"carbon": carbon}))
        except InfeasiblePackage:
            low = level
            continue
        gap = covered(found) / wanted - 1.0
        if abs(gap) < CLOSE:
            break
        low, high = (low, level) if gap > 0 else (level, high)
    return found
