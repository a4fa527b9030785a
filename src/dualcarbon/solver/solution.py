"""A solved model: values and duals by block name, in the user's units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.solver import costs, power
from dualcarbon.solver.highs import RawSolution
from dualcarbon.solver.power import Ports
from dualcarbon.solver.program import OBJECTIVE_SCALE, Program
from dualcarbon.system.model import PolicyModel
from dualcarbon.system.user_variables import ACTIVITY


@dataclass(frozen=True)
class Solution:
    """Primal and dual values of a policy model.

    Attributes:
        model: the model that was solved.
        program, raw: its numbers and the solver's answer, in scaled units.
    """

    model: PolicyModel
    program: Program
    raw: RawSolution

    @property
    def objective(self) -> float:
        """Objective in CNY: discounted resource cost and transfers, constants included."""
        constants = (
            float((cost.const * self.model.period_weight).sum())
            for _, cost in self.model.yearly_costs.values()
        )
        return float(self.raw.objective * OBJECTIVE_SCALE) + sum(constants)

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

    def consumption(self) -> pd.DataFrame:
        """Electricity consumed by bus and period after savings, MWh per year."""
        annual = self.model.annual
        if annual.saved is None:
            return annual.load
        saved = self.evaluate(annual.saved).transpose("bus", "period").to_pandas()
        return annual.load.sub(saved.reindex(annual.load.index).fillna(0.0))

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

    @cached_property
    def emissions(self) -> pd.DataFrame:
        """t CO2 per year by unit and period."""
        return self.energy.mul(self.model.annual.units["rate"], axis=0)

    @cached_property
    def user_emissions(self) -> pd.DataFrame:
        """t CO2 per year by energy user and period, after abatement."""
        return self.of_users("co2_t")

    def of_users(self, quantity: str) -> pd.DataFrame:
        """A quantity by energy user and period after all steps, per year; empty without users.

        Args:
            quantity: ``co2_t``, ``electricity_mwh``, ``fuel_tce`` or ``output``.
        """
        users = self.model.users
        if users is None:
            return pd.DataFrame(columns=self.model.periods)
        return users.after(quantity, self.activity)

    @cached_property
    def activity(self) -> pd.DataFrame:
        """Activity of the energy users' steps, units per year, index step, columns period."""
        return self.value(ACTIVITY).transpose("step", "period").to_pandas()

    @cached_property
    def system_cost(self) -> pd.Series:
        """Resource cost by period, CNY per year: the objective without transfers."""
        return costs.resource_cost(self)

    @cached_property
    def power_price(self) -> pd.DataFrame:
        """Nodal price by snapshot and bus, CNY/MWh."""
        return power.power_price(self)

    def mean_power_price(self) -> pd.DataFrame:
        """Load-weighted mean price by bus and period, CNY/MWh."""
        return power.mean_power_price(self)

    def capture_price(self, carrier: str) -> pd.DataFrame:
        """Output-weighted mean price of a carrier by bus and period, CNY/MWh."""
        return power.capture_price(self, carrier)

    def served_load(self) -> pd.DataFrame:
        """Load after savings by snapshot and bus, MW."""
        return power.served_load(self)

    def power(self, component: str) -> pd.DataFrame:
        """Net power of a component's members by snapshot, MW."""
        return power.output(self, component)

    def link_ports(self) -> Iterator[Ports]:
        """Ends of links and lines with what they receive."""
        return power.link_ports(self)
