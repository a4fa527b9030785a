"""People by income group with their emissions per head, given or put on a national account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dualcarbon.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class IncomeGroups:
    """Groups of people, the poorest first.

    Attributes:
        labels: names, unique.
        people: persons (G,), above zero.
        per_head: mean emissions of a group, t per head and year (G,), not negative.
        income: mean income per head (G,) in any one currency; None where it is not known.
        spread: standard deviation of the logarithm of emissions within each group (G,); 0 puts
            everybody at the mean of the group.
        region, year, unit, source, grade: what the figures are.
    """

    labels: tuple[str, ...]
    people: Array
    per_head: Array
    income: Array | None = None
    spread: Array | None = None
    region: str = ""
    year: int | None = None
    unit: str = "t CO2e"
    source: str = ""
    grade: str = "C"

    @classmethod
    def of(
        cls,
        per_head: ArrayLike,
        people: ArrayLike = 1.0,
        *,
        labels: Sequence[str] | None = None,
        income: ArrayLike | None = None,
        spread: ArrayLike = 0.0,
        region: str = "",
        year: int | None = None,
        unit: str = "t CO2e",
        source: str = "",
        grade: str = "C",
    ) -> IncomeGroups:
        """Groups from plain figures; one figure for ``people`` or ``spread`` serves all groups.

        Raises:
            InputError: groups of different number, people not above zero, a figure that is
                negative or not a number, labels that repeat.
        """
        mean = _checked(per_head, "per_head", None)
        count = len(mean)
        names = tuple(map(str, labels)) if labels is not None else _numbered(count)
        if len(names) != count or len(set(names)) != count:
            raise InputError(
                f"{len(set(names))} different names for {count} groups", where="labels"
            )
        heads = _checked(people, "people", count)
        if (heads <= 0).any():
            raise InputError(
                f"must be above zero, got {heads.min():g}",
                where=f"people of group '{names[int(heads.argmin())]}'",
            )
        earned = None if income is None else _checked(income, "income", count)
        return cls(
            names,
            heads,
            mean,
            earned,
            _checked(spread, "spread", count),
            region,
            year,
            unit,
            source,
            grade,
        )

    @property
    def total(self) -> float:
        """Emissions of all groups, t."""
        return float(self.people @ self.per_head)

    @property
    def mean(self) -> float:
        """Emissions per head over all groups, t."""
        return self.total / float(self.people.sum())

    @property
    def sigma(self) -> Array:
        """Spread within the groups, 0 where none is given."""
        return np.zeros(len(self.people)) if self.spread is None else self.spread


def _numbered(count: int) -> tuple[str, ...]:
    prefix = "D" if count == 10 else "G"
    return tuple(f"{prefix}{i + 1}" for i in range(count))


def _checked(values: ArrayLike, what: str, count: int | None) -> Array:
    """Figures as an array: right number, finite, not negative."""
    array = np.asarray(values, dtype=float)
    if count is not None and array.ndim == 0:
        array = np.full(count, float(array))
    if array.ndim != 1 or not len(array):
        raise InputError(f"must be one row of figures, got shape {array.shape}", where=what)
    if count is not None and len(array) != count:
        raise InputError(f"{len(array)} figures for {count} groups", where=what)
    if not np.isfinite(array).all():
        raise InputError("holds a figure that is not a number", where=what)
    if (array < 0).any():
        raise InputError(f"must not be negative, got {array.min():g}", where=what)
    return array


TONNES = 1e6


def by_elasticity(
    total: float,
    people: ArrayLike,
    income: ArrayLike,
    elasticity: float = 1.0,
    *,
    labels: Sequence[str] | None = None,
    region: str = "",
    unit: str = "t CO2",
) -> IncomeGroups:
    """``e_g = E y_g^a / sum_h p_h y_h^a``: emissions per head rise with income.

    Used in this way by Chakravarty et al. (PNAS 2009) on national emissions; the elasticity is an
    assumption (grade D), and differences of lifestyle at the same income are not seen.

    Args:
        total: emissions E of the country, Mt (a consumption account, direct emissions included).
        people: persons p of each group (G,) or one figure; income: y per head (G,), above zero.
        elasticity: a of emissions with respect to income, zero or more.

    Raises:
        InputError: a total or elasticity that is negative, incomes that are not above zero.
    """
    if not np.isfinite(total) or total < 0:
        raise InputError(f"must be zero or more, got {total:g}", where="total")
    if not np.isfinite(elasticity) or elasticity < 0:
        raise InputError(f"must be zero or more, got {elasticity:g}", where="elasticity")
    y = np.asarray(income, dtype=float)
    if not (np.isfinite(y).all() and (y > 0).all()):
        raise InputError("must be above zero", where="income")
    groups = IncomeGroups.of(
        y**elasticity, people, labels=labels, income=y, region=region, unit=unit, grade="D"
    )
    return scaled(groups, total)


def scaled(groups: IncomeGroups, total: float) -> IncomeGroups:
    """The same shares of emissions, on another total (Mt): deciles put on a national account.

    Raises:
        InputError: a total that is negative, or groups without emissions.
    """
    if not np.isfinite(total) or total < 0:
        raise InputError(f"must be zero or more, got {total:g}", where="total")
    if not groups.total > 0:
        raise InputError("no emissions to scale", where="groups")
    return replace(groups, per_head=groups.per_head * (total * TONNES / groups.total))
