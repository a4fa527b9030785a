"""Regions that may be linked and the rules of the link, in code, in YAML or in options."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.linking.curves import Curve, PowerMac, QuadraticMac, steps_in_order

ARTICLE_6_PROCEEDS = 0.05
"""Share of issued credits for the Adaptation Fund; decision 3/CMA.3, annex."""

ARTICLE_6_CANCELLATION = 0.02
"""Least share of issued credits cancelled for overall mitigation; 3/CMA.3, annex."""


@dataclass(frozen=True)
class Region:
    """A region with its abatement curve and the abatement it must show.

    Args:
        name: unique name.
        curve: marginal abatement curve.
        requirement: abatement asked of the region, Mt, not negative.
        developing: whether its units carry the multiplier when developed regions buy them.

    Raises:
        InputError: the requirement is negative or beyond the curve.
    """

    name: str
    curve: Curve
    requirement: float
    developing: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.requirement) and self.requirement >= 0.0):
            raise InputError(
                f"requirement must not be negative, got {self.requirement:g}",
                where=self.name,
                allowed=">= 0 Mt",
            )
        if self.requirement > self.curve.limit:
            raise InputError(
                f"requirement {self.requirement:.6g} Mt exceeds what its curve offers",
                where=self.name,
                allowed=f"at most {self.curve.limit:.6g} Mt",
            )


@dataclass(frozen=True)
class Rules:
    """Rules of a link; the defaults are the full, unrestricted link.

    Design space of Quemin and de Perthuis (2018), Environmental and Resource Economics,
    doi 10.1007/s10640-018-00307-6: quantity limit, border tax on permits, exchange and discount
    rate, unilateral link; and the deductions of Article 6.4 of the Paris Agreement.

    Args:
        multiplier: e, tonnes that one tonne bought from a developing region counts for in a
            developed one; at least 1.
        values: worth of one unit of a region, beside its multiplier; 1 where not named. A buyer j
            counts v_i / v_j tonnes per unit of seller i: an exchange rate.
        discount: share of an imported unit that counts, in (0, 1]; in both directions.
        limit: largest share of its requirement that a region may cover with imports; one figure
            or by region; None for no limit.
        permit_tax: tax per counted tonne of imported permits, USD/t, into the importer's budget;
            one figure or by region.
        share_of_proceeds: share of issued units that goes to the Adaptation Fund, which sells it.
        cancellation: share of issued units that is cancelled for overall mitigation.
        buyers: regions that accept foreign units; None for all: fewer make a unilateral link.
        sellers: regions whose units may leave; None for all.
        rent_to_sellers: share of the rent of a binding limit that sellers obtain; the rest stays
            with the importers.

    Raises:
        InputError: a figure out of its range.
    """

    multiplier: float = 1.0
    values: Mapping[str, float] = field(default_factory=dict)
    discount: float = 1.0
    limit: float | Mapping[str, float] | None = None
    permit_tax: float | Mapping[str, float] = 0.0
    share_of_proceeds: float = 0.0
    cancellation: float = 0.0
    buyers: frozenset[str] | None = None
    sellers: frozenset[str] | None = None
    rent_to_sellers: float = 0.0

    def __post_init__(self) -> None:
        _check(self.multiplier >= 1.0, "multiplier", self.multiplier, ">= 1; below 1, use discount")
        for name, value in self.values.items():
            _check(value > 0.0, f"exchange rate, {name}", value, "> 0")
        _check(0.0 < self.discount <= 1.0, "discount", self.discount, "0 < discount <= 1")
        for name, value in _items(self.limit):
            _check(value >= 0.0, f"limit{name}", value, ">= 0, share of the requirement")
        for name, value in _items(self.permit_tax):
            _check(value >= 0.0, f"permit tax{name}", value, ">= 0 USD/t")
        for name in ("share_of_proceeds", "cancellation", "rent_to_sellers"):
            value = getattr(self, name)
            _check(0.0 <= value <= 1.0, name.replace("_", " "), value, "0 to 1")
        deducted = self.share_of_proceeds + self.cancellation
        _check(deducted < 1.0, "share of proceeds plus cancellation", deducted, "below 1")

    def value(self, region: Region) -> float:
        """Worth of one unit of a region in common units."""
        own = self.multiplier if region.developing else 1.0
        return own * float(self.values.get(region.name, 1.0))

    def import_limit(self, region: Region) -> float:
        """Imports that a region may count, Mt."""
        limit = self.limit.get(region.name) if isinstance(self.limit, Mapping) else self.limit
        return math.inf if limit is None else float(limit) * region.requirement

    def tax(self, region: Region) -> float:
        """Border tax on permits of a region, USD per counted tonne."""
        tax = self.permit_tax
        return float(tax.get(region.name, 0.0) if isinstance(tax, Mapping) else tax)

    def may_buy(self, region: Region) -> bool:
        """Whether a region accepts foreign units."""
        return self.buyers is None or region.name in self.buyers

    def may_sell(self, region: Region) -> bool:
        """Whether units of a region may leave it."""
        return self.sellers is None or region.name in self.sellers

    def names(self) -> Iterable[tuple[str, str]]:
        """Every region that a rule names, with the rule."""
        for rule in ("values", "limit", "permit_tax", "buyers", "sellers"):
            named = getattr(self, rule)
            if isinstance(named, Mapping | frozenset):
                yield from ((str(name), rule.replace("_", " ")) for name in named)


def check_names(regions: Iterable[Region], rules: Rules) -> None:
    """Check that names are unique and that the rules name regions that exist.

    Raises:
        InputError: no region, a name twice, or a rule that names none of the regions.
    """
    known = [region.name for region in regions]
    if not known:
        raise InputError("no region given", where="regions")
    if len(set(known)) < len(known):
        twice = next(name for name in known if known.count(name) > 1)
        raise InputError(f"region '{twice}' is given twice", where="regions")
    for name, rule in rules.names():
        if name not in known:
            raise unknown_name("region", name, known, where=rule)


def _items(value: float | Mapping[str, float] | None) -> list[tuple[str, float]]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [(f", {name}", float(v)) for name, v in value.items()]
    return [("", float(value))]


def _check(holds: bool, name: str, value: float, allowed: str) -> None:
    if not holds:
        raise InputError(f"{name} is {value:g}", allowed=allowed)


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
