"""Learning by doing in supply chains, open to the world or split along borders."""

from dualcarbon.international.learning.localised import experience, premium, ramp
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
from dualcarbon.international.learning.two_factor import TwoFactor, fit

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
