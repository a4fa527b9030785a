"""Payments on top of the solved prices: contracts for difference, forwards, capacity payment."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from dualcarbon.errors import unknown_name
from dualcarbon.instruments.areas import Regional, over_regions
from dualcarbon.instruments.base import Instrument, Share, Yearly
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

    Attributes:
        rate: CNY per MW and year, for all buses or by bus.
        carriers: carriers that are paid.

    Source: NDRC and NEA 2023 No. 1501 on the coal capacity tariff.
    """

    key: ClassVar[str] = "capacity_payment"
    policy: ClassVar[bool] = False

    rate: Regional
    carriers: tuple[str, ...] = ("coal_usc", "coal_sc", "coal_sub", "coal_small", "coal_cfb")

    def attach(self, model: PolicyModel) -> None:
        """A payment for existing plants is money only; it adds no row."""

    def settle(self, solution: Solution) -> list[Payment]:
        """Consumers of the bus pay its plants."""
        static = solution.model.network.c.generators.static
        paid = static[static["carrier"].isin(self.carriers) & ~static["p_nom_extendable"]]
        buses = pd.Index(paid["bus"].unique())
        rate = over_regions(self.rate, buses, solution.model.horizon).fillna(0.0)
        amount = rate.loc[paid["bus"]].set_axis(paid.index).mul(paid["p_nom"], axis=0)
        to_plants = amount.groupby(
            [seller(c, b) for c, b in zip(paid["carrier"], paid["bus"], strict=True)]
        ).sum()
        from_buyers = -amount.groupby([buyer(b) for b in paid["bus"]]).sum()
        return through_market(self.key, "capacity payment", [to_plants, from_buyers])
