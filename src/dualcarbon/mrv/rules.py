"""Figures of law by date: limits, penalties, lives; and the allocation and carry-over they give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.mrv.quantities import exact

ONE = Fraction(1)
FIRST_GROSS = 2023
"""From this year on benchmarks of power refer to gross generation; before, to net supply."""


@dataclass(frozen=True)
class Rule:
    """A figure of law.

    Attributes:
        key, market: what it is of; value, unit: the figure; valid_from, valid_to: days, the last
            None where it is open; status; text_en, text_zh: in words; source, grade.
    """

    key: str
    market: str
    value: Fraction
    unit: str
    valid_from: date
    valid_to: date | None
    status: str
    text_en: str
    text_zh: str
    source: str
    grade: str


@cache
def rules() -> tuple[Rule, ...]:
    """All figures of law."""
    rows = datasets.load("compliance_rules").to_dict("records")
    plain = ("market", "unit", "status", "text_en", "text_zh", "source", "grade")
    return tuple(
        Rule(
            r["rule"],
            value=Fraction(repr(float(r["value"]))),
            valid_from=date.fromisoformat(r["valid_from"]),
            valid_to=date.fromisoformat(r["valid_to"]) if r["valid_to"] else None,
            **{k: str(r[k]) for k in plain},
        )
        for r in rows
    )


def rule(key: str, at: date | None = None) -> Rule:
    """A figure of law, in force on a day.

    Args:
        key: name; at: day; None asks for the figure whatever the day.

    Raises:
        InputError: there is none, or it has run out or not begun.
    """
    found = {one.key: one for one in rules()}
    if key not in found:
        raise unknown_name("rule", key, found, where="rule")
    one = found[key]
    if at is not None and not one.valid_from <= at <= (one.valid_to or date.max):
        raise InputError(
            f"rule {key} is out of date on {at}",
            where="rule",
            allowed=f"{one.valid_from} to {one.valid_to or 'further notice'}",
        )
    return one


@dataclass(frozen=True)
class Benchmark:
    """Allowances per unit of output of a class of plants.

    Attributes:
        power: t/MWh; heat: t/GJ; basis: ``gross generation`` or ``net supply``; grade.
    """

    power: Fraction
    heat: Fraction
    basis: str
    grade: str


def benchmark(kind: str, year: int) -> Benchmark:
    """The benchmark of a class of power plants in a year.

    Raises:
        InputError: no such class, or none for the year.
    """
    table = datasets.load("ets_benchmarks")
    kinds = list(dict.fromkeys(table["class"]))
    if kind not in kinds:
        raise unknown_name("class", kind, kinds, where="class")
    rows = table[(table["class"] == kind) & (table["year"] == year)].to_dict("records")
    if not rows:
        years = sorted(set(table["year"]))
        raise InputError(
            f"no benchmark for {year}", where="year", allowed=f"{years[0]} to {years[-1]}"
        )
    row = rows[0]
    return Benchmark(
        exact(row["t_per_mwh"]), exact(row["heat_t_per_gj"]), row["basis"], row["grade"]
    )


def allocate(
    benchmark: Benchmark, mwh: Fraction, gj: Fraction, load_factor: Fraction = ONE
) -> Fraction:
    """Allowances of a power plant: ``A = B_e W F_load + B_h Q``.

    Args:
        benchmark: of its class and year; mwh: output on the basis of the benchmark; gj: heat
            supplied; load_factor: correction for part load, at least one.

    Returns:
        t CO2.

    Source: MEE allocation plans of the power sector.
    """
    if load_factor < 1:
        raise InputError(
            f"a correction of {float(load_factor):g}", where="load_factor", allowed="at least 1"
        )
    return benchmark.power * mwh * load_factor + benchmark.heat * gj


def allocate_industry(
    verified: Fraction,
    intensity: Fraction,
    balance: Fraction,
    slope: Fraction | None = None,
    band: Fraction | None = None,
) -> Fraction:
    """Allowances of steel, cement and aluminium: ``A = E (1 + clip(k (B - e)/B, -band, band))``.

    Slope and band are not official text; see the grade of the rules.

    Args:
        verified: emissions, t CO2e; intensity: of the plant; balance: of the industry, in the
            same unit; slope: k; band: of the surplus and the deficit.

    Raises:
        InputError: the balance value is not above zero.
    """
    if balance <= 0:
        raise InputError("a balance value of zero", where="balance", allowed="above 0")
    k = rule("industry_slope").value if slope is None else slope
    edge = rule("industry_band").value if band is None else band
    rate = min(max(k * (balance - intensity) / balance, -edge), edge)
    return verified * (1 + rate)


def carry_over(net_sales: Fraction, at: date = date(2025, 12, 31)) -> Fraction:
    """Most that vintages 2019 to 2024 carry over: ``10 000 + 1.5 x net sales``, t CO2.

    Raises:
        InputError: negative sales, or the window is closed at the date.
    """
    if net_sales < 0:
        raise InputError("net sales below zero", where="net_sales", allowed="at least 0")
    base, per_sale = rule("carry_over_base", at), rule("carry_over_per_sale", at)
    return base.value + per_sale.value * net_sales


@dataclass(frozen=True)
class Penalty:
    """What missing tonnes cost: a fine between two bounds, and as many allowances of next year.

    Attributes:
        low, high: fine, CNY; deducted: t CO2 off the next allocation; grade.
    """

    low: Fraction
    high: Fraction
    deducted: Fraction
    grade: str


def penalty(missing: Fraction, mean_price: Fraction) -> Penalty:
    """The penalty of Decree 775: 5 to 10 times the mean price of the month before the deadline.

    Args:
        missing: t CO2 not surrendered; mean_price: CNY/t.
    """
    low, high = rule("penalty_low"), rule("penalty_high")
    worth = missing * mean_price
    return Penalty(worth * low.value, worth * high.value, missing, high.grade)
