"""The issues of the game, one function each: border, climate, linked markets, finance, technology.

Border charges are those of the EU with the answers of the others; finance is a joint facility that
buys abatement in developing countries; technology is what each actor pays for photovoltaic modules
when supply chains are split.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np

from dualcarbon import datasets
from dualcarbon.international.cbam.assess import assess
from dualcarbon.international.cbam.shipment import Shipment
from dualcarbon.international.cooperation.actors import (
    ACTORS,
    DEPTH,
    Assumptions,
    Profile,
    damage_shares,
    depth,
)
from dualcarbon.international.learning import history, model, ramp
from dualcarbon.international.linking import Curve, Region, Rules, embedded_regions, link
from dualcarbon.international.recycling import buy_abatement

CODES = {"steel": "72083900", "aluminium": "76061292"}
"""One CN code stands for each good, as in the embedded trade under CBAM."""
ISO = {"China": "CN", "US": "US"}
YEAR = 2030


def border(profile: Profile, assumptions: Assumptions) -> dict[str, float]:
    """Gain or loss from border charges, bn USD a year.

    The EU charges embodied carbon in steel and aluminium as far as the pair does not cooperate;
    an equivalent tariff t on imports M gives the importer M (alpha t - beta t^2) and costs the
    exporter M alpha t. The exporter answers with a tariff on EU goods of the same value, so the
    transfers nearly cancel and the distortion on both sides is left.

    Source: Nordhaus (2015), C-DICE, equation of the trade benefit.
    """
    gains = dict.fromkeys(ACTORS, 0.0)
    for other in ("China", "US"):
        applied = 1.0 - depth(profile, "EU", other)
        value, rate = covered_trade(other, assumptions)
        for importer, exporter in (("EU", other), (other, "EU")):
            kept, lost = _tariff(importer, value, applied * rate, assumptions)
            gains[importer] += kept
            gains[exporter] -= lost
    return gains


def covered_trade(origin: str, assumptions: Assumptions) -> tuple[float, float]:
    """Value of covered goods from an origin (bn USD) and the charge as a share of it."""
    name, price = origin.lower(), assumptions["certificate_price"]
    value = charge = 0.0
    for good in CODES:
        mass = assumptions[f"{good}_{name}_eu"]
        value += mass * assumptions[f"value_{good}"] / 1000.0
        euro = mass * charge_per_tonne(good, origin, price) / 1000.0
        charge += euro * assumptions["usd_per_eur"]
    return value, charge / value if value > 0.0 else 0.0


@cache
def charge_per_tonne(good: str, origin: str, certificate_price: float) -> float:
    """CBAM cost of a tonne of a good in 2030 at default values, EUR; see ``international.cbam``."""
    shipment = Shipment(cn=CODES[good], origin=ISO[origin], tonnes=1e6, year=YEAR)
    return float(assess(shipment, certificate_price).cost_eur) / 1e6


def _tariff(
    importer: str, value: float, rate: float, assumptions: Assumptions
) -> tuple[float, float]:
    """What a tariff brings the importer and takes from the exporter, bn USD."""
    alpha = assumptions[f"alpha_{importer.lower()}"]
    beta = assumptions[f"beta_{importer.lower()}"]
    return value * (alpha * rate - beta * rate**2), value * alpha * rate


def efforts(profile: Profile, assumptions: Assumptions) -> list[Region]:
    """The actors with the abatement that each asks of itself.

    An actor counts the damage that its emissions do to itself, and to a partner as far as the
    pair cooperates: p_i = SCC (theta_i + sum over j of depth_ij theta_j). It does not fall back
    behind its carbon price of today.
    """
    shares, cost = damage_shares(), assumptions["social_cost"]
    found = []
    for region in _regions():
        cared = sum(
            (1.0 if other == region.name else depth(profile, region.name, other)) * shares[other]
            for other in ACTORS
        )
        wanted = max(region.requirement, region.curve.supply(cost * cared))
        found.append(replace(region, requirement=wanted))
    return found


@cache
def _regions() -> tuple[Region, ...]:
    return tuple(embedded_regions(list(ACTORS)))


def effort(profile: Profile, assumptions: Assumptions) -> dict[str, float]:
    """Avoided damage less cost of abatement at home, bn USD a year, without any link."""
    regions, shares = efforts(profile, assumptions), damage_shares()
    total = sum(r.requirement for r in regions)
    benefit = assumptions["social_cost"] * total / 1000.0
    cost = {r.name: r.curve.cost(r.requirement) / 1000.0 for r in regions}
    return {actor: shares[actor] * benefit - cost[actor] for actor in ACTORS}


def markets(profile: Profile, assumptions: Assumptions) -> dict[str, float]:
    """Gain from linking the carbon markets of those who cooperate, bn USD a year.

    Whoever cooperates in part counts imports only up to a share of its requirement.
    """
    chosen = dict(zip(ACTORS, profile, strict=True))
    members = [r for r in efforts(profile, assumptions) if DEPTH[chosen[r.name]] > 0.0]
    gains = dict.fromkeys(ACTORS, 0.0)
    if len(members) < 2:
        return gains
    partial = assumptions["link_limit_partial"]
    limits = {r.name: partial for r in members if chosen[r.name] == "partial"}
    table = link(members, Rules(limit=limits)).regions
    found = dict(zip(table["region"], table["gain_musd"], strict=True))
    return gains | {str(name): float(gain) / 1000.0 for name, gain in found.items()}


def finance(profile: Profile, assumptions: Assumptions) -> dict[str, float]:
    """Avoided damage less contribution, bn USD a year.

    Each pair pays into a facility as far as it cooperates, half from each side. The money buys
    abatement at least cost in developing regions outside; everyone gains by its damage share.
    """
    paid = dict.fromkeys(ACTORS, 0.0)
    for first, second in combinations(ACTORS, 2):
        amount = depth(profile, first, second) * assumptions["facility_per_pair"]
        for actor in (first, second):
            paid[actor] += amount / 2.0
    bought = buy_abatement(_outside(), 1000.0 * sum(paid.values()))
    benefit = assumptions["social_cost"] * bought.total_mt / 1000.0
    shares = damage_shares()
    return {actor: shares[actor] * benefit - paid[actor] for actor in ACTORS}


@cache
def _outside() -> dict[str, Curve]:
    """Abatement curves of the developing regions beside the three."""
    table = datasets.load("mac_regions")
    names = table.loc[(table["developing"] == 1) & ~table["region"].isin(ACTORS), "region"]
    return {region.name: region.curve for region in embedded_regions(list(names))}


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
