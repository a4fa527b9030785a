"""The position of a company on a day: owed, held, admissible, short, by market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import columns, conformed
from dualcarbon.compliance.company import Company, needs
from dualcarbon.compliance.holdings import KINDS, Holding, plain
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.mrv.rules import Penalty, penalty, rule

ZERO = Fraction(0)
SOON = 90
"""Days ahead of which what expires is shown."""


@dataclass(frozen=True)
class Market:
    """A company in one market.

    Attributes:
        market, unit; owed: less what is met without units; held, usable: units of all kinds, and
            those admissible; credits: of the usable, credits counted up to their limit; short:
            what is missing, below zero for a surplus; binds: whether it must be met.
    """

    market: str
    unit: str
    owed: Fraction
    held: Fraction
    usable: Fraction
    credits: Fraction
    short: Fraction
    binds: bool


@dataclass(frozen=True)
class Position:
    """A company's position on a day.

    Attributes:
        name, year, at; markets: by name; refused: holdings that cannot be used, each with the
            reason; expiring: those that end within 90 days.
    """

    name: str
    year: int
    at: date
    markets: dict[str, Market]
    refused: tuple[tuple[Holding, str], ...]
    expiring: tuple[Holding, ...]


def credit_limit(emissions: Fraction, at: date) -> int:
    """Most credits that count for an obligation: 5 % of it, whole tonnes."""
    return floor(rule("ccer_limit", at).value * emissions)


def position(company: Company) -> Position:
    """What a company owes and holds in each market on its day.

    ``short = owed - min(credits, 5 % owed) - usable units``; units past their life, of a later
    year, or of another year where the law knows no carry-over do not count and are named.

    Args:
        company: with holdings.

    Raises:
        InputError: holdings of a market that the company is not in.
    """
    owed = needs(company)
    refused, usable = [], []
    for one in company.holdings:
        market = KINDS[one.kind][0]
        if market not in owed:
            raise InputError(
                f"holds {one.kind} and is not in the {market} market",
                where="holdings",
                allowed=list(owed),
            )
        why = one.refused(company.year, company.day)
        refused += [(one, why)] if why else []
        usable += [] if why else [one]
    markets = {}
    for name, need in owed.items():
        held = _sum(company.holdings, name)
        credits = _sum(usable, name, "ccer")
        counted = min(credits, Fraction(credit_limit(need.owed, company.day))) if credits else ZERO
        units = _sum(usable, name) - credits
        markets[name] = Market(
            name,
            need.unit,
            need.owed - need.met,
            held,
            units + counted,
            counted,
            need.owed - need.met - units - counted,
            need.binds,
        )
    limit = company.day + timedelta(days=SOON)
    soon = [one for one in usable if one.end is not None and company.day <= one.end <= limit]
    soon.sort(key=lambda one: one.vintage)
    return Position(company.name, company.year, company.day, markets, tuple(refused), tuple(soon))


def fine(found: Position, price: Fraction) -> Penalty | None:
    """What it would cost not to surrender what is missing; None where nothing is.

    Args:
        found: a position; price: mean price of the month before the deadline, CNY/t.
    """
    market = found.markets.get("carbon")
    return penalty(market.short, price) if market is not None and market.short > 0 else None


def _sum(holdings: Sequence[Holding], market: str, kind: str | None = None) -> Fraction:
    kept = [h for h in holdings if KINDS[h.kind][0] == market and kind in (None, h.kind)]
    return sum((plain(h.quantity) for h in kept), ZERO)


def position_table(found: Position) -> pd.DataFrame:
    """One row per market."""
    rows = [
        (
            found.name,
            m.market,
            m.unit,
            *(float(v) for v in (m.owed, m.held, m.usable, m.credits, m.short)),
            m.binds,
        )
        for m in found.markets.values()
    ]
    return conformed("comply_position", pd.DataFrame(rows, columns=columns("comply_position")))


def duties(year: int, at: date, market: str | None = None) -> pd.DataFrame:
    """Duties for a year of emissions, with days left; those without a found date come last.

    Args:
        year: of the emissions; at: today; market: one of the calendar's, all by default.

    Raises:
        InputError: no such market.
    """
    table = datasets.load("compliance_calendar")
    markets = list(dict.fromkeys(table["market"]))
    if market is not None and market not in markets:
        raise unknown_name("market", market, markets, where="market")
    rows = []
    for row in table.to_dict("records"):
        if market is not None and row["market"] != market:
            continue
        due = _due(row, year, at)
        left = None if due is None else (due - at).days
        rows.append(
            (
                row["duty"],
                row["market"],
                row["who_en"],
                row["who_zh"],
                row["what_en"],
                row["what_zh"],
                "" if due is None else due.isoformat(),
                left,
                row["due_en"],
                row["due_zh"],
                row["status"],
                row["source"],
                row["grade"],
            )
        )
    frame = pd.DataFrame(rows, columns=columns("comply_calendar"))
    frame["days_left"] = frame["days_left"].astype("Int64")
    frame["_none"] = frame["due"] == ""
    frame = frame.sort_values(["_none", "due", "duty"], ignore_index=True).drop(columns="_none")
    return conformed("comply_calendar", frame)


def _due(row: dict[str, object], year: int, at: date) -> date | None:
    """The day of a duty: a day of a year, or so many days after the month last ended."""
    if row["after_days"] == row["after_days"] and row["after_days"] not in ("", None):
        ended = at.replace(day=1) - timedelta(days=1)
        return ended + timedelta(days=int(float(str(row["after_days"]))))
    if row["due_month"] != row["due_month"] or row["due_month"] in ("", None):
        return None
    later, month, day = (int(float(str(row[k]))) for k in ("due_year", "due_month", "due_day"))
    return date(year + later, month, day)
