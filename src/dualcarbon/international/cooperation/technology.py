"""Technology: what each actor pays for photovoltaic modules when supply chains are split."""

from __future__ import annotations

from functools import cache

import numpy as np

from dualcarbon import datasets
from dualcarbon.international.cooperation.actors import ACTORS, Assumptions, Profile, depth
from dualcarbon.international.learning import history, model, ramp

SCENARIO = "national_trends"
YEARS = np.arange(2020, 2031)
MODEL = {"China": "China", "US": "US", "EU": "Germany"}
"""Whose learning model an actor takes; for the EU that of Germany."""


def technology(profile: Profile, assumptions: Assumptions) -> dict[str, float]:
    """Yearly gain over fully split chains, bn USD, mean of 2021 to 2030.

    An actor learns from its own additions, from those of the rest of the world, and from those
    of another actor as far as the pair is open: q = Q + sum of [n_i + rest +
    sum over j of (1 - lambda_ij) n_j], lambda_ij rising to 1 - depth over ten years.
    """
    additions, world = _additions(assumptions)
    split = {a: _cost(a, _learned(a, None, additions, world), additions) for a in ACTORS}
    with_others = {a: _cost(a, _learned(a, profile, additions, world), additions) for a in ACTORS}
    return {a: split[a] - with_others[a] for a in ACTORS}


def _learned(
    actor: str, profile: Profile | None, additions: dict[str, np.ndarray], world: np.ndarray
) -> np.ndarray:
    """Cumulative capacity that an actor learns from; without a profile all pairs are split."""
    lost = np.zeros(len(YEARS))
    for other in ACTORS:
        if other != actor:
            open_ = depth(profile, actor, other) if profile else 0.0
            lost = lost + ramp(len(YEARS), end=1.0 - open_) * additions[other]
    total: np.ndarray = world - np.cumsum(lost)
    return total


def _cost(actor: str, learned: np.ndarray, additions: dict[str, np.ndarray]) -> float:
    """Yearly bill for modules, bn USD."""
    silicon, dollars = _last(MODEL[actor])
    price = dollars * model(MODEL[actor]).price(learned, np.full(len(YEARS), silicon))
    return float((price * additions[actor] * 1e3)[1:].mean()) / 1e9


@cache
def _last(country: str) -> tuple[float, float]:
    """Polysilicon price and dollars per unit of currency in the last year of the data."""
    row = history(country).iloc[-1]
    return float(row["silicon_usd_per_kg"]), float(row["usd_per_currency"])


def _additions(assumptions: Assumptions) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Yearly additions of the actors and cumulative capacity of the world, MW."""
    table = datasets.load("pv_targets")
    rows = table[table["scenario"] == SCENARIO].set_index("area")
    ends = {a: (float(rows.loc[a, "start_mw"]), float(rows.loc[a, "end_mw"])) for a in ACTORS[:2]}
    ends["EU"] = (assumptions["pv_start_eu"], assumptions["pv_end_eu"])
    world = (float(rows.loc["World", "start_mw"]), float(rows.loc["World", "end_mw"]))
    return {a: np.diff(_path(*e), prepend=e[0]) for a, e in ends.items()}, _path(*world)


def _path(start: float, end: float) -> np.ndarray:
    steps = (YEARS - YEARS[0]) / (YEARS[-1] - YEARS[0])
    path: np.ndarray = start * (end / start) ** steps
    return path
