"""Input-output tables for the tests: random ones of any shape, and the full WIOD if it is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st

from dualcarbon.responsibility import InputOutputTable
from dualcarbon.responsibility.readers import read_table

WIOD = Path(__file__).parents[2] / "shared" / "data" / "mrio" / "wiod2013"
needs_wiod = pytest.mark.skipif(not WIOD.is_dir(), reason="the raw data are not beside the project")


def random_table(
    seed: int,
    regions: int = 3,
    sectors: int = 3,
    *,
    categories: int = 2,
    stressors: int = 2,
    traded: bool = True,
    empty: bool = False,
) -> InputOutputTable:
    """A balanced table with final demand in every row, so that it is productive.

    Args:
        seed: of the draws.
        regions, sectors, categories, stressors: its size.
        traded: whether regions trade at all.
        empty: whether the last industry of all neither buys, sells nor emits.
    """
    draw = np.random.default_rng(seed)
    N = regions * sectors
    home = np.kron(np.eye(regions), np.ones((sectors, sectors)))
    Z = draw.lognormal(0.0, 1.0, (N, N)) * np.where(home > 0, 1.0, 0.3 * traded)
    Y = draw.lognormal(1.0, 1.0, (N, regions * categories))
    if not traded:
        Y *= np.kron(np.eye(regions), np.ones((sectors, categories)))
    F = draw.lognormal(0.0, 1.0, (stressors, N))
    if empty:
        Z[-1], Z[:, -1], Y[-1], F[:, -1] = 0.0, 0.0, 0.0, 0.0
    return InputOutputTable.of(
        Z,
        Y,
        F,
        F_Y=draw.lognormal(0.0, 1.0, (stressors, regions)),
        regions=[f"r{i}" for i in range(regions)],
        sectors=["electricity", *(f"s{i}" for i in range(1, sectors))],
        stressors=[f"g{i}" for i in range(stressors)],
    )


def tables(**fixed: object) -> st.SearchStrategy[InputOutputTable]:
    """Random tables of one to four regions and sectors."""
    drawn = {
        "seed": st.integers(0, 10_000),
        "regions": st.integers(1, 4),
        "sectors": st.integers(1, 4),
        "categories": st.integers(1, 3),
        "stressors": st.integers(1, 2),
        "empty": st.booleans(),
    }
    return st.builds(random_table, **(drawn | {k: st.just(v) for k, v in fixed.items()}))


def wiod(year: int = 2009) -> InputOutputTable:
    """The full table of a year, with sales as output."""
    return read_table("wiod2013", WIOD, year).balanced()
