"""Changed assumptions on a model that stays in place: fuel prices and the cost of capital."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
import xarray as xr
from pydantic import Field

from dualcarbon import datasets
from dualcarbon.equilibrium.package import Package
from dualcarbon.instruments.base import Instrument
from dualcarbon.instruments.green import GreenCertificates
from dualcarbon.solver.costs import NOMINAL
from dualcarbon.system.candidates import pace_table
from dualcarbon.system.costs import FUEL_OF, capital_cost
from dualcarbon.system.physical_rows import BUILT, pace_of
from dualcarbon.system.settings import ChinaSettings

if TYPE_CHECKING:
    from linopy import LinearExpression

    from dualcarbon.equilibrium.solve import Session
    from dualcarbon.experiments.context import ExperimentContext
    from dualcarbon.system.model import PolicyModel


class FuelPriceShock(Instrument):
    """Fuel at another price: ``cost[y] = sum_i (factor - 1) fuel_cost_i gen[i, y]``.

    The fuel cost of a plant is its marginal cost less its variable operation and maintenance.

    Attributes:
        fuel: ``coal`` or ``gas``; factor: new over old price.
    """

    key: ClassVar[str] = "fuel_price_shock"

    fuel: str
    factor: float = Field(gt=0)

    def attach(self, model: PolicyModel) -> None:
        """Add the difference in fuel cost as a resource cost."""
        units = model.annual.units
        plants = units[units["carrier"].map(FUEL_OF).eq(self.fuel)]
        plants = plants[plants["component"] == "Generator"]
        paid = model.network.c.generators.static.loc[plants["name"], "marginal_cost"]
        fuel = paid.set_axis(plants.index) - plants["carrier"].map(other_variable_cost())
        change = (self.factor - 1.0) * fuel.astype(float)
        model.cost(self.key, model.annual.sum(change), transfer=False)


class CapitalCostShock(Instrument):
    """Another cost of capital for whatever can be built, as if the scenario had asked for it.

    ``cost[y] = sum_i (c_i(wacc) - c_i(settings.wacc)) p_nom_i`` over what stands in ``y``, with
    ``c = investment annuity(wacc, life) + fixed operation``, and the same for the surcharges of
    building fast. Fixed operation does not move with the rate.

    Attributes:
        wacc: the new rate, 1/a.
        settings: of the system that the model was built from, its own rate among them.
    """

    key: ClassVar[str] = "capital_cost_shock"

    wacc: float = Field(ge=0, le=0.3)
    settings: ChinaSettings

    def attach(self, model: PolicyModel) -> None:
        """Add the difference in yearly capital cost as a resource cost."""
        other = self.settings.model_copy(update={"wacc": self.wacc})
        terms: list[LinearExpression] = []
        for component, nominal in NOMINAL.items():
            static = model.network.c[component].static
            if not len(static) or not static[f"{nominal}_extendable"].any():
                continue
            static = static[static[f"{nominal}_extendable"]]
            kinds = list(zip(static["carrier"], static["build_year"], strict=True))
            change = {
                kind: capital_cost(*kind, other) - capital_cost(*kind, self.settings)
                for kind in set(kinds)
            }
            cost = _while_standing(model, static, [change[kind] for kind in kinds])
            built = model.linopy.variables[f"{component}-{nominal}"].sel(name=static.index)
            terms.append((built * cost).sum("name"))
        pace = pace_of(model.network)
        if len(pace):
            surcharge = [pace_table(s)["cost"].to_numpy() for s in (other, self.settings)]
            cost = _while_standing(model, pace, surcharge[0] - surcharge[1])
            terms.append((model.linopy.variables[BUILT] * cost).sum("tier"))
        for i, term in enumerate(terms):
            model.cost(f"{self.key}-{i}", term, transfer=False)


def _while_standing(model: PolicyModel, table: pd.DataFrame, yearly: Any) -> xr.DataArray:
    """A yearly amount by item in the periods in which the item stands."""
    start, end = table["build_year"], table["build_year"] + table["lifetime"]
    alive = np.stack([(start <= y) & (y < end) for y in model.periods], axis=1)
    dim = table.index.name or "name"
    coords = {dim: table.index, "period": model.periods.to_numpy()}
    return xr.DataArray(alive * np.asarray(yearly, float)[:, None], coords=coords)


def other_variable_cost() -> dict[str, float]:
    """Variable operation and maintenance by carrier, CNY/MWh."""
    carriers = datasets.load("carriers").set_index("carrier")
    return {str(c): float(v) for c, v in carriers["vom_cny_per_mwh"].items()}


def china(context: ExperimentContext) -> ChinaSettings:
    """Settings of the power system of the run."""
    settings = context.scenario("today").system
    assert isinstance(settings, ChinaSettings)
    return settings


def raised(green: Any, points: float) -> GreenCertificates:
    """The renewable obligations raised by a share of consumption, where there are any."""
    fields = green.model_dump()
    for name in ("share", "nonhydro_share"):
        if isinstance(fields[name], dict):
            fields[name] = {
                k: min(v + points, 1.0) if v > 0 else v for k, v in fields[name].items()
            }
        elif fields[name] is not None:
            fields[name] = min(fields[name] + points, 1.0)
    return GreenCertificates(**fields)


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
