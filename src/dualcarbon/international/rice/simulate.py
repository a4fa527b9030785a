"""RICE forward in time: given saving and control rates, everything else follows.

Several runs go side by side: a control of shape (runs, periods, regions) gives results of that
shape. Complex control rates pass through, so that derivatives can be taken by a complex step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.international.rice import equations
from dualcarbon.international.rice.equations import Sea, first_sea, next_sea
from dualcarbon.international.rice.parameters import Array, Parameters

REGIONAL = ("output", "emissions", "cost", "damage", "net", "consumption", "capital", "price")
GLOBAL = (
    "world_emissions", "carbon", "shallow", "deep", "forcing", "warming", "ocean", "sea_level",
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """Paths of a simulation.

    Regional paths have shape (..., periods, regions), those of the world (..., periods).

    Attributes:
        output: gross of damage and abatement; net: after both; consumption; capital; damage;
            cost of abatement: tn USD of 2005 a year, capital in tn USD.
        emissions: industrial; world_emissions: with land use, GtC a year.
        price: marginal cost of abatement, USD/t CO2.
        carbon, shallow, deep: in air and oceans, GtC; forcing: W/m2; warming, ocean: degC;
            sea_level: m.
    """

    output: Array
    emissions: Array
    cost: Array
    damage: Array
    net: Array
    consumption: Array
    capital: Array
    price: Array
    world_emissions: Array
    carbon: Array
    shallow: Array
    deep: Array
    forcing: Array
    warming: Array
    ocean: Array
    sea_level: Array


@dataclass(frozen=True)
class _State:
    """Stocks at the beginning of a period."""

    capital: Any
    carbon: tuple[Any, Any, Any]
    warm: Any
    ocean: Any
    sea: Sea | None
    growth: Any


def simulate(
    p: Parameters,
    control: Array | None = None,
    *,
    more_emissions: Array | None = None,
    more_cost: Array | None = None,
) -> Run:
    """Run the model.

    Args:
        p: parameters, see :func:`~dualcarbon.international.rice.parameters.rice`.
        control: share of emissions controlled, (..., periods, regions); the base case by default.
        more_emissions: added to the world's emissions, GtC a year, (..., periods).
        more_cost: taken from net output, tn USD a year, (..., periods, regions).

    Raises:
        InputError: the control does not fit the parameters.
    """
    control = p.control if control is None else np.asarray(control)
    if control.shape[-2:] != (p.periods, p.size):
        raise InputError(
            f"control of shape {control.shape[-2:]}",
            where="control",
            allowed=f"({p.periods}, {p.size}): periods and regions",
        )
    emitted = np.zeros(p.periods) if more_emissions is None else more_emissions
    taken = np.zeros((p.periods, p.size)) if more_cost is None else more_cost
    control, _, _ = np.broadcast_arrays(control, emitted[..., None], taken)
    state, first = _start(p, np.zeros_like(control + emitted[..., None] + taken)), None
    paths: dict[str, list[Any]] = {name: [] for name in (*REGIONAL, *GLOBAL)}
    for t in range(p.periods):
        more = emitted[..., t, None], taken[..., t, :]
        values, state, first = _period(p, t, control[..., t, :], more, state, first)
        for name, value in values.items():
            paths[name].append(value)
    regional = {name: np.stack(paths[name], axis=-2) for name in REGIONAL}
    world = {name: np.concatenate(paths[name], axis=-1) for name in GLOBAL}
    return Run(**regional, **world)


def _start(p: Parameters, control: Array) -> _State:
    c = p.constants
    one = np.zeros((*control.shape[:-2], 1), dtype=control.dtype)
    carbon = (one + c.carbon_first, one + c.shallow_first, one + c.deep_first)
    return _State(one + p.capital_first, carbon, one + c.warm_first, one + c.ocean_first, None, 1.0)


def _period(
    p: Parameters, t: int, control: Array, more: tuple[Any, Any], state: _State, first: Any
) -> tuple[dict[str, Any], _State, Any]:
    """Everything that happens in one period, and the stocks after it."""
    c = p.constants
    output = equations.gross_output(p.productivity[t], state.capital, p.people[t], p.capital_share)
    first = output if first is None else first
    emissions = equations.industrial_emissions(p.intensity[t], output, control)
    land = equations.emissions_of_land(p.land_first, t, c.land_decline)
    world = emissions.sum(axis=-1, keepdims=True) + land + more[0]
    following = equations.next_carbon(*state.carbon, world, c)
    if t == 0:  # the second period is observed
        following = (0.0 * following[0] + c.carbon_second, *following[1:])
    forced = equations.forcing(state.carbon[0], following[0], equations.other_forcing(t, c), c)
    warm = _warming(t, state, forced, c)
    ocean = state.ocean if t == 0 else equations.next_ocean(state.warm, state.ocean, c)
    sea = first_sea(warm, c) if state.sea is None else next_sea(state.sea, warm, t, c)
    lost = _lost_to_sea(p, state)
    damage = equations.damage(
        output, warm, p.damage_linear, p.damage_quadratic, lost, c.damage_power
    )
    cost = equations.abatement_cost(
        output, p.backstop[t], p.intensity[t], control, p.abatement_exponent
    )
    net = output - damage - cost - more[1]
    investment = p.saving[t] * net
    values = {
        "output": output, "emissions": emissions, "cost": cost, "damage": damage, "net": net,
        "consumption": net - investment, "capital": state.capital,
        "price": equations.carbon_price(p.backstop[t], control, p.abatement_exponent),
        "world_emissions": world, "carbon": state.carbon[0], "shallow": state.carbon[1],
        "deep": state.carbon[2], "forcing": forced, "warming": warm, "ocean": ocean,
        "sea_level": sea.level,
    }  # fmt: skip
    capital = equations.next_capital(state.capital, investment, p.depreciation, c.step)
    return values, _State(capital, following, warm, ocean, sea, output / first), first


def _warming(t: int, state: _State, forced: Any, c: Any) -> Any:
    """Warming in a period; the first two are observed."""
    if t == 0:
        return state.warm
    if t == 1:
        return 0.0 * state.warm + c.warm_second
    return equations.next_air(state.warm, state.ocean, forced, c)


def _lost_to_sea(p: Parameters, state: _State) -> Any:
    """Share of output lost to the sea, by its level of the period before; none in the first."""
    if state.sea is None:
        return 0.0 * p.sea_linear
    level = state.sea.level
    return equations.sea_damage(level, p.sea_linear, p.sea_quadratic, state.growth, p.constants)
