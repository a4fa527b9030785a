"""Pools of tokens: every unit made carries one, and where it goes is a variable.

``made[g, y] = sum_use token[g, use, y]`` for every group g of who makes it, with a use ``expired``
for what goes nowhere. So no unit counts twice, unless a scenario frees a pair of uses: then a joint
use carries the tokens that count in both, and its volume is what is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import linopy
import numpy as np
import pandas as pd
import xarray as xr

EXPIRED, JOINT = "expired", "+"


@dataclass(frozen=True)
class Pool:
    """Tokens of a model: of renewable output, MWh, or of saved energy, tce.

    Attributes:
        groups: what is known of each group: carrier and vintage, or bus and sector.
        uses: rows groups, columns uses and joint uses; True where a group is eligible.
        tokens: variable, units per year; dimensions as rows and columns of ``uses``, and period.
        row: name of the rows by which every unit goes to one use.
        per_mwh: units that a MWh counts.
    """

    groups: pd.DataFrame
    uses: pd.DataFrame
    tokens: linopy.Variable
    row: str
    per_mwh: float = 1.0

    @property
    def group(self) -> str:
        """Name of the dimension of groups."""
        return str(self.uses.index.name)

    @property
    def use(self) -> str:
        """Name of the dimension of uses."""
        return str(self.uses.columns.name)

    @property
    def double(self) -> list[str]:
        """Joint uses: what goes there is claimed by two instruments."""
        return [u for u in self.uses.columns if JOINT in u]

    def with_use(self, use: str) -> list[str]:
        """Uses, joint ones included, under which a token counts for ``use``."""
        return [u for u in self.uses.columns if use in u.split(JOINT)]

    def without_use(self, use: str) -> list[str]:
        """Uses under which a token does not count for ``use``."""
        return [u for u in self.uses.columns if use not in u.split(JOINT)]

    def claimed(self, use: str, carriers: Iterable[str] | None = None) -> linopy.LinearExpression:
        """Tokens that go to a use, joint uses included, units per year by period.

        Args:
            use: the use.
            carriers: carriers whose output counts, for pools of renewable output; None for all.
        """
        chosen = self.groups.index
        if carriers is not None:
            chosen = chosen[self.groups["carrier"].isin(list(carriers))]
        return self.total(self.with_use(use), chosen)

    def claimed_by_group(self, use: str) -> linopy.LinearExpression:
        """Tokens of each group that go to a use, units per year, dims (group, period)."""
        return self.tokens.sel({self.use: self.with_use(use)}).sum(self.use)

    def total(self, uses: list[str], groups: pd.Index) -> linopy.LinearExpression:
        """Tokens of groups that go to any of some uses, units per year by period."""
        return self.tokens.sel({self.use: uses, self.group: groups}).sum([self.group, self.use])

    def by_area(self, uses: list[str], area: pd.Series) -> linopy.LinearExpression:
        """Tokens that go to any of some uses, units per year, dims (area, period).

        Args:
            uses: uses, as :meth:`with_use` lists them.
            area: area of each group; groups that are not named are left out.
        """
        chosen = self.tokens.sel({self.use: uses, self.group: area.index}).sum(self.use)
        label = xr.DataArray(area.to_numpy(), coords={self.group: area.index}, name="area")
        return chosen.groupby(label).sum()


def joint_uses(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Name of the joint use of each pair."""
    return [JOINT.join(sorted(pair)) for pair in pairs]


def eligible(
    groups: pd.Index, admitted: Mapping[str, list[bool]], double_claims: Iterable[tuple[str, str]]
) -> pd.DataFrame:
    """Whether each group may go to each use: what both of a pair admit, and all to ``expired``.

    Args:
        groups: groups, named as their dimension is.
        admitted: whether each group is admitted, by use.
        double_claims: pairs of these uses freed from exclusivity.
    """
    table = {use: np.asarray(may, dtype=bool) for use, may in admitted.items()}
    for pair in joint_uses(double_claims):
        first, second = pair.split(JOINT)
        table[pair] = table[first] & table[second]
    table[EXPIRED] = np.ones(len(groups), dtype=bool)
    return pd.DataFrame(table, index=groups)


def open_to(uses: pd.DataFrame) -> xr.DataArray:
    """Upper bound of tokens: none where a group is not eligible."""
    labels = {uses.index.name: uses.index, uses.columns.name: uses.columns}
    return xr.DataArray(np.where(uses.to_numpy(), np.inf, 0.0), coords=labels)
