"""What must hold over random packages of the five markets, on the teaching world."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.settlement import balances
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.instruments import (
    CarbonMarket,
    EnergyUseRights,
    GreenCertificates,
    GreenPowerForAllowances,
    Instrument,
    MergedEfficiency,
    WhiteCertificates,
)
from tests import worlds

SECTORS = ("steel", "cement", "aluminium")
PAIRS = (("white", "energy_use"), ("carbon", "rps"), ("energy", "rps"))
QUICK, MANY = 6, 200
CLOSE = 1e-7


@pytest.fixture(scope="module")
def session() -> Session:
    """A session on the teaching world."""
    return worlds.opened(worlds.teaching).copy()


def draw(seed: int) -> list[Instrument]:
    """Random instruments with buy-outs, so that every package has an outcome."""
    r = random.Random(seed)
    some = tuple(r.sample(SECTORS, r.randint(1, 3)))
    found: list[Instrument] = [
        WhiteCertificates(
            sectors=some,
            target=r.uniform(0.0, 0.05),
            savers=r.choice([None, some]),
            additionality=r.uniform(0.4, 1.0),
            areas=r.choice(["province", "national"]),
            banking=r.random() < 0.3,
            buyout=r.uniform(20.0, 800.0),
        ),
        EnergyUseRights(
            sectors=tuple(r.sample(SECTORS, r.randint(1, 3))),
            quota=r.uniform(0.93, 1.0),
            areas=r.choice(["province", "national"]),
            renewables_exempt=r.random() < 0.5,
            buyout=r.uniform(20.0, 800.0),
        ),
        GreenCertificates(share=r.uniform(0.2, 0.5), buyout=r.uniform(10.0, 150.0)),
        CarbonMarket(
            cap=r.uniform(4.4e8, 5.2e8),
            sectors=tuple(r.sample(SECTORS, r.randint(0, 3))),
            ceiling=r.uniform(100.0, 400.0),
            ccer_rate=r.choice([0.0, 0.5]),
            offset_limit=0.05,
        ),
        GreenPowerForAllowances(k=r.uniform(0.3, 0.8), limit=r.uniform(0.0, 0.1)),
    ]
    kept = [i for i in found if r.random() < 0.8]
    keys = {i.key for i in kept}
    return [i for i in kept if i.key != "green_power_for_allowances" or "carbon" in keys]


def solved(session: Session, seed: int, pairs: tuple[Any, ...] = ()) -> Equilibrium:
    instruments = draw(seed)
    offered = set(Package.of(instruments).uses())
    return session.solve(Package.of(instruments, [p for p in pairs if set(p) <= offered]))


def seeds(count: int) -> Iterator[int]:
    return iter(range(1000, 1000 + count))


def cost(eq: Equilibrium) -> float:
    return float((eq.system_cost * eq.solution.model.horizon.objective).sum())


def recount(eq: Equilibrium) -> tuple[float, float]:
    """MWh and tce in joint uses, from the raw columns of the linear program."""
    program, model = eq.solution.program, eq.solution.model
    values = dict(zip(program.column_label, eq.solution.raw.x * program.column_scale, strict=True))
    totals = []
    for prefix, dim in (("tokens-", "use"), ("savings-", "saving_use")):
        total = 0.0
        for name in model.active_variables:
            if name.startswith(prefix):
                labels = model.linopy.variables[model.variable_blocks.block(name)].labels
                joint = [u for u in labels.coords[dim].to_numpy() if "+" in str(u)]
                chosen = labels.sel({dim: joint}).to_numpy().ravel()
                total += sum(values.get(int(i), 0.0) for i in chosen if i >= 0)
        totals.append(total)
    return totals[0], totals[1]


def nets_to_zero(eq: Equilibrium) -> bool:
    """Whether all payments over all markets sum to nothing."""
    turnover = eq.settlement["amount"].sum()
    return bool(np.isclose(balances(eq.settlement).sum(), 0.0, atol=1e-6 * turnover + 1.0))


def check_exclusive(session: Session, count: int) -> None:
    for seed in seeds(count):
        eq = solved(session, seed)
        assert eq.double_claims.empty
        assert recount(eq) == (0.0, 0.0)
        eq.check()
        assert nets_to_zero(eq)


def check_recount(session: Session, count: int) -> None:
    twice = 0
    for seed in seeds(count):
        eq = solved(session, seed, PAIRS)
        mwh, tce = recount(eq)
        audit = eq.double_claims
        assert audit["mwh"].sum() == pytest.approx(mwh, rel=1e-6, abs=1.0)
        assert audit["tce"].sum() == pytest.approx(tce, rel=1e-6, abs=1.0)
        assert (audit["worth"] >= -1e-3).all()
        twice += len(audit) > 0
        eq.check()
    assert twice >= count / 3


def test_exclusive_units_are_never_claimed_twice(session: Session) -> None:
    check_exclusive(session, QUICK)


def test_audit_of_freed_pairs_equals_a_recount(session: Session) -> None:
    check_recount(session, QUICK)


@pytest.mark.slow
def test_two_hundred_random_packages(session: Session) -> None:
    check_exclusive(session, MANY)
    check_recount(session, MANY)


@pytest.mark.slow
def test_many_merged_and_unified_markets(session: Session) -> None:
    check_unified(session, MANY // 4)
    check_merged(session, MANY // 4)
    check_another(session, MANY // 8)


def outcome(eq: Equilibrium) -> pd.Series:
    return eq.solution.emissions.sum() + eq.solution.user_emissions.sum()


def check_unified(session: Session, count: int) -> None:
    for seed in seeds(count):
        apart = solved(session, seed, PAIRS)
        cap = CarbonMarket(cap=outcome(apart).to_dict(), sectors=SECTORS)
        together = session.solve(Package.of([cap]))
        assert cost(together) <= cost(apart) * (1 + CLOSE), seed


def check_merged(session: Session, count: int) -> None:
    for seed in seeds(count):
        chosen = [i for i in draw(seed) if i.key in ("white", "energy_use")]
        if len(chosen) < 2:
            continue
        white, rights = chosen
        assert isinstance(white, WhiteCertificates)
        assert isinstance(rights, EnergyUseRights)
        rights = rights.model_copy(update={"renewables_exempt": False})
        apart = session.solve(Package.of([white, rights]))
        users = apart.solution.model.energy_users
        merged = MergedEfficiency()
        kept = session.solve(Package.of([white, rights, merged]))
        members = merged.members(kept.solution.model)
        used = apart.solution.evaluate(users.energy_use(members, 0.1229)).to_series()
        before = users.quantities["fuel_tce"] + 0.1229 * users.quantities["electricity_mwh"]
        required = (before.loc[members].sum() - used).clip(lower=0.0)
        together = session.solve(
            Package.of([white, rights, MergedEfficiency(required_tce=required.to_dict())])
        )
        assert cost(together) <= cost(apart) * (1 + CLOSE), seed


def check_another(session: Session, count: int) -> None:
    """Under a hard cap on all emissions the outcome is fixed; all else only takes choices away."""
    free = outcome(session.solve(Package.of([])))
    cap = CarbonMarket(cap=(free * 0.93).to_dict(), sectors=SECTORS)
    alone = session.solve(Package.of([cap]))
    at = alone.solution.price("carbon-balance")
    for seed in seeds(count):
        others = [i for i in draw(seed) if i.key in ("white", "energy_use", "green")]
        for other in others:
            both = session.solve(Package.of([cap, other]))
            assert cost(both) >= cost(alone) * (1 - CLOSE), (seed, other.key)
            if outcome(both).to_numpy() == pytest.approx(outcome(alone).to_numpy(), rel=1e-6):
                beside = both.solution.price("carbon-balance")
                weight = both.solution.model.horizon.objective
                assert (beside * weight).sum() <= (at * weight).sum() + 1e-3 or other.key != "white"


def test_unified_market_for_the_same_emissions_never_costs_more(session: Session) -> None:
    check_unified(session, QUICK)


def test_merged_market_for_the_same_savings_never_costs_more(session: Session) -> None:
    check_merged(session, QUICK)


def test_another_instrument_never_lowers_cost_at_the_same_emissions(session: Session) -> None:
    check_another(session, QUICK)
