"""What every policy instrument offers: attach, price, settle."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar

import pandas as pd
from pydantic import AfterValidator, Field

from dualcarbon.common.records import Record

if TYPE_CHECKING:
    from dualcarbon.instruments.payments import Payment
    from dualcarbon.instruments.savings import SavingRule
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

EVERYONE = "all"


Numbers = TypeVar("Numbers", bound=float | Mapping[Any, float])


def not_negative(value: Numbers) -> Numbers:
    """Check a number, or the numbers of a table, to be zero or more."""
    for number in value.values() if isinstance(value, Mapping) else [value]:
        if number < 0:
            raise ValueError(f"must not be negative, got {number}")
    return value


def within_one(value: Numbers) -> Numbers:
    """Check a number, or the numbers of a table, to be a share."""
    for number in value.values() if isinstance(value, Mapping) else [value]:
        if not 0 <= number <= 1:
            raise ValueError(f"must be a share between 0 and 1, got {number}")
    return value


Yearly = Annotated[float | dict[int, float], AfterValidator(not_negative)]
"""A non-negative number, or numbers by year with linear interpolation between them."""

Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True)
class Price:
    """A price read off a dual.

    Attributes:
        instrument: name of the instrument; item: what is traded.
        region: area in which the price holds, or ``all``.
        values: price by period.
        unit: e.g. ``CNY/t``.
        row: block of rows it is the dual of, and the row's label within a period.
    """

    instrument: str
    item: str
    region: str
    values: pd.Series
    unit: str
    row: str


class Instrument(Record):
    """A policy instrument: a few rows over annual sums.

    Attributes:
        key: name under which scenarios and :meth:`Equilibrium.resolve` refer to it.
    """

    key: ClassVar[str]

    @classmethod
    def place(cls) -> str:
        """Its key."""
        return cls.key

    @abstractmethod
    def attach(self, model: PolicyModel) -> None:
        """Add the instrument's variables, rows and costs to the model."""

    def price(self, solution: Solution) -> list[Price]:
        """Read the instrument's prices off the duals of its rows."""
        return []

    def settle(self, solution: Solution) -> list[Payment]:
        """List who pays whom because of the instrument, at its prices."""
        return []

    def token_claims(self) -> dict[str, Eligibility]:
        """Uses of attribute tokens that the instrument offers, with their eligibility."""
        return {}

    def saving_claims(self, beside: Mapping[str, Instrument]) -> dict[str, SavingRule]:
        """Uses of saved energy that the instrument offers, with whose savings are eligible.

        Args:
            beside: instruments of the package by key.
        """
        return {}


class Eligibility(Record):
    """Which renewable output may go to a use of attribute tokens.

    Attributes:
        carriers: eligible carriers; None means every renewable carrier.
        vintages: ``existing``, ``new`` or both; ``new`` alone is additionality.
        source: rule or regulation that says so.
    """

    carriers: tuple[str, ...] | None = None
    vintages: tuple[str, ...] = ("existing", "new")
    source: str = ""

    def admits(self, carrier: str, vintage: str) -> bool:
        """Whether output of a carrier and vintage is eligible."""
        return vintage in self.vintages and (self.carriers is None or carrier in self.carriers)
