"""Carbon markets of areas: the pilots, each with a cap and a price of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import linopy
import pandas as pd
import xarray as xr
from pydantic import Field, model_validator

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments.areas import AREA, TradeAreas, as_array, price_by_area
from dualcarbon.instruments.base import Instrument, Pressure, Price, Yearly
from dualcarbon.instruments.carbon.coverage import covered_members, covered_units
from dualcarbon.instruments.payments import (
    GOVERNMENT,
    Payment,
    as_party,
    by_owner,
    by_user,
    through_market,
)

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

ROW, SOLD = "carbon_pilots-balance", "carbon_pilots-sold_at_ceiling"


class CarbonPilots(Instrument):
    """Carbon markets of named areas, apart from each other and from the national market.

    ``sum_{i in a} e[i, y] - sold[a, y] <= cap[a, y]`` for every area ``a``: covered plants and
    energy users at its buses. The dual of a row is the price in that area, CNY/t. Allowances are
    given in proportion to emissions; they are not traded across areas.

    Attributes:
        areas: areas with the buses that belong to each; no bus belongs to two.
        cap: t CO2 per year by area (a number, or numbers by year).
        carriers: covered carriers of plants; None covers every emitting carrier.
        sectors: covered sectors of the energy users.
        ceiling: price at which the area's government sells allowances, CNY/t; None for none.

    Source: pilots of Beijing, Tianjin, Shanghai, Chongqing, Hubei, Guangdong, Shenzhen (2013, 2014)
    and Fujian (2016).
    """

    key: ClassVar[str] = "carbon_pilots"

    areas: TradeAreas = Field(default_factory=dict, validate_default=True)
    cap: dict[str, Yearly]
    carriers: tuple[str, ...] | None = None
    sectors: tuple[str, ...] = ()
    ceiling: float | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _capped(self) -> CarbonPilots:
        if not isinstance(self.areas, Mapping) or not self.areas:
            raise ValueError("'areas' needs named areas with their regions")
        for area in self.cap:
            if area not in self.areas:
                raise ValueError(f"'cap' names '{area}', which is no area")
        for area in self.areas:
            if area not in self.cap:
                raise ValueError(f"area '{area}' has no 'cap'")
        return self

    def area_of(self, model: PolicyModel) -> pd.Series:
        """Area of each bus that belongs to one.

        Raises:
            InputError: an area names a bus that does not exist.
        """
        assert isinstance(self.areas, Mapping)
        known = model.annual.load.index
        found = {}
        for area, members in self.areas.items():
            for bus in members:
                if bus not in known:
                    raise unknown_name("region", bus, known, where=f"carbon_pilots.areas.{area}")
                found[bus] = area
        return pd.Series(found, dtype=object)

    def plants(self, model: PolicyModel) -> pd.Series:
        """Area of each covered plant."""
        units = model.annual.units
        emitting = units["rate"] != 0
        if self.carriers is not None:
            known = sorted(set(units["carrier"]))
            for carrier in self.carriers:
                if carrier not in known:
                    raise unknown_name("carrier", carrier, known, where="carbon_pilots.carriers")
            emitting &= units["carrier"].isin(self.carriers)
        return units.loc[emitting, "bus"].map(self.area_of(model)).dropna().rename(AREA)

    def users(self, model: PolicyModel) -> pd.Series:
        """Area of each covered energy user."""
        if not self.sectors:
            return pd.Series(dtype=object, name=AREA)
        users = model.energy_users
        known = sorted(set(users.table["sector"]))
        for sector in self.sectors:
            if sector not in known:
                raise unknown_name("sector", sector, known, where="carbon_pilots.sectors")
        bus = users.table.loc[users.of_sectors(self.sectors), "bus"]
        return bus.map(self.area_of(model)).dropna().rename(AREA)

    def attach(self, model: PolicyModel) -> None:
        """Add the balance of every area.

        Raises:
            InputError: an area covers nothing, or an emitter that the national market covers too.
        """
        model.horizon.check_year("the cap", "carbon_pilots.cap")
        plants, users = self.plants(model), self.users(model)
        self._once(model, plants, users)
        names = list(self.cap)
        for area in names:
            if area not in {*plants, *users}:
                raise InputError(
                    f"area '{area}' covers nobody who emits",
                    where=f"carbon_pilots.areas.{area}",
                    allowed="regions with covered plants or sectors",
                )
        index = pd.Index(names, name=AREA)
        emitted = _over_areas(model, plants, users, index)
        if self.ceiling is not None:
            sold = model.variable(SOLD, {AREA: index})
            model.cost(SOLD, (sold * self.ceiling).sum(AREA), transfer=True)
            emitted = emitted - sold
        model.row(
            ROW,
            emitted <= as_array(self.caps(model)),
            unit="CNY/t",
            meaning="emissions of each pilot area are met by its allowances",
            zh="各试点地区的排放量须以本地区配额足额清缴",
        )

    def caps(self, model: PolicyModel) -> pd.DataFrame:
        """Allowances issued, t CO2 per year, rows areas, columns periods."""
        caps = {area: model.horizon.spread(cap) for area, cap in self.cap.items()}
        return pd.DataFrame(caps).T.rename_axis(index=AREA, columns="period")

    def _once(self, model: PolicyModel, plants: pd.Series, users: pd.Series) -> None:
        """Check that nobody is in a pilot and in the national market."""
        for members, national, field in (
            (plants, covered_units(model), "carriers"),
            (users, covered_members(model), "sectors"),
        ):
            both = members.index.intersection(national)
            if len(both):
                area = members[both[0]]
                regions = ", ".join(self.areas[area])
                raise InputError(
                    f"'{both[0]}' is covered by the pilot '{area}' and by the national market",
                    where=f"carbon_pilots.areas.{area}",
                    allowed=f"other {field}, or 'carbon.outside: [{regions}]'",
                )

    def price(self, solution: Solution) -> list[Price]:
        """Allowance price of each area, CNY/t."""
        return [
            Price(self.key, "pilot allowance", str(area), values, "CNY/t", ROW)
            for area, values in price_by_area(solution, ROW).iterrows()
        ]

    def pressure(self, solution: Solution) -> Pressure:
        """The price of its area, for every covered plant and user."""
        price = price_by_area(solution, ROW)

        def of(members: pd.Series) -> pd.DataFrame:
            return price.reindex(members.to_numpy()).set_axis(members.index)

        return Pressure(of(self.users(solution.model)), of(self.plants(solution.model)))

    def settle(self, solution: Solution) -> list[Payment]:
        """Emitters pay for what they emit beyond their free allowances."""
        model = solution.model
        plants, users = self.plants(model), self.users(model)
        price, caps = price_by_area(solution, ROW), self.caps(model)
        parts = [(solution.emissions.loc[plants.index], plants, by_owner)]
        if len(users):
            parts.append((solution.user_emissions.loc[users.index], users, by_user))
        by_area = pd.concat([emitted.groupby(area).sum() for emitted, area, _ in parts])
        total = by_area.groupby(level=0).sum().reindex(caps.index).fillna(0.0)
        due = ((1.0 - caps / total.where(total > 0)) * price).fillna(0.0)
        received = [
            -owner(solution, emitted * due.reindex(area.to_numpy()).to_numpy())
            for emitted, area, owner in parts
        ]
        if self.ceiling is not None:
            sold = solution.value(SOLD).transpose(AREA, "period").to_pandas()
            received.append(as_party(GOVERNMENT, (sold * price).sum()))
        return through_market(self.key, "pilot carbon markets", received)


def _over_areas(
    model: PolicyModel, plants: pd.Series, users: pd.Series, areas: pd.Index
) -> linopy.LinearExpression:
    """Covered emissions, t CO2 per year, dims (area, period)."""
    parts = []
    if len(plants):
        rate = model.annual.of("rate").sel(unit=plants.index)
        label = xr.DataArray(plants.to_numpy(), coords={"unit": plants.index}, name=AREA)
        parts.append((model.annual.energy.sel(unit=plants.index) * rate).groupby(label).sum())
    if len(users):
        of_users = model.energy_users.remaining("co2_t", users.index, by=users)
        parts.append(of_users.rename(group=AREA))
    spread = [part.reindex({AREA: areas}).fillna(0.0) for part in parts]
    return spread[0] if len(spread) == 1 else spread[0] + spread[1]
