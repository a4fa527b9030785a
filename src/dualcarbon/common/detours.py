"""Rates between units: no chain of conversions may make more than the direct one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

Ends = tuple[str, str]
Rates = Mapping[Ends, Fraction]


@dataclass(frozen=True)
class Detour:
    """A chain of conversions that makes more than the direct one, or that competes with another.

    Attributes:
        path: units from the first to the last.
        product: what one unit of the first becomes along the path.
        direct: what it may become: the direct rate, or one where the path is a circle; where
            there is no direct rate, that of the least of the competing paths.
        rival: the other path, where there is no direct rate.
    """

    path: tuple[str, ...]
    product: Fraction
    direct: Fraction
    rival: tuple[str, ...] = ()

    @property
    def gain(self) -> Fraction:
        """What the path makes more than allowed, as a share."""
        return self.product / self.direct - 1

    @property
    def circle(self) -> bool:
        """Whether it ends where it began."""
        return self.path[0] == self.path[-1]

    def steps(self) -> list[Ends]:
        """The conversions of the path, in order."""
        return list(pairwise(self.path))

    def largest(self, ends: Ends, rates: Rates) -> Fraction:
        """The largest rate of one conversion of the path with which the path would be allowed."""
        return rates[ends] * self.direct / self.product


def find_detour(rates: Rates, tolerance: Fraction = Fraction(0)) -> Detour | None:
    """The chain of conversions with the largest forbidden gain; None where there is none.

    For all pairs of units: ``max over paths prod rate <= direct rate``; back to the same unit the
    direct rate is one; between units without a direct rate there is at most one path.

    Args:
        rates: units of the second per unit of the first.
        tolerance: share by which a path may exceed the direct rate; above zero only for rates
            that were rounded.
    """
    worst: Detour | None = None
    for start in sorted({source for source, _ in rates}):
        found: dict[str, list[tuple[str, ...]]] = {}
        for path in paths(rates, start):
            found.setdefault(path[-1], []).append(path)
        for end, ways in sorted(found.items()):
            for detour in _compared(rates, start, end, ways):
                beats = worst is None or detour.gain > worst.gain
                if beats and (detour.rival or detour.gain > tolerance):
                    worst = detour
    return worst


def _compared(rates: Rates, start: str, end: str, ways: list[tuple[str, ...]]) -> Iterator[Detour]:
    """Each path against the direct rate, or the best of several against the least."""
    made = {way: product(rates, way) for way in ways}
    direct = Fraction(1) if start == end else rates.get((start, end))
    if direct is not None:
        yield from (Detour(way, made[way], direct) for way in ways if made[way] > direct)
    elif len(ways) > 1:
        best, least = max(ways, key=made.__getitem__), min(ways, key=made.__getitem__)
        rival = least if least != best else next(way for way in ways if way != best)
        yield Detour(best, made[best], made[rival], rival)


def product(rates: Rates, path: tuple[str, ...]) -> Fraction:
    """What one unit of the first becomes along a path."""
    return math.prod((rates[ends] for ends in pairwise(path)), start=Fraction(1))


def paths(rates: Rates, start: str) -> Iterator[tuple[str, ...]]:
    """All paths from a unit on that pass no unit twice, and the circles back to it."""
    targets: dict[str, list[str]] = {}
    for source, target in sorted(rates):
        targets.setdefault(source, []).append(target)
    waiting: list[tuple[str, ...]] = [(start,)]
    while waiting:
        path = waiting.pop()
        for target in targets.get(path[-1], ()):
            if target == start:
                yield (*path, target)
            elif target not in path:
                yield (*path, target)
                waiting.append((*path, target))
