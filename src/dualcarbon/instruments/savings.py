"""Saved energy as tokens: each tce that a measure saves is one, and where it counts is a variable.

``saved[g, y] = sum_use token[g, use, y]`` for every group g of users (bus and sector), with a use
``expired`` for what counts nowhere. A tce that is sold as a white certificate therefore does not
lower its owner's obligation under energy-use rights as well, unless a scenario frees that pair:
then a joint use carries the tokens that count in both, and its volume is what is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.common.records import Record
from dualcarbon.instruments.areas import AREA
from dualcarbon.instruments.base import Pressure
from dualcarbon.instruments.tokens import EXPIRED, JOINT, joint_uses, worth_of_tokens

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel
    from dualcarbon.system.user_variables import UserVariables

WHITE, OWN_USE = "white", "energy_use"
ROW, VARIABLE = "savings-conservation", "savings"
CALORIFIC, GENERATION_EQUIVALENT = 0.1229, 0.3


class SavingRule(Record):
    """Whose savings may go to a use.

    Attributes:
        sectors: eligible sectors; None means all.
        without: sectors whose savings are not eligible, because another market counts them.
        buses: eligible buses; None means all.
        tce_per_mwh: what a MWh saved counts, tce.
    """

    sectors: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    buses: tuple[str, ...] | None = None
    tce_per_mwh: float = CALORIFIC

    def admits(self, sector: str, bus: str) -> bool:
        """Whether savings of a sector at a bus are eligible."""
        of_sector = (self.sectors is None or sector in self.sectors) and sector not in self.without
        return of_sector and (self.buses is None or bus in self.buses)


@dataclass(frozen=True)
class SavingPool:
    """Saved energy of a model.

    Attributes:
        groups: bus and sector of each group of users.
        uses: columns are uses or joint uses; True where a group is eligible.
        tokens: variable, tce per year, dims (saver, saving_use, period).
        tce_per_mwh: what a MWh saved counts, tce.
        row: name of the conservation row.
    """

    groups: pd.DataFrame
    uses: pd.DataFrame
    tokens: linopy.Variable
    tce_per_mwh: float
    row: str

    def with_use(self, use: str) -> list[str]:
        """Uses, joint ones included, under which a token counts for ``use``."""
        return [u for u in self.uses.columns if use in u.split(JOINT)]

    def without_use(self, use: str) -> list[str]:
        """Uses under which a token does not count for ``use``."""
        return [u for u in self.uses.columns if use not in u.split(JOINT)]

    def total(self, uses: list[str], groups: pd.Index) -> linopy.LinearExpression:
        """Tokens of groups that go to any of some uses, tce per year by period."""
        return self.tokens.sel(saving_use=uses, saver=groups).sum(["saver", "saving_use"])

    def by_area(self, uses: list[str], area: pd.Series) -> linopy.LinearExpression:
        """Tokens that go to any of some uses, tce per year, dims (area, period).

        Args:
            uses: uses, as :meth:`with_use` lists them.
            area: area of each group; groups that are not named are left out.
        """
        chosen = self.tokens.sel(saving_use=uses, saver=area.index).sum("saving_use")
        label = xr.DataArray(area.to_numpy(), coords={"saver": area.index}, name=AREA)
        return chosen.groupby(label).sum()

    def worth(self, solution: Solution) -> xr.DataArray:
        """What one more tce earns in each use, CNY/tce, dims (saver, saving_use, period)."""
        return worth_of_tokens(solution, self.tokens, self.row, "saving_use")

    @property
    def double(self) -> list[str]:
        """Joint uses: what goes there is claimed by two instruments."""
        return [u for u in self.uses.columns if JOINT in u]


def attach_savings(
    model: PolicyModel,
    claims: dict[str, SavingRule],
    double_claims: Iterable[tuple[str, str]] = (),
) -> SavingPool | None:
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
    uses = _eligible(groups, claims, joint_uses(double_claims))
    upper = np.where(uses.to_numpy(), np.inf, 0.0)
    name = f"{VARIABLE}-{'-'.join(uses.columns)}"
    tokens = model.variable(
        name,
        {"saver": uses.index, "saving_use": uses.columns},
        upper=xr.DataArray(upper, coords={"saver": uses.index, "saving_use": uses.columns}),
    )
    row = f"{ROW}-{'-'.join(uses.columns)}"
    model.row(
        row,
        tokens.sum("saving_use") - saved == 0,
        unit="CNY/tce",
        meaning="every tce saved goes to one use",
        zh="每吨标准煤节能量只能有一种用途",
    )
    return SavingPool(groups, uses, tokens, tce_per_mwh, row)


def pressure_of_savings(solution: Solution, use: str, members: pd.Index) -> Pressure:
    """What one more tce saved earns members in a use, CNY/tce; others are not regulated."""
    pool = solution.model.savings
    worth = pool.worth(solution).sel(saving_use=use).transpose("saver", "period").to_pandas()
    group = group_names(solution.model.energy_users).loc[members]
    table = worth.reindex(group.to_numpy()).fillna(0.0).set_axis(members)
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


def _eligible(
    groups: pd.DataFrame, claims: dict[str, SavingRule], pairs: list[str]
) -> pd.DataFrame:
    members = list(zip(groups["sector"], groups["bus"], strict=True))
    table = {use: [rule.admits(s, b) for s, b in members] for use, rule in claims.items()}
    for pair in pairs:
        first, second = pair.split(JOINT)
        table[pair] = [x and y for x, y in zip(table[first], table[second], strict=True)]
    table[EXPIRED] = [True] * len(groups)
    return pd.DataFrame(table, index=groups.index).rename_axis(index="saver", columns="saving_use")
