"""Regime: the coal benchmark price for energy, and certificates in the place of the subsidy."""

from __future__ import annotations

import numpy as np

from dualcarbon.experiments.project_finance.cases import Cases
from dualcarbon.experiments.project_finance.offers import Offers
from dualcarbon.experiments.project_finance.terms import Terms

KEY = "subsidy_as_certificates"


def revenue(cases: Cases, offers: Offers, terms: Terms) -> np.ndarray:
    """``R = (benchmark + certificate) h``: a project that sells a certificate forgoes the subsidy.

    Returns:
        CNY per MW and year, shape (province, case, period).

    Source: NDRC, MOF and NEA 2017 No. 132 on voluntary certificates.
    """
    return (offers.column("benchmark") + cases.certificate) * cases.hours


def term(terms: Terms) -> int:
    """Years of the benchmark price: those of the tariff that it stands for."""
    return terms.feed_in_term
