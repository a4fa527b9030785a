"""Tidy tables of RICE: paths under no policy, Nash, a coalition and full cooperation."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dualcarbon.international.rice.games import Play, discount_factors, play, welfare_of
from dualcarbon.international.rice.parameters import Array, Parameters, rice
from dualcarbon.international.rice.simulate import Run, simulate

BIG_THREE = ("CHI", "US", "EU")
PERIODS = 20
TO_CO2 = 44.0 / 12.0


def report_tables(
    coalition: Sequence[str] = BIG_THREE, periods: int = PERIODS
) -> dict[str, pd.DataFrame]:
    """Paths of the world and payoffs by region under four arrangements.

    Args:
        coalition: regions that act together in the third arrangement.
        periods: decades from 2005 on.

    Returns:
        ``club_paths``: year, arrangement, warming (degC), emissions (Gt CO2 a year), price weighted
        by uncontrolled emissions (USD of 2005 per t CO2);
        ``club_path_payoffs``: present value of consumption by region over the base case, bn USD.
    """
    p = rice(periods)
    plays: dict[str, Play] = {
        "no_club": play(p),
        "coalition": play(p, [coalition]),
        "cooperative": play(p, [p.names]),
    }
    runs: dict[str, Run] = {"base": simulate(p)} | {k: v.run for k, v in plays.items()}
    base = welfare_of(p, discount_factors(p), runs["base"])
    return {
        "club_paths": pd.concat([_path(p, k, run) for k, run in runs.items()], ignore_index=True),
        "club_path_payoffs": pd.concat(
            [_gains(p, k, v.welfare - base, coalition) for k, v in plays.items()], ignore_index=True
        ),
    }


def _path(p: Parameters, arrangement: str, run: Run) -> pd.DataFrame:
    before = p.intensity * run.output  # emissions without control, GtC a year
    return pd.DataFrame(
        {
            "year": p.years,
            "arrangement": arrangement,
            "warming_degc": run.warming,
            "emissions_gtco2": TO_CO2 * run.world_emissions,
            "price_usd_per_t": (run.price * before).sum(axis=1) / before.sum(axis=1),
        }
    )


def _gains(p: Parameters, arrangement: str, gain: Array, coalition: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "arrangement": arrangement,
            "region": p.names,
            "member": [name in coalition for name in p.names],
            "gain_bn": 1000.0 * gain,
        }
    )
