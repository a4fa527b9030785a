"""Technology-adjusted consumption: exports are credited at the world's average intensity.

Equation:
    ``E_r = PBA_r - sum_{i in r} fbar_i xexp_i + sum_{s != r} E_sr``
    ``fbar_i = sum_r f_ri w_ri / sum_r w_ri``

Symbols: ``xexp_i = sum_{s != r} (L Y_s)_i`` output of r's industry i for final demand abroad,
``E_sr`` actual stressors in s for the final demand of r, ``w`` the weights of the world average.
Sum: the world if, and only if, ``w = xexp``. With output as weight nothing is promised.
Check: with the same technology everywhere it equals the consumption account.
Source: Kander, Jiborn, Moran and Wiedmann 2015, Nature Climate Change 5 (definition read in later
papers, the paper itself could not be read); output as weight as in Darwili and Schröder 2023,
Environmental and Resource Economics 84 (code read).
"""

from __future__ import annotations

import numpy as np

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import (
    bilateral,
    by_region,
    imports,
    world_average,
)
from dualcarbon.responsibility.table.table import Array


def exported_output(system: LeontiefSystem) -> Array:
    """(N,) output of each industry for the final demand of other regions."""
    table = system.table
    output = system.consumption_output
    own = output[np.arange(table.N), table.region_of]
    return np.asarray(output.sum(axis=1) - own)


def tcba(system: LeontiefSystem, weights: Array) -> Array:
    """(P, R) production, less exports at average intensity, plus actual imports.

    Args:
        system: the table's system.
        weights: (N,) of the average over regions.
    """
    table = system.table
    average = world_average(table, system.q, weights)
    credit = by_region(table, average * exported_output(system))
    return by_region(table, system.emitting) - credit + imports(bilateral(system))
