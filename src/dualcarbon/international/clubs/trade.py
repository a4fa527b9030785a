"""What a tariff gains its importer and costs its exporter: equation 5 of C-DICE.

Response of welfare to a tariff ``t`` on imports ``M``, fitted by Nordhaus (2015) to Ossa (2014).
"""

from __future__ import annotations

import numpy as np

from dualcarbon.international.clubs.world import Array


def importer_gain(imports: Array, rate: Array, gain: Array, deadweight: Array) -> Array:
    """``M[j,c] (alpha_c t - beta_c t^2)``: net gain of importer c from taxing exporter j.

    Args:
        imports: bn USD, rows exporters, columns importers.
        rate: tariff by exporter and importer, share of value.
        gain: alpha by importer.
        deadweight: beta by importer.

    Returns:
        bn USD a year, rows exporters, columns importers; includes the tariff's revenue.
    """
    return imports * (gain * rate - deadweight * rate**2)


def exporter_loss(imports: Array, rate: Array, gain: Array) -> Array:
    """``M[j,c] alpha_c t``: what importer c's tariff costs exporter j, bn USD a year."""
    return imports * gain * rate


def optimal_tariff(gain: Array, deadweight: Array) -> Array:
    """Tariff of the largest net gain: ``alpha / (2 beta)``."""
    return np.divide(gain, 2.0 * deadweight, out=np.zeros_like(gain), where=deadweight > 0)


def tariff_revenue(imports: Array, rate: Array, gain: Array, deadweight: Array) -> Array:
    """Revenue that goes with the gain above where demand for imports is linear.

    With imports ``M (1 - k t)`` and a share ``alpha`` of the tariff borne by exporters, the
    importer's welfare is revenue less the surplus its buyers lose,
    ``t M (1 - k t) - (1 - alpha) t M (1 - k t / 2) = M (alpha t - k t^2 (1 + alpha) / 2)``,
    hence ``k = 2 beta / (1 + alpha)`` and the revenue is ``t M (1 - k t)``, at least zero.

    Returns:
        bn USD a year, rows exporters, columns importers.
    """
    response = 2.0 * deadweight / (1.0 + gain)
    return rate * imports * np.maximum(1.0 - response * rate, 0.0)
