"""Energy-use rights: a quota on the energy that users take, in tce, and trade in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import linopy
import pandas as pd
from pydantic import Field, model_validator

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments.areas import (
    AREA,
    NATIONAL,
    PROVINCE,
    Number,
    Regional,
    TradeAreas,
    area_of_buses,
    as_array,
    by_region,
    over_regions,
    price_by_area,
)
from dualcarbon.instruments.base import Instrument, Pressure, Price, Yearly
from dualcarbon.instruments.claims import CALORIFIC, OWN_USE, Eligibility, SavingRule
from dualcarbon.instruments.efficiency.users import (
    area_prices,
    at_area_price,
    bought_out,
    buyout,
    check_sectors,
    energy_before,
    of_savers,
    sold_savings,
)
from dualcarbon.instruments.payments import (
    Payment,
    by_user,
    link_income,
    through_market,
    token_sales,
)
from dualcarbon.instruments.savings import group_table, pressure_of_savings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

TOKEN_USE = "energy"
BALANCE, EXEMPT_POOL, EXEMPT_MOST = (
    "energy_use-balance", "energy_use-exempt_pool", "energy_use-exempt_most",
)  # fmt: skip
BUYOUT, EXEMPT = "energy_use-buyout", "energy_use-exempt"
RIGHTS_MARKET = "energy-use rights market"


class EnergyUseRights(Instrument):
    """Users hold a right for every tce that they take; rights are traded within an area.

    ``U[a, y] + elsewhere[a, y] - exempt[a, y] - buyout[a, y] - links[y] <= Q[a, y]`` with
    ``U = sum_s (fuel_s + k electricity_s)`` after measures and ``elsewhere`` the savings that
    were sold under another use. The dual is the price of a right, CNY/tce. Renewable electricity
    is exempt against one token per MWh: ``exempt <= k electricity`` in the area and
    ``sum_a exempt <= k claimed[energy]``.

    Attributes:
        sectors: obliged sectors of the energy users.
        quota: rights as a share of the area's energy use before measures, by year or area.
        increment: areas in which rights cover only growth over the first period: the quota there
            is the first period's use and ``quota`` times what was added since.
        quota_tce: rights of all areas together, tce per year, shared by use; instead of ``quota``.
        areas: where rights are traded: ``province``, ``national``, or named groups of provinces.
            Users outside every group are not obliged.
        tce_per_mwh: what a MWh of electricity counts: 0.1229 (heat value) or about 0.3 (the
            coal that its generation takes).
        renewables_exempt: whether renewable electricity is exempt against tokens.
        eligible: which output may be used so.
        buyout: price of a missing right, CNY/tce; None for no buy-out.

    Source: NDRC, pilot scheme for paid use and trade of energy-use rights, 2016; exemption of
    renewable electricity: NDRC and NBS 2022 on energy not counted in total consumption.
    """

    key: ClassVar[str] = "energy_use"
    balance: ClassVar[str] = BALANCE
    unit: ClassVar[str] = "CNY/tce"
    trades: ClassVar[tuple[str, str]] = ("energy-use rights", "用能权指标")

    sectors: tuple[str, ...] = Field(min_length=1)
    quota: Regional = 1.0
    increment: tuple[str, ...] = ()
    quota_tce: Yearly | None = None
    areas: TradeAreas = PROVINCE
    tce_per_mwh: float = Field(CALORIFIC, gt=0, le=0.5)
    renewables_exempt: bool = False
    eligible: Eligibility = Eligibility()
    buyout: float | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _one_quota(self) -> EnergyUseRights:
        if self.quota_tce is not None and (self.quota != 1.0 or self.increment):
            raise ValueError("give either 'quota' (with 'increment') or 'quota_tce'")
        return self

    def token_claims(self) -> dict[str, Eligibility]:
        """Tokens exempt renewable electricity from the quota."""
        return {TOKEN_USE: self.eligible} if self.renewables_exempt else {}

    def saving_claims(self, beside: Mapping[str, Instrument]) -> dict[str, SavingRule]:
        """Savings of obliged users lower what they must hold rights for."""
        buses = None
        if isinstance(self.areas, dict):
            buses = tuple(bus for members in self.areas.values() for bus in members)
        rule = SavingRule(sectors=self.sectors, buses=buses, tce_per_mwh=self.tce_per_mwh)
        return {OWN_USE: rule}

    def members(self, model: PolicyModel) -> pd.Series:
        """Area of each obliged user.

        Raises:
            InputError: a sector or a region does not exist, or an area has no such users.
        """
        users = model.energy_users
        check_sectors(self.sectors, model, "energy_use.sectors")
        area = area_of_buses(self.areas, model.annual.load.index, "energy_use.areas")
        obliged = users.table.loc[users.of_sectors(self.sectors), "bus"]
        found = obliged[obliged.isin(area.index)].map(area)
        if isinstance(self.areas, dict):
            for name in self.areas:
                if name not in set(found):
                    raise InputError(
                        f"no user of {', '.join(self.sectors)} in '{name}'",
                        where="energy_use.areas",
                        allowed="areas with users of the obliged sectors",
                    )
        return found

    def baseline(self, model: PolicyModel) -> pd.DataFrame:
        """Energy use before measures of each obliged user, tce per year, columns periods."""
        return energy_before(model, self.members(model).index, self.tce_per_mwh)

    def quotas(self, model: PolicyModel) -> pd.DataFrame:
        """Rights of each area, tce per year, rows areas, columns periods.

        Raises:
            InputError: a quota or an increment names an area that does not exist.
        """
        members = self.members(model)
        use = self.baseline(model).groupby(members.rename(AREA)).sum()
        if self.quota_tce is not None:
            total = pd.Series(model.horizon.spread(self.quota_tce))
            return use.div(use.sum(), axis=1).mul(total.to_numpy(), axis=1)
        share = self._shares(use.index, self.quota, model)
        for name in self.increment:
            if name not in use.index:
                raise unknown_name("area", name, use.index, where="energy_use.increment")
        first = use.iloc[:, 0].where(use.index.isin(self.increment), 0.0)
        growth = use.sub(first, axis=0)
        return (growth * share).add(first, axis=0)

    def _shares(self, areas: pd.Index, value: Number, model: PolicyModel) -> pd.DataFrame:
        for name in by_region(value):
            if name not in areas:
                raise unknown_name("area", name, areas, where="energy_use.quota")
        return over_regions(value, areas, model.horizon).fillna(1.0)

    def attach(self, model: PolicyModel) -> None:
        """Add exemptions, buy-out and the balance of rights of each area."""
        members, quota = self.members(model), self.quotas(model)
        used = model.energy_users.energy_use(members.index, self.tce_per_mwh, by=members)
        balance = used.rename(group=AREA) + self._elsewhere(model, members)
        balance = balance - buyout(model, BUYOUT, quota.index, self.buyout)
        if self.renewables_exempt:
            balance = balance - self._exempt(model, members)
        balance = balance - model.credited(self.key)
        model.row(
            BALANCE,
            balance <= as_array(quota),
            unit="CNY/tce",
            meaning="users hold a right for every tce that they take",
            zh="用能单位每消费一吨标准煤须持有一份用能权指标",
        )

    def _elsewhere(self, model: PolicyModel, members: pd.Series) -> linopy.LinearExpression | float:
        """Savings of obliged users that count elsewhere, tce per year by area."""
        pool = model.savings
        if pool is None:
            return 0.0
        area = self.area_of_groups(model, members)
        area = area[area.index.isin(pool.groups.index)]
        return (
            pool.by_area(pool.without_use(OWN_USE), area)
            .reindex({AREA: pd.Index(sorted(set(members)), name=AREA)})
            .fillna(0.0)
        )

    def area_of_groups(self, model: PolicyModel, members: pd.Series) -> pd.Series:
        """Area of each group of savers that is obliged."""
        groups = group_table(model.energy_users)
        of_bus = pd.Series(members.to_numpy(), model.energy_users.table.loc[members.index, "bus"])
        obliged = groups[groups["sector"].isin(self.sectors)]
        area = obliged["bus"].map(of_bus[~of_bus.index.duplicated()])
        return area.dropna()

    def _exempt(self, model: PolicyModel, members: pd.Series) -> linopy.LinearExpression:
        if model.tokens is None:
            raise InputError(
                "exemption of renewable electricity needs renewable output",
                where="energy_use.renewables_exempt",
                allowed="a network with renewable carriers",
            )
        areas = pd.Index(sorted(set(members)), name=AREA)
        exempt = model.variable(EXEMPT, {AREA: areas})
        drawn = model.energy_users.electricity(members.index, by=members).rename(group=AREA)
        model.row(
            EXEMPT_MOST,
            exempt - drawn * self.tce_per_mwh <= 0,
            unit="CNY/tce",
            meaning="no more electricity is exempt than the users of an area draw",
            zh="豁免电量不超过区域内用能单位的用电量",
        )
        model.row(
            EXEMPT_POOL,
            exempt.sum(AREA) - model.tokens.claimed(TOKEN_USE) * self.tce_per_mwh <= 0,
            unit="CNY/tce",
            meaning="a token is surrendered for every renewable MWh that is exempt",
            zh="每豁免一兆瓦时可再生能源电量，须注销一份环境属性",
        )
        return 1.0 * exempt

    def price(self, solution: Solution) -> list[Price]:
        """Price of a right by area, CNY/tce."""
        return area_prices(self.key, "right", BALANCE, solution)

    def pressure(self, solution: Solution) -> Pressure:
        """A tce less frees a right of an obliged user."""
        return pressure_of_savings(solution, OWN_USE, self.members(solution.model).index)

    def settle(self, solution: Solution) -> list[Payment]:
        """Users short of rights pay those who are long, the fund, and owners of green power."""
        return _payments(self, solution)


def _payments(market: EnergyUseRights, solution: Solution) -> list[Payment]:
    """Payments for rights, ``price (quota - use)`` per user, and for exempt green power."""
    price = price_by_area(solution, BALANCE)
    members = market.members(solution.model)
    received = [at_area_price(-_short(market, solution, members), price, members, solution)]
    received += bought_out(solution, BUYOUT, price)
    if market.renewables_exempt:
        received += _exemption(market, solution, members, price)
    sold = sold_savings(solution, OWN_USE, without=True)
    area = market.area_of_groups(solution.model, members)
    received.append(of_savers(-sold, area, price, solution))
    if list(price.index) == [NATIONAL]:
        received.append(link_income(solution, market.key, price.loc[NATIONAL]))
    return through_market(market.key, RIGHTS_MARKET, received)


def _short(market: EnergyUseRights, solution: Solution, members: pd.Series) -> pd.DataFrame:
    """Use after measures less free rights of each user, tce per year."""
    model = solution.model
    before = market.baseline(model)
    free = market.quotas(model).loc[members]
    total = before.groupby(members.rename(AREA)).sum().loc[members]
    rights = before / total.to_numpy() * free.to_numpy()
    used = model.energy_users.energy_use(members.index, market.tce_per_mwh, by="user")
    after = solution.evaluate(used).transpose("group", "period").to_pandas()
    return after.loc[members.index] - rights


def _exemption(
    market: EnergyUseRights, solution: Solution, members: pd.Series, price: pd.DataFrame
) -> list[pd.DataFrame]:
    """Owners of green power earn the worth of a token; the rest of the exemption users keep."""
    pool = solution.price(EXEMPT_POOL)
    tokens = token_sales(solution, TOKEN_USE).mul(pool * market.tce_per_mwh, axis=1)
    exempt = solution.value(EXEMPT).transpose(AREA, "period").to_pandas()
    rent = exempt * (price.loc[exempt.index] - pool)
    drawn = solution.model.energy_users.electricity(members.index, by="user")
    used = solution.evaluate(drawn).transpose("group", "period").to_pandas().loc[members.index]
    total = used.groupby(members.rename(AREA)).sum().loc[members]
    share = (used / total.where(total > 0).to_numpy()).fillna(0.0)
    return [tokens, by_user(solution, share * rent.loc[members].to_numpy())]
