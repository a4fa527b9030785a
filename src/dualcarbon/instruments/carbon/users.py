"""Energy users in the carbon market: what they emit, with or without electricity, and are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from pydantic import Field

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments.carbon.names import BALANCE, NET_ALLOCATION, NET_ALLOCATION_ROW
from dualcarbon.system.parties import user

if TYPE_CHECKING:
    from dualcarbon.instruments.carbon.market import CarbonMarket
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel
    from dualcarbon.system.user_variables import UserVariables

USER = "user"
PLANTS, ELECTRICITY = "carbon, plants", "carbon, electricity of users"
NOT_COMPARED = ("electric_arc",)
"""Routes given what they emit: the plan compares blast furnaces, kilns and electrolysis."""


class IntensityRule(Record):
    """How many allowances a user gets by the distance of its intensity from a balance value.

    Attributes:
        slope: surplus, as a share of emissions, per relative distance ``(B - e) / B``. Not
            official: the allocation plan of November 2025 gives the form and the bound only.
        width: bound of the surplus and of the deficit, share of emissions.
        balance: balance value by sector, t per unit of output; the mean of the sector's users
            weighted by output where none is given. The official ones are not public.
    """

    slope: float = Field(0.15, ge=0, le=1)
    width: float = Field(0.03, ge=0, le=1)
    balance: dict[str, float] = Field(default_factory=dict)


def check_sectors(market: CarbonMarket, model: PolicyModel) -> None:
    """Check that the covered sectors exist.

    Raises:
        InputError: a sector is unknown, or the network comes without energy users.
    """
    if not market.sectors:
        return
    known = sorted(set(model.energy_users.table["sector"]))
    for sector in market.sectors:
        if sector not in known:
            raise unknown_name("sector", sector, known, where="carbon.sectors")


def check_electricity_once(market: CarbonMarket, model: PolicyModel) -> None:
    """Check that electricity is charged at the plant or at the user, not at both.

    Raises:
        InputError: both are covered and ``electricity_twice`` is not set.
    """
    if market.indirect_factor > 0 and not market.electricity_twice and len(market.covered(model)):
        raise InputError(
            "electricity would be charged twice: power plants are covered, and so is the "
            f"electricity of users at {market.indirect_factor:g} t/MWh",
            where="carbon.indirect_factor",
            allowed="0, or 'carriers: []', or 'electricity_twice: true' to measure it",
        )


def emissions(
    market: CarbonMarket, model: PolicyModel, members: pd.Index, by: str | None = None
) -> linopy.LinearExpression:
    """Covered emissions of users: direct ones, and ``indirect_factor`` times electricity, t."""
    users = model.energy_users
    direct = users.remaining("co2_t", members, by)
    if market.indirect_factor == 0:
        return direct
    return direct + users.electricity(members, by) * market.indirect_factor


def before(market: CarbonMarket, users: UserVariables, members: pd.Index) -> pd.DataFrame:
    """Covered emissions before any step by user and period, t CO2 per year."""
    electricity = users.quantities["electricity_mwh"].loc[members]
    return users.baseline.loc[members] + market.indirect_factor * electricity


def emitted(market: CarbonMarket, solution: Solution) -> pd.DataFrame:
    """Covered emissions of users at the solution by user and period, t CO2 per year."""
    members = solution.model.energy_users.of_sectors(market.sectors)
    direct = solution.user_emissions.loc[members]
    if market.indirect_factor == 0:
        return direct
    electricity = solution.of_users("electricity_mwh").loc[members]
    return direct + market.indirect_factor * electricity


def issued(market: CarbonMarket, model: PolicyModel) -> linopy.LinearExpression | xr.DataArray:
    """Allowances for users before the cut in advance of offsets, t CO2 per year by period."""
    users = model.energy_users
    members = users.of_sectors(market.sectors)
    if market.allocation_of_users == "baseline":
        base = before(market, users, members).sum()
        return model.per_period(base.to_dict()) * model.per_period(market.stringency)
    given = emissions(market, model, members)
    if market.allocation_of_users == "verified":
        return given
    net = model.variable_of(NET_ALLOCATION)
    return given + net.sum(USER)


def issued_to_users(market: CarbonMarket, solution: Solution) -> pd.DataFrame:
    """Allowances issued to each user at the solution, t CO2 per year by user and period."""
    model = solution.model
    if market.allocation_of_users == "baseline":
        members = model.energy_users.of_sectors(market.sectors)
        factor = model.horizon.spread(market.stringency)
        given = before(market, model.energy_users, members).mul(factor, axis=1)
    else:
        given = emitted(market, solution)
    if market.allocation_of_users == "intensity":
        net = solution.value(NET_ALLOCATION).transpose(USER, "period").to_pandas()
        given = given.add(net.reindex(given.index).fillna(0.0))
    return given * market.kept_share


def define_net_allocation(market: CarbonMarket, model: PolicyModel) -> None:
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
    start, output = before(market, users, members), users.quantities["output"].loc[members]
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
        - emissions(market, model, members, by=USER).rename(group=USER)
    )
    model.row(
        NET_ALLOCATION_ROW,
        row * _array(inside.astype(float)) <= 0,
        unit="CNY/t",
        meaning="users get more or less than they emit as their intensity differs from the balance",
        zh="用能单位排放强度偏离行业平衡值时，所得配额相应多于或少于其排放量",
    )


def compared(market: CarbonMarket, users: UserVariables) -> pd.Index:
    """Covered users whose intensity is compared with a balance value, by name."""
    members = users.of_sectors(market.sectors)
    return members[~users.table.loc[members, "route"].isin(NOT_COMPARED)].sort_values()


def balance_values(market: CarbonMarket, users: UserVariables, members: pd.Index) -> pd.DataFrame:
    """Balance value of each user by period, t per unit of output.

    As given by sector, else the mean of the sector's users weighted by output, ``sum E / sum q``.
    """
    sector = users.table.loc[members, "sector"]
    for name in market.intensity.balance:
        if name not in set(sector):
            raise unknown_name(
                "sector", name, sorted(set(sector)), where="carbon.intensity.balance"
            )
    total = before(market, users, members).groupby(sector).sum()
    mean = total / users.quantities["output"].loc[members].groupby(sector).sum()
    for name, value in market.intensity.balance.items():
        mean.loc[name] = value
    return mean.loc[sector].set_axis(members)


def marginal_cost(market: CarbonMarket, solution: Solution) -> pd.DataFrame:
    """What a user pays for one more ton of its own, CNY/t by user and period.

    The allowance price under a cap or a fixed allocation; the part of it that allowances do not
    follow where they are given for what was emitted: ``k`` times the price within the band.
    """
    users = solution.model.energy_users
    members = users.of_sectors(market.sectors)
    price = solution.price(BALANCE)
    full = pd.DataFrame([price] * len(members), index=members, columns=price.index)
    if market.cap is not None or market.allocation_of_users == "baseline":
        return full
    cost = full * (1.0 - market.kept_share)
    if market.allocation_of_users == "verified":
        return cost
    rule = solution.price(NET_ALLOCATION_ROW).unstack("period")
    return cost.add(market.intensity.slope * rule.reindex(members).fillna(0.0))


def counted_twice(market: CarbonMarket, solution: Solution) -> pd.DataFrame:
    """Electricity of users that is charged beside the plants that made it.

    Returns:
        first, second, period, group (the user's party), mwh and t_co2 per year, worth (CNY per
        year at the allowance price); empty unless both are covered.
    """
    columns = ["first", "second", "period", "group", "mwh", "tce", "t_co2", "worth"]
    if market.indirect_factor == 0 or not len(market.covered(solution.model)):
        return pd.DataFrame(columns=columns)
    users = solution.model.energy_users
    members = users.of_sectors(market.sectors)
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
