"""Sections 1 and 2.1, and the English paper: who bears a price of carbon, and what it reaches."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from dualcarbon.experiments.parameters import parameter
from dualcarbon.experiments.rows import percent
from dualcarbon.experiments.statements import Findings
from dualcarbon.experiments.theses.claim import Claim, answer
from dualcarbon.experiments.theses.markets import (
    Markets,
    last_value,
    pass_through,
    saved_by_province,
    spread,
    tax_rate,
)
from dualcarbon.indicators.physical import leakage

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

BN, MT, MTCE, GW = 1e-9, 1e-6, 1e-6, 1e-3
CLEAN = ("hydro", "nuclear", "onwind", "offwind", "solar")
WEATHER = ("onwind", "offwind", "solar")
HALF = 50.0  # percent of a carbon cost: most of it
FELT = 1.0  # percent: a change that a firm would notice
LEAKED = 1.0  # percent of what a pilot cuts
COVERED = ("steel", "cement", "aluminium")


@dataclass(frozen=True)
class FreeAllocationFound(Findings):
    """Share of a carbon cost that consumers pay, percent, today and completed; what clean plants
    earn by it, bn CNY a year."""

    topic: ClassVar[str] = "thesis.free_allocation"
    tax: float
    today: float
    passed: float
    clean_bn: float
    year: int


@dataclass(frozen=True)
class CleanFirmsFound(Findings):
    """What the same price changes for wind and sun: revenue of a MWh and its spread, percent."""

    topic: ClassVar[str] = "thesis.clean_firms"
    tax: float
    revenue: float
    risk: float
    year: int


@dataclass(frozen=True)
class BordersFound(Findings):
    """One pilot that cuts ``cut`` percent: what emissions elsewhere do, Mt and percent of its cut;
    largest change of the power price in another region, percent."""

    topic: ClassVar[str] = "thesis.regional_borders"
    cut: float
    inside: float
    elsewhere: float
    share: float
    price: float
    year: int


@dataclass(frozen=True)
class IntensityFound(Findings):
    """Emissions of a MWh, t, under today's and completed rules without any other policy."""

    topic: ClassVar[str] = "thesis.reform_alone"
    before: float
    after: float
    change: float
    year: int


@dataclass(frozen=True)
class WhiteFound(Findings):
    """Discounted cost of policy at the same targets if savings are traded nationally, percent."""

    topic: ClassVar[str] = "thesis.white_trade"
    change: float
    change_bn: float


@dataclass(frozen=True)
class IncrementFound(Findings):
    """Pilots of energy use that cover growth only: savings there and cost of policy."""

    topic: ClassVar[str] = "thesis.increment_only"
    saved: float
    change_bn: float
    year: int


@dataclass(frozen=True)
class SubsidyFound(Findings):
    """What the last ton of the obligation and of the carbon market costs, CNY/t."""

    topic: ClassVar[str] = "thesis.price_or_quota"
    quota: float
    quota_mt: float
    market: float
    market_mt: float
    year: int

    @property
    def quota_idle(self) -> bool:
        """Whether the obligation cuts nothing beside the other markets."""
        return self.quota_mt >= -0.05

    @property
    def both_cut(self) -> bool:
        """Whether both cut emissions."""
        return self.quota_mt < -0.05 and self.market_mt < -0.05


@dataclass(frozen=True)
class ImplicitFound(Findings):
    """Marginal cost of a ton over all who emit, and the allowance price within it, CNY/t."""

    topic: ClassVar[str] = "thesis.implicit_price"
    mean: float
    explicit: float
    share: float
    year: int


@dataclass(frozen=True)
class CoverageFound(Findings):
    """What steel, cement and aluminium pay for a ton on average, and the allowance price, CNY/t."""

    topic: ClassVar[str] = "thesis.coverage_and_border"
    paid: float
    allowance: float
    year: int


@dataclass(frozen=True)
class TaxBesideFound(Findings):
    """A tax at the allowance price on sectors outside the market: emissions, Mt, cost, spread."""

    topic: ClassVar[str] = "thesis.tax_beside_market"
    tax: float
    mt: float
    per_ton: float
    before: float
    after: float
    year: int


@dataclass(frozen=True)
class SecurityFound(Findings):
    """Firm capacity that is missing at the peak, GW, and what the last MW is worth, CNY/kW a year.

    Attributes:
        coal: change of coal plants' output over the horizon, percent.
    """

    topic: ClassVar[str] = "thesis.secure_replacement"
    missing_gw: float
    worth: float
    coal: float
    year: int


@dataclass(frozen=True)
class RevenueFound(Findings):
    """What the state receives from carbon, bn CNY a year."""

    topic: ClassVar[str] = "thesis.carbon_revenue"
    revenue_bn: float
    year: int


def price_claims(markets: Markets) -> list[Claim]:
    """Sections 1 and 2.1: what a price of carbon does to firms, consumers and neighbours."""
    return [
        _free_allocation(markets),
        _clean_firms(markets),
        _borders(markets),
        _intensity(markets),
        _white(markets),
        _increment(markets),
        _quota(markets),
    ]


def english_claims(markets: Markets) -> list[Claim]:
    """Claims of the English paper that are about markets."""
    return [
        _implicit(markets),
        _coverage(markets),
        _tax_beside(markets),
        _security(markets),
        _revenue(markets),
    ]


def _free_allocation(markets: Markets) -> Claim:
    free, taxed = markets.taxed["completed"]
    passed = pass_through(free, taxed)
    rise = _price_of(taxed) - _price_of(free)
    units = taxed.solution.model.annual.units
    clean = units["carrier"].isin(CLEAN)
    output = taxed.solution.energy[clean].groupby(units["bus"]).sum().iloc[:, -1]
    found = FreeAllocationFound(
        tax=tax_rate(),
        today=pass_through(*markets.taxed["today"]),
        passed=passed,
        clean_bn=float((output * rise.reindex(output.index)).sum()) * BN,
        year=markets.last_year,
    )
    holds = passed > HALF and found.clean_bn > 0
    return Claim(found, "1.1", passed, "%", answer(passed, holds, partly=passed > 0))


def _clean_firms(markets: Markets) -> Claim:
    before, after = (_earned(eq) for eq in markets.taxed["completed"])
    revenue = percent(after[0], before[0])
    risk = percent(after[1], before[1])
    found = CleanFirmsFound(tax_rate(), revenue, risk, markets.last_year)
    holds = revenue > FELT and risk < -FELT
    return Claim(found, "1.1", revenue, "%", answer(revenue, holds, partly=revenue > FELT))


def _borders(markets: Markets) -> Claim:
    cut = float(parameter("unified.pilot_cut"))
    bus, pilot = markets.pilot
    moved = leakage(markets.nothing.solution, pilot.solution, [bus]).loc[markets.last_year]
    price = [_price_of(eq) for eq in (markets.nothing, pilot)]
    change = (100.0 * (price[1] / price[0] - 1.0)).drop(bus)
    share = 100.0 * float(moved["share"])
    found = BordersFound(
        cut=100.0 * cut,
        inside=float(moved["inside"]),
        elsewhere=float(moved["elsewhere"]),
        share=share,
        price=float(change[change.abs().idxmax()]),
        year=markets.last_year,
    )
    beyond = abs(share) > LEAKED or abs(found.price) > 0.1
    return Claim(found, "1.1", share, "%", answer(share, beyond))


def _intensity(markets: Markets) -> Claim:
    before, after = (
        last_value(markets.taxed[rules][0], "co2_intensity_t_per_mwh")
        for rules in ("today", "completed")
    )
    change = percent(after, before)
    found = IntensityFound(before, after, change, markets.last_year)
    return Claim(found, "1.1", change, "%", answer(change, change < -FELT, partly=change < 0))


def _white(markets: Markets) -> Claim:
    before, after = (markets.policy_cost(eq) for eq in (markets.apart, markets.traded))
    change = percent(after, before)
    found = WhiteFound(change, (after - before) * BN)
    return Claim(found, "1.2", change, "%", answer(change, change < -0.01))


def _increment(markets: Markets) -> Claim:
    apart, whole = markets.apart, markets.whole_stock
    saved = [float(saved_by_province(eq, apart).sum()) for eq in (apart, whole)]
    cost = markets.policy_cost(whole) - markets.policy_cost(apart)
    found = IncrementFound((saved[1] - saved[0]) * MTCE, cost * BN, markets.last_year)
    return Claim(found, "1.2", found.saved, "Mtce", answer(found.saved, found.saved > 0.05))


def _quota(markets: Markets) -> Claim:
    cut, cost = {}, {}
    for market in ("green", "carbon"):
        without = markets.without(market)
        cut[market] = (_emitted(markets.apart) - _emitted(without)) * MT
        cost[market] = float((markets.apart.system_cost - without.system_cost).iloc[-1]) * BN
    per_ton = {m: -1e3 * cost[m] / cut[m] if cut[m] < -0.05 else math.nan for m in cut}
    found = SubsidyFound(
        quota=per_ton["green"],
        quota_mt=cut["green"],
        market=per_ton["carbon"],
        market_mt=cut["carbon"],
        year=markets.last_year,
    )
    ours = found.quota - found.market
    return Claim(found, "2.1", ours, "CNY/t", answer(ours, ours > 0))


def _implicit(markets: Markets) -> Claim:
    mean = float(spread(markets.apart).loc[markets.last_year, "mean"])
    explicit = last_value(markets.apart, "cea_cny_per_t")
    share = 100.0 * explicit / mean if mean else math.nan
    found = ImplicitFound(mean, explicit, share, markets.last_year)
    return Claim(found, "en 1(4)", share, "%", answer(share, share < HALF, partly=share < 100.0))


def _coverage(markets: Markets) -> Claim:
    apart = markets.apart
    table = apart.settlement[apart.settlement["instrument"] == "carbon"]
    table = table[table["period"] == markets.last_year]
    net = sum(
        sign * table.loc[table[f"{side}_what"].isin(COVERED), "amount"].sum()
        for side, sign in (("payer", 1.0), ("payee", -1.0))
    )
    users = apart.solution.model.energy_users
    tons = float(apart.solution.user_emissions.loc[users.of_sectors(COVERED)].sum().iloc[-1])
    allowance = last_value(apart, "cea_cny_per_t")
    found = CoverageFound(float(net) / tons, allowance, markets.last_year)
    holds = found.paid > 0.5 * allowance
    return Claim(found, "en 1(4)", found.paid, "CNY/t", answer(found.paid, holds))


def _tax_beside(markets: Markets) -> Claim:
    apart, both = markets.apart, markets.taxed_beside
    mt = (_emitted(both) - _emitted(apart)) * MT
    cost = float((both.system_cost - apart.system_cost).iloc[-1]) * BN
    year = markets.last_year
    found = TaxBesideFound(
        tax=last_value(apart, "cea_cny_per_t"),
        mt=mt,
        per_ton=-1e3 * cost / mt if mt < -0.05 else math.nan,
        before=float(spread(apart).loc[year, "deviation"]),
        after=float(spread(both).loc[year, "deviation"]),
        year=year,
    )
    evens = found.after < found.before
    return Claim(found, "en 2(3)", mt, "Mt", answer(mt, mt < -0.05 and evens, partly=mt < -0.05))


def _security(markets: Markets) -> Claim:
    apart = markets.apart
    if "capacity" not in apart.package.instruments:
        nothing = SecurityFound(math.nan, math.nan, math.nan, markets.last_year)
        return Claim(nothing, "en 1(3)", math.nan, "GW", answer(math.nan, holds=False))
    missing = apart.solution.value("capacity-missing-band").sum("area").to_series()
    worth = apart.prices.query("instrument == 'capacity'").groupby("period")["price"].max()
    units = apart.solution.model.annual.units
    coal = apart.solution.energy[units["carrier"].str.startswith("coal")].sum()
    found = SecurityFound(
        missing_gw=float(missing.iloc[-1]) * GW,
        worth=float(worth.iloc[-1]) * GW,
        coal=percent(float(coal.iloc[-1]), float(coal.iloc[0])),
        year=markets.last_year,
    )
    risky = found.missing_gw > 0.05
    return Claim(found, "en 1(3)", found.missing_gw, "GW", answer(found.missing_gw, risky))


def _revenue(markets: Markets) -> Claim:
    table = markets.apart.settlement
    table = table[table["instrument"].isin(("carbon", "tax")) & (table["payee"] == "government")]
    last = float(table.loc[table["period"] == markets.last_year, "amount"].sum()) * BN
    return Claim(RevenueFound(last, markets.last_year), "en 2(2)", math.nan, "bn CNY",
                 answer(math.nan, holds=False))  # fmt: skip


def _emitted(eq: Equilibrium) -> float:
    return float((eq.solution.emissions.sum() + eq.solution.user_emissions.sum()).iloc[-1])


def _price_of(eq: Equilibrium) -> pd.Series:
    """Mean power price of the last period by bus, CNY/MWh."""
    return eq.solution.mean_power_price().iloc[:, -1]


def _earned(eq: Equilibrium) -> tuple[float, float]:
    """What a MWh of wind and sun earns in the last period, CNY/MWh, and its variation over hours.

    The variation is the standard deviation of the price over its mean, both weighted by output.
    """
    solution, horizon = eq.solution, eq.solution.model.horizon
    static = solution.model.network.c.generators.static
    names = static.index[static["carrier"].isin(WEATHER)]
    at = horizon.snapshots(horizon.periods[-1])
    output = solution.power("Generator")[names].iloc[at].mul(horizon.hours.to_numpy()[at], axis=0)
    price = solution.power_price.iloc[at][static.loc[names, "bus"]].to_numpy()
    weight = output.to_numpy()
    mean = float((price * weight).sum() / weight.sum())
    variance = float(((price - mean) ** 2 * weight).sum() / weight.sum())
    return mean, math.sqrt(variance) / mean if mean else math.nan
