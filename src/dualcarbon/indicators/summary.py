"""Headline figures of a run as plain numbers, and two answers on one beside a published figure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

PRICES = ("cea_cny_per_t", "gec_cny_per_mwh", "ccer_cny_per_t")
FIGURES = ("renewable_share", "co2_mt", "system_cost_bn_cny")
DIGITS = 6


def summary(tables: Mapping[str, pd.DataFrame], scenarios: list[str]) -> dict[str, Any]:
    """Figures by scenario and year, and per experiment our range beside the published one."""
    return {
        "scenarios": {name: _scenario(tables, name) for name in scenarios},
        "experiments": _experiments(tables),
        "checks_hold": bool(tables["checks"]["holds"].astype(bool).all())
        if "checks" in tables
        else None,
    }


def _scenario(tables: Mapping[str, pd.DataFrame], name: str) -> dict[str, Any]:
    mine = tables["indicators"]
    mine = mine[mine["scenario"] == name]
    value = mine.set_index(["year", "indicator"])["value"]
    made = tables["generation"]
    made = made[made["scenario"] == name].groupby(["year", "carrier"])["twh"].sum()
    return {
        str(int(year)): {
            **{figure: _rounded(value.get((year, figure))) for figure in FIGURES},
            "prices": {price: _rounded(value.get((year, price))) for price in PRICES},
            "generation_twh": {
                str(carrier): _rounded(twh) for carrier, twh in made.loc[year].items()
            },
        }
        for year in dict.fromkeys(mine["year"])
    }


def _experiments(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    table = tables.get("experiments")
    if table is None or table.empty:
        return {}
    verdicts = tables.get("verdicts", pd.DataFrame(columns=["experiment"]))
    found = {}
    for experiment, rows in table.groupby("experiment", sort=False):
        mine = verdicts[verdicts["experiment"] == experiment]
        answers = {name: _answer(mine, name) for name in ("verdict", "size")}
        found[str(experiment)] = {**answers, "indicators": _indicators(rows)}
    return found


def _answer(verdict: pd.DataFrame, name: str) -> str | None:
    """One of the two answers of an experiment; None where it was not asked."""
    found = verdict[name].iloc[0] if name in verdict and len(verdict) else None
    return found if isinstance(found, str) and found else None


def _indicators(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Our range over the variants, beside the published one, for each indicator and base.

    Direction and size are None where nothing was published.
    """
    return [
        {
            "indicator": str(indicator),
            "base": str(base),
            "unit": str(group["unit"].iloc[0]),
            "ours": [_rounded(group["ours"].min()), _rounded(group["ours"].max())],
            "published": [
                _rounded(group["published_low"].min()),
                _rounded(group["published_high"].max()),
            ],
            "published_base": _base(group),
            **_answers(group),
        }
        for (indicator, base), group in rows.groupby(["indicator", "base"], sort=False)
    ]


def _answers(rows: pd.DataFrame) -> dict[str, str | None]:
    """Direction and size over the variants of one indicator."""
    if rows["published_low"].isna().all():
        return {"verdict": None, "size": None}
    signs = [None if pd.isna(sign) else bool(sign) for sign in rows["sign_holds"]]
    sizes = [size for size in rows.get("size", ()) if isinstance(size, str)]
    return {"verdict": direction(signs), "size": size_of_all(sizes) or None}


def _base(rows: pd.DataFrame) -> str | None:
    """What the published percentage is a share of; None where nothing was published."""
    bases = [str(b) for b in rows.get("published_base", ()) if isinstance(b, str) and b]
    return bases[0] if bases else None


def _rounded(value: Any) -> float | None:
    """A number for JSON: rounded, None where there is none."""
    if value is None or not math.isfinite(float(value)):
        return None
    return round(float(value), DIGITS)


HOLDS, ONLY_IF, NOT, UNTESTED = "holds", "holds only if", "does not hold", "not tested"
INSIDE, SMALLER, LARGER, DIFFERS = "inside the range", "smaller", "larger", "differs by variant"
NO_SIZE = ""
NEAR = 0.05


def direction(signs: Iterable[bool | None]) -> str:
    """Answer over the variants that were tested: holds in all, in some, or in none."""
    tested = [sign for sign in signs if sign is not None]
    if not tested:
        return UNTESTED
    return HOLDS if all(tested) else ONLY_IF if any(tested) else NOT


def size(ours: float, low: float, high: float) -> str:
    """Whether the size of a figure is inside a published range, smaller or larger.

    A range of one figure counts as met within a twentieth of it.
    """
    ends = sorted((abs(low), abs(high)))
    margin = NEAR * ends[0] if low == high else 0.0
    if abs(ours) < ends[0] - margin:
        return SMALLER
    return LARGER if abs(ours) > ends[1] + margin else INSIDE


def size_of_all(sizes: Iterable[str]) -> str:
    """Answer over the variants whose size can be compared; empty where none can."""
    known = {size for size in sizes if size != NO_SIZE}
    if not known:
        return NO_SIZE
    return known.pop() if len(known) == 1 else DIFFERS
