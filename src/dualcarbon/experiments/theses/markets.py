"""The five markets apart and together: equilibria from which the paper's claims are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from dualcarbon.equilibrium.audit import pair_table, spread_table
from dualcarbon.experiments.integrate import carbon_market, discounted
from dualcarbon.experiments.parameters import parameter
from dualcarbon.indicators.headline import indicators
from dualcarbon.instruments import CarbonPilots, CarbonTax, EnergyUseRights, MergedEfficiency
from dualcarbon.instruments.carbon.settlement import outside_offsets
from dualcarbon.instruments.claims import CALORIFIC
from dualcarbon.instruments.efficiency.users import energy_before

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.experiments.context import ExperimentContext

BASE = "five_markets_today"
MARKETS = ("carbon", "green", "white", "energy_use")
COMPLETED = {"dispatch": "merit_order", "trade": "free", "renewables": "spot"}


@dataclass(frozen=True)
class Markets:
    """Equilibria of the five markets, each solved when it is first asked for.

    Attributes:
        context: the run.
        off: the five markets with one switched off, by market.
    """

    context: ExperimentContext
    off: dict[str, Equilibrium] = field(default_factory=dict)

    @cached_property
    def apart(self) -> Equilibrium:
        """Five markets as they are."""
        return self.context.equilibrium(BASE)

    @property
    def last_year(self) -> int:
        """Last milestone year."""
        return int(self.apart.solution.model.periods[-1])

    @cached_property
    def exclusive(self) -> Equilibrium:
        """The same, each saving counting once."""
        from dualcarbon.equilibrium.package import Package

        return self._solved("each saving counts once", Package(self.apart.package.instruments))

    @cached_property
    def merged(self) -> Equilibrium:
        """White certificates and energy-use rights as one market of the same savings."""
        merged = MergedEfficiency()
        model = self.apart.solution.model
        saved = self.apart.solution.evaluate(merged.saved(model)).to_series()
        required = {int(y): max(float(v), 0.0) for y, v in saved.items()}
        changes = {"merged_efficiency": MergedEfficiency(required_tce=required)}
        return self._solved("merged efficiency markets", self.apart.package.changed(changes))

    @cached_property
    def unified(self) -> Equilibrium:
        """One price for all tons of plants and users, at the same emissions."""
        return self._solved("unified market", unified(self.apart))

    @cached_property
    def completed(self) -> Equilibrium:
        """The unified market on a completed power market."""
        package = self.unified.package.changed({"electricity": COMPLETED})
        return self._solved("unified on a completed power market", package)

    @cached_property
    def alone(self) -> Equilibrium:
        """The carbon market as it is and nothing beside it."""
        return self.context.equilibrium("pan_carbon")

    @cached_property
    def nothing(self) -> Equilibrium:
        """None of the markets: dispatch and adequacy stay."""
        return self._solved("no policy", self.apart.package.changed(dict.fromkeys(MARKETS)))

    def without(self, market: str) -> Equilibrium:
        """The five markets with one switched off, solved once."""
        if market not in self.off:
            changes: dict[str, Any] = {market: None}
            package = self.apart.package.changed(changes)
            self.off[market] = self._solved(f"without {market}", package)
        return self.off[market]

    @cached_property
    def taxed(self) -> dict[str, tuple[Equilibrium, Equilibrium]]:
        """Power under today's and completed rules, each without and with a carbon tax."""
        bare = self.nothing.package
        fossil = next(i for i in self.apart.package.instruments.values() if i.key == "carbon")
        tax = CarbonTax(rate=tax_rate(), carriers=fossil.carriers)  # type: ignore[attr-defined]
        found = {}
        for rules, changes in (("today", {}), ("completed", {"electricity": COMPLETED})):
            package = bare.changed(changes)
            found[rules] = (
                self._solved(f"{rules} rules, no tax", package),
                self._solved(f"{rules} rules, carbon tax", package.changed({"tax": tax})),
            )
        return found

    @cached_property
    def pilot(self) -> tuple[str, Equilibrium]:
        """The region that emits most, and no policy but a pilot there that cuts by a share."""
        solution = self.nothing.solution
        units = solution.model.annual.units
        emitted = solution.emissions.groupby(units["bus"]).sum()
        bus = str(emitted.iloc[:, -1].idxmax())
        left = 1.0 - float(parameter("unified.pilot_cut"))
        cap = {int(year): left * float(tons) for year, tons in emitted.loc[bus].items()}
        pilot = CarbonPilots(areas={bus: (bus,)}, cap={bus: cap})
        package = self.nothing.package.changed({"carbon_pilots": pilot})
        return bus, self._solved(f"a pilot in {bus}", package)

    @cached_property
    def traded(self) -> Equilibrium:
        """White certificates traded over the nation instead of within the province."""
        changes = {"white": {"areas": "national"}}
        return self._solved("white certificates, national", self.apart.package.changed(changes))

    @cached_property
    def whole_stock(self) -> Equilibrium:
        """Pilots of energy use that cover all use, where some cover its growth only."""
        changes = {"energy_use": {"increment": ()}}
        return self._solved("energy-use rights, all use", self.apart.package.changed(changes))

    @cached_property
    def taxed_beside(self) -> Equilibrium:
        """A tax at the allowance price on the energy users outside the carbon market."""
        apart = self.apart
        price = apart.prices.query("instrument == 'carbon' and item == 'allowance'")
        rate = {int(y): float(p) for y, p in zip(price["period"], price["price"], strict=True)}
        every = sorted(set(apart.solution.model.energy_users.table["sector"]))
        outside = tuple(s for s in every if s not in carbon_market(apart).sectors)
        tax = CarbonTax(rate=rate, carriers=(), sectors=outside)
        package = apart.package.changed({"tax": tax})
        return self._solved("a tax beside the carbon market", package)

    def cost(self, equilibrium: Equilibrium) -> float:
        """Discounted system cost, CNY."""
        return discounted(equilibrium.system_cost, equilibrium)

    def policy_cost(self, equilibrium: Equilibrium) -> float:
        """Discounted system cost over that without any of the markets, CNY."""
        return self.cost(equilibrium) - self.cost(self.nothing)

    def _solved(self, what: str, package: Package) -> Equilibrium:
        self.context.progress(f"unified: {what}")
        return self.context.session(BASE).solve(package)


def unified(apart: Equilibrium) -> Package:
    """One carbon market of everyone who emits, at the emissions of the separate markets.

    The cap is the emissions of plants and users net of offsets from outside; the same offsets
    stay open. All other markets end: their tons and tce are in the cap.
    """
    solution = apart.solution
    net = solution.emissions.sum() + solution.user_emissions.sum()
    net = net - outside_offsets(carbon_market(apart), solution)
    sectors = tuple(sorted(set(solution.model.energy_users.table["sector"])))
    fields = {
        "cap": {int(y): float(v) for y, v in net.items()}, "benchmarks": None, "stringency": 1.0,
        "banking": False, "starting_bank": 0.0, "ccer_rate": 0.0, "carriers": None,
        "allocation_of_users": "baseline",
        "sectors": sectors,
    }  # fmt: skip
    return apart.package.changed({"carbon": fields, **dict.fromkeys(MARKETS[1:])})


def energy_of_users(equilibrium: Equilibrium) -> pd.Series:
    """Fuel and electricity that users take, at the heat value, tce per year by period."""
    solution = equilibrium.solution
    power = solution.of_users("electricity_mwh").sum()
    return solution.of_users("fuel_tce").sum() + CALORIFIC * power


def spread(equilibrium: Equilibrium) -> pd.DataFrame:
    """Spread of marginal costs over all who emit, index period."""
    return spread_table(equilibrium.regulated).set_index("period")


def pairs(equilibrium: Equilibrium) -> pd.DataFrame:
    """What two instruments regulate at once, index first, second, period."""
    found = pair_table(equilibrium.solution, equilibrium.package)
    return found.set_index(["first", "second", "period"])


def tax_rate() -> float:
    """Carbon tax whose pass-through is measured, CNY/t."""
    return float(parameter("unified.tax"))


def last_value(equilibrium: Equilibrium, name: str) -> float:
    """An indicator in the last period."""
    table = indicators(equilibrium)
    last = table[(table["indicator"] == name) & (table["year"] == table["year"].max())]
    return float(last["value"].iloc[0])


def saved_by_province(equilibrium: Equilibrium, like: Equilibrium) -> pd.Series:
    """Energy that the users of both efficiency markets no longer take, tce in the last period.

    Args:
        equilibrium: where it is measured; like: with both markets, which say who they are.
    """
    model = like.solution.model
    members = MergedEfficiency().members(model)
    rate = model.beside(EnergyUseRights).tce_per_mwh
    before = energy_before(model, members, rate)
    used = model.energy_users.energy_use(members, rate, by="user")
    after = equilibrium.solution.evaluate(used).transpose("group", "period").to_pandas()
    saved = (before - after.loc[members]).iloc[:, -1]
    return saved.groupby(model.energy_users.table["bus"].reindex(members).to_numpy()).sum()


def pass_through(free: Equilibrium, taxed: Equilibrium) -> float:
    """Rise of the mean power price over what the tax adds to the mean fossil MWh, in percent."""
    rise = _mean_price(taxed) - _mean_price(free)
    solution = taxed.solution
    emitting = solution.model.annual.units["rate"] > 0
    output = solution.energy[emitting].sum().iloc[-1]
    return float(100.0 * rise / (tax_rate() * solution.emissions.sum().iloc[-1] / output))


def _mean_price(eq: Equilibrium) -> float:
    load = eq.solution.consumption()
    paid = (eq.solution.mean_power_price() * load).sum()
    return float((paid / load.sum()).iloc[-1])
