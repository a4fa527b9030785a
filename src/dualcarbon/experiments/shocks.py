"""Changed assumptions on a model that stays in place: fuel prices and the cost of capital."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pandas as pd
import xarray as xr

from dualcarbon.common.cashflow import annuity
from dualcarbon.equilibrium.package import Package
from dualcarbon.instruments.base import Instrument
from dualcarbon.system.costs import FUEL_OF

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Session
    from dualcarbon.experiments.context import ExperimentContext
    from dualcarbon.system.model import PolicyModel


class FuelPriceShock(Instrument):
    """Fuel at another price: ``cost[y] = sum_i (factor - 1) fuel_cost_i gen[i, y]``.

    The fuel cost of a plant is its marginal cost less its variable operation and maintenance.

    Attributes:
        fuel: ``coal`` or ``gas``; factor: new over old price.
        other_cost: variable operation and maintenance by carrier, CNY/MWh.
    """

    key: ClassVar[str] = "fuel_price_shock"

    fuel: str
    factor: float
    other_cost: dict[str, float]

    def attach(self, model: PolicyModel) -> None:
        """Add the difference in fuel cost as a resource cost."""
        units = model.annual.units
        plants = units[units["carrier"].map(FUEL_OF).eq(self.fuel)]
        plants = plants[plants["component"] == "Generator"]
        paid = model.network.c.generators.static.loc[plants["name"], "marginal_cost"]
        fuel = paid.set_axis(plants.index) - plants["carrier"].map(self.other_cost)
        change = (self.factor - 1.0) * fuel.astype(float)
        model.cost(self.key, model.annual.sum(change), transfer=False)


class CapitalCostShock(Instrument):
    """Another cost of capital for new plants: annuities scaled by the ratio of the rates.

    Attributes:
        wacc, base_wacc: new and old rate.
    """

    key: ClassVar[str] = "capital_cost_shock"

    wacc: float
    base_wacc: float

    def attach(self, model: PolicyModel) -> None:
        """Add the difference in annuities as a resource cost."""
        n = model.network
        static = n.c.generators.static.query("p_nom_extendable")
        life = static["lifetime"]
        old = life.map(lambda years: annuity(1.0, self.base_wacc, years))
        new = life.map(lambda years: annuity(1.0, self.wacc, years))
        change = static["capital_cost"] * (new / old - 1.0)
        alive = pd.DataFrame(
            {
                y: (static["build_year"] <= y) & (y < static["build_year"] + life)
                for y in model.periods
            }
        )
        cost = xr.DataArray(
            alive.mul(change, axis=0).to_numpy(float),
            coords={"name": static.index, "period": model.periods.to_numpy()},
        )
        built = model.linopy.variables["Generator-p_nom"].sel(name=static.index)
        model.cost(self.key, (built * cost).sum("name"), transfer=False)


def coarse(context: ExperimentContext) -> tuple[Session, Package]:
    """Today's markets on the seven regional grids, where sensitivities are solved.

    How much a result moves with an assumption is read off the smaller model, in a tenth of the
    time; its own central figure is shown with it.
    """
    today = context.scenario("today")
    grids = today.on(today.system.model_copy(update={"regions": "grids"}))
    return context.sessions.of(grids), grids.package()


def shocked(package: Package, shock: Instrument) -> Package:
    """Package with a changed assumption added."""
    return Package({**package.instruments, shock.key: shock}, package.double_claims)
