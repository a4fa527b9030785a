"""Climate and carbon markets: effort, avoided damage, and what a link saves."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from dualcarbon.international.cooperation.actors import (
    ACTORS,
    DEPTH,
    Assumptions,
    Profile,
    damage_shares,
    depth,
)
from dualcarbon.international.linking import Region, Rules, embedded_regions, link


def efforts(profile: Profile, assumptions: Assumptions) -> list[Region]:
    """The actors with the abatement that each asks of itself.

    An actor counts the damage that its emissions do to itself, and to a partner as far as the
    pair cooperates: p_i = SCC (theta_i + sum over j of depth_ij theta_j). It does not fall back
    behind its carbon price of today.
    """
    shares, cost = damage_shares(), assumptions["social_cost"]
    found = []
    for region in _regions():
        cared = sum(
            (1.0 if other == region.name else depth(profile, region.name, other)) * shares[other]
            for other in ACTORS
        )
        wanted = max(region.requirement, region.curve.supply(cost * cared))
        found.append(replace(region, requirement=wanted))
    return found


@cache
def _regions() -> tuple[Region, ...]:
    return tuple(embedded_regions(list(ACTORS)))


def effort(profile: Profile, assumptions: Assumptions) -> dict[str, float]:
    """Avoided damage less cost of abatement at home, bn USD a year, without any link."""
    regions, shares = efforts(profile, assumptions), damage_shares()
    total = sum(r.requirement for r in regions)
    benefit = assumptions["social_cost"] * total / 1000.0
    cost = {r.name: r.curve.cost(r.requirement) / 1000.0 for r in regions}
    return {actor: shares[actor] * benefit - cost[actor] for actor in ACTORS}


def markets(profile: Profile, assumptions: Assumptions) -> dict[str, float]:
    """Gain from linking the carbon markets of those who cooperate, bn USD a year.

    Whoever cooperates in part counts imports only up to a share of its requirement.
    """
    chosen = dict(zip(ACTORS, profile, strict=True))
    members = [r for r in efforts(profile, assumptions) if DEPTH[chosen[r.name]] > 0.0]
    gains = dict.fromkeys(ACTORS, 0.0)
    if len(members) < 2:
        return gains
    partial = assumptions["link_limit_partial"]
    limits = {r.name: partial for r in members if chosen[r.name] == "partial"}
    table = link(members, Rules(limit=limits)).regions
    found = dict(zip(table["region"], table["gain_musd"], strict=True))
    return gains | {str(name): float(gain) / 1000.0 for name, gain in found.items()}
