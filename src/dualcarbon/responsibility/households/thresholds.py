"""Where survival emissions end and where luxury and waste begin: choices, each with its source.

No number is agreed on. Shue (1993) draws the line between subsistence and luxury emissions without
a figure, and Rao & Baer (2012) argue for needs counted country by country rather than one figure.
The sets below quote figures that were published for another purpose and are used here as bounds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from dualcarbon.errors import InputError, unknown_name


@dataclass(frozen=True)
class Thresholds:
    """Upper bounds of the tiers, t per head and year.

    Attributes:
        survival: emissions below serve survival and a decent life.
        luxury: emissions above are luxury.
        wasteful: emissions above are waste; infinite where no such tier is wanted.
        unit: of the bounds.
        source: where the figures come from; normative choices say so.

    Raises:
        InputError: a bound that is negative or not a number, or bounds out of order.
    """

    survival: float
    luxury: float
    wasteful: float = math.inf
    unit: str = "t CO2e"
    source: str = "chosen by the user"

    def __post_init__(self) -> None:
        for name, value in self.named().items():
            if math.isnan(value) or value < 0:
                raise InputError(
                    f"a threshold must be a figure of zero or more, got {value:g}", where=name
                )
        names = list(self.named())
        for lower, upper in pairwise(names):
            low, high = self.named()[lower], self.named()[upper]
            if low > high:
                raise InputError(
                    f"{low:g} is above {high:g} of '{upper}'; thresholds must rise",
                    where=lower,
                    allowed="survival <= luxury <= wasteful",
                )

    def named(self) -> dict[str, float]:
        """Bounds by name, the lowest first."""
        return {"survival": self.survival, "luxury": self.luxury, "wasteful": self.wasteful}

    @property
    def bounds(self) -> tuple[float, ...]:
        """Upper bounds of the four tiers; the last is infinite."""
        return (self.survival, self.luxury, self.wasteful, math.inf)


PUBLISHED = {
    "published": Thresholds(
        2.3,
        10.8,
        31.0,
        source=(
            "survival: mean level of 2030 compatible with 1.5 °C, Gore, Carbon inequality in 2030 "
            "(Oxfam/IEEP 2021); luxury: universal cap on individual emissions for 30 Gt in 2030, "
            "Chakravarty et al. (PNAS 2009, as reported in the press); wasteful: mean of the "
            "world's top tenth in 2019, Chancel (WID 2021), a normative choice"
        ),
    ),
    "strict": Thresholds(
        2.1,
        6.6,
        31.0,
        source=(
            "survival: 1.5 °C level of 2030, UNEP Emissions Gap Report 2020; luxury: world mean of "
            "2019, World Inequality Report 2022; wasteful: mean of the world's top tenth in 2019, "
            "Chancel (WID 2021); the use as tiers is a normative choice"
        ),
    ),
    "two_tiers": Thresholds(
        2.3,
        10.8,
        source="as 'published', without a tier of waste, for which no published figure was found",
    ),
}


def thresholds(name: str = "published") -> Thresholds:
    """A set of thresholds by name.

    Raises:
        InputError: no such set.
    """
    if name not in PUBLISHED:
        raise unknown_name("set of thresholds", name, PUBLISHED)
    return PUBLISHED[name]
