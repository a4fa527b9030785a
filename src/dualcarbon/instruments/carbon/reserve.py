"""The reserve of the carbon market in steps: what is sold, withheld, kept and invalidated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.instruments.carbon.coverage import CarbonCoverage, ReserveStep

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

STEP = "step"
SOLD, WITHHELD, KEPT = "carbon-reserve_sold", "carbon-reserve_withheld", "carbon-reserve_kept"
HELD, OFFERED = "carbon-reserve_held", "carbon-reserve_offered"


def steps_of_reserve(market: CarbonCoverage, model: PolicyModel) -> linopy.LinearExpression | float:
    """Allowances that the reserve adds to the market, t CO2 per year by period.

    ``sum_s sold[s, y] - sum_s withheld[s, y]`` with ``sold <= quantity`` where what is left lapses;
    else, with ``i`` the share invalidated at the end of a year,
    ``kept[s, y] <= (1 - i) (kept[s, y-1] + n_y (quantity + withheld - sold))`` and
    ``n_y sold[s, y] <= kept[s, y-1] + n_y quantity``; what was withheld enters the first step.
    """
    added: linopy.LinearExpression | float = 0.0
    taken = None
    if market.withholding:
        taken = _block(model, WITHHELD, market.withholding, -1.0)
        added = added - taken.sum(STEP)
    if market.containment:
        lasting = market.invalidation < 1.0
        sold = _block(model, SOLD, market.containment, 1.0, bounded=not lasting)
        if lasting:
            _keep(market, model, sold, taken)
        added = added + sold.sum(STEP)
    return added


def from_reserve(market: CarbonCoverage, solution: Solution) -> pd.Series:
    """Allowances that the government sells from its reserve less those withheld, t CO2 per year."""
    amount = pd.Series(0.0, index=solution.model.periods)
    for steps, name, sign in (
        (market.containment, SOLD, 1.0),
        (market.withholding, WITHHELD, -1.0),
    ):
        if steps:
            amount = amount + sign * solution.value(name).sum(STEP).to_series()
    return amount


def _block(
    model: PolicyModel,
    name: str,
    steps: tuple[ReserveStep, ...],
    sign: float,
    *,
    bounded: bool = True,
) -> linopy.Variable:
    """Allowances of each step by period, paid at its price; a negative sign receives it."""
    index = _index(steps)
    upper = _quantity(model, steps) if bounded else np.inf
    amount = model.variable(name, {STEP: index}, upper=upper)
    price = xr.DataArray([sign * step.price for step in steps], coords={STEP: index})
    model.cost(name, (amount * price).sum(STEP), transfer=True)
    return amount


def _keep(
    market: CarbonCoverage, model: PolicyModel, sold: linopy.Variable, taken: linopy.Variable | None
) -> None:
    """What the reserve did not sell can be sold later, less what is invalidated."""
    index = _index(market.containment)
    left = 1.0 - market.invalidation
    years = model.per_period(model.horizon.years.to_dict())
    kept = model.variable(KEPT, {STEP: index})
    before = kept.shift(period=1)
    quantity = _quantity(model, market.containment) * years
    first = xr.DataArray(np.arange(len(index)) == 0, coords={STEP: index}).astype(float)
    entered = 0.0 if taken is None else taken.sum(STEP) * years * first
    model.row(
        HELD,
        kept - left * before + left * (sold * years) - left * entered <= left * quantity,
        unit="CNY/t",
        meaning="what the reserve keeps is what it neither sold nor invalidated",
        zh="储备中可结转的配额为未投放且未注销的部分",
    )
    model.row(
        OFFERED,
        sold * years - before <= quantity,
        unit="CNY/t",
        meaning="each step of the reserve sells no more than it holds",
        zh="各档储备的投放量不超过其持有量",
    )


def _index(steps: tuple[ReserveStep, ...]) -> pd.Index:
    return pd.Index([f"{place}: {step.price:g}" for place, step in enumerate(steps, 1)], name=STEP)


def _quantity(model: PolicyModel, steps: tuple[ReserveStep, ...]) -> xr.DataArray:
    table = np.array([model.per_period(step.quantity).to_numpy() for step in steps])
    return xr.DataArray(
        table, coords={STEP: _index(steps), "period": model.periods}, dims=(STEP, "period")
    )
