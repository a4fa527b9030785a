"""The loop closed: budget, cap, markets, price, border, exports, output, until the price rests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from dualcarbon.errors import InputError
from dualcarbon.loop.border import goods_of
from dualcarbon.loop.budget import Goal, path_of
from dualcarbon.loop.lost_exports import plain
from dualcarbon.loop.markets import emitted, kind_of, market_of
from dualcarbon.loop.money import tables
from dualcarbon.loop.rounds import Runner
from dualcarbon.loop.terms import CLOSED, OPEN, Loop, Round, Terms

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.scenario.model import Scenario


def close(
    scenario: str | File | Scenario = "today",
    *,
    sets: Iterable[str] = (),
    progress: Callable[[str], None] | None = None,
    threads: int = 1,
    extra: int = 0,
    **terms: Any,
) -> Loop:
    """Solve the loop open and closed.

    Each round solves the markets under ``cap = path - what the same run emits outside the market``;
    their price, net of free allowances, meets the border on what each maker emits; exports answer;
    what is not exported is not made; and the markets are solved again, until no year's price moves
    by the tolerance. The open loop is the same without the answer of exports. Where a round does
    not come nearer, the next goes half of the way.

    Args:
        scenario: name, file or scenario with a carbon market.
        sets: changes to it, such as ``system.regions=grids``.
        progress: told what is done next.
        threads: threads of the solver.
        extra: rounds after the loop has come to rest, to see that nothing moves.
        terms: fields of :class:`Terms` and :class:`~dualcarbon.loop.budget.Goal`.

    Raises:
        InputError: the scenario has no carbon market, or a term cannot be used.
        InfeasiblePackage: the instruments conflict.
    """
    from dualcarbon.scenario.documents import load_scenario
    from dualcarbon.scenario.model import Scenario

    tell = progress or (lambda message: None)
    given = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    given = given.changed(sets)
    asked = _terms(terms)
    market = market_of(given)
    runner = Runner(given, asked, goods_of(asked.exports, asked.elasticity), threads)
    tell(f"{given.name} as it is")
    before = runner.solve(None, None)
    first = int(before.solution.model.periods[0])
    now = float(emitted(before).loc[first])
    path = path_of(asked.goal, now, first, nation=given.world == "china")
    runner = replace(runner, path=path, kind=asked.market or kind_of(market))
    start = runner.first_state(before)
    rounds: list[Round] = []
    found: dict[str, Equilibrium] = {}
    rests: dict[str, bool] = {}
    last, latest = start, before
    for loop in (OPEN, CLOSED):
        last, latest, rests[loop] = runner.turn(loop, last, latest, rounds, tell, extra)
        found[loop] = latest
    moved = (
        f"carbon.cap={plain(last.cap)}"
        if runner.kind == "cap"
        else f"carbon.stringency={plain(last.stringency)}"
    )
    return Loop(
        given.changed([moved]), asked, path, tuple(rounds), rests, tables, before,
        found[OPEN], found[CLOSED],
    )  # fmt: skip


def _terms(given: Mapping[str, Any]) -> Terms:
    """Terms from fields of both records."""
    goal = {k: v for k, v in given.items() if k in Goal.model_fields}
    rest = {k: v for k, v in given.items() if k not in goal}
    if goal and "goal" in rest:
        raise InputError("give a goal or its fields, not both", where="goal")
    return Terms(**{**({"goal": Goal(**goal)} if goal else {}), **rest})
