"""The full WIOD of 2009 under every principle, and its distance from published accounts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest

from dualcarbon import datasets
from dualcarbon.responsibility import LeontiefSystem, accounts
from dualcarbon.responsibility.principles import PRINCIPLES
from dualcarbon.responsibility.principles.base import bilateral, exports
from dualcarbon.responsibility.principles.ends import embodied_in_trade
from tests.io_tables import WIOD, needs_wiod, wiod

pytestmark = needs_wiod

# Computed once from the same tables with other code: Mt CO2 with household direct emissions, then
# the sum over regions relative to the world, then per head in the United States over China.
PRINTED = """
principle               CHN    USA    DEU    JPN    IND    RUS    AUS   sum   US/CN
PBA                     8236.6 5160.5 853.8  1159.5 1665.7 1616.5 435.1 1     2.73
CBA                     6860.2 5952.7 1014.3 1349.1 1636.5 1246.2 481.6 1     3.78
final_production        7704.0 5530.2 944.6  1261.8 1692.3 1199.4 437.9 1     3.13
income                  7286.2 5198.7 1038.0 1261.1 1482.0 1829.6 568.9 1     3.11
full_production         8771.7 5895.2 1236.0 1496.3 1862.3 1659.6 532.9 1.185 2.93
full_production_gross   8822.6 5916.7 1249.4 1500.2 1863.9 1661.7 533.4 1.192 2.92
EEBT                    6835.5 5765.6 1042.5 1351.3 1644.4 1219.7 470.8 1     3.68
shared_lenzen           7681.8 5451.0 927.7  1223.7 1673.0 1492.1 453.7 1     3.09
shared_5050             8048.7 5304.6 888.4  1205.1 1668.7 1488.8 437.0 1     2.87
mean_CBA_income         7073.2 5575.7 1026.1 1305.1 1559.2 1537.9 525.3 1     3.44
TCBA_exportw            7546.5 5930.5 721.0  1175.7 1770.9 1497.9 480.2 1     3.43
TCBA_outputw            7465.0 5899.0 677.7  1136.1 1769.5 1492.0 473.1 0.986 3.44
TBEET_adj               7518.5 5807.9 751.1  1081.4 1723.8 1504.8 465.7 1     3.37
benchmark_stage         7518.5 5807.9 751.1  1081.4 1723.8 1504.8 465.7 1     3.37
standard_technology     7687.1 5982.8 732.2  1155.2 1707.4 1531.1 446.2 1     3.39
benchmark_finalprod     7331.3 5829.0 850.0  1262.3 1667.1 1288.0 483.3 1     3.47
"""
COUNTRIES = ["CHN", "USA", "DEU", "JPN", "IND", "RUS", "AUS"]
POPULATION = WIOD.parent / "national" / "population_owid.csv"


def printed() -> pd.DataFrame:
    lines = [line.split() for line in PRINTED.strip().splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0]).set_index("principle")


def as_printed(value: float) -> str:
    """One digit, from a figure that had been rounded to two."""
    two = Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return str(two.quantize(Decimal("0.1"), ROUND_HALF_UP))


@pytest.fixture(scope="module")
def system() -> LeontiefSystem:
    return LeontiefSystem.of(wiod(2009))


@pytest.fixture(scope="module")
def found(system: LeontiefSystem) -> pd.DataFrame:
    return accounts(system, PRINCIPLES, tolerance=1e-10)


def test_every_printed_figure_of_2009(found: pd.DataFrame) -> None:
    wanted = printed()
    ours = found[wanted.index].loc[COUNTRIES].T.map(as_printed)
    pd.testing.assert_frame_equal(ours, wanted[COUNTRIES], check_names=False, check_dtype=False)


def test_sums_relative_to_the_world(found: pd.DataFrame, system: LeontiefSystem) -> None:
    wanted = printed()["sum"].astype(float)
    ratio = found[wanted.index].sum() / system.table.world[0]
    np.testing.assert_allclose(ratio.round(3), wanted, atol=1e-12)


def test_per_head_ratio_of_the_united_states_to_china(found: pd.DataFrame) -> None:
    wanted = printed()["US/CN"].astype(float)
    persons = pd.read_csv(POPULATION)
    persons = persons[persons["Year"] == 2009].set_index("Code").iloc[:, -1]
    ratio = found.loc["USA"] / found.loc["CHN"] * persons["CHN"] / persons["USA"]
    np.testing.assert_allclose(ratio[wanted.index], wanted, atol=0.0051)


def test_who_gains_from_which_principle(found: pd.DataFrame) -> None:
    """Suppliers of fossil fuels carry more by income, China less by consumption, Germany's clean
    exports are credited by the technology-adjusted accounts."""
    for supplier in ("RUS", "AUS"):
        assert found.loc[supplier, "income"] > found.loc[supplier, "PBA"]
    assert found.loc["CHN", "CBA"] < found.loc["CHN", "PBA"]
    assert found.loc["USA", "CBA"] > found.loc["USA", "PBA"]
    assert found.loc["DEU", "TCBA_exportw"] < found.loc["DEU", "CBA"]


def test_within_the_spread_of_the_published_models(found: pd.DataFrame) -> None:
    """Five models; 15 % about their mean is the distance between them."""
    models = datasets.load("published_accounts")
    of_year = models[(models["year"] == 2009) & models["iso3"].isin(["CHN", "USA"])]
    assert of_year["model"].nunique() == 5
    mean = of_year.groupby("iso3")[["production_mt", "consumption_mt"]].mean()
    for country in ("CHN", "USA"):
        ours = found.loc[country, ["PBA", "CBA"]].to_numpy(dtype=float)
        np.testing.assert_allclose(ours, mean.loc[country].to_numpy(dtype=float), rtol=0.15)


def test_traded_emissions_of_2004_beside_davis_and_caldeira() -> None:
    """They: 6.2 Gt, 23 % traded; China exports net 22.5 % of its production; the United States
    import net 10.8 % of their consumption. Another database and sector detail: GTAP 7."""
    system = LeontiefSystem.of(wiod(2004))
    world = system.table.world[0]
    traded = exports(bilateral(system)).sum()
    assert traded == pytest.approx(6_200.0, rel=0.10)
    assert traded / world == pytest.approx(0.23, abs=0.03)
    of = accounts(system, ["PBA", "CBA", "EEBT"])
    assert 1 - of.loc["CHN", "CBA"] / of.loc["CHN", "PBA"] == pytest.approx(0.225, abs=0.04)
    assert 1 - of.loc["USA", "PBA"] / of.loc["USA", "CBA"] == pytest.approx(0.108, abs=0.05)
    assert 1 - of.loc["USA", "PBA"] / of.loc["USA", "EEBT"] == pytest.approx(0.108, abs=0.02)


def test_traded_emissions_of_2008_beside_peters() -> None:
    """Peters et al. 2011, by bilateral trade: 7.8 Gt, 26 % of the world in 2008."""
    system = LeontiefSystem.of(wiod(2008))
    world = system.table.world[0]
    by_chain = exports(bilateral(system)).sum()
    by_trade = exports(embodied_in_trade(system)).sum()
    for traded in (by_chain, by_trade):
        assert traded == pytest.approx(7_800.0, rel=0.10)
        assert traded / world == pytest.approx(0.26, abs=0.03)
