"""A carbon tax, beside the carbon market or instead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pandas as pd
from pydantic import field_validator

from dualcarbon.errors import InputError
from dualcarbon.instruments.base import EVERYONE, NOBODY, Instrument, Pressure, Price, Yearly
from dualcarbon.instruments.carbon.coverage import covered_sectors, covered_units
from dualcarbon.instruments.payments import Payment, as_party, by_owner, by_user, through_market
from dualcarbon.system.parties import GOVERNMENT

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel


class CarbonTax(Instrument):
    """A tax on emissions, CNY/t: a cost of the emitter and revenue of the state.

    ``cost[y] = rate[y] * (e[y] - credited[y])``. Emissions that the carbon market covers can be
    exempt, which keeps a ton from being charged twice.

    Attributes:
        rate: CNY/t.
        carriers: taxed carriers; None for every emitting carrier.
        sectors: taxed sectors of the energy users.
        exempt_covered: whether emissions covered by the carbon market are exempt.
    """

    key: ClassVar[str] = "tax"

    rate: Yearly
    carriers: tuple[str, ...] | None = None
    sectors: tuple[str, ...] = ()
    exempt_covered: bool = False

    @field_validator("rate")
    @classmethod
    def _finite(cls, rate: float | dict[int, float]) -> float | dict[int, float]:
        values = rate.values() if isinstance(rate, dict) else [rate]
        if any(v > 1e5 for v in values):
            raise ValueError("a rate above 100000 CNY/t is surely a slip of the unit")
        return rate

    def taxed(self, model: PolicyModel) -> pd.Index:
        """Units that pay the tax."""
        units = model.annual.units
        emitting = units["rate"] != 0
        if self.carriers is not None:
            emitting &= units["carrier"].isin(self.carriers)
        if self.exempt_covered:
            emitting &= ~units.index.isin(covered_units(model))
        return units.index[emitting]

    def taxed_sectors(self, model: PolicyModel) -> list[str]:
        """Sectors that pay the tax."""
        exempt = covered_sectors(model) if self.exempt_covered else set()
        return [s for s in self.sectors if s not in exempt]

    def attach(self, model: PolicyModel) -> None:
        """Add the tax to the objective as a transfer.

        Raises:
            InputError: nothing emits that could be taxed.
        """
        if not self.sectors and not (model.annual.units["rate"] != 0).any():
            raise InputError(
                "no carrier emits, so the tax would be paid by nobody",
                where="network.carriers.co2_emissions",
                allowed="t CO2 per MWh of fuel on the carrier of what burns it, or links that "
                "deliver to a bus of the atmosphere (network.buses.commodity)",
            )
        rate = model.per_period(self.rate)
        units = self.taxed(model)
        if len(units):
            model.cost("tax-plants", model.annual.emissions(units) * rate, transfer=True)
        sectors = self.taxed_sectors(model)
        if sectors:
            model.cost("tax-users", model.energy_users.emissions(sectors) * rate, transfer=True)

    def price(self, solution: Solution) -> list[Price]:
        """The rate itself."""
        rate = solution.model.horizon.spread(self.rate)
        return [Price(self.key, "tax rate", EVERYONE, rate, "CNY/t", "")]

    def pressure(self, solution: Solution) -> Pressure:
        """The rate, for all who pay it."""
        model = solution.model
        sectors = self.taxed_sectors(model)
        members = model.users.of_sectors(sectors) if model.users is not None else NOBODY
        rate = model.horizon.spread(self.rate)
        return Pressure.constant(rate, users=members, plants=self.taxed(model))

    def settle(self, solution: Solution) -> list[Payment]:
        """Emitters pay the state."""
        model = solution.model
        rate = model.horizon.spread(self.rate)
        paid = [by_owner(solution, solution.emissions.loc[self.taxed(model)]).mul(rate, axis=1)]
        sectors = self.taxed_sectors(model)
        if sectors:
            members = model.energy_users.of_sectors(sectors)
            emitted = by_user(solution, solution.user_emissions.loc[members])
            paid.append(emitted.mul(rate, axis=1))
        revenue = pd.concat(paid).sum()
        received = [*(-p for p in paid), as_party(GOVERNMENT, revenue)]
        return through_market(self.key, "tax office", received)
