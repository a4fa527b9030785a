"""The equilibrium of the small case against its own equations in scipy: cost and prices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.instruments import (
    CarbonMarket,
    Eligibility,
    GreenCertificates,
    GreenPowerForAllowances,
    Instrument,
    OffsetStep,
)
from dualcarbon.instruments.carbon.coverage import IntensityRule
from tests import worlds
from tests.oracle import linear_program as write
from tests.oracle import small_case as case
from tests.oracle.linear_program import Oracle

SECTORS = ("steel", "cement")
CAP = {2025: 1.22e7, 2030: 1.19e7}
BANKED = {2025: 1.24e7, 2030: 1.12e7}
BENCHMARKS = {"coal_over_300": 0.79, "coal_upto_300": 0.86, "gas": 0.38}
TOTAL_LOAD = {
    year: sum(case.load(b, year, p) * h for b in case.BUSES for p, h in case.SLICES.items())
    for year in case.YEARS
}
SLOPE, WIDTH, LOOSER = 0.6, 0.03, {2025: 0.998, 2030: 0.985}
ALLOWANCE = ("carbon", "allowance")
CERTIFICATE = ("green", "certificate, total")


@dataclass(frozen=True)
class Case:
    """A package and the same package as equations; prices by item and by the oracle's row."""

    package: tuple[Instrument, ...]
    equations: Callable[[Oracle], None]
    prices: dict[tuple[str, str], str]


def carbon_balance(
    lp: Oracle, year: int, more: dict[tuple[object, ...], float], issued: float
) -> None:
    terms, base = write.emissions(year, SECTORS)
    lp.row("allowances", year, terms=terms | more, sense="<=", right=issued - base)


def cap(lp: Oracle) -> None:
    for year in case.YEARS:
        carbon_balance(lp, year, {}, CAP[year])


def performance_standard(lp: Oracle) -> None:
    stringency = {2025: 0.99, 2030: 0.965}
    for year in case.YEARS:
        terms, base = write.emissions(year, SECTORS)
        for plant in case.PLANTS:
            benchmark = BENCHMARKS.get(plant.ets_class, 0.0) * stringency[year]
            terms |= write.yearly(plant, year, plant.rate - benchmark)
        lp.row("allowances", year, terms=terms, sense="<=", right=(stringency[year] - 1.0) * base)


def intensity_rule(lp: Oracle) -> None:
    """Users get what they emit and ``k (B q - E)``, at most the width of their baseline."""
    for year in case.YEARS:
        terms: dict[tuple[object, ...], float] = {}
        for plant in case.PLANTS:
            benchmark = BENCHMARKS.get(plant.ets_class, 0.0) * LOOSER[year]
            terms |= write.yearly(plant, year, plant.rate - benchmark)
        for (bus, sector), start in case.BASELINE.items():
            value = LOOSER[year] * start / case.OUTPUT[bus, sector]
            lp.column("net", sector, year, least=-np.inf, most=WIDTH * start)
            rule = {
                ("cut", step, year): SLOPE
                * (value * case.FORGONE.get(step, 0.0) - case.avoided(step))
                for step, (user, *_) in case.STEPS.items()
                if user == f"{bus} {sector}"
            }
            right = SLOPE * start * (LOOSER[year] - 1.0)
            net = {("net", sector, year): 1.0}
            lp.row("rule", sector, year, terms=net | rule, sense="<=", right=right)
            terms["net", sector, year] = -1.0
        lp.row("allowances", year, terms=terms, sense="<=", right=0.0)


def obligation(lp: Oracle, year: int, share: float, more: write.Terms) -> None:
    """Surrendered tokens and what else counts cover a share of consumption after savings."""
    saved = {
        ("cut", step, year): -share * electricity for step, (*_, electricity) in case.STEPS.items()
    }
    terms = write.claimed("rps", year, -1.0) | more | saved
    lp.row("certificates", year, terms=terms, sense="<=", right=-share * TOTAL_LOAD[year])


def quota_with_buyout(lp: Oracle) -> None:
    write.tokens(lp, ("rps",))
    for year, share in {2025: 0.13, 2030: 0.33}.items():
        lp.column("buyout", year, cost=96.0 * case.WEIGHT[year])
        obligation(lp, year, share, {("buyout", year): -1.0})


def offsets(lp: Oracle) -> None:
    for year in case.YEARS:
        weight = case.WEIGHT[year]
        lp.column("used", year)
        lp.column("forest", year, cost=41.0 * weight, most=2.5e5)
        lp.column("methane", year, cost=66.0 * weight, most=9e5)
        supply = {("used", year): 1.0, ("forest", year): -1.0, ("methane", year): -1.0}
        lp.row("projects", year, terms=supply, sense="<=", right=0.0)
        covered, base = write.emissions(year, SECTORS)
        limit = {name: -0.08 * factor for name, factor in covered.items()} | {("used", year): 1.0}
        lp.row("limit", year, terms=limit, sense="<=", right=0.08 * base)
        carbon_balance(lp, year, {("used", year): -1.0}, CAP[year])


def banking(lp: Oracle) -> None:
    first, second = case.YEARS
    lp.column("bank")
    covered, base = write.emissions(first, SECTORS)
    limit = {name: -0.06 * factor for name, factor in covered.items()} | {("bank",): 1.0}
    lp.row("carry", first, terms=limit, sense="<=", right=0.06 * base)
    carbon_balance(lp, first, {("bank",): 1.0 / case.YEARS_OF[first]}, BANKED[first])
    carbon_balance(lp, second, {("bank",): -1.0 / case.YEARS_OF[second]}, BANKED[second])


def link(lp: Oracle) -> None:
    write.tokens(lp, ("rps", "carbon"))
    for group in write.groups():
        if group.endswith("existing"):
            for year in case.YEARS:
                lp.bounds["token", group, "carbon", year] = (0.0, 0.0)
    for year, share in {2025: 0.20, 2030: 0.38}.items():
        obligation(lp, year, share, {})
        covered, base = write.emissions(year, SECTORS)
        credit = write.claimed("carbon", year, 0.5306)
        limit = {name: -0.012 * factor for name, factor in covered.items()} | credit
        lp.row("limit", year, terms=limit, sense="<=", right=0.012 * base)
        tightened = {name: 0.5 * 0.012 * factor for name, factor in covered.items()}
        terms = {name: factor + tightened[name] for name, factor in covered.items()}
        terms |= write.claimed("carbon", year, -0.5306)
        right = CAP[year] - base * (1 + 0.5 * 0.012)
        lp.row("allowances", year, terms=terms, sense="<=", right=right)


def market(**fields: object) -> CarbonMarket:
    return CarbonMarket(**{"cap": CAP, "sectors": SECTORS, **fields})


CASES = {
    "cap": Case((market(),), cap, {ALLOWANCE: "allowances"}),
    "performance standard": Case(
        (market(cap=None, benchmarks=BENCHMARKS, stringency={2025: 0.99, 2030: 0.965}),),
        performance_standard,
        {ALLOWANCE: "allowances"},
    ),
    "intensity rule": Case(
        (
            market(
                cap=None,
                benchmarks=BENCHMARKS,
                stringency=LOOSER,
                allocation_of_users="intensity",
                intensity=IntensityRule(slope=SLOPE, width=WIDTH),
            ),
        ),
        intensity_rule,
        {ALLOWANCE: "allowances"},
    ),
    "quota with buy-out": Case(
        (GreenCertificates(share={2025: 0.13, 2030: 0.33}, buyout=96.0),),
        quota_with_buyout,
        {CERTIFICATE: "certificates"},
    ),
    "offsets": Case(
        (
            market(
                offset_limit=0.08,
                offsets=(
                    OffsetStep(name="forest", quantity=2.5e5, price=41.0),
                    OffsetStep(name="methane", quantity=9e5, price=66.0),
                ),
            ),
        ),
        offsets,
        {
            ALLOWANCE: "allowances",
            ("carbon", "offset"): "projects",
            ("carbon", "offset limit"): "limit",
        },
    ),
    "banking": Case(
        (market(cap=BANKED, banking=True, carry_over=0.06),), banking, {ALLOWANCE: "allowances"}
    ),
    "link": Case(
        (
            market(),
            GreenCertificates(share={2025: 0.20, 2030: 0.38}),
            GreenPowerForAllowances(
                limit=0.012, eligible=Eligibility(vintages=("new",)), tightening=0.5
            ),
        ),
        link,
        {
            ALLOWANCE: "allowances",
            CERTIFICATE: "certificates",
            ("green_power_for_allowances", "limit"): "limit",
        },
    ),
}


@pytest.fixture(scope="module")
def session() -> Session:
    return worlds.opened(worlds.small).copy()


def read(eq: Equilibrium, item: tuple[str, str]) -> dict[int, float]:
    table = eq.prices.set_index(["instrument", "item"]).sort_index().loc[[item]]
    return dict(zip(table["period"], table["price"], strict=True))


@pytest.mark.parametrize("name", CASES)
def test_cost_and_prices_equal_the_oracle(session: Session, name: str) -> None:
    chosen = CASES[name]
    lp = write.physical()
    chosen.equations(lp)
    lp.solve()
    eq = session.solve(Package.of(chosen.package))
    eq.check()
    assert eq.objective == pytest.approx(lp.objective, rel=1e-6)
    for item, row in chosen.prices.items():
        ours = read(eq, item)
        for year in case.YEARS:
            theirs = -lp.dual[row, year] / case.WEIGHT[year]
            assert ours[year] == pytest.approx(theirs, rel=1e-6, abs=1e-6), (item, year)
    assert max(max(read(eq, item).values()) for item in chosen.prices) > 1.0, "no policy binds"


@pytest.mark.parametrize("name", CASES)
def test_power_prices_equal_the_oracle(session: Session, name: str) -> None:
    chosen = CASES[name]
    lp = write.physical()
    chosen.equations(lp)
    lp.solve()
    prices = session.solve(Package.of(chosen.package)).solution.power_price
    for year in case.YEARS:
        for at, (part, hours) in enumerate(case.SLICES.items()):
            for bus in case.BUSES:
                theirs = lp.dual["power", bus, year, part] / (hours * case.WEIGHT[year])
                assert prices.loc[(year, at), bus] == pytest.approx(theirs, rel=1e-6)


def test_dispatch_without_policy_equals_the_oracle(session: Session) -> None:
    lp = write.physical().solve()
    eq = session.solve(Package.of([]))
    assert eq.objective == pytest.approx(lp.objective, rel=1e-9)
    for plant in case.PLANTS:
        for year in case.YEARS:
            if plant.alive(year):
                theirs = sum(
                    lp.value["p", plant.name, year, part] * h for part, h in case.SLICES.items()
                )
                ours = eq.solution.energy.loc[plant.name, year]
                assert ours == pytest.approx(theirs, rel=1e-6, abs=1.0)
