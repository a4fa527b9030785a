"""Attribute tokens: each renewable MWh carries one, and where it goes is a variable.

``gen[g, y] = sum_use token[g, use, y] + expired[g, y]`` for every group g of carrier and vintage,
so that no MWh can be claimed twice. A pair of uses that a scenario frees from this rule gets a
joint use whose tokens count in both; its volume is what is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.instruments.base import Eligibility
from dualcarbon.solver.program import OBJECTIVE_SCALE
from dualcarbon.system.model import PolicyModel

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution

EXPIRED = "expired"
JOINT = "+"
ROW = "tokens-conservation"


@dataclass(frozen=True)
class TokenPool:
    """Tokens of a model.

    Attributes:
        groups: carrier and vintage of each group.
        uses: columns are uses or joint uses; True where a group is eligible.
        tokens: variable, MWh per year, dims (group, use, period).
        row: name of the conservation row.
    """

    groups: pd.DataFrame
    uses: pd.DataFrame
    tokens: linopy.Variable
    row: str

    def claimed(self, use: str, carriers: Iterable[str] | None = None) -> linopy.LinearExpression:
        """Tokens that go to a use, joint uses included, MWh per year by period."""
        columns = [u for u in self.uses.columns if use in u.split(JOINT)]
        chosen = self.groups.index
        if carriers is not None:
            chosen = chosen[self.groups["carrier"].isin(list(carriers))]
        return self.tokens.sel(use=columns, group=chosen).sum(["group", "use"])

    def claimed_by_group(self, use: str) -> linopy.LinearExpression:
        """Tokens of each group that go to a use, MWh per year, dims (group, period)."""
        columns = [u for u in self.uses.columns if use in u.split(JOINT)]
        return self.tokens.sel(use=columns).sum("use")

    def worth(self, solution: Solution) -> xr.DataArray:
        """What one more MWh earns in each use, CNY/MWh, dims (group, use, period)."""
        return worth_of_tokens(solution, self.tokens, self.row, "use")

    @property
    def double(self) -> list[str]:
        """Joint uses: what goes there is claimed by two instruments."""
        return [u for u in self.uses.columns if JOINT in u]


def attach_tokens(
    model: PolicyModel,
    claims: dict[str, Eligibility],
    double_claims: Iterable[tuple[str, str]] = (),
) -> TokenPool | None:
    """Add the tokens of all renewable units and their conservation rows.

    Args:
        model: the model.
        claims: eligibility of each use that an instrument of the package offers.
        double_claims: pairs of these uses freed from exclusivity.
    """
    pairs = joint_uses(double_claims)
    renewable = model.annual.units[model.annual.units["renewable"]]
    if not claims or renewable.empty:
        return None
    group_of = renewable["carrier"] + " " + renewable["vintage"]
    groups = renewable.assign(group=group_of).drop_duplicates("group").set_index("group")
    uses = _eligible(groups, claims, pairs)
    upper = xr.DataArray(
        np.where(uses.to_numpy(), np.inf, 0.0), coords={"group": uses.index, "use": uses.columns}
    )
    tokens = model.variable(
        f"tokens-{'-'.join(uses.columns)}", {"group": uses.index, "use": uses.columns}, upper=upper
    )
    selector = xr.DataArray(group_of.to_numpy(), coords={"unit": renewable.index}, name="group")
    output = (1.0 * model.annual.energy.sel(unit=renewable.index)).groupby(selector).sum()
    output = output.reindex(group=groups.index)
    row = f"{ROW}-{'-'.join(uses.columns)}"
    model.row(
        row,
        tokens.sum("use") - output == 0,
        unit="CNY/MWh",
        meaning="every renewable MWh carries one token, which goes to one use",
        zh="每兆瓦时可再生能源电量只有一份环境属性，且只能有一种用途",
    )
    return TokenPool(groups[["carrier", "vintage"]], uses, tokens, row)


def worth_of_tokens(
    solution: Solution, tokens: linopy.Variable, row: str, use: str
) -> xr.DataArray:
    """What one more token of each group would earn in each use, beyond what it earns expired.

    ``v[g, u] = sum_r dual[r] a[r, (g, u)] - c[g, u]`` over all rows ``r`` but the conservation of
    tokens, less ``v[g, expired]``. By complementary slackness a token that is used earns the dual
    of the conservation row, and no use open to it would earn more.

    Args:
        solution: a solved model.
        tokens: the pool's variable, with dimensions for groups, uses and periods.
        row: name of the conservation row.
        use: name of the dimension of uses.

    Returns:
        CNY per MWh (or tce) and year, with the dimensions of ``tokens``.
    """
    program, model = solution.program, solution.model
    conservation = model.linopy.constraints[model.row_blocks.block(row)].labels.to_numpy().ravel()
    dual = np.where(np.isin(program.row_label, conservation), 0.0, solution.raw.dual)
    earned = (program.A.T @ dual - program.cost) / program.column_scale * OBJECTIVE_SCALE
    by_label = np.zeros(int(program.column_label.max(initial=-1)) + 2)
    by_label[program.column_label] = earned
    labels = tokens.labels
    value = xr.DataArray(by_label[labels.to_numpy()], coords=labels.coords, dims=labels.dims)
    value = value / model.period_weight
    return value - value.sel({use: EXPIRED}, drop=True)


def joint_uses(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Name of the joint use of each pair."""
    return [JOINT.join(sorted(pair)) for pair in pairs]


def _eligible(
    groups: pd.DataFrame, claims: dict[str, Eligibility], pairs: list[str]
) -> pd.DataFrame:
    table = {
        use: [rule.admits(c, v) for c, v in zip(groups["carrier"], groups["vintage"], strict=True)]
        for use, rule in claims.items()
    }
    for pair in pairs:
        a, b = pair.split(JOINT)
        table[pair] = [x and y for x, y in zip(table[a], table[b], strict=True)]
    table[EXPIRED] = [True] * len(groups)
    return pd.DataFrame(table, index=groups.index).rename_axis(index="group", columns="use")
