"""Terms of contracts, debt and equity: every figure with unit, source and grade."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dualcarbon.experiments import parameters

FILE = Path(__file__).parent / "parameters.yaml"


@dataclass(frozen=True)
class Terms:
    """What lenders, owners and counterparties ask for; rates real and before tax.

    Attributes:
        debt_rate: 1/a; debt_tenor: years; dscr: debt service cover on P90 cash flow.
        gearing: most debt as a share of the outlay.
        equity_base: cost of equity without revenue risk, 1/a.
        price_of_risk: premium per unit of standard deviation of the yearly return on equity.
        feed_in_term, mechanism_term, hedge_term: years of each contract.
        mechanism_volume, hedge_volume: share of output under contract.
        hedge_fee: CNY/MWh that the fixed price lies below the expected one.
    """

    debt_rate: float
    debt_tenor: int
    dscr: float
    gearing: float
    equity_base: float
    price_of_risk: float
    feed_in_term: int
    mechanism_volume: float
    mechanism_term: int
    hedge_volume: float
    hedge_term: int
    hedge_fee: float

    @classmethod
    def shipped(cls) -> Terms:
        """The terms of ``parameters.yaml``."""
        return cls(**{name: parameter(name) for name in cls.__dataclass_fields__})


def parameter(name: str) -> Any:
    """Value of a parameter."""
    return parameters.parameter(name, FILE)


def assumptions() -> pd.DataFrame:
    """Parameters as rows of the run's assumptions."""
    table = parameters.assumptions("", FILE)
    return table.assign(name="finance." + table["name"])


def zone_tariff(technology: str, provinces: pd.Index, benchmark: pd.Series) -> pd.Series:
    """Feed-in tariff by province, CNY/MWh: that of its zone, or the coal benchmark if higher.

    Args:
        technology: ``onwind`` or ``solar``.
        provinces: wanted provinces.
        benchmark: coal benchmark price by province, CNY/MWh.
    """
    price = parameter(f"feed_in_{technology}")
    zones = {p: z for z, members in parameter(f"zones_{technology}").items() for p in members}
    last = list(price)[-1]
    tariff = pd.Series([price[zones.get(p, last)] for p in provinces], index=provinces)
    return tariff.clip(lower=benchmark.reindex(provinces)).astype(float)


def mechanism_strike(technology: str, provinces: pd.Index, benchmark: pd.Series) -> pd.Series:
    """Mechanism price by province, CNY/MWh: auctioned where known, else the median of the ratio
    of auctioned prices to the coal benchmark, times the benchmark.
    """
    known = pd.Series(parameter(f"mechanism_{technology}"), dtype=float)
    ratio = float((known / benchmark.reindex(known.index)).median())
    return known.reindex(provinces).fillna(benchmark.reindex(provinces) * ratio)
