"""Sea level in four parts: expansion, glaciers, Greenland and Antarctica."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from dualcarbon.international.rice.parameters import Array

MM_PER_YEAR = 100.0  # mm a year over ten years; divided by this, m


@dataclass(frozen=True)
class Sea:
    """Contributions to sea level since the start, m; ``pace`` is what still melts in Greenland."""

    thermal: Array
    glaciers: Array
    greenland: Array
    antarctic: Array
    pace: Array

    @property
    def level(self) -> Array:
        """Rise of the sea, m."""
        return self.thermal + self.glaciers + self.greenland + self.antarctic


def thermal(before: Array, warm: Array, c: SimpleNamespace) -> Array:
    """Expansion moves towards ``0.5 m`` per degree."""
    return before + c.thermal_speed * (c.thermal_equilibrium * warm - before)


def glaciers(before: Array, warm: Array, c: SimpleNamespace) -> Array:
    """Glaciers lose ``0.8 mm`` a year and degree, in proportion to what is left."""
    left = (c.glacier_total - before) / c.glacier_total
    return before + c.glacier_melt * c.step * left * warm


def greenland(before: Array, pace: Array, warm: Array, period: int, c: SimpleNamespace) -> Array:
    """Greenland loses a base rate, from the third period on more per degree, less as it shrinks."""
    rate = c.greenland_base + (c.greenland_melt * warm if period > 1 else 0.0 * warm)
    return before + rate * pace / MM_PER_YEAR


def antarctic(before: Array, warm: Array, period: int, c: SimpleNamespace) -> Array:
    """Antarctica gains snow below three degrees and loses ice above.

    The intercept above the threshold changes after eleven periods, as in the workbook of RICE-2010.
    """
    early = period < c.antarctic_periods
    cold = c.antarctic_cold * warm + c.antarctic_intercept
    above = c.antarctic_intercept if early else c.antarctic_later
    hot = c.antarctic_warm * (warm - c.antarctic_threshold) + above
    rate = np.where(np.real(warm) < c.antarctic_threshold, cold, hot)
    return before + rate / MM_PER_YEAR


def first_sea(warm: Array, c: SimpleNamespace) -> Sea:
    """The sea in the first period."""
    none = 0.0 * warm
    return Sea(
        thermal=thermal(none + c.thermal_first, warm, c),
        glaciers=none + c.glacier_first,
        greenland=none + c.greenland_base / MM_PER_YEAR,
        antarctic=antarctic(none, warm, 0, c),
        pace=none + 1.0,
    )


def next_sea(sea: Sea, warm: Array, period: int, c: SimpleNamespace) -> Sea:
    """The sea in a later period, from the warming in it."""
    ice = greenland(sea.greenland, sea.pace, warm, period, c)
    return Sea(
        thermal=thermal(sea.thermal, warm, c),
        glaciers=glaciers(sea.glaciers, warm, c),
        greenland=ice,
        antarctic=antarctic(sea.antarctic, warm, period, c),
        pace=1.0 - ice / c.greenland_total if period > 1 else sea.pace,
    )
