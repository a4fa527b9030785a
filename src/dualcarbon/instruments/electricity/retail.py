"""Retail tariffs: what consumers pay by the hour, and how they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import linopy
import pandas as pd
import xarray as xr
from pydantic import Field, field_validator

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments.base import Instrument, Price
from dualcarbon.instruments.electricity.bills import bills, mean_tariffs
from dualcarbon.instruments.electricity.response import (
    Windows,
    fixed_shift,
    peak_factor,
    shifting_units,
    valley_factor,
)
from dualcarbon.instruments.payments import Payment, through_market
from dualcarbon.system.accounting import annual_sum
from dualcarbon.system.flexibility import INTERRUPTIBLE, SHIFTING

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

FLAT, FIXED, KEPT = "retail-flat", "retail-time_of_use", "retail-uninterrupted"
HUB = "retail market"
DAY = range(24)
NotNegative = Annotated[float, Field(ge=0)]


class RetailTariff(Instrument):
    """The tariff of final consumers, which decides how flexible demand answers.

    ``flat``: one price for the year, no answer: ``sum_t h_t (withheld + added) = 0``.
    ``time_of_use``: prices of peak and valley hours in a fixed ratio, and a fixed answer:
    ``withheld[t] - added[t] = shift[t]``. ``real_time``: the wholesale price of the hour; demand
    moves freely within its limits. Every tariff recovers what the power costs in the year.

    Attributes:
        tariff: ``flat``, ``time_of_use`` or ``real_time``.
        peak_hours, valley_hours: clock hours, 16 for the hour from 16:00 to 17:00.
        ratio: peak over valley price.
        elasticity: elasticity of substitution between peak and valley load, by carrier.

    Source: NDRC 2021 No. 1093: peak over valley price at least 4:1 where the load's gap between
    peak and valley exceeds 40 % of the peak, else at least 3:1; hours are set by provinces.
    """

    key: ClassVar[str] = "retail"
    policy: ClassVar[bool] = False

    tariff: Literal["flat", "time_of_use", "real_time"] = "flat"
    peak_hours: tuple[int, ...] = (16, 17, 18, 19, 20, 21)
    valley_hours: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    ratio: float = Field(3.0, ge=1)
    elasticity: dict[str, NotNegative] = Field({"flexible_load": 0.1, "ev_load": 0.5})

    @field_validator("peak_hours", "valley_hours")
    @classmethod
    def _on_the_clock(cls, hours: tuple[int, ...]) -> tuple[int, ...]:
        for hour in hours:
            if hour not in DAY:
                raise ValueError(f"hour {hour} is not on the clock; hours run from 0 to 23")
        return hours

    def attach(self, model: PolicyModel) -> None:
        """Fix the answer of flexible demand.

        Raises:
            InputError: the tariff varies by the hour and no demand can answer, or its hours are
                both peak and valley.
        """
        self._check(model)
        if self.tariff != "real_time":
            self._keep_interruptible(model)
        units = shifting_units(model.network)
        if self.tariff == "flat" and len(units):
            self._hold(model, units)
        if self.tariff == "time_of_use":
            self._shift(model, units)

    def _check(self, model: PolicyModel) -> None:
        both = set(self.peak_hours) & set(self.valley_hours)
        if both:
            raise InputError(
                f"hour {min(both)} is both peak and valley", where="retail.valley_hours",
                allowed="hours that are not in peak_hours",
            )  # fmt: skip
        for carrier in self.elasticity:
            if carrier not in SHIFTING:
                raise unknown_name("carrier", carrier, SHIFTING, where="retail.elasticity")
        if self.tariff != "flat" and not len(shifting_units(model.network)):
            raise InputError(
                f"no demand of this system can answer a tariff '{self.tariff}'",
                where="retail.tariff",
                allowed="'flat', or system.flexible_demand: true",
            )

    def _hold(self, model: PolicyModel, units: pd.Index) -> None:
        moved = _both(model, units)
        model.row(
            FLAT,
            moved <= 0,
            unit="CNY/MWh",
            meaning="under a flat tariff no consumer moves load",
            zh="单一制电价下用户不转移负荷",
        )

    def _keep_interruptible(self, model: PolicyModel) -> None:
        static = model.network.c.generators.static
        names = static.index[static["carrier"] == INTERRUPTIBLE]
        if not len(names):
            return
        power = model.linopy.variables["Generator-p"].sel(name=names)
        model.row(
            KEPT,
            annual_sum(power, model.horizon).sum("name") <= 0,
            unit="CNY/MWh",
            meaning="load is interrupted against payment only where prices follow the hour",
            zh="零售电价未逐时浮动时，不调用有偿可中断负荷",
        )

    def _shift(self, model: PolicyModel, units: pd.Index) -> None:
        n = model.network
        shift = fixed_shift(n, self.windows(model), self.ratio, self.elasticity)
        static = n.c.storage_units.static.loc[units]
        label = (static["bus"] + " " + static["carrier"]).rename("consumer")
        wanted = shift.T.groupby(label).sum().T
        net = _net(model, units)
        group = xr.DataArray(label.to_numpy(), coords={"name": units}, name="consumer")
        table = xr.DataArray(
            wanted.to_numpy(),
            coords={"snapshot": net.coords["snapshot"], "consumer": wanted.columns},
        )
        model.row(
            FIXED,
            net.groupby(group).sum() - table == 0,
            unit="CNY/MW",
            meaning="consumers move the load that the time-of-use tariff moves, no more, no less",
            zh="用户按分时电价的引导转移负荷，转移量与给定响应一致",
        )

    def windows(self, model: PolicyModel) -> Windows:
        """Peak and valley hours on the snapshots of a model."""
        return Windows.of(model.network, model.horizon, self.peak_hours, self.valley_hours)

    def factor(self, model: PolicyModel) -> pd.Series | None:
        """Tariff of each snapshot relative to its mean hours; None where it is the hour's price."""
        index = model.horizon.hours.index
        if self.tariff == "real_time":
            return None
        if self.tariff == "flat":
            return pd.Series(1.0, index=index)
        return pd.Series(self.windows(model).relative_price(self.ratio), index=index)

    @property
    def items(self) -> dict[str, float]:
        """Tariffs by name, relative to that of the hours outside peak and valley."""
        if self.tariff == "real_time":
            return {"tariff, mean of the hours": 1.0}
        if self.tariff == "flat":
            return {"tariff, all hours": 1.0}
        return {
            "tariff, peak hours": peak_factor(self.ratio),
            "tariff, other hours": 1.0,
            "tariff, valley hours": valley_factor(self.ratio),
        }

    def price(self, solution: Solution) -> list[Price]:
        """Tariffs by bus: one price, those of peak, other and valley hours, or the mean paid."""
        return [
            Price(self.key, item, str(bus), values, "CNY/MWh", "nodal_balance")
            for item, table in mean_tariffs(
                solution, self.factor(solution.model), self.items
            ).items()
            for bus, values in table.iterrows()
        ]

    def settle(self, solution: Solution) -> list[Payment]:
        """Retailers take over the wholesale bill and charge each consumer by the tariff."""
        return through_market(self.key, HUB, bills(solution, self.factor(solution.model)))


def _net(model: PolicyModel, units: pd.Index) -> linopy.LinearExpression:
    """Load withheld less load added, MW, by unit."""
    v = model.linopy.variables
    out, back = (v[f"StorageUnit-{p}"].sel(name=units) for p in ("p_dispatch", "p_store"))
    return 1.0 * out - 1.0 * back


def _both(model: PolicyModel, units: pd.Index) -> linopy.LinearExpression:
    """Load withheld plus load added in a year, MWh by period."""
    v = model.linopy.variables
    parts = [annual_sum(v[f"StorageUnit-{p}"].sel(name=units), model.horizon).sum("name")
             for p in ("p_dispatch", "p_store")]  # fmt: skip
    return parts[0] + parts[1]
