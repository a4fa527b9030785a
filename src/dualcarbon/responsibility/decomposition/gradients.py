"""How a footprint reacts to each coefficient, and its first-order uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.leontief.system import LeontiefSystem

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gradients:
    """Derivatives of ``E_s = f (I - A)^-1 y_s``, by the chain rule from two solves.

    Attributes:
        intensity: ``dE/df_i = x_i``, output for the region's final demand (N,).
        demand: ``dE/dy_i = m_i``, the multipliers (N,).
        region: whose footprint.
    """

    intensity: Array
    demand: Array
    region: str

    def coefficient(self, seller: int, buyer: int) -> float:
        """``dE/dA_ij = m_i x_j``: one more unit of i in each unit of j."""
        return float(self.demand[seller] * self.intensity[buyer])

    @property
    def coefficients(self) -> Array:
        """All ``dE/dA_ij`` as one (N, N) array; prefer :meth:`coefficient` for large tables."""
        return np.outer(self.demand, self.intensity)


@dataclass(frozen=True)
class Spread:
    """Relative standard deviations of the inputs, independent of each other.

    A figure serves all entries; arrays give each its own.

    Attributes:
        intensity: of f (N,); flows: of Z (N, N); demand: of final demand by region (N,) or (N, R).

    Raises:
        InputError: a deviation that is negative or not a number.
    """

    intensity: ArrayLike = 0.05
    flows: ArrayLike = 0.1
    demand: ArrayLike = 0.05

    def __post_init__(self) -> None:
        for name in ("intensity", "flows", "demand"):
            values = np.asarray(getattr(self, name), dtype=float)
            if not np.isfinite(values).all() or (values < 0).any():
                raise InputError("a deviation must be a figure of zero or more", where=name)


def gradients(system: LeontiefSystem, region: str, *, stressor: str | None = None) -> Gradients:
    """Gradients of a region's consumption footprint (production part).

    Raises:
        InputError: an unknown region or stressor.
    """
    table = system.table
    if region not in table.regions:
        raise unknown_name("region", region, table.regions)
    at = table.stressor(stressor)
    output = np.asarray(system.consumption_output[:, table.regions.index(region)], dtype=float)
    return Gradients(output, np.asarray(system.multipliers[at], dtype=float), region)


def first_order(
    system: LeontiefSystem, spread: Spread, *, stressor: str | None = None
) -> pd.DataFrame:
    """Standard deviation of every region's footprint by the delta method.

    ``Var E = sum_k (dE/dk k u_k)^2`` over all coefficients k with relative deviation u_k; with the
    squares factorised as ``(m * m) (A * u)^2 (x * x)``, no (N, N) gradient is formed.

    Args:
        system: of the table; spread: of the inputs; stressor: the first by default.

    Returns:
        Index region; ``value``, ``sd``, ``sd_share``, and ``from_intensity``, ``from_flows``,
        ``from_demand`` as shares of the variance.

    Raises:
        InputError: an unknown stressor, deviations of a wrong shape.
    """
    table = system.table
    at = table.stressor(stressor)
    m, q = np.asarray(system.multipliers[at]), np.asarray(system.q[at])
    x = np.asarray(system.consumption_output)
    final = np.asarray(table.Yr)
    u_f = _shaped(spread.intensity, (table.N,), "intensity")
    u_y = np.asarray(spread.demand, dtype=float)
    u_y = _shaped(u_y[:, None] if u_y.ndim == 1 else u_y, final.shape, "demand")
    u_a = _shaped(spread.flows, (table.N, table.N), "flows")
    by_intensity = ((q * u_f) ** 2) @ x**2
    by_flows = ((m**2) @ (np.asarray(system.A) * u_a) ** 2) @ x**2
    by_demand = ((m[:, None] * final * u_y) ** 2).sum(axis=0)
    variance = by_intensity + by_flows + by_demand
    value = m @ final + table.F_Y[at]
    sd = np.sqrt(variance)
    whole = np.where(variance > 0, variance, 1.0)
    return pd.DataFrame(
        {
            "value": value,
            "sd": sd,
            "sd_share": np.divide(sd, value, out=np.zeros_like(sd), where=value != 0),
            "from_intensity": by_intensity / whole,
            "from_flows": by_flows / whole,
            "from_demand": by_demand / whole,
        },
        index=pd.Index(table.regions, name="region"),
    )


def _shaped(values: ArrayLike, shape: tuple[int, ...], where: str) -> Array:
    try:
        return np.broadcast_to(np.asarray(values, dtype=float), shape)
    except ValueError:
        raise InputError(f"shape {np.shape(values)} does not fit {shape}", where=where) from None
