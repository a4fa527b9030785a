"""The result type: what each region answers for under one principle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dualcarbon.errors import CheckFailed

SumsTo = Literal["world", "more", "other"]


@dataclass(frozen=True, eq=False)
class Account:
    """Responsibility of every region under one principle.

    Attributes:
        principle: its key.
        values: index region, columns stressor; in ``units``.
        units: unit of each stressor.
        sums_to: ``world`` (the regions add up to the world's stressors), ``more`` (at least to
            them: stressors counted more than once by design) or ``other`` (no sum is promised).
        world: stressors of the world, those of final users included.
    """

    principle: str
    values: pd.DataFrame
    units: dict[str, str]
    sums_to: SumsTo
    world: pd.Series

    @property
    def total(self) -> pd.Series:
        """Sum over regions by stressor."""
        return self.values.sum(axis=0)

    @property
    def ratio(self) -> pd.Series:
        """Sum over regions relative to the world's stressors; 1 where both are 0."""
        empty = (self.world == 0) & (self.total == 0)
        return (self.total / self.world.mask(empty, 1.0)).mask(empty, 1.0)

    @property
    def gap(self) -> pd.Series:
        """Relative difference to what the sum must be; 0 where nothing is promised."""
        difference = self.ratio - 1.0
        if self.sums_to == "world":
            return difference.abs()
        return (-difference).clip(lower=0.0) * float(self.sums_to == "more")

    def check(self, tolerance: float = 1e-9) -> Account:
        """Return the account if it sums to what it must.

        Args:
            tolerance: relative difference that is allowed.

        Raises:
            CheckFailed: naming principle, stressor and difference.
        """
        wrong = self.gap[~(self.gap <= tolerance)]
        if len(wrong):
            worst = str(wrong.index[0])
            raise CheckFailed(
                f"account '{self.principle}', stressor '{worst}': the regions sum to "
                f"{self.total[worst]:.6g} {self.units[worst]}, the world has "
                f"{self.world[worst]:.6g}; is the table balanced?"
            )
        return self
