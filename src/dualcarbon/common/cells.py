"""Cells as people write them: numbers, days, yes and no; where two readings are open, both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Convention = Literal["point", "comma"]
"""Which sign parts the decimals; the other one, if any, parts the thousands."""

NOTHING = frozenset(
    {"", "-", "--", "–", "—", "/", "n/a", "na", "nan", "none", "null", "#n/a", "无"}
)
YES = frozenset({"true", "yes", "y", "1", "1.0", "x", "✓", "√", "ja", "j", "wahr", "oui", "vrai",
                 "si", "sí", "是", "有", "对", "已核查", "已验证", "核查"})  # fmt: skip
NO = frozenset({"false", "no", "n", "0", "0.0", "nein", "falsch", "non", "faux", "否", "无",
                "未核查", "未验证", "-"})  # fmt: skip

_PLAIN = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?\Z", re.IGNORECASE)
_OPEN = re.compile(r"[-+]?(?!0)\d{1,3}[.,]\d{3}\Z")
_NUMBER = re.compile(r"([-+]?[\d.,]+)\s*([^\d.,\s].*)?\Z")
_BETWEEN = re.compile(r"(?<=\d)[\s'’_](?=\d)")
_MONTHS = {
    name: n
    for n, names in enumerate(
        ("jan januar january janvier", "feb februar february", "mar mrz märz march mars",
         "apr april avril", "may mai", "jun juni june juin", "jul juli july juillet",
         "aug august août", "sep sept september septembre", "oct okt oktober october octobre",
         "nov november novembre", "dec dez dezember december décembre"), start=1)
    for name in names.split()
}  # fmt: skip
_DAY_ZERO = date(1899, 12, 30)
_SERIALS = range(36526, 73051)  # days of 2000 to 2099 as spreadsheets count them


@dataclass(frozen=True)
class Number:
    """A number as read.

    Attributes:
        value: the number; None where it cannot be told or is none.
        unit: what stands behind it, such as ``t``, ``kg`` or ``%``.
        fault: why there is no value.
    """

    value: float | None
    unit: str = ""
    fault: str = ""


def folded(text: object) -> str:
    """Words without case, width and doubled blanks: what two spellings of one name share."""
    return " ".join(unicodedata.normalize("NFKC", str(text)).casefold().split())


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing in it."""
    return text.strip().casefold() in NOTHING


def is_open(text: str) -> bool:
    """Whether a number can be read in two ways: ``1,234`` and ``1.234``."""
    return _OPEN.match(_stripped(text)[0]) is not None


def evidence(texts: Iterable[str]) -> set[Convention]:
    """The conventions that numbers show beyond doubt: both, one or none."""
    found: set[Convention] = set()
    for text in texts:
        if "." not in text and "," not in text:
            continue
        if _PLAIN.match(text):
            if not _OPEN.match(text):
                found.add("point")
            continue
        digits = _stripped(text)[0]
        points, commas = digits.count("."), digits.count(",")
        if (not points and not commas) or _OPEN.match(digits):
            continue
        if points and commas:
            found.add("point" if digits.rfind(".") > digits.rfind(",") else "comma")
        elif points:
            found.add("point" if points == 1 else "comma")
        else:
            found.add("comma" if commas == 1 else "point")
    return found


def number(text: str, convention: Convention | None) -> Number:
    """A number, with the unit behind it.

    Args:
        text: such as ``1,234.5``, ``1.234,5``, ``1 234``, ``100 t``, ``16,5 %``.
        convention: that of the file; None where it shows none, so that ``1,234`` is in doubt.
    """
    if _PLAIN.match(text) and not (convention != "point" and _OPEN.match(text)):
        return Number(float(text))
    digits, unit = _stripped(text)
    if not digits:
        return Number(None, unit, f"'{text.strip()}' is not a number")
    if _OPEN.match(digits):
        if convention is None:
            one, other = digits.replace(",", "").replace(".", ""), re.sub("[.,]", ".", digits)
            return Number(None, unit, f"'{text.strip()}' may be {one} or {other}")
        parts = (digits.count(",") > 0) == (convention == "comma")
        return Number(float(re.sub("[.,]", "." if parts else "", digits)), unit)
    last = max(digits.rfind("."), digits.rfind(","))
    sign = digits[last] if last >= 0 else ""
    whole, decimals = (digits[:last], digits[last + 1 :]) if sign else (digits, "")
    if sign and digits.count(sign) > 1:
        whole, decimals = digits, ""
    groups = re.split("[.,]", whole.lstrip("+-"))
    if len(groups) > 1 and (not groups[0] or any(len(group) != 3 for group in groups[1:])):
        return Number(None, unit, f"'{text.strip()}' is not a number")
    plain = re.sub("[.,]", "", whole) + (f".{decimals}" if decimals else "")
    try:
        return Number(float(plain), unit)
    except ValueError:
        return Number(None, unit, f"'{text.strip()}' is not a number")


def _stripped(text: str) -> tuple[str, str]:
    """Digits with their signs, and the unit behind; no digits where it is no number."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    found = _NUMBER.match(_BETWEEN.sub("", plain).lstrip("€$£¥ "))
    return (found[1], (found[2] or "").strip()) if found else ("", "")


def flag(text: str) -> bool | None:
    """Yes or no in a few languages; None for anything else."""
    word = folded(text)
    return True if word in YES else False if word in NO else None


def day(text: str, order: Literal["day", "month"] | None = None) -> tuple[date | None, str]:
    """A day, and the doubt or fault where there is one.

    Args:
        text: ISO, ``15/03/2026``, ``3/15/2026``, ``15.03.2026``, ``20260315``, ``15-Mar-26``, a
            serial number of a spreadsheet, or in Chinese.
        order: which of day and month stands first where both could; None leaves it in doubt.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"[ T]00:00(:00(\.0+)?)?\Z", "", plain)
    numbers = [int(n) for n in re.findall(r"\d+", plain)]
    words = re.findall(r"[^\W\d_]+", plain)
    try:
        if plain.replace(".0", "").isdigit():
            return _of_digits(plain.replace(".0", ""))
        if len(numbers) == 2 and len(words) == 1 and words[0].casefold() in _MONTHS:
            return date(_full(numbers[1]), _MONTHS[words[0].casefold()], numbers[0]), ""
        if len(numbers) != 3 or (words and words[:3] not in (["年", "月", "日"], ["年", "月"])):
            return None, f"'{plain}' is not a day"
        first, second, third = numbers
        if first > 31:
            return date(first, second, third), ""
        if "." in plain or first > 12:
            return date(_full(third), second, first), ""
        if second > 12:
            return date(_full(third), first, second), ""
        if order is None and first != second:
            return (
                None,
                f"'{plain}' may be {_iso(third, second, first)} or {_iso(third, first, second)}",
            )
        month, of_month = (first, second) if order == "month" else (second, first)
        return date(_full(third), month, of_month), ""
    except ValueError:
        return None, f"'{plain}' is not a day"


def order_of(texts: Iterable[str]) -> set[Literal["day", "month"]]:
    """Which of day and month stands first in days with slashes, where it can be told."""
    found: set[Literal["day", "month"]] = set()
    for text in texts:
        match = re.match(r"(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}\b", text.strip())
        if match and int(match[1]) > 12 >= int(match[2]):
            found.add("day")
        elif match and int(match[2]) > 12 >= int(match[1]):
            found.add("month")
    return found


def _of_digits(digits: str) -> tuple[date | None, str]:
    if len(digits) == 8:
        return datetime.strptime(digits, "%Y%m%d").date(), ""
    if int(digits) in _SERIALS:
        return _DAY_ZERO + timedelta(days=int(digits)), ""
    return None, f"'{digits}' is not a day"


def _full(year: int) -> int:
    return 2000 + year if year < 100 else year


def _iso(year: int, month: int, of_month: int) -> str:
    return f"{_full(year)}-{month:02d}-{of_month:02d}"
