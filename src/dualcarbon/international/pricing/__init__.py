"""Carbon prices of all kinds, joined into an effective price and compared across countries."""

from dualcarbon.international.pricing.comparison import (
    COUNTRIES,
    effective_by_country,
    exchange_rate,
    excise_price,
    explicit_schemes,
    parts_of_markets,
    parts_of_table,
    standard_price,
)
from dualcarbon.international.pricing.effective import (
    RECOGNITION,
    EffectivePrice,
    PricePart,
    counts_under_cbam,
    effective_price,
)
from dualcarbon.international.pricing.package import (
    Package,
    observed_package,
    package_of_markets,
    package_prices,
    package_table,
)

__all__ = [
    "COUNTRIES",
    "RECOGNITION",
    "EffectivePrice",
    "Package",
    "PricePart",
    "counts_under_cbam",
    "effective_by_country",
    "effective_price",
    "exchange_rate",
    "excise_price",
    "explicit_schemes",
    "observed_package",
    "package_of_markets",
    "package_prices",
    "package_table",
    "parts_of_markets",
    "parts_of_table",
    "standard_price",
]
