"""Effective carbon price: explicit and implicit parts, at the margin and net of what is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.international.pricing.parts import PricePart, counts_under_cbam


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
