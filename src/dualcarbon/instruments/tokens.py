"""Attribute tokens: each renewable MWh carries one, and where it goes is a variable.

``gen[g, y] = sum_use token[g, use, y] + expired[g, y]`` for every group g of carrier and vintage;
see :mod:`dualcarbon.system.pools`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from dualcarbon.instruments.claims import Eligibility
from dualcarbon.solver.program import OBJECTIVE_SCALE
from dualcarbon.system.model import PolicyModel
from dualcarbon.system.pools import EXPIRED, Pool, eligible, open_to

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution

ROW = "tokens-conservation"


def attach_tokens(
    model: PolicyModel,
    claims: dict[str, Eligibility],
    double_claims: Iterable[tuple[str, str]] = (),
) -> Pool | None:
    """Add the tokens of all renewable units and their conservation rows.

    Args:
        model: the model.
        claims: eligibility of each use that an instrument of the package offers.
        double_claims: pairs of these uses freed from exclusivity.
    """
    renewable = model.annual.units[model.annual.units["renewable"]]
    if not claims or renewable.empty:
        return None
    group_of = renewable["carrier"] + " " + renewable["vintage"]
    groups = renewable.assign(group=group_of).drop_duplicates("group").set_index("group")
    members = list(zip(groups["carrier"], groups["vintage"], strict=True))
    admitted = {use: [rule.admits(c, v) for c, v in members] for use, rule in claims.items()}
    uses = eligible(groups.index, admitted, double_claims).rename_axis(columns="use")
    name = "-".join(uses.columns)
    tokens = model.variable(
        f"tokens-{name}", {"group": uses.index, "use": uses.columns}, upper=open_to(uses)
    )
    selector = xr.DataArray(group_of.to_numpy(), coords={"unit": renewable.index}, name="group")
    output = (1.0 * model.annual.energy.sel(unit=renewable.index)).groupby(selector).sum()
    output = output.reindex(group=groups.index)
    row = f"{ROW}-{name}"
    model.row(
        row,
        tokens.sum("use") - output == 0,
        unit="CNY/MWh",
        meaning="every renewable MWh carries one token, which goes to one use",
        zh="每兆瓦时可再生能源电量只有一份环境属性，且只能有一种用途",
    )
    return Pool(groups[["carrier", "vintage"]], uses, tokens, row)


def worth_of_tokens(solution: Solution, pool: Pool) -> xr.DataArray:
    """What one more token of each group would earn in each use, beyond what it earns expired.

    ``v[g, u] = sum_r dual[r] a[r, (g, u)] - c[g, u]`` over all rows ``r`` but the conservation of
    tokens, less ``v[g, expired]``. By complementary slackness a token that is used earns the dual
    of the conservation row, and no use open to it would earn more.

    Returns:
        CNY per MWh (or tce) and year, with the dimensions of the pool's tokens.
    """
    program, model = solution.program, solution.model
    conservation = model.linopy.constraints[model.row_blocks.block(pool.row)].labels.to_numpy()
    dual = np.where(np.isin(program.row_label, conservation.ravel()), 0.0, solution.raw.dual)
    earned = (program.A.T @ dual - program.cost) / program.column_scale * OBJECTIVE_SCALE
    by_label = np.zeros(int(program.column_label.max(initial=-1)) + 2)
    by_label[program.column_label] = earned
    labels = pool.tokens.labels
    value = xr.DataArray(by_label[labels.to_numpy()], coords=labels.coords, dims=labels.dims)
    value = value / model.period_weight
    return value - value.sel({pool.use: EXPIRED}, drop=True)
