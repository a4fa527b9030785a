"""The instruments that put a price on carbon, as a user lists them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dualcarbon.common.records import Record

Kind = Literal["ets", "tax", "excise", "standard", "subsidy"]
EXPLICIT: tuple[Kind, ...] = ("ets", "tax")
IMPLICIT: tuple[Kind, ...] = ("excise", "standard", "subsidy")


class PricePart(Record):
    """One instrument.

    Attributes:
        name: what it is called.
        kind: ``ets`` and ``tax`` are explicit; ``excise`` on fuels, ``standard`` (its shadow
            price) and ``subsidy`` on fossil fuels (counted negative) are implicit.
        price: per tonne of CO2 on which it falls, at least zero, in the currency of the list.
        coverage: share of emissions on which it falls.
        free_share: share of the covered emissions with free allowances, or exempt.
        rebate_share: share of the payment given back.
    """

    name: str
    kind: Kind
    price: float = Field(ge=0)
    coverage: float = Field(default=1, ge=0, le=1)
    free_share: float = Field(default=0, ge=0, le=1)
    rebate_share: float = Field(default=0, ge=0, le=1)

    @property
    def explicit(self) -> bool:
        """Whether the price is directly one of carbon."""
        return self.kind in EXPLICIT

    @property
    def sign(self) -> int:
        """Minus one for a subsidy."""
        return -1 if self.kind == "subsidy" else 1
