"""Rows that a verb prints, held to the contract of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dualcarbon.common.tables import contract

LEFT_OUT = {"finance_flows": {"currency"}, "responsibility_tiers": {"bounds_source"}}
"""Columns that a verb says once beside the rows."""
PLAIN: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "key": (str,),
    "text": (str,),
    "list": (list,),
}


def names_match(name: str, names: list[str]) -> None:
    about = contract()[name]
    wanted = [c for c in about.names if c not in LEFT_OUT.get(name, ())]
    assert [n for n in names if n not in LEFT_OUT.get(name, ())][: len(wanted)] == wanted, name
    assert len(names) <= len(about.names) or about.others, name


def rows_match(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows of JSON have the columns of a table in order, each of its type."""
    assert rows, f"{name}: no rows"
    for row in rows:
        names_match(name, list(row))
        for column, value in row.items():
            found = contract()[name].column(column)
            assert found is not None, f"{name}.{column}"
            fits = isinstance(value, PLAIN[found.type])
            fits = fits and isinstance(value, bool) == (found.type == "boolean")
            maybe = value is None and (found.missing or found.type in ("number", "key", "text"))
            assert fits or maybe, f"{name}.{column}: {value!r}"
