"""Price parts from the prices of coupled markets, such as those of a run."""

from __future__ import annotations

from dualcarbon.international.pricing.implicit import standard_price
from dualcarbon.international.pricing.parts import PricePart


def parts_of_markets(
    allowance_price: float,
    certificate_price: float,
    *,
    ets_coverage: float,
    free_share: float,
    quota_share: float,
    power_share: float,
    grid_factor: float,
) -> list[PricePart]:
    """An allowance market and a green quota as parts of an effective price.

    The quota makes consumers pay quota share times certificate price per MWh, hence per tonne of
    the power sector's CO2: p / k, on the share quota * power of all emissions.

    Args:
        allowance_price: CNY/tCO2.
        certificate_price: of green certificates, CNY/MWh.
        ets_coverage: share of emissions in the allowance market.
        free_share: share of allowances given away.
        quota_share: share of consumption to be covered by certificates.
        power_share: share of the power sector in the emissions.
        grid_factor: tCO2 per MWh of the grid.

    Raises:
        InputError: a share outside 0 to 1, negative prices, a grid without emissions.
    """
    return [
        PricePart(
            name="allowances",
            kind="ets",
            price=allowance_price,
            coverage=ets_coverage,
            free_share=free_share,
        ),
        PricePart(
            name="green quota",
            kind="standard",
            price=standard_price(certificate_price, grid_factor),
            coverage=quota_share * power_share,
        ),
    ]
