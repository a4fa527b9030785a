"""What the carbon market covers and issues: plants, users, their emissions, allowances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

import linopy
import pandas as pd
import xarray as xr
from pydantic import Field, model_validator

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments.base import Instrument, Share, Yearly
from dualcarbon.instruments.claims import Eligibility

if TYPE_CHECKING:
    from dualcarbon.system.model import PolicyModel
    from dualcarbon.system.user_variables import UserVariables

CCER = "ccer"
BALANCE, LIMIT, CARRY = "carbon-balance", "carbon-offset_limit", "carbon-carry_over"
CCER_POOL = "carbon-ccer_pool"
OFFSETS, BANK = "carbon-offsets", "carbon-bank"
NET_ALLOCATION, NET_ALLOCATION_ROW = "carbon-net_allocation", "carbon-net_allocation_rule"
SOLD_AT_CEILING, BOUGHT_AT_FLOOR = "carbon-sold_at_ceiling", "carbon-bought_at_floor"
USER = "user"


class OffsetStep(Record):
    """Offsets that can be had from outside the model.

    Attributes:
        name: project type; quantity: t CO2 per year; price: CNY/t.
    """

    name: str
    quantity: Yearly
    price: float = Field(ge=0)


class ReserveStep(Record):
    """A step of a reserve: what the government sells, or takes in, at a price.

    Attributes:
        price: CNY/t; quantity: t CO2 per year.
    """

    price: float = Field(ge=0)
    quantity: Yearly


class IntensityRule(Record):
    """How many allowances a user gets by the distance of its intensity from a balance value.

    Attributes:
        slope: surplus, as a share of emissions, per relative distance ``(B - e) / B``. Not
            official: the allocation plan of November 2025 gives the form and the bound only.
        width: bound of the surplus and of the deficit, share of emissions.
        balance: balance value by sector, t per unit of output; the mean of the sector's users
            weighted by output where none is given. The official ones are not public.
    """

    slope: float = Field(0.15, ge=0, le=1)
    width: float = Field(0.03, ge=0, le=1)
    balance: dict[str, float] = Field(default_factory=dict)


class CarbonCoverage(Instrument):
    """Fields of the carbon market, whom it covers, and what it issues; see ``CarbonMarket``."""

    key: ClassVar[str] = "carbon"
    in_place_of: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "cap": ("benchmarks", "allocation_of_users"),
        "benchmarks": ("cap",),
    }

    cap: Yearly | None = None
    benchmarks: dict[str, float] | None = None
    stringency: Yearly = 1.0
    carriers: tuple[str, ...] | None = None
    sectors: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    allocation_of_users: Literal["baseline", "verified", "intensity"] = "baseline"
    intensity: IntensityRule = IntensityRule()
    indirect_factor: float = Field(0.0, ge=0, le=2)
    electricity_twice: bool = False
    offset_limit: Share = 0.0
    offsets: tuple[OffsetStep, ...] = ()
    ccer_rate: float = Field(0.0, ge=0, le=2)
    ccer_eligible: Eligibility = Eligibility(carriers=("offwind",), vintages=("new",))
    tightening: Share = 0.0
    banking: bool = False
    starting_bank: float = Field(0.0, ge=0)
    carry_over: float = Field(0.1, ge=0)
    borrowing: bool = False
    floor: float | None = Field(None, ge=0)
    ceiling: float | None = Field(None, ge=0)
    containment: tuple[ReserveStep, ...] = ()
    withholding: tuple[ReserveStep, ...] = ()
    invalidation: Share = 1.0
    auction_share: Share = 0.0

    @model_validator(mode="after")
    def _one_kind(self) -> CarbonCoverage:
        if (self.cap is None) == (self.benchmarks is None):
            raise ValueError("give either 'cap' (mass cap) or 'benchmarks' (performance standard)")
        if self.floor is not None and self.ceiling is not None and self.floor > self.ceiling:
            raise ValueError(f"the floor {self.floor} is above the ceiling {self.ceiling}")
        highest = max((step.price for step in self.withholding), default=0.0)
        lowest = min((step.price for step in self.containment), default=highest)
        if highest > lowest:
            raise ValueError(f"'withholding' at {highest:g} is above 'containment' at {lowest:g}")
        if self.borrowing and not self.banking:
            raise ValueError("'borrowing' belongs to 'banking: true'")
        if self.cap is not None and self.allocation_of_users != "baseline":
            raise ValueError("'allocation_of_users' belongs to 'benchmarks', not to 'cap'")
        if self.starting_bank > 0 and not self.banking:
            raise ValueError("'starting_bank' is what was kept before, and needs 'banking'")
        names = [step.name for step in self.offsets]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"offsets '{name}' are given twice")
        for name, value in {**(self.benchmarks or {}), **self.intensity.balance}.items():
            if value < 0:
                raise ValueError(f"benchmark of '{name}' must not be negative, got {value}")
        return self

    @property
    def kept_share(self) -> float:
        """Share of allowances left after the cut in advance of offsets."""
        return 1.0 - self.tightening * self.offset_limit

    def covered(self, model: PolicyModel) -> pd.Index:
        """Units whose emissions, or removals, the market covers.

        Raises:
            InputError: a covered carrier or sector does not exist.
        """
        units = model.annual.units
        emitting = units["rate"] != 0
        if self.carriers is not None:
            known = sorted(set(units["carrier"]))
            for carrier in self.carriers:
                if carrier not in known:
                    raise unknown_name("carrier", carrier, known, where="carbon.carriers")
            emitting &= units["carrier"].isin(self.carriers)
        for region in self.outside:
            if region not in model.annual.load.index:
                raise unknown_name(
                    "region", region, model.annual.load.index, where="carbon.outside"
                )
        if self.outside:
            emitting &= ~units["bus"].isin(self.outside)
        self.check_sectors(model)
        return units.index[emitting]

    def members(self, users: UserVariables) -> pd.Index:
        """Energy users whose emissions the market covers."""
        members = users.of_sectors(self.sectors)
        return members[~users.table.loc[members, "bus"].isin(self.outside)]

    def benchmark_of(self, model: PolicyModel) -> pd.Series:
        """Benchmark of each covered unit, t CO2 per MWh; zero where none is given.

        Raises:
            InputError: a benchmark names neither an ETS class nor a carrier of the network, or
                what makes nothing that could be compared.
        """
        units = model.annual.units
        given = self.benchmarks or {}
        known = set(units["ets_class"]) | set(units["carrier"])
        for name in given:
            if name not in known:
                classes = sorted(known - {""})
                raise unknown_name("benchmark class", name, classes, where="carbon.benchmarks")
        value = units["ets_class"].map(given).fillna(units["carrier"].map(given)).fillna(0.0)
        value = value.where(units.index.isin(self.covered(model)), 0.0).astype(float)
        supply = units.index[(value > 0) & ~units["measured"].astype(bool)]
        if len(supply):
            raise InputError(
                f"'{supply[0]}' has a benchmark and makes no electricity or heat: it supplies fuel "
                "to what does",
                where="carbon.benchmarks",
                allowed="co2_emissions and benchmark on the carrier of the link that burns it",
            )
        return value

    def check_covers(self, model: PolicyModel) -> None:
        """Check that the market covers something, and that its yearly amounts meet a year.

        Raises:
            InputError: no covered unit and no sector, or snapshots that do not make up a year.
        """
        if not len(self.covered(model)) and not self.sectors:
            emitting = sorted(set(model.annual.units["carrier"][model.annual.units["rate"] != 0]))
            raise InputError(
                "the market covers no emissions, so its price would be zero whatever the cap",
                where="carbon.carriers" if emitting else "network.carriers.co2_emissions",
                allowed=f"one of {', '.join(emitting)}"
                if emitting
                else "t CO2 per MWh of fuel on the carrier of what burns it, or links that "
                "deliver to a bus of the atmosphere (network.buses.commodity)",
            )
        if self.banking and model.horizon.scenarios:
            raise InputError(
                "allowances cannot be kept from one scenario for another",
                where="carbon.banking",
                allowed="false on a network with scenarios",
            )
        if self.cap is not None:
            model.horizon.check_year("the cap", "carbon.cap")
        if self.offsets:
            model.horizon.check_year("the supply of offsets", "carbon.offsets")

    def emissions(self, model: PolicyModel) -> linopy.LinearExpression:
        """Covered emissions, t CO2 per year by period."""
        self.check_electricity_once(model)
        whom = f"{self.carriers} and {self.sectors} but {self.outside}"
        name = f"carbon-emissions of {whom}, {self.indirect_factor:g}"
        return model.once(name, lambda: self._emissions(model))

    def _emissions(self, model: PolicyModel) -> linopy.LinearExpression:
        total = model.annual.emissions(self.covered(model))
        if self.sectors:
            members = self.members(model.energy_users)
            total = total + self.emissions_of_users(model, members)
        return total

    def allowances(self, model: PolicyModel) -> linopy.LinearExpression:
        """Allowances issued, t CO2 per year by period (constant under a cap)."""
        if self.cap is not None:
            name = "carbon-nothing issued for output"
            nothing = model.once(name, lambda: 0.0 * self.emissions(model))
            return nothing + model.per_period(self.cap) * self.kept_share
        name = f"carbon-allowances at {self.benchmarks} of {self.carriers} but {self.outside}"
        issued = model.once(name, lambda: model.annual.sum(self.benchmark_of(model)))
        issued = issued * (model.per_period(self.stringency) * self.kept_share)
        if self.sectors:
            issued = issued + self._issued_to_users(model) * self.kept_share
        return issued

    def _issued_to_users(self, model: PolicyModel) -> linopy.LinearExpression | xr.DataArray:
        """Allowances for users before the cut in advance of offsets, t CO2 per year by period."""
        users = model.energy_users
        members = self.members(users)
        if self.allocation_of_users == "baseline":
            base = self.before_users(users, members).sum()
            return model.per_period(base.to_dict()) * model.per_period(self.stringency)
        given = self.emissions_of_users(model, members)
        if self.allocation_of_users == "verified":
            return given
        net = model.variable_of(NET_ALLOCATION)
        return given + net.sum(USER)

    def emissions_of_users(
        self, model: PolicyModel, members: pd.Index, by: str | None = None
    ) -> linopy.LinearExpression:
        """Covered emissions of users: direct ones, and ``indirect_factor`` times electricity, t."""
        users = model.energy_users
        direct = users.remaining("co2_t", members, by)
        if self.indirect_factor == 0:
            return direct
        return direct + users.electricity(members, by) * self.indirect_factor

    def before_users(self, users: UserVariables, members: pd.Index) -> pd.DataFrame:
        """Covered emissions before any step by user and period, t CO2 per year."""
        electricity = users.quantities["electricity_mwh"].loc[members]
        return users.baseline.loc[members] + self.indirect_factor * electricity

    def check_sectors(self, model: PolicyModel) -> None:
        """Check that the covered sectors exist.

        Raises:
            InputError: a sector is unknown, or the network comes without energy users.
        """
        if not self.sectors:
            return
        known = sorted(set(model.energy_users.table["sector"]))
        for sector in self.sectors:
            if sector not in known:
                raise unknown_name("sector", sector, known, where="carbon.sectors")

    def check_electricity_once(self, model: PolicyModel) -> None:
        """Check that electricity is charged at the plant or at the user, not at both.

        Raises:
            InputError: both are covered and ``electricity_twice`` is not set.
        """
        if self.indirect_factor > 0 and not self.electricity_twice and len(self.covered(model)):
            raise InputError(
                "electricity would be charged twice: power plants are covered, and so is the "
                f"electricity of users at {self.indirect_factor:g} t/MWh",
                where="carbon.indirect_factor",
                allowed="0, or 'carriers: []', or 'electricity_twice: true' to measure it",
            )


def covered_emissions(model: PolicyModel) -> linopy.LinearExpression:
    """Emissions that the package's carbon market covers, t CO2 per year by period.

    Raises:
        InputError: the package has no carbon market.
    """
    return _market(model).emissions(model)


def covered_units(model: PolicyModel) -> pd.Index:
    """Units that the package's carbon market covers; none without one."""
    if CarbonCoverage.key not in model.instruments:
        return pd.Index([])
    return _market(model).covered(model)


def covered_members(model: PolicyModel) -> pd.Index:
    """Energy users that the package's carbon market covers; none without one."""
    if CarbonCoverage.key not in model.instruments or not _market(model).sectors:
        return pd.Index([])
    return _market(model).members(model.energy_users)


def covered_sectors(model: PolicyModel) -> set[str]:
    """Sectors of energy users that the package's carbon market covers; none without one."""
    if CarbonCoverage.key not in model.instruments:
        return set()
    return set(_market(model).sectors)


def _market(model: PolicyModel) -> CarbonCoverage:
    return model.beside(CarbonCoverage)  # type: ignore[type-abstract]


def bought_offsets(step: str) -> str:
    """Name of the variable of offsets bought from a step of their supply."""
    return f"{OFFSETS}_{step}"
