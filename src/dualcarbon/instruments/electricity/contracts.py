"""Payments on top of the solved prices: contracts for difference, forwards, capacity payment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from dualcarbon.errors import unknown_name
from dualcarbon.instruments.areas import Regional, over_regions
from dualcarbon.instruments.base import Instrument, Share, Yearly
from dualcarbon.instruments.electricity.available import standing
from dualcarbon.instruments.payments import Payment, through_market
from dualcarbon.system.parties import buyer, seller

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel


class ContractsForDifference(Instrument):
    """Two-way contracts for difference on the output of a carrier (the mechanism price).

    Per MWh under contract the plant receives ``strike - reference``, which may be negative;
    the reference is the carrier's mean price at its bus in the year (its capture price).

    Attributes:
        carrier: carrier under contract.
        strike: CNY/MWh, for all buses or by bus.
        volume: share of yearly output under contract.

    Source: NDRC and NEA 2025 No. 136.
    """

    key: ClassVar[str] = "cfd"
    policy: ClassVar[bool] = False

    carrier: str
    strike: Regional
    volume: Share = 0.9

    def attach(self, model: PolicyModel) -> None:
        """Check the carrier; a contract on output that is dispatched anyway adds no row."""
        known = sorted(set(model.annual.units["carrier"]))
        if self.carrier not in known:
            raise unknown_name("carrier", self.carrier, known, where="cfd.carrier")

    def settle(self, solution: Solution) -> list[Payment]:
        """Consumers of the bus stand behind the contracts of its plants."""
        units = solution.model.annual.units
        plants = units[units["carrier"] == self.carrier]
        energy = solution.energy.loc[plants.index].groupby(plants["bus"]).sum()
        reference = solution.capture_price(self.carrier).reindex(energy.index)
        strike = over_regions(self.strike, energy.index, solution.model.horizon)
        due = (strike - reference) * energy * self.volume
        due = due.fillna(0.0)
        received = [
            due.rename(index=lambda bus: seller(self.carrier, bus)),
            -due.rename(index=buyer),
        ]
        return through_market(self.key, "contracts for difference", received)


class MediumTermContracts(Instrument):
    """Forward contracts of plants with consumers at a fixed price for a share of output.

    Attributes:
        strike: contract price, CNY/MWh.
        volume: share of yearly output sold forward.
        carriers: carriers that sell forward; None for all.
    """

    key: ClassVar[str] = "medium_term"
    policy: ClassVar[bool] = False

    strike: Yearly
    volume: Share = 0.8
    carriers: tuple[str, ...] | None = None

    def attach(self, model: PolicyModel) -> None:
        """Check the carriers; forwards move money, not power."""
        known = sorted(set(model.annual.units["carrier"]))
        for carrier in self.carriers or ():
            if carrier not in known:
                raise unknown_name("carrier", carrier, known, where="medium_term.carriers")

    def settle(self, solution: Solution) -> list[Payment]:
        """The difference between contract and spot price changes hands."""
        units = solution.model.annual.units
        chosen = units[units["carrier"].isin(self.carriers or set(units["carrier"]))]
        strike = solution.model.horizon.spread(self.strike)
        received = []
        for carrier, plants in chosen.groupby("carrier"):
            energy = solution.energy.loc[plants.index].groupby(plants["bus"]).sum()
            spot = solution.capture_price(str(carrier)).reindex(energy.index)
            due = ((strike - spot) * energy * self.volume).fillna(0.0)
            received.append(due.rename(index=lambda bus, c=carrier: seller(c, bus)))
            received.append(-due.rename(index=buyer))
        return through_market(self.key, "medium-term contracts", received)


class CapacityPayment(Instrument):
    """A yearly payment per MW of existing plants of some carriers, borne by consumers.

    ``amount[i] = rate[b] p_nom[i]`` for plants, and ``rate[b] p_nom[s] min(1, hours[s] / peak)``
    for storage units.

    Attributes:
        rate: CNY per MW and year, for all buses or by bus.
        carriers: carriers of plants that are paid.
        storage: carriers of storage units that are paid.
        peak_hours: longest time of the net peak, h.

    Source: NDRC and NEA 2023 No. 1501 on the coal capacity tariff; NDRC price 2026 No. 114, which
    takes in gas and storage by duration.
    """

    key: ClassVar[str] = "capacity_payment"
    policy: ClassVar[bool] = False

    rate: Regional
    carriers: tuple[str, ...] = ("coal_usc", "coal_sc", "coal_sub", "coal_small", "coal_cfb")
    storage: tuple[str, ...] = ()
    peak_hours: float = Field(4.0, gt=0)

    def attach(self, model: PolicyModel) -> None:
        """A payment for existing plants is money only; it adds no row."""

    def settle(self, solution: Solution) -> list[Payment]:
        """Consumers of the bus pay its plants."""
        n = solution.model.network
        received = []
        for static, carriers in (
            (n.c.generators.static, self.carriers),
            (n.c.storage_units.static, self.storage),
        ):
            paid = static[static["carrier"].isin(carriers) & ~static["p_nom_extendable"]]
            if paid.empty:
                continue
            size = paid["p_nom"].astype(float)
            if static is n.c.storage_units.static:
                size = size * (paid["max_hours"] / self.peak_hours).clip(upper=1.0)
            buses = pd.Index(paid["bus"].unique())
            rate = over_regions(self.rate, buses, solution.model.horizon).fillna(0.0)
            amount = rate.loc[paid["bus"]].set_axis(paid.index).mul(size, axis=0)
            of_plant = [seller(c, b) for c, b in zip(paid["carrier"], paid["bus"], strict=True)]
            received.append(amount.groupby(of_plant).sum())
            received.append(-amount.groupby([buyer(b) for b in paid["bus"]]).sum())
        return through_market(self.key, "capacity payment", received)


class MechanismPrice(Instrument):
    """Document 136: new wind and sun sell on the market, and a share of it is made up to a price.

    Per MWh under the mechanism a plant receives ``auction - reference``, which may be negative; the
    reference is the mean price that its carrier earns at its bus. Plants of each vintage are under
    it for ``term`` years.

    Attributes:
        auction: price that auctions set by carrier, CNY/MWh, for all buses or by bus.
        volume: share of yearly output under the mechanism.
        term: years for which a plant is under it.
        since: first year of plants that come under it.

    Source: NDRC price 2025 No. 136; results of the auctions of 2025 and 2026.
    """

    key: ClassVar[str] = "mechanism_price"
    policy: ClassVar[bool] = False

    auction: dict[str, Regional]
    volume: Share = 0.8
    term: int = Field(12, ge=1, le=40)
    since: int = 2025

    def attach(self, model: PolicyModel) -> None:
        """Check the carriers; the mechanism moves money, not power."""
        _check_carriers(model, self.auction, "mechanism_price.auction")

    def settle(self, solution: Solution) -> list[Payment]:
        """Consumers of the bus stand behind the price of its plants."""
        model = solution.model
        static = model.network.c.generators.static
        received = []
        for carrier, strike in self.auction.items():
            plants = static[(static["carrier"] == carrier) & (static["build_year"] >= self.since)]
            if plants.empty:
                continue
            energy = solution.energy.reindex(plants.index).fillna(0.0)
            age = [model.horizon.calendar.to_numpy() - year for year in plants["build_year"]]
            energy = energy.where((np.array(age) >= 0) & (np.array(age) < self.term), 0.0)
            energy = energy.groupby(plants["bus"]).sum()
            reference = solution.capture_price(carrier).reindex(energy.index)
            due = over_regions(strike, energy.index, model.horizon) - reference
            due = (due * energy * self.volume).fillna(0.0)
            received.append(due.rename(index=lambda bus, c=carrier: seller(c, bus)))
            received.append(-due.rename(index=buyer))
        return through_market(self.key, "mechanism price", received)


class GuaranteedHours(Instrument):
    """The rule before Document 136: output up to guaranteed hours earns the coal tariff.

    Per MWh of ``min(output, hours p_nom)`` a plant receives ``tariff - reference`` beside the
    market; the reference is the mean price that its carrier earns at its bus.

    Attributes:
        tariff: benchmark tariff of coal power, CNY/MWh, for all buses or by bus.
        hours: guaranteed hours per year by carrier, for all buses or by bus.

    Source: NDRC energy 2016 No. 1150; ended for projects from 1 June 2025.
    """

    key: ClassVar[str] = "guaranteed_hours"
    policy: ClassVar[bool] = False

    tariff: Regional
    hours: dict[str, Regional]

    def attach(self, model: PolicyModel) -> None:
        """Check the carriers; the guarantee moves money, not power."""
        _check_carriers(model, self.hours, "guaranteed_hours.hours")

    def settle(self, solution: Solution) -> list[Payment]:
        """Consumers of the bus pay the tariff for guaranteed output of its plants."""
        horizon = solution.model.horizon
        units = solution.model.annual.units
        size = standing(solution, "Generator")
        received = []
        for carrier, hours in self.hours.items():
            plants = units[(units["carrier"] == carrier) & (units["component"] == "Generator")]
            energy = solution.energy.loc[plants.index].groupby(plants["bus"]).sum()
            most = size.reindex(plants["name"]).set_axis(plants.index).groupby(plants["bus"]).sum()
            most = most * over_regions(hours, energy.index, horizon).fillna(0.0)
            reference = solution.capture_price(carrier).reindex(energy.index)
            due = over_regions(self.tariff, energy.index, horizon) - reference
            due = (due * energy.where(energy < most, most)).fillna(0.0)
            received.append(due.rename(index=lambda bus, c=carrier: seller(c, bus)))
            received.append(-due.rename(index=buyer))
        return through_market(self.key, "guaranteed hours", received)


def _check_carriers(model: PolicyModel, given: Iterable[str], where: str) -> None:
    known = sorted(set(model.annual.units["carrier"]))
    for carrier in given:
        if carrier not in known:
            raise unknown_name("carrier", carrier, known, where=where)
