"""Green certificates: an obligation on consumption, met by tradable certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import linopy
import numpy as np
import pandas as pd
from pydantic import Field

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments.areas import Number, RegionalShare, by_region, over_regions
from dualcarbon.instruments.base import EVERYONE, Instrument, Price, Yearly
from dualcarbon.instruments.claims import Eligibility
from dualcarbon.instruments.payments import (
    Payment,
    as_party,
    link_income,
    through_market,
    token_sales,
)
from dualcarbon.system.commodities import ELECTRICITY, commodities_of
from dualcarbon.system.parties import BUYOUT_FUND, Party, buyer

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

USE = "rps"
VOLUNTARY = "voluntary"
VOLUNTEERS = Party("volunteer", "voluntary buyers")
ZH = {"total": "可再生能源", "nonhydro": "非水可再生能源"}


class GreenCertificates(Instrument):
    """A renewable portfolio obligation with one national certificate market.

    ``sum_g token[g, rps, y] + buyout[y] >= sum_b share[b, y] consumption[b, y]``, and the same
    for the non-hydro share over non-hydro groups. Consumption is the load at buses of electricity
    and what links turn into heat, hydrogen or other things; losses of lines and of storage are no
    consumption. The dual of the row is the certificate price;
    the buy-out price is its ceiling. Voluntary demand buys certificates up to its willingness
    to pay.

    Attributes:
        share: share of consumption (after imports) to be renewable, per bus or for all.
        nonhydro_share: share to be renewable other than hydro; None for no such target.
        buyout: price of a missing certificate, CNY/MWh; None for no buy-out.
        voluntary: voluntary demand, MWh per year.
        voluntary_price: willingness to pay of voluntary demand, CNY/MWh.
        eligible: which output earns certificates for the obligation.
        share_growth: percentage points by which ``share`` grows per year after the first period,
            as a share (0.015 is 1.5 points).

    Source: consumption obligation, NDRC and NEA 2019 No. 807; Fischer and Preonas 2010 on the
    interplay with a cap.
    """

    key: ClassVar[str] = "green"
    balance: ClassVar[str] = "green-total"
    unit: ClassVar[str] = "CNY/MWh"
    trades: ClassVar[tuple[str, str]] = ("certificates", "绿证")

    share: RegionalShare = 0.0
    nonhydro_share: RegionalShare | None = None
    share_growth: float = Field(0.0, ge=0, le=0.1)
    buyout: float | None = Field(None, ge=0)
    voluntary: Yearly = 0.0
    voluntary_price: float = Field(50.0, ge=0)
    hydro_carriers: tuple[str, ...] = ("hydro", "phs", "ror")
    eligible: Eligibility = Eligibility()

    def token_claims(self) -> dict[str, Eligibility]:
        """Certificates may be surrendered for the obligation or sold to volunteers."""
        volunteers = {VOLUNTARY: self.eligible} if self._volunteers else {}
        return {USE: self.eligible, **volunteers}

    @property
    def _volunteers(self) -> bool:
        demand = self.voluntary
        return any(demand.values()) if isinstance(demand, dict) else demand > 0

    def attach(self, model: PolicyModel) -> None:
        """Add the obligation, the non-hydro obligation and voluntary demand.

        Raises:
            InputError: no bus is one of electricity, or what is consumed cannot be said.
        """
        if not len(commodities_of(model.network).buses(ELECTRICITY)):
            raise InputError(
                "no bus of the network is one of electricity, so nobody owes certificates",
                where="network.buses.commodity",
                allowed="'electricity' for the buses where it flows",
            )
        for name, share, carriers in self._obligation_rows(model):
            self._oblige(model, name, share, carriers)
        if self._volunteers:
            self._volunteer(model)

    def obligations(self, model: PolicyModel, share: Number) -> pd.DataFrame:
        """Share of consumption by bus and period.

        Raises:
            InputError: a share names an unknown bus.
        """
        buses = model.annual.load.index
        electric = commodities_of(model.network).buses(ELECTRICITY)
        for bus in by_region(share):
            if bus not in buses:
                raise unknown_name("region", bus, buses, where="green.share")
            if bus not in electric:
                raise unknown_name("region with electricity", bus, electric, where="green.share")
        table = over_regions(share, buses, model.horizon).fillna(0.0)
        calendar = model.horizon.calendar.to_numpy(float)
        growth = self.share_growth * (calendar - calendar[0])
        grown = table.add(growth, axis=1).where(table > 0, 0.0).clip(upper=1.0)
        return grown.rename_axis(index="bus", columns="period")

    def _oblige(
        self, model: PolicyModel, name: str, share: Number, carriers: set[str] | None
    ) -> None:
        surrendered = _claimed(model, USE, carriers)
        obligation = model.annual.consumption(self.obligations(model, share))
        ceiling = 0.0 if self.buyout is None else np.inf
        buyout = model.variable(f"green-buyout_{name}", upper=ceiling)
        model.cost(f"green-buyout_{name}", buyout * (self.buyout or 0.0), transfer=True)
        supply = surrendered + buyout
        if name == "total":
            supply = supply + model.credited(self.key)
        model.row(
            f"green-{name}",
            supply - obligation >= 0,
            unit="CNY/MWh",
            meaning=f"certificates cover the {name} renewable share of consumption",
            zh=f"绿证数量须满足{ZH[name]}消纳责任权重",
        )

    def _volunteer(self, model: PolicyModel) -> None:
        model.horizon.check_year("voluntary demand", "green.voluntary")
        demand = model.per_period(self.voluntary)
        bought = model.variable("green-voluntary_bought", upper=demand)
        model.cost("green-voluntary", bought * -self.voluntary_price, transfer=True)
        model.row(
            "green-voluntary",
            _claimed(model, VOLUNTARY, None) - bought >= 0,
            unit="CNY/MWh",
            meaning="voluntary buyers receive the certificates they pay for",
            zh="自愿购买者付费即获得相应数量的绿证",
        )

    def price(self, solution: Solution) -> list[Price]:
        """Certificate prices: the duals of the obligations, CNY/MWh."""
        rows = [name for name, _, _ in self._obligation_rows(solution.model)]
        return [
            Price(
                self.key,
                f"certificate, {row}",
                EVERYONE,
                solution.price(f"green-{row}"),
                "CNY/MWh",
                f"green-{row}",
            )
            for row in rows
        ]

    def settle(self, solution: Solution) -> list[Payment]:
        """Consumers pay for the certificates they owe; generators and the fund receive."""
        model = solution.model
        received = []
        for row, share, carriers in self._obligation_rows(model):
            price = solution.price(f"green-{row}")
            owed = solution.consumption() * self.obligations(model, share)
            received.append(-owed.mul(price, axis=1).rename(index=buyer))
            sold = token_sales(solution, USE, carriers)
            received.append(sold.mul(price, axis=1))
            fund = solution.value(f"green-buyout_{row}").to_series() * price
            received.append(as_party(BUYOUT_FUND, fund))
            if row == "total":
                received.append(link_income(solution, self.key, price))
        if self._volunteers:
            price = solution.price("green-voluntary")
            paid = solution.value("green-voluntary_bought").to_series() * price
            received.append(as_party(VOLUNTEERS, -paid))
            received.append(token_sales(solution, VOLUNTARY).mul(price, axis=1))
        return through_market(self.key, "certificate market", received)

    def _obligation_rows(self, model: PolicyModel) -> list[tuple[str, Number, set[str] | None]]:
        rows: list[tuple[str, Number, set[str] | None]] = [("total", self.share, None)]
        if self.nonhydro_share is not None:
            carriers = set(model.annual.units["carrier"]) - set(self.hydro_carriers)
            rows.append(("nonhydro", self.nonhydro_share, carriers))
        return rows


def _claimed(
    model: PolicyModel, use: str, carriers: set[str] | None
) -> linopy.LinearExpression | float:
    return 0.0 if model.tokens is None else model.tokens.claimed(use, carriers)
