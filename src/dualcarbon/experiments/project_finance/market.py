"""Regime: the market price of each hour, and certificates."""

from __future__ import annotations

import numpy as np

from dualcarbon.experiments.project_finance.cases import Cases
from dualcarbon.experiments.project_finance.offers import Offers
from dualcarbon.experiments.project_finance.terms import Terms

KEY = "market"


def revenue(cases: Cases, offers: Offers, terms: Terms) -> np.ndarray:
    """``R = (price + certificate) h``.

    Returns:
        CNY per MW and year, shape (province, case, period).
    """
    return (cases.price + cases.certificate) * cases.hours


def term(terms: Terms) -> int:
    """No contract ends."""
    return 0
