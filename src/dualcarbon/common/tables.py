"""What each column of each table is, from ``contract.yaml``: its order, type, unit and labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from dualcarbon.common import documents
from dualcarbon.common.words import LANGUAGES, checked_entries

CONTRACT = Path(__file__).with_name("contract.yaml")
TYPES = {
    "key": "str",
    "text": "str",
    "integer": "int64",
    "number": "float64",
    "boolean": "bool",
    "list": "object",
    "value": "object",
}
"""Types of columns, and how pandas holds them where nothing is missing."""
MISSING = {"integer": "Int64", "boolean": "boolean"}
NUMERIC = ("integer", "number")
ALLOWANCE = "cea_cny_per_t"
"""The indicator that is the allowance price, CNY/t CO2."""
BOTH = " | "


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: name; type: ``key`` (a name from a list), ``text``, ``integer``, ``number``,
            ``boolean``, ``list`` in JSON, or ``value`` (numbers or words, as they come).
        en, zh: labels; unit: of integers and numbers.
        missing: whether an integer or a boolean may be unknown; a number always may.
    """

    name: str
    type: Literal["key", "text", "integer", "number", "boolean", "list", "value"]
    en: str
    zh: str
    unit: str = ""
    missing: bool = False

    @property
    def dtype(self) -> str:
        """How pandas holds it."""
        return (MISSING if self.missing and self.type in MISSING else TYPES)[self.type]

    def label(self, lang: str) -> str:
        """Its label in ``en`` or ``zh``."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        name: name; en, zh: labels; columns: in order.
        others: what further columns are whose names come from the data; None where there are none.
    """

    name: str
    en: str
    zh: str
    columns: tuple[Column, ...]
    others: Column | None = None

    @property
    def names(self) -> list[str]:
        """Names of its columns."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column | None:
        """A column by name; None for one that the table does not have."""
        return next((c for c in self.columns if c.name == name), self.others)


@cache
def contract() -> Mapping[str, Table]:
    """All tables by name."""
    document = documents.read(CONTRACT)
    shared = checked_entries(document["columns"], CONTRACT.name)
    found: dict[str, Table] = {}
    for name, about in checked_entries(document["tables"], CONTRACT.name).items():
        before = found[about["like"]].columns if "like" in about else ()
        columns = (*before, *(_column(entry, shared) for entry in about["columns"]))
        others = Column("", **about["others"]) if "others" in about else None
        found[name] = Table(name, about["en"], about["zh"], columns, others)
    return found


@cache
def indicators() -> Mapping[str, Mapping[str, str]]:
    """Unit and labels of what stands in the column ``indicator``, by name."""
    return checked_entries(documents.read(CONTRACT)["indicators"], CONTRACT.name)


def indicator(table: pd.DataFrame, name: str) -> pd.Series:
    """Values of an indicator by scenario and year.

    Args:
        table: a run's table ``indicators``; name: such as :data:`ALLOWANCE`.
    """
    rows = table[table["indicator"] == name]
    return rows.set_index(["scenario", "year"])["value"].astype(float)


def _column(entry: str | Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]]) -> Column:
    """A column as its table gives it: a name, or a name with what differs from the shared one."""
    if isinstance(entry, str):
        return Column(entry, **shared[entry])
    [(name, own)] = entry.items()
    return Column(name, **{**shared.get(name, {}), **own})


def columns(table: str) -> list[str]:
    """Names of the columns of a table, in order."""
    return contract()[table].names


def unit_of(table: str, column: str) -> str:
    """Unit of a column; empty for words and for what the contract does not know."""
    known = contract().get(table)
    found = known.column(column) if known else None
    return found.unit if found else ""


def apart(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table with cells ``English | Chinese``, as former versions wrote them, in two columns."""
    known = contract().get(name)
    names = known.names if known else []
    for column in [c for c in table.columns if c not in names and f"{c}_en" in names]:
        words = [str(cell).partition(BOTH) for cell in table[column]]
        table = table.assign(
            **{f"{column}_en": [en for en, _, _ in words],
               f"{column}_zh": [zh or en for en, _, zh in words]}
        ).drop(columns=column)  # fmt: skip
    return table


def conformed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table with its columns in order and of their types; an empty one has them all.

    Raises:
        ValueError: a column is missing or is not in the contract, or cannot be of its type.
    """
    about = contract()[name]
    if table.empty and table.columns.empty:
        table = pd.DataFrame(columns=about.names)
    missing = [column for column in about.names if column not in table.columns]
    more = [str(column) for column in table.columns if column not in about.names]
    if missing or (more and about.others is None):
        raise ValueError(
            f"table '{name}' lacks {missing} or has {more}, which its contract has not"
        )
    types = {
        c: found.dtype
        for c in table.columns
        if (found := about.column(str(c))) is not None and found.type != "value"
    }
    return table[[*about.names, *more]].astype(types)


def conformed_all(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables by name, each as its contract has it; see :func:`conformed`."""
    return {name: conformed(name, table) for name, table in tables.items()}


def described(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per column of each table: type, unit, labels, and the rows of its table.

    A column that the contract does not know has the type of its values and no unit.
    """
    rows = []
    for name, table in tables.items():
        known = contract().get(name)
        for column in map(str, table.columns):
            about = (known.column(column) if known else None) or _guessed(table[column])
            labels = [about.label(lang) for lang in LANGUAGES]
            rows.append((name, column, about.type, about.unit, *labels, len(table)))
    heads = ["table", "column", "type", "unit", *LANGUAGES, "rows"]
    return pd.DataFrame(rows, columns=heads)


def _guessed(column: pd.Series) -> Column:
    kind = pd.api.types.infer_dtype(column, skipna=True)
    known: dict[str, Any] = {"integer": "integer", "floating": "number", "boolean": "boolean"}
    name = str(column.name)
    return Column(name, known.get(kind, "text"), name, name)
