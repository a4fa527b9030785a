"""``check()`` can fail: for each invariant there is a wrong solution that it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import pandas as pd
import pytest

from dualcarbon.equilibrium import check
from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.errors import CheckFailed, SolveError
from dualcarbon.instruments import (
    CarbonMarket,
    EnergyUseRights,
    GreenCertificates,
    WhiteCertificates,
)
from dualcarbon.solver import highs
from dualcarbon.solver.optimality import Optimality
from dualcarbon.solver.solution import Solution
from tests import worlds

Wrong = tuple[Solution, pd.DataFrame]


@pytest.fixture(scope="module")
def solved() -> Equilibrium:
    """Five markets on the teaching world, with tokens of power and of saved energy."""
    return worlds.anew(
        [
            CarbonMarket(cap=4.6e8, sectors=("steel",), auction_share=0.5),
            GreenCertificates(share=0.35),
            WhiteCertificates(sectors=("steel",), target=0.02, buyout=500.0),
            EnergyUseRights(sectors=("cement",), quota=0.97, buyout=500.0),
        ],
        worlds.teaching,
    )


def columns(solution: Solution, block: str) -> np.ndarray:
    """Positions of the columns of a block of variables."""
    model = solution.model
    labels = model.linopy.variables[model.variable_blocks.block(block)].labels.to_numpy()
    return np.flatnonzero(np.isin(solution.program.column_label, labels))


def with_raw(solved: Equilibrium, **changes: Any) -> Wrong:
    return replace(solved.solution, raw=replace(solved.solution.raw, **changes)), solved.settlement


def moved(solved: Equilibrium, block: str) -> Wrong:
    """One variable that is not zero, a hundredth greater."""
    x = solved.solution.raw.x.copy()
    at = columns(solved.solution, block)
    x[at[np.argmax(x[at])]] *= 1.01
    return with_raw(solved, x=x)


def power_out_of_nothing(solved: Equilibrium) -> Wrong:
    return moved(solved, "Generator-p")


def price_of_what_is_not_scarce(solved: Equilibrium) -> Wrong:
    program, raw = solved.solution.program, solved.solution.raw
    spare = program.A @ raw.x - program.row_lower
    row = int(np.argmax(np.where(np.isfinite(spare), spare, -1.0)))
    dual = raw.dual.copy()
    dual[row] = 1.0
    return with_raw(solved, dual=dual)


def prices_a_hundredth_too_high(solved: Equilibrium) -> Wrong:
    return with_raw(solved, dual=1.01 * solved.solution.raw.dual)


def money_that_a_hub_keeps(solved: Equilibrium) -> Wrong:
    settlement = solved.settlement.copy()
    paid = settlement["amount"].where(settlement["payee_kind"] == "hub").idxmax()
    settlement.loc[paid, "amount"] *= 1.5
    return solved.solution, settlement


def cost_that_nobody_bears(solved: Equilibrium) -> Wrong:
    return with_raw(solved, objective=1.001 * solved.solution.raw.objective)


def a_token_from_nowhere(solved: Equilibrium) -> Wrong:
    tokens = solved.solution.model.tokens
    assert tokens is not None
    return moved(solved, tokens.tokens.name)


def a_saving_sold_twice(solved: Equilibrium) -> Wrong:
    savings = solved.solution.model.savings
    assert savings is not None
    return moved(solved, savings.tokens.name)


def an_entrant_with_a_rent(solved: Equilibrium) -> Wrong:
    program, raw = solved.solution.program, solved.solution.raw
    inside = np.flatnonzero((raw.x > program.lower + 1.0) & (raw.x < program.upper - 1.0))
    reduced_cost = raw.reduced_cost.copy()
    reduced_cost[inside[0]] = 1.0
    return with_raw(solved, reduced_cost=reduced_cost)


WRONG: dict[str, Callable[[Equilibrium], Wrong]] = {
    "markets clear": power_out_of_nothing,
    "price times slack is zero": price_of_what_is_not_scarce,
    "primal equals dual objective": prices_a_hundredth_too_high,
    "payments net to zero": money_that_a_hub_keeps,
    "costs and transfers add up to the objective": cost_that_nobody_bears,
    "every renewable MWh has one token": a_token_from_nowhere,
    "every tce saved has one use": a_saving_sold_twice,
    "marginal entrants earn exactly their cost": an_entrant_with_a_rent,
}


def test_every_invariant_can_fail(solved: Equilibrium) -> None:
    table = check.measured(solved.solution, solved.settlement)
    assert table["holds"].all()
    assert set(table["invariant"]) == set(WRONG)


@pytest.mark.parametrize("invariant", WRONG)
def test_a_wrong_solution_fails_by_name(solved: Equilibrium, invariant: str) -> None:
    solution, settlement = WRONG[invariant](solved)
    table = check.measured(solution, settlement).set_index("invariant")
    assert table.at[invariant, "violation"] > 10 * check.TOLERANCE
    with pytest.raises(CheckFailed, match=invariant):
        check.checked(solution, settlement)


def test_a_price_without_a_limit_is_infinitely_wrong(solved: Equilibrium) -> None:
    program, raw = solved.solution.program, solved.solution.raw
    dual = raw.dual.copy()
    dual[np.flatnonzero(np.isinf(program.row_lower))[0]] = 1.0
    assert check.complementary(with_raw(solved, dual=dual)[0]) == np.inf


@pytest.mark.parametrize("part", ["primal", "dual", "gap"])
def test_no_price_is_read_off_what_is_no_optimum(part: str) -> None:
    exact = Optimality(0.0, 0.0, 0.0)
    highs._check(exact, highs.WORST)
    highs._check(replace(exact, **{part: 0.9 * highs.WORST}), highs.WORST)
    with pytest.raises(SolveError, match="violates the program"):
        highs._check(replace(exact, **{part: 1.1 * highs.WORST}), highs.WORST)


def test_each_part_of_an_optimum_is_measured(solved: Equilibrium) -> None:
    program, raw = solved.solution.program, solved.solution.raw
    assert raw.optimality.worst <= highs.WORST
    at = int(np.argmax(raw.x))
    short, worth = raw.x.copy(), raw.dual.copy()
    short[at] *= 1.1
    worth[np.flatnonzero(np.isinf(program.row_upper))[0]] = -1.0
    assert Optimality.of(program, short, raw.dual, raw.reduced_cost).primal > highs.WORST
    assert Optimality.of(program, raw.x, worth, raw.reduced_cost).dual > highs.WORST
    assert Optimality.of(program, raw.x, 1.01 * raw.dual, raw.reduced_cost).gap > highs.WORST


def test_a_solver_that_fails_is_no_answer(
    solved: Equilibrium, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = solved.session.copy()
    stopped = highspy.HighsModelStatus.kIterationLimit
    monkeypatch.setattr(session.solver, "_simplex", lambda *, warm: stopped)
    monkeypatch.setattr(session.solver, "_interior", lambda solver: False)
    with pytest.raises(SolveError, match="HiGHS stopped"):
        session.solve(solved.package)
