"""Conversion between markets: a table of rates, each a flow with a limit and a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import linopy
import pandas as pd
from pydantic import Field, model_validator

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError
from dualcarbon.instruments.base import EVERYONE, Instrument, Price
from dualcarbon.instruments.efficiency.settlement import sold_savings
from dualcarbon.instruments.payments import Payment, as_party, through_market
from dualcarbon.instruments.savings import SavingRule
from dualcarbon.system.parties import LINKS, RIGHT_HOLDERS, user

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

Market = Literal["carbon", "green", "white", "energy_use"]
BALANCES = {
    "carbon": "carbon-balance",
    "green": "green-total",
    "white": "white-balance",
    "energy_use": "energy_use-balance",
}
UNITS = {"carbon": "CNY/t", "green": "CNY/MWh", "white": "CNY/tce", "energy_use": "CNY/tce"}


class Rate(Record):
    """One line of the table: units of ``source`` become ``rate`` units each of ``target``.

    Attributes:
        source, target: ``carbon`` (t), ``green`` (MWh), ``white`` or ``energy_use`` (tce).
        rate: units of the target per unit of the source, e.g. 2.66 t CO2 per tce of coal.
        limit: units of the source per year.
        counted_again: for certificates of saved energy, whether those of users whom the target
            market covers may be converted too: the target then counts the saving twice.
        reference: where the rate comes from.
    """

    source: Market
    target: Market
    rate: float = Field(gt=0)
    limit: float = Field(ge=0)
    counted_again: bool = False
    reference: str = ""

    @model_validator(mode="after")
    def _two_markets(self) -> Rate:
        if self.source == self.target:
            raise ValueError(f"converts '{self.source}' into itself; give two different markets")
        return self

    @property
    def flow(self) -> str:
        """Name of the flow."""
        return f"conversion-{self.source}_to_{self.target}"

    @property
    def use(self) -> str:
        """Use of saved energy that the flow draws on, for flows from white certificates."""
        return f"{self.source}_to_{self.target}"


class Conversion(Instrument):
    """Units of one market turned into units of another at stated rates, up to limits.

    ``x[r, y] <= limit[r]``: the source market is debited ``x`` units and the target market is
    credited ``rate x``. White certificates come out of savings that are not used otherwise, and
    only of users whom the target market does not already count.

    Attributes:
        table: the rates.

    Source: Zou, Wang and Sun 2022, section 4.1 (system of conversion between the markets).
    """

    key: ClassVar[str] = "conversion"

    table: tuple[Rate, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once_each(self) -> Conversion:
        ends = [(r.source, r.target) for r in self.table]
        for source, target in ends:
            if ends.count((source, target)) > 1:
                raise ValueError(f"the rate from '{source}' to '{target}' is given twice")
        return self

    def saving_claims(self, beside: Mapping[str, Instrument]) -> dict[str, SavingRule]:
        """Savings whose certificates are converted, without those that the target counts."""
        white = beside.get("white")
        if white is None:
            return {}
        offered = white.saving_claims(beside).get("white")
        if offered is None:
            return {}
        found = {}
        for rate in self.table:
            if rate.source == "white":
                sectors = () if rate.counted_again else _sectors(beside.get(rate.target))
                found[rate.use] = offered.model_copy(update={"without": sectors})
        return found

    def attach(self, model: PolicyModel) -> None:
        """Add the flows and their limits.

        Raises:
            InputError: a source or target is not a market of the package.
        """
        for rate in self.table:
            for end in (rate.source, rate.target):
                if end not in model.markets:
                    raise InputError(
                        f"'{end}' is not a market of this package",
                        where="conversion.table",
                        allowed=sorted(model.markets),
                    )
            self._open(model, rate)

    def _open(self, model: PolicyModel, rate: Rate) -> None:
        flow = model.variable(rate.flow)
        if rate.source == "white":
            model.row(
                f"{rate.flow}_certificates",
                flow - certified(model, rate) <= 0,
                unit=UNITS["white"],
                meaning=f"what is converted to {rate.target} was saved and certified",
            )
        else:
            model.credit(rate.source, -1.0 * flow)
        model.credit(rate.target, rate.rate * flow)
        model.row(
            f"{rate.flow}_limit",
            1.0 * flow <= rate.limit,
            unit=UNITS[rate.source],
            meaning=f"at most the stated volume is converted from {rate.source} to {rate.target}",
        )

    def price(self, solution: Solution) -> list[Price]:
        """Worth of converting one more unit of each source: ``rate * target - source``."""
        return [
            Price(self.key, f"limit, {r.source} to {r.target}", EVERYONE,
                  solution.price(f"{r.flow}_limit"), UNITS[r.source], f"{r.flow}_limit")
            for r in self.table
        ]  # fmt: skip

    def settle(self, solution: Solution) -> list[Payment]:
        """Savers earn the worth of their certificates, who may convert earns the gap."""
        received: list[pd.DataFrame] = []
        for rate in self.table:
            received += _received(rate, solution)
        return through_market(self.key, LINKS.what, received)


def certified(model: PolicyModel, rate: Rate) -> linopy.LinearExpression:
    """Certificates for savings that are set aside for a conversion, tce per year."""
    pool = model.savings
    share: float = model.instruments["white"].additionality
    return pool.total(pool.with_use(rate.use), pool.groups.index) * share


def _received(rate: Rate, solution: Solution) -> list[pd.DataFrame]:
    flow = solution.value(rate.flow).to_series()
    earned = flow * rate.rate * solution.price(BALANCES[rate.target]).groupby("period").max()
    if rate.source != "white":
        cost = flow * solution.price(BALANCES[rate.source]).groupby("period").max()
        return [as_party(RIGHT_HOLDERS, earned - cost)]
    worth = solution.price(f"{rate.flow}_certificates")
    share = solution.model.instruments["white"].additionality
    sold = sold_savings(solution, rate.use).mul(worth * share, axis=1)
    groups = solution.model.savings.groups.loc[sold.index]
    party = [user(s, b) for s, b in zip(groups["sector"], groups["bus"], strict=True)]
    paid = sold.groupby(pd.Index(party, name="party")).sum()
    return [paid, as_party(RIGHT_HOLDERS, earned - paid.sum())]


def _sectors(market: Instrument | None) -> tuple[str, ...]:
    """Sectors that a market covers."""
    return tuple(getattr(market, "sectors", ()))
