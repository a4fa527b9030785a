"""Effective carbon price: instruments joined, at the margin and net of what is free.

And which of them count as a price paid at the EU border.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from pydantic import Field

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError

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


DRAFT = "draft act of 13 May 2026"


@dataclass(frozen=True)
class Recognition:
    """Whether a kind of instrument counts, why, and where that stands."""

    counts: bool
    reason: str
    article: str


RECOGNITION: dict[Kind, Recognition] = {
    "ets": Recognition(
        True,
        "a binding price on emissions; free allowances are netted",
        f"Regulation (EU) 2023/956, Articles 3(29) and 9; {DRAFT}, Article 8(1) and Annex I",
    ),
    "tax": Recognition(
        True,
        "a tax on emissions, or on fuels by their carbon content; exemptions are netted",
        f"Regulation (EU) 2023/956, Articles 3(29) and 9; {DRAFT}, Annex I, point 3.3",
    ),
    "excise": Recognition(
        False,
        "a tax on energy that is not set by carbon content is no carbon price",
        "Regulation (EU) 2023/956, Article 3(29)",
    ),
    "standard": Recognition(
        False,
        "a duty or a certificate quota has a cost but no payment for emissions",
        "Regulation (EU) 2023/956, Article 3(29)",
    ),
    "subsidy": Recognition(
        False,
        "not a carbon price; a compensation tied to one is netted as a rebate",
        f"{DRAFT}, Article 8(2)",
    ),
}


def counts_under_cbam(kind: Kind) -> bool:
    """Whether a kind of instrument can be deducted at the EU border.

    Source: Regulation (EU) 2023/956, Articles 3(29) and 9; the draft act of 13 May 2026.
    """
    return RECOGNITION[kind].counts


@dataclass(frozen=True)
class EffectivePrice:
    """An effective price and its parts.

    Attributes:
        parts: one row per instrument: ``name``, ``kind``, ``explicit``, ``marginal`` (price times
            coverage), ``average`` (the same net of free allowances and rebates), ``cbam`` (what of
            the average would count at the EU border).
    """

    parts: pd.DataFrame

    @property
    def marginal(self) -> float:
        """What one more tonne costs on average over all emissions."""
        return float(self.parts["marginal"].sum())

    @property
    def average(self) -> float:
        """What is paid per tonne of all emissions."""
        return float(self.parts["average"].sum())

    @property
    def explicit(self) -> float:
        """Explicit part of the average."""
        return float(self.parts.loc[self.parts["explicit"], "average"].sum())

    @property
    def implicit(self) -> float:
        """Implicit part of the average."""
        return float(self.parts.loc[~self.parts["explicit"], "average"].sum())

    @property
    def cbam(self) -> float:
        """What of the average would count at the EU border."""
        return float(self.parts["cbam"].sum())


def effective_price(parts: Sequence[PricePart]) -> EffectivePrice:
    """Join instruments into one effective price.

    marginal = sum_k s_k p_k c_k, average = sum_k s_k p_k c_k (1 - f_k)(1 - r_k)

    with price p, coverage c, free share f, rebate share r, and s = -1 for subsidies. Instruments
    that fall on the same tonne add up. Free allowances leave the marginal price and lower what is
    paid; a comparison of competitiveness needs the average, one of incentives the marginal price.

    Args:
        parts: instruments, all prices in one currency per tonne.

    Raises:
        InputError: no instruments.

    Source: OECD, Effective Carbon Rates (marginal) and net effective carbon rates (subsidies).
    """
    if not parts:
        raise InputError("no price parts", where="prices")
    rows = [
        {
            "name": part.name,
            "kind": part.kind,
            "explicit": part.explicit,
            "marginal": part.sign * part.price * part.coverage,
            "average": _average(part),
            "cbam": _average(part) if counts_under_cbam(part.kind) else 0.0,
        }
        for part in parts
    ]
    return EffectivePrice(pd.DataFrame(rows))


def _average(part: PricePart) -> float:
    kept = (1 - part.free_share) * (1 - part.rebate_share)
    return part.sign * part.price * part.coverage * kept
