"""Photovoltaic modules: what global supply chains saved, and what splitting them would cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.learning.curves import TwoFactor, experience, fit, premium, ramp

COUNTRIES = ("China", "US", "Germany")
DRAWS = 4000
SAVED_FROM = 2008


@dataclass(frozen=True)
class Interval:
    """A central figure with its 95 % interval."""

    value: float
    low: float
    high: float


@cache
def model(country: str) -> TwoFactor:
    """The learning model of a country, in its own currency per kW.

    Raises:
        InputError: an unknown country.
    """
    rows = history(country)
    price = rows["module_price_local_per_kw"].to_numpy()
    return fit(price, rows["world_mw"].to_numpy(), rows["silicon_usd_per_kg"].to_numpy())


def history(country: str) -> pd.DataFrame:
    """Capacity and prices of a country by year.

    Raises:
        InputError: an unknown country.
    """
    if country not in COUNTRIES:
        raise unknown_name("country", country, COUNTRIES, where="country")
    table = datasets.load("pv_learning")
    return table[table["country"] == country].reset_index(drop=True)


def past(country: str, *, end: float = 1.0, over: int = 10) -> pd.DataFrame:
    """Module prices under open and under split supply chains, year by year.

    Args:
        country: one of ``COUNTRIES``.
        end: localised share at the end of the change.
        over: years of the change, from the first year on.

    Returns:
        Columns year, open and split (currency per kW), observed, premium, addition_mw.
    """
    rows, learned = history(country), model(country)
    world, silicon = rows["world_mw"].to_numpy(), rows["silicon_usd_per_kg"].to_numpy()
    share = ramp(len(rows), end=end, over=over)
    split = experience(world, rows["addition_mw"].to_numpy(), share)
    return pd.DataFrame(
        {
            "country": country,
            "year": rows["year"],
            "currency": rows["currency"],
            "observed": rows["module_price_local_per_kw"],
            "open": learned.price(world, silicon),
            "split": learned.price(split, silicon),
            "premium": premium(split, world, learned.beta),
            "addition_mw": rows["addition_mw"],
        }
    )


def premium_in(country: str, year: int) -> Interval:
    """How much dearer modules would be in a past year under split chains, as a share.

    Raises:
        InputError: an unknown country or a year outside the data.
    """
    rows = history(country)
    years = [str(y) for y in rows["year"]]
    if str(year) not in years:
        raise unknown_name("year", str(year), years, where="year")
    split = experience(rows["world_mw"], rows["addition_mw"].to_numpy(), ramp(len(rows)))
    ratio = (split / rows["world_mw"].to_numpy())[years.index(str(year))]
    return _interval(lambda draws: ratio ** draws[:, 1] - 1.0, model(country))


def savings(country: str, *, dollars: bool = True) -> Interval:
    """What open supply chains saved the country's installers from 2008 to the last year, bn.

    Sum over years of additions times (split - open price); in dollars at the rate of each year,
    or in the country's own currency.
    """
    rows = history(country)
    world, silicon = rows["world_mw"].to_numpy(), rows["silicon_usd_per_kg"].to_numpy()
    split = experience(world, rows["addition_mw"].to_numpy(), ramp(len(rows)))
    counted = (rows["year"] >= SAVED_FROM).to_numpy()
    worth = rows["usd_per_currency"].to_numpy() if dollars else np.ones(len(rows))
    weight = np.where(counted, rows["addition_mw"].to_numpy() * 1e3 * worth, 0.0) / 1e9

    def saved(draws: np.ndarray) -> np.ndarray:
        base = np.exp(draws[:, :1] + draws[:, 2:] * np.log(silicon))
        gap = split ** draws[:, 1:2] - world ** draws[:, 1:2]
        return (base * gap) @ weight

    return _interval(saved, model(country))


def projection(country: str, scenario: str, *, over: int = 10) -> pd.DataFrame:
    """Module prices from 2020 to 2030 under open and split chains, with steady growth rates.

    Args:
        country: one of ``COUNTRIES``.
        scenario: ``national_trends`` or ``sustainable_development``.
        over: years over which the localised share rises to one.

    Raises:
        InputError: an unknown country or scenario, or no years of change.
    """
    table = datasets.load("pv_targets")
    if scenario not in set(table["scenario"]):
        known = list(dict.fromkeys(table["scenario"]))
        raise unknown_name("scenario", scenario, known, where="scenario")
    targets = table[table["scenario"] == scenario].set_index("area")
    learned, years = model(country), np.arange(2020, 2031)
    world = _growing(targets.loc["World"], len(years))
    own = np.diff(_growing(targets.loc[country], len(years)), prepend=0.0)
    split = experience(world, own, ramp(len(years), over=over))
    silicon = np.full(len(years), history(country)["silicon_usd_per_kg"].iloc[-1])
    return pd.DataFrame(
        {
            "country": country,
            "scenario": scenario,
            "year": years,
            "open": learned.price(world, silicon),
            "split": learned.price(split, silicon),
            "premium": premium(split, world, learned.beta),
        }
    )


def beside_published() -> pd.DataFrame:
    """Our figures beside those of Helveston, He and Davidson (2022).

    Returns:
        Columns figure, country, ours, ours_low, ours_high, published, published_low,
        published_high, unit, within (whether ours lies in their interval, widened by half of the
        last digit printed), note.
    """
    rows = []
    for item in datasets.load("pv_published").to_dict("records"):
        ours = _ours(item["figure"], item["country"])
        spare = 0.5
        within = item["low"] - spare <= ours.value <= item["high"] + spare
        note = "" if within else _note(item["figure"], item["country"])
        rows.append(
            {
                "figure": item["figure"],
                "country": item["country"],
                "ours": ours.value,
                "ours_low": ours.low,
                "ours_high": ours.high,
                "published": item["value"],
                "published_low": item["low"],
                "published_high": item["high"],
                "unit": item["unit"],
                "within": bool(within),
                "note": note,
            }
        )
    return pd.DataFrame(rows)


def _ours(figure: str, country: str) -> Interval:
    if figure == "price_2020":
        found = premium_in(country, 2020)
        return Interval(100 * found.value, 100 * found.low, 100 * found.high)
    if figure == "savings_2008_2020":
        return savings(country)
    if figure != "price_2030":
        raise InputError(f"unknown figure '{figure}'")
    ends = [
        100 * float(projection(country, s)["premium"].iloc[-1])
        for s in ("national_trends", "sustainable_development")
    ]
    return Interval(sum(ends) / 2, min(ends), max(ends))


def _note(figure: str, country: str) -> str:
    if country == "Germany" and figure.startswith("savings"):
        return (
            "published prices of Germany are euro divided by dollars per euro; "
            "multiplied, as here, the savings are larger"
        )
    return "mean of the two published growth scenarios"


def _interval(of: Callable[[np.ndarray], np.ndarray], learned: TwoFactor) -> Interval:
    """The central figure, and the 2.5 and 97.5 percentiles over drawn parameters."""
    centre = np.array([[learned.alpha, learned.beta, learned.gamma]])
    low, high = np.quantile(of(learned.draws(DRAWS)), [0.025, 0.975])
    return Interval(float(of(centre)[0]), float(low), float(high))


def _growing(row: pd.Series, years: int) -> np.ndarray:
    """Capacity that grows at one rate from start to end."""
    return float(row["start_mw"]) * (row["end_mw"] / row["start_mw"]) ** (
        np.arange(years) / (years - 1)
    )
