"""Conversion between markets: a table of rates, each a flow with a limit and a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import linopy
import pandas as pd
from pydantic import Field, model_validator

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments.areas import NATIONAL
from dualcarbon.instruments.base import EVERYONE, Instrument, Price, Step
from dualcarbon.instruments.claims import WHITE, SavingRule
from dualcarbon.instruments.efficiency.users import sold_savings
from dualcarbon.instruments.efficiency.white import WhiteCertificates
from dualcarbon.instruments.payments import Payment, as_party, through_market
from dualcarbon.system.parties import LINKS, RIGHT_HOLDERS, user

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

WHERE = "instruments.conversion.table"
MARKETS = ["carbon", "green", "white", "energy_use"]


class Rate(Record):
    """One line of the table: units of ``source`` become ``rate`` units each of ``target``.

    Attributes:
        source, target: keys of markets, e.g. ``carbon`` (t), ``green`` (MWh), ``white`` or
            ``energy_use`` (tce).
        rate: units of the target per unit of the source, e.g. 2.66 t CO2 per tce of coal.
        limit: units of the source per year.
        counted_again: for certificates of saved energy, whether those of users whom the target
            market covers may be converted too: the target then counts the saving twice.
        reference: where the rate comes from.
    """

    source: str = Field(examples=MARKETS)
    target: str = Field(examples=MARKETS)
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
    link: ClassVar[bool] = True

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

    def needs(self, beside: Mapping[str, Instrument]) -> None:
        """Both ends of every rate must be markets with one price each."""
        markets = [key for key, instrument in beside.items() if instrument.balance]
        for row, rate in enumerate(self.table):
            for end in ("source", "target"):
                _check_market(beside, getattr(rate, end), markets, f"{WHERE}.{row}.{end}")

    def converts(self) -> list[Step]:
        """The rates of the table."""
        return [
            Step(rate.source, rate.target, rate.rate, f"table.{row}.rate")
            for row, rate in enumerate(self.table)
        ]

    def tons(self, beside: Mapping[str, Instrument]) -> dict[str, float]:
        """Tons that a tce saved counts where its certificate becomes allowances."""
        return {
            rate.use: rate.rate * beside[WHITE].additionality  # type: ignore[attr-defined]
            for rate in self.table
            if rate.source == WHITE and rate.target == "carbon"
        }

    def attach(self, model: PolicyModel) -> None:
        """Add the flows and their limits."""
        for rate in self.table:
            self._open(model, rate)

    def _open(self, model: PolicyModel, rate: Rate) -> None:
        flow = model.variable(rate.flow)
        markets = model.instruments
        source, target = (markets[end].trades[1] or end for end in (rate.source, rate.target))
        if rate.source == "white":
            model.row(
                f"{rate.flow}_certificates",
                flow - certified(model, rate) <= 0,
                unit=markets[WHITE].unit,
                meaning=f"what is converted to {rate.target} was saved and certified",
                zh=f"由{source}转换为{target}的数量须来自已实现并经核证的节能量",
            )
        else:
            model.credit(rate.source, -1.0 * flow)
        model.credit(rate.target, rate.rate * flow)
        model.row(
            f"{rate.flow}_limit",
            1.0 * flow <= rate.limit,
            unit=markets[rate.source].unit,
            meaning=f"at most the stated volume is converted from {rate.source} to {rate.target}",
            zh=f"由{source}转换为{target}的数量不超过规定上限",
        )

    def price(self, solution: Solution) -> list[Price]:
        """Worth of converting one more unit of each source: ``rate * target - source``."""
        return [
            Price(self.key, f"limit, {r.source} to {r.target}", EVERYONE,
                  solution.price(f"{r.flow}_limit"),
                  solution.model.instruments[r.source].unit, f"{r.flow}_limit")
            for r in self.table
        ]  # fmt: skip

    def settle(self, solution: Solution) -> list[Payment]:
        """Savers earn the worth of their certificates, who may convert earns the gap."""
        received: list[pd.DataFrame] = []
        for rate in self.table:
            received += _received(rate, solution)
        return through_market(self.key, LINKS.what, received)


def _check_market(
    beside: Mapping[str, Instrument], market: str, known: list[str], where: str
) -> None:
    """Check that a market is in the package and has one price."""
    if market not in known:
        missing = unknown_name("market", market, known, where=where)
        raise InputError(
            f"'{Conversion.key}' needs a market '{market}'",
            where=where,
            allowed=f"one of {known}, or an instrument '{market}' beside it",
            nearest=missing.nearest,
        )
    replaced = {key for instrument in beside.values() for key in instrument.replaces}
    if market in replaced:
        raise InputError(
            f"'{market}' is merged and has no market of its own to convert from or to",
            where=where,
            allowed=[key for key in known if key not in replaced],
        )
    if getattr(beside[market], "areas", NATIONAL) != NATIONAL:
        raise InputError(
            f"'{market}' is traded in areas, so its unit has no one price to convert at",
            where=where,
            allowed=f"areas: {NATIONAL} for {market}",
        )


def certified(model: PolicyModel, rate: Rate) -> linopy.LinearExpression:
    """Certificates for savings that are set aside for a conversion, tce per year."""
    pool = model.saving_pool
    share: float = model.beside(WhiteCertificates).additionality
    return pool.total(pool.with_use(rate.use), pool.groups.index) * share


def _received(rate: Rate, solution: Solution) -> list[pd.DataFrame]:
    flow, markets = solution.value(rate.flow).to_series(), solution.model.instruments
    earned = flow * rate.rate * solution.price(markets[rate.target].balance).groupby("period").max()
    if rate.source != "white":
        cost = flow * solution.price(markets[rate.source].balance).groupby("period").max()
        return [as_party(RIGHT_HOLDERS, earned - cost)]
    worth = solution.price(f"{rate.flow}_certificates")
    share = solution.model.beside(WhiteCertificates).additionality
    sold = sold_savings(solution, rate.use).mul(worth * share, axis=1)
    groups = solution.model.saving_pool.groups.loc[sold.index]
    party = [user(s, b) for s, b in zip(groups["sector"], groups["bus"], strict=True)]
    paid = sold.groupby(pd.Index(party, name="party")).sum()
    return [paid, as_party(RIGHT_HOLDERS, earned - paid.sum())]


def _sectors(market: Instrument | None) -> tuple[str, ...]:
    """Sectors that a market covers."""
    return tuple(getattr(market, "sectors", ()))
