"""White certificates: a target of saved energy, met by certified savings that are traded."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import linopy
import pandas as pd
from pydantic import Field, model_validator

from dualcarbon.errors import unknown_name
from dualcarbon.instruments.areas import (
    AREA,
    NATIONAL,
    PROVINCE,
    RegionalShare,
    TradeAreas,
    area_of_buses,
    as_array,
    by_region,
    over_regions,
    price_by_area,
)
from dualcarbon.instruments.base import Instrument, Pressure, Price, Share, Yearly
from dualcarbon.instruments.claims import CALORIFIC, WHITE, SavingRule
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
from dualcarbon.instruments.payments import Payment, as_party, link_income, through_market
from dualcarbon.instruments.savings import group_table, pressure_of_savings
from dualcarbon.system.parties import Party

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

BANKS, WHITE_MARKET = Party("certificate_bank", "certificate banks"), "white certificate market"
BALANCE, BUYOUT, BANK = "white-balance", "white-buyout", "white-bank"


class WhiteCertificates(Instrument):
    """Obliged users must show certified savings; any eligible user may sell them.

    ``c S[a, y] + buyout[a, y] + links[y] - (bank[a, y] - bank[a, y-1]) / n_y >= T[a, y]`` with
    ``S`` the savings of eligible measures against the baseline, ``c`` the share of them that is
    additional, and ``T`` the target. The dual is the certificate price, CNY/tce.

    Attributes:
        sectors: obliged sectors.
        target: savings as a share of the obliged users' energy use before measures, by year or
            area.
        target_tce: target of all areas together, tce per year, shared by use; instead of
            ``target``.
        savers: sectors whose savings are certified; None means all users.
        additionality: share of savings that is certified; the rest would have come anyway.
        areas: where certificates are traded: ``province``, ``national``, or named groups of
            provinces; users outside every group neither owe nor sell.
        tce_per_mwh: what a MWh saved counts, tce.
        banking: whether certificates can be kept for later periods.
        carry_over: most that can be kept, as a share of a year's target.
        buyout: price of a missing certificate, CNY/tce; None for no buy-out.

    Source: Bertoldi, Rezessy, Lees et al. 2010 on obligations with certified savings; Franzo et
    al. 2019 on additionality in the Italian scheme; Zou, Wang and Sun 2022, section 1.2.
    """

    key: ClassVar[str] = "white"
    balance: ClassVar[str] = BALANCE
    unit: ClassVar[str] = "CNY/tce"
    trades: ClassVar[tuple[str, str]] = ("white certificates", "节能量证书")

    sectors: tuple[str, ...] = Field(min_length=1)
    target: RegionalShare = 0.0
    target_tce: Yearly | None = None
    savers: tuple[str, ...] | None = None
    additionality: float = Field(1.0, gt=0, le=1)
    areas: TradeAreas = PROVINCE
    tce_per_mwh: float = Field(CALORIFIC, gt=0, le=0.5)
    banking: bool = False
    carry_over: Share = 0.2
    buyout: float | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _one_target(self) -> WhiteCertificates:
        if self.target_tce is not None and self.target != 0.0:
            raise ValueError("give either 'target' or 'target_tce'")
        return self

    def saving_claims(self, beside: Mapping[str, Instrument]) -> dict[str, SavingRule]:
        """Savings of eligible users become certificates."""
        buses = None
        if isinstance(self.areas, dict):
            buses = tuple(bus for members in self.areas.values() for bus in members)
        rule = SavingRule(sectors=self.savers, buses=buses, tce_per_mwh=self.tce_per_mwh)
        return {WHITE: rule}

    def obliged(self, model: PolicyModel) -> pd.Series:
        """Area of each obliged user.

        Raises:
            InputError: a sector or a region does not exist.
        """
        users = model.energy_users
        check_sectors(self.sectors, model, "white.sectors")
        if self.savers is not None:
            check_sectors(self.savers, model, "white.savers")
        area = self.area_of_bus(model)
        bus = users.table.loc[users.of_sectors(self.sectors), "bus"]
        return bus[bus.isin(area.index)].map(area)

    def area_of_bus(self, model: PolicyModel) -> pd.Series:
        return area_of_buses(self.areas, model.annual.load.index, "white.areas")

    def targets_by_user(self, model: PolicyModel) -> pd.DataFrame:
        """Savings that each obliged user owes, tce per year, columns periods.

        Raises:
            InputError: a target names an area that does not exist.
        """
        obliged = self.obliged(model)
        use = energy_before(model, obliged.index, self.tce_per_mwh)
        if self.target_tce is not None:
            total = pd.Series(model.horizon.spread(self.target_tce))
            return use.div(use.sum(), axis=1).mul(total.to_numpy(), axis=1)
        areas = pd.Index(sorted(set(obliged)), name=AREA)
        for name in by_region(self.target):
            if name not in areas:
                raise unknown_name("area", name, areas, where="white.target")
        share = over_regions(self.target, areas, model.horizon).fillna(0.0)
        return use * share.loc[obliged].to_numpy()

    def targets(self, model: PolicyModel) -> pd.DataFrame:
        """Target of each area, tce per year, rows areas, columns periods."""
        return self.targets_by_user(model).groupby(self.obliged(model).rename(AREA)).sum()

    def attach(self, model: PolicyModel) -> None:
        """Add the target of each area with buy-out and banking."""
        target = self.targets(model)
        bought = buyout(model, BUYOUT, target.index, self.buyout)
        supply = self.certified(model, target.index) + bought
        if self.banking:
            supply = supply - self._bank(model, target)
        model.row(
            BALANCE,
            supply + model.credited(self.key) >= as_array(target),
            unit="CNY/tce",
            meaning="certified savings meet the target of the obliged users",
            zh="经核证的节能量须满足责任主体的节能目标",
        )

    def certified(self, model: PolicyModel, areas: pd.Index) -> linopy.LinearExpression:
        """Certificates issued for savings, tce per year, dims (area, period)."""
        pool = model.saving_pool
        bus = group_table(model.energy_users)["bus"].loc[pool.groups.index]
        area = bus.map(self.area_of_bus(model)).dropna()
        saved = pool.by_area(pool.with_use(WHITE), area[area.isin(areas)])
        return saved.reindex({AREA: areas}).fillna(0.0) * self.additionality

    def _bank(self, model: PolicyModel, target: pd.DataFrame) -> linopy.LinearExpression:
        """Net deposits per year; nothing is left at the end."""
        most = as_array(target * self.carry_over).copy()
        most[{"period": -1}] = 0.0
        bank = model.variable(BANK, {AREA: target.index}, upper=most)
        years = model.per_period(model.horizon.years.to_dict())
        return (bank - bank.shift(period=1)) * (1.0 / years)

    def price(self, solution: Solution) -> list[Price]:
        """Certificate price by area, CNY/tce."""
        return area_prices(self.key, "certificate", BALANCE, solution)

    def pressure(self, solution: Solution) -> Pressure:
        """A tce saved earns obliged users a certificate."""
        return pressure_of_savings(solution, WHITE, self.obliged(solution.model).index)

    def settle(self, solution: Solution) -> list[Payment]:
        """Obliged users pay for what they owe; savers, banks and the fund receive."""
        return _payments(self, solution)


def _payments(market: WhiteCertificates, solution: Solution) -> list[Payment]:
    """Payments for certificates: obliged users owe their target, savers earn what is certified."""
    price = price_by_area(solution, BALANCE)
    model = solution.model
    owed = market.targets_by_user(model)
    received = [at_area_price(-owed, price, market.obliged(model), solution)]
    bus = model.saving_pool.groups["bus"]
    area = bus.map(market.area_of_bus(model)).dropna()
    sold = sold_savings(solution, WHITE) * market.additionality
    received.append(of_savers(sold, area[area.isin(price.index)], price, solution))
    received += bought_out(solution, BUYOUT, price)
    if market.banking:
        bank: pd.DataFrame = solution.value(BANK).transpose(AREA, "period").to_pandas()
        drawn = -bank.diff(axis=1).fillna(bank).div(model.horizon.years, axis=1)
        received.append(as_party(BANKS, (drawn * price).sum()))
    if list(price.index) == [NATIONAL]:
        received.append(link_income(solution, market.key, price.loc[NATIONAL]))
    return through_market(market.key, WHITE_MARKET, received)
