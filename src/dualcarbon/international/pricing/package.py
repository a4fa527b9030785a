"""The price of a whole package: allowances, benchmarks, certificates and excise by the tonne."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from pydantic import Field

from dualcarbon import datasets
from dualcarbon.common.records import Record
from dualcarbon.errors import InputError
from dualcarbon.international.pricing.comparison import (
    COUNTRIES,
    effective_by_country,
    exchange_rate,
    excise_price,
    standard_price,
)
from dualcarbon.international.pricing.effective import PricePart, effective_price

T_PER_TCE = 2.66
"""CO2 of a tonne of standard coal saved, t/tce; the factor of China's dual-control statistics."""
MARKETS, OBSERVED = "CN, coupled markets", "CN, observed"
PARTS = ("allowances", "benchmarks", "green_certificates", "white_certificates", "fuel_excise")
SOURCE = {
    "source_en": "allowance and certificate prices as observed or solved; statutory excise; "
    "shares of emissions by this package, orders of magnitude",
    "source_zh": "配额与证书价格取自观测或求解结果；燃料税为法定税率；排放占比为本软件估计的量级",
}


class Package(Record):
    """Prices of the instruments of a country, and the shares of its CO2 on which they fall.

    Attributes:
        allowance: CNY/tCO2.
        certificate: green certificate, CNY/MWh.
        white: white certificate (a tonne of standard coal saved), CNY/tce; None where none trades.
        coverage: share of emissions in the allowance market.
        free_share: share of covered emissions that benchmarks give back as free allowances.
        quota_share: share of consumption to be covered by green certificates.
        power_share: share of the power sector in the emissions.
        grid_factor: tCO2/MWh of the grid.
        users_share: share of the energy users under the saving duty in the emissions.
        duty_share: share of their energy use that the duty asks to save.
    """

    allowance: float = Field(ge=0)
    certificate: float = Field(ge=0)
    white: float | None = Field(default=None, ge=0)
    coverage: float = Field(default=0.51, ge=0, le=1)
    free_share: float = Field(default=0.97, ge=0, le=1)
    quota_share: float = Field(default=0.35, ge=0, le=1)
    power_share: float = Field(default=0.41, ge=0, le=1)
    grid_factor: float = Field(default=0.5306, gt=0)
    users_share: float = Field(default=0.35, ge=0, le=1)
    duty_share: float = Field(default=0.03, ge=0, le=1)


def package_prices(package: Package, country: str = "CN") -> pd.DataFrame:
    """Marginal and net price of each instrument over all emissions, CNY/tCO2.

    allowances p c; benchmarks - p c f (they leave the marginal price); green certificates
    (g / k) q s; white certificates (w / 2.66) u d; excise sum_i t_i / k_i * share_i.

    Args:
        package: prices and shares.
        country: whose fuel excise counts.

    Returns:
        Columns ``part``, ``marginal``, ``average`` and ``cbam`` (what of the average would count at
        the EU border: allowances that were paid for), CNY/tCO2.

    Raises:
        InputError: no excise of the country is known.
    """
    parts = [
        PricePart(name="allowances", kind="ets", price=package.allowance, coverage=package.coverage,
                  free_share=package.free_share),
        PricePart(name="green_certificates", kind="standard",
                  price=standard_price(package.certificate, package.grid_factor),
                  coverage=package.quota_share * package.power_share),
        *_excise(country),
    ]  # fmt: skip
    if package.white is not None:
        worth = standard_price(package.white, T_PER_TCE)
        share = package.users_share * package.duty_share
        parts.append(
            PricePart(name="white_certificates", kind="standard", price=worth, coverage=share)
        )
    table = effective_price(parts).parts
    table = table.groupby("name", as_index=False)[["marginal", "average", "cbam"]].sum()
    paid = table["name"] == "allowances"
    given = float((table["average"] - table["marginal"])[paid].sum())
    table.loc[paid, "average"] = table.loc[paid, "marginal"]
    table.loc[len(table)] = ["benchmarks", 0.0, given, 0.0]
    order = {name: n for n, name in enumerate(PARTS)}
    table = table.rename(columns={"name": "part"}).sort_values("part", key=lambda p: p.map(order))
    return table.reset_index(drop=True)


def _excise(country: str) -> list[PricePart]:
    table = datasets.load("fuel_excise")
    own = table[table["jurisdiction"] == country]
    if own.empty:
        raise InputError(f"no fuel excise of '{country}' is known", where="country")
    return [
        PricePart(
            name="fuel_excise",
            kind="excise",
            price=excise_price(float(row.excise), str(row.fuel)),
            coverage=float(row.emission_share),
        )
        for row in own.itertuples()
    ]


def observed_package() -> tuple[Package, int]:
    """China's package at the newest prices observed, and the year of the allowance price.

    White certificates have no national price, so that their part is left out.
    """
    prices = datasets.load("carbon_prices")
    own = prices[(prices["jurisdiction"] == "CN") & (prices["scheme"] == "national ETS")]
    newest = own.sort_values("date").iloc[-1]
    seen = datasets.load("observed_prices")
    green = seen[seen["instrument"] == "gec"].sort_values("period").iloc[-1]
    found = Package(
        allowance=float(newest["price"]),
        certificate=float(green["price"]),
        coverage=float(newest["coverage"]),
    )
    return found, int(str(newest["date"])[:4])


def package_of_markets(prices: pd.DataFrame, scenario: str, year: int, **shares: float) -> Package:
    """The package at the prices of a run of the coupled markets.

    Args:
        prices: a run's table ``prices`` (scenario, year, instrument, item, region, price, unit).
        scenario: of the run.
        year: of the run.
        shares: further fields of :class:`Package`.

    Raises:
        InputError: the run has no such scenario or year, or no allowance price in it.
    """
    own = prices[(prices["scenario"] == scenario) & (prices["year"] == year)]
    if own.empty:
        known = sorted(
            {f"{s} {y}" for s, y in zip(prices["scenario"], prices["year"], strict=True)}
        )
        raise InputError(f"no prices of {scenario} in {year}", where="run", allowed=known)

    def of(instrument: str, word: str) -> float | None:
        rows = own[(own["instrument"] == instrument) & own["item"].str.contains(word)]
        return float(rows["price"].mean()) if len(rows) else None

    allowance = of("carbon", "allowance")
    if allowance is None:
        raise InputError(f"{scenario} has no allowance price in {year}", where="run")
    green, white = of("green", "certificate"), of("white", "")
    return Package(
        allowance=max(0.0, allowance), certificate=max(0.0, green or 0.0), white=white, **shares
    )


def package_table(
    packages: Sequence[tuple[str, Package, int]] | None = None, countries: Sequence[str] = COUNTRIES
) -> pd.DataFrame:
    """China's package beside other countries, over all CO2 emissions.

    China's rows are in US$ of their own year, the other countries' in US$ of 2021 (explicit of
    2024); between the two lie about 17 per cent to 2024 (GDP deflator of the United States).

    Args:
        packages: label, package and year of its money; None takes China's as observed.
        countries: compared; see :func:`effective_by_country`.

    Returns:
        Columns ``country``, ``part``, ``usd_per_t`` (net), ``marginal``, ``year``, sources, grade.
    """
    given = packages if packages is not None else ((OBSERVED, *observed_package()),)
    rows = []
    last = int(datasets.load("exchange_rates")["year"].max())
    for label, package, year in given:
        rate = exchange_rate("CNY", "USD", min(year, last))
        for part in package_prices(package).itertuples():
            rows.append((label, part.part, part.average * rate, part.marginal * rate, year))
    others = [c for c in countries if c != "CN"]
    for row in effective_by_country(others).itertuples():
        part = "allowances" if row.part == "explicit" else "fuel_excise"
        rows.append((row.country, part, row.usd_per_t, row.usd_per_t, 2021))
    frame = pd.DataFrame(rows, columns=["country", "part", "usd_per_t", "marginal", "year"])
    return frame.assign(**SOURCE, grade="D")
