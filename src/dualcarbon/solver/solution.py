"""A solved model: what its values say of plants, users, costs and power, in the user's units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dualcarbon.solver import costs, power
from dualcarbon.solver.power import Ports
from dualcarbon.solver.program import OBJECTIVE_SCALE
from dualcarbon.solver.values import Values
from dualcarbon.system.user_variables import ACTIVITY


@dataclass(frozen=True)
class Solution(Values):
    """A solved model, with what is read off its values: emissions, costs, power by the hour."""

    @property
    def objective(self) -> float:
        """Objective in CNY: discounted resource cost and transfers, constants included."""
        constants = (
            float((cost.const * self.model.period_weight).sum())
            for _, cost in self.model.yearly_costs.values()
        )
        return float(self.raw.objective * OBJECTIVE_SCALE) + sum(constants)

    def consumption(self) -> pd.DataFrame:
        """Electricity consumed by bus and period, MWh per year: load - saved + used by links."""
        annual, total = self.model.annual, self.model.annual.load
        for amount, sign in ((annual.saved, -1.0), (annual.electricity_used, 1.0)):
            if amount is not None:
                part = self.evaluate(amount).transpose("bus", "period").to_pandas()
                total = total.add(sign * part.reindex(total.index).fillna(0.0))
        return total

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
        return power.mean_power_price(self, self.power_price)

    def capture_price(self, carrier: str) -> pd.DataFrame:
        """Output-weighted mean price of a carrier by bus and period, CNY/MWh."""
        known = self._capture_prices
        if carrier not in known.index.get_level_values(0):
            return pd.DataFrame(columns=self.model.periods, dtype=float)
        return known.loc[carrier]

    @cached_property
    def _capture_prices(self) -> pd.DataFrame:
        return power.capture_prices(self, self.power_price)

    def served_load(self) -> pd.DataFrame:
        """Load after savings by snapshot and bus, MW."""
        return power.served_load(self)

    def power(self, component: str) -> pd.DataFrame:
        """Net power of a component's members by snapshot, MW."""
        return power.output(self, component)

    def link_ports(self) -> Iterator[Ports]:
        """Ends of links and lines with what they receive."""
        return power.link_ports(self)
