"""Revenue regimes and the terms of contracts, debt and equity, with unit, source and grade."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dualcarbon.experiments import parameters
from dualcarbon.experiments.project_finance.cases import Cases

FILE = Path(__file__).parent / "parameters.yaml"


@dataclass(frozen=True)
class Terms:
    """What lenders, owners and counterparties ask for; rates real and before tax.

    Attributes:
        debt_rate: 1/a; debt_tenor: years; dscr: debt service cover on P90 cash flow.
        gearing: most debt as a share of the outlay.
        equity_base: cost of equity without revenue risk, 1/a.
        price_of_risk: premium per unit of standard deviation of the yearly return on equity.
        feed_in_term, mechanism_term, hedge_term: years of each contract.
        mechanism_volume, hedge_volume: share of output under contract.
        hedge_fee: CNY/MWh that the fixed price lies below the expected one.
    """

    debt_rate: float
    debt_tenor: int
    dscr: float
    gearing: float
    equity_base: float
    price_of_risk: float
    feed_in_term: int
    mechanism_volume: float
    mechanism_term: int
    hedge_volume: float
    hedge_term: int
    hedge_fee: float

    @classmethod
    def shipped(cls) -> Terms:
        """The terms of ``parameters.yaml``."""
        return cls(**{name: parameter(name) for name in cls.__dataclass_fields__})


def parameter(name: str) -> Any:
    """Value of a parameter."""
    return parameters.parameter(name, FILE)


def assumptions() -> pd.DataFrame:
    """Parameters as rows of the run's assumptions."""
    table = parameters.assumptions("", FILE)
    return table.assign(name="finance." + table["name"])


def zone_tariff(technology: str, provinces: pd.Index, benchmark: pd.Series) -> pd.Series:
    """Feed-in tariff by province, CNY/MWh: that of its zone, or the coal benchmark if higher.

    Args:
        technology: ``onwind`` or ``solar``.
        provinces: wanted provinces.
        benchmark: coal benchmark price by province, CNY/MWh.
    """
    price = parameter(f"feed_in_{technology}")
    zones = {p: z for z, members in parameter(f"zones_{technology}").items() for p in members}
    last = list(price)[-1]
    tariff = pd.Series([price[zones.get(p, last)] for p in provinces], index=provinces)
    return tariff.clip(lower=benchmark.reindex(provinces)).astype(float)


def mechanism_strike(technology: str, provinces: pd.Index, benchmark: pd.Series) -> pd.Series:
    """Mechanism price by province, CNY/MWh: auctioned where known, else the median of the ratio
    of auctioned prices to the coal benchmark, times the benchmark.
    """
    known = pd.Series(parameter(f"mechanism_{technology}"), dtype=float)
    ratio = float((known / benchmark.reindex(known.index)).median())
    return known.reindex(provinces).fillna(benchmark.reindex(provinces) * ratio)


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
