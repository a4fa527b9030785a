"""What a club's border charges on goods from a region: the link back to a scenario at home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.international.clubs.abatement import KG
from dualcarbon.international.clubs.build import Club
from dualcarbon.international.clubs.coalitions import row


@dataclass(frozen=True)
class ClubResult:
    """A club and the coalition that holds in it.

    Attributes:
        club: see :func:`~dualcarbon.international.clubs.build.build`.
        state: number of the coalition.
    """

    club: Club
    state: int


def border_price(result: ClubResult, region: str) -> float:
    """Price per tonne of carbon that members charge on a region's exports, USD/t.

    The tariff burden over the carbon in the exports to members, both at unchanged trade:

        1000 x sum over members c of t[j, c] M[j, c] / (e_j sum over members c of M[j, c]).

    Under a carbon tariff this is the price gap times the share covered; under any other tariff it
    is the carbon price that would weigh as much. Zero for a member.

    Args:
        result: a club and its coalition.
        region: name of the exporting region.

    Raises:
        InputError: no such region.
    """
    club, world = result.club, result.club.world
    j = world.index(region, where="region")
    inside = row(result.state, world.size)
    trade = world.imports[j] * inside
    if inside[j] or not trade.sum():
        return 0.0
    embodied = world.intensity[j] * max(1.0 - float(club.climate.rate_out[j]), 0.0)
    if embodied <= 0:
        raise InputError(f"exports of {region} carry no carbon", where="region")
    return float(KG * np.dot(club.rate[j], trade) / (embodied * trade.sum()))


def price_gap(result: ClubResult, region: str) -> dict[str, float]:
    """Price that a region would meet inside, its own price, and what the border charges, USD/t."""
    club = result.club
    j = club.world.index(region, where="region")
    return {
        "price_inside": float(club.climate.price_in[j]),
        "own_price": float(club.climate.price_out[j]),
        "border_price": border_price(result, region),
    }
