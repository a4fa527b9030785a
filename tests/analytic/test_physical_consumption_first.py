"""Every region meets its weight by what reaches it, and buys certificates for the rest."""

from __future__ import annotations

import pypsa
import pytest

from dualcarbon.errors import InputError
from dualcarbon.instruments import GreenCertificates
from tests import worlds
from tests.analytic.conftest import Solver
from tests.analytic.reading import HOURS, certificate, price


def two_regions(hydro: float = 50.0, wind: float = 40.0, line: float = 20.0) -> pypsa.Network:
    """A windy, wet region and one with coal only, 100 MW of load each, and a line.

    New wind at 400 CNY/MWh can be built in the second.
    """
    n = pypsa.Network()
    n.set_snapshots(range(1))
    n.snapshot_weightings.loc[:, ["objective", "generators", "stores"]] = HOURS
    n.add("Carrier", ["coal", "hydro", "wind", "AC"], co2_emissions=[0.36, 0.0, 0.0, 0.0],
          renewable=[False, True, True, False])  # fmt: skip
    n.add("Bus", ["green", "grey"], carrier="AC")
    n.add("Load", ["load green", "load grey"], bus=["green", "grey"], p_set=100.0)
    coal = {"carrier": "coal", "marginal_cost": 250.0, "efficiency": 0.4, "p_nom": 300.0}
    n.add("Generator", ["coal green", "coal grey"], bus=["green", "grey"], **coal)
    n.add("Generator", "hydro", bus="green", carrier="hydro", p_nom=hydro)
    n.add("Generator", "wind", bus="green", carrier="wind", p_nom=wind)
    n.add("Generator", "new wind", bus="grey", carrier="wind", p_nom_extendable=True,
          capital_cost=400.0 * HOURS)  # fmt: skip
    n.add("Link", "line", bus0="green", bus1="grey", p_nom=line, marginal_cost=1e-3)
    return n


def rule(share: dict[str, float], **more: object) -> GreenCertificates:
    return GreenCertificates(share=share, physical_first=True, **more)


def test_what_a_line_brings_counts_where_it_is_used() -> None:
    """20 MW come by the line: a weight of 20 % is met without a certificate or a new plant."""
    eq = worlds.anew([rule({"green": 0.0, "grey": 0.20})], two_regions)
    eq.check()
    assert price(eq, "green", "certificate between regions, total").item() <= 1e-3 + 1e-9
    assert eq.solution.energy.loc["new wind"].item() == pytest.approx(0.0, abs=1e-3)


def test_beyond_the_line_certificates_of_wind_are_bought_and_those_of_hydro_are_not() -> None:
    """Wind of 40 MW sells certificates; hydropower that is not tradable cannot help."""
    share = {"green": 0.0, "grey": 0.50}
    free = worlds.anew([rule(share, hydro_tradable=False)], two_regions)
    free.check()
    assert free.solution.energy.loc["new wind"].item() == pytest.approx(0.0, abs=1e-3)
    assert price(free, "green", "certificate between regions, total").item() <= 1e-3 + 1e-9
    tight = worlds.anew([rule({"green": 0.0, "grey": 0.75}, hydro_tradable=False)], two_regions)
    tight.check()
    built = tight.solution.energy.loc["new wind"].item() / HOURS
    assert built == pytest.approx(75.0 - 20.0 - 40.0)
    traded = price(tight, "green", "certificate between regions, total").item()
    assert traded == pytest.approx(150.0)
    assert certificate(tight).item() == pytest.approx(0.0, abs=1e-6)
    hydro = worlds.anew([rule({"green": 0.0, "grey": 0.75})], two_regions)
    assert hydro.solution.energy.loc["new wind"].item() == pytest.approx(0.0, abs=1e-3)


def test_payments_follow_who_is_scarce() -> None:
    """The grey region pays 150 CNY for each MWh that it owes; wind sells its certificates at it."""
    eq = worlds.anew([rule({"green": 0.0, "grey": 0.75}, hydro_tradable=False)], two_regions)
    table = eq.settlement.query("instrument == 'green'")
    paid = table.loc[table["payer_bus"] == "grey", "amount"].sum()
    assert paid == pytest.approx(150.0 * 75.0 * HOURS)
    got = table.groupby("payee_what")["amount"].sum()
    assert got["wind"] == pytest.approx(150.0 * (40.0 + 15.0) * HOURS)


def test_pooled_weights_are_a_relaxation() -> None:
    for share in ({"green": 0.3, "grey": 0.5}, {"green": 0.0, "grey": 0.8}):
        pooled = worlds.anew([GreenCertificates(share=share)], two_regions)
        placed = worlds.anew([rule(share, hydro_tradable=False)], two_regions)
        assert pooled.objective <= placed.objective * (1 + 1e-9)


def test_lines_that_flow_both_ways_are_refused(solve: Solver) -> None:
    with pytest.raises(InputError, match="may flow both ways"):
        solve(GreenCertificates(share=0.3, physical_first=True))
    with pytest.raises(InputError, match="rule of the year"):
        GreenCertificates(share=0.3, physical_first=True, matching="hourly")
