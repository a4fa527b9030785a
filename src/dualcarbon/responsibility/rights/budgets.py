"""The result of a rule: national budgets that sum to the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from dualcarbon.errors import CheckFailed


@dataclass(frozen=True, eq=False)
class Budgets:
    """What each region may still emit under one rule.

    Attributes:
        rule: key of the rule.
        values: Gt CO2 by region from the year after ``year`` on; negative for a region that has
            used more than its share.
        total: the budget shared, Gt CO2.
        year: last year of history.
        settings: parameters of the rule.
    """

    rule: str
    values: pd.Series
    total: float
    year: int
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Difference of the sum to the whole, relative to the sum of sizes."""
        size = max(float(self.values.abs().sum()), self.total)
        return abs(float(self.values.sum()) - self.total) / size

    @property
    def shares(self) -> pd.Series:
        """Shares of the whole."""
        return self.values / self.total

    def check(self, tolerance: float = 1e-12) -> Budgets:
        """Return the budgets if they sum to the whole.

        Raises:
            CheckFailed: they do not.
        """
        if not self.gap <= tolerance:
            raise CheckFailed(
                f"budgets of rule '{self.rule}' sum to {self.values.sum():.9g} Gt, "
                f"the whole is {self.total:.9g} Gt"
            )
        return self
