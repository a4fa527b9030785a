"""Can certificates replace all subsidies? The certificate price that a project needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from dualcarbon.experiments import statements
from dualcarbon.experiments.project_finance.cases import Cases
from dualcarbon.experiments.project_finance.regimes import MARKET, Offers, Terms
from dualcarbon.experiments.project_finance.valuation import Plant, appraise
from dualcarbon.experiments.statements import Findings, Words

NOT_NEEDED, REPLACED, PARTLY, NOT = "not needed", "replaced", "partly", "not replaced"
LOWEST, HIGHEST = -2000.0, 5000.0
NOTHING = 0.05  # CNY/MWh below which a certificate is worth nothing


@dataclass(frozen=True)
class ReplacementFound(Findings):
    """Certificate price that a plant needs, and the one that clears, CNY/MWh."""

    topic: ClassVar[str] = "finance.replacement"
    needed: float
    cleared: float

    @property
    def market_pays(self) -> bool:
        """Whether the plant needs no certificate."""
        return self.needed <= 0

    @property
    def spare(self) -> float:
        """What the market pays beyond the cost of capital."""
        return -self.needed


def needed_price(cases: Cases, offers: Offers, plant: Plant, terms: Terms) -> np.ndarray:
    """Certificate price at which a project on the market just earns its cost of capital.

    Solves ``NPV(c; wacc(c)) = 0`` for a constant price ``c`` in place of the market's: more
    certificates also mean more debt at the same cover, so the cost of capital moves with it.

    Returns:
        CNY/MWh by province; negative where the market alone earns more than the capital costs.
    """
    return np.array([_needed(i, cases, offers, plant, terms) for i in range(len(cases.hours))])


def _needed(i: int, cases: Cases, offers: Offers, plant: Plant, terms: Terms) -> float:
    one, there = cases.only(i), Offers(offers.table.iloc[i : i + 1])

    def worth(price: float) -> float:
        paid = replace(one, certificate=np.full_like(one.certificate, price))
        return float(appraise(MARKET, paid, there, plant, terms).npv()[0])

    if worth(LOWEST) > 0 or worth(HIGHEST) < 0:
        return float("nan")
    return float(brentq(worth, LOWEST, HIGHEST, xtol=1e-7))


def replacement_rows(cases: Cases, offers: Offers, plant: Plant, terms: Terms) -> pd.DataFrame:
    """Rows of the table ``subsidy_replacement``.

    The subsidy is what the feed-in tariff pays over the expected market price, and ``covered``
    the share of it that the cleared certificate price pays. The verdict asks less: whether the
    certificate reaches the price that the project needs to earn its cost of capital.
    """
    on_market = appraise(MARKET, cases, offers, plant, terms)
    at = cases.within(plant.start + np.arange(plant.life))
    energy = on_market.per_mwh(cases.mean(cases.price * cases.hours)[:, at])
    cleared = on_market.per_mwh(cases.mean(cases.certificate * cases.hours)[:, at])
    needed = needed_price(cases, offers, plant, terms)
    subsidy = offers.table["tariff"].to_numpy() - energy
    said = [reading(n, c) for n, c in zip(needed, cleared, strict=True)]
    return pd.DataFrame(
        {
            "province": cases.provinces,
            "technology": plant.technology,
            "subsidy_cny_per_mwh": subsidy,
            "certificate_price_needed": needed,
            "certificate_price": cleared,
            "covered": covered(subsidy, cleared),
            "verdict": [verdict(n, c) for n, c in zip(needed, cleared, strict=True)],
            "reading_en": [en for en, _ in said],
            "reading_zh": [zh for _, zh in said],
        }
    )


def covered(subsidy: np.ndarray, cleared: np.ndarray) -> np.ndarray:
    """Share of the subsidy that certificates pay, 0 to 1; one where there is no subsidy."""
    share = cleared / np.where(subsidy > 0, subsidy, 1.0)
    return np.where(subsidy > 0, np.clip(share, 0.0, 1.0), 1.0)


def reading(needed: float, cleared: float) -> Words:
    """One sentence in both languages."""
    return statements.reading(ReplacementFound(needed, cleared))


def verdict(needed: float, cleared: float) -> str:
    """``not needed``, ``replaced``, ``partly`` or ``not replaced``."""
    if needed <= 0:
        return NOT_NEEDED
    if cleared >= needed:
        return REPLACED
    return PARTLY if cleared > NOTHING else NOT
