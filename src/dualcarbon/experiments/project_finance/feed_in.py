"""Regime: a feed-in tariff for all output."""

from __future__ import annotations

import numpy as np

from dualcarbon.experiments.project_finance.cases import Cases
from dualcarbon.experiments.project_finance.offers import Offers
from dualcarbon.experiments.project_finance.terms import Terms

KEY = "feed_in"


def revenue(cases: Cases, offers: Offers, terms: Terms) -> np.ndarray:
    """``R = tariff h``: neither the market price nor a certificate reaches the project.

    Returns:
        CNY per MW and year, shape (province, case, period).
    """
    return offers.column("tariff") * cases.hours


def term(terms: Terms) -> int:
    """Years of the tariff."""
    return terms.feed_in_term
