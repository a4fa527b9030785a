"""Figures of law by date: limits, penalties, lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name


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
