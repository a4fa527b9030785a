"""Invariants that hold on every solved run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon.equilibrium.settlement import net_receipts
from dualcarbon.errors import CheckFailed
from dualcarbon.instruments.savings import saving_rate
from dualcarbon.solver.costs import policy_cost, resource_cost
from dualcarbon.solver.program import OBJECTIVE_SCALE
from dualcarbon.solver.solution import Solution

TOLERANCE = 1e-5
NEAR, NEAR_INSIDE = 1e-6, 1e-4  # of a limit, GW, TWh or Mt
SMALL = 1e4  # MW, MWh or t: what the solver's own tolerance amounts to is 1e-5 of it


def measured(solution: Solution, settlement: pd.DataFrame) -> pd.DataFrame:
    """How far every invariant is from holding: invariant, violation, holds.

    Args:
        solution: a solved model; settlement: its payments.
    """
    violation = {
        "markets clear": markets_clear(solution),
        "price times slack is zero": complementary(solution),
        "primal equals dual objective": duality(solution),
        "payments net to zero": payments_net(settlement),
        "costs and transfers add up to the objective": costs_add_up(solution),
        "every renewable MWh has one token": tokens_conserve(solution),
        "every tce saved has one use": savings_conserve(solution),
        "marginal entrants earn exactly their cost": entrants_break_even(solution),
    }
    table = pd.DataFrame(violation.items(), columns=["invariant", "violation"])
    return table.assign(holds=table["violation"] <= TOLERANCE)


def checked(solution: Solution, settlement: pd.DataFrame) -> pd.DataFrame:
    """Measure every invariant; raise if one is violated.

    Raises:
        CheckFailed: naming the invariants and by how much they fail.
    """
    table = measured(solution, settlement)
    failed = table[~table["holds"]]
    if len(failed):
        names = "; ".join(f"{r.invariant} ({r.violation:.1e})" for r in failed.itertuples())
        raise CheckFailed(f"does not hold: {names}")
    return table


def markets_clear(solution: Solution) -> float:
    """Largest violation of any row or bound, relative to the row's size in MW, MWh or t."""
    program, x = solution.program, solution.raw.x
    activity = program.A @ x
    size = np.abs(program.A) @ np.abs(x) + SMALL * program.row_scale
    short = np.maximum(program.row_lower - activity, activity - program.row_upper) / size
    beyond = np.maximum(program.lower - x, x - program.upper) / (1.0 + np.abs(x))
    return float(max(short.max(initial=0.0), beyond.max(initial=0.0)))


def complementary(solution: Solution) -> float:
    """Largest price times slack over all rows, as a share of the objective."""
    program, raw = solution.program, solution.raw
    activity = program.A @ raw.x
    below, above = activity - program.row_lower, program.row_upper - activity
    slack = np.where(raw.dual > 0, below, np.where(raw.dual < 0, above, 0.0))
    worth = np.abs(raw.dual * np.where(np.isfinite(slack), slack, 0.0))
    lost = np.isinf(slack) & (np.abs(raw.dual) > 1e-7)
    return float(np.inf if lost.any() else worth.max(initial=0.0) / (1.0 + abs(raw.objective)))


def duality(solution: Solution) -> float:
    """Relative gap between the primal and the dual objective."""
    program, raw = solution.program, solution.raw
    rows = _worth(raw.dual, program.row_lower, program.row_upper)
    columns = _worth(raw.reduced_cost, program.lower, program.upper)
    return float(abs(rows + columns - raw.objective) / (1.0 + abs(raw.objective)))


def payments_net(settlement: pd.DataFrame) -> float:
    """What hubs keep of the money that passes through them, as a share of the turnover."""
    if settlement.empty:
        return 0.0
    net = net_receipts(settlement)
    turnover = settlement.groupby("instrument")["amount"].sum()
    hubs = net[net["kind"] == "hub"]
    if hubs.empty:
        return 0.0
    # a hub that hands all money on keeps nothing; links hand over from one to the other
    kept = hubs.groupby(["period", "what"])["amount"].sum().abs()
    return float(kept.max() / (OBJECTIVE_SCALE + turnover.sum()))


def costs_add_up(solution: Solution) -> float:
    """Objective against discounted resource cost and transfers, relative."""
    weight = solution.model.horizon.objective
    yearly = resource_cost(solution) + policy_cost(solution, "transfer")
    total = float((weight * yearly).sum())
    return abs(total - solution.objective) / (1.0 + abs(solution.objective))


def tokens_conserve(solution: Solution) -> float:
    """Tokens that went somewhere against renewable output, by group and period, relative."""
    pool = solution.model.tokens
    if pool is None:
        return 0.0
    units = solution.model.annual.units
    units = units[units["renewable"]]
    made = solution.energy.loc[units.index].groupby(units["carrier"] + " " + units["vintage"]).sum()
    gone = solution.evaluate(1.0 * pool.tokens).sum("use").transpose("group", "period").to_pandas()
    return float((made - gone).abs().to_numpy().max() / (1.0 + made.to_numpy().max()))


def savings_conserve(solution: Solution) -> float:
    """Saved energy that went somewhere against what measures saved, relative."""
    pool = solution.model.savings
    if pool is None:
        return 0.0
    users = solution.model.energy_users
    rate = saving_rate(users, pool.per_mwh)
    saved = solution.activity.mul(rate, axis=0).sum()
    gone = solution.evaluate(1.0 * pool.tokens).sum(["saver", "saving_use"]).to_series()
    return float((saved - gone).abs().max() / (1.0 + saved.max()))


def entrants_break_even(solution: Solution) -> float:
    """Largest reduced cost of capacity that is built between its limits, relative.

    An interior point keeps a little of everything, worth nothing: what it is within 100 kW of its
    limit counts as being there.
    """
    program, raw = solution.program, solution.raw
    near = NEAR_INSIDE if raw.interior else NEAR
    inside = (raw.x > program.lower + near) & (raw.x < program.upper - near)
    size = 1.0 + np.abs(program.cost)
    return float((np.abs(raw.reduced_cost) / size)[inside].max(initial=0.0))


def _worth(price: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    bound = np.where(price > 0, lower, upper)
    used = np.abs(price) > 1e-12
    return float((price[used] * np.where(np.isfinite(bound[used]), bound[used], 0.0)).sum())
