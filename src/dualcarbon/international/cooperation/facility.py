"""Finance: a joint facility that buys abatement in developing countries."""

from __future__ import annotations

from functools import cache
from itertools import combinations

from dualcarbon import datasets
from dualcarbon.international.cooperation.actors import (
    ACTORS,
    Assumptions,
    Profile,
    damage_shares,
    depth,
)
from dualcarbon.international.linking import Curve, embedded_regions
from dualcarbon.international.recycling import buy_abatement


def finance(profile: Profile, assumptions: Assumptions) -> dict[str, float]:
    """Avoided damage less contribution, bn USD a year.

    Each pair pays into a facility as far as it cooperates, half from each side. The money buys
    abatement at least cost in developing regions outside; everyone gains by its damage share.
    """
    paid = dict.fromkeys(ACTORS, 0.0)
    for first, second in combinations(ACTORS, 2):
        amount = depth(profile, first, second) * assumptions["facility_per_pair"]
        for actor in (first, second):
            paid[actor] += amount / 2.0
    bought = buy_abatement(_outside(), 1000.0 * sum(paid.values()))
    benefit = assumptions["social_cost"] * bought.total_mt / 1000.0
    shares = damage_shares()
    return {actor: shares[actor] * benefit - paid[actor] for actor in ACTORS}


@cache
def _outside() -> dict[str, Curve]:
    """Abatement curves of the developing regions beside the three."""
    table = datasets.load("mac_regions")
    names = table.loc[(table["developing"] == 1) & ~table["region"].isin(ACTORS), "region"]
    return {region.name: region.curve for region in embedded_regions(list(names))}
