"""Certificates matched by the hour, owed by users, with losses, and kept for a year."""

from __future__ import annotations

import pandas as pd
import pypsa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon.errors import InputError
from dualcarbon.instruments import Eligibility, GreenCertificates
from tests import worlds
from tests.analytic.conftest import Solver
from tests.analytic.reading import HOURS, add_plant, certificate, cost, island, price

DAY, NIGHT = (1.0, 0.0), (0.0, 1.0)


def day_and_night(sun: float = 300.0, wind: float = 400.0) -> pypsa.Network:
    """Two hours alike in load; coal at 250; sun by day and wind by night, new, CNY/MWh."""
    n = island(load=100.0, snapshots=2)
    n.snapshots.freq = None
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9)
    n.add("Carrier", "solar", co2_emissions=0.0, renewable=True)
    for name, carrier, levelised, hours in (
        ("sun", "solar", sun, DAY),
        ("night wind", "wind", wind, NIGHT),
    ):
        n.add(
            "Generator",
            name,
            bus="island",
            carrier=carrier,
            p_nom_extendable=True,
            p_max_pu=pd.Series(hours, index=n.snapshots),
            capital_cost=levelised * HOURS / 2,
        )
    return n


def test_by_the_hour_each_hour_pays_its_own_plant() -> None:
    """Yearly the sun serves all; by the hour the night needs its wind."""
    yearly = worlds.anew([GreenCertificates(share=0.4)], day_and_night)
    hourly = worlds.anew([GreenCertificates(share=0.4, matching="hourly")], day_and_night)
    hourly.check()
    assert certificate(yearly).item() == pytest.approx(50.0)
    in_time = price(hourly, "green", "certificate for its time, total").item()
    assert certificate(hourly).item() + in_time == pytest.approx((50.0 + 150.0) / 2)
    by_hour = hourly.solution.price("green-matching_total").to_numpy()
    assert by_hour == pytest.approx([50.0, 150.0])
    made = hourly.solution.energy.loc[["sun", "night wind"]].iloc[:, 0].to_numpy()
    assert made == pytest.approx([0.4 * 50 * HOURS, 0.4 * 50 * HOURS])
    owed = 0.4 * 100.0 * HOURS
    paid = hourly.settlement.query("payer_kind == 'consumer' and instrument == 'green'")["amount"]
    assert paid.sum() == pytest.approx(owed * 100.0)


def test_existing_plants_do_not_count_where_certificates_must_be_additional(solve: Solver) -> None:
    new = Eligibility(vintages=("new",))
    free, additional = (
        solve(GreenCertificates(share=0.2, matching="hourly", eligible=rule, buyout=400.0))
        for rule in (Eligibility(), new)
    )
    assert cost(additional) >= cost(free) * (1 - 1e-9)
    units = additional.solution.model.annual.units
    made = additional.solution.energy[units["renewable"] & (units["vintage"] == "new")].sum()
    owed = 0.2 * additional.solution.consumption().sum()
    bought = additional.solution.value("green-buyout_total").sum("slot").to_series()
    assert (made + bought >= owed * (1 - 1e-9)).all()


@settings(max_examples=6, deadline=None)
@given(
    share=st.floats(0.05, 0.6),
    sun=st.floats(150.0, 500.0),
    wind=st.floats(150.0, 500.0),
    buyout=st.one_of(st.none(), st.floats(20.0, 300.0)),
)
@pytest.mark.slow
def test_hourly_matching_costs_at_least_what_yearly_matching_costs(
    share: float, sun: float, wind: float, buyout: float | None
) -> None:
    found = []
    for matching in ("yearly", "monthly", "hourly"):
        market = GreenCertificates(share=share, matching=matching, buyout=buyout)
        eq = worlds.anew([market], day_and_night, sun, wind)
        eq.check()
        found.append(eq.objective)
    slack = 1e-9 * abs(found[0])
    assert found[0] <= found[1] + slack
    assert found[1] <= found[2] + slack


def test_one_month_is_the_year(solve: Solver) -> None:
    """In a network whose days all lie in one month, matching by the month is no other rule."""
    yearly, monthly = (
        worlds.anew([GreenCertificates(share=0.4, matching=m)], day_and_night)
        for m in ("yearly", "monthly")
    )
    assert monthly.objective == pytest.approx(yearly.objective, rel=1e-9)
    in_time = price(monthly, "green", "certificate for its time, total").item()
    assert certificate(monthly).item() + in_time == pytest.approx(certificate(yearly).item())


def test_hourly_matching_on_provinces_keeps_every_invariant(solve: Solver) -> None:
    shares = {"Westland": 0.30, "Southland": 0.45, "Eastland": 0.22}
    fields = {"share": shares, "nonhydro_share": 0.2, "buyout": 90.0}
    costs = [cost(solve(GreenCertificates(matching=m, **fields)))
             for m in ("yearly", "monthly", "hourly")]  # fmt: skip
    assert costs == sorted(costs)
    assert costs[2] > costs[0]


def test_obliged_users_pay_for_their_own_electricity(solve: Solver) -> None:
    """A share of aluminium's electricity from new plants binds on aluminium alone."""
    new = Eligibility(vintages=("new",))
    rule = GreenCertificates(
        users={"aluminium": 0.9}, eligible=new, hydro_tradable=False, buyout=70.0
    )
    eq = solve(rule)
    drawn = eq.solution.of_users("electricity_mwh")
    table = eq.solution.model.energy_users.table
    owed = 0.9 * drawn[table["sector"] == "aluminium"].sum()
    claimed = eq.solution.evaluate(eq.solution.model.tokens.claimed("rps")).to_series()
    bought = eq.solution.value("green-buyout_users").to_series()
    assert (claimed + bought >= owed * (1 - 1e-9)).all()
    paid = eq.settlement.query("instrument == 'green'")
    payers = set(paid.loc[paid["payer_kind"] == "user", "payer_what"])
    assert payers <= {"aluminium"}
    due = certificate(eq, "users") * owed
    by_year = paid[paid["payer_kind"] == "user"].groupby("period")["amount"].sum()
    assert by_year.reindex(due.index, fill_value=0.0).to_numpy() == pytest.approx(due.to_numpy())
    assert due.sum() > 0


def test_obligation_on_a_sector_that_is_not_there_is_refused(solve: Solver) -> None:
    with pytest.raises(InputError, match="aluminum"):
        solve(GreenCertificates(users={"aluminum": 0.3}))


def test_losses_in_the_base_raise_what_is_owed_by_the_share_of_losses(solve: Solver) -> None:
    plain, whole = (
        solve(GreenCertificates(share=0.5, buyout=45.0, losses=x)) for x in (False, True)
    )
    assert certificate(plain).to_numpy() == pytest.approx(45.0)
    assert certificate(whole).to_numpy() == pytest.approx(45.0)
    units = whole.solution.model.annual.units
    made = whole.solution.energy[units["electric"]].sum()
    claimed = whole.solution.evaluate(whole.solution.model.tokens.claimed("rps")).to_series()
    missing = whole.solution.value("green-buyout_total").to_series()
    consumed = whole.solution.consumption().sum()
    n, horizon = whole.solution.model.network, whole.solution.model.horizon
    hours = horizon.hours.to_numpy()[:, None]
    flow = whole.solution.value("Link-p").transpose("snapshot", "name").to_pandas()
    loss = flow * (1 - n.c.links.static["efficiency"].reindex(flow.columns)) * hours
    stored = whole.solution.value("StorageUnit-p_store").transpose("snapshot", "name").to_pandas()
    given = whole.solution.value("StorageUnit-p_dispatch").transpose("snapshot", "name").to_pandas()
    battery = stored.columns[stored.columns.str.contains("battery")]
    lost = loss.sum(axis=1) + ((stored - given[stored.columns])[battery] * hours).sum(axis=1)
    lost = lost.groupby(horizon.period_of.to_numpy()).sum()
    assert (claimed + missing).to_numpy() == pytest.approx((0.5 * (consumed + lost)).to_numpy())
    assert lost.min() > 0
    assert made.min() > 0


def two_years() -> pypsa.Network:
    """Two years; old wind abounds in the first and is gone in the second."""
    n = island(load=100.0)
    n.investment_periods = [2025, 2026]
    n.investment_period_weightings["years"] = 1.0
    n.investment_period_weightings["objective"] = [1.0, 0.9]
    n.snapshot_weightings.loc[:, ["objective", "generators", "stores"]] = HOURS
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9, build_year=2000, lifetime=100)
    free = {"bus": "island", "carrier": "wind", "marginal_cost": 0.0}
    n.add("Generator", "old wind", p_nom=60.0, build_year=2000, lifetime=26, **free)
    n.add("Generator", "late wind", p_nom=100.0, build_year=2026, lifetime=20,
          **{**free, "marginal_cost": 370.0})  # fmt: skip
    return n


def test_vintages_of_two_years_bring_certificates_into_the_next_year() -> None:
    """A surplus of 30 % of the load is kept: the second year needs only the rest of its quota."""
    once = worlds.anew([GreenCertificates(share=0.3)], two_years)
    twice = worlds.anew([GreenCertificates(share=0.3, validity=2)], two_years)
    twice.check()
    assert certificate(once).to_numpy() == pytest.approx([0.0, 120.0])
    assert certificate(twice).to_numpy() == pytest.approx([0.0, 0.0], abs=1e-6)
    kept = twice.solution.value("green-kept_total").sel(period=2025, use_in=2026).item()
    assert kept == pytest.approx(0.3 * 100.0 * HOURS)
    half = worlds.anew([GreenCertificates(share=0.45, validity=2)], two_years)
    half.check()
    assert certificate(half).to_numpy() == pytest.approx([0.9 * 120.0, 120.0])
    kept = half.solution.value("green-kept_total").sel(period=2025, use_in=2026).item()
    assert kept == pytest.approx(0.15 * 100.0 * HOURS)
