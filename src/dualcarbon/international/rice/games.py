"""Nash, cooperative and coalition abatement in RICE, by gradients exact to machine precision.

A region's welfare is the present value of its consumption at the discount factors of the base case,

    V_r = step x sum over t of d_rt C_rt,   d_rt = (1 + rho_r)^(-step t) (c_r0 / c_rt)^eta_r,

with c consumption per head in the base case: money of 2005, so that welfare can be added up and no
transfer follows from differences in income (as Negishi weights do). Players choose paths of the
control rate; saving rates are those of the base case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.rice.parameters import Array, Parameters
from dualcarbon.international.rice.simulate import Run, simulate

LEAST = 1e-4  # control rate; at zero the marginal cost has no derivative
STEP = 1e-30  # of the complex step
ROUNDS = 40


@dataclass(frozen=True)
class Play:
    """What regions do and get.

    Attributes:
        control: share of emissions controlled, (periods, regions).
        welfare: by region, tn USD of 2005.
        run: the paths.
        rounds: rounds of best responses; residual: largest change of a control in the last one.
    """

    control: Array
    welfare: Array
    run: Run
    rounds: int
    residual: float


def discount_factors(p: Parameters) -> Array:
    """Value of a unit of consumption in each period, first period one, (periods, regions)."""
    head = simulate(p).consumption / p.people
    time = np.arange(p.periods)[:, None] * p.constants.step
    return np.asarray((1.0 + p.time_preference) ** -time * (head[0] / head) ** p.elasticity)


def welfare(p: Parameters, factors: Array, control: Array) -> Array:
    """Present value of consumption by region, tn USD of 2005; shape (..., regions)."""
    run = simulate(p, control)
    return np.asarray(p.constants.step * (factors * run.consumption).sum(axis=-2))


def play(p: Parameters, groups: Sequence[Sequence[str]] = (), tolerance: float = 1e-6) -> Play:
    """Nash equilibrium between groups that each maximise their joint welfare.

    Args:
        p: parameters; about twenty periods are enough for this century.
        groups: regions that act together; every other region acts alone. No group gives the Nash
            outcome, all regions in one the cooperative one.
        tolerance: largest change of a control rate in the last round.

    Raises:
        InputError: an unknown region, or one in two groups.
    """
    players = _players(p, groups)
    factors = discount_factors(p)
    control = np.clip(p.control.copy(), LEAST, 1.0)
    residual, rounds = np.inf, 0
    while residual > tolerance and rounds < ROUNDS:
        before = control.copy()
        for player in players:
            control = _best_response(p, factors, control, player)
        residual = float(np.abs(control - before).max())
        rounds += 1
        if len(players) == 1:
            residual = 0.0
    return Play(control, welfare(p, factors, control), simulate(p, control), rounds, residual)


def gradient(p: Parameters, factors: Array, control: Array, player: Sequence[int]) -> Array:
    """Derivative of the joint welfare of some regions to their controls, (periods, regions of it).

    By a complex step: exact to rounding, one simulation of all perturbations side by side.
    """
    cells = [(t, r) for t in range(p.periods) for r in player]
    runs = np.repeat(control[None].astype(complex), len(cells), axis=0)
    for i, (t, r) in enumerate(cells):
        runs[i, t, r] += 1j * STEP
    joint = welfare(p, factors, runs)[:, list(player)].sum(axis=-1)
    return np.asarray(joint.imag.reshape(p.periods, len(player)) / STEP)


def _best_response(p: Parameters, factors: Array, control: Array, player: list[int]) -> Array:
    """The control that is best for a player while the others keep theirs."""

    def placed(values: Array) -> Array:
        moved = control.copy()
        moved[:, player] = values.reshape(p.periods, len(player))
        return moved

    def loss(values: Array) -> tuple[float, Array]:
        moved = placed(values)
        value = welfare(p, factors, moved)[player].sum()
        return -float(value), -gradient(p, factors, moved, player).ravel()

    start = control[:, player].ravel()
    options = {"maxiter": 500, "ftol": 1e-15, "gtol": 1e-9}
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(LEAST, 1.0)] * len(start),
        options=options,
    )  # fmt: skip
    return placed(found.x)


def _players(p: Parameters, groups: Sequence[Sequence[str]]) -> list[list[int]]:
    """Positions of the regions of each player."""
    taken: list[str] = []
    players = []
    for group in groups:
        for name in group:
            if name not in p.names:
                raise unknown_name("region", name, p.names, where="groups")
            if name in taken:
                raise InputError(f"region '{name}' is in two groups", where="groups")
            taken.append(name)
        players.append([p.names.index(name) for name in group])
    return players + [[i] for i, name in enumerate(p.names) if name not in taken]
