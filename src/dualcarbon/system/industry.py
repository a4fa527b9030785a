"""Energy users of the provinces: steel, cement, aluminium and other industry."""

from __future__ import annotations

import pandas as pd

from dualcarbon import datasets
from dualcarbon.system.settings import ChinaSettings
from dualcarbon.system.users import EnergyUsers

MT = 1e6
RAMP_YEARS = 10
POTENTIAL = {"low": "potential_mt_low", "central": "potential_mt", "high": "potential_mt_high"}


def industry_users(settings: ChinaSettings) -> EnergyUsers:
    """Baseline emissions by province and sector, and the steps by which they can be cut.

    A province's share of a national step is its share of the sector's emissions. Steps reach
    their potential over ``RAMP_YEARS`` from the year they become available, and cost at least
    the settings' hurdle. Steps on bought electricity (scope 2) are left to the power market.
    """
    industry = datasets.load("industry")
    industry = industry[industry["fuel_co2_mt"] + industry["process_co2_mt"] > 0]
    user = industry["province"] + " " + industry["sector"]
    baseline = pd.DataFrame(
        {
            "user": user,
            "bus": industry["province"],
            "sector": industry["sector"],
            "year": industry["year"],
            "output": industry["output_mt"].fillna(0.0),
            "co2_t": (industry["fuel_co2_mt"] + industry["process_co2_mt"]) * MT,
        }
    )
    return EnergyUsers(baseline, _steps(baseline, settings))


def _steps(baseline: pd.DataFrame, settings: ChinaSettings) -> pd.DataFrame:
    national = datasets.load("abatement_steps")
    national = national[~national["scope2"].astype(bool)]
    share = baseline.assign(
        share=baseline["co2_t"] / baseline.groupby("sector")["co2_t"].transform("sum")
    )
    steps = share.merge(national, on="sector")
    return pd.DataFrame(
        {
            "step": steps["user"] + " " + steps["measure"],
            "user": steps["user"],
            "measure": steps["measure"],
            "potential": steps[POTENTIAL[settings.abatement_case]] * MT * steps["share"],
            "cost": steps["cost_cny_per_t"].clip(lower=settings.efficiency_hurdle),
            "electricity": steps["electricity_mwh_per_t"],
            "from_year": steps["available_from"],
            "ramp_years": RAMP_YEARS,
        }
    )
