"""A carbon price at home: what it saves at the border, who keeps the revenue, and export rebates.

Rebates are a switch: what EU exporters would get back, and what a rebate abroad costs.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import rules
from dualcarbon.international.cbam.allocation import benchmark, cbam_factor, correction_factor
from dualcarbon.international.cbam.assess import assess
from dualcarbon.international.cbam.goods import good
from dualcarbon.international.cbam.rules import Assessment, Status
from dualcarbon.international.cbam.shipment import CarbonPrice, Shipment
from dualcarbon.international.cbam.specific import exact


@dataclass(frozen=True)
class BorderBill:
    """The bill of one shipment without and with a domestic carbon price.

    Attributes:
        without: bill when nothing is paid at home.
        with_price: bill after the deduction.
        home_eur: carbon cost paid at home on the embedded emissions, net of free allowances and
            rebates: what the home treasury keeps.
    """

    without: Assessment
    with_price: Assessment
    home_eur: float

    @property
    def saving_eur(self) -> float:
        """What the domestic price saves at the border."""
        return self.without.cost_eur - self.with_price.cost_eur

    @property
    def deduction_t(self) -> float:
        """Certificates taken off for the domestic price, tCO2e."""
        return self.with_price.deduction_t

    @property
    def exporter_eur(self) -> float:
        """Carbon cost of the good at home and at the border."""
        return self.home_eur + self.with_price.cost_eur


def bill_with_domestic_price(
    shipment: Shipment,
    price_eur: float,
    domestic_price_cny: float,
    exchange_rate: float,
    *,
    covered_share: float = 1.0,
    free_share: float = 0.0,
    rebate_share: float = 0.0,
    reference_price: float | None = None,
) -> BorderBill:
    """The bill of a shipment when a carbon price is paid at home.

    N = max(0, E - F - E min(1, p / P_ref)), p = p_home / e * covered (1 - free)(1 - rebate)

    With default emissions the net price stands in for the default carbon price of the country,
    which the Commission has not published; with actual emissions it counts as certified.

    Args:
        shipment: what is exported; its own ``carbon_price`` is left out of account.
        price_eur: certificate price, EUR/tCO2e.
        domestic_price_cny: carbon price at home, CNY/tCO2e (or another currency, with its rate).
        exchange_rate: units of that currency per euro, average of the year.
        covered_share: share of embedded emissions on which the price falls.
        free_share: share of these with free allowances; free allowances deduct nothing.
        rebate_share: share of the payment given back.
        reference_price: yearly average certificate price; None takes ``price_eur``.

    Raises:
        InputError: negative prices, shares outside 0 to 1, a rate that is not positive.

    Source: draft act of 13 May 2026, Articles 5, 6 and 8 (provisional).
    """
    if exchange_rate <= 0:
        raise InputError(f"must be positive, got {exchange_rate:g}", where="exchange_rate")
    kept = (1 - free_share) * (1 - rebate_share)
    paid = CarbonPrice(
        price=domestic_price_cny,
        currency="CNY",
        exchange_rate=exchange_rate,
        covered_share=covered_share,
        free_share=free_share,
        rebate_share=rebate_share,
        certified=True,
    )
    if not shipment.actual:
        net = domestic_price_cny * covered_share * kept
        paid = CarbonPrice(price=net, currency="CNY", exchange_rate=exchange_rate, track="default")
    bare = shipment.model_copy(update={"carbon_price": None})
    priced = shipment.model_copy(update={"carbon_price": paid})
    without = assess(bare, price_eur)
    with_price = assess(priced, price_eur, reference_price=reference_price)
    home = domestic_price_cny / exchange_rate * covered_share * without.embedded_t
    return BorderBill(without, with_price, home * kept)


def price_sweep(
    shipment: Shipment,
    price_eur: float,
    domestic_prices_cny: list[float],
    exchange_rate: float,
    **shares: float,
) -> pd.DataFrame:
    """Bill, saving and both revenues over a range of domestic prices.

    Args:
        shipment: what is exported.
        price_eur: certificate price, EUR/tCO2e.
        domestic_prices_cny: carbon prices at home, CNY/tCO2e.
        exchange_rate: CNY per EUR.
        shares: ``covered_share``, ``free_share``, ``rebate_share``.

    Returns:
        Columns ``domestic_price_cny``, ``domestic_price_eur``, ``deduction_t``, ``bill_eur``,
        ``saving_eur``, ``home_eur``, ``eu_eur``, ``exporter_eur``.
    """
    rows = []
    for price in domestic_prices_cny:
        bill = bill_with_domestic_price(shipment, price_eur, price, exchange_rate, **shares)
        rows.append(
            {
                "domestic_price_cny": price,
                "domestic_price_eur": price / exchange_rate,
                "deduction_t": bill.deduction_t,
                "bill_eur": bill.with_price.cost_eur,
                "saving_eur": bill.saving_eur,
                "home_eur": bill.home_eur,
                "eu_eur": bill.with_price.cost_eur,
                "exporter_eur": bill.exporter_eur,
            }
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class ExportRebate:
    """A rebate on exports from the EU.

    Attributes:
        lost_allocation_t: free allowances that the CBAM factor has taken from the exported goods.
        rebate_eur: what is paid back for them.
    """

    lost_allocation_t: float
    rebate_eur: float
    status: Status = rules.PROPOSAL


def export_rebate(
    cn: str, tonnes: float, year: int, price: float, *, route: str | None = None, share: float = 1.0
) -> ExportRebate:
    """What would be paid back to an EU producer for exported goods.

    R = s P M (1 - CBAM_y) CSCF_y BM

    No such rule is in force: CBAM protects sales inside the EU only. The switch shows the cash
    flow of the rule most often asked for, compensation of the lost free allocation.

    Args:
        cn: CN code of the exported good.
        tonnes: mass exported, at least zero.
        year: year, from 2026.
        price: allowance price, EUR/tCO2.
        route: production route, for goods with one benchmark per route.
        share: share that is compensated, 0 to 1.

    Raises:
        InputError: a negative mass or price, a share outside 0 to 1, a good without a benchmark.
    """
    for name, value in (("tonnes", tonnes), ("price", price)):
        if value < 0:
            raise InputError(f"must not be negative, got {value:g}", where=name)
    if not 0 <= share <= 1:
        raise InputError(f"must lie between 0 and 1, got {share:g}", where="share")
    mark = benchmark(good(cn), "B", year, route)
    withdrawn = (1 - cbam_factor(year)) * correction_factor(year)[0] * mark.value
    lost = exact(tonnes) * withdrawn
    return ExportRebate(float(lost), float(lost * exact(price) * exact(share)))
