"""Energy users in the carbon market: what they emit, with or without electricity, and are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments.carbon.coverage import (
    BALANCE,
    NET_ALLOCATION,
    NET_ALLOCATION_ROW,
    USER,
    CarbonCoverage,
)
from dualcarbon.system.parties import user

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel
    from dualcarbon.system.user_variables import UserVariables

PLANTS, ELECTRICITY = "carbon, plants", "carbon, electricity of users"
NOT_COMPARED = ("electric_arc",)
"""Routes given what they emit: the plan compares blast furnaces, kilns and electrolysis."""


def emitted(market: CarbonCoverage, solution: Solution) -> pd.DataFrame:
    """Covered emissions of users at the solution by user and period, t CO2 per year."""
    members = market.members(solution.model.energy_users)
    direct = solution.user_emissions.loc[members]
    if market.indirect_factor == 0:
        return direct
    electricity = solution.of_users("electricity_mwh").loc[members]
    return direct + market.indirect_factor * electricity


def issued_to_users(market: CarbonCoverage, solution: Solution) -> pd.DataFrame:
    """Allowances issued to each user at the solution, t CO2 per year by user and period."""
    model = solution.model
    if market.allocation_of_users == "baseline":
        members = market.members(model.energy_users)
        factor = model.horizon.spread(market.stringency)
        given = market.before_users(model.energy_users, members).mul(factor, axis=1)
    else:
        given = emitted(market, solution)
    if market.allocation_of_users == "intensity":
        net = solution.value(NET_ALLOCATION).transpose(USER, "period").to_pandas()
        given = given.add(net.reindex(given.index).fillna(0.0))
    return given * market.kept_share


def define_net_allocation(market: CarbonCoverage, model: PolicyModel) -> None:
    """Add what users get beyond their emissions under the intensity rule.

    ``A - E = E clip(k (B - e) / B, -w, w)`` with intensity ``e = E / q`` and balance value ``B``.
    Near the balance value that is ``k (B q - E)``, a subsidy of output and a charge on emissions;
    a user that starts outside the band gets the band's edge, a constant ``-w E0`` or ``w E0``:

    ``net <= k (B q - E)``, ``net <= w E0``.

    Raises:
        InputError: a covered user has no output to divide its emissions by.
    """
    users = model.energy_users
    members = compared(market, users)
    start, output = market.before_users(users, members), users.quantities["output"].loc[members]
    _check_output(users, output)
    balance = balance_values(market, users, members)
    level = model.horizon.spread(market.stringency)
    target = balance.mul(level, axis=1)
    edge, gap = market.intensity.width * start, market.intensity.slope * (target * output - start)
    inside = gap.abs() < edge
    upper = edge.where(inside | (gap > 0), -edge)
    lower = upper.where(~inside, -np.inf)
    net = model.variable(NET_ALLOCATION, {USER: members}, lower=_array(lower), upper=_array(upper))
    row = net - market.intensity.slope * (
        users.remaining("output", members, by=USER).rename(group=USER) * _array(target)
        - market.emissions_of_users(model, members, by=USER).rename(group=USER)
    )
    model.row(
        NET_ALLOCATION_ROW,
        row * _array(inside.astype(float)) <= 0,
        unit="CNY/t",
        meaning="users get more or less than they emit as their intensity differs from the balance",
        zh="用能单位排放强度偏离行业平衡值时，所得配额相应多于或少于其排放量",
    )


def compared(market: CarbonCoverage, users: UserVariables) -> pd.Index:
    """Covered users whose intensity is compared with a balance value, by name."""
    members = market.members(users)
    return members[~users.table.loc[members, "route"].isin(NOT_COMPARED)].sort_values()


def balance_values(market: CarbonCoverage, users: UserVariables, members: pd.Index) -> pd.DataFrame:
    """Balance value of each user by period, t per unit of output.

    As given by sector, else the mean of the sector's users weighted by output, ``sum E / sum q``.
    """
    sector = users.table.loc[members, "sector"]
    for name in market.intensity.balance:
        if name not in set(sector):
            raise unknown_name(
                "sector", name, sorted(set(sector)), where="carbon.intensity.balance"
            )
    total = market.before_users(users, members).groupby(sector).sum()
    mean = total / users.quantities["output"].loc[members].groupby(sector).sum()
    for name, value in market.intensity.balance.items():
        mean.loc[name] = value
    return mean.loc[sector].set_axis(members)


def marginal_cost(market: CarbonCoverage, solution: Solution) -> pd.DataFrame:
    """What a user pays for one more ton of its own, CNY/t by user and period.

    The allowance price under a cap or a fixed allocation; the part of it that allowances do not
    follow where they are given for what was emitted: ``k`` times the price within the band.
    """
    users = solution.model.energy_users
    members = market.members(users)
    price = solution.price(BALANCE)
    full = pd.DataFrame([price] * len(members), index=members, columns=price.index)
    if market.cap is not None or market.allocation_of_users == "baseline":
        return full
    cost = full * (1.0 - market.kept_share)
    if market.allocation_of_users == "verified":
        return cost
    rule = solution.price(NET_ALLOCATION_ROW).unstack("period")
    return cost.add(market.intensity.slope * rule.reindex(members).fillna(0.0))


def counted_twice(market: CarbonCoverage, solution: Solution) -> pd.DataFrame:
    """Electricity of users that is charged beside the plants that made it.

    Returns:
        first, second, period, group (the user's party), mwh and t_co2 per year, worth (CNY per
        year at the allowance price); empty unless both are covered.
    """
    columns = ["first", "second", "period", "group", "mwh", "tce", "t_co2", "worth"]
    if market.indirect_factor == 0 or not len(market.covered(solution.model)):
        return pd.DataFrame(columns=columns)
    users = solution.model.energy_users
    members = market.members(users)
    table = users.table.loc[members]
    drawn = solution.of_users("electricity_mwh").loc[members]
    price = solution.price(BALANCE)
    rows = [
        (PLANTS, ELECTRICITY, period, str(user(*table.loc[name, ["sector", "bus"]])), mwh, 0.0,
         mwh * market.indirect_factor, mwh * market.indirect_factor * price[period])
        for (name, period), mwh in drawn.stack().items()
    ]  # fmt: skip
    keys = ["first", "second", "period", "group"]
    return pd.DataFrame(rows, columns=columns).groupby(keys, as_index=False, sort=False).sum()


def _array(frame: pd.DataFrame) -> xr.DataArray:
    return xr.DataArray(frame.to_numpy(), coords={USER: frame.index, "period": frame.columns})


def _check_output(users: UserVariables, output: pd.DataFrame) -> None:
    without = output.index[(output <= 0).any(axis=1)]
    if len(without):
        sector = users.table.at[without[0], "sector"]
        made = users.table.loc[output.index[(output > 0).all(axis=1)], "sector"]
        raise InputError(
            f"'{without[0]}' has no output, so it has no intensity to compare",
            where=f"carbon.sectors, {sector}",
            allowed=sorted(set(made)) or "sectors with output",
        )
