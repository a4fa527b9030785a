"""The three actors, their strategies, and the figures that the payoffs rest on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name

ACTORS = ("China", "US", "EU")
STRATEGIES = ("compete", "partial", "full")
DEPTH = {"compete": 0.0, "partial": 0.5, "full": 1.0}
"""How far a pair cooperates when both choose a strategy; the less willing decides."""

Profile = tuple[str, str, str]


@dataclass(frozen=True)
class Assumptions:
    """Figures of the embedded table ``cooperation``, some of them changed.

    Args:
        changes: values by key.

    Raises:
        InputError: an unknown key, or a figure that is negative or not finite.
    """

    changes: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = _embedded()
        for key, value in self.changes.items():
            if key not in known:
                raise unknown_name("assumption", key, known, where="assumptions")
            if not (math.isfinite(value) and value >= 0.0):
                raise InputError(f"is {value:g}", where=f"assumptions, {key}", allowed=">= 0")

    def __getitem__(self, key: str) -> float:
        return float(self.changes[key]) if key in self.changes else _embedded()[key]


@cache
def damage_shares() -> dict[str, float]:
    """Share of the world's damage that falls on each actor: its share of world GDP.

    Source: Nordhaus (2015), C-DICE, equation of the regional social cost of carbon.
    """
    table = datasets.load("mac_regions").set_index("region")["gdp_bn_usd"]
    return {actor: float(table[actor] / table.sum()) for actor in ACTORS}


def profiles() -> list[Profile]:
    """All 27 combinations of strategies, in the order of ``ACTORS``."""
    return [(a, b, c) for a, b, c in product(STRATEGIES, repeat=3)]


def depth(profile: Profile, first: str, second: str) -> float:
    """How far a pair cooperates under a profile, 0 to 1."""
    chosen = dict(zip(ACTORS, profile, strict=True))
    return min(DEPTH[chosen[first]], DEPTH[chosen[second]])


def check_profile(profile: tuple[str, ...]) -> Profile:
    """Check a profile of strategies.

    Raises:
        InputError: not three strategies, or an unknown one.
    """
    if len(profile) != len(ACTORS):
        raise InputError(f"{len(profile)} strategies for {len(ACTORS)} actors", where="profile")
    for actor, strategy in zip(ACTORS, profile, strict=True):
        if strategy not in STRATEGIES:
            raise unknown_name("strategy", strategy, STRATEGIES, where=actor)
    return (profile[0], profile[1], profile[2])


@cache
def _embedded() -> dict[str, float]:
    table = datasets.load("cooperation")
    return dict(zip(table["key"], table["value"].astype(float), strict=True))
