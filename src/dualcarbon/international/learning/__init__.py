"""Learning by doing in supply chains, open to the world or split along borders."""

from dualcarbon.international.learning.curves import TwoFactor, experience, fit, premium, ramp
from dualcarbon.international.learning.pv import (
    COUNTRIES,
    Interval,
    beside_published,
    history,
    model,
    past,
    premium_in,
    projection,
    savings,
)

__all__ = [
    "COUNTRIES",
    "Interval",
    "TwoFactor",
    "beside_published",
    "experience",
    "fit",
    "history",
    "model",
    "past",
    "premium",
    "premium_in",
    "projection",
    "ramp",
    "savings",
]
