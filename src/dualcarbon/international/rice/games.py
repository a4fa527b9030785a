"""Nash, cooperative and coalition abatement in RICE, from first-order conditions; its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError, SolveError, unknown_name
from dualcarbon.international.rice.parameters import Array, Parameters, rice
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


BIG_THREE = ("CHI", "US", "EU")
PERIODS = 20
TO_CO2 = 44.0 / 12.0


def report_tables(
    coalition: Sequence[str] = BIG_THREE, periods: int = PERIODS
) -> dict[str, pd.DataFrame]:
    """Paths of the world and payoffs by region under four arrangements.

    Args:
        coalition: regions that act together in the third arrangement.
        periods: decades from 2005 on.

    Returns:
        ``club_paths``: year, arrangement, warming (degC), emissions (Gt CO2 a year), price weighted
        by uncontrolled emissions (USD of 2005 per t CO2);
        ``club_path_payoffs``: present value of consumption by region over the base case, bn USD.
    """
    p = rice(periods)
    plays: dict[str, Play] = {
        "no_club": play(p),
        "coalition": play(p, [coalition]),
        "cooperative": play(p, [p.names]),
    }
    runs: dict[str, Run] = {"base": simulate(p)} | {k: v.run for k, v in plays.items()}
    base = welfare_of(p, discount_factors(p), runs["base"])
    return {
        "club_paths": pd.concat([_path(p, k, run) for k, run in runs.items()], ignore_index=True),
        "club_path_payoffs": pd.concat(
            [_gains(p, k, v.welfare - base, coalition) for k, v in plays.items()], ignore_index=True
        ),
    }


def _path(p: Parameters, arrangement: str, run: Run) -> pd.DataFrame:
    before = p.intensity * run.output  # emissions without control, GtC a year
    return pd.DataFrame(
        {
            "year": p.years,
            "arrangement": arrangement,
            "warming_degc": run.warming,
            "emissions_gtco2": TO_CO2 * run.world_emissions,
            "price_usd_per_t": (run.price * before).sum(axis=1) / before.sum(axis=1),
        }
    )


def _gains(p: Parameters, arrangement: str, gain: Array, coalition: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "arrangement": arrangement,
            "region": p.names,
            "member": [name in coalition for name in p.names],
            "gain_bn": 1000.0 * gain,
        }
    )
