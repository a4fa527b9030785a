"""What every policy instrument offers: attach, price, settle."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar

import numpy as np
import pandas as pd
from pydantic import AfterValidator, Field

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError
from dualcarbon.instruments.claims import Eligibility, SavingRule

if TYPE_CHECKING:
    from dualcarbon.instruments.payments import Payment
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

EVERYONE = "all"
NOBODY = pd.Index([])


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


FIRST_YEAR, LAST_YEAR = 1900, 2200


def in_years(value: Numbers) -> Numbers:
    """Check that numbers by year are some, and of years that there can be."""
    if isinstance(value, Mapping):
        if not value:
            raise ValueError("holds no number")
        for year in value:
            if isinstance(year, int) and not FIRST_YEAR <= year <= LAST_YEAR:
                raise ValueError(f"year {year} is outside {FIRST_YEAR}-{LAST_YEAR}")
    return value


Yearly = Annotated[float | dict[int, float], AfterValidator(not_negative), AfterValidator(in_years)]
"""A non-negative number, or numbers by year with linear interpolation between them."""

Share = Annotated[float, Field(ge=0, le=1)]

YearlyShare = Annotated[float | dict[int, float], AfterValidator(within_one)]
"""A share, or shares by year with linear interpolation between them."""


@dataclass(frozen=True)
class Step:
    """A unit of a market becomes ``rate`` units of another; ``field`` is where the rate stands."""

    source: str
    target: str
    rate: float
    field: str


@dataclass(frozen=True)
class Pressure:
    """What an instrument regulates, and what it makes the last unit cost its emitter.

    Attributes:
        users: CNY per t of direct CO2 (or per tce) of each energy user that it regulates, rows
            users, columns periods.
        plants: CNY per t of each plant that it regulates, rows units, columns periods.
        unit: ``t`` or ``tce``: what the users' figures are for.
        of_tokens: whether that is the worth of a token of saved energy in a use of the
            instrument's, which the audit reads off the tokens itself.
    """

    users: pd.DataFrame
    plants: pd.DataFrame
    unit: str = "t"
    of_tokens: bool = False

    @classmethod
    def constant(
        cls,
        price: pd.Series,
        *,
        users: pd.Index = NOBODY,
        plants: pd.Index = NOBODY,
        unit: str = "t",
    ) -> Pressure:
        """One price by period for all whom the instrument regulates."""

        def spread(rows: pd.Index) -> pd.DataFrame:
            values = np.tile(price.to_numpy(float), (len(rows), 1))
            return pd.DataFrame(values, index=rows, columns=price.index)

        return cls(spread(users), spread(plants), unit)


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
    """A policy instrument: a few rows over annual sums, and all that is known of it.

    Only :meth:`attach` must be written; every other hook has a default that changes nothing. What
    an instrument reads of the package while it attaches is noted by the model, so neither its
    place in a package nor what it depends on is declared anywhere.

    Attributes:
        key: name under which scenarios and :meth:`Equilibrium.resolve` refer to it.
        link: whether it credits units to markets; those attach first, which only saves work.
        policy: whether what parties pay under it is a burden of climate policy in the audit, and
            not the price of power or of a service to the grid.
        balance: row whose dual is the price of the unit that it trades, for markets whose units
            others can credit or convert; empty for none.
        unit: unit of that price.
        trades: what the unit is called, in English and Chinese.
        in_place_of: fields that a field stands in place of: a change that gives it drops those.
        replaces: keys of markets that it stands in place of: beside it they keep their figures and
            what they offer to attribute tokens, but add no rows, prices or payments.
    """

    key: ClassVar[str]
    link: ClassVar[bool] = False
    policy: ClassVar[bool] = True
    in_place_of: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    balance: ClassVar[str] = ""
    unit: ClassVar[str] = ""
    trades: ClassVar[tuple[str, str]] = ("", "")
    replaces: ClassVar[tuple[str, ...]] = ()

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

    def linear(self) -> frozenset[str]:
        """Fields that enter rows, right-hand sides and bounds linearly, and each by itself.

        Two of them are never multiplied with each other, none adds or drops rows or columns or
        enters a cost; what only moves money among parties after the solve is one as well.
        """
        return frozenset()

    def needs(self, beside: Mapping[str, Instrument]) -> None:
        """Check that the instrument can stand beside the others of its package.

        Args:
            beside: instruments of the package by key, this one among them.

        Raises:
            InputError: it lacks a market that it joins, or contradicts another.
        """
        return

    def converts(self) -> list[Step]:
        """Conversions of one market's units into another's that the instrument opens."""
        return []

    def tons(self, beside: Mapping[str, Instrument]) -> dict[str, float]:
        """Tons that the carbon market credits for a unit of each use, t per MWh or per tce."""
        return {}

    def pressure(self, solution: Solution) -> Pressure | None:
        """What it makes one more ton, or tce, cost its emitter; None where it regulates neither."""
        return None

    def counted_twice(self, solution: Solution) -> pd.DataFrame:
        """What the instrument itself counts twice, rows of the double-claim audit."""
        return pd.DataFrame()


def need_market(beside: Mapping[str, Instrument], link: str, market: str) -> None:
    """Check that a link has the market that it joins.

    Raises:
        InputError: the package has no such market.
    """
    if market not in beside or not beside[market].balance:
        raise InputError(
            f"'{link}' needs a market '{market}'",
            where="instruments",
            allowed=f"an instrument '{market}' beside it",
        )
