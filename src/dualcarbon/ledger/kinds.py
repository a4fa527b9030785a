"""Terms of the ledger: kinds of units, whole quantities, accounts, days, periods and serials."""

from __future__ import annotations

import operator
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from functools import lru_cache
from typing import Any, get_args

from dualcarbon.errors import unknown_name
from dualcarbon.ledger.errors import LedgerError, SerialTaken
from dualcarbon.system.parties import Kind, Party, party

KINDS = {
    "allowance": "kg CO2e",
    "ccer": "kg CO2e",
    "green": "Wh",
    "white": "gce",
    "energy_use": "gce",
}
"""Kinds of units, and the base unit in which the ledger counts each in whole numbers."""

WHOLE = {"allowance": 1_000, "ccer": 1_000, "green": 10**6, "white": 10**6, "energy_use": 10**6}
"""Base units in one unit of the registries: t CO2e, MWh, tce."""
UNIT = {
    "allowance": "t CO2e", "ccer": "t CO2e", "green": "MWh", "white": "tce", "energy_use": "tce"
}  # fmt: skip
SCALES = {
    "Wh": ("Wh", 1), "kWh": ("Wh", 10**3), "MWh": ("Wh", 10**6), "GWh": ("Wh", 10**9),
    "TWh": ("Wh", 10**12), "kg": ("kg CO2e", 1), "t": ("kg CO2e", 10**3), "kt": ("kg CO2e", 10**6),
    "Mt": ("kg CO2e", 10**9), "gce": ("gce", 1), "kgce": ("gce", 10**3), "tce": ("gce", 10**6),
    "Mtce": ("gce", 10**12),
}  # fmt: skip
"""Units in which a quantity may be written, such as ``12.5 MWh``."""

LARGEST = 2**62
BEIJING = timezone(timedelta(hours=8))
ENDLESS = "9999-12-31"
ACCOUNT = re.compile(r"[^\s|\"'\\\x00-\x1f](?:[^|\"'\\\x00-\x1f]*[^\s|\"'\\\x00-\x1f])?")


def kind_of(text: Any) -> str:
    """A kind of units.

    Raises:
        LedgerError: there is no such kind.
    """
    if not isinstance(text, str) or text not in KINDS:
        wrong = unknown_name("kind", str(text), KINDS)
        raise LedgerError(wrong.what, where="kind", allowed=wrong.allowed, nearest=wrong.nearest)
    return text


def quantity(value: Any, base: str, where: str = "quantity", *, zero: bool = False) -> int:
    """A whole number of base units; text may carry a unit, as in ``12.5 MWh``.

    Raises:
        LedgerError: it is negative, a fraction of a base unit, of another unit, or no number.
    """
    found: Any = value
    if isinstance(value, str):
        number, _, unit = value.strip().partition(" ")
        if unit and (unit not in SCALES or SCALES[unit][0] != base):
            fits = [name for name, (of, _) in SCALES.items() if of == base]
            raise LedgerError(f"'{value}' is not in {base}", where=where, allowed=fits)
        try:
            found = Fraction(number) * (SCALES[unit][1] if unit else 1)
        except (ValueError, ZeroDivisionError):
            raise LedgerError(
                f"'{value}' is no quantity", where=where, allowed=f"whole {base}"
            ) from None
    if not isinstance(found, int | Fraction) or isinstance(found, bool):
        try:
            found = operator.index(None if isinstance(found, bool) else found)  # type: ignore[arg-type]
        except TypeError:
            raise LedgerError(
                f"{value!r} is no whole number", where=where, allowed=f"whole {base}"
            ) from None
    if found != int(found):
        raise LedgerError(
            f"{value} is a fraction of a base unit", where=where, allowed=f"whole {base}"
        )
    if found < 0 or (found == 0 and not zero):
        raise LedgerError(f"must be above zero, got {value}", where=where, allowed=f"whole {base}")
    if found >= LARGEST:
        raise LedgerError(f"{value} is too large", where=where, allowed=f"below {LARGEST}")
    return int(found)


def account_text(who: Any, where: str = "account") -> str:
    """An account's name: that of a party, ``kind:what@bus``, or plain text for any other holder.

    Raises:
        LedgerError: it is empty or holds signs that no account may have.
    """
    if isinstance(who, Party):
        text = who.what if who.kind == "other" else f"{who.kind}:{who.what}"
        who = f"{text}@{who.bus}" if who.bus else text
    if isinstance(who, str):
        who = unicodedata.normalize("NFC", who)
    if not isinstance(who, str) or not _is_account(who):
        raise LedgerError(
            f"{who!r} is no account", where=where,
            allowed="a party, or text of at most 120 signs without |, quotes and backslashes",
        )  # fmt: skip
    return who


@lru_cache(maxsize=100_000)
def _is_account(text: str) -> bool:
    return len(text) <= 120 and ACCOUNT.fullmatch(text) is not None


def party_of(account: str) -> Party:
    """The party of an account."""
    kind, colon, rest = account.partition(":")
    if not colon or kind not in get_args(Kind):
        return party(account)
    what, _, bus = rest.partition("@")
    return Party(kind, what, bus)  # type: ignore[arg-type]


def day(value: Any, where: str = "at") -> date:
    """A day.

    Raises:
        LedgerError: it is none.
    """
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise LedgerError(f"'{value}' is no day", where=where, allowed="e.g. 2026-03-31") from None


def instant(value: Any, where: str = "at") -> datetime:
    """A point in time in UTC; what names no zone is Beijing time.

    Raises:
        LedgerError: it is none.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise LedgerError(
                f"'{value}' is no time", where=where, allowed="e.g. 2026-03-31T08:00:00+08:00"
            ) from None
    if not isinstance(value, datetime):
        value = datetime.combine(day(value, where), datetime.min.time())
    return (value if value.tzinfo else value.replace(tzinfo=BEIJING)).astimezone(UTC)


def stamp(value: datetime) -> str:
    """A point in time as the ledger writes it, in UTC."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Interval:
    """A half-open interval of time in UTC, to the second."""

    start: datetime
    end: datetime

    @property
    def first(self) -> str:
        """Its beginning as text."""
        return self.start.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def last(self) -> str:
        """Its end as text."""
        return self.end.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def hours(self) -> Fraction:
        """Its length in hours."""
        return Fraction(int((self.end - self.start).total_seconds()), 3600)


def interval(period: Any, where: str = "period") -> Interval:
    """A period: ``2026``, ``2026-03``, ``2026-03-05``, or ``start/end`` with times of any zone.

    A year, month or day is one of Beijing time.

    Raises:
        LedgerError: it is none, or ends before it begins.
    """
    if isinstance(period, Interval):
        return period
    if isinstance(period, list | tuple) and len(period) == 2:
        start, end = (instant(part, where) for part in period)
    else:
        start, end = _of_text(str(period), where)
    if end <= start or start.microsecond or end.microsecond:
        raise LedgerError(
            f"'{period}' is no period", where=where, allowed="whole seconds, end behind start"
        )
    return Interval(start, end)


def _of_text(text: str, where: str) -> tuple[datetime, datetime]:
    first, slash, last = text.partition("/")
    if slash:
        return instant(first, where), instant(last, where)
    try:
        numbers = [int(part) for part in text.split("-")]
        year, month, on = (*numbers, 1, 1)[:3] if len(numbers) <= 3 else (0, 0, 0)
        begin = datetime(year, month, on, tzinfo=BEIJING)
    except ValueError:
        allowed = "e.g. 2026, 2026-03, 2026-03-05 or 2026-03-05T00:00+08:00/2026-03-05T01:00+08:00"
        raise LedgerError(f"'{text}' is no period", where=where, allowed=allowed) from None
    if len(numbers) == 3:
        end = begin + timedelta(days=1)
    elif len(numbers) == 2:
        end = begin.replace(year=year + month // 12, month=month % 12 + 1)
    else:
        end = begin.replace(year=year + 1)
    return begin.astimezone(UTC), end.astimezone(UTC)


def serial(kind: str, issue: int, lo: int, hi: int) -> str:
    """Serials of units of one issue, half open."""
    return f"{kind}-{issue}:{lo}-{hi}"


SERIAL = re.compile(r"(?P<kind>[a-z_]+)-(?P<issue>\d+)(?::(?P<lo>\d+)(?:-(?P<hi>\d+))?)?")


def parse_serial(text: str) -> tuple[str, int, int | None, int | None]:
    """Kind, issue and range of our own serials; a single number is one unit.

    Raises:
        LedgerError: the text is none.
    """
    found = SERIAL.fullmatch(str(text).strip())
    if found is None:
        raise LedgerError(f"'{text}' is no serial", where="serial", allowed="e.g. green-12:0-5000")
    kind, issue, lo, hi = (found[name] for name in ("kind", "issue", "lo", "hi"))
    start = None if lo is None else int(lo)
    end = int(hi) if hi is not None else None if start is None else start + 1
    if start is not None and end is not None and end <= start:
        raise LedgerError(f"'{text}' ends before it begins", where="serial", allowed="half-open")
    return kind_of(kind), int(issue), start, end


def parse_foreign(text: str, declared: int, *, inclusive: bool = True) -> tuple[str, int, int]:
    """Serials of another registry as a half-open range, checked against the declared quantity.

    Args:
        text: such as ``ABC-1..29251``, ``1 to 29251`` or ``1-29251``.
        declared: units that the other registry says they are.
        inclusive: whether the last number belongs to the range.

    Raises:
        SerialTaken: the range holds another number of units than declared.
        LedgerError: the text is no range.
    """
    found = re.fullmatch(
        r"(?P<prefix>.*?)(?P<first>\d+)\s*(?:\.\.|to|-|–|/)\s*(?P<last>\d+)", text.strip()
    )
    if found is None:
        raise LedgerError(
            f"'{text}' is no range of serials", where="serials", allowed="e.g. 1..29251"
        )
    first, last = int(found["first"]), int(found["last"]) + inclusive
    if last - first != declared:
        ends = "both ends inclusive" if inclusive else "half open"
        raise SerialTaken(
            f"'{text}' holds {last - first} units ({ends}), declared are {declared}",
            where="serials", allowed="a declared quantity that the serials hold",
        )  # fmt: skip
    return found["prefix"], first, last
