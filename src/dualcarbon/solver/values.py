"""A solved model's numbers, read by block name: values, duals and prices in the user's units."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.solver.highs import RawSolution
from dualcarbon.solver.program import OBJECTIVE_SCALE, Program
from dualcarbon.system.model import PolicyModel


@dataclass(frozen=True)
class Values:
    """Primal and dual values of a policy model.

    Attributes:
        model: the model that was solved.
        program, raw: its numbers and the solver's answer, in scaled units.
    """

    model: PolicyModel
    program: Program
    raw: RawSolution

    @cached_property
    def _value_of(self) -> np.ndarray:
        labels = self.program.column_label
        values = np.full(int(labels.max(initial=-1)) + 2, 0.0)
        values[labels] = self.raw.x * self.program.column_scale
        return values

    @cached_property
    def _dual_of(self) -> np.ndarray:
        labels = self.program.row_label
        duals = np.full(int(labels.max(initial=-1)) + 2, 0.0)
        duals[labels] = self.raw.dual * self.program.row_scale * OBJECTIVE_SCALE
        return duals

    def value(self, name: str) -> xr.DataArray:
        """Value of a block of variables; absent slots are zero."""
        labels = self.model.linopy.variables[self.model.variable_blocks.block(name)].labels
        found = np.where(labels.to_numpy() < 0, 0.0, self._value_of[labels.to_numpy()])
        return xr.DataArray(found, coords=labels.coords, dims=labels.dims)

    def evaluate(self, expression: linopy.LinearExpression) -> xr.DataArray:
        """Value of a linear expression at the solution."""
        labels = expression.vars.to_numpy()
        found = np.where(labels < 0, 0.0, self._value_of[labels])
        terms = np.nan_to_num(expression.coeffs.to_numpy()) * found
        axis = expression.vars.dims.index("_term")
        constant = expression.const
        total = terms.sum(axis=axis) + np.nan_to_num(constant.to_numpy())
        return xr.DataArray(total, coords=constant.coords, dims=constant.dims)

    def dual(self, name: str) -> xr.DataArray:
        """Change of the objective (CNY) per unit of the right-hand side of a block of rows."""
        labels = self.model.linopy.constraints[self.model.row_blocks.block(name)].labels
        known = labels.to_numpy()
        inside = (known >= 0) & (known < len(self._dual_of))
        found = np.where(inside, self._dual_of[np.where(inside, known, 0)], 0.0)
        return xr.DataArray(found, coords=labels.coords, dims=labels.dims)

    def price(self, name: str) -> pd.Series:
        """Price per unit and year: ``-dual / weight`` of a ``<=`` row, by the row's index.

        The sign is such that a price is what one more unit of the scarce thing saves.
        """
        dual = self.dual(name)
        yearly = dual / self.model.period_weight if "period" in dual.dims else dual
        return abs(yearly).to_series()

    @cached_property
    def energy(self) -> pd.DataFrame:
        """MWh per year by unit and period."""
        return self.value("annual-energy").to_pandas()
