"""What a club is to each region: gain from being inside, where it tips, costs and revenue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dualcarbon.common.tables import columns, conformed
from dualcarbon.international.clubs.build import Club, build
from dualcarbon.international.clubs.game import row
from dualcarbon.international.clubs.outcomes import cell, club_outcome, nash_outcome
from dualcarbon.international.clubs.payoffs import abatement_cost, avoided_damage, tariff_revenue
from dualcarbon.international.clubs.tables import COMMUNITY, club_tables, rule_table, sourced
from dualcarbon.international.clubs.world import Array, Policy, World

MOST_TARIFF = 0.6
POINTS = 121
HALVINGS = 60
HALF = {"share": 0.5}
USES: Mapping[str, Mapping[str, Any]] = {
    "exclusive_club": {"rules": ("uniform_tariff",)},
    "half_for_abatement": {
        "rules": ("uniform_tariff", "revenue_for_abatement"),
        "settings": {"revenue_for_abatement": HALF},
    },
    "all_for_abatement": {"rules": ("uniform_tariff", "revenue_for_abatement")},
    "half_returned": {
        "rules": ("uniform_tariff", "revenue_to_exporters"),
        "settings": {"revenue_to_exporters": HALF},
    },
    "all_returned": {"rules": ("uniform_tariff", "revenue_to_exporters")},
    "pooled_inside": {"rules": ("uniform_tariff", "revenue_inside")},
    "open_community": {"rules": (COMMUNITY,)},
    "open_community_penalty": {"rules": (COMMUNITY,), "settings": {COMMUNITY: {"penalty": 1.0}}},
}
"""The paper's choice: an exclusive club, what it does with its revenue, or a community open to
all, without and with a penalty on those who stay out."""


def community_table(world: World, policy: Policy) -> pd.DataFrame:
    """Members, emissions and gain of an exclusive club, its uses of revenue, an open community.

    Args:
        world: the regions; policy: price and tariff; its rules are replaced by each use.

    Returns:
        ``club_community``: as ``club_rules``, with the use in the column ``rule``.
    """
    bare = policy.model_copy(update={"rules": ("uniform_tariff",), "settings": {}})
    return conformed("club_community", rule_table(world, (bare,), USES))


def region_table(club: Club, state: int) -> pd.DataFrame:
    """What a coalition is to each region, bn USD a year at the world's prices.

    ``gain_inside = W_i(S with i) - W_i(S without i)``, the others' membership held. Its sign says
    whether the region is better inside; its size is the payment at which it would tip: what an
    outsider would have to get to join, or a member could pay before it left. ``tipping_tariff`` is
    the uniform tariff next to the club's at which the gain is zero.

    Args:
        club: see :func:`~dualcarbon.international.clubs.build.build`; state: the coalition.

    Returns:
        ``club_region_gains``: region, names, member, price_usd_per_t, abated_mt, abatement_cost_bn,
        avoided_damage_bn, revenue_bn (tariffs that it collects), paid_bn (tariffs on what it
        sells), payoff_bn, gain_over_no_club_bn, gain_inside_bn, tipping_tariff (not a number where
        no tariff up to 60 % tips it, or where a rule sets the tariff), tipping_transfer_bn.
    """
    world, here = club.world, row(state, club.world.size)
    outcome, alone = club_outcome(club, state), nash_outcome(club)
    gains = np.asarray(club.game.gains(here), dtype=float)
    revenue = tariff_revenue(world.imports, club.rate, world.tariff_gain, world.tariff_deadweight)
    crossing = revenue * (1.0 - here)[:, None] * here[None, :]
    table = pd.DataFrame(
        {
            "region": world.names,
            "name_en": [r.name_en or n for n, r in world.regions.items()],
            "name_zh": [r.name_zh or n for n, r in world.regions.items()],
            "member": here > 0,
            "price_usd_per_t": outcome.price,
            "abated_mt": outcome.rate * world.co2,
            "abatement_cost_bn": abatement_cost(
                outcome.rate, world.gdp, world.abatement, world.exponent
            ),
            "avoided_damage_bn": avoided_damage(club.climate.own, outcome.rate, world.co2),
            "revenue_bn": crossing.sum(axis=0),
            "paid_bn": crossing.sum(axis=1),
            "payoff_bn": outcome.payoffs,
            "gain_over_no_club_bn": outcome.payoffs - alone.payoffs,
            "gain_inside_bn": gains,
            "tipping_tariff": tipping_tariffs(club, state),
            "tipping_transfer_bn": np.abs(gains),
        }
    )
    return conformed("club_region_gains", sourced(table[columns("club_region_gains")[:-3]], world))


def tipping_tariffs(club: Club, state: int) -> Array:
    """Uniform tariff at which each region is as well off inside as outside, share of value.

    The one nearest to the club's own, the others' membership held; not a number where the tariff is
    set by another rule, or where no tariff up to 60 % tips the region.
    """
    world, policy = club.world, club.policy
    here = row(state, world.size)
    nothing = np.full(world.size, np.nan)

    def gains(tariff: float) -> Array:
        terms = policy.model_copy(update={"tariff": tariff})
        return np.asarray(build(world, terms).game.gains(here), dtype=float)

    grid = np.linspace(0.0, MOST_TARIFF, POINTS)
    values = np.array([gains(t) for t in grid])
    if np.ptp(values, axis=0).max() < 1e-12:
        return nothing
    found = nothing.copy()
    for i in range(world.size):
        turns = np.flatnonzero(np.sign(values[:-1, i]) * np.sign(values[1:, i]) < 0)
        roots = [_root(gains, i, grid[k], grid[k + 1]) for k in turns]
        if roots:
            found[i] = min(roots, key=lambda t: abs(t - policy.tariff))
    return found


def _root(gains: Any, region: int, low: float, high: float) -> float:
    """Tariff between two where a region's gain changes its sign."""
    from scipy.optimize import brentq

    return float(brentq(lambda t: float(gains(t)[region]), low, high, xtol=1e-10))


def club_page(club: Club, state: int | None = None, *, strong: bool = True) -> dict[str, Any]:
    """Tables of a page on one club: as asked, beside other terms, by region, and its uses.

    Args:
        club: under its terms; state: coalition to look at, the largest equilibrium by default.
        strong: whether joint moves of regions are examined.
    """
    chosen = cell(club, strong=False).largest or 0 if state is None else state
    return {
        **club_tables(club, state, strong=strong),
        "club_region_gains": region_table(club, chosen),
        "club_community": community_table(club.world, club.policy),
    }
