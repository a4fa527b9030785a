"""The carbon market: a mass cap or a tradable performance standard, with offsets and banking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, ClassVar

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.instruments.base import EVERYONE, Instrument, Pressure, Price
from dualcarbon.instruments.carbon import users as carbon_users
from dualcarbon.instruments.carbon.coverage import (
    BALANCE,
    BANK,
    BOUGHT_AT_FLOOR,
    CARRY,
    CCER,
    CCER_POOL,
    LIMIT,
    OFFSETS,
    SOLD_AT_CEILING,
    CarbonCoverage,
    bought_offsets,
)
from dualcarbon.instruments.carbon.reserve import steps_of_reserve
from dualcarbon.instruments.carbon.settlement import payments
from dualcarbon.instruments.claims import Eligibility

if TYPE_CHECKING:
    from dualcarbon.instruments.payments import Payment
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel


class CarbonMarket(CarbonCoverage):
    """Covered emissions must be met by allowances, offsets and linked units.

    ``e[y] - offsets[y] - links[y] - reserve[y] + withdrawn[y] + (bank[y] - bank[y-1])/n_y <= A[y]``
    with ``A = cap`` (mass cap) or ``A = sum_i benchmark_i stringency gen_i + sectors' share``
    (tradable performance standard). The dual is the allowance price, CNY/t.

    Attributes:
        cap: t CO2 per year; None for a performance standard.
        benchmarks: t CO2 per MWh by ETS class (or carrier); used when ``cap`` is None.
        stringency: factor on the benchmarks, on the sectors' baseline or their balance values.
        carriers: covered carriers; None covers every emitting carrier.
        sectors: covered sectors of the energy users.
        outside: regions whose emitters the market leaves to others, such as the pilots.
        allocation_of_users: what they are given under a performance standard: their ``baseline``,
            their ``verified`` emissions (rule of 2024), or by ``intensity`` (rule of 2025); see
            :func:`dualcarbon.instruments.carbon.users.define_net_allocation`.
        intensity: slope, width and balance values of the rule of 2025.
        indirect_factor: t CO2 per MWh of the covered sectors' electricity that counts as theirs;
            0 covers direct emissions only, as the national market does.
        electricity_twice: allow the indirect factor beside covered power plants, to measure what
            charging electricity twice does; the audit then lists it.
        offset_limit: offsets as a share of covered emissions.
        offsets: supply of offsets from outside the model.
        ccer_rate: t CO2 of offset per renewable MWh that chooses to be a CCER; 0 for none.
        ccer_eligible: which renewable output may choose that.
        tightening: share of the offset limit by which allowances are cut in advance.
        banking: whether allowances can be kept for later periods.
        starting_bank: allowances kept from before the first period, t CO2 in all.
        carry_over: most that can be kept, as a share of a year's covered emissions.
        borrowing: whether allowances of later periods may be used before, without a limit to what
            is carried: then only the sum over all years counts, a cumulative budget.
        floor, ceiling: price at which the government buys back or sells allowances, CNY/t.
        containment: steps of a reserve that the government sells, each at its price.
        withholding: steps that it takes in where allowances cost no more than their price.
        invalidation: share of what the reserve holds at the end of a year that lapses; the rest,
            with what was withheld (in its first step), can be sold in later years.
        auction_share: share of allowances that emitters buy from the government.

    Source: allocation plans of the national ETS (benchmarks, 5 % offsets, carry-over);
    Goulder et al. 2022 (NBER 26537) on the tradable performance standard.
    """

    balance: ClassVar[str] = BALANCE
    unit: ClassVar[str] = "CNY/t"
    trades: ClassVar[tuple[str, str]] = ("allowances", "碳配额")

    def token_claims(self) -> dict[str, Eligibility]:
        """Renewable output may become CCERs where a rate is given."""
        return {CCER: self.ccer_eligible} if self.ccer_rate > 0 else {}

    def linear(self) -> frozenset[str]:
        """What allowances, offsets and banking are limited to."""
        found = {"auction_share"}
        if self.allocation_of_users == "baseline":
            found.add("stringency" if self.cap is None else "cap")
        if self.tightening == 0.0:
            found.add("offset_limit")
        if self.banking:
            found.add("carry_over")
        return frozenset(found)

    def attach(self, model: PolicyModel) -> None:
        """Add offsets, banking, the reserve and the balance of allowances.

        Raises:
            InputError: nothing is covered, or a yearly amount meets snapshots of another length.
        """
        self.check_covers(model)
        if self.sectors and self.allocation_of_users == "intensity":
            self.check_sectors(model)
            carbon_users.define_net_allocation(self, model)
        emissions, issued = self.emissions(model), self.allowances(model)
        balance = emissions - issued - self._offsets(model, emissions) - model.credited(self.key)
        balance = balance - self._reserve(model) - steps_of_reserve(self, model)
        if self.banking:
            balance = balance + self._bank(model, emissions)
        model.row(
            BALANCE,
            balance <= 0,
            unit="CNY/t",
            meaning="covered emissions are met by allowances, offsets and linked units",
            zh="纳入碳市场的排放量须以配额、抵销量及其他市场转入的数量足额清缴",
        )

    def _offsets(
        self, model: PolicyModel, emissions: linopy.LinearExpression
    ) -> linopy.LinearExpression:
        used = model.variable(OFFSETS)
        supply = self._bought_offsets(model) if self.offsets else 0.0
        if self.ccer_rate > 0 and model.tokens is not None:
            supply = supply + model.tokens.claimed(CCER) * self.ccer_rate
        model.row(
            CCER_POOL,
            used - supply <= 0,
            unit="CNY/t",
            meaning="offsets surrendered come from projects",
            zh="用于抵销的减排量须来自实际项目",
        )
        model.row(
            LIMIT,
            used - self.offset_limit * emissions <= 0,
            unit="CNY/t",
            meaning="offsets meet at most a share of covered emissions",
            zh="抵销量占管控排放量的比例不超过上限",
        )
        return 1.0 * used

    def _bought_offsets(self, model: PolicyModel) -> linopy.LinearExpression:
        """Offsets from outside the model, t CO2 per year, step by step of their supply."""
        price = {bought_offsets(step.name): step.price for step in self.offsets}
        upper = {bought_offsets(step.name): step.quantity for step in self.offsets}
        bought = {name: model.variable(name, upper=model.per_period(upper[name])) for name in price}
        cost = model.once(
            f"carbon-offsets at {price}", lambda: total(v * price[n] for n, v in bought.items())
        )
        model.cost(OFFSETS, cost, transfer=False)
        return model.once(
            f"carbon-offsets of {list(price)}", lambda: total(1.0 * v for v in bought.values())
        )

    def _reserve(self, model: PolicyModel) -> linopy.LinearExpression | float:
        """Allowances the government sells at the ceiling less those it buys at the floor."""
        total: linopy.LinearExpression | float = 0.0
        if self.ceiling is not None:
            sold = model.variable(SOLD_AT_CEILING)
            model.cost(SOLD_AT_CEILING, sold * self.ceiling, transfer=True)
            total = total + 1.0 * sold
        if self.floor is not None:
            bought = model.variable(BOUGHT_AT_FLOOR)
            model.cost(BOUGHT_AT_FLOOR, bought * -self.floor, transfer=True)
            total = total - 1.0 * bought
        return total

    def _bank(
        self, model: PolicyModel, emissions: linopy.LinearExpression
    ) -> linopy.LinearExpression:
        """Net deposits per year: ``(bank[y] - bank[y-1]) / years[y]``.

        ``bank`` begins at what was kept before the first period and ends at zero.
        """
        open_end = np.append(np.full(len(model.periods) - 1, np.inf), 0.0)
        lower = -open_end if self.borrowing else np.zeros(len(open_end))
        bank = model.variable(
            BANK,
            lower=xr.DataArray(lower, dims="period"),
            upper=xr.DataArray(open_end, dims="period"),
        )
        if not self.borrowing:
            model.row(
                CARRY,
                bank - self.carry_over * emissions <= 0,
                unit="CNY/t",
                meaning="what may be carried over is limited by the carry-over rule",
                zh="结转配额量不超过结转规则允许的上限",
            )
        years = model.per_period(model.horizon.years.to_dict())
        kept = np.zeros(len(model.periods))
        kept[0] = self.starting_bank
        before = bank.shift(period=1) + xr.DataArray(kept, coords=years.coords)
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

    def tons(self, beside: Mapping[str, Instrument]) -> dict[str, float]:
        """Tons of offset of a MWh that becomes a CCER."""
        return {CCER: self.ccer_rate} if self.ccer_rate > 0 else {}

    def pressure(self, solution: Solution) -> Pressure:
        """Plants pay the price; users what allowances do not follow of it.

        A ton less also lowers what may be offset and what may be kept:
        ``price - offset_limit dual(limit) - carry_over dual(carry)`` is what it saves.
        """
        relief = self._relief(solution)
        price = solution.price(BALANCE) - relief
        plants = self.covered(solution.model)
        if not self.sectors:
            return Pressure.constant(price, plants=plants)
        users = carbon_users.marginal_cost(self, solution).sub(relief, axis=1)
        return Pressure(users, Pressure.constant(price, plants=plants).plants)

    def _relief(self, solution: Solution) -> pd.Series:
        """What shares of covered emissions allow, worth per ton emitted, CNY/t by period."""
        relief = self.offset_limit * solution.price(LIMIT)
        if self.banking and not self.borrowing:
            relief = relief + self.carry_over * solution.price(CARRY)
        return relief

    def counted_twice(self, solution: Solution) -> pd.DataFrame:
        """Electricity that is charged to plants and to users."""
        return carbon_users.counted_twice(self, solution)

    def settle(self, solution: Solution) -> list[Payment]:
        """Emitters short of allowances pay those who are long, the state, banks and projects."""
        return payments(self, solution)


def total(parts: Iterable[linopy.LinearExpression]) -> linopy.LinearExpression:
    """Sum of expressions."""
    return reduce(add, parts)
