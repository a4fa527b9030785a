"""Can certificates replace all subsidies? The certificate price that a project needs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from dualcarbon.experiments.project_finance import market
from dualcarbon.experiments.project_finance.appraisal import Project, appraise
from dualcarbon.experiments.project_finance.cases import Cases
from dualcarbon.experiments.project_finance.offers import Offers
from dualcarbon.experiments.project_finance.terms import Terms

NOT_NEEDED, REPLACED, PARTLY, NOT = "not needed", "replaced", "partly", "not replaced"
LOWEST, HIGHEST = -2000.0, 5000.0
NOTHING = 0.05  # CNY/MWh below which a certificate is worth nothing


def needed_price(cases: Cases, offers: Offers, project: Project, terms: Terms) -> np.ndarray:
    """Certificate price at which a project on the market just earns its cost of capital.

    Solves ``NPV(c; wacc(c)) = 0`` for a constant price ``c`` in place of the market's: more
    certificates also mean more debt at the same cover, so the cost of capital moves with it.

    Returns:
        CNY/MWh by province; negative where the market alone earns more than the capital costs.
    """
    return np.array([_needed(i, cases, offers, project, terms) for i in range(len(cases.hours))])


def _needed(i: int, cases: Cases, offers: Offers, project: Project, terms: Terms) -> float:
    one, there = cases.only(i), Offers(offers.table.iloc[i : i + 1])

    def worth(price: float) -> float:
        paid = replace(one, certificate=np.full_like(one.certificate, price))
        return float(appraise(market, paid, there, project, terms).npv()[0])

    if worth(LOWEST) > 0 or worth(HIGHEST) < 0:
        return float("nan")
    return float(brentq(worth, LOWEST, HIGHEST, xtol=1e-7))


def replacement_rows(cases: Cases, offers: Offers, project: Project, terms: Terms) -> pd.DataFrame:
    """Rows of the table ``subsidy_replacement``.

    The subsidy is what the feed-in tariff pays over the expected market price, and ``covered``
    the share of it that the cleared certificate price pays. The verdict asks less: whether the
    certificate reaches the price that the project needs to earn its cost of capital.
    """
    on_market = appraise(market, cases, offers, project, terms)
    at = cases.within(project.start + np.arange(project.life))
    energy = on_market.per_mwh(cases.mean(cases.price * cases.hours)[:, at])
    cleared = on_market.per_mwh(cases.mean(cases.certificate * cases.hours)[:, at])
    needed = needed_price(cases, offers, project, terms)
    subsidy = offers.table["tariff"].to_numpy() - energy
    said = [reading(n, c) for n, c in zip(needed, cleared, strict=True)]
    return pd.DataFrame(
        {
            "province": cases.provinces,
            "technology": project.technology,
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


def reading(needed: float, cleared: float) -> tuple[str, str]:
    """One sentence in English and one in Chinese."""
    if needed <= 0:
        return (
            f"the market price alone pays for the capital, with {-needed:.0f} CNY/MWh to spare",
            f"仅凭市场电价即可覆盖资本成本，每兆瓦时尚有{-needed:.0f}元余量",
        )
    en = f"needs {needed:.0f} CNY/MWh for each certificate; they clear at {cleared:.0f}"
    zh = f"每份绿证需{needed:.0f}元/兆瓦时，出清价为{cleared:.0f}元/兆瓦时"
    return en, zh


def verdict(needed: float, cleared: float) -> str:
    """``not needed``, ``replaced``, ``partly`` or ``not replaced``."""
    if needed <= 0:
        return NOT_NEEDED
    if cleared >= needed:
        return REPLACED
    return PARTLY if cleared > NOTHING else NOT
