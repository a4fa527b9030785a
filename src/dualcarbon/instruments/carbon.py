"""The carbon market: a mass cap or a tradable performance standard, with offsets and banking."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dualcarbon.errors import InputError, nearest_name
from dualcarbon.instruments.base import (
    EVERYONE,
    Eligibility,
    Instrument,
    Price,
    Share,
    Yearly,
)
from dualcarbon.instruments.payments import (
    GOVERNMENT,
    Payment,
    by_owner,
    by_user,
    link_income,
    through_market,
    token_sales,
)

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solution import Solution
    from dualcarbon.system.model import PolicyModel

CCER = "ccer"
BALANCE, LIMIT, CARRY = "carbon-balance", "carbon-offset_limit", "carbon-carry_over"
CCER_POOL = "carbon-ccer_pool"


class OffsetStep(BaseModel):
    """Offsets that can be had from outside the model.

    Attributes:
        name: project type; quantity: t CO2 per year; price: CNY/t.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    quantity: Yearly
    price: float = Field(ge=0)


class CarbonMarket(Instrument):
    """Covered emissions must be met by allowances, offsets and linked units.

    ``e[y] - offsets[y] - links[y] - reserve[y] + withdrawn[y] + (bank[y] - bank[y-1])/n_y <= A[y]``
    with ``A = cap`` (mass cap) or ``A = sum_i benchmark_i stringency gen_i + sectors' share``
    (tradable performance standard). The dual is the allowance price, CNY/t.

    Attributes:
        cap: t CO2 per year; None for a performance standard.
        benchmarks: t CO2 per MWh by ETS class (or carrier); used when ``cap`` is None.
        stringency: factor on the benchmarks and on the sectors' baseline.
        carriers: covered carriers; None covers every emitting carrier.
        sectors: covered sectors of the energy users.
        offset_limit: offsets as a share of covered emissions.
        offsets: supply of offsets from outside the model.
        ccer_rate: t CO2 of offset per renewable MWh that chooses to be a CCER; 0 for none.
        ccer_eligible: which renewable output may choose that.
        tightening: share of the offset limit by which allowances are cut in advance.
        banking: whether allowances can be kept for later periods.
        carry_over: most that can be kept, as a share of a year's covered emissions.
        floor, ceiling: price at which the government buys back or sells allowances, CNY/t.
        auction_share: share of allowances that emitters buy from the government.

    Source: allocation plans of the national ETS (benchmarks, 5 % offsets, carry-over);
    Goulder et al. 2022 (NBER 26537) on the tradable performance standard.
    """

    key: ClassVar[str] = "carbon"

    cap: Yearly | None = None
    benchmarks: dict[str, float] | None = None
    stringency: Yearly = 1.0
    carriers: tuple[str, ...] | None = None
    sectors: tuple[str, ...] = ()
    offset_limit: Share = 0.0
    offsets: tuple[OffsetStep, ...] = ()
    ccer_rate: float = Field(0.0, ge=0, le=2)
    ccer_eligible: Eligibility = Eligibility(carriers=("offwind",), vintages=("new",))
    tightening: Share = 0.0
    banking: bool = False
    carry_over: float = Field(0.1, ge=0)
    floor: float | None = Field(None, ge=0)
    ceiling: float | None = Field(None, ge=0)
    auction_share: Share = 0.0

    @model_validator(mode="after")
    def _one_kind(self) -> CarbonMarket:
        if (self.cap is None) == (self.benchmarks is None):
            raise ValueError("give either 'cap' (mass cap) or 'benchmarks' (performance standard)")
        if self.floor is not None and self.ceiling is not None and self.floor > self.ceiling:
            raise ValueError(f"the floor {self.floor} is above the ceiling {self.ceiling}")
        for name, value in (self.benchmarks or {}).items():
            if value < 0:
                raise ValueError(f"benchmark of '{name}' must not be negative, got {value}")
        return self

    def token_claims(self) -> dict[str, Eligibility]:
        """Renewable output may become CCERs where a rate is given."""
        return {CCER: self.ccer_eligible} if self.ccer_rate > 0 else {}

    def covered(self, model: PolicyModel) -> pd.Index:
        """Units whose emissions the market covers.

        Raises:
            InputError: a covered carrier or sector does not exist.
        """
        units = model.annual.units
        emitting = units["rate"] > 0
        if self.carriers is not None:
            known = sorted(set(units["carrier"]))
            for carrier in self.carriers:
                if carrier not in known:
                    raise InputError(
                        f"unknown carrier '{carrier}'",
                        where="carbon.carriers",
                        allowed=known,
                        nearest=nearest_name(carrier, known),
                    )
            emitting &= units["carrier"].isin(self.carriers)
        self._check_sectors(model)
        return units.index[emitting]

    def _check_sectors(self, model: PolicyModel) -> None:
        known = [] if model.users is None else sorted(set(model.users.table["sector"]))
        for sector in self.sectors:
            if sector not in known:
                raise InputError(
                    f"unknown sector '{sector}'",
                    where="carbon.sectors",
                    allowed=known or "none: the model has no energy users",
                    nearest=nearest_name(sector, known),
                )

    def benchmark_of(self, model: PolicyModel) -> pd.Series:
        """Benchmark of each covered unit, t CO2 per MWh; zero where none is given.

        Raises:
            InputError: a benchmark names neither an ETS class nor a carrier of the network.
        """
        units = model.annual.units
        given = self.benchmarks or {}
        known = set(units["ets_class"]) | set(units["carrier"])
        for name in given:
            if name not in known:
                raise InputError(
                    f"unknown benchmark class '{name}'",
                    where="carbon.benchmarks",
                    allowed=sorted(known - {""}),
                    nearest=nearest_name(name, known),
                )
        value = units["ets_class"].map(given).fillna(units["carrier"].map(given)).fillna(0.0)
        return value.where(units.index.isin(self.covered(model)), 0.0).astype(float)

    def emissions(self, model: PolicyModel) -> linopy.LinearExpression:
        """Covered emissions, t CO2 per year by period."""
        return model.once("carbon-emissions", lambda: self._emissions(model))

    def _emissions(self, model: PolicyModel) -> linopy.LinearExpression:
        total = model.annual.emissions(self.covered(model))
        if self.sectors:
            total = total + model.users.emissions(list(self.sectors))
        return total

    def allowances(self, model: PolicyModel) -> linopy.LinearExpression:
        """Allowances issued, t CO2 per year by period (constant under a cap)."""
        return model.once("carbon-allowances", lambda: self._allowances(model))

    def _allowances(self, model: PolicyModel) -> linopy.LinearExpression:
        advance = self.tightening * self.offset_limit
        if self.cap is not None:
            return 0.0 * self.emissions(model) + model.per_period(self.cap) * (1 - advance)
        stringency = model.per_period(self.stringency) * (1 - advance)
        issued = model.annual.sum(self.benchmark_of(model)) * stringency
        if self.sectors:
            users = model.users
            members = users.table.index[users.table["sector"].isin(self.sectors)]
            issued = issued + stringency * model.per_period(
                users.baseline.loc[members].sum().to_dict()
            )
        return issued

    def attach(self, model: PolicyModel) -> None:
        """Add offsets, banking, the reserve and the balance of allowances."""
        emissions, issued = self.emissions(model), self.allowances(model)
        balance = emissions - issued - self._offsets(model, emissions) - model.credited(self.key)
        balance = balance - self._reserve(model)
        if self.banking:
            balance = balance + self._bank(model, emissions)
        model.row(
            BALANCE,
            balance <= 0,
            unit="CNY/t",
            meaning="covered emissions are met by allowances, offsets and linked units",
        )

    def _offsets(
        self, model: PolicyModel, emissions: linopy.LinearExpression
    ) -> linopy.LinearExpression:
        used = model.variable("carbon-offsets")
        supply: linopy.LinearExpression | float = 0.0
        for step in self.offsets:
            name = f"carbon-offsets_{step.name}"
            bought = model.variable(name, upper=model.per_period(step.quantity))
            model.cost(name, bought * step.price, transfer=False)
            supply = supply + 1.0 * bought
        if self.ccer_rate > 0 and model.tokens is not None:
            supply = supply + model.tokens.claimed(CCER) * self.ccer_rate
        model.row(
            CCER_POOL,
            used - supply <= 0,
            unit="CNY/t",
            meaning="offsets surrendered come from projects",
        )
        model.row(
            LIMIT,
            used - self.offset_limit * emissions <= 0,
            unit="CNY/t",
            meaning="offsets meet at most a share of covered emissions",
        )
        return 1.0 * used

    def _reserve(self, model: PolicyModel) -> linopy.LinearExpression | float:
        """Allowances the government sells at the ceiling less those it buys at the floor."""
        total: linopy.LinearExpression | float = 0.0
        if self.ceiling is not None:
            sold = model.variable("carbon-sold_at_ceiling")
            model.cost("carbon-sold_at_ceiling", sold * self.ceiling, transfer=True)
            total = total + 1.0 * sold
        if self.floor is not None:
            bought = model.variable("carbon-bought_at_floor")
            model.cost("carbon-bought_at_floor", bought * -self.floor, transfer=True)
            total = total - 1.0 * bought
        return total

    def _bank(
        self, model: PolicyModel, emissions: linopy.LinearExpression
    ) -> linopy.LinearExpression:
        """Net deposits per year: (bank[y] - bank[y-1]) / years[y]; nothing is left at the end."""
        open_end = np.append(np.full(len(model.periods) - 1, np.inf), 0.0)
        bank = model.variable("carbon-bank", upper=xr.DataArray(open_end, dims="period"))
        model.row(
            CARRY,
            bank - self.carry_over * emissions <= 0,
            unit="CNY/t",
            meaning="what may be carried over is limited by the carry-over rule",
        )
        years = model.per_period(model.horizon.years.to_dict())
        before = bank.shift(period=1)
        return (bank - before) * (1.0 / years)

    def price(self, solution: Solution) -> list[Price]:
        """Allowance price and, where offsets may be used, theirs, CNY/t.

        The dual of the offset limit is the difference between the two.
        """
        items = {"allowance": BALANCE}
        if self.offset_limit > 0 and (self.offsets or self.ccer_rate > 0):
            items |= {"offset": CCER_POOL, "offset limit": LIMIT}
        return [
            Price(self.key, item, EVERYONE, solution.price(row), "CNY/t", row)
            for item, row in items.items()
        ]

    def settle(self, solution: Solution) -> list[Payment]:
        """Emitters short of allowances pay those who are long; the state, banks and projects too."""
        price = solution.price(BALANCE)
        model = solution.model
        received = [self._net_of_plants(solution).mul(price, axis=1)]
        if self.sectors:
            received.append(self._net_of_users(solution).mul(price, axis=1))
        received += self._net_of_state(solution, price)
        received += self._projects(solution, price)
        received.append(link_income(solution, self.key, price))
        if self.banking:
            bank = solution.value("carbon-bank").to_series()
            deposit = (bank - bank.shift(1, fill_value=0.0)) / model.horizon.years
            received.append(-(deposit * price).to_frame("allowance banks").T)
        return through_market(self.key, "carbon market", received)

    def _issued_to_plants(self, solution: Solution) -> pd.DataFrame:
        """Allowances by unit: benchmark times output, or the cap shared by emissions."""
        model = solution.model
        advance = 1 - self.tightening * self.offset_limit
        if self.cap is None:
            factor = model.horizon.spread(self.stringency) * advance
            return solution.energy.mul(self.benchmark_of(model), axis=0).mul(factor, axis=1)
        emissions = solution.emissions
        covered = emissions.mul(emissions.index.isin(self.covered(model)).astype(float), axis=0)
        total = solution.evaluate(self.emissions(model)).to_series()
        cap = model.horizon.spread(self.cap) * advance
        return covered.mul(cap / total.where(total > 0), axis=1).fillna(0.0)

    def _net_of_plants(self, solution: Solution) -> pd.DataFrame:
        covered = self.covered(solution.model)
        free = self._issued_to_plants(solution) * (1 - self.auction_share)
        return by_owner(solution, free.loc[covered] - solution.emissions.loc[covered])

    def _net_of_users(self, solution: Solution) -> pd.DataFrame:
        model = solution.model
        members = model.users.table.index[model.users.table["sector"].isin(self.sectors)]
        emitted = solution.user_emissions.loc[members]
        advance = 1 - self.tightening * self.offset_limit
        if self.cap is None:
            factor = model.horizon.spread(self.stringency) * advance
            issued = model.users.baseline.loc[members].mul(factor, axis=1)
        else:
            total = solution.evaluate(self.emissions(model)).to_series()
            issued = emitted.mul(model.horizon.spread(self.cap) * advance / total, axis=1)
        return by_user(solution, issued * (1 - self.auction_share) - emitted)

    def _net_of_state(self, solution: Solution, price: pd.Series) -> list[pd.DataFrame]:
        issued = solution.evaluate(self.allowances(solution.model)).to_series()
        amount = issued * self.auction_share
        if self.ceiling is not None:
            amount = amount + solution.value("carbon-sold_at_ceiling").to_series()
        if self.floor is not None:
            amount = amount - solution.value("carbon-bought_at_floor").to_series()
        return [(amount * price).to_frame(GOVERNMENT).T]

    def _projects(self, solution: Solution, price: pd.Series) -> list[pd.DataFrame]:
        """Offset projects receive the offset price; the limit's rent stays with emitters."""
        offset_price = solution.price(CCER_POOL)
        parts = [
            (solution.value(f"carbon-offsets_{s.name}").to_series() * offset_price)
            .to_frame(f"offset projects, {s.name}")
            .T
            for s in self.offsets
        ]
        if self.ccer_rate > 0:
            parts.append(
                token_sales(solution, CCER).mul(offset_price * self.ccer_rate, axis=1)
            )
        used = solution.value("carbon-offsets").to_series()
        return [*parts, *self._offset_rent(solution, used * (price - offset_price))]

    def _offset_rent(self, solution: Solution, rent: pd.Series) -> list[pd.DataFrame]:
        """Emitters may each offset the same share, so the rent follows covered emissions."""
        model = solution.model
        total = solution.evaluate(self.emissions(model)).to_series()
        share = (rent / total.where(total > 0)).fillna(0.0)
        plants = solution.emissions.loc[self.covered(model)]
        parts = [by_owner(solution, plants).mul(share, axis=1)]
        if self.sectors:
            table = model.users.table
            members = table.index[table["sector"].isin(self.sectors)]
            parts.append(by_user(solution, solution.user_emissions.loc[members]).mul(share, axis=1))
        return parts
