"""The price at which linked carbon markets clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dualcarbon.international.linking.rules import Region, Rules

HALVINGS = 200


@dataclass(frozen=True)
class Position:
    """What a region does at a price: units offered (positive) or wanted (negative).

    Where a step of its curve lies exactly at the price, any amount between the two will do.

    Attributes:
        least: units at the lower end, common units.
        most: units at the upper end.
    """

    least: float
    most: float


def position(region: Region, rules: Rules, price: float) -> Position:
    """Units that a region offers or wants at a price per common unit.

    A seller keeps 1 - s - c of what it issues, so it abates until C'(a) = v P (1 - s - c).
    A buyer needs v / delta units per tonne, so it abates until C'(a) = v (P + tau) / delta,
    or until its imports reach their limit.
    """
    value = rules.value(region)
    least = most = 0.0
    if rules.may_sell(region):
        delivered = value * (1.0 - rules.cancellation)
        worth = value * price * (1.0 - rules.share_of_proceeds - rules.cancellation)
        most = delivered * max(region.curve.supply(worth) - region.requirement, 0.0)
        least = delivered * max(region.curve.supply_below(worth) - region.requirement, 0.0)
    if rules.may_buy(region) and least == 0.0:
        needed, cap = value / rules.discount, rules.import_limit(region)
        worth = needed * (price + rules.tax(region))
        least = -needed * _lack(region, region.curve.supply_below(worth), cap)
        if most == 0.0:
            most = -needed * _lack(region, region.curve.supply(worth), cap)
    return Position(least, most)


def clearing_price(regions: Sequence[Region], rules: Rules) -> float:
    """Lowest price per common unit at which no region's demand stays unmet, USD/t.

    Supply never falls and demand never rises with the price; above the highest autarky price
    nobody buys. So the interval can be halved until it has no width.
    """
    high = max(r.curve.price(r.requirement) * rules.discount / rules.value(r) for r in regions)
    low, high = 0.0, max(high, 0.0)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if sum(position(r, rules, middle).most for r in regions) >= 0.0:
            high = middle
        else:
            low = middle
    return high


def settled_units(regions: Sequence[Region], rules: Rules, price: float) -> list[float]:
    """Units that each region delivers (positive) or takes (negative); they sum to zero.

    Whoever is indifferent at the price takes the same share of its range.
    """
    positions = [position(region, rules, price) for region in regions]
    least, most = sum(p.least for p in positions), sum(p.most for p in positions)
    share = 0.0 if most <= least else min(max(-least / (most - least), 0.0), 1.0)
    units = [p.least + share * (p.most - p.least) for p in positions]
    sold, bought = sum(u for u in units if u > 0.0), -sum(u for u in units if u < 0.0)
    traded = min(sold, bought)
    if traded <= 0.0:
        return [0.0] * len(units)
    return [u * traded / (sold if u > 0.0 else bought) for u in units]


def abatement_of(region: Region, rules: Rules, units: float) -> float:
    """Abatement of a region that delivers or takes units, Mt."""
    value = rules.value(region)
    if units >= 0.0:
        return region.requirement + units / (value * (1.0 - rules.cancellation))
    return region.requirement + units * rules.discount / value


def inflated_tonnes(regions: Sequence[Region], rules: Rules) -> float:
    """Tonnes that buyers count beyond what sellers deliver: the integrity loss, Mt."""
    price = clearing_price(regions, rules)
    units = settled_units(regions, rules, price)
    loss = 0.0
    for region, amount in zip(regions, units, strict=True):
        extra = abatement_of(region, rules, amount) - region.requirement
        loss -= extra * (1.0 - rules.cancellation) if extra > 0.0 else extra
    return loss


def _lack(region: Region, abated: float, cap: float) -> float:
    """Tonnes that a region would cover with imports, within its limit."""
    return min(max(region.requirement - abated, 0.0), cap)
