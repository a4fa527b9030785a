"""Series, paths, extraction and draws on the full world tables of 2000 to 2011."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dualcarbon.responsibility import LeontiefSystem
from dualcarbon.responsibility.decomposition import (
    Spread,
    decompose,
    extract,
    first_order,
    monte_carlo,
    structural_paths,
)
from dualcarbon.responsibility.history.series import table_series
from dualcarbon.responsibility.readers import read_table
from dualcarbon.responsibility.table.table import InputOutputTable

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "mrio" / "wiod2013"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the full tables are not beside the project"),
]
YEARS = range(2000, 2012)


def read(folder: Path, year: int) -> InputOutputTable:
    return read_table("wiod2013", folder, year).balanced()


@pytest.fixture(scope="module")
def system() -> LeontiefSystem:
    return LeontiefSystem.of(read(DATA, 2009))


def test_the_series_holds_every_year_and_sums_to_the_world() -> None:
    done: list[int] = []
    table = table_series(
        YEARS, partial(read, DATA), ("PBA", "CBA"), progress=lambda i, _: done.append(i)
    )
    assert done == list(range(1, 13))
    sums = table.pivot_table(index="year", columns="principle", values="value", aggfunc="sum")
    assert list(sums.index) == list(YEARS)
    # 2002 has an industry that buys for a million dollars and sells nothing
    assert sums["CBA"].to_numpy() == pytest.approx(sums["PBA"].to_numpy(), rel=1e-7)
    china = table[table["region"] == "CHN"].pivot(index="year", columns="principle", values="value")
    assert (china["PBA"] > china["CBA"]).all()
    assert china.loc[2009].round(1).to_dict() == pytest.approx({"PBA": 8236.6, "CBA": 6860.2})


def test_years_as_tasks_of_a_cluster_give_the_same() -> None:
    distributed = pytest.importorskip("distributed")
    work = partial(read, DATA)
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        there = table_series([2008, 2009], work, client=client)
    pd.testing.assert_frame_equal(there, table_series([2008, 2009], work))


def test_effects_of_five_years_sum_to_the_change(system: LeontiefSystem) -> None:
    old = LeontiefSystem.of(read(DATA, 2004))
    for method in ("all", "polar"):
        result = decompose(old, system, method=method)
        assert result.effects.sum(axis=1).to_numpy() == pytest.approx(
            result.change.to_numpy(), abs=1e-6
        )


def test_paths_and_remainder_are_the_footprint(system: LeontiefSystem) -> None:
    found = structural_paths(system, "CHN", threshold=1e-4)
    assert found.table["value"].sum() + found.remainder == pytest.approx(found.total)
    assert found.table["value"].min() >= 1e-4 * found.total
    one = found.table[found.table["layer"] == 0]
    final = system.table.Yr[:, system.table.regions.index("CHN")]
    direct = np.sort((system.q[0] * final)[system.q[0] * final >= 1e-4 * found.total])[::-1]
    assert one["value"].to_numpy() == pytest.approx(direct)


def test_extraction_equals_the_smaller_system(system: LeontiefSystem) -> None:
    table = system.table
    found = extract(system, region="CHN")
    out = table.rows("CHN")
    rest = np.ones(table.N, dtype=bool)
    rest[out] = False
    final = table.Yr.sum(axis=1)[rest]
    x = np.linalg.solve(np.eye(rest.sum()) - system.A[np.ix_(rest, rest)], final)
    assert found.table["after"].sum() == pytest.approx(float(system.q[0][rest] @ x), rel=1e-9)


def test_draws_agree_with_first_order(system: LeontiefSystem) -> None:
    spread = Spread(0.03, 0.03, 0.02)
    drawn = monte_carlo(system, spread, 60, seed=3).summary().loc["CBA"]
    exact = first_order(system, spread)
    for region in ("CHN", "USA", "DEU", "IND"):
        assert drawn.loc[region, "sd"] == pytest.approx(exact.loc[region, "sd"], rel=0.35)
        assert drawn.loc[region, "mean"] == pytest.approx(exact.loc[region, "value"], rel=0.02)
