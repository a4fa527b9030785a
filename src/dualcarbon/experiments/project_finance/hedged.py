"""Regime: medium-term contracts with a bank, which swaps a fixed for the floating price."""

from __future__ import annotations

import numpy as np

from dualcarbon.experiments.project_finance.cases import Cases
from dualcarbon.experiments.project_finance.offers import Offers
from dualcarbon.experiments.project_finance.terms import Terms

KEY = "hedged"


def revenue(cases: Cases, offers: Offers, terms: Terms) -> np.ndarray:
    """``R = (price + certificate) h + q (F - price)``, ``q = v E[h]``, ``F = E[price] - fee``.

    The quantity is fixed, so weather stays with the project. Without a fee the swap is worth
    nothing in expectation and leaves mean revenue as it is.

    Returns:
        CNY per MW and year, shape (province, case, period).
    """
    quantity = terms.hedge_volume * cases.mean(cases.hours)[:, None, :]
    fixed = cases.mean(cases.price)[:, None, :] - terms.hedge_fee
    return (cases.price + cases.certificate) * cases.hours + quantity * (fixed - cases.price)


def term(terms: Terms) -> int:
    """Years of the swap."""
    return terms.hedge_term
