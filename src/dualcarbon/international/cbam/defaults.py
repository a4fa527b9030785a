"""Default values of embedded emissions, with their mark-up and their fallbacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import official
from dualcarbon.international.cbam.allocation import FIRST_YEAR, check_year
from dualcarbon.international.cbam.goods import Good, Origin
from dualcarbon.international.cbam.law import TODAY
from dualcarbon.international.cbam.official import DefaultRow

HEADINGS = (8, 6, 4)
GREY = "A"
GRADES = {"A": "grey", "B": "white"}


@dataclass(frozen=True)
class Default:
    """The default value that applies.

    Attributes:
        value: with the mark-up of the year, tCO2e per tonne.
        base: without mark-up, as the quarter-end holding counts it.
        direct_share: direct part of the base, 0 to 1.
        row: the row it was read from.
        notes: what was chosen on the way.
    """

    value: Decimal
    base: Decimal
    direct_share: Decimal
    row: DefaultRow
    notes: tuple[str, ...]


def default_value(
    good: Good, origin: Origin, year: int, grade: str | None = None, law: str = TODAY
) -> Default:
    """The default value of a good from an origin in a year.

    The heading with most digits decides. A country that is not listed, or whose row shows a dash,
    takes the row of the other countries and territories, with the production route of that row.

    Args:
        good: see :func:`~dualcarbon.international.cbam.goods.good`.
        origin: see :func:`~dualcarbon.international.cbam.goods.origin`.
        year: year of the import.
        grade: ``A`` grey or ``B`` white, for clinker and cement that come in both.
        law: see :mod:`~dualcarbon.international.cbam.law`.

    Raises:
        InputError: the tables have no value.

    Source: Implementing Regulation (EU) 2025/2621, Annex I; (EU) 2026/1740, Annex I.
    """
    row, notes = _chosen(good.table_cn, origin.row, grade, law)
    if good.table_cn != good.cn:
        notes = (f"code since split: values of its successor {good.table_cn}", *notes)
    if official.rows_of(origin.row, law) is None or not origin.listed:
        notes = (*notes, "country not listed: row 'Other Countries and Territories'")
    return _default(row, year, notes)


def highest_value(good: Good, year: int, grade: str | None = None, law: str = TODAY) -> Default:
    """The default value of a precursor whose origin is not known.

    Raises:
        InputError: Annex IV has no value for the good.

    Source: Implementing Regulation (EU) 2025/2621, Article 1(5) and Annex IV; (EU) 2026/1740.
    """
    rows = _first(official.highest_rows(law), good.table_cn)
    if not rows:
        raise InputError(
            f"no default value for CN {good.cn} of unknown origin", where="precursor.origin"
        )
    row, notes = _of_grade(rows, grade)
    return _default(row, year, notes)


@cache
def _chosen(
    cn: str, country: str, grade: str | None, law: str
) -> tuple[DefaultRow, tuple[str, ...]]:
    notes: tuple[str, ...] = ()
    for name in dict.fromkeys((country, official.OTHER)):
        listed = official.rows_of(name, law)
        if listed is None:
            continue
        rows = _first(listed, cn)
        if rows:
            row, chosen = _of_grade(rows, grade)
            if row.total is not None:
                return row, (*notes, *chosen)
        if name != official.OTHER:
            notes = (f"no value for {name}: row 'Other Countries and Territories'",)
    raise InputError(f"no default value for CN {cn}", where="cn", allowed="actual emissions")


def _first(rows: Mapping[str, Sequence[DefaultRow]], cn: str) -> Sequence[DefaultRow]:
    """Rows of the most detailed heading that holds a code."""
    return next((rows[cn[:n]] for n in HEADINGS if cn[:n] in rows), ())


def _of_grade(rows: Sequence[DefaultRow], grade: str | None) -> tuple[DefaultRow, tuple[str, ...]]:
    """The row of grey or white clinker where a heading has both; grey unless told otherwise."""
    graded = {row.grade: row for row in rows if row.grade}
    if len(graded) < 2:
        return rows[0], ()
    if grade is None:
        return graded[GREY], ("grey clinker assumed; route B is white",)
    return graded[grade], ()


def _default(row: DefaultRow, year: int, notes: tuple[str, ...]) -> Default:
    check_year(year)
    if row.total is None:
        raise InputError(f"no default value under heading {row.cn}", where="cn")
    direct = Decimal(1) if row.direct is None or not row.total else row.direct / row.total
    step = min(year - FIRST_YEAR, len(row.marked_up) - 1)
    return Default(row.marked_up[step], row.total, min(direct, Decimal(1)), row, notes)
