"""Tidy tables of clubs for reports and files, each figure with its unit in the column's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dualcarbon.common.tables import conformed_all
from dualcarbon.errors import InputError
from dualcarbon.international.clubs.build import Club, build
from dualcarbon.international.clubs.game import members
from dualcarbon.international.clubs.outcomes import (
    PRICES,
    TARIFFS,
    Cell,
    cell,
    club_outcome,
    cooperative_outcome,
    nash_outcome,
    sweep,
)
from dualcarbon.international.clubs.sources import cdice
from dualcarbon.international.clubs.world import Array, Policy, World
from dualcarbon.international.rice.games import report_tables as rice_tables

LIST = "; "
SHOWN = Policy(price=50.0, tariff=0.04)
"""Terms at which payoffs are compared: a club of part of the world holds there."""
COMPARED = (Policy(price=25.0, tariff=0.03), SHOWN)
"""Terms at which rules are compared: with the uniform tariff all join, or some."""
COMMUNITY = "open_community"
CHANGES: Mapping[str, Mapping[str, Any]] = {
    "uniform_tariff": {},
    "carbon_tariff": {"rules": ("carbon_tariff",)},
    "cbam": {"rules": ("cbam",)},
    "graduated_floors": {"rules": ("uniform_tariff", "graduated_floors")},
    "differentiated_floors": {"rules": ("uniform_tariff", "differentiated_floors")},
    "revenue_inside": {"rules": ("uniform_tariff", "revenue_inside")},
    "revenue_to_exporters": {"rules": ("uniform_tariff", "revenue_to_exporters")},
    "revenue_for_abatement": {"rules": ("uniform_tariff", "revenue_for_abatement")},
    "retaliation": {"rules": ("uniform_tariff", "retaliation")},
    "open_community": {"rules": (COMMUNITY,)},
    "open_community_penalty": {"rules": (COMMUNITY,), "settings": {COMMUNITY: {"penalty": 1.0}}},
    "open_community_quarter": {
        "rules": (COMMUNITY,),
        "settings": {COMMUNITY: {"penalty": 1.0, "returned": 0.25, "finance": 0.25}},
    },
}


def report_tables(
    world: World | None = None,
    prices: Sequence[float] = PRICES,
    tariffs: Sequence[float] = TARIFFS,
    *,
    over_time: bool = True,
) -> dict[str, pd.DataFrame]:
    """All tables of clubs that a report shows.

    Args:
        world: the regions; C-DICE by default.
        prices, tariffs: of the participation table, USD/t and shares of value.
        over_time: whether the paths of RICE are among the tables.

    Returns:
        ``club_participation``: equilibria and certificates by price and tariff;
        ``club_payoffs``: payoffs by region without a club, with it and in full cooperation;
        ``club_rules``: participation and effect under each rule at the same price;
        ``club_paths``, ``club_path_payoffs``: see :mod:`dualcarbon.international.rice.games`.
    """
    world = world or cdice()
    paths = rice_tables() if over_time else {}
    found = {
        "club_participation": sourced(participation_table(sweep(world, prices, tariffs)), world),
        "club_payoffs": payoff_table(world),
        "club_rules": rule_table(world),
        **paths,
    }
    return conformed_all(found)


def participation_table(cells: Sequence[Cell]) -> pd.DataFrame:
    """One row per price and tariff: the largest equilibrium and the certificates of the cell.

    ``members`` is missing where not even single regions rest; ``strong`` is missing where groups
    were not examined; ``cycle_members`` lists sizes along the cycle of groups.
    """
    return pd.DataFrame(
        {
            "price_usd_per_t": c.price,
            "tariff": c.tariff,
            "members": len(c.members) if c.nash else None,
            "regions": len(c.names),
            "member_names": LIST.join(c.members),
            "nash_equilibria": len(c.nash),
            "strong": None if c.strong is None else bool(c.strong),
            "cycles": c.cycles,
            "cycle_members": LIST.join(str(m.end.bit_count()) for m in c.cycle),
            "potentially_stable": c.potential,
            "captured": c.captured,
        }
        for c in cells
    ).astype({"members": "Int64", "potentially_stable": "Int64"})


def club_tables(
    club: Club, state: int | None = None, *, strong: bool = True
) -> dict[str, pd.DataFrame]:
    """Tables of one club as asked, beside the same world at other terms.

    Args:
        club: the world under the terms of the club.
        state: coalition to look at; None takes the largest equilibrium.
        strong: whether joint moves of regions are examined; without them only payoffs are given.

    Returns:
        ``club_payoffs`` at its terms; ``club_rules``, what each rule makes of the same terms; and
        ``club_participation`` over prices and tariffs under its rules.
    """
    world, policy = club.world, club.policy
    tables = {"club_payoffs": payoff_table(world, policy, state)}
    if not strong:
        return conformed_all(tables)
    around = participation_table(sweep(world, PRICES, TARIFFS, policy))
    rules = rule_table(world, (policy,))
    found = {"club_participation": sourced(around, world), **tables, "club_rules": rules}
    return conformed_all(found)


def payoff_table(world: World, policy: Policy = SHOWN, state: int | None = None) -> pd.DataFrame:
    """Payoff by region and arrangement, bn USD a year against no abatement anywhere.

    Args:
        world: the regions; policy: the terms of the club.
        state: coalition that is the club; None takes the largest equilibrium.
    """
    club = build(world, policy)
    if state is None:
        state = cell(club, strong=False).largest or 0
    arrangements = {
        "no_club": nash_outcome(club),
        "club": club_outcome(club, state),
        "cooperative": cooperative_outcome(club),
    }
    frames = [
        _by_region(club, state, name, outcome.payoffs, outcome.rate, outcome.price)
        for name, outcome in arrangements.items()
    ]
    return sourced(pd.concat(frames, ignore_index=True), world)


def rule_table(
    world: World,
    compared: Sequence[Policy] = COMPARED,
    changes: Mapping[str, Mapping[str, Any]] = CHANGES,
) -> pd.DataFrame:
    """What each rule does to participation, emissions and welfare, at each of some terms.

    ``welfare_bn`` is the world's gain over no club; ``developing_bn`` the part of regions without
    high income; both bn USD a year. They are missing where not even single regions rest. A rule for
    which the world lacks a figure, such as a number of people, is left out.
    """
    rows = []
    for terms in compared:
        for name, change in changes.items():
            try:
                club = build(world, terms.model_copy(update=dict(change)))
            except InputError:
                continue
            rows.append({"rule": name, **_effect(club)})
    return sourced(pd.DataFrame(rows).astype({"members": "Int64"}), world)


def sourced(table: pd.DataFrame, world: World) -> pd.DataFrame:
    """The table with where the figures of its world come from, and the year of its money."""
    return table.assign(source=world.source, data_year=world.year, grade=world.grade)


def _effect(club: Club) -> dict[str, Any]:
    world, found = club.world, cell(club)
    state, rests = found.largest or 0, bool(found.nash)
    outcome = club_outcome(club, state)
    gain = outcome.payoffs - nash_outcome(club).payoffs
    return {
        "price_usd_per_t": club.policy.price,
        "tariff": club.policy.tariff,
        "members": len(found.members) if rests else None,
        "regions": world.size,
        "member_names": LIST.join(members(state, world.names)),
        "nash_equilibria": len(found.nash),
        "strong": bool(found.strong),
        "cut": outcome.cut if rests else None,
        "captured": found.captured,
        "welfare_bn": float(gain.sum()) if rests else None,
        "developing_bn": float(gain[world.income != "high"].sum()) if rests else None,
    }


def _by_region(
    club: Club, state: int, name: str, payoffs: Array, rate: Array, price: Array
) -> pd.DataFrame:
    world = club.world
    inside = [bool(state >> i & 1) for i in range(world.size)]
    return pd.DataFrame(
        {
            "arrangement": name,
            "region": world.names,
            "name_en": [r.name_en or n for n, r in world.regions.items()],
            "name_zh": [r.name_zh or n for n, r in world.regions.items()],
            "member": inside,
            "payoff_bn": payoffs,
            "abated": rate,
            "price_usd_per_t": price,
            "club_price_usd_per_t": club.policy.price,
            "tariff": club.policy.tariff,
        }
    )
