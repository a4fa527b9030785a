"""Concentration of supply chains, and what making everything at home would cost by technology."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import columns, conformed
from dualcarbon.errors import InputError
from dualcarbon.international.learning.curves import experience, premium


def localisation(share: float = 0.2, growth: float = 3.0) -> pd.DataFrame:
    """How much dearer a technology gets for who makes all of its additions at home.

    ``premium = ((1 + s (G - 1)) / G)^b - 1`` with ``b = log2(1 - LR)``: the world's cumulative
    capacity grows G-fold, a bloc with the share s of the additions learns from its own alone, and
    what was learned before stays. With s = 1 nothing is lost, and with G = 1 neither.

    Args:
        share: of the world's additions that the bloc makes itself, 0 to 1.
        growth: of the world's cumulative capacity, at least 1.

    Returns:
        technology, stage, leader, share_low and share_high (of the leader, %), year, learning_low,
        learning, learning_high (% per doubling), premium_low, premium, premium_high (shares of the
        price under open supply), source, grade. A stage has the learning rate of its technology.

    Raises:
        InputError: a share outside 0 to 1, or growth below 1.
    """
    if not 0.0 <= share <= 1.0:
        raise InputError(f"must lie between 0 and 1, got {share:g}", where="share")
    if not (math.isfinite(growth) and growth >= 1.0):
        raise InputError(f"must be at least 1, got {growth:g}", where="growth")
    world = np.array([1.0, growth])
    own = np.array([0.0, share * (growth - 1.0)])
    split, whole = experience(world, own, 1.0)[-1], experience(world, own, 0.0)[-1]
    table = datasets.load("supply_chain").copy()
    for name in ("_low", "", "_high"):
        beta = np.log2(1.0 - table[f"learning{name}"].to_numpy(float) / 100.0)
        table[f"premium{name}"] = [float(premium(split, whole, b)) for b in beta]
    return conformed("localisation", table[columns("localisation")])
