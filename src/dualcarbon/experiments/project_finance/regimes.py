"""Revenue regimes: what a wind or solar plant is paid under each, and for how long.

Every revenue is in CNY per MW and year, shape (province, case, period).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dualcarbon.experiments.project_finance.cases import Cases
from dualcarbon.experiments.project_finance.terms import Terms


@dataclass(frozen=True)
class Offers:
    """Prices on offer for a technology, CNY/MWh.

    Attributes:
        table: index province; columns ``tariff`` (feed-in), ``benchmark`` (coal), ``strike``
            (mechanism price).
    """

    table: pd.DataFrame

    def column(self, name: str) -> np.ndarray:
        """A price by province, shape (province, 1, 1)."""
        return self.table[name].to_numpy(float)[:, None, None]


@dataclass(frozen=True)
class Regime:
    """What a plant earns and the years of its contract; after them it is on the market."""

    key: str
    revenue: Callable[[Cases, Offers, Terms], np.ndarray]
    term: Callable[[Terms], int]


def feed_in(cases: Cases, offers: Offers, terms: Terms) -> np.ndarray:
    """``R = tariff h``: neither the market price nor a certificate reaches the plant."""
    return offers.column("tariff") * cases.hours


def subsidy_as_certificates(cases: Cases, offers: Offers, terms: Terms) -> np.ndarray:
    """``R = (benchmark + certificate) h``: who sells a certificate forgoes the subsidy.

    Source: NDRC, MOF and NEA 2017 No. 132 on voluntary certificates.
    """
    return (offers.column("benchmark") + cases.certificate) * cases.hours


def market(cases: Cases, offers: Offers, terms: Terms) -> np.ndarray:
    """``R = (price + certificate) h``: the market price of each hour, and certificates."""
    return (cases.price + cases.certificate) * cases.hours


def mechanism(cases: Cases, offers: Offers, terms: Terms) -> np.ndarray:
    """``R = v h (price + strike - reference) + (1 - v) h (price + certificate)``.

    A two-way contract for difference on part of the output. The reference is the mean price that
    output of the kind meets in the province, which is the price of this plant, so volume under
    contract earns the strike. It brings no certificate.

    Source: NDRC and NEA 2025 No. 136.
    """
    volume = terms.mechanism_volume
    free = (1.0 - volume) * (cases.price + cases.certificate)
    return (volume * offers.column("strike") + free) * cases.hours


def hedged(cases: Cases, offers: Offers, terms: Terms) -> np.ndarray:
    """``R = (price + certificate) h + q (F - price)``, ``q = v E[h]``, ``F = E[price] - fee``.

    A bank swaps a fixed for the floating price. The quantity is fixed, so weather stays with the
    plant. Without a fee the swap is worth nothing in expectation and leaves mean revenue as it is.
    """
    quantity = terms.hedge_volume * cases.mean(cases.hours)[:, None, :]
    fixed = cases.mean(cases.price)[:, None, :] - terms.hedge_fee
    return (cases.price + cases.certificate) * cases.hours + quantity * (fixed - cases.price)


CERTIFICATES = "subsidy_as_certificates"
MARKET = Regime("market", market, lambda terms: 0)

REGIMES: dict[str, Regime] = {
    regime.key: regime
    for regime in (
        Regime("feed_in", feed_in, lambda terms: terms.feed_in_term),
        Regime(
            "subsidy_as_certificates", subsidy_as_certificates, lambda terms: terms.feed_in_term
        ),
        MARKET,
        Regime("mechanism", mechanism, lambda terms: terms.mechanism_term),
        Regime("hedged", hedged, lambda terms: terms.hedge_term),
    )
}
"""Revenue regimes by key, in the order in which they are shown."""
