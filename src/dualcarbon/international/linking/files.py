"""Regions and rules of a link as a YAML file or the command line gives them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError
from dualcarbon.international.linking.curves import Curve, PowerMac, QuadraticMac, steps_in_order
from dualcarbon.international.linking.rules import Rules

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


class RulesEntry(Record):
    """Fields of :class:`Rules` with their types."""

    multiplier: float = 1.0
    values: dict[str, float] = Field(default_factory=dict)
    discount: float = 1.0
    limit: float | dict[str, float] | None = None
    permit_tax: float | dict[str, float] = 0.0
    share_of_proceeds: float = 0.0
    cancellation: float = 0.0
    buyers: frozenset[str] | None = None
    sellers: frozenset[str] | None = None
    rent_to_sellers: float = 0.0


def rules_from(given: Mapping[str, Any], where: str | None = None) -> Rules:
    """Rules from a mapping.

    Args:
        given: arguments of :class:`Rules`.
        where: file that they come from, for messages.

    Raises:
        InputError: an unknown key, a wrong type, or a figure out of its range.
    """
    try:
        entry = RulesEntry(**{str(key): value for key, value in given.items()})
        return Rules(**{name: getattr(entry, name) for name in RulesEntry.model_fields})
    except InputError as error:
        raise error.within(f"{where}, rules" if where else "rules") from error
