"""Regime: the mechanism price, a two-way contract for difference on part of the output."""

from __future__ import annotations

import numpy as np

from dualcarbon.experiments.project_finance.cases import Cases
from dualcarbon.experiments.project_finance.offers import Offers
from dualcarbon.experiments.project_finance.terms import Terms

KEY = "mechanism"


def revenue(cases: Cases, offers: Offers, terms: Terms) -> np.ndarray:
    """``R = v h (price + strike - reference) + (1 - v) h (price + certificate)``.

    The reference is the mean price that output of the kind meets in the province, which is the
    price of this project, so volume under contract earns the strike. It brings no certificate.

    Returns:
        CNY per MW and year, shape (province, case, period).

    Source: NDRC and NEA 2025 No. 136.
    """
    volume = terms.mechanism_volume
    free = (1.0 - volume) * (cases.price + cases.certificate)
    return (volume * offers.column("strike") + free) * cases.hours


def term(terms: Terms) -> int:
    """Years of the mechanism."""
    return terms.mechanism_term
