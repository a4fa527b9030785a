"""Operating reserve and capacity adequacy: services priced by the dual of their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from pydantic import Field

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments.base import Instrument, Price, Share
from dualcarbon.instruments.electricity.available import (
    active,
    area_load,
    area_of,
    capacity,
    provides,
)
from dualcarbon.instruments.electricity.products import capacity_income, reserve_income
from dualcarbon.instruments.payments import Payment, as_party, through_market
from dualcarbon.system.accounting import electric_load
from dualcarbon.system.days import slots
from dualcarbon.system.network import horizon_of
from dualcarbon.system.parties import Party
from dualcarbon.system.physical_rows import ONLINE, committed

if TYPE_CHECKING:
    import pypsa

    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

MISSING = Party("other", "missing capacity")
ROW, FIRM = "reserve-spinning", "capacity-adequacy"


class OperatingReserve(Instrument):
    """Spinning reserve in every hour, by area.

    ``sum_i (available_i p_nom_i - p_i) + sum_s (p_nom_s - p_s) >= share * load`` over
    dispatchable plants and storage of the area; of plants that are committed by the day only what
    is on line spins. The dual of an hour is the reserve price.

    Attributes:
        share: reserve as a share of load.
        area: column of the buses that groups them, e.g. ``grid``; None for one area per bus.
        carriers: carriers of plants that can provide reserve; storage always does, demand that
            can wait only if it is named.
    """

    key: ClassVar[str] = "reserve"
    policy: ClassVar[bool] = False

    share: Share = 0.05
    area: str | None = None
    carriers: tuple[str, ...] = (
        "coal_usc", "coal_sc", "coal_sub", "coal_small", "coal_cfb", "gas", "coal",
    )  # fmt: skip

    def linear(self) -> frozenset[str]:
        """The share."""
        return frozenset({"share"})

    def attach(self, model: PolicyModel) -> None:
        """Add one row per area with load and snapshot.

        Raises:
            InputError: an area has load and nothing that could keep reserve for it.
        """
        n, m = model.network, model.linopy
        area = area_of(n, self.area)
        headroom = _headroom(n, m, area, self.carriers)
        load = area_load(n, area)
        without = load.columns.difference(headroom.indexes["area"])
        if len(without):
            raise InputError(
                f"'{without[0]}' has load and nothing that can keep reserve",
                where="reserve.area",
                allowed=f"areas with storage or with one of {', '.join(self.carriers)}",
            )
        need = xr.DataArray(
            self.share * load.to_numpy(),
            coords={"snapshot": headroom.coords["snapshot"], "area": load.columns},
        )
        model.row(
            ROW,
            headroom.sel(area=need.coords["area"]) >= need,
            unit="CNY/MWh",
            meaning="every area keeps spinning reserve in every hour",
            zh="各备用区每小时均须留足旋转备用",
        )

    def price(self, solution: Solution) -> list[Price]:
        """Mean reserve price by area and period, CNY per MW and hour."""
        dual = solution.dual(ROW).transpose("snapshot", "area")
        frame = pd.DataFrame(np.abs(dual.to_numpy()), columns=dual.coords["area"].to_numpy())
        horizon = solution.model.horizon
        period = horizon.period_of.to_numpy()
        yearly = frame.groupby(period).sum().div(horizon.objective, axis=0)
        hours = horizon.hours.groupby(period).sum()
        mean = yearly.div(hours, axis=0)
        mean.index.name = "period"
        return [
            Price(self.key, "spinning reserve", str(area), mean[area], "CNY/MWh", ROW)
            for area in mean.columns
        ]

    def settle(self, solution: Solution) -> list[Payment]:
        """Consumers of an area pay its plants and storage for the headroom they keep."""
        dual = solution.dual(ROW).transpose("snapshot", "area")
        horizon = solution.model.horizon
        value = pd.DataFrame(np.abs(dual.to_numpy()), columns=dual.coords["area"].to_numpy())
        yearly = value.div(horizon.objective[horizon.period_of].to_numpy(), axis=0)
        yearly.index = horizon.hours.index
        area = area_of(solution.model.network, self.area)
        received = reserve_income(solution, yearly, area, self.share, self.carriers)
        return through_market(self.key, "reserve market", received)


class CapacityAdequacy(Instrument):
    """Firm capacity must cover the peak load with a margin, by area.

    ``sum_i credit_i p_nom_i >= (1 + margin) peak[area, y]``. The dual is the capacity price,
    CNY per MW and year.

    Attributes:
        margin: margin over the peak.
        area: column of the buses that groups them, ``all`` for one area, None for each bus.
        peak_hours: length of the peak, h: storage counts ``min(1, hours / peak_hours)`` of its
            credit; None leaves the credit as it is.
        paid: whether consumers pay the price; else the margin is kept by order, and the price is
            what it would be worth.
        shortage_price: price of missing firm capacity, CNY per MW and year; its default is the
            fixed cost that the coal capacity tariff recognises.
        credit: capacity credit by carrier; carriers that are not named count nothing.
        coincidence: peak of the area over the largest load of the represented snapshots; None
            takes the network's own figure (``meta["peak_coincidence"]``), else one.
    """

    key: ClassVar[str] = "capacity"
    policy: ClassVar[bool] = False

    margin: float = Field(0.1, ge=0, le=1)
    area: str | None = None
    credit: dict[str, Share]
    coincidence: float | None = Field(None, gt=0)
    peak_hours: float | None = Field(None, gt=0)
    paid: bool = True
    shortage_price: float = Field(330_000.0, gt=0)

    def linear(self) -> frozenset[str]:
        """The margin."""
        return frozenset({"margin"})

    def attach(self, model: PolicyModel) -> None:
        """Add one row per area and period."""
        n, periods = model.network, model.periods
        area = area_of(n, self.area)
        firm, extendable = self._firm(model, area)
        load = area_load(n, area)
        peak = load.groupby(model.horizon.period_of.to_numpy()).max()
        peak = peak * self._coincidence(n)
        need = (1 + self.margin) * peak.T.reindex(columns=periods) - firm
        table = xr.DataArray(
            need.to_numpy(), coords={"area": need.index, "period": periods.to_numpy()}
        )
        areas = pd.Index(need.index, name="area")
        missing = model.variable("capacity-missing-band", {"area": areas})
        model.cost("capacity-missing", missing * self.shortage_price, transfer=False)
        model.row(
            FIRM,
            extendable + missing >= table,
            unit="CNY/MW/a",
            meaning="firm capacity covers the peak with a margin",
            zh="可靠容量须覆盖尖峰负荷并留有裕度",
        )

    def _firm(
        self, model: PolicyModel, area: pd.Series
    ) -> tuple[pd.DataFrame, linopy.LinearExpression]:
        """Firm capacity of fixed plants (MW) and the expression of what can be built."""
        n, m, periods = model.network, model.linopy, model.periods
        areas = pd.Index(sorted(set(area)), name="area")
        fixed = pd.DataFrame(0.0, index=areas, columns=periods)
        built: linopy.LinearExpression | None = None
        for component in ("Generator", "StorageUnit"):
            static = n.c[component].static
            credit = self.credited(static)
            used = static[credit > 0]
            if used.empty:
                continue
            alive = active(n, component, used.index, periods).mul(credit[used.index], axis=0)
            where = used["bus"].map(area)
            constant = used.index[~used["p_nom_extendable"]]
            if len(constant):
                firm = alive.loc[constant].mul(used.loc[constant, "p_nom"], axis=0)
                fixed = fixed.add(firm.groupby(where[constant]).sum(), fill_value=0.0)
            free = used.index[used["p_nom_extendable"]]
            if len(free):
                part = _expandable(m, component, free, alive, where).reindex(area=areas)
                built = part if built is None else built + part
        if built is None:
            built = 1.0 * model.variable("capacity-none", {"area": areas}, upper=0.0)
        return fixed.reindex(areas), built

    def credited(self, static: pd.DataFrame) -> pd.Series:
        """Share of capacity that counts, by plant: the carrier's, for storage by its duration.

        Args:
            static: plants, or storage units with ``max_hours``.
        """
        credit = static["carrier"].map(self.credit).fillna(0.0).astype(float)
        if self.peak_hours is None or "max_hours" not in static:
            return credit
        return credit * (static["max_hours"] / self.peak_hours).clip(upper=1.0)

    def price(self, solution: Solution) -> list[Price]:
        """Capacity price by area, CNY per MW and year."""
        value = solution.price(FIRM).unstack("period")
        return [
            Price(self.key, "firm capacity", str(a), row, "CNY/MW/a", FIRM)
            for a, row in value.iterrows()
        ]

    def settle(self, solution: Solution) -> list[Payment]:
        """Consumers pay for their load in the hour of the area's peak, with the margin."""
        if not self.paid:
            return []
        price = solution.price(FIRM).unstack("period")
        area = area_of(solution.model.network, self.area)
        need = self._need(solution.model, area)
        missing = solution.value("capacity-missing-band").transpose("area", "period").to_pandas()
        received = capacity_income(solution, price, need, area, self.credited)
        received.append(as_party(MISSING, (missing * price).sum()))
        return through_market(self.key, "capacity market", received)

    def _need(self, model: PolicyModel, area: pd.Series) -> pd.DataFrame:
        """Firm capacity by bus and period, MW: its load at the area's peak, with the margin."""
        n = model.network
        by_bus = electric_load(n)
        load = area_load(n, area)
        found = {}
        for period in model.periods:
            at = model.horizon.snapshots(period)
            hour = load.iloc[at].to_numpy().argmax(axis=0)
            peak_hour = pd.Series(at[hour], index=load.columns)
            rows = peak_hour[by_bus.columns.map(area)].to_numpy()
            found[period] = by_bus.to_numpy()[rows, range(by_bus.shape[1])]
        factor = (1 + self.margin) * self._coincidence(n)
        return factor * pd.DataFrame(found, index=by_bus.columns).rename_axis(columns="period")

    def _coincidence(self, n: pypsa.Network) -> float:
        return self.coincidence or float(n.meta.get("peak_coincidence", 1.0))


def _headroom(
    n: pypsa.Network, m: linopy.Model, area: pd.Series, carriers: tuple[str, ...]
) -> linopy.LinearExpression:
    """Unused output of dispatchable plants and storage by area and snapshot."""
    parts = []
    daily = committed(n)
    daily = daily.index[daily["carrier"].isin(carriers)]
    for component, variable in (("Generator", "p"), ("StorageUnit", "p_dispatch")):
        static = n.c[component].static
        names = static.index[provides(static["carrier"], component, carriers)]
        if not len(names):
            continue
        power = m.variables[f"{component}-{variable}"].sel(name=names)
        group = xr.DataArray(
            static.loc[names, "bus"].map(area).to_numpy(), coords={"name": names}, name="area"
        )
        free = names.difference(daily, sort=False) if component == "Generator" else names
        most = capacity(n, m, component, free).reindex(name=names, fill_value=0.0)
        parts.append((-1.0 * power + most).groupby(group).sum())
    if len(daily):
        parts.append(_on_line(n, m, area))
    if not parts:
        raise unknown_name("carrier", carriers[0], n.c.carriers.static.index, where="reserve")
    total = parts[0]
    for part in parts[1:]:
        total = total.add(part, join="outer") if hasattr(total, "add") else total + part
    return total


def _on_line(n: pypsa.Network, m: linopy.Model, area: pd.Series) -> linopy.LinearExpression:
    """Capacity on line of committed plants by area and snapshot."""
    online = m.variables[ONLINE]
    slot = slots(n, horizon_of(n))
    group = xr.DataArray(
        area[online.indexes["bus"]].to_numpy(), coords={"bus": online.indexes["bus"]}, name="area"
    )
    on = (1.0 * online).isel(slot=xr.DataArray(slot, dims="snapshot")).drop_vars("slot")
    clock = m.variables["Generator-p"].coords["snapshot"].coords
    return on.assign_coords(clock).groupby(group).sum()


def _expandable(
    m: linopy.Model, component: str, names: pd.Index, factor: pd.DataFrame, where: pd.Series
) -> linopy.LinearExpression:
    p_nom = m.variables[f"{component}-p_nom"].sel(name=names)
    weights = xr.DataArray(
        factor.loc[names].to_numpy(), coords={"name": names, "period": factor.columns.to_numpy()}
    )
    group = xr.DataArray(where[names].to_numpy(), coords={"name": names}, name="area")
    return (p_nom * weights).groupby(group).sum()
