"""Attribute tokens: one per renewable MWh, by technology and vintage."""

from __future__ import annotations

import pytest

from dualcarbon.equilibrium.audit import token_table
from dualcarbon.instruments import CarbonMarket, Eligibility, GreenCertificates
from tests.analytic.conftest import Solver
from tests.analytic.reading import certificate


def test_every_group_has_as_many_tokens_as_its_own_output(solve: Solver) -> None:
    eq = solve(GreenCertificates(share=0.40))
    units = eq.solution.model.annual.units
    renewable = units[units["renewable"]]
    group = renewable["carrier"] + " " + renewable["vintage"]
    made = eq.solution.energy.loc[renewable.index].groupby(group).sum()
    gone = token_table(eq.solution).pivot_table(
        index="group", columns="period", values="mwh", aggfunc="sum"
    )
    assert gone.to_numpy() == pytest.approx(made.loc[gone.index].to_numpy(), rel=1e-9, abs=1.0)


def test_only_eligible_output_earns_certificates(solve: Solver) -> None:
    new_wind = Eligibility(carriers=("onwind", "offwind"), vintages=("new",))
    eq = solve(GreenCertificates(share=0.10, eligible=new_wind))
    table = token_table(eq.solution)
    claimed = table[(table["use"] == "rps") & (table["mwh"] > 1.0)]
    assert set(claimed["group"]) <= {"onwind new", "offwind new"}
    assert (certificate(eq) > 0).all()


def test_a_token_goes_to_one_use_only(solve: Solver) -> None:
    eq = solve(
        CarbonMarket(
            cap=7.2e8,
            sectors=("steel", "cement"),
            offset_limit=0.05,
            ccer_rate=0.53,
            ccer_eligible=Eligibility(),
        ),
        GreenCertificates(share=0.42, buyout=90.0, voluntary=5e6),
    )
    units = eq.solution.model.annual.units
    made = eq.solution.energy[units["renewable"]].sum()
    used = token_table(eq.solution).groupby("period")["mwh"].sum()
    assert used.to_numpy() == pytest.approx(made.to_numpy(), rel=1e-9)
    assert eq.double_claims.empty
