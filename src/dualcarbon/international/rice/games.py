"""Nash, cooperative and coalition abatement in RICE, from first-order conditions.

Welfare of a region is the present value of its consumption at one world discount factor,

    V_r = step x sum over t of d_t C_rt,   d_t = (1 + rho)^(-step t) (c_0 / c_t)^eta,

with c the world's consumption per head in the base case: money of 2005, which can be added up over
regions and asks for no transfers between rich and poor (what Negishi weights do). Players choose
control rates; saving rates are those of the base case. For a player g with members r the best
control meets, in every period and up to full control,

    p_b mu^(theta - 1) = (dV_g / dE_t) / (dV_g / dcost_rt):

the marginal cost of abatement equals what a tonne does to the player's own welfare. Both
derivatives come from complex steps, all perturbations side by side, and the condition is iterated
to a fixed point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dualcarbon.errors import InputError, SolveError, unknown_name
from dualcarbon.international.rice.parameters import Array, Parameters
from dualcarbon.international.rice.simulate import Run, simulate

STEP = 1e-30  # of the complex step
ROUNDS = 200


@dataclass(frozen=True)
class Play:
    """What regions do and get.

    Attributes:
        control: share of emissions controlled, (periods, regions).
        welfare: by region, tn USD of 2005.
        run: the paths.
        rounds: iterations; residual: largest change of a control rate in the last one.
    """

    control: Array
    welfare: Array
    run: Run
    rounds: int
    residual: float


def discount_factors(p: Parameters) -> Array:
    """Value of a unit of consumption in each period, one in the first, shape (periods)."""
    head = simulate(p).consumption.sum(axis=-1) / p.people.sum(axis=-1)
    time = np.arange(p.periods) * p.constants.step
    rate, elasticity = float(p.time_preference.mean()), float(p.elasticity.mean())
    return np.asarray((1.0 + rate) ** -time * (head[0] / head) ** elasticity)


def welfare_of(p: Parameters, factors: Array, run: Run) -> Array:
    """Present value of consumption by region, tn USD of 2005; shape (..., regions)."""
    return np.asarray(p.constants.step * (factors[:, None] * run.consumption).sum(axis=-2))


def play(p: Parameters, groups: Sequence[Sequence[str]] = (), tolerance: float = 1e-8) -> Play:
    """Equilibrium between groups that each maximise their joint welfare.

    Args:
        p: parameters; twenty periods are enough for this century.
        groups: regions that act together; every other region acts alone. No group gives the Nash
            outcome, all regions in one the cooperative one.
        tolerance: largest change of a control rate in the last iteration.

    Raises:
        InputError: an unknown region, or one in two groups.
        SolveError: no fixed point within two hundred iterations.
    """
    member = _membership(p, groups)
    factors, control = discount_factors(p), p.control
    for rounds in range(1, ROUNDS + 1):
        wanted = _condition(p, factors, control, member)
        residual = float(np.abs(wanted - control).max())
        control = wanted
        if residual <= tolerance:
            run = simulate(p, control)
            return Play(control, welfare_of(p, factors, run), run, rounds, residual)
    raise SolveError(f"control rates still change by {residual:.1e} after {ROUNDS} iterations")


def slope(p: Parameters, factors: Array, control: Array) -> Array:
    """Derivative of every region's welfare to every control, (periods, regions, regions).

    The last dimension is the region whose welfare it is; exact to rounding, by a complex step.
    """
    moved = np.zeros((p.periods, p.size, p.periods, p.size), dtype=complex)
    t, r = np.meshgrid(np.arange(p.periods), np.arange(p.size), indexing="ij")
    moved[t, r, t, r] = 1j * STEP
    return welfare_of(p, factors, simulate(p, control + moved)).imag / STEP


def _condition(p: Parameters, factors: Array, control: Array, member: Array) -> Array:
    """Control rates that meet the first-order condition at the derivatives of the present ones.

    Args:
        member: one where two regions belong to the same player, (regions, regions).
    """
    pulse = 1j * STEP * np.eye(p.periods)
    tonne = welfare_of(p, factors, simulate(p, control, more_emissions=pulse)).imag / STEP
    cost = _value_of_money(p, factors, control)
    harm = tonne @ member  # (periods, regions): to the player of each region
    worth = np.einsum("trk,kr->tr", cost, member)
    price = np.maximum(harm / worth, 0.0)
    share = price / p.backstop
    return np.asarray(np.minimum(share, 1.0) ** (1.0 / (p.abatement_exponent - 1.0)))


def _value_of_money(p: Parameters, factors: Array, control: Array) -> Array:
    """Welfare of each region lost per unit of cost, (periods, regions that pay, regions)."""
    taken = np.zeros((p.periods, p.size, p.periods, p.size), dtype=complex)
    t, r = np.meshgrid(np.arange(p.periods), np.arange(p.size), indexing="ij")
    taken[t, r, t, r] = 1j * STEP
    return welfare_of(p, factors, simulate(p, control, more_cost=taken)).imag / STEP


def _membership(p: Parameters, groups: Sequence[Sequence[str]]) -> Array:
    """One where two regions belong to the same player, (regions, regions)."""
    member, taken = np.eye(p.size), set[str]()
    for group in groups:
        for name in group:
            if name not in p.names:
                raise unknown_name("region", name, p.names, where="groups")
            if name in taken:
                raise InputError(f"region '{name}' is in two groups", where="groups")
            taken.add(name)
        places = [p.names.index(name) for name in group]
        member[np.ix_(places, places)] = 1.0
    return member
