"""One region as written in a YAML file."""

from __future__ import annotations

import math
from typing import Literal

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError
from dualcarbon.international.linking.curves import (
    Curve,
    PowerMac,
    QuadraticMac,
    steps_in_order,
)

NEEDS = {"quadratic": ("slope",), "power": ("scale", "exponent"), "steps": ("steps",)}


class RegionEntry(Record):
    """Fields of a region; which of them a curve needs depends on its kind."""

    curve: Literal["quadratic", "power", "steps"] | None = None
    slope: float | None = None
    start: float = 0.0
    scale: float | None = None
    exponent: float | None = None
    steps: tuple[tuple[float, float], ...] | None = None
    limit: float | None = None
    requirement: float | None = None
    price: float | None = None
    developing: bool | None = None

    def own_curve(self) -> Curve | None:
        """The curve that the entry describes, or None where it names none.

        Raises:
            InputError: a field that the curve needs is missing.
        """
        given = (k for k, needs in NEEDS.items() if getattr(self, needs[0]) is not None)
        kind: str | None = self.curve or next(given, None)
        if kind is None:
            return None
        missing = [name for name in NEEDS[kind] if getattr(self, name) is None]
        if missing:
            raise InputError(f"a {kind} curve needs {missing[0]}", where=missing[0])
        limit = math.inf if self.limit is None else self.limit
        if kind == "quadratic":
            return QuadraticMac(_given(self.slope), self.start, limit)
        if kind == "power":
            return PowerMac(_given(self.scale), _given(self.exponent), limit)
        return steps_in_order(self.steps or ())

    def asked(self, curve: Curve, otherwise: float) -> float:
        """Abatement asked of the region, Mt.

        Raises:
            InputError: both or neither of requirement and price are given.
        """
        if self.requirement is not None and self.price is not None:
            raise InputError("give requirement or price, not both", where="requirement")
        if self.requirement is not None:
            return self.requirement
        if self.price is not None:
            return curve.supply(self.price)
        if math.isnan(otherwise):
            raise InputError("give requirement (Mt) or price (USD/t)", where="requirement")
        return otherwise

    def is_developing(self, otherwise: bool) -> bool:
        """Whether the multiplier applies to its units."""
        return otherwise if self.developing is None else self.developing


def _given(value: float | None) -> float:
    return math.nan if value is None else value
