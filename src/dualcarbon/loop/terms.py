"""Terms of the loop, what a round is solved with and gives, and the loop when it is solved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pandas as pd
from pydantic import Field

from dualcarbon.common.records import Record
from dualcarbon.loop.budget import Goal, Path

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.scenario.model import Scenario

SETTLED = 1e-3  # share of output or cap that may still move when the price rests
STEEP = 1e-2  # the same of benchmarks: emissions jump from step to step there
OPEN, CLOSED = "open", "closed"
Kind = Literal["cap", "benchmarks"]


class Terms(Record):
    """What the loop assumes beside the scenario.

    Attributes:
        goal: how much the nation may emit.
        market: ``cap`` in tonnes, or ``benchmarks`` whose stringency issues as much; as the
            scenario has it if None.
        elasticity: of exports to their cost; or ``low``, ``median``, ``high`` of the published
            ones.
        exports: t a year to the EU by sector, in place of those known.
        diverted: share of lost exports that other buyers take; with 0 they are not made.
        certificate: EUR/t at the border in all years; the published price if None.
        ceiling: CNY/t at which the state sells what the budget cannot meet; the scenario's own
            ceiling goes first.
        tolerance: CNY/t by which the price may still move.
        most: rounds at most, of the open and of the closed loop each.
    """

    goal: Goal = Goal()
    market: Kind | None = None
    elasticity: float | Literal["low", "median", "high"] = "median"
    exports: dict[str, float] = Field(default_factory=dict)
    diverted: float = Field(0.0, ge=0, le=1)
    certificate: float | None = Field(None, ge=0)
    ceiling: float = Field(2000.0, gt=0)
    tolerance: float = Field(1.0, gt=0)
    most: int = Field(20, ge=2)


@dataclass(frozen=True)
class State:
    """What a round is solved with.

    Attributes:
        cap: allowances a year, t; stringency: factor on the benchmarks, where there are any.
        output: share of its output that each user still makes, rows users, columns years.
    """

    cap: pd.Series
    stringency: pd.Series
    output: pd.DataFrame

    def toward(self, other: State, step: float) -> State:
        """The state a part of the way to another one."""
        return State(
            self.cap + step * (other.cap - self.cap),
            self.stringency + step * (other.stringency - self.stringency),
            self.output + step * (other.output - self.output),
        )

    def near(self, other: State, kind: Kind) -> bool:
        """Whether another state is so near that the next round would find the same."""
        output = (self.output - other.output).abs().to_numpy().max(initial=0.0)
        pair = (self.cap, other.cap) if kind == "cap" else (self.stringency, other.stringency)
        off = ((pair[0] - pair[1]) / pair[1].where(pair[1] > 0)).fillna(0.0).abs().max()
        return bool(output < SETTLED and off < (SETTLED if kind == "cap" else STEEP))


@dataclass(frozen=True)
class Round:
    """One round: what it was solved with, what came out, and what that asks of the next.

    Attributes:
        number: from 1; 0 is the scenario as it is.
        loop: ``open`` (exports as they were) or ``closed``.
        state: as solved; wanted: what the result asks for.
        table: by year, see ``loop_rounds`` in the contract; exports: see
            :func:`dualcarbon.loop.border.exporters`.
        moved: CNY/t by which the price moved from the round before; infinite in a first round.
    """

    number: int
    loop: str
    state: State
    wanted: State
    table: pd.DataFrame
    exports: pd.DataFrame
    moved: float


@dataclass(frozen=True)
class Loop:
    """The loop, open and closed.

    Attributes:
        scenario: as it was solved in the last round, with its market.
        terms: what was assumed; path: of the nation.
        rounds: all of them, the open loop's first.
        converged: whether the open and the closed loop came to rest.
        tabulate: makes the tables.
        before: equilibrium of the scenario as it is; open, closed: of both loops.
    """

    scenario: Scenario
    terms: Terms
    path: Path
    rounds: tuple[Round, ...]
    converged: dict[str, bool]
    tabulate: Callable[[Loop], dict[str, pd.DataFrame]] = field(repr=False)
    before: Equilibrium = field(repr=False)
    open: Equilibrium = field(repr=False)
    closed: Equilibrium = field(repr=False)

    def last(self, loop: str = CLOSED) -> Round:
        """The last round of the open or the closed loop."""
        return [r for r in self.rounds if r.loop == loop][-1]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables of the loop; see :func:`dualcarbon.loop.money.tables`."""
        return self.tabulate(self)
