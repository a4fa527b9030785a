"""Ancillary services by the hour: frequency regulation and peak shaving, variants of one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from pydantic import Field

from dualcarbon.errors import unknown_name
from dualcarbon.instruments.base import Instrument, Price, Share
from dualcarbon.instruments.electricity.available import area_load, area_of, capacity
from dualcarbon.instruments.electricity.service_income import ServiceTerms, service_income
from dualcarbon.instruments.payments import Payment, through_market

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

UP, DOWN = "up", "down"
COAL = ("coal_usc", "coal_sc", "coal_sub", "coal_small", "coal_cfb", "coal")


class AncillaryService(Instrument):
    """A service that every area needs in every hour, priced by the dual of its row.

    ``sum_i r_i p[i,t] + sum_s room[s,t] >= a load[t] + b sum_w p[w,t]``: plants on line offer a
    share of their output, storage and reservoirs their whole room in the direction, up
    ``p_max - p``, down ``p - p_min``.

    Attributes:
        load_share: need as a share of load, a.
        weather_share: need as a share of wind and solar output, b.
        area: column of the buses that groups them; ``all`` for one area, None for each bus.
        thermal: share of output by which plants on line can move, by carrier.
        storage: carriers of storage and reservoirs that offer their room.
        weather_carriers: carriers whose output adds to the need.
        consumers_share: part of the cost that consumers bear, the rest falling on wind and solar;
            None: each pays for the need that it causes.
    """

    load_share: Share
    weather_share: Share
    area: str | None = "grid"
    thermal: dict[str, Share]
    storage: tuple[str, ...] = ("hydro", "phs", "battery")
    weather_carriers: tuple[str, ...] = ("onwind", "offwind", "solar", "solar_dist")
    consumers_share: Share | None = None

    directions: ClassVar[tuple[str, ...]]
    service: ClassVar[str]
    service_zh: ClassVar[dict[str, str]]

    def attach(self, model: PolicyModel) -> None:
        """Add one row per direction, area and snapshot.

        Raises:
            InputError: nothing in the network can provide the service.
        """
        n = model.network
        area = area_of(n, self.area)
        load = area_load(n, area)
        areas = pd.Index(load.columns, name="area")
        output = model.linopy.variables["Generator-p"]
        rate = self._rates(n.c.generators.static["carrier"])
        moving = _by_area(1.0 * output, rate, n.c.generators.static["bus"].map(area), areas)
        need = xr.DataArray(
            self.load_share * load.to_numpy(),
            coords={"snapshot": output.coords["snapshot"], "area": areas},
        )
        for direction in self.directions:
            room = self._storage_room(model, area, areas, direction)
            parts = [part for part in (moving, room) if part is not None]
            if room is None and not (rate > 0).any():
                known = n.c.carriers.static.index
                first = next(iter([*self.thermal, *self.storage]), "")
                raise unknown_name("carrier", first, known, where=f"{self.key}.thermal")
            model.row(
                self.row_name(direction),
                linopy.merge(parts) >= need if len(parts) > 1 else parts[0] >= need,
                unit="CNY/MW",
                meaning=f"every area keeps {self.service} {direction} in every hour",
                zh=f"各区每小时均须留足{self.service_zh[direction]}",
            )

    def row_name(self, direction: str) -> str:
        """Name of the rows of a direction."""
        return f"{self.key}-{direction}"

    def _rates(self, carrier: pd.Series) -> pd.Series:
        """What a MW of output adds: the range of plants on line, less the need of the weather."""
        offered = carrier.map(self.thermal).fillna(0.0)
        return offered - self.weather_share * carrier.isin(self.weather_carriers)

    def _storage_room(
        self, model: PolicyModel, area: pd.Series, areas: pd.Index, direction: str
    ) -> linopy.LinearExpression | None:
        n, m = model.network, model.linopy
        static = n.c.storage_units.static
        names = static.index[static["carrier"].isin(self.storage)]
        if not len(names):
            return None
        net = (1.0 * m.variables["StorageUnit-p_dispatch"].sel(name=names)
               - m.variables["StorageUnit-p_store"].sel(name=names))  # fmt: skip
        limit = capacity(n, m, "StorageUnit", names, "p_max_pu" if direction == UP else "p_min_pu")
        room = limit - net if direction == UP else net - limit
        one = pd.Series(1.0, index=names)
        return _by_area(room, one, static.loc[names, "bus"].map(area), areas)

    def price(self, solution: Solution) -> list[Price]:
        """Mean price by area and period, CNY per MW and hour."""
        horizon = solution.model.horizon
        period = horizon.period_of.to_numpy()
        hours = horizon.hours.groupby(period).sum()
        prices = []
        for direction in self.directions:
            mean = self.value(solution, direction).groupby(period).sum().div(hours, axis=0)
            mean.index.name = "period"
            row = self.row_name(direction)
            item = f"{self.service}, {direction}" if len(self.directions) > 1 else self.service
            prices += [Price(self.key, item, str(a), mean[a], "CNY/MWh", row) for a in mean]
        return prices

    def value(self, solution: Solution, direction: str) -> pd.DataFrame:
        """CNY per MW in each snapshot, for all its hours of one year; columns areas."""
        horizon = solution.model.horizon
        dual = solution.dual(self.row_name(direction)).transpose("snapshot", "area")
        table = pd.DataFrame(np.abs(dual.to_numpy()), horizon.hours.index, dual.indexes["area"])
        return table.div(horizon.objective[horizon.period_of].to_numpy(), axis=0)

    def settle(self, solution: Solution) -> list[Payment]:
        """Those who cause the need, or whom the rules charge, pay those who provide."""
        area = area_of(solution.model.network, self.area)
        terms = ServiceTerms(
            thermal=self.thermal,
            storage=self.storage,
            load_share=self.load_share,
            weather_share=self.weather_share,
            weather_carriers=self.weather_carriers,
            consumers_share=self.consumers_share,
        )
        received = [
            part
            for direction in self.directions
            for part in service_income(
                solution, self.value(solution, direction), area, terms, up=direction == UP
            )
        ]
        return through_market(self.key, f"{self.service} market", received)


class FrequencyRegulation(AncillaryService):
    """Regulation up and down in every hour, by area.

    ``sum_i r_i p[i,t] + sum_s room[s,t] >= a load[t] + b sum_w p[w,t]`` in both directions. A
    plant on line can move by the share ``r`` of its output that it ramps within minutes; storage
    and reservoirs by all they have. Room that serves as spinning reserve serves here too: Chinese
    rules count regulation as a part of it. The default figures are illustrative.

    Attributes:
        load_share, weather_share: need as shares of load, and of wind and solar output.
        thermal: share of output by which plants on line move within minutes, by carrier.

    Source: GB/T 38969-2020 on reserves; NDRC and NEA 2024 No. 196 on prices of the services.
    """

    key: ClassVar[str] = "frequency"
    policy: ClassVar[bool] = False
    directions: ClassVar[tuple[str, ...]] = (UP, DOWN)
    service: ClassVar[str] = "frequency regulation"
    service_zh: ClassVar[dict[str, str]] = {UP: "上调频容量", DOWN: "下调频容量"}

    load_share: Share = 0.02
    weather_share: Share = 0.03
    thermal: dict[str, Share] = Field({**dict.fromkeys(COAL, 0.10), "gas": 0.25})


class PeakShaving(AncillaryService):
    """Downward flexibility in every hour, by area.

    ``sum_i (1 - floor_i) p[i,t] + sum_s room[s,t] >= a load[t] + b sum_w p[w,t]``: a plant at
    full output of what it has on line can go down to its floor; storage can stop giving and take
    in. The dual is what deep regulation of coal is worth in the hour. The default floors are 35 %
    for coal and 40 % for gas; the shares of the need are illustrative.

    Attributes:
        load_share, weather_share: need as shares of load, and of wind and solar output.
        thermal: share of output by which plants on line can go down, ``1 - floor``, by carrier.

    Source: regional rules on peak-shaving services; NDRC and NEA 2024 No. 196.
    """

    key: ClassVar[str] = "peak_shaving"
    policy: ClassVar[bool] = False
    directions: ClassVar[tuple[str, ...]] = (DOWN,)
    service: ClassVar[str] = "peak shaving"
    service_zh: ClassVar[dict[str, str]] = {DOWN: "向下调峰能力"}

    load_share: Share = 0.05
    weather_share: Share = 0.15
    thermal: dict[str, Share] = Field({**dict.fromkeys(COAL, 0.65), "gas": 0.60})


def _by_area(
    power: linopy.LinearExpression, rate: pd.Series, area: pd.Series, areas: pd.Index
) -> linopy.LinearExpression | None:
    """Sum of rate times power over the members of each area, MW; None where all rates are zero."""
    used = rate.index[(rate != 0).to_numpy()]
    if not len(used):
        return None
    weight = xr.DataArray(rate[used].to_numpy(float), coords={"name": used})
    group = xr.DataArray(area[used].to_numpy(), coords={"name": used}, name="area")
    summed = (power.sel(name=used) * weight).groupby(group).sum()
    return summed.reindex(area=areas).fillna(0.0)
