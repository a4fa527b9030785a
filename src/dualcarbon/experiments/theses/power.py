"""Sections 2.1 and 2.3: what an incomplete power market does to prices, renewables and coal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from dualcarbon.experiments.rows import percent
from dualcarbon.experiments.statements import Findings
from dualcarbon.experiments.theses.claim import Claim, answer
from dualcarbon.experiments.theses.markets import Markets, last_value, pass_through, tax_rate
from dualcarbon.system.costs import FUEL_OF

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

MUCH_MORE = 1.5
LITTLE, POINT = 1.0, 0.05  # percent of wind and solar; points that count as a change
WEAK_SIGNAL = 1.0  # percent of power emissions that a tax moves: less than a year's growth of load
BUILT = 1e-3  # GW
ALONE = "alone"
MUCH_PAID = 1.0  # bn CNY


@dataclass(frozen=True)
class SignalFound(Findings):
    """Change of power emissions and of power prices by a carbon tax, percent, by rules."""

    topic: ClassVar[str] = "thesis.carbon_signal"
    tax: float
    today: float
    completed: float
    passed_today: float
    passed_completed: float
    year: int


@dataclass(frozen=True)
class CurtailmentFound(Findings):
    """Curtailed share and renewable share under today's rules and completed, percent."""

    topic: ClassVar[str] = "thesis.local_dispatch"
    before: float
    after: float
    share_before: float
    share_after: float
    year: int

    @property
    def change(self) -> float:
        """Change of the curtailed share, points."""
        return self.after - self.before

    @property
    def little_today(self) -> bool:
        """Whether hardly anything is curtailed under today's rules."""
        return self.before < LITTLE


@dataclass(frozen=True)
class CoalFound(Findings):
    """Coal built under both rules, and the change of system cost, percent."""

    topic: ClassVar[str] = "thesis.coal_lock_in"
    before_gw: float
    after_gw: float
    cost: float
    year: int


@dataclass(frozen=True)
class ResponseFound(Findings):
    """Real-time tariffs alone against a flat one: load moved, prices, CO2, discounted cost."""

    topic: ClassVar[str] = "thesis.demand_response"
    cost_bn: float
    set_hours_bn: float
    shifted_twh: float
    spread: float
    co2: float
    year: int


@dataclass(frozen=True)
class PriorityFound(Findings):
    """Priority replaced by the spot market, alone: curtailment, points, cost, bn CNY, CO2, Mt."""

    topic: ClassVar[str] = "thesis.priority_to_spot"
    curtailed: float
    cost_bn: float
    co2: float
    year: int


@dataclass(frozen=True)
class PaymentFound(Findings):
    """What regulation and peak shaving are paid in ``year``, and what requiring them costs."""

    topic: ClassVar[str] = "thesis.pay_flexibility"
    paid_bn: float
    cost_bn: float
    year: int

    @property
    def unpaid(self) -> bool:
        """Whether the services were priced at nothing."""
        return self.paid_bn <= 0


def signal_claims(markets: Markets) -> list[Claim]:
    """How far a carbon price changes who generates, under either set of rules."""
    change = {rules: _power_emissions(*pair) for rules, pair in markets.taxed.items()}
    passed = {rules: pass_through(*pair) for rules, pair in markets.taxed.items()}
    today, completed = change["today"], change["completed"]
    found = SignalFound(
        tax=tax_rate(),
        today=today,
        completed=completed,
        passed_today=passed["today"],
        passed_completed=passed["completed"],
        year=markets.last_year,
    )
    holds = completed < MUCH_MORE * today and abs(today) < WEAK_SIGNAL
    return [Claim(found, "2.1", today, "%", answer(today, holds, partly=completed < today))]


def dispatch_claims(markets: Markets) -> list[Claim]:
    """Equal shares and trade by plan against a completed market, no other policy changed."""
    today, completed = (markets.taxed[rules][0] for rules in ("today", "completed"))
    curtailed = CurtailmentFound(
        before=100.0 * last_value(today, "curtailment_share"),
        after=100.0 * last_value(completed, "curtailment_share"),
        share_before=100.0 * last_value(today, "renewable_share"),
        share_after=100.0 * last_value(completed, "renewable_share"),
        year=markets.last_year,
    )
    built = [_new_coal(eq) for eq in (today, completed)]
    coal = CoalFound(
        before_gw=built[0],
        after_gw=built[1],
        cost=percent(markets.cost(completed), markets.cost(today)),
        year=markets.last_year,
    )
    change, more = curtailed.change, built[1] - built[0]
    return [
        Claim(curtailed, "2.3", change, "points", answer(change, change < -POINT)),
        Claim(coal, "2.3", more, "GW", answer(more, more < -BUILT)),
    ]


def flexibility_claims(parts: pd.DataFrame, year: int) -> list[Claim]:
    """Claims that the parts of a completed power market answer.

    Args:
        parts: table of :mod:`dualcarbon.experiments.theses`.
        year: last year of the run.
    """
    alone = parts[parts["order"] == ALONE].set_index(["part", "indicator"])["value"]

    def change(part: str, indicator: str) -> float:
        """Not a number where the part was not measured."""
        return float(alone.get((part, indicator), math.nan))

    response = ResponseFound(
        cost_bn=change("real_time", "discounted_system_cost"),
        set_hours_bn=change("time_of_use", "discounted_system_cost"),
        shifted_twh=change("real_time", f"shifted_{year}"),
        spread=change("real_time", f"price_spread_{year}"),
        co2=change("real_time", f"co2_mt_{year}"),
        year=year,
    )
    payment = PaymentFound(
        paid_bn=change("ancillary_services", f"service_payments_{year}"),
        cost_bn=change("ancillary_services", "discounted_system_cost"),
        year=year,
    )
    priority = PriorityFound(
        curtailed=100.0 * change("spot", f"curtailment_share_{year}"),
        cost_bn=change("spot", "discounted_system_cost"),
        co2=change("spot", f"co2_mt_{year}"),
        year=year,
    )
    cost, paid = response.cost_bn, payment.paid_bn
    saved = priority.cost_bn
    uses = saved < 0 and priority.curtailed <= POINT
    cheaper = cost < 0 and cost < response.set_hours_bn
    return [
        Claim(response, "2.3", cost, "bn CNY", answer(cost, cheaper)),
        Claim(payment, "2.3", paid, "bn CNY", answer(paid, paid > MUCH_PAID, partly=paid > 0)),
        Claim(priority, "4.1", saved, "bn CNY", answer(saved, uses, partly=saved < 0)),
    ]


def _power_emissions(free: Equilibrium, taxed: Equilibrium) -> float:
    before, after = (eq.solution.emissions.sum().iloc[-1] for eq in (free, taxed))
    return percent(after, before)


def _new_coal(eq: Equilibrium) -> float:
    """Coal capacity built within the horizon, GW."""
    static = eq.solution.model.network.c.generators.static
    coal = static[static["carrier"].map(FUEL_OF).eq("coal") & static["p_nom_extendable"]]
    size = eq.solution.value("Generator-p_nom").to_series()
    return float(size.reindex(coal.index).fillna(0.0).sum()) / 1e3
