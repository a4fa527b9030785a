"""Tables as people have them, brought to the columns a program knows: heads, units, numbers, days.

What is sure is read without asking, and how it was read is said; a cell that can be read in two
ways is a fault that names both.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from dualcarbon.common.cells import (
    Convention,
    Number,
    day,
    evidence,
    flag,
    folded,
    is_nothing,
    number,
    order_of,
)
from dualcarbon.common.sheets import EMPTY, Grid, grids
from dualcarbon.errors import InputError, nearest_name

Order = Literal["day", "month"]
Kind = Literal["code", "text", "number", "mass", "intensity", "share", "year", "day", "flag"]
NUMBERS = ("number", "mass", "intensity", "share")
"""Kinds whose cells show the decimal sign of a file; years are often written ``2026.0`` anyway."""
HEADS_WITHIN = 30
ALIKE = 0.8
"""Likeness from which on a head is taken for one of ours misspelt."""
TOTALS = frozenset({"total", "totals", "sum", "subtotal", "grand total", "summe", "gesamt", "合计",
                    "总计", "小计", "总和", "共计"})  # fmt: skip
TONNES = {"t": 1.0, "kg": 1e-3, "g": 1e-6, "10000t": 1e4, "lb": 0.45359237e-3}
_UNITS = {
    "t": "t ton tons tonne tonnes mt 吨 公吨 mg metric-tons",
    "kg": "kg kgs kilo kilos kilogram kilograms 千克 公斤",
    "g": "g gram grams 克",
    "10000t": "万吨",
    "lb": "lb lbs pound pounds 磅",
}
UNIT_OF = {name: unit for unit, names in _UNITS.items() for name in names.split()}


@dataclass(frozen=True)
class Field:
    """A column that a program knows.

    Attributes:
        kind: how its cells are read.
        heads: further heads that mean it, folded.
    """

    kind: Kind
    heads: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Intake:
    """A table as read.

    Attributes:
        table: the columns known, by their own names and by row of the file; empty cells are "".
        extra: the other columns, as they stand.
        reading: what was found out about the file, and how.
        doubts: row of the file (0 for all), column, and what is not sure about it.
        faults: row of the file, and why it cannot be read.
    """

    table: pd.DataFrame
    extra: pd.DataFrame
    reading: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[tuple[int, str, str], ...] = ()
    faults: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choices:
    """What a user says about a file where it does not show it.

    Attributes:
        sheet: name of the sheet.
        decimal: ``point`` or ``comma``.
        unit: of masses whose head names none, such as ``kg``.
        order: whether the ``day`` or the ``month`` stands first.
    """

    sheet: str | None = None
    decimal: Convention | None = None
    unit: str | None = None
    order: Order | None = None


@contextmanager
def no_collection() -> Iterator[None]:
    """No search for circles of objects while rows are read, which make none: a quarter faster."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def take(
    path: Path, fields: Mapping[str, Field], needed: Sequence[str], choices: Choices | None = None
) -> Intake:
    """Read a file and bring it to the columns that are known.

    Args:
        path: csv or xlsx.
        fields: columns by name.
        needed: those that must be there.
        choices: what the user says about it.

    Raises:
        InputError: it cannot be read, lacks a column that is needed, or has one twice.
    """
    with no_collection():
        return _read(path, fields, needed, choices or Choices())


def _read(
    path: Path, fields: Mapping[str, Field], needed: Sequence[str], choices: Choices
) -> Intake:
    grid, at = _grid(grids(path), fields, needed, choices.sheet, str(path))
    heads = [str(cell).strip() for cell in grid.rows[at][1]]
    rows = grid.rows[at + 1 :]
    found = _taken(heads, rows, fields, needed, choices, str(path), grid.reading.get("separator"))
    said = {**({"sheet": grid.name} if grid.name else {}), **grid.reading}
    said["heads in row"] = str(grid.rows[at][0])
    doubts = (*((0, "", doubt) for doubt in grid.doubts), *found.doubts)
    return Intake(found.table, found.extra, {**said, **found.reading}, doubts, found.faults)


def take_frame(
    frame: pd.DataFrame, fields: Mapping[str, Field], needed: Sequence[str], where: str
) -> Intake:
    """The same for a table in memory, whose first row counts as row 2 as in a file with heads.

    Raises:
        InputError: see :func:`take`.
    """
    cells = frame.astype(object).where(frame.notna(), EMPTY)
    rows = [(n, list(row)) for n, row in enumerate(cells.itertuples(index=False), start=2)]
    return _taken(list(map(str, frame.columns)), rows, fields, needed, Choices(), where, ",")


def field_of(head: str, fields: Mapping[str, Field]) -> tuple[str | None, str]:
    """The field that a head means, None if it means none, and the unit that it names."""
    inner = " ".join(re.findall(r"[(\[（【]([^)\]）】]*)[)\]）】]", head))
    outer = re.sub(r"[(\[（【][^)\]）】]*[)\]）】]", " ", head)
    name = folded(re.sub(r"[_\-./:*#]+", " ", outer))
    for spelling in (name, *_shortened(name)):
        for known, one in fields.items():
            if spelling == folded(known.replace("_", " ")) or spelling in one.heads:
                unit = folded(inner) or folded(name.removeprefix(spelling).strip(" ,，"))
                return known, unit or (spelling if spelling in UNIT_OF else "")
    return None, ""


def _shortened(name: str) -> list[str]:
    """A head without its last word or what follows a comma, where that is a unit."""
    words = re.split(r"[ ,，]+", name)
    if len(words) > 1 and words[-1] in UNIT_OF:
        return [" ".join(words[:-1])]
    return []


def _grid(
    found: Sequence[Grid],
    fields: Mapping[str, Field],
    needed: Sequence[str],
    sheet: str | None,
    where: str,
) -> tuple[Grid, int]:
    """The sheet and the row that hold the heads: the first that names all that is needed."""
    if sheet is not None:
        names = [grid.name for grid in found]
        if sheet not in names:
            raise InputError(f"has no sheet '{sheet}'", where=where, allowed=names)
        found = [grid for grid in found if grid.name == sheet]
    filled = [grid for grid in found if grid.rows]
    if not filled:
        raise InputError("holds no cells", where=where)
    best: list[tuple[int, int, Grid, int]] = []
    for position, grid in enumerate(filled):
        for at, (_, cells) in enumerate(grid.rows[:HEADS_WITHIN]):
            known = {field_of(str(cell), fields)[0] for cell in cells} - {None}
            score = len(known) + (100 if set(needed) <= known else 0)
            best.append((score, -position * 1000 - at, grid, at))
    score, _, grid, at = max(best, key=lambda one: one[:2])
    others = [g.name for s, _, g, _ in best if s > 100 and g is not grid]
    if others and sheet is None:
        doubt = f"sheet '{grid.name}' was read, not '{others[0]}', which holds rows as well"
        grid = Grid(grid.name, grid.rows, grid.reading, (*grid.doubts, doubt))
    return (grid, at) if score > 1 else (filled[0], 0)


def _taken(
    heads: Sequence[str],
    rows: Sequence[tuple[int, Sequence[Any]]],
    fields: Mapping[str, Field],
    needed: Sequence[str],
    choices: Choices,
    where: str,
    separator: str | None,
) -> Intake:
    columns, units, extras, doubts = _mapped(heads, rows, fields, where)
    for name in needed:
        if name not in columns:
            near = nearest_name(name, heads)
            raise InputError(
                f"column '{name}' is missing", where=where, allowed=list(fields), nearest=near
            )
    rows, sums = _without_sums(rows, columns)
    index = pd.Index([n for n, _ in rows], name="row")
    cells = {name: [row[at] for _, row in rows] for name, at in columns.items()}
    texts = [
        v
        for name, values in cells.items()
        if fields[name].kind in NUMBERS
        for v in dict.fromkeys(values)
        if isinstance(v, str)
    ]
    convention = _convention(texts, choices.decimal, separator)
    days = [str(v) for name, vs in cells.items() if fields[name].kind == "day" for v in vs]
    order = choices.order or _only(order_of(days))
    faults: dict[int, str] = {}
    table = {}
    for name, values in cells.items():
        read = _reader(name, fields[name].kind, units.get(name, ""), convention, order, choices)
        table[name] = _column(name, values, read, index, faults)
    mapping = [f"{heads[at]} = {name}" for name, at in columns.items() if folded(heads[at]) != name]
    reading: dict[str, str] = {"decimal sign": convention or "none seen"}
    reading |= {"columns": "; ".join(mapping)} if mapping else {}
    masses = {name: unit for name, unit in units.items() if fields[name].kind == "mass"}
    for name in (n for n in columns if fields[n].kind == "mass"):
        unit = choices.unit or masses.get(name)
        reading[f"unit of {name}"] = unit or "t"
        head = folded(heads[columns[name]])
        if unit is None and ("net" in head or "weight" in head or "净重" in head or "重" in head):
            doubts.append((0, name, f"'{heads[columns[name]]}' names no unit: read as t"))
    if sums:
        reading["rows of sums left out"] = ", ".join(map(str, sums))
    if extras:
        reading["columns kept as they are"] = ", ".join(heads[at] for at in extras)
    extra = pd.DataFrame(
        {heads[at] or f"column {at + 1}": [row[at] for _, row in rows] for at in extras},
        index=index,
        dtype=object,
    )
    doubts += _twice(rows)
    return Intake(
        pd.DataFrame(table, index=index, dtype=object), extra, reading, tuple(doubts), faults
    )


def _mapped(
    heads: Sequence[str],
    rows: Sequence[tuple[int, Sequence[Any]]],
    fields: Mapping[str, Field],
    where: str,
) -> tuple[dict[str, int], dict[str, str], list[int], list[tuple[int, str, str]]]:
    """Where the known columns stand, their units, where the others do, and what is not sure."""
    columns: dict[str, int] = {}
    units: dict[str, str] = {}
    extras: list[int] = []
    doubts: list[tuple[int, str, str]] = []
    for at, head in enumerate(heads):
        if not head and all(not str(row[at]).strip() for _, row in rows):
            continue
        if head and head in heads[:at]:
            raise InputError(f"column '{head}' stands twice", where=f"{where}, line 1")
        name, unit = field_of(head, fields)
        if name is None:
            extras.append(at)
            near = next(iter(get_close_matches(folded(head), fields, 1, ALIKE)), None)
            if near is not None and near not in columns:
                doubts.append((0, head, f"column '{head}' is not read; '{near}' would be"))
            continue
        if name in columns:
            first = heads[columns[name]]
            exact = folded(head) == name and folded(first) != name
            kept, left = (at, columns[name]) if exact else (columns[name], at)
            doubts.append(
                (0, name, f"'{heads[left]}' means '{name}' as well as '{heads[kept]}': not read")
            )
            extras.append(left)
            columns[name] = kept
            if not exact:
                continue
        columns[name] = at
        if unit:
            units[name] = UNIT_OF.get(unit, unit)
    return columns, units, sorted(extras), doubts


def _without_sums(
    rows: Sequence[tuple[int, Sequence[Any]]], columns: Mapping[str, int]
) -> tuple[list[tuple[int, Sequence[Any]]], list[int]]:
    """Rows but those of sums, which a word like 'total' begins."""
    kept, sums = [], []
    for n, row in rows:
        first = next((text for cell in row if (text := str(cell).strip())), "")
        if not first[:1].isdigit() and folded(first).rstrip(":：") in TOTALS:
            sums.append(n)
        else:
            kept.append((n, row))
    return kept, sums


def _convention(
    texts: Sequence[str], chosen: Convention | None, separator: str | None
) -> Convention | None:
    """The decimal sign of a file; None where it shows both or none."""
    if chosen is not None:
        return chosen
    shown = evidence(texts)
    if len(shown) == 1:
        return next(iter(shown))
    only_points = all("," not in text for text in texts)
    return "point" if not shown and separator in (",", "comma") and only_points else None


def _only(found: set[Order]) -> Order | None:
    return next(iter(found)) if len(found) == 1 else None


Reader = Callable[[Any], Any]


def _column(
    name: str, values: Sequence[Any], read: Reader, index: pd.Index, faults: dict[int, str]
) -> list[Any]:
    cells = []
    known: dict[Any, Any] = {}
    for row, value in zip(index, values, strict=True):
        if value == EMPTY:
            cells.append(EMPTY)
            continue
        key = (type(value), value)
        if key not in known:
            try:
                known[key] = read(value)
            except InputError as error:
                known[key] = error
        cell = known[key]
        if isinstance(cell, InputError):
            faults.setdefault(row, f"{name}: {cell}")
            cell = EMPTY
        cells.append(cell)
    return cells


def _reader(
    name: str,
    kind: Kind,
    unit: str,
    convention: Convention | None,
    order: Order | None,
    choices: Choices,
) -> Reader:
    """How a cell of a column is read; it raises InputError where it cannot be."""
    if kind == "text":
        return lambda value: _text(value)
    if kind == "code":
        return lambda value: re.sub(r"^(cn|hs)\s*(?=\d)", "", _text(value), flags=re.IGNORECASE)
    if kind == "flag":
        return _flag
    if kind == "day":
        return lambda value: _day(value, order)
    factor = 1.0
    if kind == "mass":
        factor = _tonnes(choices.unit or unit)
    if kind == "intensity" and _is_per_mille(unit):
        factor = 1e-3
    if kind == "share" and unit in ("%", "percent", "per cent"):
        factor = 1e-2
    return lambda value: _number(value, kind, factor, convention)


def _tonnes(unit: str) -> float:
    """Tonnes per unit; 1 where none is named."""
    known = UNIT_OF.get(folded(unit), unit)
    if known and known not in TONNES:
        return 1.0
    return TONNES.get(known, 1.0)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value).strip()
    return text.removesuffix(".0") if text.removesuffix(".0").isdigit() else text


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = flag(str(value))
    if found is None:
        raise InputError(f"'{value}' is neither yes nor no", allowed=("yes", "no"))
    return found


def _day(value: Any, order: Order | None) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if is_nothing(str(value)):
        return EMPTY
    found, fault = day(_text(value), order)
    if found is None:
        raise InputError(fault)
    return found.isoformat()


def _number(value: Any, kind: Kind, factor: float, convention: Convention | None) -> Any:
    if isinstance(value, bool):
        raise InputError(f"'{value}' is not a number")
    if isinstance(value, int | float):
        return _finished(Number(float(value)), kind, factor)
    text = str(value)
    if is_nothing(text):
        if kind == "mass":
            raise InputError(f"'{text.strip()}' is not a number")
        return EMPTY
    if kind == "year":
        text = text.strip().removesuffix("年")
    return _finished(number(text, convention), kind, factor)


def _finished(found: Number, kind: Kind, factor: float) -> float | int:
    if found.value is None:
        raise InputError(found.fault)
    value, unit = found.value, folded(found.unit)
    if kind == "year":
        if not value.is_integer():
            raise InputError(f"'{value:g}' is not a year")
        return int(value) + (2000 if 0 < value < 100 else 0)
    if unit in ("%", "percent") and kind in ("share", "number"):
        return value / 100
    if kind == "mass" and unit:
        if unit not in UNIT_OF:
            raise InputError(f"'{found.unit}' is not a unit of mass", allowed=sorted(TONNES))
        return _scaled(value, TONNES[UNIT_OF[unit]])
    if unit and kind == "intensity":
        return _scaled(value, 1e-3 if _is_per_mille(unit) else 1.0)
    if unit:
        raise InputError(f"'{found.unit}' stands behind the number")
    return _scaled(value, factor)


def _is_per_mille(unit: str) -> bool:
    """Whether an intensity counts kilograms per tonne."""
    return unit.replace(" ", "").startswith(("kg", "千克")) and "/kg" not in unit


def _scaled(value: float, factor: float) -> float:
    return value if factor == 1 else float(f"{value * factor:.15g}")


def _twice(rows: Sequence[tuple[int, Sequence[Any]]]) -> list[tuple[int, str, str]]:
    """Rows that equal one before them."""
    seen: dict[tuple[str, ...], int] = {}
    found: list[tuple[int, str, str]] = []
    for n, row in rows:
        key = tuple(map(str, row))
        if key in seen:
            found.append((n, "", f"the same as row {seen[key]}: both are counted"))
        else:
            seen[key] = n
    return found
