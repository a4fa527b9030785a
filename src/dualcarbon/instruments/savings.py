"""Saved energy as tokens: each tce that a measure saves is one, and where it counts is a variable.

``saved[g, y] = sum_use token[g, use, y]`` for every group g of users (bus and sector); see
:mod:`dualcarbon.system.pools`. A tce that is sold as a white certificate does not lower its owner's
obligation under energy-use rights as well, unless a scenario frees that pair.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import linopy
import pandas as pd
import xarray as xr

from dualcarbon.instruments.base import Pressure
from dualcarbon.instruments.claims import SavingRule
from dualcarbon.instruments.tokens import worth_of_tokens
from dualcarbon.system.pools import Pool, eligible, open_to

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel
    from dualcarbon.system.user_variables import UserVariables

ROW, VARIABLE = "savings-conservation", "savings"


def attach_savings(
    model: PolicyModel, claims: dict[str, SavingRule], double_claims: Iterable[tuple[str, str]] = ()
) -> Pool | None:
    """Add the tokens of saved energy and their conservation rows.

    Args:
        model: the model.
        claims: rule of each use that an instrument of the package offers.
        double_claims: pairs of uses freed from exclusivity.
    """
    if not claims:
        return None
    users = model.energy_users
    tce_per_mwh = next(iter(claims.values())).tce_per_mwh
    saved = saved_by_group(users, tce_per_mwh)
    groups = group_table(users).loc[saved.indexes["saver"]]
    members = list(zip(groups["sector"], groups["bus"], strict=True))
    admitted = {use: [rule.admits(s, b) for s, b in members] for use, rule in claims.items()}
    uses = eligible(groups.index, admitted, double_claims).rename_axis(
        index="saver", columns="saving_use"
    )
    name = "-".join(uses.columns)
    tokens = model.variable(
        f"{VARIABLE}-{name}", {"saver": uses.index, "saving_use": uses.columns}, upper=open_to(uses)
    )
    row = f"{ROW}-{name}"
    model.row(
        row,
        tokens.sum("saving_use") - saved == 0,
        unit="CNY/tce",
        meaning="every tce saved goes to one use",
        zh="每吨标准煤节能量只能有一种用途",
    )
    return Pool(groups, uses, tokens, row, tce_per_mwh)


def pressure_of_savings(solution: Solution, use: str, members: pd.Index) -> Pressure:
    """What one more tce saved earns members in a use, CNY/tce; others are not regulated."""
    worth = worth_of_tokens(solution, solution.model.saving_pool).sel(saving_use=use)
    by_group = worth.transpose("saver", "period").to_pandas()
    group = group_names(solution.model.energy_users).loc[members]
    table = by_group.reindex(group.to_numpy()).fillna(0.0).set_axis(members)
    nobody = pd.DataFrame(columns=solution.model.periods, dtype=float)
    return Pressure(table, nobody, "tce", of_tokens=True)


def group_table(users: UserVariables) -> pd.DataFrame:
    """Groups of users, one per sector and bus: the parties of the settlement."""
    table = users.table.assign(saver=group_names(users))
    return table.drop_duplicates("saver").set_index("saver")[["bus", "sector"]]


def saving_rate(users: UserVariables, tce_per_mwh: float) -> pd.Series:
    """Tce that one unit of each step saves; zero for steps that use more or forgo output."""
    steps = users.steps
    rate = steps["fuel_tce"] + tce_per_mwh * steps["electricity"]
    return rate.where((steps["kind"] != "output") & (rate > 0), 0.0)


def saved_by_group(users: UserVariables, tce_per_mwh: float) -> linopy.LinearExpression:
    """Energy saved by measures, tce per year, dims (saver, period)."""
    rate = saving_rate(users, tce_per_mwh)
    used = rate.index[rate.to_numpy() > 0]
    saver = users.steps.loc[used, "user"].map(group_names(users))
    weight = xr.DataArray(rate[used].to_numpy(float), coords={"step": used})
    label = xr.DataArray(saver.to_numpy(), coords={"step": used}, name="saver")
    return (users.activity.sel(step=used) * weight).groupby(label).sum()


def group_names(users: UserVariables) -> pd.Series:
    """Group of each user."""
    return users.table["bus"] + " " + users.table["sector"]
