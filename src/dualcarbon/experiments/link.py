"""Experiment 1: the carbon market linked with green power, as a table over design choices.

Zou, Wang and Sun (2022) report that a well-designed CCER, by which emitters meet part of their
obligation with green power, raises renewable penetration by 20 % of its level.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from dualcarbon.equilibrium.from_base import offset_share
from dualcarbon.experiments.findings import DesignFound, LinkFound
from dualcarbon.experiments.parameters import assumptions, grid_factor, parameter, published
from dualcarbon.experiments.rows import (
    MATTERS,
    Row,
    Sensitivity,
    percent,
    sensitivity_table,
    table,
    verdict_table,
)
from dualcarbon.experiments.shocks import CapitalCostShock, FuelPriceShock, china, raised, shocked
from dualcarbon.experiments.statements import Words, reading, text
from dualcarbon.indicators.returns import certificate_price
from dualcarbon.instruments.links.green_power import CARBON_USE, GreenPowerForAllowances
from dualcarbon.instruments.payments import token_sales

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.experiments.context import ExperimentContext, ExperimentTables

KEY = "link"
LINK = "green_power_for_allowances"
YEAR_OF_K = 2023
MT = 1e-6


@dataclass(frozen=True)
class Design:
    """A design of the link.

    Attributes:
        name: key of its name in ``words.yaml``.
        k, limit, eligible, tightening: fields of the link.
        scaled: whether the limit is, in place of ``limit``, the share that offsets have without the
            link: what the market is short of at its price.
        double: whether the same MWh may also count for the renewable obligation.
        more_renewables: added to every renewable obligation, with and without the link.
    """

    name: str
    k: float
    limit: float
    eligible: Mapping[str, Any] = field(default_factory=dict)
    tightening: float = 0.0
    scaled: bool = False
    double: bool = False
    more_renewables: float = 0.0

    @property
    def words(self) -> Words:
        """Name of the design."""
        values = {"limit": self.limit, "points": 100 * self.more_renewables}
        return text(f"link.design.{self.name}", values)

    def link(self, base: Equilibrium, new_years: Collection[int]) -> dict[str, Any]:
        """Fields of the link instrument.

        Args:
            base: the market without the link.
            new_years: years in which plants can be built. Before, no new plant can be credited, so
                a link of new plants begins with them.
        """
        periods = [int(year) for year in base.solution.model.periods]
        later = "new" in self.eligible.get("vintages", ())
        limit: Any = {y: self.limit if y in new_years or not later else 0.0 for y in periods}
        if self.scaled:
            market = base.package.instruments["carbon"]
            limit = offset_share(base.package, base.solution, market)
        fields = {"k": self.k, "limit": limit, "eligible": dict(self.eligible)}
        return {**fields, "tightening": self.tightening}


def designs() -> tuple[Design, ...]:
    """The designs tried: k is the average emission factor of grid power."""
    k, limit = grid_factor("grid_factor", YEAR_OF_K), float(parameter("link.limit"))
    new, more = {"vintages": ["new"]}, float(parameter("link.more_renewables"))
    wide = float(parameter("link.limit_wide"))
    return (
        Design("new_scaled", k, limit, new, scaled=True),
        Design("new_cut", k, limit, new, 1.0),
        Design("new_cut_wide", k, wide, new, 1.0),
        Design("all_exclusive", k, limit),
        Design("new_exclusive", k, limit, new),
        Design("new_double", k, limit, new, double=True),
        Design("more_exclusive", k, limit, more_renewables=more),
        Design("more_double", k, limit, double=True, more_renewables=more),
    )


def experiment(context: ExperimentContext) -> ExperimentTables:
    """Solve every design of the link on today's markets and compare the renewable share."""
    base = context.equilibrium("today")
    rows: list[Row] = []
    found: dict[str, DesignFound] = {}
    without = {0.0: base}
    best, with_best, design_best, most = base, base, designs()[0], -1e9
    for design in designs():
        context.progress(f"link: {design.words[0]}")
        points = design.more_renewables
        if points not in without:
            green = raised(base.package.instruments["green"], points)
            without[points] = context.session("today").solve(base.package.changed({"green": green}))
        start = without[points]
        new = solved(context, start, design)
        found[design.name] = measured(start, new)
        share = found[design.name].share
        if share > most:
            best, with_best, design_best, most = start, new, design, share
        rows += design_rows(start, found[design.name], design)
    return {
        "experiments": table(rows),
        "sensitivity": sensitivity_table(sensitivities(context, best, with_best, design_best)),
        "verdicts": verdict_table(KEY, rows, together(found, base)),
        "assumptions": assumptions(f"{KEY}."),
    }


def solved(context: ExperimentContext, base: Equilibrium, design: Design) -> Equilibrium:
    """Equilibrium of the package of a base with a design of the link added."""
    package = base.package
    changed = package.changed({LINK: design.link(base, china(context).new_years)})
    claims = (*package.double_claims, ("carbon", "rps")) if design.double else package.double_claims
    return context.session("today").solve(type(package)(changed.instruments, claims))


def renewable_share(equilibrium: Equilibrium) -> pd.Series:
    """Renewable share of generation by period."""
    solution = equilibrium.solution
    renewable = solution.model.annual.units["renewable"].astype(bool)
    return solution.energy[renewable].sum() / solution.energy.sum()


def total_emissions(equilibrium: Equilibrium) -> pd.Series:
    """Emissions of power and energy users by period, t CO2 per year."""
    return equilibrium.solution.emissions.sum() + equilibrium.solution.user_emissions.sum()


def credited(equilibrium: Equilibrium) -> pd.Series:
    """Allowances that green power takes the place of by period, t CO2 per year."""
    link = equilibrium.package.instruments[LINK]
    assert isinstance(link, GreenPowerForAllowances)
    return link.k * token_sales(equilibrium.solution, CARBON_USE).sum()


def measured(base: Equilibrium, new: Equilibrium) -> DesignFound:
    """Renewable share, emissions and allowance price of the last year, against no link."""
    year = base.solution.model.periods[-1]
    return DesignFound(
        share=percent(renewable_share(new)[year], renewable_share(base)[year]),
        co2=percent(total_emissions(new)[year], total_emissions(base)[year]),
        before=float(base.solution.price("carbon-balance")[year]),
        after=float(new.solution.price("carbon-balance")[year]),
        credited=MT * credited(new)[year],
    )


def design_rows(base: Equilibrium, found: DesignFound, design: Design) -> list[Row]:
    """Renewable share and emissions of a design in the last year."""
    year = base.solution.model.periods[-1]
    words = reading(found)
    return [
        Row(KEY, design.words, f"renewable_share_{year}", "renewable share of generation, today",
            found.share, "%", words, published(KEY), MATTERS),
        Row(KEY, design.words, f"co2_{year}", "CO2 of power and industry, today", found.co2, "%",
            words),
        Row(KEY, design.words, f"credited_{year}", "", found.credited, "Mt", words),
    ]  # fmt: skip


def together(found: Mapping[str, DesignFound], base: Equilibrium) -> LinkFound:
    """What the designs say together, beside the certificates of the base."""
    by_name = {design.name: design for design in designs()}
    best = max(found, key=lambda name: found[name].share)
    existing = found["all_exclusive"]
    year = base.solution.model.periods[-1]
    return LinkFound(
        works=tuple(by_name[n].words for n, f in found.items() if f.share > MATTERS),
        best=found[best].share,
        best_name=by_name[best].words,
        published=published(KEY).low,
        existing_share=existing.share,
        existing_price=existing.after - existing.before,
        certificate=float(certificate_price(base)[year]),
        year=int(year),
        points=100.0 * by_name["more_exclusive"].more_renewables,
        once=found["more_exclusive"].share,
        twice=found["more_double"].share,
    )


def sensitivities(
    context: ExperimentContext, before: Equilibrium, after: Equilibrium, design: Design
) -> list[Sensitivity]:
    """The design that does most under other assumptions, each against its own case without.

    Args:
        context: of the run.
        before, after: equilibria without and with the design.
        design: the design.
    """
    session = context.session("today")
    last = before.solution.model.periods[-1]
    residual = grid_factor("grid_factor_residual", YEAR_OF_K)
    wide = float(parameter("link.limit_wide"))

    def effect(new: Equilibrium, old: Equilibrium) -> float:
        return percent(renewable_share(new)[last], renewable_share(old)[last])

    found = [Sensitivity(KEY, "central", "", "", effect(after, before))]
    for assumption, value, unit, other in (
        ("conversion rate k", f"{residual}", "t/MWh", replace(design, k=residual)),
        ("offset share", f"{100 * wide:g}", "%", replace(design, limit=wide, scaled=False)),
    ):
        context.progress(f"link: {assumption} {value}")
        changed = solved(context, before, other)
        found.append(Sensitivity(KEY, assumption, value, unit, effect(changed, before)))
    for assumption, value, unit, package in assumptions_changed(context, before.package):
        context.progress(f"link: {assumption} {value}")
        apart = session.solve(package)
        ours = effect(solved(context, apart, design), apart)
        found.append(Sensitivity(KEY, assumption, value, unit, ours))
    return found


def assumptions_changed(
    context: ExperimentContext, package: Package
) -> list[tuple[str, str, str, Package]]:
    """Other assumptions that matter to the link."""
    tighter, coal = parameter("link.stringency"), float(parameter("link.coal_price"))
    wacc, last = float(parameter("link.wacc")), max(parameter("link.stringency"))
    cheap = FuelPriceShock(fuel="coal", factor=coal)
    dear = CapitalCostShock(wacc=wacc, settings=china(context))
    harder = package.changed({"carbon": {"stringency": tighter}})
    return [
        (f"stringency in {last}", f"{tighter[last]:.2f}", "1", harder),
        ("coal price", f"{100 * (coal - 1):+.0f}", "%", shocked(package, cheap)),
        ("cost of capital", f"{100 * wacc:g}", "%", shocked(package, dear)),
    ]
