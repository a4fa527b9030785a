"""Networks that a user brings: links with fuel buses, stores, lines, one or two periods."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa
import pytest

from dualcarbon.equilibrium.solve import Equilibrium, solve_equilibrium
from dualcarbon.errors import InputError
from dualcarbon.instruments import CarbonMarket, CarbonTax, ElectricityMarket, GreenCertificates
from dualcarbon.system.network import quiet_pypsa

CAP = 5.0e6
PROFILE = np.array([0.8, 0.7, 1.1, 1.3, 1.2, 0.9])
WIND = np.array([0.45, 0.5, 0.2, 0.1, 0.35, 0.4])
SUN = np.array([0.0, 0.1, 0.5, 0.6, 0.05, 0.0])


def user_network(periods: tuple[int, ...] = ()) -> pypsa.Network:
    """Two power buses joined by lines, a gas bus with a store, a heat bus, storage, new wind."""
    n = pypsa.Network()
    n.set_snapshots(_snapshots(periods))
    if periods:
        n.investment_periods = list(periods)
        n.investment_period_weightings["objective"] = [4.0, 3.1][: len(periods)]
        n.investment_period_weightings["years"] = [5.0, 5.0][: len(periods)]
    n.snapshot_weightings.loc[:, :] = 8760.0 / 6
    n.add(
        "Carrier",
        ["coal", "gas", "CHP", "wind", "solar", "battery", "heat", "AC"],
        co2_emissions=[0.34, 0.0, 0.20, 0.0, 0.0, 0.0, 0.0, 0.0],
        renewable=[False, False, False, True, True, False, False, False],
    )
    n.add("Bus", ["north", "south", "gas", "heat"], carrier=["AC", "AC", "gas", "heat"])
    _add_demand(n)
    _add_supply(n)
    _add_grid_and_storage(n)
    return n


def _snapshots(periods: tuple[int, ...]) -> pd.Index:
    hours = pd.date_range("2030-01-01", periods=6, freq="4h")
    if not periods:
        return hours
    return pd.MultiIndex.from_product([periods, hours], names=["period", "timestep"])


def _series(n: pypsa.Network, values: np.ndarray) -> pd.Series:
    return pd.Series(np.tile(values, len(n.snapshots) // 6), n.snapshots)


def _add_demand(n: pypsa.Network) -> None:
    n.add("Load", "north load", bus="north", p_set=_series(n, 300.0 * PROFILE))
    n.add("Load", "south load", bus="south", p_set=_series(n, 700.0 * PROFILE))
    n.add("Load", "heat load", bus="heat", p_set=60.0)


def _add_supply(n: pypsa.Network) -> None:
    n.add(
        "Generator", "coal", bus="south", carrier="coal", p_nom=1000.0, efficiency=0.4,
        marginal_cost=240.0, lifetime=80.0, build_year=2000,
    )  # fmt: skip
    n.add("Generator", "well", bus="gas", carrier="gas", p_nom=3000.0, marginal_cost=190.0)
    n.add("Generator", "boiler", bus="heat", carrier="heat", p_nom=200.0, marginal_cost=310.0)
    n.add(
        "Generator", "sun", bus="south", carrier="solar", p_nom=250.0, marginal_cost=0.3,
        p_max_pu=_series(n, SUN),
    )  # fmt: skip
    years = list(dict.fromkeys(n.investment_periods)) or [0]
    for year in years:
        n.add(
            "Generator", f"wind {year}".strip(), bus="north", carrier="wind", build_year=year,
            p_nom_extendable=True, p_nom_max=900.0, capital_cost=930e3, marginal_cost=1.0,
            p_max_pu=_series(n, WIND), lifetime=25.0,
        )  # fmt: skip
    n.add(
        "Link", "chp", bus0="gas", bus1="north", bus2="heat", carrier="CHP", p_nom=800.0,
        efficiency=0.48, efficiency2=0.25, marginal_cost=7.0,
    )  # fmt: skip


def _add_grid_and_storage(n: pypsa.Network) -> None:
    n.add("Line", ["a", "b"], bus0="north", bus1="south", x=[0.1, 0.2], s_nom=[260.0, 150.0])
    n.add(
        "StorageUnit", "battery", bus="south", carrier="battery", p_nom=80.0, max_hours=4.0,
        efficiency_store=0.95, efficiency_dispatch=0.95, cyclic_state_of_charge=True,
        marginal_cost=0.7,
    )  # fmt: skip
    n.add("Store", "cavern", bus="gas", carrier="gas", e_nom=1e5, e_cyclic=True)


def emitted(eq: Equilibrium) -> pd.Series:
    return eq.solution.emissions.sum()


@pytest.fixture(scope="module", params=[(), (2030, 2035)], ids=["one year", "two periods"])
def network(request: pytest.FixtureRequest) -> pypsa.Network:
    return user_network(request.param)


def test_markets_on_a_user_network(network: pypsa.Network) -> None:
    eq = solve_equilibrium(
        network,
        [
            ElectricityMarket(),
            CarbonMarket(cap=0.9 * CAP),
            GreenCertificates(share=0.36, buyout=300.0),
            CarbonTax(rate=3.0, carriers=("coal",)),
        ],
    )
    table = eq.check()
    assert table["holds"].all()
    assert emitted(eq).to_numpy() == pytest.approx(0.9 * CAP)
    units = eq.solution.model.annual.units
    assert units.at["chp", "component"] == "Link"
    assert units.at["chp", "rate"] == pytest.approx(0.20 / 0.48)
    assert (eq.prices.query("item == 'allowance'")["price"] > 0).all()
    assert (eq.prices.query("item == 'certificate, total'")["price"] > 0).any()


def test_cap_equals_a_cap_written_in_pypsa(network: pypsa.Network) -> None:
    """Same objective and shadow price as PyPSA's own optimisation with the same cap."""
    eq = solve_equilibrium(network, [CarbonMarket(cap=CAP)])
    objective, shadow = _capped_in_pypsa(network)
    assert eq.objective == pytest.approx(objective, rel=1e-8)
    ours = eq.prices.query("item == 'allowance'")["price"].to_numpy()
    weight = eq.solution.model.horizon.objective.to_numpy()
    assert ours * weight == pytest.approx(shadow, rel=1e-6)


def _capped_in_pypsa(network: pypsa.Network) -> tuple[float, np.ndarray]:
    """Write the cap as extra rows, coal by its fuel and the plant link by its input."""
    n = network.copy()
    if n.has_investment_periods:
        n.snapshots.name = "snapshot"
        for component in n.components:
            for frame in component.dynamic.values():
                frame.index.name = "snapshot"
    periods = list(n.investment_periods) or [None]

    def cap(n: pypsa.Network, _: object) -> None:
        coal = n.model["Generator-p"].sel(name="coal") * (0.34 / 0.4)
        chp = n.model["Link-p"].sel(name="chp") * 0.20
        for period in periods:
            at = np.arange(len(n.snapshots))
            if period is not None:
                at = np.flatnonzero(n.snapshots.get_level_values("period") == period)
            total = ((coal + chp).isel(snapshot=at) * (8760.0 / 6)).sum()
            n.model.add_constraints(total <= CAP, name=f"cap-{period}")

    with quiet_pypsa():
        n.optimize(
            solver_name="highs",
            multi_investment_periods=n.has_investment_periods,
            extra_functionality=cap,
            include_objective_constant=False,
            output_flag=False,
        )
    duals = [-float(n.model.constraints[f"cap-{p}"].dual) for p in periods]
    return float(n.objective), np.array(duals)


def test_cap_equals_a_global_constraint_of_pypsa() -> None:
    """PyPSA counts generators; on a network without emitting links both caps are the same."""
    n = user_network()
    n.remove("Link", "chp")
    n.add(
        "Generator", "ccgt", bus="north", carrier="CHP", p_nom=400.0, efficiency=0.52,
        marginal_cost=395.0,
    )  # fmt: skip
    eq = solve_equilibrium(n, [CarbonMarket(cap=CAP)])
    n.add(
        "GlobalConstraint", "cap", type="primary_energy", carrier_attribute="co2_emissions",
        sense="<=", constant=CAP,
    )  # fmt: skip
    with quiet_pypsa():
        n.optimize(solver_name="highs", include_objective_constant=False, output_flag=False)
    assert eq.objective == pytest.approx(float(n.objective), rel=1e-8)
    price = eq.prices.query("item == 'allowance'")["price"].item()
    assert price == pytest.approx(-n.c.global_constraints.static.at["cap", "mu"], rel=1e-6)
    nodal = n.c.buses.dynamic["marginal_price"]
    assert eq.solution.power_price.to_numpy() == pytest.approx(
        nodal[eq.solution.power_price.columns].to_numpy(), rel=1e-6, abs=1e-6
    )


def test_the_users_network_is_left_as_it_was() -> None:
    network = user_network()
    before = network.c.generators.static.copy()
    solve_equilibrium(network, [CarbonMarket(cap=CAP)])
    pd.testing.assert_frame_equal(network.c.generators.static, before)
    assert not network.is_solved


def test_solved_network_balances_at_every_bus(network: pypsa.Network) -> None:
    eq = solve_equilibrium(network, [CarbonMarket(cap=CAP)])
    n = eq.network
    supply = n.c.generators.dynamic["p"].T.groupby(n.c.generators.static["bus"]).sum().T
    net = supply.reindex(columns=n.c.buses.static.index, fill_value=0.0)
    for component in ("storage_units", "stores"):
        static, power = n.c[component].static, n.c[component].dynamic["p"]
        net = net.add(power.T.groupby(static["bus"]).sum().T, fill_value=0.0)
    demand = n.get_switchable_as_dense("Load", "p_set")
    net = net.sub(demand.T.groupby(n.c.loads.static["bus"]).sum().T, fill_value=0.0)
    for component, ports in (("links", (0, 1, 2)), ("lines", (0, 1))):
        static = n.c[component].static
        for port in ports:
            flow = n.c[component].dynamic[f"p{port}"]
            net = net.sub(flow.T.groupby(static[f"bus{port}"]).sum().T, fill_value=0.0)
    assert net.to_numpy() == pytest.approx(0.0, abs=1e-4)


def test_every_bus_has_a_price_even_where_one_plant_meets_the_load() -> None:
    n = pypsa.Network(snapshots=pd.date_range("2030-01-01", periods=2, freq="h"))
    n.add("Carrier", "coal", co2_emissions=0.34, renewable=False)
    n.add("Bus", "only")
    n.add("Load", "load", bus="only", p_set=10.0)
    n.add("Generator", "plant", bus="only", carrier="coal", p_nom=20.0, marginal_cost=230.0)
    eq = solve_equilibrium(n, [ElectricityMarket()])
    eq.check()
    assert eq.solution.power_price.to_numpy() == pytest.approx(230.0)


def test_cost_and_energy_may_weigh_hours_differently() -> None:
    n = user_network()
    n.snapshot_weightings["objective"] = 8760.0 / 6 * np.array([1.0, 1.1, 0.9, 1.0, 1.2, 0.8])
    eq = solve_equilibrium(n, [ElectricityMarket(), CarbonMarket(cap=CAP)])
    eq.check()
    n.add("Generator", "dear", bus="south", carrier="heat", p_nom=5e3, marginal_cost=9e3)
    assert (eq.solution.power_price["south"] < 9e3).all()


def test_extendable_lines_and_stores_are_paid_for() -> None:
    n = user_network()
    n.c.lines.static["s_nom_extendable"] = True
    n.c.lines.static["s_nom_min"] = [300.0, 180.0]
    n.c.lines.static["capital_cost"] = 40e3
    n.c.stores.static["e_nom_extendable"] = True
    n.c.stores.static["capital_cost"] = 900.0
    eq = solve_equilibrium(n, [CarbonMarket(cap=CAP)])
    eq.check()
    assert eq.objective == pytest.approx(eq.system_cost.sum(), rel=1e-9)


@pytest.mark.parametrize(
    ("component", "column", "value"),
    [
        ("generators", "committable", True),
        ("generators", "marginal_cost_quadratic", 0.01),
        ("links", "p_nom_mod", 100.0),
    ],
)
def test_what_a_linear_market_cannot_hold_is_refused(
    component: str, column: str, value: object
) -> None:
    n = user_network()
    n.c[component].static[column] = value
    if column == "p_nom_mod":
        n.c[component].static["p_nom_extendable"] = True
    with pytest.raises(InputError, match=column):
        solve_equilibrium(n, [CarbonMarket(cap=CAP)])


def test_fuel_that_emits_twice_is_refused() -> None:
    n = user_network()
    n.c.carriers.static.loc["gas", "co2_emissions"] = 0.20
    n.c.stores.static["carrier"] = ""
    with pytest.raises(InputError, match="twice"):
        solve_equilibrium(n, [CarbonMarket(cap=CAP)])


def test_inactive_plants_take_no_part() -> None:
    n = user_network()
    n.add(
        "Generator", "mothballed", bus="south", carrier="coal", p_nom=900.0, efficiency=0.4,
        marginal_cost=1.0, active=False,
    )  # fmt: skip
    eq = solve_equilibrium(n, [ElectricityMarket(), CarbonMarket(cap=CAP)])
    eq.check()
    assert emitted(eq).to_numpy() == pytest.approx(CAP)
