"""The overlap audit against a recount from the raw linear program."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from dualcarbon.equilibrium import audit
from dualcarbon.equilibrium.audit import (
    burden_table,
    fuel_factor,
    marginal_of_users,
    pair_table,
    party_table,
    pressures,
    spread_table,
)
from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.settlement import balances
from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.instruments import (
    CarbonMarket,
    CarbonTax,
    EnergyUseRights,
    Instrument,
    MergedEfficiency,
    OffsetStep,
    WhiteCertificates,
)
from dualcarbon.instruments.base import Pressure
from dualcarbon.solver.program import OBJECTIVE_SCALE
from dualcarbon.solver.solution import Solution
from dualcarbon.system.user_variables import ACTIVITY

Solver = Callable[..., Equilibrium]
SECTORS = ("steel", "cement", "aluminium")
WHITE = WhiteCertificates(sectors=SECTORS, target=0.02)
RIGHTS = EnergyUseRights(sectors=("steel", "cement"), quota=0.985)
CAP = CarbonMarket(cap=4.5e8, sectors=("steel",))
TAX = CarbonTax(rate=25.0, sectors=("cement",))
FREED = (("white", "energy_use"),)
PACKAGES: list[tuple[tuple[Instrument, ...], tuple[tuple[str, str], ...]]] = [
    ((CAP,), ()),
    ((WHITE, RIGHTS), ()),
    ((WHITE, RIGHTS), FREED),
    ((CAP, TAX, WHITE, RIGHTS), FREED),
    ((CAP, TAX, WHITE, RIGHTS, MergedEfficiency()), ()),
]


def policy_value(eq: Equilibrium) -> pd.DataFrame:
    """What all policy rows and taxes make one unit of each step worth, from the raw program.

    ``resource cost - reduced cost - value of the electricity it moves``, CNY per unit and year.
    """
    solution = eq.solution
    program, model = solution.program, solution.model
    labels = model.linopy.variables[ACTIVITY].labels
    weight = model.period_weight.to_series()
    users = model.energy_users
    position = {int(label): i for i, label in enumerate(program.column_label)}
    rows = {}
    band = abs(solution.dual("users-electricity-definition")).transpose("name", "period")
    for step in labels.coords["step"].to_numpy():
        found = {}
        bus = users.table.loc[users.steps.loc[step, "user"], "bus"]
        for period in model.periods:
            column = position.get(int(labels.sel(step=step, period=period)))
            if column is None:
                continue
            scale = OBJECTIVE_SCALE / program.column_scale[column] / weight[period]
            power = float(band.sel(name=bus, period=period)) / weight[period]
            found[period] = (
                users.steps.loc[step, "cost"]
                - solution.raw.reduced_cost[column] * scale
                - users.steps.loc[step, "electricity"] * power
            )
        rows[step] = found
    return pd.DataFrame(rows).T


@pytest.mark.parametrize(("package", "claims"), PACKAGES)
def test_marginal_cost_is_what_the_program_says(
    solve: Solver, package: tuple[Instrument, ...], claims: tuple[tuple[str, str], ...]
) -> None:
    """A step that saves fuel earns its user's marginal cost per ton and per tce of it."""
    eq = solve(*package, double_claims=claims)
    users = eq.solution.model.energy_users
    marginal = marginal_of_users(eq.solution, pressures(eq.solution, eq.package))
    value = policy_value(eq)
    factor = fuel_factor(eq.solution)
    plain = users.steps[(users.steps["kind"] == "conservation") & (users.steps["fuel_tce"] > 0)]
    assert len(plain)
    tce = marginal.sub(_per_ton_of_carbon(eq))
    for step, about in plain.iterrows():
        name = about["user"]
        carbon = _per_ton_of_carbon(eq).loc[name]
        saved = about["fuel_tce"] + 0.1229 * about["electricity"]
        expected = carbon * about["co2_t"] + tce.loc[name] * factor.loc[name] * saved
        assert value.loc[step].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-3, rel=1e-6)


def _per_ton_of_carbon(eq: Equilibrium) -> pd.DataFrame:
    users = eq.solution.model.energy_users
    total = pd.DataFrame(0.0, users.table.index, eq.solution.model.periods)
    if "carbon" in eq.package.instruments:
        total.loc[users.of_sectors(CAP.sectors)] += eq.solution.price("carbon-balance").to_numpy()
    if "tax" in eq.package.instruments:
        total.loc[users.of_sectors(TAX.sectors)] += TAX.rate
    return total


def test_unified_market_has_one_marginal_cost(solve: Solver) -> None:
    eq = solve(CarbonMarket(cap=4.5e8, sectors=SECTORS))
    parties = party_table(eq.solution, eq.package)
    spread = spread_table(parties)
    assert (spread["highest"] - spread["lowest"]).max() <= 1e-6 * spread["mean"].max()
    assert spread["deviation"].max() <= 1e-6 * spread["mean"].max()
    apart = solve(CAP, TAX, WHITE, RIGHTS)
    assert spread_table(party_table(apart.solution, apart.package))["deviation"].min() > 1.0


def test_parties_hold_all_emissions_and_name_their_regulators(solve: Solver) -> None:
    eq = solve(CAP, TAX, WHITE, RIGHTS)
    parties = party_table(eq.solution, eq.package)
    total = eq.solution.emissions.sum() + eq.solution.user_emissions.sum()
    assert parties.groupby("period")["t_co2"].sum().to_numpy() == pytest.approx(total.to_numpy())
    named = parties.drop_duplicates("party").set_index("party")["instruments"]
    assert named["steel users, Westland"] == "carbon+white+energy_use"
    assert named["cement users, Eastland"] == "tax+white+energy_use"
    assert named["aluminium users, Westland"] == "white"
    assert set(named[named.index.str.contains("plants")]) == {"carbon+tax"}


def test_pairs_recount_from_users(solve: Solver) -> None:
    eq = solve(CAP, WHITE, RIGHTS)
    pairs = pair_table(eq.solution, eq.package).set_index(["first", "second", "period"])
    steel = eq.solution.user_emissions.filter(like="steel", axis=0).sum()
    for period, tons in steel.items():
        assert pairs.loc[("carbon", "energy_use", period), "t_co2"] == pytest.approx(tons)
    assert (pairs["worth"] >= 0).all()
    single = solve(CAP)
    assert pair_table(single.solution, single.package).empty


def test_burden_is_the_settlement_seen_from_the_parties(solve: Solver) -> None:
    eq = solve(CAP, TAX, WHITE, RIGHTS)
    burden = burden_table(eq.settlement, eq.package)
    net = balances(eq.settlement)
    for row in burden.itertuples():
        assert row.amount == pytest.approx(-net[(row.instrument, row.period, row.party)])
    assert np.isclose(burden["amount"].sum(), _kept_outside(net))


def _kept_outside(net: pd.Series) -> float:
    party = net.index.get_level_values("party")
    inside = party.str.contains(" users, | plants, |consumers, ")
    return float(net[~inside].sum())


def test_pressures_given_as_before_still_count(
    solve: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    eq = solve(CarbonTax(rate=10.0))
    asked = []

    def doubled(solution: Solution, package: Package, tax: CarbonTax) -> Pressure:
        asked.append(package)
        return Pressure.constant(2 * solution.model.horizon.spread(tax.rate))

    monkeypatch.setitem(audit.BUILDERS, "tax", doubled)
    with pytest.warns(DeprecationWarning, match=r"pressure\(solution\)"):
        pressures(eq.solution, eq.package)
    assert asked == [eq.package]


FOREST = OffsetStep(name="forest", quantity=1e9, price=5.0)
SHARED = (
    CarbonMarket(cap=4.5e8, sectors=SECTORS, offset_limit=0.08, offsets=(FOREST,)),
    CarbonMarket(
        cap={2025: 790e6, 2030: 640e6}, sectors=SECTORS, offset_limit=0.05, offsets=(FOREST,),
        banking=True, carry_over=0.02,
    ),
    CarbonMarket(
        benchmarks={"coal_over_300": 0.7, "coal_upto_300": 0.7}, sectors=SECTORS, offset_limit=0.08,
        allocation_of_users="verified", offsets=(FOREST,),
    ),
)  # fmt: skip


@pytest.mark.parametrize("market", SHARED)
def test_a_ton_less_also_lowers_what_may_be_offset_and_kept(
    solve: Solver, market: CarbonMarket
) -> None:
    """The reduced costs of steps say what a ton is worth where a share of emissions limits."""
    eq = solve(market)
    shares = eq.prices.query("item == 'offset limit'")["price"]
    carried = eq.solution.price("carbon-carry_over") if market.banking else pd.Series([1.0])
    assert (shares > 0.1).any()
    assert (carried > 0.1).any()
    marginal = pressures(eq.solution, eq.package)["carbon"].users
    value = policy_value(eq)
    steps = eq.solution.model.energy_users.steps
    steps = steps[(steps["kind"] == "conservation") & steps["user"].isin(marginal.index)]
    assert len(steps)
    for step, about in steps.iterrows():
        expected = marginal.loc[about["user"]] * about["co2_t"]
        assert value.loc[step].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-3, rel=1e-6)
