"""White certificates and energy-use rights on the teaching world."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from dualcarbon.equilibrium.settlement import balances
from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.errors import InfeasiblePackage, InputError
from dualcarbon.instruments import (
    CarbonMarket,
    Conversion,
    EnergyUseRights,
    GreenCertificates,
    Instrument,
    MergedEfficiency,
    WhiteCertificates,
)
from dualcarbon.instruments.areas import price_by_area
from dualcarbon.instruments.savings import saving_rate

Solver = Callable[..., Equilibrium]
SECTORS = ("steel", "cement", "aluminium")
WHITE = WhiteCertificates(sectors=SECTORS, target=0.02)
RIGHTS = EnergyUseRights(sectors=SECTORS, quota=0.985)
FREED = (("white", "energy_use"),)
RATE = 0.1229


def prices(eq: Equilibrium, instrument: str) -> pd.DataFrame:
    """Prices of an instrument, rows regions, columns periods."""
    table = eq.prices[eq.prices["instrument"] == instrument]
    return table.pivot_table(index="region", columns="period", values="price")


def saved(eq: Equilibrium) -> pd.Series:
    """Energy saved by measures by user's bus, recounted from the raw activity, last period."""
    users = eq.solution.model.energy_users
    activity = eq.solution.value("users-activity").to_pandas()
    rate = saving_rate(users, RATE)
    return activity.mul(rate, axis=0).groupby(users.steps["user"].map(users.table["bus"])).sum()


def cost(eq: Equilibrium) -> float:
    return float((eq.system_cost * eq.solution.model.horizon.objective).sum())


def test_certificates_cover_the_target_in_every_area(solve: Solver) -> None:
    eq = solve(WHITE)
    target = WHITE.targets(eq.solution.model)
    for area in target.index:
        assert (saved(eq).loc[area] >= target.loc[area] * (1 - 1e-9)).all()
    assert (prices(eq, "white") > 0).to_numpy().all()


def test_price_of_a_certificate_is_the_net_cost_of_the_marginal_measure(solve: Solver) -> None:
    """Where one measure is partly used, its cost less the electricity it saves is the price."""
    eq = solve(WHITE)
    users, price = eq.solution.model.energy_users, prices(eq, "white")
    activity = eq.solution.value("users-activity").to_pandas()
    most = users.potential.transpose("step", "period").to_pandas()
    power = eq.solution.mean_power_price()  # not the price of the flat band, hence the bounds
    rate = saving_rate(users, RATE)
    for step in activity.index[rate > 0]:
        bus = users.table.loc[users.steps.loc[step, "user"], "bus"]
        for period in activity.columns:
            a, top = activity.loc[step, period], most.loc[step, period]
            electricity = users.steps.loc[step, "electricity"]
            net = users.steps.loc[step, "cost"] - electricity * power.loc[bus, period]
            slack = abs(electricity) * power.loc[bus, period]
            if a > 1.0:
                assert price.loc[bus, period] * rate[step] >= net - slack
            if a < top - 1.0:
                assert price.loc[bus, period] * rate[step] <= net + slack


def test_additionality_raises_what_must_be_saved(solve: Solver) -> None:
    half = solve(WHITE.model_copy(update={"additionality": 0.5, "areas": "national"}))
    full = solve(WHITE.model_copy(update={"areas": "national"}))
    assert saved(half).sum().to_numpy() == pytest.approx(2 * saved(full).sum().to_numpy())
    assert (prices(half, "white").to_numpy() >= prices(full, "white").to_numpy()).all()


def test_wider_trade_never_costs_more(solve: Solver) -> None:
    for market in (WHITE, RIGHTS):
        apart = solve(market)
        together = solve(market.model_copy(update={"areas": "national"}))
        assert cost(together) <= cost(apart) * (1 + 1e-9)
        assert prices(together, market.key).shape[0] == 1


def test_buyout_is_the_ceiling_of_both_prices(solve: Solver) -> None:
    white = WHITE.model_copy(update={"buyout": 40.0, "target": 0.2})
    rights = RIGHTS.model_copy(update={"buyout": 55.0, "quota": 0.8})
    eq = solve(white, rights)
    assert prices(eq, "white").to_numpy().max() == pytest.approx(40.0)
    assert prices(eq, "energy_use").to_numpy().max() == pytest.approx(55.0)


def test_use_of_energy_keeps_to_the_quota(solve: Solver) -> None:
    eq = solve(RIGHTS)
    model = eq.solution.model
    members = RIGHTS.members(model)
    used = eq.solution.evaluate(model.energy_users.energy_use(members.index, RATE, by=members))
    quota = RIGHTS.quotas(model)
    left = quota - used.transpose("group", "period").to_pandas()
    assert (left > -1e-6 * quota).to_numpy().all()
    binding = prices(eq, "energy_use") > 1e-6
    assert np.allclose(left[binding.loc[quota.index]].fillna(0.0), 0.0, atol=10.0)


def test_increment_regulates_only_growth(solve: Solver) -> None:
    """Users do not grow in this world, so a quota on the increment never binds."""
    eq = solve(RIGHTS.model_copy(update={"increment": ("Westland",)}))
    price = prices(eq, "energy_use")
    assert price.loc["Westland"].max() == pytest.approx(0.0)
    assert price.drop("Westland").to_numpy().min() > 0


def test_green_power_is_exempt_against_tokens(solve: Solver) -> None:
    plain = solve(RIGHTS, GreenCertificates(share=0.3))
    exempt = RIGHTS.model_copy(update={"renewables_exempt": True})
    eq = solve(exempt, GreenCertificates(share=0.3))
    used = eq.solution.evaluate(eq.solution.model.tokens.claimed("energy")).to_series()
    freed = eq.solution.value("energy_use-exempt").sum("area").to_series()
    assert (freed <= used * RATE + 1.0).all()
    assert (freed > 0).all()
    assert (prices(eq, "energy_use") <= prices(plain, "energy_use") + 1e-6).to_numpy().all()


def test_one_saving_counts_once_unless_the_pair_is_freed(solve: Solver) -> None:
    apart, freed = solve(WHITE, RIGHTS), solve(WHITE, RIGHTS, double_claims=FREED)
    assert apart.double_claims.empty
    assert saved(apart).sum().min() > saved(freed).sum().min() * 1.2
    twice = freed.double_claims
    assert (twice["mwh"] == 0).all()
    tokens = freed.solution.evaluate(1.0 * freed.solution.model.savings.tokens)
    joint = tokens.sel(saving_use="energy_use+white").sum().item()
    assert twice["tce"].sum() == pytest.approx(joint)
    # how a saving's worth is split between both prices is not determined: the lesser may be 0
    prices = [price_by_area(freed.solution, f"{m}-balance") for m in ("white", "energy_use")]
    bus = freed.solution.model.savings.groups["bus"]
    for row in twice.itertuples():
        lesser = min(table.at[bus[row.group], row.period] for table in prices)
        assert row.worth == pytest.approx(row.tce * lesser, rel=1e-6, abs=1.0)
    assert sum(table.to_numpy().sum() for table in prices) > 0


def test_white_certificates_on_a_cap_lower_its_price_and_not_emissions(solve: Solver) -> None:
    free = solve()
    base = float(
        free.solution.emissions.sum().iloc[-1] + free.solution.user_emissions.sum().iloc[-1]
    )
    cap = CarbonMarket(cap=0.93 * base, sectors=SECTORS)
    alone, both = solve(cap), solve(cap, WHITE.model_copy(update={"target": 0.03}))
    at = alone.prices.query("instrument == 'carbon' and item == 'allowance'")["price"]
    beside = both.prices.query("instrument == 'carbon' and item == 'allowance'")["price"]
    assert (beside.to_numpy() <= at.to_numpy() + 1e-6).all()
    assert beside.sum() < at.sum() - 0.01
    emitted = [e.solution.emissions.sum() + e.solution.user_emissions.sum() for e in (alone, both)]
    assert emitted[0].to_numpy() == pytest.approx(emitted[1].to_numpy(), rel=1e-7)
    assert cost(both) > cost(alone)


@pytest.mark.parametrize("double_claims", [(), FREED])
@pytest.mark.parametrize(
    "package",
    [
        (WHITE.model_copy(update={"banking": True, "target": {2025: 0.01, 2030: 0.03}}), RIGHTS),
        (WHITE.model_copy(update={"buyout": 30.0}), RIGHTS.model_copy(update={"buyout": 60.0})),
        (WHITE, RIGHTS.model_copy(update={"areas": "national", "renewables_exempt": True})),
        (WHITE, RIGHTS, GreenCertificates(share=0.3), CarbonMarket(cap=4.5e8, sectors=SECTORS)),
    ],
)
def test_settlement_nets_to_zero_over_all_markets(
    solve: Solver, package: tuple[Instrument, ...], double_claims: tuple[tuple[str, str], ...]
) -> None:
    eq = solve(*package, double_claims=double_claims)
    net = balances(eq.settlement)
    turnover = eq.settlement["amount"].sum()
    for market in ("white certificate market", "energy-use rights market"):
        kept = net[net.index.get_level_values("party") == market]
        assert kept.abs().sum() <= 1e-6 * turnover + 1.0
    assert net.sum() == pytest.approx(0.0, abs=1e-6 * turnover)


def test_merged_market_for_the_outcome_of_two_never_costs_more(solve: Solver) -> None:
    for claims in ((), FREED):
        apart = solve(WHITE, RIGHTS, double_claims=claims)
        model = apart.solution.model
        merged = MergedEfficiency(required_tce=0.0)
        members = apart.solution.model.energy_users.table.index
        before = model.energy_users.quantities
        used = apart.solution.evaluate(model.energy_users.energy_use(members, RATE)).to_series()
        total = (before["fuel_tce"] + RATE * before["electricity_mwh"]).sum()
        merged = MergedEfficiency(required_tce=(total - used).to_dict())
        together = solve(WHITE, RIGHTS, merged)
        assert cost(together) <= cost(apart) * (1 + 1e-9)
        assert set(together.prices["instrument"]) & {"white", "energy_use"} == set()


def test_merged_market_asks_for_what_the_two_asked(solve: Solver) -> None:
    eq = solve(WHITE, RIGHTS, MergedEfficiency())
    model = eq.solution.model
    merged = eq.package.instruments["merged_efficiency"]
    assert isinstance(merged, MergedEfficiency)
    done = eq.solution.evaluate(merged.saved(model)).to_series()
    cut = 0.015 * RIGHTS.baseline(model).sum()
    target = WHITE.targets(model).sum()
    assert done.to_numpy() == pytest.approx(np.maximum(cut, target).to_numpy(), rel=1e-6)
    more = solve(WHITE, RIGHTS, MergedEfficiency(requirement="sum"))
    assert cost(more) >= cost(eq)


NATIONAL = WHITE.model_copy(update={"areas": "national"})
CAP = CarbonMarket(cap=4.0e8, sectors=("steel",))


def to_carbon(**fields: object) -> Conversion:
    rate = {"source": "white", "target": "carbon", "rate": 2.0, "limit": 5e5, **fields}
    return Conversion(table=(rate,))


def test_certificates_of_users_under_the_cap_do_not_become_allowances(solve: Solver) -> None:
    eq = solve(CAP, NATIONAL, to_carbon())
    flow = eq.solution.value("conversion-white_to_carbon").to_series()
    tokens = eq.solution.evaluate(1.0 * eq.solution.model.savings.tokens)
    groups = eq.solution.model.savings.groups
    steel = groups.index[groups["sector"] == "steel"]
    used = tokens.sel(saving_use="white_to_carbon").sum("period").to_series()
    assert flow.max() > 0
    assert used[steel].sum() == pytest.approx(0.0)
    twice = solve(CAP, NATIONAL, to_carbon(counted_again=True))
    assert cost(twice) <= cost(eq) * (1 + 1e-9)


def test_conversion_of_savings_clears_at_its_rate(solve: Solver) -> None:
    """A certificate set aside for conversion earns the allowances that it turns into."""
    eq = solve(CAP, NATIONAL, to_carbon(limit=1e9, rate=0.3))
    flow = eq.solution.value("conversion-white_to_carbon").to_series()
    allowance = eq.prices.query("instrument == 'carbon' and item == 'allowance'")["price"]
    worth = eq.solution.price("conversion-white_to_carbon_certificates")
    assert flow.max() > 1.0
    assert worth.to_numpy() == pytest.approx(0.3 * allowance.to_numpy())


@pytest.mark.parametrize(
    ("instruments", "words"),
    [
        ([WHITE.model_copy(update={"tce_per_mwh": 0.3}), RIGHTS], "tce per MWh"),
        ([MergedEfficiency(), WHITE], "needs a market 'energy_use'"),
        ([CAP, WHITE, to_carbon()], "traded in areas"),
        ([CAP, NATIONAL, RIGHTS, MergedEfficiency(), to_carbon()], "is merged"),
        (
            [CAP, NATIONAL, Conversion(table=(
                {"source": "white", "target": "carbon", "rate": 2.0, "limit": 1},
                {"source": "carbon", "target": "white", "rate": 0.6, "limit": 1},
            ))],
            "circular conversions: carbon to white to carbon makes 1.2 units",
        ),
    ],
)  # fmt: skip
def test_packages_that_contradict_themselves(
    solve: Solver, instruments: list[Instrument], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        solve(*instruments)


def test_fields_out_of_range() -> None:
    with pytest.raises(InputError, match="Easterland"):
        EnergyUseRights(sectors=SECTORS, areas={"a": ("Easterland",), "b": ("Easterland",)})
    with pytest.raises(InputError, match="either 'quota'"):
        EnergyUseRights(sectors=SECTORS, quota=0.9, quota_tce=1e8)
    with pytest.raises(InputError, match="given twice"):
        Conversion(table=(to_carbon().table[0], to_carbon().table[0]))
    with pytest.raises(InputError, match=r"limit"):
        to_carbon(limit=-1.0)


@pytest.mark.parametrize(
    ("market", "words"),
    [
        (RIGHTS.model_copy(update={"sectors": ("steal",)}), "steel"),
        (RIGHTS.model_copy(update={"areas": {"pilot": ("Eastlnd",)}}), "Eastland"),
        (RIGHTS.model_copy(update={"quota": {"Eastlnd": 0.9}}), "Eastland"),
        (RIGHTS.model_copy(update={"increment": ("Eastlnd",)}), "Eastland"),
        (WHITE.model_copy(update={"savers": ("cememt",)}), "cement"),
    ],
)
def test_unknown_names_are_answered_with_the_nearest(
    solve: Solver, market: Instrument, words: str
) -> None:
    with pytest.raises(InputError) as error:
        solve(market)
    assert error.value.nearest == words


def test_quota_below_what_is_possible_names_the_market(solve: Solver) -> None:
    with pytest.raises(InfeasiblePackage, match="energy_use"):
        solve(RIGHTS.model_copy(update={"quota": 0.5}))
