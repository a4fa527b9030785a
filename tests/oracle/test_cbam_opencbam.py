"""CBAM beside the assessment that the distribution of the official tables brings along.

Both read the same tables with rules of their own. They must agree wherever the other one finds a
benchmark; where it finds none it takes the free allocation as zero, which is what ours mends.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from dualcarbon.international import cbam
from dualcarbon.international.cbam import Shipment, assess
from dualcarbon.international.cbam.goods import CLINKER_BASIS, ELECTRICITY, goods

opencbam = pytest.importorskip("opencbam.engine.orchestrator")
types = pytest.importorskip("opencbam.engine.types")
FIRST = "2025-12"
GRADED = ("25231000", "25239000")


def theirs(cn: str, country: str, year: int) -> object:
    clinker = {"functional_unit_mass": Decimal(100)} if cn in CLINKER_BASIS else {}
    return opencbam.assess_good(
        cn_code=cn,
        country=country,
        mass=Decimal(100),
        year=year,
        data_source=types.DataSource.DEFAULT,
        sector=types.Sector(goods()[cn].sector),
        certificate_price=Decimal(80),
        **clinker,
    )


def test_default_values_agree_wherever_it_finds_a_benchmark() -> None:
    draw = np.random.default_rng(956)
    codes = [
        cn
        for cn, good in goods().items()
        if good.sector != ELECTRICITY and cn not in GRADED and good.table_cn == cn
    ]
    origins = [origin.name for origin in cbam.listed_origins() if origin.code != "other"]
    compared = without = 0
    for _ in range(1500):
        cn, country = str(draw.choice(codes)), str(draw.choice(origins))
        year = int(draw.integers(2026, 2034))
        if (cn, country) == ("25232100", "Albania"):
            continue  # it reads a shifted row there
        made = Shipment(cn=cn, origin=country, tonnes=100, year=year)
        ours = assess(made, 80, law=FIRST)
        other = theirs(cn, country, year)
        assert ours.embedded_t == pytest.approx(float(other.embedded_emissions)), (cn, country)
        if other.benchmark is None:
            without += 1
            assert ours.free_allocation_t > 0
            continue
        compared += 1
        assert ours.free_allocation_t == pytest.approx(float(other.free_allocation))
        assert ours.cost_eur == pytest.approx(float(other.liability_eur), abs=0.05)
    assert compared > 1400


def test_what_is_mended() -> None:
    """No free allocation for lack of a match; a shifted row; codes that do not exist."""
    assert theirs("72261980", "Algeria", 2026).free_allocation == 0
    ours = assess(Shipment(cn="72261980", origin="DZ", tonnes=100, year=2026), 80, law=FIRST)
    assert ours.free_allocation_t > 0
    assert float(theirs("25232100", "Albania", 2026).embedded_emissions) == pytest.approx(123.0)
