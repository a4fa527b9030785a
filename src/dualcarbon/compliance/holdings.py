"""Units that a company holds: kinds, vintages, and until when each can be used."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from dualcarbon.common.records import Record
from dualcarbon.mrv.rules import rule

Kind = Literal["allowance", "ccer", "green", "white", "energy_use"]
KINDS: Mapping[str, tuple[str, str]] = {
    "allowance": ("carbon", "t CO2"),
    "ccer": ("carbon", "t CO2"),
    "green": ("green", "MWh"),
    "white": ("white", "tce"),
    "energy_use": ("energy_use", "tce"),
}
"""Market and unit of each kind."""


VINTAGE = re.compile(r"(\d{4})(?:-(\d{2}))?")
VOID_AFTER, LAST_VOID = date(2025, 12, 31), 2024
"""Allowances of vintages up to 2024 end with 2025, unless they were carried over."""
NEW_RULES, OLD_END = (2024, 1), date(2025, 12, 31)
"""Certificates of power generated before 2024 end with 2025."""


def certificate_end(year: int, month: int) -> date:
    """Last day of a green certificate: 24 months, the month of generation included.

    Args:
        year, month: of the generation.

    Source: NEA 2024 No. 67.
    """
    if (year, month) < NEW_RULES:
        return OLD_END
    months = int(rule("gec_life").value)
    last = year * 12 + month - 1 + months - 1
    return date(last // 12, last % 12 + 1, calendar.monthrange(last // 12, last % 12 + 1)[1])


class Holding(Record):
    """Units of one kind and vintage.

    Attributes:
        kind: unit; vintage: year, and month of generation for certificates; quantity: in its unit.
        carried_over: of an allowance up to 2024, that its carry-over was granted; due: last day,
            where a ledger says it.
    """

    kind: Kind
    vintage: str
    quantity: float = Field(ge=0)
    carried_over: bool = False
    due: date | None = None

    @field_validator("vintage", mode="before")
    @classmethod
    def _readable(cls, value: Any) -> str:
        text = str(value).strip()
        found = VINTAGE.fullmatch(text)
        if found is None or not 1 <= int(found[2] or 1) <= 12:
            raise ValueError(f"'{value}' is no vintage, such as 2025 or 2025-03")
        return text

    @model_validator(mode="after")
    def _dated(self) -> Holding:
        if self.kind == "green" and "-" not in self.vintage and self.due is None:
            raise ValueError("a certificate's vintage is a month, such as 2025-03")
        return self

    @property
    def year(self) -> int:
        """Year of the vintage."""
        return int(self.vintage[:4])

    @property
    def end(self) -> date | None:
        """Last day on which it can be used; None where no rule was found."""
        if self.due is not None:
            return self.due
        if self.kind == "green":
            return certificate_end(self.year, int(self.vintage[5:]))
        if self.kind == "allowance" and self.year <= LAST_VOID and not self.carried_over:
            return VOID_AFTER
        if self.kind == "energy_use":
            return date(self.year, 12, 31)
        return None

    def refused(self, year: int, at: date) -> str:
        """Why it cannot be used for a year on a day: life, borrowing or year; empty if it can."""
        if (
            self.end is not None
            and self.end < at
            and not (self.kind == "energy_use" and self.year == year)
        ):
            return "life"
        if self.kind == "allowance" and self.year > year:
            return "borrowing"
        if self.kind == "energy_use" and self.year != year:
            return "year"
        return ""


def plain(value: float) -> Fraction:
    """A number as the decimal that was written."""
    return Fraction(repr(value))
