"""Section 4.1: certificates in place of subsidies, and contracts against the risk of the market."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from dualcarbon.experiments.project_finance.replacement import NOT_NEEDED, REPLACED
from dualcarbon.experiments.statements import Findings
from dualcarbon.experiments.theses.claim import Claim, answer

CALMER = 0.9


@dataclass(frozen=True)
class SubsidiesFound(Findings):
    """Projects that need no certificate, and those that it makes pay, percent of all.

    Attributes:
        needed: certificate price that the others need, median; cleared: at which they clear;
            CNY/MWh.
    """

    topic: ClassVar[str] = "thesis.certificates_for_subsidies"
    alone: float
    helped: float
    needed: float
    cleared: float

    @property
    def enough(self) -> float:
        """Projects that earn their cost of capital without subsidy, percent."""
        return self.alone + self.helped

    @property
    def mostly_alone(self) -> bool:
        """Whether most projects do, and most of those without certificates."""
        return self.enough > 50.0 and self.alone > self.helped

    @property
    def mostly_helped(self) -> bool:
        """Whether those that do mostly owe it to certificates."""
        return self.helped > self.alone


@dataclass(frozen=True)
class ContractsFound(Findings):
    """A bank's swap against the open market, medians over provinces.

    Attributes:
        calmer, mechanism: change of the standard deviation of revenue by the swap and by the
            mechanism price, percent; cheaper: of the cost of capital by the swap, points.
        revenue: change of the mean revenue by the swap, CNY/MWh; fee: what the bank takes.
    """

    topic: ClassVar[str] = "thesis.contracts_against_risk"
    calmer: float
    mechanism: float
    cheaper: float
    revenue: float
    fee: float

    @property
    def no_revenue(self) -> bool:
        """Whether the swap brings no revenue on average and takes no more than its fee."""
        return -abs(self.fee) - 1e-6 <= self.revenue <= 1e-6


def claims(finance: pd.DataFrame, replacement: pd.DataFrame, fee: float) -> list[Claim]:
    """Claims read off the appraisal of a given project in every province.

    Args:
        finance: table ``project_finance``; replacement: table ``subsidy_replacement``.
        fee: what the fixed price of the swap lies below the expected one, CNY/MWh.
    """
    return [_subsidies(replacement), _contracts(finance, fee)]


def _subsidies(table: pd.DataFrame) -> Claim:
    verdicts = table["verdict"]
    short = table[~verdicts.isin((NOT_NEEDED, REPLACED))]
    found = SubsidiesFound(
        alone=float((verdicts == NOT_NEEDED).mean() * 100),
        helped=float((verdicts == REPLACED).mean() * 100),
        needed=float(short["certificate_price_needed"].median()) if len(short) else math.nan,
        cleared=float(table["certificate_price"].median()),
    )
    enough = found.enough
    return Claim(found, "4.1", enough, "%", answer(enough, enough > 99.0, partly=enough > 50.0))


def _contracts(table: pd.DataFrame, fee: float) -> Claim:
    columns = ["revenue_sd", "wacc", "revenue_cny_per_mwh"]
    median = table.groupby("regime")[columns].median()
    market, hedged, mechanism = (median.loc[r] for r in ("market", "hedged", "mechanism"))
    found = ContractsFound(
        calmer=100.0 * float(hedged["revenue_sd"] / market["revenue_sd"] - 1.0),
        mechanism=100.0 * float(mechanism["revenue_sd"] / market["revenue_sd"] - 1.0),
        cheaper=100.0 * float(hedged["wacc"] - market["wacc"]),
        revenue=float(hedged["revenue_cny_per_mwh"] - market["revenue_cny_per_mwh"]),
        fee=fee,
    )
    less = bool(hedged["revenue_sd"] < CALMER * market["revenue_sd"])
    return Claim(found, "4.1", found.calmer, "%", answer(found.calmer, less))
