"""Green certificates: obligations on consumption, met by tradable certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.errors import InputError
from dualcarbon.instruments.base import EVERYONE, Price
from dualcarbon.instruments.claims import Eligibility
from dualcarbon.instruments.matching import matched, settled_by_slot, worth_of_time
from dualcarbon.instruments.obligations import NONHYDRO, TOTAL, USERS, Duty, GreenObligations
from dualcarbon.instruments.payments import (
    Payment,
    as_party,
    link_income,
    through_market,
    token_sales,
)
from dualcarbon.instruments.physical_first import meet_by_region, settled_by_region
from dualcarbon.system.commodities import ELECTRICITY, commodities_of
from dualcarbon.system.parties import BUYOUT_FUND, Party

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

USE = "rps"
VOLUNTARY = "voluntary"
VOLUNTEERS = Party("volunteer", "voluntary buyers")
HOLDERS = Party("other", "holders of certificates")
MEANING = {
    TOTAL: ("the total renewable share of consumption",
            "可再生能源消纳责任权重"),
    NONHYDRO: ("the nonhydro renewable share of consumption",
               "非水可再生能源消纳责任权重"),
    USERS: ("the renewable share of the electricity of obliged users",
            "重点用能主体的绿色电力消费比例"),
}  # fmt: skip


class GreenCertificates(GreenObligations):
    """A renewable portfolio obligation with one national certificate market.

    ``sum_g token[g, rps, y] + buyout[y] >= sum_b share[b, y] consumption[b, y]``, and the same
    for the non-hydro share over non-hydro groups, and for sectors that are obliged themselves.
    Consumption is the load at buses of electricity and what links turn into heat, hydrogen or
    other things. The dual of the row is the certificate price; the buy-out price is its ceiling.
    Voluntary demand buys certificates up to its willingness to pay.

    Matched by the hour, ``matched[t, y] + buyout[t, y] >= sum_b share[b, y] consumption[b, t, y]``
    with ``matched[t, y] <= output[t, y]`` of eligible plants and
    ``sum_t matched[t, y] <= sum_g token[g, rps, y]``. Certificates issued in a year serve the
    years in which they are valid.

    Attributes:
        share: share of consumption (after imports) to be renewable, per bus or for all.
        nonhydro_share: share to be renewable other than hydro; None for no such target.
        buyout: price of a missing certificate, CNY/MWh; None for no buy-out.
        voluntary: voluntary demand, MWh per year.
        voluntary_price: willingness to pay of voluntary demand, CNY/MWh.
        eligible: which output earns certificates for the obligation.
        hydro_carriers: carriers that do not count for ``nonhydro_share``.
        users: share of the electricity of a sector's energy users to be covered by certificates of
            their own, by sector (a number, numbers by year or by region).
        hydro_tradable: whether certificates of hydropower count for ``users``.
        losses: whether what lines and storage lose counts as consumption where it is lost.
        matching: within which time certificates and consumption are matched: the year, the month
            in which a (typical) day lies, or each snapshot.
        physical_first: whether every region has to meet its share by itself: by renewables made
            there or brought by lines first, then by certificates of others' tradable output.
        validity: years that a certificate is valid, that of its output included.
        share_growth: percentage points by which ``share`` grows per year after the first period,
            as a share (0.015 is 1.5 points).

    Source: consumption obligation, NDRC and NEA 2019 No. 807; Fischer and Preonas 2010 on the
    interplay with a cap.
    """

    balance: ClassVar[str] = "green-total"
    unit: ClassVar[str] = "CNY/MWh"
    trades: ClassVar[tuple[str, str]] = ("certificates", "绿证")

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
        for duty in self.duties(model):
            self._oblige(model, duty)
        if self._volunteers:
            self._volunteer(model)

    def _oblige(self, model: PolicyModel, duty: Duty) -> None:
        supply = _claimed(model, USE, duty.carriers)
        if duty.name == TOTAL:
            supply = supply + model.credited(self.key)
        supply = supply + self._kept(model, duty)
        in_slots = self.by_slot(duty)
        owed = matched(self, model, duty) if in_slots else self.owed(model, duty)
        if self.by_region(duty):
            supply = supply + meet_by_region(self, model, duty).sum("bus")
        elif not in_slots:
            ceiling = 0.0 if self.buyout is None else np.inf
            buyout = model.variable(duty.of("buyout"), upper=ceiling)
            model.cost(duty.of("buyout"), buyout * (self.buyout or 0.0), transfer=True)
            supply = supply + buyout
        en, zh = MEANING[duty.name]
        model.row(
            duty.row,
            supply - owed >= 0,
            unit="CNY/MWh",
            meaning=f"certificates cover {en}",
            zh=f"绿证数量须满足{zh}",
        )

    def _kept(self, model: PolicyModel, duty: Duty) -> linopy.LinearExpression | float:
        """Certificates used from earlier years less those kept for later ones, MWh per year."""
        calendar = model.horizon.calendar.to_numpy()
        later = calendar[None, :] - calendar[:, None]
        may = (later > 0) & (later < self.validity)
        if not may.any():
            return 0.0
        upper = xr.DataArray(
            np.where(may, np.inf, 0.0),
            coords={"period": model.periods, "use_in": model.periods.to_numpy()},
            dims=("period", "use_in"),
        )
        kept = model.variable(duty.of("kept"), {"use_in": model.periods.to_numpy()}, upper=upper)
        years = model.per_period(model.horizon.years.to_dict())
        used = kept.sum("period").rename(use_in="period")
        return (used - kept.sum("use_in")) * (1.0 / years)

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
        """Certificate prices: the duals of the obligations, CNY/MWh.

        Matched by the hour, also what output earns besides that is made in time, on average.
        """
        found = []
        for duty in self.duties(solution.model):
            values = solution.price(duty.row)
            item = f"certificate, {duty.name}"
            found.append(Price(self.key, item, EVERYONE, values, "CNY/MWh", duty.row))
            if self.by_slot(duty):
                extra = worth_of_time(solution, duty)
                item = f"certificate for its time, {duty.name}"
                found.append(Price(self.key, item, EVERYONE, extra, "CNY/MWh", ""))
            if self.by_region(duty):
                row, item = duty.of("traded"), f"certificate between regions, {duty.name}"
                values = solution.price(row)
                found.append(Price(self.key, item, EVERYONE, values, "CNY/MWh", row))
        return found

    def settle(self, solution: Solution) -> list[Payment]:
        """Consumers pay for the certificates they owe; generators and the fund receive."""
        received = []
        for duty in self.duties(solution.model):
            price = solution.price(duty.row)
            if self.by_slot(duty):
                received += settled_by_slot(self, solution, duty)
            else:
                received.append(-self.owed_by_party(solution, duty).mul(price, axis=1))
                missing = solution.value(duty.of("buyout"))
                if self.by_region(duty):
                    received += settled_by_region(self, solution, duty)
                    missing = missing.sum("bus")
                received.append(as_party(BUYOUT_FUND, missing.to_series() * price))
            received.append(token_sales(solution, USE, duty.carriers).mul(price, axis=1))
            if duty.of("kept") in solution.model.active_variables:
                received.append(as_party(HOLDERS, _carried(solution, duty) * price))
            if duty.name == TOTAL:
                if self.by_region(duty):
                    price = price + solution.price(duty.of("traded"))
                received.append(link_income(solution, self.key, price))
        if self._volunteers:
            price = solution.price("green-voluntary")
            paid = solution.value("green-voluntary_bought").to_series() * price
            received.append(as_party(VOLUNTEERS, -paid))
            received.append(token_sales(solution, VOLUNTARY).mul(price, axis=1))
        return through_market(self.key, "certificate market", received)


def _carried(solution: Solution, duty: Duty) -> pd.Series:
    """What holders bring from earlier years less what they keep for later, MWh per year."""
    kept = solution.value(duty.of("kept")).transpose("period", "use_in").to_pandas()
    years = solution.model.horizon.years
    return (kept.sum(axis=0).rename_axis("period") - kept.sum(axis=1)) / years


def _claimed(
    model: PolicyModel, use: str, carriers: set[str] | None
) -> linopy.LinearExpression | float:
    return 0.0 if model.tokens is None else model.tokens.claimed(use, carriers)
