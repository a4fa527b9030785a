"""White certificates and energy-use rights merged into one market of saved energy."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from pydantic import Field

from dualcarbon.instruments.areas import AREA
from dualcarbon.instruments.base import EVERYONE, Instrument, Pressure, Price, Yearly, need_market
from dualcarbon.instruments.efficiency.energy_use import TOKEN_USE, EnergyUseRights
from dualcarbon.instruments.efficiency.users import energy_before
from dualcarbon.instruments.efficiency.white import WhiteCertificates
from dualcarbon.instruments.links.green_power import token_credit
from dualcarbon.instruments.payments import Payment, as_party, by_user, through_market, token_sales
from dualcarbon.system.parties import BUYOUT_FUND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

BALANCE, BUYOUT = "merged_efficiency-balance", "merged_efficiency-buyout"
EXEMPT_MOST = "merged_efficiency-exempt_most"
MARKET = "merged efficiency market"


class MergedEfficiency(Instrument):
    """One national market of saved energy in place of white certificates and energy-use rights.

    ``sum_s (B_s - U_s)[y] + exempt[y] + buyout[y] >= R[y]`` over the users whom either market
    obliged or certified: each tce saved counts once, wherever it is saved. ``R`` is what the two
    markets asked for: the greater of both where one saving satisfied both of them, their sum
    where none did. Renewable electricity stays exempt against tokens where it was.

    Attributes:
        requirement: ``greater`` or ``sum``; see above.
        required_tce: saving required, tce per year; instead of what the two markets asked for.
        buyout: price of a missing tce, CNY/tce; None takes the greater of the two markets' own.

    Source: Zou, Wang and Sun 2022, abstract and section 4.1 (merge the two markets).
    """

    key: ClassVar[str] = "merged_efficiency"
    replaces: ClassVar[tuple[str, ...]] = ("white", "energy_use")

    requirement: Literal["greater", "sum"] = "greater"
    required_tce: Yearly | None = None
    buyout: float | None = Field(None, ge=0)

    def needs(self, beside: Mapping[str, Instrument]) -> None:
        """Both markets that are merged must be there."""
        for market in self.replaces:
            need_market(beside, self.key, market)

    def members(self, model: PolicyModel) -> pd.Index:
        """Users whom either market obliged, and those whose savings were certified."""
        white, rights = _both(model)
        users = model.energy_users
        savers = users.table.index if white.savers is None else users.of_sectors(white.savers)
        return white.obliged(model).index.union(rights.members(model).index).union(savers)

    def required(self, model: PolicyModel) -> pd.Series:
        """Saving required by period, tce per year."""
        if self.required_tce is not None:
            return pd.Series(model.horizon.spread(self.required_tce)).set_axis(model.periods)
        white, rights = _both(model)
        use = rights.baseline(model).groupby(rights.members(model).rename(AREA)).sum()
        cut = (use - rights.quotas(model)).clip(lower=0.0).sum()
        target = white.targets(model).sum() / white.additionality
        if self.requirement == "sum":
            return cut + target
        return pd.Series(np.maximum(cut, target), index=model.periods)

    def attach(self, model: PolicyModel) -> None:
        """Add the one balance."""
        price = self._buyout_price(model)
        bought = model.variable(BUYOUT, upper=0.0 if price is None else np.inf)
        model.cost(BUYOUT, bought * (price or 0.0), transfer=True)
        need = xr.DataArray(self.required(model).to_numpy(float), dims="period")
        supply = self.saved(model) + bought
        if _both(model)[1].renewables_exempt:
            supply = supply + self._exempt(model)
        model.row(
            BALANCE,
            supply >= need,
            unit="CNY/tce",
            meaning="users together save what both markets asked for, each tce counted once",
            zh="各用能单位合计节能量须达到原两个市场的要求，每吨标准煤只计一次",
        )

    def _exempt(self, model: PolicyModel) -> linopy.LinearExpression:
        rights = _both(model)[1]
        drawn = model.energy_users.electricity(rights.members(model).index)
        exempt = token_credit(model, TOKEN_USE, rights.tce_per_mwh)
        model.row(
            EXEMPT_MOST,
            exempt - drawn * rights.tce_per_mwh <= 0,
            unit="CNY/tce",
            meaning="no more electricity is exempt than obliged users draw",
            zh="豁免电量不超过责任主体的用电量",
        )
        return exempt

    def saved(self, model: PolicyModel) -> linopy.LinearExpression:
        """Energy that the members no longer take, tce per year by period."""
        members, rate = self.members(model), _both(model)[1].tce_per_mwh
        before = energy_before(model, members, rate).sum()
        used = model.energy_users.energy_use(members, rate)
        return used * -1.0 + xr.DataArray(before.to_numpy(), coords={"period": before.index})

    def _buyout_price(self, model: PolicyModel) -> float | None:
        if self.buyout is not None:
            return self.buyout
        given = [m.buyout for m in _both(model) if m.buyout is not None]
        return max(given) if given else None

    def price(self, solution: Solution) -> list[Price]:
        """Price of a tce saved, CNY/tce."""
        price = solution.price(BALANCE)
        return [Price(self.key, "saved energy", EVERYONE, price, "CNY/tce", BALANCE)]

    def pressure(self, solution: Solution) -> Pressure:
        """A tce saved earns every member the one price."""
        members = self.members(solution.model)
        return Pressure.constant(solution.price(BALANCE), users=members, unit="tce")

    def settle(self, solution: Solution) -> list[Payment]:
        """Obliged users owe by their use and are credited with what they save; others earn it."""
        model, price = solution.model, solution.price(BALANCE)
        white, rights = _both(model)
        members = self.members(model)
        rate = rights.tce_per_mwh
        before = energy_before(model, members, rate)
        used = model.energy_users.energy_use(members, rate, by="user")
        after = solution.evaluate(used).transpose("group", "period").to_pandas().loc[members]
        obliged = white.obliged(model).index.union(rights.members(model).index)
        base = before.loc[obliged]
        owed = base.div(base.sum(), axis=1).mul(self.required(model), axis=1)
        net = (before - after).sub(owed, fill_value=0.0)
        fund = solution.value(BUYOUT).to_series() * price
        received = [by_user(solution, net.mul(price, axis=1)), as_party(BUYOUT_FUND, fund)]
        if rights.renewables_exempt:
            received += _exemption(solution, price, rate, after.loc[rights.members(model).index])
        return through_market(self.key, MARKET, received)


def _both(model: PolicyModel) -> tuple[WhiteCertificates, EnergyUseRights]:
    return model.beside(WhiteCertificates), model.beside(EnergyUseRights)


def _exemption(
    solution: Solution, price: pd.Series, rate: float, used: pd.DataFrame
) -> list[pd.DataFrame]:
    """Owners of green power earn the price less the limit's rent, which obliged users keep."""
    rent = solution.price(EXEMPT_MOST)
    tokens = token_sales(solution, TOKEN_USE) * rate
    share = used / used.sum()
    return [tokens.mul(price - rent, axis=1),
            by_user(solution, share.mul(tokens.sum() * rent, axis=1))]  # fmt: skip
