"""A seeded world table of any size: random, but shaped like the published ones.

Regions of very different size, inputs of 35 to 65 % of output, 5 to 25 % of them imported, final
demand mostly domestic, every cell filled as in the tables that estimate all flows. Output follows
from final demand, so that the table is balanced.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

REGIONS, CATEGORIES, STRESSORS = 49, 7, 10
SEED = 20250607
BALANCED = 1e-13


@dataclass(frozen=True)
class Parts:
    """Arrays and labels of a table."""

    Z: np.ndarray
    Y: np.ndarray
    F: np.ndarray
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    categories: tuple[str, ...]
    stressors: tuple[str, ...]


def world(sectors: int) -> Parts:
    """A table of 49 regions with so many sectors each, 7 categories and 10 stressors."""
    draw = np.random.default_rng(SEED)
    N = REGIONS * sectors
    size = draw.lognormal(0.0, 1.3, REGIONS)
    size /= size.sum()
    A = _shares(draw, size, sectors, N, imported=(0.05, 0.25))
    A *= draw.uniform(0.35, 0.65, N)
    Y = _shares(draw, size, sectors, REGIONS * CATEGORIES, imported=(0.05, 0.25))
    Y *= np.repeat(size, CATEGORIES) * draw.uniform(0.05, 0.4, REGIONS * CATEGORIES) * 1e6
    x = _output(A, Y.sum(axis=1))
    A *= x
    return Parts(
        Z=A,
        Y=Y,
        F=draw.lognormal(0.0, 1.5, (STRESSORS, N)) * x,
        regions=tuple(f"r{i}" for i in range(REGIONS)),
        sectors=tuple(f"s{i}" for i in range(sectors)),
        categories=tuple(f"k{i}" for i in range(CATEGORIES)),
        stressors=tuple(f"g{i}" for i in range(STRESSORS)),
    )


def _shares(
    draw: np.random.Generator,
    size: np.ndarray,
    sectors: int,
    columns: int,
    imported: tuple[float, float],
) -> np.ndarray:
    """(N, columns) shares of sellers in each purchase; columns sum to 1, by region of the buyer."""
    shares = np.empty((len(size) * sectors, columns))
    per_region = columns // len(size)
    for r in range(len(size)):
        rows = slice(r * sectors, (r + 1) * sectors)
        shares[rows] = draw.lognormal(0.0, 1.5, (sectors, columns))
        shares[rows] *= size[r]
    for r in range(len(size)):
        rows = slice(r * sectors, (r + 1) * sectors)
        own = slice(r * per_region, (r + 1) * per_region)
        home = shares[rows, own]
        abroad = shares[:, own].sum(axis=0) - home.sum(axis=0)
        part = draw.uniform(*imported, per_region)
        home = home * (1.0 - part) / home.sum(axis=0)
        shares[:, own] *= part / abroad
        shares[rows, own] = home
    return shares


def _output(A: np.ndarray, final: np.ndarray) -> np.ndarray:
    """Output for a final demand, by adding one round of inputs after the other."""
    x = final.copy()
    while True:
        longer = final + A @ x
        if np.abs(longer - x).max() <= BALANCED * np.abs(longer).max():
            return longer
        x = longer
