"""Energy users: closed forms of energy, emissions and savings on the teaching world."""

from __future__ import annotations

import linopy
import numpy as np
import pandas as pd
import pytest

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium, Session, solve_equilibrium
from dualcarbon.errors import InputError
from dualcarbon.instruments import CarbonMarket, CarbonTax, ElectricityMarket, Instrument
from dualcarbon.system.teaching import build_teaching
from dualcarbon.system.users import EnergyUsers

from .conftest import Solver
from .reading import SECTORS, add_plant, cost, island

HEAT_VALUE = 0.1229
GENERATION = 0.30
TAX = 150.0
MOTORS_MWH = 2e6
MOTORS_COST = 60.0


@pytest.fixture(scope="module")
def taxed(solve: Solver) -> Equilibrium:
    """Users of the teaching world under a tax: some steps are taken, some are not."""
    return solve(ElectricityMarket(), CarbonTax(rate=TAX, sectors=SECTORS))


@pytest.fixture(scope="module")
def motors() -> Session:
    """The teaching world with cheap efficient motors in Westland's smelter."""
    network, users = build_teaching()
    return Session.open(network, EnergyUsers(users.baseline, _with_motors(users)))


def _with_motors(users: EnergyUsers) -> pd.DataFrame:
    motors = {
        "step": "Westland aluminium motors",
        "user": "Westland aluminium",
        "measure": "motors",
        "kind": "conservation",
        "potential": MOTORS_MWH,
        "unit": "MWh",
        "cost": MOTORS_COST,
        "co2_t": 0.0,
        "electricity": 1.0,
        "fuel_tce": 0.0,
        "output": 0.0,
        "from_year": 2025,
        "ramp_years": 1,
    }
    return pd.concat([users.steps, pd.DataFrame([motors])], ignore_index=True)


def value(eq: Equilibrium, expression: linopy.LinearExpression) -> pd.Series:
    return eq.solution.evaluate(expression).to_series()


def test_energy_is_fuel_and_electricity_less_what_steps_save(taxed: Equilibrium) -> None:
    users = taxed.solution.model.energy_users
    names = users.of_sectors(["steel"])
    steps = users.steps[users.steps["user"].isin(names)]
    activity = taxed.solution.activity.loc[steps.index]
    assert activity.to_numpy().max() > 0
    for k in (HEAT_VALUE, GENERATION):
        rate = steps["fuel_tce"] + k * steps["electricity"]
        baseline = users.quantities["fuel_tce"] + k * users.quantities["electricity_mwh"]
        expected = baseline.loc[names].sum() - activity.mul(rate, axis=0).sum()
        assert value(taxed, users.energy_use(names, k)).to_numpy() == pytest.approx(expected)


def test_saved_energy_is_the_baseline_less_the_use(taxed: Equilibrium) -> None:
    users = taxed.solution.model.energy_users
    names = users.table.index
    saved = value(taxed, users.saved_energy(names, HEAT_VALUE))
    used = value(taxed, users.energy_use(names, HEAT_VALUE))
    before = users.quantities["fuel_tce"] + HEAT_VALUE * users.quantities["electricity_mwh"]
    assert (saved + used).to_numpy() == pytest.approx(before.sum().to_numpy())


def test_saved_energy_counts_only_the_measures_asked_for(taxed: Equilibrium) -> None:
    users = taxed.solution.model.energy_users
    every = set(users.steps["measure"])
    parts = [value(taxed, users.saved_energy(users.table.index, 0.3, [m])) for m in every]
    total = value(taxed, users.saved_energy(users.table.index, 0.3))
    assert sum(p.to_numpy() for p in parts) == pytest.approx(total.to_numpy())
    nothing = value(taxed, users.saved_energy(users.table.index, 0.3, []))
    assert nothing.to_numpy() == pytest.approx(np.zeros(len(nothing)))


@pytest.mark.parametrize("by", ["user", "sector", "bus"])
def test_groups_add_up_to_the_whole(taxed: Equilibrium, by: str) -> None:
    users = taxed.solution.model.energy_users
    names = users.table.index
    whole = value(taxed, users.energy_use(names, HEAT_VALUE))
    grouped = taxed.solution.evaluate(users.energy_use(names, HEAT_VALUE, by=by))
    assert grouped.dims == ("group", "period")
    assert grouped.sum("group").to_numpy() == pytest.approx(whole.to_numpy())
    kinds = set(users.table.index if by == "user" else users.table[by])
    assert set(grouped.indexes["group"]) == kinds


def test_groups_may_be_given_for_each_user(taxed: Equilibrium) -> None:
    users = taxed.solution.model.energy_users
    area = users.table["bus"].map({"Eastland": "coast"}).fillna("inland")
    grouped = taxed.solution.evaluate(users.electricity(users.table.index, by=area))
    coast = users.table.index[users.table["bus"] == "Eastland"]
    alone = value(taxed, users.electricity(coast))
    assert grouped.sel(group="coast").to_numpy() == pytest.approx(alone.to_numpy())


def test_emissions_left_are_read_alike_from_rows_and_from_values(taxed: Equilibrium) -> None:
    users = taxed.solution.model.energy_users
    left = value(taxed, users.emissions(SECTORS))
    members = users.of_sectors(SECTORS)
    assert left.to_numpy() == pytest.approx(taxed.solution.user_emissions.loc[members].sum())


def test_a_step_is_taken_when_it_costs_less_than_what_it_saves(taxed: Equilibrium) -> None:
    solution = taxed.solution
    users = solution.model.energy_users
    price = flat_price(taxed)
    for step, row in users.steps.iterrows():
        bus = users.table.at[row["user"], "bus"]
        for year in solution.model.periods:
            gain = TAX * row["co2_t"] + price.at[bus, year] * row["electricity"] - row["cost"]
            most = float(users.potential.sel(step=step, period=year))
            if abs(gain) > 1e-6:
                chosen = most if gain > 0 else 0.0
                assert solution.activity.at[step, year] == pytest.approx(chosen, abs=1e-3)


def flat_price(eq: Equilibrium) -> pd.DataFrame:
    """Mean price of a flat band by bus and period, CNY/MWh."""
    horizon = eq.solution.model.horizon
    hours, of = horizon.hours.to_numpy(), horizon.period_of.to_numpy()
    paid = eq.solution.power_price.mul(hours, axis=0).groupby(of).sum()
    return (paid.div(pd.Series(hours).groupby(of).sum(), axis=0)).T


def test_consumption_falls_by_exactly_the_electricity_saved(motors: Session) -> None:
    eq = _solved(motors)
    load = eq.solution.model.annual.load
    drop = load - eq.solution.consumption()
    assert eq.solution.activity.loc["Westland aluminium motors"].to_numpy() == pytest.approx(
        MOTORS_MWH
    )
    rate = eq.solution.model.energy_users.steps["electricity"]
    saved = eq.solution.activity.mul(rate, axis=0).sum()
    assert drop.sum().to_numpy() == pytest.approx(saved.to_numpy())
    of_users = eq.solution.of_users("electricity_mwh")
    before = eq.solution.model.energy_users.quantities["electricity_mwh"]
    assert (before - of_users).sum().to_numpy() == pytest.approx(saved.to_numpy())


def _solved(session: Session) -> Equilibrium:
    eq = session.solve(Package.of([ElectricityMarket()]))
    eq.check()
    return eq


def test_an_additional_step_never_raises_the_cost(motors: Session, solve: Solver) -> None:
    assert cost(_solved(motors)) <= cost(solve(ElectricityMarket())) * (1 + 1e-9)


def works(*steps: dict[str, object]) -> EnergyUsers:
    """One steel works on an island: 2 Mt of steel, 3.6 Mt of CO2."""
    baseline = {"user": "works", "bus": "island", "sector": "steel", "year": 2030}
    given = {"output": 2e6, "unit": "t", "co2_t": 3.6e6, "electricity_mwh": 3e5}
    empty = pd.DataFrame(columns=["step", "user", "measure", "potential", "cost"])
    table = pd.DataFrame([{"user": "works", **s} for s in steps]) if steps else empty
    return EnergyUsers(pd.DataFrame([{**baseline, **given}]), table)


def on_island(users: EnergyUsers | None, *instruments: Instrument) -> Equilibrium:
    network = island()
    add_plant(network, "coal", 200.0, rate=0.9)
    eq = solve_equilibrium(network, [ElectricityMarket(), *instruments], users=users)
    eq.check()
    return eq


def test_users_without_steps_change_nothing_but_the_account() -> None:
    with_users, without = on_island(works()), on_island(None)
    assert cost(with_users) == pytest.approx(cost(without))
    assert with_users.solution.user_emissions.to_numpy() == pytest.approx(3.6e6)
    assert without.solution.user_emissions.empty


@pytest.mark.parametrize(("part", "left"), [(0.9, 2e6), (1.1, 1.9e6)])
def test_output_is_given_up_where_emitting_costs_more_than_its_worth(
    part: float, left: float
) -> None:
    worth, rate = 100.0, 1.8
    less = {"step": "less", "measure": "less", "kind": "output", "unit": "t", "potential": 1e5,
            "cost": worth, "co2_t": rate, "output": 1.0}  # fmt: skip
    eq = on_island(works(less), CarbonTax(rate=part * worth / rate, sectors=("steel",)))
    assert eq.solution.of_users("output").to_numpy() == pytest.approx(left)


def test_a_step_in_double_units_is_the_same_step() -> None:
    once = {"step": "s", "measure": "s", "potential": 2e5, "cost": 90.0, "co2_t": 1.0,
            "electricity": 0.3, "fuel_tce": 0.4}  # fmt: skip
    twice = {c: v * 2 if isinstance(v, float) else v for c, v in once.items()} | {"potential": 1e5}
    cap = CarbonMarket(cap=4.25e6, sectors=("steel",))
    pair = [on_island(works(step), cap) for step in (once, twice)]
    assert pair[0].solution.activity.to_numpy().max() > 0
    assert cost(pair[1]) == pytest.approx(cost(pair[0]))
    for quantity in ("co2_t", "electricity_mwh", "fuel_tce"):
        left = [eq.solution.of_users(quantity).to_numpy() for eq in pair]
        assert left[1] == pytest.approx(left[0])


@pytest.mark.parametrize(
    ("frame", "change", "words"),
    [
        ("steps", {"potential": -1.0}, "must not be negative"),
        ("steps", {"kind": "saving"}, "unknown kind of step 'saving'"),
        ("steps", {"user": "Westland stel"}, "did you mean 'Westland steel'"),
        ("steps", {"cost": float("nan")}, "'cost' is empty"),
        ("baseline", {"electricity_mwh": -5.0}, "'electricity_mwh' must be"),
        ("baseline", {"co2_t": float("nan")}, "'co2_t' must be"),
    ],
)
def test_wrong_tables_are_named(frame: str, change: dict[str, object], words: str) -> None:
    _, users = build_teaching((2025,))
    tables = {"baseline": users.baseline, "steps": users.steps}
    tables[frame] = tables[frame].assign(**change)
    with pytest.raises(InputError, match=words):
        EnergyUsers(**tables)


def test_missing_column_and_repeated_step_are_named() -> None:
    _, users = build_teaching((2025,))
    with pytest.raises(InputError, match="missing column 'potential'"):
        EnergyUsers(users.baseline, users.steps.drop(columns="potential"))
    with pytest.raises(InputError, match="appears twice"):
        EnergyUsers(users.baseline, pd.concat([users.steps, users.steps.iloc[:1]]))
    with pytest.raises(InputError, match="two rows for 2025"):
        EnergyUsers(pd.concat([users.baseline, users.baseline.iloc[:1]]), users.steps)


def test_unknown_quantity_is_named(taxed: Equilibrium) -> None:
    with pytest.raises(InputError, match="unknown quantity 'water'"):
        taxed.solution.model.energy_users.remaining("water", [])
